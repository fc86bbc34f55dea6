"""A workbook that comes back: what was changed in it, and everything that is wrong with it, cell by cell."""

import datetime as dt
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from posixpath import normpath
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from ducha.domain.errors import Sentence, sentence
from ducha.engines.files.excel import plain_cell
from ducha.engines.files.intake import FileRefused
from ducha.engines.files.limited import run_limited
from ducha.engines.files.workbook import (
    KEY,
    MARK_SHEET,
    VERSION,
    Field,
    Kind,
    Line,
    Workbook,
    digest_of,
    mark_of,
    spelling,
)

# The heads stand within so many lines: people put lines of their own above.
_HEADS_WITHIN = 30
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00:00)?")
_MERGED = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Change:
    """What was filled into one cell: the row's key, the field, the cell's place, what stood there and what does."""

    key: str
    field: str
    cell: str
    before: str
    after: Any


@dataclass(frozen=True)
class CellFault:
    """What is wrong, and where; a fault of the whole workbook has no cell."""

    cell: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What a workbook that came back says. With a fault nothing of it is taken; `unread` was changed in vain."""

    changes: tuple[Change, ...]
    faults: tuple[CellFault, ...]
    unread: tuple[CellFault, ...] = ()


def read_workbook(name: str, content: bytes, wanted: Workbook) -> Reading:
    """Compare a workbook that came back with what it would be if it were written now.

    `wanted` has the same kind and mark. Nothing is taken of a row that was changed since the workbook was written,
    of an unknown or doubled key, of a cell that holds a formula or what its column cannot hold: each is a fault with
    its cell. Locked cells that differ are told as `unread`. FileRefused where it is no workbook of ours at all.
    """
    read = run_limited("ducha.engines.files.filled:cells", name, content)
    faults = list(_of_another_kind(read["sheets"], wanted))
    if faults:
        return Reading((), tuple(faults))
    found = {title: heads for title, lines in read["sheets"].items() if (heads := _heads(lines)) is not None}
    if len(found) > 1:
        text = "The rows stand in several sheets: %(sheets)s. Leave the one that counts."
        return Reading((), (CellFault("", sentence(text, sheets="、".join(found))),))
    for title, heads in found.items():
        formulas = {cell for sheet, cell in read["formulas"] if sheet == title}
        merged = [cells for sheet, cells in read["merged"] if sheet == title]
        return _Comparing(wanted, read["sheets"][title], heads, formulas, merged).reading()
    text = "The line of heads with “%(key)s” is missing. Download the workbook anew and fill that in."
    return Reading((), (CellFault("", sentence(text, key=KEY)),))


def cells(name: str, content: bytes) -> dict[str, Any]:
    """Every sheet's cells at their places, where formulas stand and what is merged; runs in the limited child."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {
            title: [[plain_cell(cell) for cell in line] for line in _lines(book, title)] for title in book.sheet_names
        }
        marked = list(_marked(content))
        return {
            "sheets": sheets,
            "formulas": [(sheet, place) for sheet, what, place in marked if what == "c"],
            "merged": [(sheet, place) for sheet, what, place in marked if what == "mergeCell"],
        }
    except (
        CalamineError,
        ValueError,
        IndexError,
        OSError,
        KeyError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
    ) as error:
        text = "“%(name)s” is no workbook that can be read here. Save it as .xlsx and send that."
        raise FileRefused([sentence(text, name=name)]) from error


def _lines(book: CalamineWorkbook, title: str) -> list[list[Any]]:
    return book.get_sheet_by_name(title).to_python(skip_empty_area=False)


