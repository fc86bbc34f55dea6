"""Ledgers held against rules: a verdict for each unit and rule, and every violating row with its reason."""

import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from ducha.domain import workdays
from ducha.engines.ledgers.checking import verdicts
from ducha.engines.ledgers.checking.duck import DuckEngine
from ducha.engines.ledgers.checking.query import State, is_told_by_rows
from ducha.engines.ledgers.checking.run import Bound, Engine, Run, bind, run, with_reasons
from ducha.engines.ledgers.checking.verdicts import Result, Verdict
from ducha.engines.ledgers.rules import Rule
from ducha.engines.ledgers.store import Store

__all__ = ["Engine", "Outcome", "Result", "State", "Verdict", "check"]

VIOLATIONS = "violations.parquet"


@dataclass(frozen=True)
class Outcome:
    """One check: by which calendar and day, which rules (with the numbers they were held to), and what came of it."""

    calendar: str
    as_of: date
    rules: tuple[Rule, ...]
    results: tuple[Result, ...]
    rows: Mapping[str, int]
    seconds: float


def check(
    store: Store,
    rules: Sequence[Rule],
    *,
    as_of: date,
    thresholds: Mapping[str, Decimal] | None = None,
    units: Collection[str] | None = None,
    out: Path | None = None,
    engine: str = "duckdb",
    master: str = "local[*]",
) -> Outcome:
    """Hold the ledgers of a store against rules.

    `thresholds` are the values that a plan sets, by requirement (domain.rules); `units` keeps to some units. Violating
    rows go to `out`/violations.parquet (rule, ledger, unit, key, reason, source, source_row); a rule that judges the
    unit alone has one row for each unit that does not meet it, with the unit as its key.
    """
    began = time.monotonic()
    calendar = workdays.load()
    bound = bind(rules, thresholds or {}, as_of)
    # Whoever acted may be certified in another unit's list of officers, or in that of all units.
    partitions = [
        part for part in store.partitions if units is None or part.kind == "officer" or set(part.units) & set(units)
    ]
    with TemporaryDirectory(prefix="ducha-check-") as work:
        with closing(_engine(engine, master, store, Path(work))) as running:
            found = run(running, bound, partitions, calendar)
            results = _results(bound, found, units)
            if out is not None:
                _write(running, found, bound, results, units, Path(work), out)
    return Outcome(calendar.version, as_of, bound.rules, results, store.rows(), time.monotonic() - began)


def _engine(engine: str, master: str, store: Store, work: Path) -> Engine:
    if engine == "duckdb":
        return DuckEngine(reads=store.folder, work=work)
    raise ValueError(f"There is no engine “{engine}”.")


def _results(bound: Bound, found: Run, units: Collection[str] | None) -> tuple[Result, ...]:
    results = []
    for kind, rows in found.counts.items():
        # A region is judged by all of its units together, never by some.
        rules = [rule for rule in bound.rules if rule.ledger == kind]
        states = verdicts.counted([row for row in rows if units is None or row[0] in units], rules)
        by_id = {rule.id: rule for rule in rules if units is None or rule.per == "unit"}
        results += [verdicts.result(who, by_id[id], counts) for (who, id), counts in states.items() if id in by_id]
    order = {rule.id: at for at, rule in enumerate(bound.rules)}
    return tuple(sorted(results, key=lambda one: (order[one.rule], one.unit)))


def _write(
    engine: Engine,
    found: Run,
    bound: Bound,
    results: Sequence[Result],
    units: Collection[str] | None,
    work: Path,
    out: Path,
) -> None:
    by_id = {rule.id: rule for rule in bound.rules if not is_told_by_rows(rule)}
    lines = [
        (one.rule, by_id[one.rule].ledger, one.unit, one.unit, _reason(by_id[one.rule], one, bound), None, None)
        for one in results
        if one.rule in by_id and one.verdict is Verdict.NOT_MET
    ]
    engine.table("told_units", ROW_TYPES, lines)
    named = ", ".join(ROW_TYPES)
    told = f"SELECT {named} FROM told_units" + (f" UNION ALL {found.violating}" if found.violating else "")
    only = ""
    if units is not None:
        engine.table("wanted_units", {"unit": "VARCHAR"}, [(unit,) for unit in sorted(units)])
        only = " WHERE unit IN (SELECT unit FROM wanted_units)"
    ordered = f"SELECT {named} FROM ({told}) AS told{only} ORDER BY rule, unit, source, source_row"
    engine.write(ordered, work / VIOLATIONS)
    out.mkdir(parents=True, exist_ok=True)
    shutil.move(work / VIOLATIONS, out / VIOLATIONS)


def _reason(rule: Rule, one: Result, bound: Bound) -> str:
    fulfilled = one.population - one.violations - one.not_verifiable
    return with_reasons(rule, **bound.constants[rule.id], population=one.population, fulfilled=fulfilled)


ROW_TYPES = {
    "rule": "VARCHAR",
    "ledger": "VARCHAR",
    "unit": "VARCHAR",
    "key": "VARCHAR",
    "reason": "VARCHAR",
    "source": "VARCHAR",
    "source_row": "BIGINT",
}
