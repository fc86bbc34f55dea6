"""The head of a ledger: which row it is, which kind it speaks of, and which column stands under each header."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from ducha.domain.errors import sentence
from ducha.engines.ledgers.intake.answers import LedgerRefused, Scaled
from ducha.engines.ledgers.kinds import KINDS, Kind, Type

# A head is looked for among so many records.
SEARCHED = 20
# What one row alone could be by chance.
_ENOUGH = 2
_WAN = 10_000
# No header is longer; what is longer is no header.
_LONGEST = 200
_BRACKETS = str.maketrans("【】〔〕[]{}-", "()()()()_")
_MARKS = re.compile(r"\((?:扩展|必填|选填|可选|必选)\)|[*※:]")
_MONEY = re.compile(r"[(/](?:单位_?)?(万元|元)\)?$")
# Of the common columns only these are ever sent; the others are written by the intake.
_SENT = ("unit", "region")
_NOT_SENT = ("source", "source_row", "given", "original")


@dataclass(frozen=True)
class Field:
    """Where a column stands: the cell's place in a row, its header, and yuan per unit of an amount."""

    column: str
    at: int
    header: str
    scale: int = 1


@dataclass(frozen=True)
class Head:
    """A recognised head; `row` counts records of the file from 1."""

    kind: Kind
    row: int
    headers: tuple[str, ...]
    fields: tuple[Field, ...]
    # Matches that only this kind has; decides between kinds that fit equally.
    own: int = 0

    @property
    def columns(self) -> dict[str, str]:
        """Header → column."""
        return {field.header: field.column for field in self.fields}

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Headers under which nothing is taken in."""
        used = {field.at for field in self.fields}
        return tuple(header for at, header in enumerate(self.headers) if header and at not in used)

    @property
    def scaled(self) -> tuple[Scaled, ...]:
        """The amounts that were not sent in yuan."""
        return tuple(Scaled(one.column, one.header, one.scale) for one in self.fields if one.scale != 1)

    @property
    def given(self) -> int:
        """The bits of the columns that the source has."""
        own = {column.name for column in self.kind.columns}
        return sum(self.kind.bit(field.column) for field in self.fields if field.column in own)

    def missing(self, unit: str | None) -> tuple[str, ...]:
        """Required columns that no header stands for; the unit may be given instead."""
        here = {field.column for field in self.fields} | set(_NOT_SENT) | ({"unit"} if unit else set())
        return tuple(one.name for one in self.kind.by_name.values() if one.required and one.name not in here)

    @property
    def score(self) -> tuple[int, int, int]:
        """How well the kind fits: columns found, required ones among them, those of this kind alone."""
        required = sum(self.kind.by_name[field.column].required for field in self.fields)
        return len(self.fields), required, self.own


@lru_cache(maxsize=4096)
def same(header: str) -> str:
    """A header as it is compared: NFKC, without blanks and marks, lower case, one sort of brackets."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", header[:_LONGEST])).casefold()
    return _MARKS.sub("", text.translate(_BRACKETS).replace("\ufeff", ""))


