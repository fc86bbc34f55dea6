"""The stages of a plan, with the year they do not say."""

import re
from datetime import date

from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar, sentence
from ducha.engines.plans.heading import Heading
from ducha.engines.plans.values import Node, Stage, Warned

_KINDS = (("self_inspection", "自查"), ("rectification", "整改"), ("acceptance", "验收"), ("field_inspection", "督察"))
_DAY = re.compile(r"(?:(\d{4})\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_HOUR = re.compile(r"日\s*(上午|下午)?\s*(\d{1,2})\s*[:：时]\s*(\d{2})?\s*(?:分)?前")
_WORDS = re.compile(r"[上下]?午?下班前")
_YEAR = re.compile(r"[〔\[（(](20\d\d)[〕\]）)]")


def inferred_year(text: str, heading: Heading) -> tuple[int | None, str]:
    """The year of the plan and the words it was taken from.

    In this order: the document's own number, the day it was signed, a year in its title, the latest year
    of a cited number.
    """
    if heading.document_number:
        return int(_YEAR.findall(heading.document_number)[0]), heading.document_number
    if heading.issued_on:
        return heading.issued_on.year, heading.issued_on.isoformat()
    if in_title := re.search(r"(20\d\d)\s*年", heading.title):
        return int(in_title[1]), in_title[0]
    years = _YEAR.findall(text)
    return (int(max(years)), f"〔{max(years)}〕") if years else (None, "")


def stages(parts: list[Node], year: int | None) -> tuple[tuple[Stage, ...], tuple[Warned, ...]]:
    """The dated stages of the parts that are about stages, and what a person should look at."""
    found, warned = [], []
    for node in (child for part in parts for child in part.children):
        kind = next((k for k, word in _KINDS if word in node.title), None)
        if kind is None or not _DAY.search(node.title + node.text[:40]):
            continue
        stage, doubts = _stage(node, kind, year)
        found.append(stage)
        warned += doubts
    return tuple(found), tuple(warned)


def _stage(node: Node, kind: str, year: int | None) -> tuple[Stage, list[Warned]]:
    whole = node.title + node.text
    head = node.title if _DAY.search(node.title) else whole[:60]
    days = [d for match in _DAY.finditer(head) if (d := _date(match, year))]
    starts, ends = (None, days[0]) if len(days) == 1 else (days[0], days[1]) if days else (None, None)
    hour = _HOUR.search(whole)
    at = clock_time(*hour.groups()) if hour else None
    working = _working_days(starts, ends)
    name = re.split(r"[（(。]", node.title)[0]
    stage = Stage(kind, name, starts, ends, at, working, whole, node.lines)
    return stage, _doubts(stage, whole)


def clock_time(half: str | None, hour: str, minute: str | None) -> str | None:
    """A time of day as HH:MM: 下午5时 is 17:00, 24时 is 24:00; None for what no clock shows."""
    at = int(hour) + (12 if half == "下午" and int(hour) < 12 else 0), int(minute or 0)
    return f"{at[0]:02d}:{at[1]:02d}" if at <= (24, 0) and at[1] < 60 else None


def _doubts(stage: Stage, whole: str) -> list[Warned]:
    doubts = []
    if stage.deadline_time is None and (words := _WORDS.search(whole)):
        text = "“%(words)s” names no hour; a person must confirm the hour at which “%(stage)s” ends."
        doubts.append(sentence(text, words=words[0], stage=stage.title))
    if stage.starts_on and stage.ends_on:
        if stage.ends_on < stage.starts_on:
            text = "“%(stage)s” ends on %(end)s, before it starts on %(start)s."
            doubts.append(sentence(text, stage=stage.title, end=stage.ends_on, start=stage.starts_on))
        calendar_days = (stage.ends_on - stage.starts_on).days + 1
        if stage.working_days is not None and stage.working_days < calendar_days:
            text = "“%(stage)s” holds only %(working)s working days in %(days)s days."
            doubts.append(sentence(text, stage=stage.title, working=stage.working_days, days=calendar_days))
    return [Warned(stage.lines, doubt) for doubt in doubts]


def _date(match: re.Match[str], year: int | None) -> date | None:
    which = int(match[1]) if match[1] else year
    try:
        return date(which, int(match[2]), int(match[3])) if which else None
    except ValueError:
        return None


def _working_days(first: date | None, last: date | None) -> int | None:
    if first is None or last is None or last < first:
        return None
    try:
        return workdays.load().working_days_between(first, last)
    except OutsideCalendar:
        return None
