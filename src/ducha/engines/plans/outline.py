"""The outline of a plan: which line begins a part, and what belongs to it."""

import re
from collections.abc import Iterator

from ducha.engines.plans.values import Draft, Node

_DIGITS = "〇一二三四五六七八九"
_ONES = "[一二三四五六七八九十百〇零]{1,6}"
# Higher marks contain lower ones, whichever of them a document uses. An article cited in a wrapped line has no blank.
_MARKERS = (
    (1, re.compile(rf"第({_ONES})章(?=[\s\u3000]|$)")),
    (2, re.compile(rf"第({_ONES})节(?=[\s\u3000]|$)")),
    (3, re.compile(rf"第({_ONES})条(?=[\s\u3000])")),
    (4, re.compile(r"([一二三四五六七八九十]{1,3})、")),
    (5, re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")),
    (6, re.compile(r"(\d{1,2})[.．、](?![\d．.])")),
    (7, re.compile(r"[（(](\d{1,2})[）)]")),
    (8, re.compile(r"([①-⑳])")),
)
# Chapters, sections, 一、 and （一） carry titles; the others begin with their text.
_TITLED = (1, 2, 4, 5)
_ANNEX = re.compile(r"附\s*件\s*\d*\s*[:：]?\s*$")
_ROLES = (
    ("inspected", ("内容", "要点", "重点", "任务")),
    ("stages", ("程序", "步骤", "阶段", "时间安排", "进度")),
    ("organisation", ("组织方式", "组织形式", "督察组织", "组织实施", "方式")),
    ("requirements", ("要求", "保障", "纪律")),
)
# A wrapped line runs to the margin; one that stops earlier than this share of it ends its paragraph.
_FULL = 0.82
_LONGEST_TITLE = 80


def ordinal(mark: str) -> int:
    """The number that a mark stands for: "十二", "12" or "⑫" is 12, "一百零三" 103."""
    if mark.isascii():
        return int(mark)
    if "①" <= mark <= "⑳":
        return ord(mark) - ord("①") + 1
    total, digit = 0, 0
    for sign in mark.replace("零", "〇"):
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[sign], 0
    return total + digit


def drafts(lines: list[tuple[int, str]]) -> tuple[Draft, list[Draft]]:
    """The part before the first heading, and the tree of headings."""
    preamble, top = Draft("", 0, 0), Draft("", 0, 0)
    open_parts = [top]
    latest: dict[int, int] = {}
    for number, text in lines:
        begun = _begins(text, open_parts, latest)
        if begun is None:
            (open_parts[-1] if len(open_parts) > 1 else preamble).lines.append((number, text))
            continue
        latest[begun.level] = begun.ordinal
        begun.lines.append((number, text[len(begun.number) :]))
        while open_parts[-1].level >= begun.level:
            open_parts.pop()
        open_parts[-1].children.append(begun)
        open_parts.append(begun)
    return preamble, top.children


def _begins(text: str, open_parts: list[Draft], latest: dict[int, int]) -> Draft | None:
    """The part that a line begins, if its number is the next one: among its siblings, or on through all chapters."""
    if _ANNEX.match(text):
        return Draft(text, 0, 1)
    for level, marker in _MARKERS:
        if found := marker.match(text):
            place = ordinal(found.group(1))
            parent = next(part for part in reversed(open_parts) if part.level < level)
            siblings = [child for child in parent.children if child.level == level]
            follows = place == siblings[-1].ordinal + 1 if siblings else place in (1, latest.get(level, 0) + 1)
            return Draft(found.group(0), place, level) if follows else None
    return None


def width_of(lines: list[tuple[int, str]]) -> int:
    """The length that wrapped lines run to: that of the longer ones (9th decile), in characters."""
    lengths = sorted(len(text) for _, text in lines)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def paragraphs(lines: list[tuple[int, str]], width: int) -> Iterator[str]:
    """The paragraphs that wrapped lines make up."""
    current = ""
    for _, text in lines:
        current += text
        if len(text) < width * _FULL:
            yield current
            current = ""
    if current:
        yield current


def finished(draft: Draft, width: int, role: str = "", depth: int = 1) -> Node:
    """A part with its title told from its text, its role and its children."""
    title, text = (part.strip() for part in _title_and_text(draft, width))
    role = role or _role(draft, title or text)
    own = [number for number, _ in draft.lines] or [0]
    children = tuple(finished(child, width, role, depth + 1) for child in draft.children)
    last = max([own[-1], *(child.lines[1] for child in children)])
    return Node(draft.number, draft.ordinal, depth if draft.number else 0, title, text, role, (own[0], last), children)


def _role(draft: Draft, title: str) -> str:
    if not draft.number:
        return "preamble"
    if _ANNEX.match(draft.number):
        return "annex"
    for role, words in _ROLES:
        if any(word in title[:30] for word in words):
            return role
    return "other"


def _title_and_text(draft: Draft, width: int) -> tuple[str, str]:
    whole = "".join(text for _, text in draft.lines)
    if not draft.number:
        return "", whole
    first = next(paragraphs([(0, draft.number + draft.lines[0][1]), *draft.lines[1:]], width), "")[len(draft.number) :]
    is_title = len(first) <= _LONGEST_TITLE and not first.endswith(("。", "；", ";", "，", ",", "："))
    if is_title and (draft.children or first != whole or draft.level in _TITLED):
        return first, whole[len(first) :]
    run_in, stop, rest = whole.partition("。")
    if draft.level in _TITLED and stop and rest and len(run_in) <= 30:
        return run_in + stop, rest
    return "", whole


def leaves(node: Node, path: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    """The paths from a part to each of its leaves."""
    here = (*path, node)
    if not node.children:
        yield here
    for child in node.children:
        yield from leaves(child, here)
