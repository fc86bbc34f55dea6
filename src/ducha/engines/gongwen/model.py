"""An official document as data: what it says and which part is what; how it looks is the standard's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ducha.engines.word import chinese

Level = Literal[1, 2, 3, 4]


@dataclass(frozen=True)
class Sentence:
    """Words and the records that they were made from (any names; the writer does not read them)."""

    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """A numbered part's heading (结构层次); the number is the writer's: 一、 （一） 1. （1）."""

    level: Level
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of sentences. With a level it is numbered as a heading of that level is, and goes on as text."""

    sentences: tuple[Sentence, ...]
    level: Level | None = None

    @property
    def text(self) -> str:
        """All its words."""
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width, and how its cells stand."""

    head: str
    width: float
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True)
class Table:
    """A table; its head row is repeated on each page. `sources` has the records behind each row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[tuple[str, ...], ...] = ()


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Annex:
    """An attachment (附件), on a page of its own; a ledger lies across."""

    title: str
    blocks: tuple[Block, ...]
    lies_across: bool = False


@dataclass(frozen=True)
class Imprint:
    """版记: who gets a copy, who printed it and when."""

    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True)
class Document:
    """A paper. Without a mark it has no red head (自查报告, an annex); without a date it is a draft.

    `names` are names of people and the like that no line may break; `identifier` is what whoever wrote it knows it by,
    `remark` what the file says of itself beside the text; both are read in its properties.
    """

    title: str
    blocks: tuple[Block, ...]
    mark: str = ""
    number: str = ""
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    signed_by: tuple[str, ...] = ()
    dated: date | None = None
    imprint: Imprint | None = None
    has_contents: bool = False
    names: frozenset[str] = field(default_factory=frozenset)
    identifier: str = ""
    remark: str = ""


def paragraph(*parts: str | Sentence, level: Level | None = None) -> Paragraph:
    """A paragraph from words and sentences."""
    return Paragraph(tuple(part if isinstance(part, Sentence) else Sentence(part) for part in parts), level)


class Numbers:
    """The numbers of a text's parts as they come: 一、 （一） 1. （1）; each level begins anew under a new part."""

    def __init__(self) -> None:
        self._at = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        """The number of the next part at a level from 1 to 4."""
        self._at[level - 1] += 1
        self._at[level:] = [0] * (4 - level)
        number = self._at[level - 1]
        return (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}.", f"（{number}）")[level - 1]


def dated(day: date) -> str:
    """成文日期: Arabic numerals, no leading zero (7.3.5.3)."""
    return f"{day.year}年{day.month}月{day.day}日"


def listed(names: Sequence[str]) -> str:
    """Names in a row: 甲、乙、丙."""
    return "、".join(names)