def _marked(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Each sheet's cells that hold a formula ("c") and ranges that are merged ("mergeCell").

    Names are taken in any namespace: the strict kind of workbook has others.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        rels = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        for sheet in book.iter("{*}sheet"):
            part = next((targets.get(value, "") for key, value in sheet.items() if key.endswith("}id")), "")
            path = normpath(part.lstrip("/") if part.startswith("/") else f"xl/{part}")
            with archive.open(path) as source:
                for _event, element in etree.iterparse(source, tag=("{*}c", "{*}mergeCell"), resolve_entities=False):
                    what = etree.QName(element).localname
                    if what == "mergeCell" or element.find("{*}f") is not None:
                        yield sheet.get("name", ""), what, element.get("r", "") or element.get("ref", "")
                    element.clear()


def _of_another_kind(sheets: Mapping[str, Sequence[Sequence[Any]]], wanted: Workbook) -> Iterator[CellFault]:
    lines = sheets.get(MARK_SHEET, [])
    try:
        mark = json.loads(lines[0][0]) if lines and lines[0] else None
    except (ValueError, TypeError):
        mark = None
    if not isinstance(mark, dict):
        text = "This is no workbook that was downloaded here. Download it, fill it in and send that."
        yield CellFault("", sentence(text))
        return
    said = {
        "kind": sentence("This is another kind of workbook. Send it where it was downloaded."),
        "campaign": sentence("This workbook is of another campaign. Download that of this one."),
        "unit": sentence("This workbook was written for another unit. Nothing of it is taken."),
        "schema": sentence("This workbook was written by another version of the system. Download it anew."),
    }
    for name, fault in said.items():
        if mark.get(name) != wanted.mark.get(name):
            yield CellFault("", fault)


def _heads(lines: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """The line of heads and the column of each: by their words, wherever they were moved to."""
    for at, line in enumerate(lines[:_HEADS_WITHIN]):
        named = {spelling(cell): column for column, cell in enumerate(line) if spelling(cell)}
        if KEY in named and VERSION in named:
            return at, named
    return None


class _Comparing:
    """Compares the rows of a sheet with those that would be written now."""

    def __init__(
        self,
        wanted: Workbook,
        lines: Sequence[Sequence[Any]],
        heads: tuple[int, dict[str, int]],
        formulas: set[str],
        merged: Sequence[str],
    ) -> None:
        self.wanted, self.lines, self.formulas, self.merged = wanted, lines, formulas, merged
        self.head_line, self.columns = heads
        self.now = {line.key: line for line in wanted.lines}
        self.changes: list[Change] = []
        self.faults: list[CellFault] = []
        self.unread: list[CellFault] = []

    def reading(self) -> Reading:
        self._columns()
        seen: dict[str, int] = {}
        if not self.faults:
            self._merged()
            for at in range(self.head_line + 1, len(self.lines)):
                self._row(at, seen)
        if not self.faults:
            self._missing(seen)
        return Reading(tuple(self.changes), tuple(self.faults), tuple(self.unread))

    def _columns(self) -> None:
        """Every column to fill in is there, and no head stands over two."""
        for one in self.wanted.fields:
            if one.is_filled_in and one.head not in self.columns:
                text = "The column “%(head)s” is missing. Download the workbook anew and fill that in."
                self.faults.append(CellFault("", sentence(text, head=one.head)))
        stand = Counter(spelling(cell) for cell in self.lines[self.head_line])
        for head in (*(one.head for one in self.wanted.fields), KEY, VERSION):
            if stand[head] > 1:
                text = "“%(name)s” stands over several columns. Leave that name to one of them."
                self._fault(self.head_line, head, text, name=head)

    def _merged(self) -> None:
        """A merged cell holds one text for several rows or columns, and the others would seem to be emptied."""
        heads = (*(one.head for one in self.wanted.fields if one.is_filled_in), KEY, VERSION)
        ours = {self.columns[head] for head in heads}
        for cells in self.merged:
            found = _MERGED.fullmatch(cells)
            if found is None or int(found[4]) <= self.head_line + 1:
                continue
            if any(_number(found[1]) <= column <= _number(found[3]) for column in ours):
                text = "The cells %(cells)s are merged. Split them and fill in each for itself."
                self.faults.append(CellFault(cells.partition(":")[0], sentence(text, cells=cells)))

    def _missing(self, seen: Mapping[str, int]) -> None:
        first = self.wanted.fields[0].head
        if rows := [spelling(line.cells[0]) for key, line in self.now.items() if key not in seen]:
            text = (
                "Not in the workbook, deleted or new since it was written: %(count)s rows (“%(head)s” %(rows)s). "
                "They stay as they are."
            )
            self.unread.append(CellFault("", sentence(text, count=len(rows), head=first, rows="、".join(rows))))

    def _value(self, at: int, head: str) -> Any:
        line, column = self.lines[at], self.columns.get(head)
        return line[column] if column is not None and column < len(line) else None

    def _place(self, at: int, head: str) -> str:
        return f"{_letters(self.columns.get(head, 0))}{at + 1}"

    def _fault(self, at: int, head: str, text: str, **params: Any) -> None:
        self.faults.append(CellFault(self._place(at, head), sentence(text, **params)))

    def _row(self, at: int, seen: dict[str, int]) -> None:
        key = spelling(self._value(at, KEY))
        filled = [one for one in self.wanted.fields if one.is_filled_in]
        if not key:
            if any(spelling(self._value(at, one.head)) for one in filled):
                text = "This row has no key: rows cannot be added here. Add it on the page."
                self._fault(at, KEY, text)
            return
        line = self.now.get(key)
        if line is None:
            text = "The key “%(key)s” was changed, or what it names is no longer there. Download the workbook anew."
            self._fault(at, KEY, text, key=key)
        elif key in seen:
            text = "This row stands twice, here and in line %(line)s. Leave one."
            self._fault(at, KEY, text, line=seen[key] + 1)
        else:
            seen[key] = at
            self._cells(at, line, filled)

    def _cells(self, at: int, line: Line, filled: Sequence[Field]) -> None:
        written, _colon, digest = spelling(self._value(at, VERSION)).rpartition(":")
        now = dict(zip((one.name for one in self.wanted.fields), line.cells, strict=True))
        is_current = f"{written}:{digest}" == mark_of(line, self.wanted.fields)
        if not is_current and digest_of([self._read(at, one)[0] for one in filled]) == digest:
            return
        if is_current:
            self._locked(at, now)
            for one in filled:
                self._cell(at, line, one, now[one.name])
            return
        changed = [one.head for one in filled if spelling(self._read(at, one)[0]) != spelling(now[one.name])]
        if changed:
            text = "This row was changed in the system after the workbook was written. Download it anew."
            self._fault(at, changed[0], text)

    def _read(self, at: int, one: Field) -> tuple[Any, Sentence | None]:
        return _typed(self._value(at, one.head), one)

    def _cell(self, at: int, line: Line, one: Field, now: Any) -> None:
        value, fault = self._read(at, one)
        place = self._place(at, one.head)
        if place in self.formulas:
            text = "This cell holds a formula. Type what it shall say."
            self.faults.append(CellFault(place, sentence(text)))
        elif fault is not None:
            self.faults.append(CellFault(place, fault))
        elif spelling(value) == spelling(now):
            return
        elif not line.takes(one):
            text = "This cell can no longer be changed. Put back “%(now)s”, or download the workbook anew."
            self.faults.append(CellFault(place, sentence(text, now=spelling(now))))
        else:
            self.changes.append(Change(line.key, one.name, place, spelling(now), value))

    def _locked(self, at: int, now: Mapping[str, Any]) -> None:
        for one in self.wanted.fields:
            if one.is_filled_in or one.head not in self.columns:
                continue
            if spelling(_typed(self._value(at, one.head), one)[0]) != spelling(now[one.name]):
                text = "“%(head)s” is not filled in here; what was changed is not taken."
                self.unread.append(CellFault(self._place(at, one.head), sentence(text, head=one.head)))


def _typed(value: Any, one: Field) -> tuple[Any, Sentence | None]:
    """A cell as its column wants it, or what is wrong with it."""
    text = spelling(value)
    if not text:
        return None, None
    if one.kind == Kind.DAY:
        return _day(text, one)
    if one.kind == Kind.CHOICE and one.is_filled_in and text not in one.choices:
        fault = "“%(text)s” is none of: %(choices)s."
        return text, sentence(fault, text=text[:40], choices="、".join(one.choices))
    if len(text) > one.longest and one.is_filled_in:
        fault = "This text has %(size)s characters; at most %(longest)s fit."
        return text, sentence(fault, size=len(text), longest=one.longest)
    return text, None


def _day(text: str, one: Field) -> tuple[Any, Sentence | None]:
    found = _DAY.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())) if found else text, None if found else _no_day(text)
    except ValueError:
        return text, _no_day(text)


def _no_day(text: str) -> Sentence:
    return sentence("“%(text)s” is no day. Write it as 2026-03-05.", text=text[:40])


def _letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _number(letters: str) -> int:
    """The column of its letters, the reverse of `_letters`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
