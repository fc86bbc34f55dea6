"""Workbooks, Parquet files and database tables, written as the same plain text that the rest of the intake reads."""

import csv
import datetime as dt
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook, SheetTypeEnum

from ducha.domain.errors import sentence
from ducha.engines.ledgers.intake.answers import LedgerRefused
from ducha.engines.ledgers.intake.database import connect
from ducha.engines.ledgers.quoting import quoted

# A workbook is opened in a child with so much memory and so many seconds of its own; the text it may write.
BOOK_MEMORY = 1 << 30
BOOK_SECONDS = 120
BOOK_TEXT = 2 << 30
# What the parts of a workbook may grow to, and how often more than they were.
_INFLATED, _RATIO, _SMALL = 1_500_000_000, 200, 20_000_000
# A double holds no more whole numbers than these without a loss; Excel itself keeps 15 digits.
_EXACT = 1e15
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"


@dataclass(frozen=True)
class Grid:
    """Records as text: a sheet or a file. Without a delimiter, encoding and delimiter are found out from the text."""

    sheet: str
    path: Path
    encoding: str
    delimiter: str


def grids_of(path: Path, name: str, work: Path, read: Callable[[Path, Path], list[str]]) -> list[Grid]:
    """What a file holds, by its bytes and not by its name; `read` writes a workbook's sheets into a folder."""
    if not path.stat().st_size:
        raise LedgerRefused([sentence("“%(name)s” is empty.", name=name)])
    with path.open("rb") as source:
        magic = source.read(8)
    if magic.startswith(_ZIP) or magic.startswith(_OLE):
        return _sheets(path, name, work, read)
    if magic.startswith(_PARQUET):
        return [_parquet(path, name, work)]
    if magic.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        text = "“%(name)s” is no ledger. Send it as CSV, text, XLSX, XLS or Parquet."
        raise LedgerRefused([sentence(text, name=name)])
    return [Grid("", path, "", "")]


def _parquet(path: Path, name: str, work: Path) -> Grid:
    target = work / "parquet.csv"
    database = connect(":memory:", reads=work, keeps_order=True)
    try:
        query = f"SELECT * FROM read_parquet({quoted(path)})"
        columns = [one[0] for one in database.execute(f"DESCRIBE {query}").fetchall()]
        texts = ", ".join(f"CAST({_named(one)} AS VARCHAR) AS {_named(one)}" for one in columns)
        database.execute(f"COPY (SELECT {texts} FROM read_parquet({quoted(path)})) TO {quoted(target)} (HEADER)")
    except duckdb.Error as error:
        text = "“%(name)s” is a broken Parquet file. Write it anew and send that."
        raise LedgerRefused([sentence(text, name=name)]) from error
    finally:
        database.close()
    return Grid("", target, "utf-8", ",")


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _sheets(path: Path, name: str, work: Path, read: Callable[[Path, Path], list[str]]) -> list[Grid]:
    """The sheets of a workbook, as a limited child has written them out."""
    _require_modest(path, name)
    titles = read(path, work)
    if not titles:
        text = (
            "“%(name)s” is no workbook that can be read within %(seconds)s seconds and %(memory)s MB. Save it as CSV."
        )
        raise LedgerRefused([sentence(text, name=name, seconds=BOOK_SECONDS, memory=BOOK_MEMORY >> 20)])
    return [Grid(title, work / f"sheet{at}.csv", "utf-8", ",") for at, title in enumerate(titles)]


def _require_modest(path: Path, name: str) -> None:
    """Refuse an archive that itself says that it grows too large; those that lie meet the limits of the child."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        grown = sum(part.file_size for part in book.infolist())
    if grown > max(_SMALL, min(_INFLATED, path.stat().st_size * _RATIO)):
        text = "“%(name)s” grows too large when it is opened. Save it anew, or as CSV."
        raise LedgerRefused([sentence(text, name=name)])


def write_sheets(path: Path, into: Path) -> list[str]:
    """Write each sheet as CSV, one record per row of the sheet; the titles of the sheets. Runs in the limited child."""
    with CalamineWorkbook.from_path(path) as book:
        # A chart or a macro may be a sheet too.
        titles = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        for at, title in enumerate(titles):
            with (into / f"sheet{at}.csv").open("w", encoding="utf-8", errors="replace", newline="") as target:
                sheet = book.get_sheet_by_name(title)
                # Rows come from the first of the sheet, but without the empty columns on the left.
                left = [""] * (sheet.start[1] if sheet.start else 0)
                lines = ([*left, *map(as_text, line)] for line in sheet.iter_rows())
                csv.writer(target, lineterminator="\n").writerows(lines)
        return titles


def as_text(cell: Any) -> str:
    """A cell as it would be typed; a number that lost digits keeps the form that shows it."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:.14E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def table_grid(url: str, table: str, work: Path, told: Callable[[int], None]) -> Grid:
    """A database table read through SQLAlchemy, ordered by its primary key, and written as text."""
    # Only those who read a database pay for loading it.
    import sqlalchemy as sa

    try:
        engine = sa.create_engine(url)
        _require_file(engine)
        with engine.connect() as connection:
            if table not in {*sa.inspect(engine).get_table_names(), *sa.inspect(engine).get_view_names()}:
                text = "The database has no table “%(table)s”."
                raise LedgerRefused([sentence(text, table=table)])
            read = sa.Table(table, sa.MetaData(), autoload_with=engine)
            query = sa.select(*read.columns).order_by(*read.primary_key.columns)
            rows = connection.execution_options(yield_per=5_000).execute(query)
            return _written(list(read.columns.keys()), (tuple(row) for row in rows), work, told)
    except (sa.exc.SQLAlchemyError, ImportError, UnicodeError) as error:
        text = "The table “%(table)s” cannot be read: %(reason)s."
        raise LedgerRefused([sentence(text, table=table, reason=type(error).__name__)]) from error


def _require_file(engine: Any) -> None:
    """SQLite would make an empty database where none is."""
    name = engine.url.database
    if engine.url.get_backend_name() == "sqlite" and not (name and Path(name).is_file()):
        raise LedgerRefused([sentence("There is no database “%(name)s”.", name=str(name))])


def _written(columns: list[str], rows: Iterator[tuple[Any, ...]], work: Path, told: Callable[[int], None]) -> Grid:
    target = work / "source"
    with target.open("w", encoding="utf-8", errors="replace", newline="") as into:
        writer = csv.writer(into, lineterminator="\n")
        writer.writerow(columns)
        for count, row in enumerate(rows):
            writer.writerow([as_text(cell) for cell in row])
            if count % 50_000 == 0:
                told(into.tell())
    return Grid("", target, "utf-8", ",")
