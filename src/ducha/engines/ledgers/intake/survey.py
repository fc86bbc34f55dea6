"""The first records of a text: its encoding and delimiter, its head, and what stands below."""

from dataclasses import dataclass
from itertools import islice

from ducha.engines.ledgers.intake.heads import SEARCHED, Head, recognise
from ducha.engines.ledgers.intake.records import Record, records
from ducha.engines.ledgers.intake.tables import Grid
from ducha.engines.ledgers.intake.text import chunks, encoding_of

_DELIMITERS = (",", "\t", ";", "|")
# Records below the head that a person is shown, and lines that are enough to find both.
_SHOWN = 10
_LINES = 200


@dataclass(frozen=True)
class Survey:
    """What the first lines say; `heads` has the best of each kind, the best kind first."""

    grid: Grid
    first: tuple[Record, ...]
    heads: tuple[Head, ...]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the first records."""
        return [record.cells for record in self.first]

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands in the first records."""
        return not any(cell.strip() for cells in self.rows for cell in cells)

    @property
    def guessed_row(self) -> int:
        """Where no head is known: the first of the rows with the most filled cells."""
        filled = [sum(bool(cell.strip()) for cell in cells) for cells in self.rows[:SEARCHED]]
        return filled.index(max(filled)) + 1 if filled else 0


def survey(grid: Grid, *, kind: str | None, mapping: dict[str, str]) -> Survey:
    """Read the first records with each delimiter; the one under which the most headers are known is right."""
    encoding = grid.encoding or encoding_of(grid.path)
    lines, is_whole = _first_lines(grid, encoding)
    found = [_with(grid, encoding, mark, lines, is_whole, kind, mapping) for mark in grid.delimiter or _DELIMITERS]
    return max(found, key=_fit)


def _first_lines(grid: Grid, encoding: str) -> tuple[list[str], bool]:
    lines: list[str] = []
    reading = chunks(grid.path, encoding)
    for chunk in reading:
        lines += chunk.lines
        if len(lines) >= _LINES:
            return lines, next(reading, None) is None
    return lines, True


def _with(
    grid: Grid,
    encoding: str,
    mark: str,
    lines: list[str],
    is_whole: bool,
    kind: str | None,
    mapping: dict[str, str],
) -> Survey:
    first = tuple(islice(records(lines, mark, is_last=is_whole), SEARCHED + _SHOWN))
    heads = tuple(recognise([record.cells for record in first], kind, mapping))
    return Survey(Grid(grid.sheet, grid.path, encoding, mark), first, heads)


def _fit(found: Survey) -> tuple[tuple[int, int, int], int]:
    score = found.heads[0].score if found.heads else (0, 0, 0)
    return score, max((len(cells) for cells in found.rows[:SEARCHED]), default=0)
