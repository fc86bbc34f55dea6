"""What a reading is made of: plain values, each with the lines (first, last; counted from 1) it came from."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ducha.engines.plans.tables import Row

Lines = tuple[int, int]


@dataclass(frozen=True)
class Node:
    """A part of the outline. `number` + `title` + `text` is its own wording, verbatim; `ordinal` its place (1, 2 …)."""

    number: str
    ordinal: int
    level: int
    title: str
    text: str
    role: str
    lines: Lines
    children: tuple["Node", ...] = ()
    row: "Row | None" = None
    paragraphs: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Citation:
    """A document that is cited; `number` is its 发文字号 or empty."""

    title: str
    number: str


@dataclass(frozen=True)
class Threshold:
    """A number that a point asks for. `text` is the exact phrase, `value` a number as text or MMDD for a date."""

    text: str
    quantity: str
    comparator: str
    value: str
    unit: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Heading:
    """A heading between an area and its points, by the code that its points begin with."""

    code: str
    title: str
    lines: Lines


@dataclass(frozen=True)
class Point:
    """督察要点: a leaf of what is inspected, or a row of a scoring or task table.

    `score` is what it is worth; `criteria` how points are given or taken; `sources` where it is looked up;
    `headings` what stands above it, its area aside.
    """

    code: str
    path: tuple[str, ...]
    text: str
    lines: Lines
    score: float | None = None
    criteria: str = ""
    sources: str = ""
    responsible: tuple[str, ...] = ()
    due: tuple[str | None, str | None] | None = None
    thresholds: tuple[Threshold, ...] = ()
    citations: tuple[Citation, ...] = ()
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True)
class Stage:
    """督察阶段. Dates as in `moments.Span`; `deadline_time` is None where the plan gives words and no hour."""

    kind: str
    title: str
    starts_on: str | None
    ends_on: str | None
    deadline_time: str | None
    working_days: int | None
    text: str
    lines: Lines


@dataclass(frozen=True)
class Duty:
    """A dated duty that is neither a stage nor a threshold. `text` is its clause, verbatim."""

    text: str
    ends_on: str
    deadline_time: str | None
    lines: Lines


@dataclass(frozen=True)
class Teams:
    """督察组: how many, how large, led by whom; None where the plan does not say."""

    count: int | None
    members_each: int | None
    leader: str | None


@dataclass(frozen=True)
class Warned:
    """Something a person should look at."""

    lines: Lines
    message: str


@dataclass
class Draft:
    """A part while it is read: its own lines with their numbers."""

    number: str
    ordinal: int
    level: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    children: list["Draft"] = field(default_factory=list)
    mark: int | None = None
    row: "Row | None" = None
    title_end: int = 0
    is_clause: bool = False
    is_named: bool = False
