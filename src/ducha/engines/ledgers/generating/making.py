"""The query that makes the rows of one part, and the lists it looks things up in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Template

import duckdb

from ducha.engines.ledgers.generating import fates, sizes
from ducha.engines.ledgers.generating.city import COUNTIES, UNITS, Unit, given, keeps, missing
from ducha.engines.ledgers.generating.sizes import SPECIAL_OFFICERS, YEARS, Part
from ducha.engines.ledgers.generating.sql import branches, tell
from ducha.engines.ledgers.kinds import KINDS, SQL_TYPES

_WITH_PARTIES = ("penalty", "licence", "coercion", "inspection_record", "start_up")
# Three regions lag: few of their services are done in one visit.
_LAGGING = {region for _, region in COUNTIES[1::4]}


@dataclass(frozen=True)
class Making:
    """One set of ledgers being made: how many rows, from which seed, and the parts they are made in."""

    connection: duckdb.DuckDBPyConnection
    rows: int
    seed: int
    parts: tuple[Part, ...]
    _filled: dict[str, frozenset[str]] = field(default_factory=dict)

    def select(self, part: Part) -> str:
        """The part's rows: u (the unit's number), fate, place, then those of the kind's columns that are filled."""
        self._tell(part)
        steps = [_text(name) for name in (["seed", "party"] if part.kind in _WITH_PARTIES else ["seed"])]
        kind = _text(part.kind)
        # A kind without steps of its own starts with SELECT.
        joint = "\n" if kind.startswith("SELECT") else ",\n"
        return Template("WITH " + ",\n".join(steps) + joint + kind).substitute(self._facts(part))

    def canonical(self, part: Part) -> str:
        """The part's rows as a ledger keeps them: the common columns, then all of the kind's."""
        rows, filled = self.select(part), self.filled(part)
        tell(self.connection, "given_of", [given(unit, part.kind, filled) for unit in UNITS])
        columns = ",\n    ".join(_canonical(part.kind, filled))
        return (
            "SELECT unit_name(u) AS unit, unit_region(u) AS region,\n"
            f"    'generated/{part.kind}' AS source, place + 1 AS source_row, given_of(u) AS given,\n"
            f"    NULL::VARCHAR AS original,\n    {columns}\nFROM ({rows})"
        )

    def filled(self, part: Part) -> frozenset[str]:
        """The columns of the kind that the generator fills for units that send them."""
        if part.kind not in self._filled:
            described = self.connection.execute(f"DESCRIBE {self.select(part)}").fetchall()
            self._filled[part.kind] = frozenset(name for name, *_ in described) - {"u", "fate", "place"}
        return self._filled[part.kind]

    def _facts(self, part: Part) -> Mapping[str, object]:
        penalties = self._penalties(part.year) if part.kind == "publication" else None
        return {
            "rows": part.rows,
            "before": part.before,
            "year": "NULL" if part.year is None else part.year,
            "unit": branches(part.firsts),
            "salt": list(KINDS).index(part.kind) * 16,
            "slots": fates.slots(part),
            "fates": len(fates.dealt(part, UNITS[0])),
            "turned": fates.turned(part, self.seed),
            # As many as names can tell apart.
            "parties": min(190_000, max(200, self.rows // 8)),
            "special": SPECIAL_OFFICERS,
            "future": sizes.FUTURE,
            "penalty_fates": len(fates.dealt(penalties, UNITS[0])) if penalties else 0,
            "penalty_slots": fates.slots(penalties) if penalties else 1,
            "penalty_turned": fates.turned(penalties, self.seed) if penalties else 0,
        }

    def _tell(self, part: Part) -> None:
        """Everything that depends on the part or on the number of rows."""
        told: dict[str, Sequence[str | int | None]] = {
            "first_of": part.firsts,
            "count_of": list(part.counts),
            "fate_of": _dealt(part),
            "officers_of": [sizes.officers(unit, self.rows) or 2 * SPECIAL_OFFICERS for unit in UNITS],
        }
        if part.kind == "publication":
            penalties = self._penalties(part.year)
            told["penalties_of"] = list(penalties.counts)
            told["penalty_first_of"] = penalties.firsts
            told["penalty_fate_of"] = _dealt(penalties)
        if part.kind == "officer":
            told["reviewers_of"] = [reviewers(unit, self.rows) for unit in UNITS]
        if part.kind == "service_item":
            told["online_of"] = [(5, 4, 3, 4)[unit.number % 4] for unit in UNITS]
            told["windows_of"] = [(4, 5, 4, 3, 2)[unit.number % 5] for unit in UNITS]
            told["one_visit_of"] = [20 if unit.region in _LAGGING else 92 for unit in UNITS]
        if part.kind == "annual_report":
            told["yearly_penalties"] = list(self._yearly_penalties())
        for name, values in told.items():
            tell(self.connection, name, values)

    def _penalties(self, year: int | None) -> Part:
        return next(part for part in self.parts if (part.kind, part.year) == ("penalty", year))

    def _yearly_penalties(self) -> Iterator[int]:
        for unit in UNITS:
            for year in YEARS:
                yield self._penalties(year).counts[unit.number] if keeps(unit, "penalty") else 40


def valid_officers(unit: Unit, rows: int) -> int:
    """Officers with a valid certificate on the check date: all but those that ended, lapsed or were struck off."""
    return max(0, sizes.officers(unit, rows) - SPECIAL_OFFICERS + 1)


def reviewers(unit: Unit, rows: int) -> int:
    """法制审核人员: none, one too few, exactly or just above 5 %, or plenty, unit by unit."""
    valid = valid_officers(unit, rows)
    enough = -(-valid // 20)
    wanted = (enough, enough, enough - 1, enough + 1, 0, enough + 2, enough, enough + 1)[unit.number % 8]
    return min(max(0, wanted), max(0, valid - 1))


def _dealt(part: Part) -> list[str | None]:
    return [fate for unit in UNITS for fate in fates.dealt(part, unit)]


def _canonical(kind: str, filled: frozenset[str]) -> Iterator[str]:
    for column in KINDS[kind].columns:
        sql_type = SQL_TYPES[column.type]
        lacking = [str(unit.number) for unit in UNITS if column.name in missing(unit, kind)]
        if column.name not in filled:
            yield f"NULL::{sql_type} AS {column.name}"
        elif lacking:
            yield f"CASE WHEN u NOT IN ({', '.join(lacking)}) THEN {column.name} END::{sql_type} AS {column.name}"
        else:
            yield f"{column.name}::{sql_type} AS {column.name}"


@cache
def _text(name: str) -> str:
    return files("ducha.engines.ledgers.generating").joinpath("rows", f"{name}.sql").read_text(encoding="utf-8").strip()
