"""The numbers that begin parts of a document, at the start of a line and inside it.

A number is believed by its place in a run: it follows its sibling, or opens a run that goes on. At the start of a
line little else is asked; inside a line it must stand after the end of a sentence. Where the line breaks of a
document were lost, it may stand after a title too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = "[一二三四五六七八九十百〇零]{1,6}"
_FEW = "[一二三四五六七八九十]{1,3}"
# Higher marks (smaller levels) contain lower ones, whichever of them a document uses.
DIVISION, CHAPTER, SECTION, ARTICLE, ONE, BRACKET_ONE, DIGIT, BRACKET_DIGIT, CIRCLE, FIRSTLY = range(10, 110, 10)
_MARKERS = (
    (DIVISION, rf"第({_ONES})(?:编|部分)(?=[\s\u3000:：]|$)"),
    (CHAPTER, rf"第({_ONES})章(?=[\s\u3000]|$)"),
    (SECTION, rf"第({_ONES})节(?=[\s\u3000]|$)"),
    # An article cited in a wrapped line has no blank.
    (ARTICLE, rf"第({_ONES})条(?=[\s\u3000])"),
    (FIRSTLY, rf"第({_FEW})[，,]"),
    (FIRSTLY, rf"({_FEW})[是要](?![否是])"),
    (ONE, rf"({_FEW})[、．.]"),
    (BRACKET_ONE, rf"[（(]\s?({_FEW})\s?[）)]"),
    (BRACKET_ONE, r"([㈠-㈩])"),
    (DIGIT, r"(\d{1,2}(?:[.．]\d{1,2}){1,4})[.．、]?(?=[\s\u3000\u4e00-\u9fa5“《])"),
    # "4.2023年": a year follows the number, and no number has three places after its point.
    (DIGIT, r"(\d{1,2})\s?(?:[.．、](?![\d．.])|[.．](?=\d{3,}[^\d%％])|、(?=\d{1,3}[^\d、.．]))"),
    (DIGIT, r"([⒈-⒛])"),
    (BRACKET_DIGIT, r"[（(]\s?(\d{1,2})\s?[）)]"),
    (BRACKET_DIGIT, r"([⑴-⒇])"),
    (BRACKET_DIGIT + 5, r"(\d{1,2})[）)]"),
    (CIRCLE, r"([①-⑳])"),
)
_ANY = re.compile("|".join(f"({pattern})" for _level, pattern in _MARKERS))
# What a number inside a line stands after: the end of a sentence; where lines were lost, all but part of a number.
_AFTER = re.compile(r"[。；;：:！!？?”」\s\u3000]$")
_AFTER_FIRSTLY = re.compile(r"[。；;：:！!？?，,、）)要\s\u3000]$")
_NEVER_AFTER = re.compile(r"[\d一二三四五六七八九十百第、.．\-－—《〔（(条款项/a-zA-Z之]$")
_ENDS = ("。", "；", ";", "：", ":", "！", "？", "”", "）", ")")
# "1 总则" above "1.1": a bare number, believed where a dotted one follows it.
_BARE = re.compile(r"(\d{1,2})[\s\u3000]+(?=[\u4e00-\u9fa5])")
_DIGITS = "〇一二三四五六七八九"
# A wrapped line runs to the margin; one that stops earlier than this share of it ends its paragraph.
FULL = 0.82
# "2 内容2.1 清单" where breaks were lost: a bare number before its first part.
_BARE_INSIDE = re.compile(
    r"(?<![\d.．])(\d{1,2})[\s\u3000]+(?=[\u4e00-\u9fa5][^。；]{0,30}?(?<![\d.．])\1[.．]1(?![\d%％]))"
)
# A line of this many characters is none: the breaks in it were lost.
_LOST = 1_000
_FEW_LINES, _ONE_PARAGRAPH = 2, 200


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that may begin a part. `place` counts its line from 0; `at` is where in the line it stands."""

    place: int
    at: int
    level: int
    ordinal: int
    number: str
    prefix: tuple[int, ...] = ()
    is_bare: bool = False


def ordinal(mark: str) -> int:
    """The number that a mark stands for: "十二", "12" or "⑫" is 12, "一百零三" 103."""
    for first, last in ("①⑳", "⑴⒇", "⒈⒛", "㈠㈩"):
        if first <= mark <= last:
            return ord(mark) - ord(first) + 1
    if mark.isdigit():
        return int(mark)
    total, digit = 0, 0
    for sign in mark.replace("零", "〇"):
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[sign], 0
    return total + digit


def lost_lines(lines: list[tuple[int, str]]) -> bool:
    """Whether the line breaks of a text were lost, so that parts begin inside lines."""
    whole = sum(len(text) for _, text in lines)
    long = sum(len(text) for _, text in lines if len(text) > _LOST)
    return 2 * long > whole or (len(lines) <= _FEW_LINES and whole > _ONE_PARAGRAPH)


