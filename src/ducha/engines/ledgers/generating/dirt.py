"""Dirt as it is met in real files: harmless spellings of a value, and rows that no reading can save."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ducha.engines.ledgers.kinds import KINDS, Type

_SERIAL_ZERO = date(1899, 12, 30)
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
# One row in so many is dirty, and after one in so many stands a row that must be rejected.
_EVERY_DIRTY = 23
_EVERY_REJECTED = 97
# Numbers that no row of a year reaches.
_FIRST_OF_REJECTS = 7_000_000


@dataclass
class Row:
    """A row on its way into a file: its cells by column as text, blank where there is nothing."""

    kind: str
    cells: dict[str, str]
    # Amounts of this file are in 万元.
    in_wan: frozenset[str]
    # A line with another number of cells, or with bytes that are no text.
    broken: str | None = None


def _slashes(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _dots(day: date) -> str:
    return f"{day.year}.{day.month:02}.{day.day:02}"


def _packed(day: date) -> str:
    return f"{day:%Y%m%d}"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _serial(day: date) -> str:
    return str((day - _SERIAL_ZERO).days)


def _bracketed(left: str, right: str) -> Callable[[str], str]:
    return lambda number: number.replace("〔", left).replace("〕", right)


_DAYS: Mapping[str, Callable[[date], str]] = {
    "date:slashes": _slashes,
    "date:dots": _dots,
    "date:packed": _packed,
    "date:chinese": _chinese,
    "date:serial": _serial,
}
_NUMBERS: Mapping[str, Callable[[str], str]] = {
    "number:brackets": _bracketed("【", "】"),
    "number:square": _bracketed("[", "]"),
    "number:round": _bracketed("（", "）"),
    "number:spaces": _bracketed(" 〔", "〕 "),
    "digits:full-width": lambda number: number.translate(_FULL_WIDTH),
}
_OTHERS = ("text:trailing-spaces", "amount:yuan", "amount:wan")
HARMLESS = (*_DAYS, *_NUMBERS, *_OTHERS)
_UNSAVED = ("cells", "missing", "unreadable day", "unreadable amount", "scientific", "bytes")


class Dirtying:
    """Which row gets which dirt: in turn, so that each sort comes in every set of files."""

    def __init__(self) -> None:
        self._rows = self._dirty = self._rejected = 0

    def turn(self) -> bool:
        """Go on to the next row; whether anything befalls it."""
        self._rows += 1
        return self._rows % _EVERY_DIRTY == 0 or self._rows % _EVERY_REJECTED == 0

    def harmless(self, row: Row) -> str | None:
        """Spell something in the row otherwise, if it is its turn; the reason, None where the row stays clean."""
        if self._rows % _EVERY_DIRTY:
            return None
        for _ in HARMLESS:
            reason = HARMLESS[self._dirty % len(HARMLESS)]
            self._dirty += 1
            if _soil(row, reason, self._dirty):
                return reason
        return None

    def rejected(self, row: Row, *, workbook: bool, encoding: str) -> str | None:
        """Make this copy of a row one that must be rejected, if it is its turn; the reason."""
        if self._rows % _EVERY_REJECTED:
            return None
        key = KINDS[row.kind].key
        self._rejected += 1
        row.cells[key] = _other_number(row.cells[key], _FIRST_OF_REJECTS + self._rejected)
        for turn in range(len(_UNSAVED)):
            sort = _UNSAVED[(self._rejected + turn) % len(_UNSAVED)]
            possible = sort not in ("cells", "bytes") or not workbook and (sort == "cells" or encoding == "gb18030")
            reason = _spoil(row, sort, self._rejected) if possible else None
            if reason:
                return reason
        return None


def _soil(row: Row, reason: str, turn: int) -> bool:
    if reason in _DAYS:
        return _soil_day(row, _DAYS[reason], turn)
    if reason in _NUMBERS:
        key = KINDS[row.kind].key
        clean = row.cells[key]
        if "〔" not in clean:
            return False
        row.cells[key] = _NUMBERS[reason](clean)
        return True
    if reason.startswith("amount:"):
        return _soil_amount(row, reason)
    for column in ("party_name", "name", "title"):
        if row.cells.get(column):
            row.cells[column] += "  "
            return True
    return False


def _soil_day(row: Row, spelt: Callable[[date], str], turn: int) -> bool:
    days = _filled(row, Type.DAY)
    if not days:
        return False
    column = days[turn % len(days)]
    row.cells[column] = spelt(date.fromisoformat(row.cells[column]))
    return True


def _soil_amount(row: Row, reason: str) -> bool:
    """Write the unit behind an amount, whatever the head says: 2000元, 0.2万元."""
    if not row.cells.get("fine"):
        return False
    amount = Decimal(row.cells["fine"])
    yuan = amount * 10000 if "fine" in row.in_wan else amount
    row.cells["fine"] = f"{plain(yuan)}元" if reason == "amount:yuan" else f"{plain(yuan / 10000)}万元"
    return True


def _spoil(row: Row, sort: str, turn: int) -> str | None:
    if sort in ("cells", "bytes"):
        row.broken = sort
        return sort
    if sort == "scientific":
        if "identity_number" not in row.cells:
            return None
        row.cells["identity_number"] = f"4.1982{turn % 10}E+17"
        return "scientific:identity_number"
    if sort == "missing":
        required = [column.name for column in KINDS[row.kind].columns if column.required]
        column = required[turn % len(required)]
        row.cells[column] = ""
        return f"missing:{column}"
    return _spoil_value(row, sort, turn)


def _spoil_value(row: Row, sort: str, turn: int) -> str | None:
    if sort == "unreadable amount":
        columns: list[str] = [name for name in ("fine", "amount") if name in row.cells]
        wrong = ("约两千元", "两千元左右", "一万多元")[turn % 3]
    else:
        columns = _filled(row, Type.DAY)
        wrong = ("2019-13-45", "2020-02-30", "2021年13月1日")[turn % 3]
    if not columns:
        return None
    column = columns[turn % len(columns)]
    row.cells[column] = wrong
    return f"unreadable:{column}"


def plain(amount: Decimal) -> str:
    """An amount without needless zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled(row: Row, of: Type) -> list[str]:
    return [column.name for column in KINDS[row.kind].columns if column.type == of and row.cells.get(column.name)]


def _other_number(number: str, serial: int) -> str:
    head, sign, tail = number.partition("〕")
    return f"{head}〕{serial}号" if sign else f"{number[:2]}X{serial}"
