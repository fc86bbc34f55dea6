"""A paper as it is read on the screen: its parts numbered as in print, each sentence with the way to its records."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from ducha.apps.papers.writing.words import OPEN
from ducha.engines.gongwen import Annex, Block, Heading, Numbers, Paragraph, Table

# A source is named "kind:which"; these kinds are of one record each, the others of a page, with its query.
_RECORDS = {"finding": "findings:finding", "unit": "reports:unit", "campaign": "campaigns:campaign"}
_PAGES = {
    "ledger": "findings:ledger",
    "assessments": "selfassessment:assessments",
    "matrix": "verification:matrix",
    "visits": "fieldwork:visits",
    "measures": "accountability:measures",
}


@dataclass(frozen=True)
class Words:
    """Words of a sentence and where its records stand; `is_open` marks what a person has yet to write."""

    text: str
    url: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Part:
    """A numbered part: a heading of a level, or a paragraph of words; `at` is its place among the blocks."""

    at: int
    is_heading: bool
    level: int | None
    number: str
    words: tuple[Words, ...]


@dataclass(frozen=True)
class Listed:
    """An annexed table with the record behind each row."""

    title: str
    heads: tuple[str, ...]
    # The address of the row's record, and its cells with their heads.
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def parts(blocks: Sequence[Block]) -> list[Part]:
    """The text of a paper; its tables are annexed."""
    numbers, found = Numbers(), []
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            found.append(Part(at, True, block.level, numbers.next(block.level), (Words(block.text),)))
        elif isinstance(block, Paragraph):
            number = numbers.next(block.level) if block.level else ""
            words = tuple(Words(s.text, way(s.sources), s.text == OPEN) for s in block.sentences)
            found.append(Part(at, False, block.level, number, words))
    return found


def listed(annexes: Sequence[Annex]) -> list[Listed]:
    """The tables of a paper's annexes."""
    return [_listed(annex.title, table) for annex in annexes for table in annex.blocks if isinstance(table, Table)]


def _listed(title: str, table: Table) -> Listed:
    heads = tuple(column.head for column in table.columns)
    rows = zip(table.sources, table.rows, strict=True)
    return Listed(title, heads, tuple((way(sources), tuple(zip(heads, row, strict=True))) for sources, row in rows))


def way(sources: Sequence[str]) -> str:
    """The address that shows the records: the first page named, else the one record; empty where nothing is named."""
    ways = [source.partition(":") for source in sources]
    for kind, _colon, query in ways:
        if kind in _PAGES:
            return reverse(_PAGES[kind]) + (f"?{query}" if query else "")
    for kind, _colon, which in ways:
        if kind in _RECORDS:
            return reverse(_RECORDS[kind], args=[which])
    return ""
