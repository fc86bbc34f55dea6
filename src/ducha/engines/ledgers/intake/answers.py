"""What an intake answers: what was recognised, what was taken in, why a row was rejected."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines.ledgers.kinds import KINDS

# Called with a stage (“copy”, “read”, “check”, “write”, “list”), and the bytes of it that are done and of all.
Progress = Callable[[str, int, int], None]


class LedgerRefused(Invalid):
    """A file of which nothing was taken in; `faults` says everything that is wrong with it."""


@dataclass(frozen=True)
class Scaled:
    """The evidence that an amount was sent in another unit than yuan: the header, and yuan per unit."""

    column: str
    header: str
    factor: int


@dataclass(frozen=True)
class TakenSource:
    """One source: a file, or one sheet of a workbook. `read` = `accepted` + `rejected`; `skipped` are no records."""

    name: str
    kind: str
    read: int
    accepted: int
    rejected: int
    # Titles, blank lines, footers and repeated heads.
    skipped: int
    header_row: int
    columns: dict[str, str]
    unmatched: tuple[str, ...]
    scaled: tuple[Scaled, ...]
    reasons: dict[str, int]


@dataclass(frozen=True)
class Taken:
    """What an intake did; `changed` is false where the very same was taken in before."""

    name: str
    sha256: str
    encoding: str
    changed: bool
    sources: tuple[TakenSource, ...]
    # Sheets of a workbook whose head nobody knows.
    sheets_left_out: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Records that were read, over all sources."""
        return sum(one.read for one in self.sources)

    @property
    def accepted(self) -> int:
        """Rows that stand in the ledgers, over all sources."""
        return sum(one.accepted for one in self.sources)

    @property
    def rejected(self) -> int:
        """Rows that were sent back, over all sources."""
        return sum(one.rejected for one in self.sources)


@dataclass(frozen=True)
class Look:
    """What a file seems to be, before anything is taken in; `columns` is header → column, `rows` the first rows."""

    name: str
    sheet: str
    kind: str | None
    encoding: str
    delimiter: str
    header_row: int
    headers: tuple[str, ...]
    columns: dict[str, str]
    missing: tuple[str, ...]
    unmatched: tuple[str, ...]
    scaled: tuple[Scaled, ...]
    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class Reject:
    """A row that was sent back: its number in the source, every reason, and its cells as they were sent."""

    source: str
    row: int
    reasons: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """What the caller says about a file beyond its bytes; a given mapping is header → column."""

    path: Path
    name: str
    unit: str | None
    kind: str | None
    mapping: dict[str, str] | None
    # The units whose rows are taken in; None: all.
    units: Collection[str] | None = None


def explain(reason: str, kind: str) -> Sentence:
    """A reason code as a sentence; `kind` gives the columns their titles."""
    code, _colon, column = reason.partition(":")
    if not column:
        return _OF_THE_ROW[code]()
    return _OF_A_COLUMN[code](KINDS[kind].by_name[column].title)


def _cells() -> Sentence:
    return sentence("The row has another number of cells than the head. Put each cell under its own header.")


def _bytes() -> Sentence:
    return sentence("The row holds bytes that are no text. Type the garbled cells anew.")


def _long() -> Sentence:
    return sentence("A cell of the row holds more than %(limit)s characters. Shorten it.", limit=32_767)


def _missing(title: str) -> Sentence:
    return sentence("“%(column)s” is blank, but every row needs it.", column=title)


def _unreadable(title: str) -> Sentence:
    text = "“%(column)s” cannot be read as a day, an amount, a number or a yes or no. Write it like the other rows."
    return sentence(text, column=title)


def _scientific(title: str) -> Sentence:
    text = "“%(column)s” lost digits: a spreadsheet turned it into a number like 4.1E+17. Type it anew as text."
    return sentence(text, column=title)


def _stranger(title: str) -> Sentence:
    text = (
        "“%(column)s” names no unit that takes part. Write the name as the list of units has it, or leave the row out."
    )
    return sentence(text, column=title)


def _held_of_all(title: str) -> Sentence:
    text = (
        "The office has sent this ledger of this year for the unit, and its rows count. So that none counts twice, "
        "this one does not. If yours is the right one, ask the office to withdraw its own, and send yours again."
    )
    return sentence(text)


def _held_of_unit(title: str) -> Sentence:
    text = (
        "The unit has sent its own ledger of this kind for this year, and its rows count. So that none counts twice, "
        "this one does not. If this one is right, let the unit withdraw its own, and send this file again."
    )
    return sentence(text)


_OF_THE_ROW: dict[str, Callable[[], Sentence]] = {"cells": _cells, "bytes": _bytes, "long": _long}
_OF_A_COLUMN: dict[str, Callable[[str], Sentence]] = {
    "missing": _missing,
    "unreadable": _unreadable,
    "scientific": _scientific,
    "stranger": _stranger,
    "held_of_all": _held_of_all,
    "held_of_unit": _held_of_unit,
}
