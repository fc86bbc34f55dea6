"""The stages of a plan, with the year they do not say."""

import re
from collections.abc import Iterator
from datetime import date

from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar, Sentence, sentence
from ducha.engines.plans.heading import Heading
from ducha.engines.plans.moments import Span, first_day, last_day, spans
from ducha.engines.plans.values import Node, Stage, Warned

_KINDS = (
    ("self_inspection", re.compile(r"自查|自评|自纠|摸底|摸排|排查")),
    ("rectification", re.compile(r"整改|纠正|整治")),
    ("acceptance", re.compile(r"验收|总结|评估|销号|回头看")),
    ("preparation", re.compile(r"准备|动员|启动")),
    ("field_inspection", re.compile(r"督察|督查|检查|抽查|考核|核查|实地|评议|考评")),
    ("preparation", re.compile(r"部署|方案|宣传|培训")),
)
_STAGE_PART = re.compile(r"步骤|阶段|时间安排|进度|日程|时间节点|时间要求|程序")
_HOUR = re.compile(r"(上午|下午|中午|晚上?)?\s*(\d{1,2})\s*(?:[:：时点]\s*(\d{2}|半)?)\s*(?:分)?\s*(?:之前|以前|前|止)")
_WORDS = re.compile(r"[上下]?午?下班前")
_STEPS = re.compile(r"(?=第[一二三四五六]阶段)")
_GRANTED = re.compile(r"(?:为期|共|用时|不少于|利用)\s*(\d{1,2})\s*个?工作日")
_YEAR = re.compile(r"[〔\[（(](20\d\d)[〕\]）)]")
# Where in a part without a date in its title its dates are looked for.
_HEAD = 60


def inferred_year(text: str, heading: Heading) -> tuple[int | None, str]:
    """The year of the plan and the words it was taken from.

    In this order: the document's own number, the day it was signed, a year in its title, the latest year
    of a cited number.
    """
    if heading.document_number and (years := _YEAR.findall(heading.document_number)):
        return int(years[0]), heading.document_number
    if heading.issued_on:
        return heading.issued_on.year, heading.issued_on.isoformat()
    if in_title := re.search(r"(20\d\d)\s*年", heading.title):
        return int(in_title[1]), in_title[0]
    years = _YEAR.findall(text)
    return (int(max(years)), f"〔{max(years)}〕") if years else (None, "")


def stages(parts: list[Node], year: int | None, issued_on: date | None) -> tuple[tuple[Stage, ...], tuple[Warned, ...]]:
    """The stages of the parts that are about stages, and what a person should look at."""
    found = [stage for part in parts for stage in _of_part(part, year, issued_on)]
    return tuple(found), tuple(doubt for stage in found for doubt in _doubts(stage))


def _of_part(part: Node, year: int | None, issued_on: date | None) -> Iterator[Stage]:
    if part.role == "stages":
        yield from _of_steps(part, year, issued_on)
    elif part.role != "inspected":
        for child in part.children:
            if _STAGE_PART.search(child.title[:30]) or _STAGE_PART.search(child.text[:10]):
                yield from _of_steps(child, year, issued_on)


def _of_steps(part: Node, year: int | None, issued_on: date | None) -> Iterator[Stage]:
    """The steps of a part: its children, or the paragraphs that name a span of time where it has none."""
    for child in part.children:
        stage = _stage(child, year, issued_on)
        if stage:
            yield stage
        elif child.children and _STAGE_PART.search(child.title[:30]):
            yield from _of_steps(child, year, issued_on)
    if not part.children:
        for line, paragraph in part.paragraphs:
            if len(steps := [step for step in _STEPS.split(paragraph) if _STEPS.match(step)]) > 1:
                yield from (_run_in(step, year, issued_on, line) for step in steps)
                continue
            at_head = [span for span in spans(paragraph[:_HEAD], year, issued_on) if span.at[0] <= 2]
            if at_head and at_head[0].is_range:
                title = re.split(r"[，。；,;：]", paragraph[at_head[0].at[1] :].lstrip("，,：:　 "))[0]
                yield _dated(_first_kind(paragraph), title, at_head[:1], paragraph, (line, line))


def _run_in(step: str, year: int | None, issued_on: date | None, line: int) -> Stage:
    """One of several stages in a paragraph: "第二阶段（6月至9月）重点督查；"."""
    title = re.split(r"[。；;，,]", re.sub(r"[（(][^）)]*[）)]", "", step))[0]
    return _dated(_first_kind(step), title.strip("：: "), spans(step[:_HEAD], year, issued_on), step, (line, line))