def marks_in(lines: list[tuple[int, str]], *, loose: bool) -> list[Mark]:
    """Every number that could begin a part, in order; which of them do is told by their runs."""
    return [mark for place, (_, text) in enumerate(lines) for mark in _marks_of(place, text, loose)]


def _marks_of(place: int, text: str, loose: bool) -> Iterator[Mark]:
    bare = {found.start(): found for found in _BARE_INSIDE.finditer(text)} if loose else {}
    if at_start := _BARE.match(text):
        bare[0] = at_start
    # A bare number and its first part are two marks: the pattern of the others does not see the first.
    found = [Mark(place, at, DIGIT, int(match[1]), match[0], is_bare=True) for at, match in bare.items()]
    end = 0
    for match in _ANY.finditer(text):
        # Each pattern has two groups, itself and its number.
        level = _MARKERS[((match.lastindex or 1) - 1) // 2][0]
        at = match.start()
        if at == end or _may_stand(text[max(0, at - 2) : at], level, loose):
            number = match[(match.lastindex or 1) + 1]
            ordinals = tuple(ordinal(part) for part in re.split("[.．]", number))
            level += 2 * (len(ordinals) - 1)
            found.append(Mark(place, at, level, ordinals[-1], match[0], ordinals[:-1]))
            end = match.end()
    yield from sorted(found, key=lambda mark: mark.at)


def _may_stand(before: str, level: int, loose: bool) -> bool:
    if level == FIRSTLY:
        return bool(_AFTER_FIRSTLY.search(before))
    return bool(_AFTER.search(before)) or (loose and not _NEVER_AFTER.search(before))


class Runs:
    """Tells of each mark whether it begins a part: it follows its sibling, or opens a run."""

    def __init__(self, lines: list[tuple[int, str]], marks: list[Mark], width: int, *, loose: bool) -> None:
        self.lines, self.marks, self.width, self.loose = lines, marks, width, loose
        self.latest: dict[int, int] = {}
        self.last_at_start = -1
        self.after = [-1] * len(marks)
        self.same = [-1] * len(marks)
        starts = -1
        ahead: dict[tuple[int, tuple[int, ...]], int] = {}
        for index in range(len(marks) - 1, -1, -1):
            mark = marks[index]
            self.after[index], self.same[index] = starts, ahead.get((mark.level, mark.prefix), -1)
            ahead[mark.level, mark.prefix] = index
            starts = index if mark.at == 0 and mark.level != FIRSTLY else starts

    def restart(self) -> None:
        """Numbers begin anew, as they do in an annex."""
        self.latest.clear()

    def begins(self, index: int, sibling: int | None) -> bool | None:
        """Whether a mark begins a part after its sibling (an index, or None); None for one that is doubtful."""
        mark, before = self.marks[index], self.marks[sibling] if sibling is not None else None
        if before is None:
            continued = 1 if mark.prefix else self.latest.get(mark.level, 0) + 1
            follows = mark.ordinal in (1, continued)
        else:
            follows = mark.ordinal == before.ordinal + 1 and mark.prefix == before.prefix
            follows = follows or (mark.ordinal == 1 and mark.prefix > before.prefix)
        if mark.is_bare:
            next_one = self.marks[self.after[index]] if self.after[index] >= 0 else None
            return follows and (self.loose or (next_one is not None and next_one.prefix == (mark.ordinal,)))
        if mark.at == 0 and mark.level != FIRSTLY:
            return True if follows else None if self._is_slip(index, before) else False
        return follows and self._is_believed_inside(index, sibling)

    def accepted(self, index: int) -> None:
        """A mark was taken as the beginning of a part."""
        mark = self.marks[index]
        self.latest[mark.level] = mark.ordinal
        if mark.at == 0 and mark.level != FIRSTLY:
            self.last_at_start = index

    def _is_believed_inside(self, index: int, sibling: int | None) -> bool:
        """Inside a line a run is believed that goes on in its paragraph."""
        if sibling is not None and (self.loose or sibling >= self.last_at_start):
            return True
        goes_on = self._has_next(index)
        if self.loose:
            text = self.lines[self.marks[index].place][1]
            at = self.marks[index].at
            return goes_on or bool(_AFTER.search(text[max(0, at - 1) : at]))
        ends = self.after[index]
        return goes_on and (ends < 0 or self.same[index] < ends)

    def _has_next(self, index: int) -> bool:
        follower = self.same[index]
        return follower >= 0 and self.marks[follower].ordinal == self.marks[index].ordinal + 1

    def _is_slip(self, index: int, before: Mark | None) -> bool:
        """A number that its author repeated, left out or began anew: after a paragraph that has ended."""
        mark = self.marks[index]
        above = self.lines[mark.place - 1][1] if mark.place else ""
        if before is None or not (above.endswith(_ENDS) or len(above) < self.width * FULL):
            return False
        begins_anew = mark.ordinal == 1 and self._has_next(index)
        return begins_anew or mark.ordinal in (before.ordinal, before.ordinal + 2)
