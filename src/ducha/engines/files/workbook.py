"""Workbooks to be filled in: typed cells, of which only those to fill in are unlocked, and a mark in each row.

A row carries the key of what it is about, the version that it was written from, and a digest of the cells to fill in:
so a workbook that comes back tells what was changed, and by somebody who had seen what (`filled`).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from typing import Any

import xlsxwriter

from ducha.engines.files.charts import Chart, across, draw
from ducha.engines.files.excel import LONGEST_CELL

# The sheet that says what the workbook is, and the heads of the two hidden columns.
MARK_SHEET, KEY, VERSION = "ducha", "编号", "版本"
# Title, a line of help, then the heads.
HEAD_LINE = 2
_FIRST_DAY, _LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
_INK, _BLUE, _PALE, _GREY, _LINE = "#18212D", "#1C4E8F", "#FFFBE8", "#F3F5F7", "#C9D2DC"


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """A column: its head and name, what it holds, its width in signs, whether people fill it in and within what."""

    name: str
    head: str
    width: float
    kind: Kind = Kind.TEXT
    is_filled_in: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 5_000


@dataclass(frozen=True)
class Line:
    """A row: what it is about, which version of it, its cells; whether it may be filled in, but for what is closed."""

    key: str
    version: str
    cells: tuple[Any, ...]
    is_open: bool = True
    closed: frozenset[str] = frozenset()

    def takes(self, one: Field) -> bool:
        """Whether a field may be filled in here at present."""
        return one.is_filled_in and self.is_open and one.name not in self.closed


@dataclass(frozen=True)
class Workbook:
    """A sheet of fields and lines.

    `mark` says what it is, when and for whom it was written; empty where nothing is filled in.
    """

    name: str
    title: str
    help: str
    fields: tuple[Field, ...]
    lines: tuple[Line, ...]
    mark: Mapping[str, str] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()


def digest_of(cells: Iterable[Any]) -> str:
    """A short digest of cells as they are compared."""
    spelt = json.dumps([spelling(cell) for cell in cells], ensure_ascii=False)
    return hashlib.sha256(spelt.encode()).hexdigest()[:16]


def spelling(value: Any) -> str:
    """A cell's content as one text, the same before it is written and after it is read back."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "\n".join(line.strip() for line in str(value).strip().splitlines())


def mark_of(line: Line, fields: Iterable[Field]) -> str:
    """What a row carries: its version and the digest of what is to be filled in."""
    filled = [cell for cell, one in zip(line.cells, fields, strict=True) if one.is_filled_in]
    return f"{line.version}:{digest_of(filled)}"


def write_workbook(wanted: Workbook) -> bytes:
    """The workbook as .xlsx; text is always a text cell, whatever it begins with."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": wanted.title, "created": dt.datetime(2000, 1, 1)})
    _Sheet(book, wanted).write()
    if wanted.charts:
        draw(book, wanted.charts)
    if wanted.mark:
        sheet = book.add_worksheet(MARK_SHEET)
        sheet.write_string(0, 0, json.dumps(dict(wanted.mark), ensure_ascii=False))
        sheet.protect()
        sheet.very_hidden()
    book.close()
    return target.getvalue()


class _Sheet:
    """Writes the one sheet of lines."""

    def __init__(self, book: Any, wanted: Workbook) -> None:
        self.book, self.wanted = book, wanted
        self.sheet = book.add_worksheet(wanted.name)
        self.last = HEAD_LINE + max(1, len(wanted.lines))
        self.columns = len(wanted.fields)
        self._formats: dict[tuple[Kind, bool], Any] = {}

    def write(self) -> None:
        self._heads()
        for at, line in enumerate(self.wanted.lines, HEAD_LINE + 1):
            for column, (one, value) in enumerate(zip(self.wanted.fields, line.cells, strict=True)):
                self._cell(at, column, value, self._format(one.kind, line.takes(one)))
            if self.wanted.mark:
                self.sheet.write_string(at, self.columns, line.key)
                self.sheet.write_string(at, self.columns + 1, mark_of(line, self.wanted.fields))
        self._rules()
        self._print()

    def _heads(self) -> None:
        wanted, sheet, add = self.wanted, self.sheet, self.book.add_format
        sheet.write_string(0, 0, wanted.title, add({"bold": True, "font_size": 16, "font_color": _INK}))
        sheet.write_string(1, 0, wanted.help, add({"font_color": "#566271"}))
        plain = {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1}
        head = add({**plain, "font_color": "#FFFFFF", "bg_color": "#566271", "border_color": _LINE})
        fill = add({**plain, "font_color": "#FFFFFF", "bg_color": _BLUE, "border_color": _LINE})
        for column, one in enumerate(wanted.fields):
            sheet.write_string(HEAD_LINE, column, one.head, fill if one.is_filled_in else head)
            sheet.set_column(column, column, one.width)
        if wanted.mark:
            sheet.write_string(HEAD_LINE, self.columns, KEY)
            sheet.write_string(HEAD_LINE, self.columns + 1, VERSION)
            sheet.set_column(self.columns, self.columns + 1, 4, None, {"hidden": True})
        sheet.set_row(0, 26)
        sheet.set_row(HEAD_LINE, 30)

    def _format(self, kind: Kind, is_open: bool) -> Any:
        if (kind, is_open) not in self._formats:
            # "@": what is typed over a text stays a text, so that code 1.10 does not become the number 1.1.
            shape = {Kind.DAY: "yyyy-mm-dd", Kind.NUMBER: "General"}.get(kind, "@")
            look = {"num_format": shape, "text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE}
            look["align"] = "left" if kind == Kind.TEXT else "center"
            if self.wanted.mark:
                look |= {"locked": not is_open, "bg_color": _PALE if is_open else _GREY}
            self._formats[kind, is_open] = self.book.add_format(look)
        return self._formats[kind, is_open]

    def _cell(self, at: int, column: int, value: Any, look: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(at, column, None, look)
        elif isinstance(value, dt.date):
            day = dt.datetime(value.year, value.month, value.day)
            self.sheet.write_datetime(at, column, day, look)
        elif isinstance(value, int | float):
            self.sheet.write_number(at, column, value, look)
        else:
            # Excel's own limit: a longer text is told by its end, and stays whole on its page.
            text = str(value)
            shown = text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
            self.sheet.write_string(at, column, shown, look)

    def _rules(self) -> None:
        """What may be typed into the cells to fill in; all others are locked."""
        sheet = self.sheet
        sheet.freeze_panes(HEAD_LINE + 1, min(2, self.columns))
        sheet.autofilter(HEAD_LINE, 0, self.last, self.columns - 1)
        for column, one in enumerate(self.wanted.fields):
            if not one.is_filled_in:
                continue
            rule: dict[str, Any] = {"input_title": one.head[:32], "error_title": one.head[:32]}
            if one.kind == Kind.CHOICE:
                rule |= {"validate": "list", "source": list(one.choices)}
            elif one.kind == Kind.DAY:
                rule |= {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            else:
                rule |= {"validate": "length", "criteria": "<=", "value": one.longest}
            sheet.data_validation(HEAD_LINE + 1, column, self.last, column, rule)
        if self.wanted.mark:
            allowed = ("format_columns", "format_rows", "autofilter", "select_locked_cells", "select_unlocked_cells")
            sheet.protect("", dict.fromkeys(allowed, True))

    def _print(self) -> None:
        across(self.sheet)
        self.sheet.repeat_rows(HEAD_LINE)
        self.sheet.print_area(0, 0, self.last, self.columns - 1)
