"""Excel in and out: tables read by python-calamine, written so that no text becomes a formula."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from ducha.domain.errors import sentence
from ducha.engines.files.intake import FileRefused
from ducha.engines.files.limited import run_limited


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


def write_sheet(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of one sheet with a frozen head and a filter; text is always a text cell."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    top = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"})
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, head)
        width = max([_width(title), *(_width(str(row[column] or "")) for row in rows[:500])])
        sheet.set_column(column, column, min(60, width + 2))
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(line, column, value, moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, column, dt.datetime.combine(value, dt.time.min), day)
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(line, column, value, top)
            elif value is not None:
                sheet.write_string(line, column, str(value), top)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), max(0, len(titles) - 1))
    book.close()
    return target.getvalue()


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
