"""A campaign's catalogue as plain values: what a plan's reading proposes, and what goes out to and comes in from files.

What goes out as a workbook or as YAML comes in again without loss.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ducha.domain.errors import sentence

CODE = re.compile(r"[1-9]\d{0,4}(?:\.\d{1,5})*")
NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
DAY = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
LONGEST_CODE = 60
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
    return bool((DAY if unit == "date" else NUMBER).fullmatch(value))


def rank(code: str) -> str:
    """What codes are sorted by: "1.10" after "1.9"."""
    return ".".join(part.zfill(5) for part in code.split("."))


def placed(text: str, phrases: list[str]) -> list[tuple[int, int]]:
    """Where phrases stand in a text; of equal ones the second stands behind the first; (-1, -1) for one not there."""
    seen: dict[str, int] = {}
    places = []
    for phrase in phrases:
        start = text.find(phrase, seen.get(phrase, 0))
        seen[phrase] = start + len(phrase) if start >= 0 else 0
        places.append((start, start + len(phrase)) if start >= 0 else (-1, -1))
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


def _faults_of_numbers(point: PlainPoint) -> Iterator[str]:
    places = placed(point.text, [asked.phrase for asked in point.thresholds])
    text = "“%(phrase)s” does not stand in the text of point “%(code)s”. Copy its words."
    for asked, (start, _end) in zip(point.thresholds, places, strict=True):
        if start < 0 or not asked.phrase:
            yield sentence(text, phrase=asked.phrase, code=point.code)
