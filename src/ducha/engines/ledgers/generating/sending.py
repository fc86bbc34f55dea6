"""The files that units send: each unit in its own manner, with dirt, from the rows of the canonical store."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from ducha.engines.ledgers.generating.city import UNITS, Unit, missing
from ducha.engines.ledgers.generating.dirt import Dirtying, Row, plain
from ducha.engines.ledgers.generating.headings import AUTHORITY, heading, is_in_wan
from ducha.engines.ledgers.generating.keeping import path_of
from ducha.engines.ledgers.generating.making import Making
from ducha.engines.ledgers.generating.sheets import Sheet, TextSheet, Workbook
from ducha.engines.ledgers.generating.sizes import Part
from ducha.engines.ledgers.kinds import KINDS, Type
from ducha.engines.ledgers.quoting import quoted

# Kinds that are sent once for all years.
_AT_ONCE = {"coercion", "publication", "start_up", "normative_document", "officer", "service_item", "annual_report"}
_SMALL = {"officer", "service_item", "annual_report", "normative_document"}
_LARGEST_WORKBOOK = 50_000
_DECIDES_LITTLE = 4
_FETCHED = 5_000
_EVERY_BLANK = 401
_IN_UTF_16 = "青岚市商务局"
_NAMES_ITSELF = "青岚市市场监督管理局"
_STAMPED = "SJC"
_STAMP = "2021-12-31 18:00:00"


@dataclass(frozen=True)
class Manner:
    """How a unit writes: which headings, encoding and delimiter, or a workbook; what stands around the table."""

    names: str
    encoding: str
    delimiter: str
    titles: int = 0
    has_footer: bool = False
    workbook: bool = False


_MANNERS = (
    Manner("2015", "gb18030", ","),
    Manner("2018 codes", "utf-8-sig", ","),
    Manner("met", "gb18030", "\t", titles=1),
    Manner("own", "utf-8", ";", has_footer=True),
    Manner("2018 titles", "gb18030", ",", titles=2, has_footer=True),
)
_UTF_16 = Manner("own", "utf-16", "\t")
_WORKBOOK = Manner("2018 titles", "", "", titles=2, has_footer=True, workbook=True)
_PLAIN_WORKBOOK = Manner("2018 codes", "", "", workbook=True)


def manner_of(unit: Unit, kind: str, rows: int) -> Manner:
    """Small ledgers come as workbooks from every other unit, large ones only where a unit decides little."""
    if unit.name == _IN_UTF_16:
        return _UTF_16
    few = kind in _SMALL or unit.weight <= _DECIDES_LITTLE
    if few and unit.number % 2 and rows <= _LARGEST_WORKBOOK:
        return _WORKBOOK if unit.number % 4 == 1 else _PLAIN_WORKBOOK
    if unit.name == _NAMES_ITSELF:
        return _MANNERS[0]
    return _MANNERS[unit.number % len(_MANNERS)]


@dataclass(frozen=True)
class Sent:
    """One file: whose, of what, in which manner, with which columns under which headings."""

    unit: Unit
    kind: str
    manner: Manner
    columns: tuple[str, ...]
    names_itself: bool

    @cached_property
    def head(self) -> list[str]:
        names = [heading(self.manner.names, self.kind, column) for column in self.columns]
        if self.names_itself:
            names[0] = AUTHORITY
        return names + [_STAMPED] * len(self.stamp)

    @cached_property
    def stamp(self) -> list[str]:
        """数据更新时间戳 of the 2015 standard; it is not the day of publication."""
        return [_STAMP] if self.manner.names == "2015" else []

    @cached_property
    def in_wan_at(self) -> list[int]:
        """The places of amounts in 万元."""
        return [at for at, name in enumerate(self.head) if is_in_wan(name)]

    @property
    def types(self) -> list[Type]:
        return [KINDS[self.kind].by_name[column].type for column in self.columns]


class Sending:
    """Writes the files, and notes each piece of dirt: file, row, reason, whether the row must be rejected."""

    def __init__(self, making: Making, out: Path) -> None:
        self.making, self.out = making, out
        self.dirtying = Dirtying()
        self._files = self._written = 0
        self._notes_path = out / "dirt.csv"

    def send(self, progress: Callable[[int, int], None]) -> int:
        """Write everything below `files/`, and dirt.parquet; the number of files."""
        done = 0
        with self._notes_path.open("w", encoding="utf-8", newline="") as notes:
            self._notes = csv.writer(notes)
            for parts in _sendings(self.making.parts):
                done += self._send(parts)
                progress(done, self.making.rows)
        columns = "{'file': 'VARCHAR', 'row': 'BIGINT', 'reason': 'VARCHAR', 'rejected': 'BOOLEAN'}"
        self.making.connection.execute(
            f"COPY (SELECT * FROM read_csv({quoted(self._notes_path)}, header = false, columns = {columns})) "
            f"TO {quoted(self.out / 'dirt.parquet')} (FORMAT parquet)"
        )
        self._notes_path.unlink()
        return self._files

    def _send(self, parts: list[Part]) -> int:
        """The files of one kind, and of one year where it comes by year."""
        kind = parts[0].kind
        filled = self.making.filled(parts[0])
        columns = [column.name for column in KINDS[kind].columns if column.name in filled]
        counts = [sum(part.counts[unit.number] for part in parts) for unit in UNITS]
        by_name = {unit.name: unit for unit in UNITS}
        rows = self._rows(parts, columns)
        for name, group in groupby(rows, key=itemgetter(0)):
            unit = by_name[name]
            sent = _sent(unit, kind, columns, counts[unit.number])
            chosen = itemgetter(*(["unit", "region", *columns].index(column) for column in sent.columns))
            self._write(sent, None if kind in _AT_ONCE else parts[0].year, map(chosen, group))
        return sum(counts)

    def _rows(self, parts: list[Part], columns: list[str]) -> Iterator[tuple[str, ...]]:
        """Rows as text, unit by unit; blank where there is nothing, 是 or 否 for a flag."""
        kind = KINDS[parts[0].kind]
        texts = []
        for column in columns:
            flag = f"CASE {column} WHEN true THEN '是' WHEN false THEN '否' END"
            text = flag if kind.by_name[column].type == Type.FLAG else f"{column}::VARCHAR"
            texts.append(f"coalesce({text}, '')")
        paths = ", ".join(quoted(self.out / "ledgers" / path_of(part)) for part in parts)
        order = " ORDER BY unit, source_row" if len(parts) > 1 else ""
        # A cursor of its own: the rows are read while other questions are asked.
        answer = self.making.connection.cursor().execute(
            f"SELECT unit, region, {', '.join(texts)} FROM read_parquet([{paths}]){order}"
        )
        while rows := answer.fetchmany(_FETCHED):
            yield from rows

    def _write(self, sent: Sent, year: int | None, rows: Iterator[tuple[str, ...]]) -> None:
        end = "xlsx" if sent.manner.workbook else "csv"
        name = f"{sent.unit.name}/{sent.kind}{'' if year is None else f'_{year}'}.{end}"
        path = self.out / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._files += 1
        with _sheet(sent, path) as sheet:
            self._write_head(sent, sheet, name)
            for values in rows:
                self._write_row(sent, sheet, name, values)
                self._written += 1
                if self._written % _EVERY_BLANK == 0:
                    # A line of nothing, or of nothing but delimiters.
                    sheet.write([""] * (len(sent.head) * (self._written // _EVERY_BLANK % 2)))
                    self._note(name, sheet.row, "layout:blank-line")
            if sent.manner.has_footer:
                sheet.write(["填表人：王海涛", *[""] * (len(sent.head) - 1) * (sent.manner.titles > 0)])
                self._note(name, sheet.row, "layout:footer")

    def _write_head(self, sent: Sent, sheet: Sheet, name: str) -> None:
        titles = (f"{sent.unit.name}{KINDS[sent.kind].title}台账", "填报日期：2022年1月7日")
        for title in titles[: sent.manner.titles]:
            sheet.title(title, len(sent.head))
            self._note(name, sheet.row, "layout:title-row")
        sheet.write(sent.head)

    def _write_row(self, sent: Sent, sheet: Sheet, name: str, values: tuple[str, ...]) -> None:
        cells = list(values)
        for at in sent.in_wan_at:
            if cells[at]:
                cells[at] = plain(Decimal(cells[at]) / 10000)
        if self.dirtying.turn():
            self._write_dirty(sent, sheet, name, cells)
        else:
            sheet.write(cells + sent.stamp)

    def _write_dirty(self, sent: Sent, sheet: Sheet, name: str, cells: list[str]) -> None:
        """The row with what befalls it, and perhaps after it a copy that must be rejected."""
        in_wan = frozenset(sent.columns[at] for at in sent.in_wan_at)
        row, spoilt = (Row(sent.kind, dict(zip(sent.columns, cells, strict=True)), in_wan) for _ in range(2))
        reason = self.dirtying.harmless(row)
        sheet.write([*row.cells.values(), *sent.stamp])
        if reason:
            self._note(name, sheet.row, reason)
        wrong = self.dirtying.rejected(spoilt, workbook=sent.manner.workbook, encoding=sent.manner.encoding)
        if wrong:
            sheet.write([*spoilt.cells.values(), *sent.stamp], broken=spoilt.broken)
            self._note(name, sheet.row, wrong, rejected=True)

    def _note(self, file: str, row: int, reason: str, *, rejected: bool = False) -> None:
        self._notes.writerow([file, row, reason, rejected])


def _sendings(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Which parts go into the same files."""
    for kind in KINDS:
        own = [part for part in parts if part.kind == kind and part.rows]
        yield from [own] if kind in _AT_ONCE else ([part] for part in own)


def _sent(unit: Unit, kind: str, columns: list[str], rows: int) -> Sent:
    lacking = missing(unit, kind)
    own = tuple(column for column in columns if column not in lacking)
    names_itself = unit.name == _NAMES_ITSELF and kind == "penalty"
    return Sent(unit, kind, manner_of(unit, kind, rows), ("unit", "region", *own), names_itself)


def _sheet(sent: Sent, path: Path) -> Sheet:
    if sent.manner.workbook:
        return Workbook(path, sent.types)
    return TextSheet(path, encoding=sent.manner.encoding, delimiter=sent.manner.delimiter)
