"""One run of rules over ledgers on an engine: side tables, one pass per kind of ledger, then the rows told of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from ducha.domain.errors import sentence
from ducha.domain.workdays import Calendar
from ducha.engines.ledgers.checking.query import SIDE_TYPES, LedgerQuery, Side, is_told_by_rows
from ducha.engines.ledgers.checking.tables import calendar_columns, calendar_rows, officer_spans
from ducha.engines.ledgers.kinds import KINDS, Kind
from ducha.engines.ledgers.rules import Rule, RuleFault
from ducha.engines.ledgers.rules.language import is_set_well
from ducha.engines.ledgers.store import Partition


class Engine(Protocol):
    """What runs the queries; SQL comes in DuckDB's dialect."""

    def open(self, kind: Kind, paths: Sequence[Path]) -> None: ...
    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None: ...
    def keep(self, name: str, sql: str) -> None: ...
    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...
    def write(self, sql: str, path: Path) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Bound:
    """Rules with the numbers of a plan and the day of the check, ready to run."""

    rules: tuple[Rule, ...]
    as_of: date
    constants: Mapping[str, Mapping[str, Any]]


def bind(rules: Sequence[Rule], thresholds: Mapping[str, Decimal], as_of: date) -> Bound:
    """The rules with the value that the plan sets for their requirement; RuleFault where one cannot take it."""
    taken = tuple(
        rule.with_value(thresholds[rule.requirement]) if rule.requirement and rule.requirement in thresholds else rule
        for rule in rules
    )
    faults = [fault for rule in taken for fault in _unfit(rule)]
    if faults:
        raise RuleFault(faults)
    constants = {rule.id: {"as_of": as_of, "limit": rule.limit.value if rule.limit else None} for rule in taken}
    return Bound(taken, as_of, constants)


def _unfit(rule: Rule) -> list[str]:
    """Where a limit stands for the length of a period or a day of the year, it has to be one."""
    wanted = {"deadline": "period", "deadline_days": "period", "month_day": "mmdd"}
    pieces = [piece[0] for piece in rule.reason if isinstance(piece, tuple)]
    nodes = [top for top in (rule.population, rule.exempt, rule.not_verifiable, rule.condition, *pieces) if top]
    for node in (node for top in nodes for node in top.walk() if node.op in wanted):
        limit = node.args[1]
        if limit.op == "constant" and rule.limit and not is_set_well(wanted[node.op], rule.limit.value):
            text = "The rule “%(rule)s” cannot take “%(value)s” as its limit."
            return [sentence(text, rule=rule.id, value=str(rule.limit.value))]
    return []


@dataclass
class Run:
    """What one run found: counted states of each ledger, and where the rows stand that are told of."""

    counts: dict[str, list[tuple[Any, ...]]]
    violating: str | None


def run(engine: Engine, bound: Bound, partitions: Sequence[Partition], calendar: Calendar, *, told: bool) -> Run:
    """Check all rules over these files; `violating` is a query over the engine, None where no row is told of.

    Where `told` is false only the verdicts are wanted, not the rows.
    """
    for kind in KINDS.values():
        engine.open(kind, [part.path for part in partitions if part.kind == kind.id])
    queries = [
        LedgerQuery(
            kind,
            rules,
            bound.constants,
            _always_given(engine, kind),
            _first_year([part for part in partitions if part.kind == kind.id]),
        )
        for kind in KINDS.values()
        if (rules := [rule for rule in bound.rules if rule.ledger == kind.id])
        and any(part.kind == kind.id for part in partitions)
    ]
    for query in queries:
        # Written once to learn which tables they ask for, and again below when these are known.
        query.counts(), query.violating()
    _lay_out(engine, queries, partitions, calendar)
    counts = {query.kind.id: engine.rows(query.counts()) for query in queries}
    lists: list[str] = []
    for query in queries:
        shown = [(at, rule) for at, rule in enumerate(query.rules) if is_told_by_rows(rule)]
        if told and shown:
            engine.keep(f"told_{query.kind.id}", query.violating())
            lists += [_told(query.kind, at, rule) for at, rule in shown]
    return Run(counts, " UNION ALL ".join(lists) or None)


def _told(kind: Kind, at: int, rule: Rule) -> str:
    return (
        f"SELECT '{rule.id}' AS rule, '{kind.id}' AS ledger, unit, key, r{at} AS reason, source, source_row "
        f"FROM told_{kind.id} WHERE r{at} IS NOT NULL"
    )


def _first_year(partitions: Sequence[Partition]) -> int | None:
    years = [part.period for part in partitions]
    return min(map(int, years)) if all(year.isdigit() for year in years) else None


def _always_given(engine: Engine, kind: Kind) -> int:
    return int(engine.rows(f"SELECT coalesce(bit_and(given), 0) FROM {kind.id}")[0][0])


def _lay_out(
    engine: Engine, queries: Sequence[LedgerQuery], partitions: Sequence[Partition], calendar: Calendar
) -> None:
    made: set[str] = set()
    working = sorted({days for query in queries for days in query.working_periods})
    plain = sorted({days for query in queries for days in query.plain_periods})
    for side in (side for query in queries for side in query.sides.values()):
        for at, step in enumerate(side.steps):
            engine.keep(side.table if at == len(side.steps) - 1 else f"{side.table}_{at}", step)
        if side.made_of == ("calendar",) and side.table not in made:
            engine.table(side.table, calendar_columns(working, plain), calendar_rows(calendar, working, plain))
        elif side.made_of and side.table not in made:
            engine.table(side.table, SIDE_TYPES[side.made_of[0]], _made(engine, side, partitions))
        made.add(side.table)


def _made(engine: Engine, side: Side, partitions: Sequence[Partition]) -> list[tuple[Any, ...]]:
    what, *of = side.made_of
    if what in ("officers", "renewed"):
        columns = "certificate_number, issued_on, expires_on, certificate_state"
        spans = officer_spans(engine.rows(f"SELECT {columns} FROM officer"))
        times = Counter(number for number, _first, _last in spans)
        return [span for span in spans if (times[span[0]] > 1) == (what == "renewed")]
    return [(unit,) for unit in sorted({unit for part in partitions if part.kind == of[0] for unit in part.units})]


def with_reasons(rule: Rule, **values: Any) -> str:
    """The reason of a rule that judges the unit alone, in words; `values` are its counts and constants."""
    pieces = (piece if isinstance(piece, str) else values[piece[0].value] for piece in rule.reason)
    return "".join(f"{piece:f}" if isinstance(piece, Decimal) else str(piece) for piece in pieces)
