"""One-off duties with a date, apart from stages and thresholds: "于6月20日18：00前报送"."""

import re
from collections.abc import Iterator
from datetime import date

from ducha.engines.plans.moments import Span, spans
from ducha.engines.plans.stages import steps_in
from ducha.engines.plans.values import Duty, Node, Stage

# Before a date: every year, or a time of which something is told (完成时限：6月底前 is a point's own time).
_NO_DUTY_BEFORE = re.compile(r"(?:每年[^，。；]{0,6}|截[至止]|自|从|对|(?:时限|时间|期限|节点|日期)[：:为]?|对于|凡)$")
_YEARLY = re.compile(r"每年|每年度|逐年")
_YEARLY_COUNT = re.compile(r"每年[^，]{0,20}?[\d一二两三四五六]+[次遍回轮场]")
_ASKS_ANEW = re.compile(r"是否|有无")
_PAUSES = re.compile(r"[，：]")
_NEXT_YEAR = re.compile(r"次年|翌年|下一年")
# After it: a time told of a thing (2024年底以前形成的账款), what was done, or nothing.
_OF_A_THING = re.compile(
    r"(?:形成|成立|发生|取得|建成|核发|登记|交付|开工|竣工|存在|签订|印发|公布|颁布|施行|出台|注册|立案|受理|设立|入职|参加工作)[^，。；]{0,8}的"
)
_UNTIL = re.compile(r"(?:于|(?<!起)[到至])$")
# 最迟不得晚于9月30日: the words before it say that it is the last day.
_AT_LAST = re.compile(r"(?:最[迟晚](?:于|在|为)?|(?:不得?|不应|不能|不可)(?:[晚迟]于|超过))$")
# 6月底不低于50%, 在上半年基本完成: what is to be reached when a time ends.
_REACHES = re.compile(
    r"(?:[^，。；、的]{1,10}(?:率|比例|占比|进度|覆盖面|总量))?"
    r"(?:(?:应|要|须|力争|确保)?(?:不低于|不少于|不得[低少]于|不超过|不高于)|(?:应|要|须|力争|确保)达到)"
)
_IN_TIME = re.compile(r"(?:在|须于|应于|力争)$")
_DONE_THEN = re.compile(r"(?:内|底|末)?(?:全部|全面|基本|要|须|应)*(?:完成|建成|办结|整改到位|清零|销号|落实到位|消除)")
# How far from a date its words are looked at.
_NEAR = 120
_CLAUSES = re.compile(r"(?<=[。；;！])")


def duties(parts: list[Node], year: int | None, issued_on: date | None, found: tuple[Stage, ...]) -> tuple[Duty, ...]:
    """The dated duties of the parts without those of the stages.

    `ends_on` is ISO, "YYYY-MM" for the end of a month, "MM-DD" without a year.
    """
    taken = {words for stage in found for words in (stage.text, *stage.text.split("\n"))}
    return tuple(duty for part in parts for duty in _of(part, year, issued_on, taken))


def _of(node: Node, year: int | None, issued_on: date | None, taken: set[str]) -> Iterator[Duty]:
    if node.title + node.text in taken:
        return
    # 每年评查…。结果于次年2月底前通报。
    is_yearly = bool(_YEARLY.search(node.text))
    for clause in (clause for words in _wordings(node, taken) for clause in _CLAUSES.split(words)):
        for span in spans(clause, year, issued_on):
            if span.ends and _is_duty(clause, span) and not (is_yearly and _NEXT_YEAR.match(clause, span.at[0])):
                yield Duty(_around(clause, span), span.ends, span.clock, node.lines)
    for child in node.children:
        yield from _of(child, year, issued_on, taken)


def _wordings(node: Node, taken: set[str]) -> Iterator[str]:
    """The words of a part by its cells; of the row of a table only what it asks for, its date is the row's own."""
    if node.row:
        yield node.row.content
        return
    title_is_sentence = node.title.endswith(("。", "；", "："))
    own = [node.title + node.text] if title_is_sentence else [node.title, node.text]
    if node.role == "stages" and not node.children:
        own = [words for _, words in node.paragraphs]
    for words in own:
        # Stages that are paragraphs of a part stand in its own words.
        for step in steps_in(words):
            if step not in taken:
                yield from step.split("\t")


def _around(clause: str, span: Span) -> str:
    """The clause of a duty; of one without end the words around its date."""
    if len(clause) <= 4 * _NEAR:
        return clause.strip()
    return clause[max(0, span.at[0] - _NEAR) : span.at[1] + _NEAR].strip()


def _is_duty(clause: str, span: Span) -> bool:
    """Whether a date is one until which something is to be done once."""
    before = clause[max(0, span.at[0] - _NEAR) : span.at[0]].rstrip()
    after = clause[span.at[1] : span.at[1] + _NEAR].strip(" ，,。；;）)")
    # 年内 and 2024年底 are times in which things happen; only 前, or a month's end after 于 or 到, is a time to keep.
    if _AT_LAST.search(before) and not span.is_range:
        return True
    is_until = span.is_limit or (span.starts is None and bool(_UNTIL.search(before)))
    is_reached = not span.is_limit and _is_reached(before, clause[slice(*span.at)], after)
    if not (is_until or is_reached) or len(after) < 2 or (span.is_range and not is_reached):
        return False
    if _NO_DUTY_BEFORE.search(before) or _OF_A_THING.match(after) or after.startswith(("已", "曾", "的")):
        return False
    return span.has_year or not _recurs(before)


def _recurs(before: str) -> bool:
    """Whether what stands before a date makes it one of each year; 每年至少1次 does for the clause behind it alone."""
    parts = _PAUSES.split(before)
    yearly = [place for place, words in enumerate(parts) if _YEARLY.search(words)]
    if not yearly:
        return False
    since = parts[yearly[-1] + 1 :]
    is_counted = all(_YEARLY_COUNT.search(parts[place]) for place in yearly)
    return not (is_counted and since and (len(since) > 1 or _ASKS_ANEW.search(since[0])))


def _is_reached(before: str, time: str, after: str) -> bool:
    """Whether something is to be reached when a time ends: 6月底不低于50%, 在上半年完成."""
    if time.endswith(("底", "末", "终")) and _REACHES.match(after):
        return True
    return bool(_IN_TIME.search(before)) and bool(_DONE_THEN.match(after))
