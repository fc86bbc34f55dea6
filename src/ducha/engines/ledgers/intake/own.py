"""What a file says about whose it is, before it is taken in for one unit: nobody writes into another unit's ledgers."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ducha.engines.ledgers.intake import corrections
from ducha.engines.ledgers.intake.books import Books
from ducha.engines.ledgers.intake.heads import same
from ducha.engines.ledgers.intake.survey import Survey, survey
from ducha.engines.ledgers.intake.tables import grids_of


@dataclass(frozen=True)
class Belonging:
    """`unit_headers`: the headers, in any sheet, under which a row names its unit; `corrects`: the sources whose
    rejected rows a corrected file brings back, empty where it is none.
    """

    unit_headers: tuple[str, ...]
    corrects: frozenset[str]


def belonging(path: Path, *, kind: str | None = None, mapping: dict[str, str] | None = None) -> Belonging:
    """Read the heads of all sheets, and of a corrected file every row; LedgerRefused where nothing can be read."""
    with tempfile.TemporaryDirectory() as folder, Books() as books:
        grids = grids_of(path, path.name, Path(folder), books.sheets)
        surveys = [survey(grid, kind=kind, mapping=mapping or {}) for grid in grids]
        marked = [one for one in surveys if corrections.marked_row(one.rows)]
        corrects = frozenset(source for one in marked for source in _named(one))
    fields = [field for one in surveys if one.heads for field in one.heads[0].fields]
    return Belonging(tuple(dict.fromkeys(one.header for one in fields if one.column == "unit")), corrects)


def _named(marked: Survey) -> set[str]:
    """The sources that the rows of a corrected file name."""
    at = corrections.marked_row(marked.rows)
    place = [same(cell) for cell in marked.rows[at - 1]].index(same(corrections.SOURCE))
    rows = (cells for number, (cells, _flaws) in enumerate(corrections._records(marked), start=1) if number > at)
    return {cells[place].strip() for cells in rows if len(cells) > place and cells[place].strip()}
