"""The numbers that could begin parts of a document, at the start of a line and inside it, in all their forms.

Inside a line a number must stand after the end of a sentence; where the line breaks of a document were lost, it may
stand after a title too. Which of them do begin a part is told by their runs (`runs.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

_ONES = "[一二三四五六七八九十百〇零]{1,6}"
_FEW = "[一二三四五六七八九十]{1,3}"
_CAPITALS = "壹贰叁肆伍陆柒捌玖拾"
# Higher marks (smaller levels) contain lower ones, unless a document shows that it uses them the other way round.
DIVISION, CHAPTER, SECTION, ARTICLE, ONE, BRACKET_ONE, DIGIT, BRACKET_DIGIT, CIRCLE = range(10, 100, 10)
# 一是 goes on in its paragraph; it contains nothing.
FIRSTLY = 200
_BLANK = r"[\s\u3000]"
_MARKERS = (
    (DIVISION, rf"第({_ONES})(?:编|部分)(?={_BLANK}|[:：]|$)"),
    (DIVISION + 5, rf"([{_CAPITALS}]{{1,2}})[、．.]"),
    (CHAPTER, rf"第({_ONES})章(?={_BLANK}|$)"),
    (SECTION, rf"第({_ONES})节(?={_BLANK}|$)"),
    # An article cited in a wrapped line has no blank.
    (ARTICLE, rf"第({_ONES})条(?={_BLANK})"),
    (FIRSTLY, rf"第({_FEW})[，,、]"),
    (FIRSTLY, rf"({_FEW})[是要](?![否是])"),
    (ONE, rf"({_FEW})\s?[、．.]"),
    (BRACKET_ONE, rf"[（(]\s?({_FEW})\s?[）)]、?"),
    # Brackets as old machines and tired authors set them.
    (BRACKET_ONE, rf"[\[［【〔]\s?({_FEW})\s?[\]］】〕]、?"),
    (BRACKET_ONE, r"([㈠-㈩])、?"),
    (DIGIT, rf"(\d{{1,2}}(?:[.．]\d{{1,2}}){{1,4}})[.．、]?(?={_BLANK}|[\u4e00-\u9fa5“《])"),
    # "4.2023年": a year follows the number, and no number has three places after its point.
    (DIGIT, r"(\d{1,2})\s?(?:[.．、](?![\d．.])|[.．](?=\d{3,}[^\d%％])|、(?=\d{1,4}[^\d、.．]))"),
    (DIGIT, r"([⒈-⒛])"),
    (BRACKET_DIGIT, r"[（(]\s?(\d{1,2})\s?[）)]、?"),
    (BRACKET_DIGIT, r"([⑴-⒇])"),
    (BRACKET_DIGIT + 5, r"(\d{1,2})[）)]"),
    (CIRCLE, r"([①-⑳])"),
    (CIRCLE + 5, rf"[（(]?([a-zA-Z])[.．、）)](?={_BLANK}?[\u4e00-\u9fa5“])"),
)
_ANY = re.compile("|".join(f"({pattern})" for _level, pattern in _MARKERS))
# At the start of a line a number needs no blank after it: "第一章总则".
_AT_START = (
    (DIVISION, re.compile(rf"第({_ONES})(?:编|部分)")),
    (CHAPTER, re.compile(rf"第({_ONES})章")),
    (SECTION, re.compile(rf"第({_ONES})节")),
    (ARTICLE, re.compile(rf"第({_ONES})条(?![第规的之、，。和至以款项])")),
)
# "1 总则" above "1.1", "一　总则" above "二　内容": a number with nothing but a blank after it.
_BARE = (
    (DIGIT, re.compile(r"(\d{1,2})[ \u3000]+(?=[\u4e00-\u9fa5])")),
    (ONE, re.compile(rf"({_FEW})[ \u3000]+(?=[\u4e00-\u9fa5])")),
)
# "2 内容2.1 清单" where breaks were lost: a bare number before its first part.
_BARE_INSIDE = re.compile(
    rf"(?<![\d.．])(\d{{1,2}}){_BLANK}+"
    rf"(?:(?=[\u4e00-\u9fa5][^。；]{{0,30}}?(?<![\d.．])\1[.．]1(?![\d%％]))|(?<=[。：][\d\s]{{2}})(?=[\u4e00-\u9fa5]))"
)
# What a number inside a line stands after: the end of a sentence; where lines were lost, all but part of a number.
_AFTER = re.compile(r"[。；;：:！!？?”」\s\u3000]$")
_AFTER_FIRSTLY = re.compile(r"[。；;：:！!？?，,、）)要\s\u3000]$")
NEVER_AFTER = re.compile(
    r"(?:[\d一二三四五六七八九十百第、.．\-－—《〔（(/a-zA-Z之和及与或]|[\d一二三四五六七八九十][条款项])$"
)
# What makes of "2.12" the number 2 and a time; no blank stands between.
_TIME_BEHIND = re.compile(r"月|小时|个工作日|个月|日内|日前|天内")
_DIGITS = "〇一二三四五六七八九"
# A line of this many characters is none: the breaks in it were lost.
_LOST = 1_000
_FEW_LINES, _ONE_PARAGRAPH = 2, 60
# How much of the next line is looked at: a number may be broken between two lines.
_PEEK = 4


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
    after_sentence: bool = False

    @property
    def at_start(self) -> bool:
        """Whether it stands where a part of its own begins; 一是 goes on in its paragraph even there."""
        return self.at == 0 and not self.is_run_in

    @property
    def is_run_in(self) -> bool:
        """Whether it is one of 一是, 一要, 第一，: words of a sentence."""
        return self.number[-1] in "是要，," or self.level == FIRSTLY


def ordinal(mark: str) -> int:
    """The number that a mark stands for: "十二", "12" or "⑫" is 12, "一百零三" 103, "b" 2."""
    for first, last in ("①⑳", "⑴⒇", "⒈⒛", "㈠㈩", "az", "AZ"):
        if first <= mark <= last:
            return ord(mark) - ord(first) + 1
    if mark.isdigit():
        return int(mark)
    total, digit = 0, 0
    for sign in mark.replace("零", "〇"):
        if sign in _CAPITALS:
            total += _CAPITALS.index(sign) + 1
        elif sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[sign], 0
    return total + digit


def lost_lines(lines: list[tuple[int, str]]) -> bool:
    """Whether the line breaks of a text were lost, so that parts begin inside lines."""
    whole = sum(len(text) for _, text in lines)
    long = sum(len(text) for _, text in lines if len(text) > _LOST)
    return 2 * long > whole or (len(lines) <= _FEW_LINES and whole > _ONE_PARAGRAPH * len(lines))


def marks_in(lines: list[tuple[int, str]], full: int, *, loose: bool) -> list[Mark]:
    """Every number that could begin a part, in order; a line of `full` characters goes on in the next."""
    found: list[Mark] = []
    for place, (_, text) in enumerate(lines):
        goes_on = len(text) >= full and place + 1 < len(lines)
        above = lines[place - 1][1] if place and len(lines[place - 1][1]) >= full else ""
        found += _marks_of(place, text, above[-2:], lines[place + 1][1][:_PEEK] if goes_on else "", loose)
    return _nested(_firsts(_without_twins(found)))


def _marks_of(place: int, text: str, above: str, below: str, loose: bool) -> Iterator[Mark]:
    found = list(_found_at_start(place, text))
    if loose:
        bare = _BARE_INSIDE.finditer(text)
        found += [Mark(place, match.start(), DIGIT, int(match[1]), match[0], is_bare=True) for match in bare]
    end = 0
    for match in _ANY.finditer(text + below):
        # Each pattern has two groups, itself and its number.
        level = _MARKERS[((match.lastindex or 1) - 1) // 2][0]
        at = match.start()
        before = text[max(0, at - 2) : at] or above
        if level <= ONE and found and not text[end:at].strip() and found[-1].level > ONE:
            # "3.2.1 一、二级重大危险源": right behind a number stands none of a part that would contain it.
            continue
        if at < len(text) and (at == end or _may_stand(before, level, loose)):
            number = match[(match.lastindex or 1) + 1]
            ordinals = tuple(ordinal(part) for part in re.split("[.．]", number))
            level += 2 * (len(ordinals) - 1)
            ends = not before or bool(_AFTER.search(before))
            found.append(Mark(place, at, level, ordinals[-1], match[0], ordinals[:-1], after_sentence=ends))
            end = match.end()
            if ends and len(ordinals) == 2 and _TIME_BEHIND.match(text + below, end):
                # "2.12月底前": the second number of the list, before a time.
                first = number[: len(re.split("[.．]", number)[0]) + 1]
                found.append(Mark(place, at, level - 2, ordinals[0], first, after_sentence=ends))
    yield from sorted(found, key=lambda mark: mark.at)


def _without_twins(marks: list[Mark]) -> list[Mark]:
    """The marks, one for each place: "2.12月底前" is 12月 in the second item where no 2.1 or 2.2 stands beside it."""
    twins = {(m.place, m.at) for m, after in pairwise(marks) if (m.place, m.at) == (after.place, after.at)}
    dotted = {mark.prefix for mark in marks if mark.prefix and (mark.place, mark.at) not in twins}
    runs = {(m.place, m.at) for m in marks if m.prefix in dotted}
    return [m for m in marks if (m.place, m.at) not in twins or bool(m.prefix) == ((m.place, m.at) in runs)]


def _found_at_start(place: int, text: str) -> Iterator[Mark]:
    for level, pattern in _AT_START:
        if match := pattern.match(text):
            yield Mark(place, 0, level, ordinal(match[1]), match[0], after_sentence=True)
    for level, pattern in _BARE:
        if match := pattern.match(text):
            yield Mark(place, 0, level, ordinal(match[1]), match[0], is_bare=True)


def _may_stand(before: str, level: int, loose: bool) -> bool:
    if level == FIRSTLY and (not before or _AFTER_FIRSTLY.search(before)):
        return True
    return bool(_AFTER.search(before)) or (loose and not NEVER_AFTER.search(before))


def _firsts(marks: list[Mark]) -> list[Mark]:
    """ "第一、督察内容" heads a part of a document that has no 一、 and no chapters of its own."""
    if any(mark.level <= ONE and mark.after_sentence for mark in marks):
        return marks
    return [
        replace(mark, level=ONE)
        if mark.level == FIRSTLY and mark.number[0] == "第" and mark.number[-1] == "、"
        else mark
        for mark in marks
    ]


def _nested(marks: list[Mark]) -> list[Mark]:
    """The marks with their levels as the document nests them: where （一） stands between 1. and 2., it is below 1."""
    clear = (BRACKET_ONE, BRACKET_DIGIT, BRACKET_DIGIT + 5, CIRCLE)
    starts = [m for m in marks if m.after_sentence or m.level in clear]
    starts = [m for m in starts if not m.prefix]
    # A kind without a second number has no runs to tell anything by.
    kinds = sorted({mark.level for mark in starts if mark.ordinal == 2})
    order = list(kinds)
    for high, low in combinations(kinds, 2):
        inside = _between(starts, outer=low, inner=high, above=high)
        outside = _between(starts, outer=high, inner=low, above=high)
        if not inside and not outside and low != FIRSTLY:
            # Neither goes on behind the other: what opens first contains what opens then.
            inside, outside = _opened(starts, low, high, above=high), _opened(starts, high, low, above=high)
        if inside > outside and order.index(high) < order.index(low):
            order.remove(high)
            order.insert(order.index(low) + 1, high)
    levels = dict(zip(order, kinds, strict=True))
    return marks if order == kinds else [replace(mark, level=levels.get(mark.level, mark.level)) for mark in marks]


def _between(marks: list[Mark], *, outer: int, inner: int, above: int) -> int:
    """How often a run of the inner kind begins between a number of the outer kind and the next one."""
    count, last, begun = 0, 0, False
    for mark in marks:
        if mark.level == outer:
            count += begun and mark.ordinal == last + 1
            last, begun = mark.ordinal, False
        elif mark.level == inner and mark.ordinal == 1:
            begun = last > 0
        elif mark.level < above:
            last, begun = 0, False
    return count


def _opened(marks: list[Mark], first: int, second: int, *, above: int) -> int:
    """How often a run of the second kind opens where one of the first has opened before it, below the same part."""
    count, opened = 0, set[int]()
    for mark in marks:
        if mark.level < above:
            opened.clear()
        elif mark.level in (first, second) and mark.ordinal == 1:
            count += mark.level == second and opened == {first}
            opened.add(mark.level)
    return count