@cache
def aliases(kind: str) -> Mapping[str, tuple[str, int, bool]]:
    """Header as compared → column, scale, and whether the kind alone has this spelling."""
    columns = KINDS[kind].by_name
    found: dict[str, tuple[str, int, bool]] = {}
    table = files("ducha.engines.ledgers").joinpath("aliases.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    for row in sorted(rows, key=lambda row: row["kind"]):
        if row["kind"] in ("", kind) and row["column"] in columns:
            found[same(row["header"])] = (row["column"], int(row["scale"] or 1), bool(row["kind"]))
    for column in columns.values():
        if column.name not in _NOT_SENT:
            own = column.name not in _SENT
            found.update({same(name): (column.name, 1, own) for name in (column.name, column.title)})
    return found


@cache
def _known() -> frozenset[str]:
    """Every header as compared that any kind knows."""
    return frozenset(header for kind in KINDS for header in aliases(kind))


def _may_be_head(cells: Sequence[str]) -> bool:
    """Whether any kind knows any of the cells; to ask each kind about each row is dear."""
    return any((key := same(cell)) in _known() or _MONEY.search(key) for cell in cells if cell)


def _meaning(header: str, kind: str) -> tuple[str, int, bool] | None:
    """The column of a header; an amount whose header ends with its unit is found without it."""
    key = same(header)
    known = aliases(kind)
    if key in known or not (money := _MONEY.search(key)):
        return known.get(key)
    found = known.get(key[: money.start()])
    if found is None or KINDS[kind].by_name[found[0]].type is not Type.AMOUNT:
        return None
    return found[0], _WAN if money[1] == "万元" else 1, found[2]


def _scale(header: str, column: str, kind: str) -> int:
    """Yuan per unit under a header that was mapped by hand."""
    if KINDS[kind].by_name[column].type is not Type.AMOUNT:
        return 1
    known = _meaning(header, kind)
    return known[1] if known else _WAN if "万元" in header else 1


def head_of(cells: Sequence[str], kind: str, mapping: Mapping[str, str], row: int) -> Head:
    """A row read as the head of a kind; a mapping wins, of two headers for one column the first."""
    headers = tuple(cell.strip() for cell in cells)
    while headers and not headers[-1]:
        headers = headers[:-1]
    wanted = {same(header): column for header, column in mapping.items()}
    chosen: dict[str, Field] = {}
    own = 0
    for at, header in enumerate(headers):
        column = wanted.get(same(header))
        if column in KINDS[kind].by_name and column not in chosen:
            chosen[column] = Field(column, at, header, _scale(header, column, kind))
    for at, header in enumerate(headers):
        found = None if not header or same(header) in wanted else _meaning(header, kind)
        if found and found[0] not in chosen:
            chosen[found[0]] = Field(found[0], at, header, found[1])
            own += found[2]
    fields = tuple(sorted(chosen.values(), key=lambda field: field.at))
    return Head(KINDS[kind], row, headers, fields, own)


def recognise(rows: Sequence[Sequence[str]], kind: str | None, mapping: Mapping[str, str]) -> list[Head]:
    """The best head of each kind among the first records, the best kind first; empty where nothing fits."""
    kinds = [kind] if kind else list(KINDS)
    enough = 1 if kind or mapping else _ENOUGH
    found = []
    candidates = [(row, cells) for row, cells in enumerate(rows[:SEARCHED], start=1) if mapping or _may_be_head(cells)]
    for name in kinds:
        heads = [head_of(cells, name, mapping, row) for row, cells in candidates]
        best = max(heads, key=lambda head: head.score, default=None)
        if best and len(best.fields) >= enough:
            found.append(best)
    return sorted(found, key=lambda head: head.score, reverse=True)


def chosen(heads: Sequence[Head], name: str) -> Head:
    """The head that fits best; refused where none does or two kinds fit equally."""
    if not heads:
        text = (
            "No row among the first %(rows)s of “%(name)s” is the head of a ledger. Say its kind and map its headers."
        )
        raise LedgerRefused([sentence(text, name=name, rows=SEARCHED)])
    if len(heads) > 1 and heads[0].score == heads[1].score:
        kinds = "、".join(head.kind.title for head in heads if head.score == heads[0].score)
        text = "The head of “%(name)s” fits more than one kind of ledger: %(kinds)s. Say which it is."
        raise LedgerRefused([sentence(text, name=name, kinds=kinds)])
    return heads[0]


def require_whole(head: Head, name: str, unit: str | None) -> None:
    """Refuse a head that lacks required columns, all of them together."""
    faults = []
    for column in head.missing(unit):
        title = head.kind.by_name[column].title
        text = "“%(name)s” has no column for “%(column)s”. Add it, or map one of its headers to “%(wanted)s”."
        if column == "unit":
            text = (
                "“%(name)s” has no column for “%(column)s”. Say of which unit it is, or map a header to “%(wanted)s”."
            )
        faults.append(sentence(text, name=name, column=title, wanted=column))
    if faults:
        raise LedgerRefused(faults)


def require_mapping(heads: Sequence[Head], mapping: Mapping[str, str], name: str) -> None:
    """Refuse a mapping that names headers or columns which are not there."""
    headers = {same(header) for head in heads for header in head.headers}
    columns = {column for head in heads for column in head.kind.by_name if column not in _NOT_SENT}
    faults = []
    for header, column in mapping.items():
        if same(header) not in headers:
            text = "“%(name)s” has no header “%(header)s” that could be mapped."
            faults.append(sentence(text, name=name, header=header))
        if column not in columns:
            text = "“%(column)s” is no column of this ledger: “%(header)s” cannot be mapped to it."
            faults.append(sentence(text, column=column, header=header))
    if faults:
        raise LedgerRefused(faults)
