"""Excel in and out: tables read by python-calamine, written so that no text becomes a formula."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from ducha.domain.errors import Invalid, sentence
from ducha.engines.files.charts import Chart, across, draw
from ducha.engines.files.intake import FileRefused
from ducha.engines.files.limited import run_limited

# Excel's own limit; a longer text would be left out without a word.
LONGEST_CELL = 32_767


@dataclass(frozen=True)
class Table:
    """The first sheet of a workbook: its head, and each row with its number in the sheet."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def sheet_lines(name: str, content: bytes) -> list[list[str]]:
    """The cells of the first sheet as text; runs in the limited child."""
    try:
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        return [[_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, IndexError, OSError) as error:
        text = "The workbook cannot be read. Open it in Excel, save it anew and upload that."
        raise FileRefused([sentence(text)]) from error


def sheets(name: str, content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of every sheet by its name, texts and numbers as they are, days as ISO; runs in the limited child."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return {
            title: [[plain_cell(cell) for cell in line] for line in book.get_sheet_by_name(title).to_python()]
            for title in book.sheet_names
        }
    except (CalamineError, ValueError, IndexError, OSError) as error:
        text = "The workbook cannot be read. Open it in Excel, save it anew and upload that."
        raise FileRefused([sentence(text)]) from error


def read_book(name: str, content: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet of a workbook, read in the limited child."""
    found: dict[str, list[list[Any]]] = run_limited("ducha.engines.files.excel:sheets", name, content)
    return found


def read_table(name: str, content: bytes, *, required: Sequence[str]) -> Table:
    """Read the first sheet; FileRefused names every missing column."""
    lines = run_limited("ducha.engines.files.excel:sheet_lines", name, content)
    if not lines:
        raise FileRefused([sentence("The first sheet of the workbook is empty.")])
    headers = tuple(lines[0])
    missing = [name for name in required if name not in headers]
    if missing:
        text = "The column “%(column)s” is missing in the first line of the sheet."
        raise FileRefused([sentence(text, column=name) for name in missing])
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        values = {header: cell for header, cell in zip(headers, line, strict=False) if header}
        if any(values.values()):
            rows.append((number, values))
    return Table(headers, tuple(rows))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def plain_cell(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else cell


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: its name, the titles of its columns, its rows."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write_sheet(titles: Sequence[str], rows: Sequence[Sequence[Any]], charts: Sequence[Chart] = ()) -> bytes:
    """A workbook of one sheet with a frozen head and a filter, and of its charts; text is always a text cell."""
    return write_book([Sheet("Sheet1", titles, rows)], charts)


def write_book(wanted: Sequence[Sheet], charts: Sequence[Chart] = ()) -> bytes:
    """A workbook, each sheet with a frozen head and a filter, printed on A4; text is always a text cell."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    # "@": what is typed over a text stays a text, so that code 1.10 does not become the number 1.1.
    shapes = {dt.datetime: "yyyy-mm-dd hh:mm", dt.date: "yyyy-mm-dd", int: "0", str: "@"}
    forms = {
        kind: book.add_format({"num_format": shape, "valign": "top", "text_wrap": kind is str})
        for kind, shape in shapes.items()
    }
    for one in wanted:
        sheet = book.add_worksheet(one.name)
        for column, title in enumerate(one.titles):
            sheet.write_string(0, column, title, head)
            width = max([_width(title), *(_width(str(row[column] or "")) for row in one.rows[:500])])
            sheet.set_column(column, column, min(60, width + 2))
        for line, row in enumerate(one.rows, start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, (line, column), value, forms)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(one.rows)), max(0, len(one.titles) - 1))
        across(sheet)
        sheet.repeat_rows(0)
    if charts:
        draw(book, charts)
    book.close()
    return target.getvalue()


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, forms: dict[type, Any]) -> None:
    if isinstance(value, dt.datetime):
        sheet.write_datetime(*at, value, forms[dt.datetime])
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, dt.datetime.combine(value, dt.time.min), forms[dt.date])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(*at, value, forms[int])
    elif value is not None:
        text = str(value)
        if len(text) > LONGEST_CELL:
            fault = "A text of %(size)s characters does not fit into a cell of Excel, which holds %(limit)s."
            raise Invalid([sentence(fault, size=len(text), limit=LONGEST_CELL)])
        sheet.write_string(*at, text, forms[str])


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
