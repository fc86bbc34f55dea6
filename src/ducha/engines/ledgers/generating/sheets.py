"""Files as units write them: delimited text in several encodings, and workbooks."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import xlsxwriter

from ducha.engines.ledgers.generating.sql import AS_OF
from ducha.engines.ledgers.kinds import Type

_MARKS = {"utf-8-sig": (b"\xef\xbb\xbf", "utf-8"), "utf-16": (b"\xff\xfe", "utf-16-le")}
# No sign of GB 18030 begins with it.
_NO_SIGN = b"\xff"
_BUFFER = 1 << 20


class Sheet(Protocol):
    """A file being written; `row` is the number of the last record, counted from 1."""

    row: int

    def write(self, cells: Sequence[str], *, broken: str | None = None) -> None: ...

    def title(self, text: str, width: int) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class TextSheet:
    """Delimited text; every record is one line."""

    def __init__(self, path: Path, *, encoding: str, delimiter: str) -> None:
        mark, self.encoding = _MARKS.get(encoding, (b"", encoding))
        self.delimiter = delimiter
        self.row = 0
        self._file = path.open("wb", _BUFFER)
        self._file.write(mark)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def write(self, cells: Sequence[str], *, broken: str | None = None) -> None:
        """One record; a broken one has a cell too many or too few, or bytes that are no text."""
        self.row += 1
        if broken == "cells":
            cells = [*cells, "附注"] if self.row % 2 else cells[:-1]
        line = self._line(cells).encode(self.encoding)
        if broken == "bytes":
            delimiter = self.delimiter.encode(self.encoding)
            line = line.replace(delimiter, _NO_SIGN + delimiter, 1)
        self._file.write(line)

    def title(self, text: str, width: int) -> None:
        """A line above the head, padded to its width as spreadsheets do."""
        self.write([text] + [""] * (width - 1))

    def _line(self, cells: Sequence[str]) -> str:
        line = self.delimiter.join(cells)
        if '"' not in line and line.count(self.delimiter) == len(cells) - 1:
            return f"{line}\r\n"
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter).writerow(cells)
        return text.getvalue()


class Workbook:
    """An XLSX file of one sheet, written row by row; days and amounts are typed cells where they can be."""

    def __init__(self, path: Path, types: Sequence[Type]) -> None:
        self.row = 0
        self._types = types
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        # The same rows make the same bytes.
        self._book.set_properties({"created": datetime.combine(AS_OF, datetime.min.time())})
        self._sheet = self._book.add_worksheet()
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._bold = self._book.add_format({"bold": True, "align": "center"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._book.close()

    def write(self, cells: Sequence[str], *, broken: str | None = None) -> None:
        """One row."""
        for at, (cell, of) in enumerate(zip(cells, self._types, strict=False)):
            if cell:
                self._write(at, cell, of)
        self.row += 1

    def title(self, text: str, width: int) -> None:
        """A title merged over the whole width."""
        self._sheet.merge_range(self.row, 0, self.row, width - 1, text, self._bold)
        self.row += 1

    def _write(self, at: int, cell: str, of: Type) -> None:
        if of == Type.DAY and (day := _day(cell)):
            self._sheet.write_datetime(self.row, at, day, self._day)
        elif of in (Type.DAY, Type.AMOUNT, Type.NUMBER) and (amount := _number(cell)) is not None:
            self._sheet.write_number(self.row, at, amount)
        else:
            self._sheet.write_string(self.row, at, cell)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(Decimal(text))
    except InvalidOperation:
        return None