def _stage(node: Node, year: int | None, issued_on: date | None) -> Stage | None:
    """A step: dated in its title or its first words, or named a stage."""
    title = node.title or re.split(r"[。；;]", node.text)[0]
    whole = node.title + node.text
    found = spans(node.title, year, issued_on) or spans(whole[:_HEAD], year, issued_on)
    named = "阶段" in title[:20]
    if not found and not named and (node.children or not node.title):
        return None
    if not found:
        found = [span for span in spans(whole, year, issued_on) if "前" in whole[span.at[0] : span.at[1] + 2]][:1]
    name = re.split(r"[（(。：:，,]", title)[0] or title
    return _dated(_kind(title), name[:100], found, whole, node.lines)


def _kind(title: str) -> str:
    """What a title names: the first kind in the list, so that "督察整改" is a rectification."""
    return next((kind for kind, words in _KINDS if words.search(title[:40])), "other")


def _first_kind(paragraph: str) -> str:
    """What a paragraph names first."""
    found = [(match.start(), kind) for kind, words in _KINDS if (match := words.search(paragraph))]
    return min(found)[1] if found else "other"


def _dated(kind: str, title: str, found: list[Span], whole: str, lines: tuple[int, int]) -> Stage:
    starts, ends = (found[0].starts, found[0].ends) if found else (None, None)
    if len(found) > 1 and not found[0].is_range and found[1].ends and found[0].at[1] + 3 >= found[1].at[0]:
        starts, ends = found[0].starts or found[0].ends, found[1].ends
    elif starts == ends and found and not found[0].is_range and len(starts or "") > 7:
        # One day names the end; the work begins before.
        starts = None
    hour = _HOUR.search(whole)
    at = clock_time(*hour.groups()) if hour else None
    return Stage(kind, title, starts, ends, at, _working_days(starts, ends), whole, lines)


def clock_time(half: str | None, hour: str, minute: str | None) -> str | None:
    """A time of day as HH:MM: 下午5时 is 17:00, 24时 is 24:00; None for what no clock shows."""
    at = int(hour) + (12 if half in ("下午", "晚", "晚上") and int(hour) < 12 else 0), _minutes(minute)
    return f"{at[0]:02d}:{at[1]:02d}" if at <= (24, 0) and at[1] < 60 else None


def _minutes(words: str | None) -> int:
    return 30 if words == "半" else int(words or 0)


def _doubts(stage: Stage) -> Iterator[Warned]:
    yield from (Warned(stage.lines, doubt) for doubt in (*_doubts_of_hour(stage), *_doubts_of_days(stage)))


def _doubts_of_hour(stage: Stage) -> Iterator[Sentence]:
    if stage.deadline_time is None and (words := _WORDS.search(stage.text)):
        text = "“%(words)s” names no hour; a person must confirm the hour at which “%(stage)s” ends."
        yield sentence(text, words=words[0], stage=stage.title)


def _doubts_of_days(stage: Stage) -> Iterator[Sentence]:
    if stage.starts_on is None and stage.ends_on is None:
        yield sentence("“%(stage)s” has no date; give it one.", stage=stage.title)
    first, last = first_day(stage.starts_on), last_day(stage.ends_on)
    if first and last and last < first:
        text = "“%(stage)s” ends on %(end)s, before it starts on %(start)s."
        yield sentence(text, stage=stage.title, end=last, start=first)
        return
    if last and len(stage.ends_on or "") > 7 and not _is_working(last):
        text = "“%(stage)s” ends on %(end)s, which is no working day."
        yield sentence(text, stage=stage.title, end=last)
    if first and last and stage.working_days is not None:
        days = (last - first).days + 1
        if stage.working_days < days and days <= 31:
            text = "“%(stage)s” holds only %(working)s working days in %(days)s days."
            yield sentence(text, stage=stage.title, working=stage.working_days, days=days)
        if (granted := _GRANTED.search(stage.text)) and stage.working_days < int(granted[1]):
            text = "“%(stage)s” grants %(granted)s working days, but its dates hold only %(working)s."
            yield sentence(text, stage=stage.title, granted=granted[1], working=stage.working_days)


def _is_working(day: date) -> bool:
    try:
        return workdays.load().is_working_day(day)
    except OutsideCalendar:
        return True


def _working_days(starts: str | None, ends: str | None) -> int | None:
    first, last = first_day(starts), last_day(ends)
    if first is None or last is None or last < first:
        return None
    try:
        return workdays.load().working_days_between(first, last)
    except OutsideCalendar:
        return None
