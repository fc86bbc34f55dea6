"""The outline of a plan: its parts as a tree, each with its title, text and role."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from ducha.domain.errors import sentence
from ducha.engines.plans import tables
from ducha.engines.plans.led import Led, led_lines
from ducha.engines.plans.margins import annex_head, annexes_begun, contents_lines, margins
from ducha.engines.plans.marks import BRACKET_ONE, CHAPTER, DIVISION, ONE, SECTION, Mark, marks_in
from ducha.engines.plans.roles import is_name, is_schedule, role_of, with_role
from ducha.engines.plans.runs import Runs
from ducha.engines.plans.values import Draft, Node, Warned

# Chapters, sections, 一、 and （一） carry titles; the others begin with their text.
_TITLED = (DIVISION, CHAPTER, SECTION, ONE, BRACKET_ONE)
_LONGEST_TITLE, _NAME = 80, 20
# How many characters a line of a page holds; a wrapped line is no shorter than this share of the longer ones.
_NARROWEST, _WIDEST, _UNWRAPPED, _RAGGED = 16, 60, 1_000_000, 0.7
# Of the lines of a wrapped text at least this share ends inside a sentence.
_BROKEN = 0.15
_STOPS = ("。", "；", ";", "：", ":", "！", "？", "）", ")")
# The level of what stands around the outline, above all its parts: annexes, signature, notes.
_AROUND = 1
# The end of a heading in a text whose line breaks were lost.
_KINDS = (
    r"(?:指导思想|内容|任务|要求|安排|依据|步骤|程序|方式|保障|目标|范围|对象|原则|措施|纪律|组织领导|重点|要点|方法"
    r"|标准|进度|总则|附则|职责|阶段|时间|力量|事项)"
)
_HEADING = re.compile(rf".{{0,18}}?{_KINDS}+(?:[、和及与].{{0,6}}?{_KINDS}+)*")


def drafts(lines: list[tuple[int, str]], full: int, *, loose: bool) -> tuple[Draft, list[Draft], list[Warned]]:
    """The part before the first heading, the tree of headings, and numbers that a person should look at."""
    return _Builder(lines, full, loose=loose).built()


class _Builder:
    """Puts lines and marks into a tree as they come."""

    def __init__(self, lines: list[tuple[int, str]], full: int, *, loose: bool) -> None:
        self.lines = lines
        self.marks = marks_in(lines, full, loose=loose)
        self.carried = self.names = 0
        self.note: Draft | None = None
        self.breaks: frozenset[int] = frozenset()
        self.preamble, self.top = Draft("", 0, 0), Draft("", 0, 0)
        self.outside = self.preamble
        self.open = [self.top]
        self.doubts: list[Warned] = []
        self.marked: dict[int, list[int]] = {}
        for index, mark in enumerate(self.marks):
            self.marked.setdefault(mark.place, []).append(index)
        self.plain = contents_lines(lines)
        self.annexes = annexes_begun(lines)
        self.margins = margins(lines)
        self.named = self._named()
        self.led = led_lines(lines, self.marks, full)
        around = self.named | self.plain | self.annexes | self.margins
        self.runs = Runs(
            lines, self.marks, full, loose=loose, around=around, led={at: led.end for at, led in self.led.items()}
        )

    def _named(self) -> set[int]:
        """The lines that head parts by their names alone, in a document that gives no numbers to such parts."""
        if any(mark.at == 0 and mark.level <= ONE and not mark.is_bare for mark in self.marks):
            return set()
        named = {place for place, (_, text) in enumerate(self.lines) if place and is_name(text)}
        return named if len(named) > 1 else set()

    def built(self) -> tuple[Draft, list[Draft], list[Warned]]:
        found = {table.first: table for table in tables.tables_in(self.lines)}
        place = 0
        while place < len(self.lines):
            if table := found.get(place):
                self._add_table(table)
                place = table.end
                continue
            self._add_line(place)
            place += 1
        return self.preamble, self.top.children, self.doubts

    def _add_line(self, place: int) -> None:
        number, text = self.lines[place]
        if place in self.annexes:
            self.runs.restart()
            head = annex_head(text)
            self._open(Draft(head, 0, _AROUND, [(number, text[len(head) :])]))
            return
        if place in self.named:
            self.names += 1
            self._open(Draft("", self.names, ONE, [(number, text)], title_end=len(text), is_named=True))
            return
        if place in self.plain or place in self.margins:
            if place in self.margins:
                self._leave()
            self._add_text(number, text)
            return
        if led := self.led.get(place):
            self._open_led(led, number, text)
        self._add_parts(place, number, text)

    def _open_led(self, led: Led, number: int, text: str) -> None:
        """Open the part of a body that is asked, or of the notes, with the words before its list."""
        while self.open[-1].level >= led.level:
            self.open.pop()
        bodies = [child for child in self.open[-1].children if child.is_named]
        begun = Draft("", len(bodies) + 1 if led.is_body else 0, led.level, [(number, text[: led.end])])
        begun.is_named, begun.title_end = led.is_body, led.end if led.is_body else 0
        self._open(begun)
        self.carried = led.end
        self.note = None if led.is_body else begun

    def _leave_note(self, mark: Mark) -> None:
        """Notes whose list stands in their own line end where a number goes on the list around them."""
        if self.note is None or self.note not in self.open or not mark.at_start:
            return
        if any(child.mark is not None and self.marks[child.mark].at_start for child in self.note.children[-1:]):
            return
        at = self.open.index(self.note)
        around = (child for child in reversed(self.open[at - 1].children) if child.level == mark.level)
        if mark.ordinal == next((child.ordinal + 1 for child in around), 0):
            del self.open[at:]

    def _add_parts(self, place: int, number: int, text: str) -> None:
        """The parts that begin in a line, and what goes on from the line above."""
        at, self.carried = self.carried, 0
        for index in self.marked.get(place, ()):
            mark = self.marks[index]
            if mark.at < at:
                continue
            begun = self._begun(index, mark, number)
            if begun is None:
                continue
            if at or mark.at:
                self._add_text(number, text[at : mark.at].strip())
            self._open(begun)
            self.runs.accepted(index)
            at = mark.at + len(mark.number)
        # A number may be broken between two lines: its end is no text of the second.
        self.carried = max(0, at - len(text))
        if at == 0:
            self._add_text(number, text)
        else:
            self.open[-1].lines.append((number, text[at:]))

    def _begun(self, index: int, mark: Mark, number: int) -> Draft | None:
        """The part that a mark begins, if it does."""
        self._leave_note(mark)
        parent = next(part for part in reversed(self.open) if part.level < mark.level)
        siblings = takewhile(lambda child: child.level > _AROUND, reversed(parent.children))
        sibling = next((child for child in siblings if child.level == mark.level), None)
        begins = self.runs.begins(index, sibling.mark if sibling else None, parent.mark)
        if begins is False:
            return None
        if begins is None:
            text = "“%(number)s” does not follow the number before it; check that no part is missing."
            self.doubts.append(Warned((number, number), sentence(text, number=mark.number.strip())))
        return Draft(mark.number, mark.ordinal, mark.level, mark=index)

    def _open(self, begun: Draft) -> None:
        while self.open[-1].level >= begun.level:
            self.open.pop()
        self.open[-1].children.append(begun)
        self.open.append(begun)

    def _leave(self) -> None:
        """What follows is no part of the outline: who signs, what is annexed. An annex keeps such lines."""
        if len(self.open) > 1 and self.open[1].level > _AROUND:
            self.outside = Draft("", 0, _AROUND)
            self.top.children.append(self.outside)
            del self.open[1:]

    def _add_text(self, number: int, text: str) -> None:
        (self.open[-1] if len(self.open) > 1 else self.outside).lines.append((number, text))

    def _add_table(self, table: tables.Table) -> None:
        """A table below the open part: sections, then labels that rows have in common, then rows."""
        if len(self.open) == 1:
            self._open(Draft("", 0, 2))
        base = self.open[-1].level
        for place in range(table.first, table.body):
            self._add_text(*self.lines[place])
        self.breaks = table.breaks
        self.open[-1].lines += self._break_below(table.first)
        depth = max((len(_labels(row)) for _, row in table.rows), default=0)
        groups = list(tables.groups(table))
        labelled = [len(rows) > 1 for rows in groups if _labels(rows[0][1])]
        # Where labels mostly have several rows they are parents, even one with a single row.
        parented = 3 * sum(labelled) > len(labelled)
        for rows in groups:
            place, head = rows[0]
            number, text = self.lines[place]
            if head.is_section or head.is_total:
                labels = [(head.index_at or 0) + 1 if head.index else 0]
                level = base + 1
            else:
                labels = _labels(head)
                level = base + 2 + depth - len(labels)
            cells, begin = text.split("\t"), 0
            for nth, end in enumerate(labels):
                self._open_part(level + nth, number, "\t".join(cells[begin:end]), head)
                begin = end
            rest = "\t".join(cells[begin:])
            if len(rows) == 1 and labels and not (parented and not head.is_section):
                self.open[-1].row = head
                self.open[-1].lines[-1] = (number, self.open[-1].lines[-1][1] + "\t" + rest)
                self.open[-1].lines += self._break_below(place)
            else:
                self._add_rows(base + 2 + depth, rows, rest)
        while self.open[-1].level > base:
            self.open.pop()
        self._open(Draft("", 0, base + 1))

    def _open_part(self, level: int, line: int, label: str, row: tables.Row) -> None:
        """Open a part whose wording is a label."""
        label = label.strip()
        index = row.index if label.startswith(row.index) else ""
        while self.open[-1].level >= level:
            self.open.pop()
        siblings = (c for c in reversed(self.open[-1].children) if c.ordinal and not (c.row and c.row.is_total))
        place = next((child.ordinal for child in siblings), 0) + 1
        wording = label.removeprefix(index)
        self._open(Draft(index, place, level, [(line, wording)], title_end=len(wording)))

    def _add_rows(self, level: int, rows: tuple[tuple[int, tables.Row], ...], first: str) -> None:
        # A second table below the same part counts on.
        before = next((child.ordinal for child in reversed(self.open[-1].children) if child.row), 0)
        for ordinal, (place, row) in enumerate(rows, before + 1):
            number, whole = self.lines[place]
            wording = first if ordinal == before + 1 else whole
            own = [(number, wording), *self._break_below(place)]
            self.open[-1].children.append(Draft("", ordinal, level, own, row=row))

    def _break_below(self, place: int) -> list[tuple[int, str]]:
        """The lines of a new page below a row: its number, and the head once more."""
        below = takewhile(self.breaks.__contains__, range(place + 1, len(self.lines)))
        return [self.lines[at] for at in below]


def _labels(row: tables.Row) -> list[int]:
    """After which cells the labels end that a row begins with; an index and the labels behind it are one."""
    if row.is_section or row.is_total:
        return []
    named = [n + 1 for n, (cell, kind) in enumerate(zip(row.cells, row.kinds, strict=True)) if cell and kind == "label"]
    index = row.index_at
    if index is None:
        return named
    return [*(end for end in named if end <= index), max([index + 1, *named])]


def full_length(lines: list[tuple[int, str]]) -> int:
    """How many characters a line has that goes on in the next one; shorter ones end their paragraph.

    Where lines are no longer wrapped each is a paragraph, and none is so long.
    """
    lengths = sorted(len(text) for _, text in lines if "\t" not in text)
    margin = lengths[len(lengths) * 9 // 10] if lengths else 0
    if not _NARROWEST <= margin <= _WIDEST:
        return _UNWRAPPED
    # Lines that end inside a sentence and are no title: the shortest of them tell how ragged the margin is.
    broken = sorted(len(text) for _, text in lines if len(text) > margin * _RAGGED and not text.endswith(_STOPS))
    if len(broken) < len(lines) * _BROKEN:
        return _UNWRAPPED
    return max(int(margin * _RAGGED), broken[len(broken) // 10], 1)


def paragraphs(lines: list[tuple[int, str]], full: int) -> Iterator[tuple[int, str]]:
    """The paragraphs that wrapped lines make up, each with its first line."""
    current, first = "", 0
    for number, text in lines:
        first = first if current else number
        current += text
        if len(text) < full:
            yield first, current
            current = ""
    if current:
        yield first, current


def finished(draft: Draft, full: int, depth: int = 1, role: str = "", *, loose: bool = False) -> Node:
    """A part with its title told from its text, its role and its children."""
    if loose:
        _share_titles(draft)
    _part_closing(draft, full, loose)
    title, text = (part.strip() for part in _title_and_text(draft, full, loose))
    own = [number for number, _ in draft.lines] or [0]
    # Without a title the first words must tell; those after them speak of something else.
    own_role = _role(draft, title[:30] or text[:14])
    role = own_role if own_role == "note" else role or own_role
    below = "" if role in ("annex", "other") else role
    children = tuple(
        finished(child, full, depth + 1, below, loose=loose)
        for child in draft.children
        if child.lines or child.children
    )
    if role in ("other", "organisation") and draft.number and is_schedule(title or text[:_NAME], text, children):
        role, children = "stages", tuple(with_role(child, "stages") for child in children)
    last = max([own[-1], *(child.lines[1] for child in children)])
    return Node(
        draft.number,
        draft.ordinal,
        depth if draft.number or draft.row or draft.children else 0,
        title,
        text,
        role,
        (own[0] or (children[0].lines[0] if children else 0), last),
        children,
        draft.row,
        tuple(paragraphs(draft.lines, full)),
    )


def _role(draft: Draft, title: str) -> str:
    if draft.is_named:
        return role_of(title)
    if draft.level == _AROUND:
        return "annex" if draft.number else "note"
    if (
        draft.row
        or draft.title_end
        or any(child.row or any(below.row for below in child.children) for child in draft.children)
    ):
        return "inspected"
    if not draft.number:
        return "note" if draft.level else "preamble"
    return role_of(title)


def _title_and_text(draft: Draft, full: int, loose: bool) -> tuple[str, str]:
    whole = "".join(text for _, text in draft.lines)
    if draft.row or draft.is_clause:
        return "", whole
    if draft.title_end:
        return whole[: draft.title_end], whole[draft.title_end :]
    if not draft.number:
        return "", whole
    _, first = next(paragraphs([(0, draft.number + draft.lines[0][1]), *draft.lines[1:]], full), (0, ""))
    first = first[len(draft.number) :]
    is_title = len(first) <= _LONGEST_TITLE and not first.endswith(("。", "；", ";", "，", ",", "："))
    is_title = is_title and "。" not in first and (draft.level in _TITLED or bool(draft.children) or "，" not in first)
    if is_title and (draft.children or first != whole or draft.level in _TITLED):
        return first, whole[len(first) :]
    run_in, stop, rest = whole.partition("。")
    if draft.level in _TITLED and stop and rest and len(run_in) <= 30:
        return run_in + stop, rest
    if loose and draft.level in _TITLED and (heading := _HEADING.match(whole)):
        return heading[0], whole[heading.end() :]
    return "", whole


def _part_closing(parent: Draft, full: int, loose: bool) -> None:
    """Part the closing words of a parent from the last item of its list.

    The items of such a list are single clauses that end in a semicolon; the last one ends with its full stop.
    """
    items = [child for child in parent.children if child.number]
    wholes = ["".join(text for _, text in item.lines) for item in items]
    if (
        len(items) < 3
        or items[-1].children
        or any(not w.rstrip().endswith(("；", ";")) or "。" in w for w in wholes[:-1])
    ):
        return
    for item in items:
        item.is_clause = True
    last = items[-1]
    clause, stop, rest = wholes[-1].partition("。")
    # "（责任单位：…）" after the last item speaks of it.
    if not rest.strip() or re.fullmatch(r"[（(【\[].*[）)】\]][。；]?", rest.strip()):
        return
    number, text = last.lines[0]
    if loose:
        cut = len(clause + stop)
        own, closing = [(number, text[:cut])], [(number, text[cut:]), *last.lines[1:]]
    else:
        _, first = next(paragraphs([(0, last.number + text), *last.lines[1:]], full))
        if first != last.number + clause + stop:
            return
        taken, length = 0, len(clause + stop)
        while length > 0:
            length -= len(last.lines[taken][1])
            taken += 1
        own, closing = last.lines[:taken], last.lines[taken:]
    last.lines = own
    parent.children.insert(parent.children.index(last) + 1, Draft("", 0, last.level, closing))


def _share_titles(parent: Draft) -> None:
    """Where line breaks were lost, the titles of siblings that end alike ("…情况") tell where the others end."""
    titled = [child for child in parent.children if child.level in _TITLED]
    wholes = ["".join(text for _, text in child.lines).strip() for child in titled]
    ends = Counter(whole[-2:] for child, whole in zip(titled, wholes, strict=True) if child.children and whole)
    if not ends or ends.most_common(1)[0][1] < 2:
        return
    ending = ends.most_common(1)[0][0]
    for child, whole in zip(titled, wholes, strict=True):
        end = whole.find(ending) + len(ending)
        if len(ending) < end < len(whole) and end <= _LONGEST_TITLE:
            child.title_end = end


def leaves(node: Node, path: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    """The paths from a part to each of its leaves."""
    here = (*path, node)
    if all(child.role == "note" for child in node.children):
        yield here
        return
    for child in node.children:
        yield from leaves(child, here)
