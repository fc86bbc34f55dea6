"""A campaign's catalogue as plain values: what a plan's reading proposes, and what goes out to and comes in from files.

What goes out as a workbook or as YAML comes in again without loss.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ducha.domain.errors import sentence

CODE = re.compile(r"[1-9][0-9]{0,4}(?:\.[1-9][0-9]{0,4})*")
NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
MOMENT = re.compile(r"(?:(?P<year>[12][0-9]{3})-)?(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?")
_DIGITS = "0123456789０１２３４５６７８９零一二三四五六七八九十百千万两"
_NO_DIGIT = f"(?<![{_DIGITS}.．])"
LONGEST_CODE = 60
LONGEST_VALUE = 20
Lines = tuple[int, int] | None


@dataclass(frozen=True)
class Asked:
    """A number that a point asks for, by the words in which it does."""

    phrase: str
    quantity: str
    comparator: str
    value: str
    unit: str
    rule: str = ""
    # Where the words begin in the text of the point, where that is known.
    start: int | None = None


@dataclass(frozen=True)
class PlainHeading:
    """An area, or a heading between an area and its points: then its code has a dot."""

    code: str
    title: str
    lines: Lines = None


@dataclass(frozen=True)
class PlainPoint:
    """A point with all that is known of it. `read_code` is its code in the plan's reading, empty for one added."""

    code: str
    text: str
    score: str = ""
    sources: str = ""
    responsible: tuple[str, ...] = ()
    due_from: str = ""
    due_until: str = ""
    thresholds: tuple[Asked, ...] = ()
    lines: Lines = None
    read_code: str = ""


@dataclass(frozen=True)
class PlainStage:
    """A stage; `due_at` in the office's time."""

    kind: str
    title: str
    starts_on: date | None = None
    due_at: datetime | None = None
    hour_confirmed: bool = False
    phrase: str = ""
    lines: Lines = None


@dataclass(frozen=True)
class Cited:
    """A document that the plan rests on."""

    title: str
    number: str = ""


@dataclass(frozen=True)
class Catalogue:
    """What is inspected in a campaign, and when."""

    title: str = ""
    year: int = 0
    kind: str = "comprehensive"
    headings: tuple[PlainHeading, ...] = ()
    points: tuple[PlainPoint, ...] = ()
    stages: tuple[PlainStage, ...] = ()
    citations: tuple[Cited, ...] = ()


def is_code(words: str) -> bool:
    """Whether words are the code of a point or a heading: digits and dots, at most 60 characters."""
    return len(words) <= LONGEST_CODE and bool(CODE.fullmatch(words))


def is_value(value: str, unit: str) -> bool:
    """Whether words are the value of a limit: a number, or month and day as 0131 for a date."""
    if unit == "date":
        return len(value) == 4 and is_moment(f"{value[:2]}-{value[2:]}")
    return bool(NUMBER.fullmatch(value))


def is_moment(words: str) -> bool:
    """Whether words are a day or a month of the calendar, as "2024-06-30", "2024-06" or "06-30"."""
    found = MOMENT.fullmatch(words)
    if found is None or not 1 <= (month := int(found["month"])) <= 12:
        return False
    # A leap year, so that 29 February may stand without its year.
    return found["day"] is None or 1 <= int(found["day"]) <= monthrange(int(found["year"] or 2000), month)[1]


def rank(code: str) -> str:
    """What codes are sorted by: "1.10" after "1.9"."""
    return ".".join(part.zfill(5) for part in code.split("."))


def place(text: str, phrase: str, after: int = 0) -> int:
    """Where words stand in a text from a place on, else anywhere; never inside a longer number. -1 for nowhere."""
    words = re.compile((_NO_DIGIT if phrase[:1] in _DIGITS else "") + re.escape(phrase))
    found = words.search(text, after) or words.search(text)
    return found.start() if found else -1


def placed(text: str, asked: Sequence[Asked]) -> list[tuple[int, int]]:
    """Where each number stands: where it says, else at the first place of its words after the one before it."""
    places: list[tuple[int, int]] = []
    for one in asked:
        start = one.start
        if start is None or text[start : start + len(one.phrase)] != one.phrase:
            start = place(text, one.phrase, places[-1][1] if places else 0)
        places.append((start, start + len(one.phrase)) if start >= 0 else (-1, -1))
    return places


def faults_of(catalogue: Catalogue) -> Iterator[str]:
    """Everything that keeps plain values from being a catalogue, a sentence each."""
    areas = {heading.code for heading in catalogue.headings if "." not in heading.code}
    text = "“%(code)s” is no code. Write digits and dots, as “2.1.3”."
    codes = [row.code for row in (*catalogue.headings, *catalogue.points)]
    yield from (sentence(text, code=code[:60]) for code in codes if not is_code(code))
    text = "The code “%(code)s” is given twice."
    for rows in (catalogue.headings, catalogue.points):
        counted = Counter(row.code for row in rows)
        yield from (sentence(text, code=code) for code, times in counted.items() if times > 1)
    for point in catalogue.points:
        if not point.text.strip():
            yield sentence("Point “%(code)s” has no text.", code=point.code)
        if (top := point.code.partition(".")[0]) not in areas:
            yield sentence("“%(code)s” would belong to area %(top)s, which is not there.", code=point.code, top=top)
        yield from _faults_of_numbers(point)
    kinds = Counter(stage.kind for stage in catalogue.stages)
    text = "The stage “%(stage)s” is given twice; a campaign has one of a kind."
    yield from (sentence(text, stage=stage.title) for stage in catalogue.stages if kinds[stage.kind] > 1)
    text = "The stage “%(stage)s” ends before it starts."
    for stage in catalogue.stages:
        if stage.starts_on and stage.due_at and stage.due_at.date() < stage.starts_on:
            yield sentence(text, stage=stage.title)


def _faults_of_numbers(point: PlainPoint) -> Iterator[str]:
    places = placed(point.text, point.thresholds)
    text = "“%(phrase)s” does not stand in the text of point “%(code)s”. Copy its words."
    for asked, (start, _end) in zip(point.thresholds, places, strict=True):
        if not is_value(asked.value, asked.unit):
            yield sentence("“%(value)s” is no number, and no date as 0131.", value=asked.value)
        if start < 0 or not asked.phrase:
            yield sentence(text, phrase=asked.phrase, code=point.code)
