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
from ducha.engines.ledgers.checking.increments import CountRows, Found, Group, Kept, groups
from ducha.engines.ledgers.checking.query import State, is_told_by_rows
from ducha.engines.ledgers.checking.run import Bound, Engine, bind, run, with_reasons
from ducha.engines.ledgers.checking.spark import SparkEngine
from ducha.engines.ledgers.checking.verdicts import Result, Verdict
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.rules import Rule
from ducha.engines.ledgers.store import Store

__all__ = ["VIOLATIONS", "Engine", "Outcome", "Result", "State", "Verdict", "check"]

VIOLATIONS = "violations.parquet"


@dataclass(frozen=True)
class Outcome:
    """One check: by which calendar and day, which rules (with the numbers they were held to), and what came of it.

    `run_again` of `files` ledger files had to be run; what was found of the others before still held.
    """

    calendar: str
    as_of: date
    rules: tuple[Rule, ...]
    results: tuple[Result, ...]
    rows: Mapping[str, int]
    files: int
    run_again: int
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
    unit alone has one row for each unit that does not meet it, with the unit as its key. What a check found is kept in
    `out`/parts, and the next check into the same folder runs only what changed.
    """
    began = time.monotonic()
    calendar = workdays.load()
    bound = bind(rules, thresholds or {}, as_of)
    every = groups(store.partitions, bound, calendar.version)
    asked = [group for group in every if units is None or group.units & set(units)]
    kept = Kept(out) if out is not None else None
    stale = [group for group in asked if kept is None or group.key not in kept.found]
    with TemporaryDirectory(prefix="ducha-check-") as work:
        new = _run(stale, store, bound, calendar, (engine, master, Path(work)), kept) if stale else {}
        known = {**(kept.found if kept else {}), **new}
        found = [known[group.key] for group in asked]
        results = _results(bound, found, units)
        if out is not None and kept is not None:
            kept.keep([group.key for group in every], new)
            _write(bound, results, [(kept.path(one), one.units) for one in found], units, Path(work), out)
    seconds = time.monotonic() - began
    run_again = sum(len(group.partitions) for group in stale)
    files = sum(len(group.partitions) for group in asked)
    return Outcome(calendar.version, as_of, bound.rules, results, store.rows(), files, run_again, seconds)


def _run(
    stale: Sequence[Group],
    store: Store,
    bound: Bound,
    calendar: workdays.Calendar,
    means: tuple[str, str, Path],
    kept: Kept | None,
) -> dict[str, Found]:
    """Run all rules over the files of some groups, once for all of them; every unit's officers are looked up."""
    engine, master, work = means
    own = {part.path for group in stale for part in group.partitions}
    partitions = [part for part in store.partitions if part.path in own or part.kind == "officer"]
    file = kept.new_file() if kept else None
    with closing(_engine(engine, master, store, work)) as running:
        found = run(running, bound, partitions, calendar, told=file is not None)
        if file is not None:
            running.write(found.violating or _nothing(running), work / file.name)
            shutil.move(work / file.name, file)
    named = file.name if file else ""
    by_unit = {unit: group.key for group in stale for unit in group.units}
    counts: dict[str, CountRows] = {group.key: {} for group in stale}
    for kind, rows in found.counts.items():
        for row in rows:
            if row[0] in by_unit:
                counts[by_unit[row[0]]].setdefault(kind, []).append(list(row))
    return {group.key: Found(group.units, counts[group.key], named) for group in stale}


def _nothing(engine: Engine) -> str:
    engine.table("nothing_told", ROW_TYPES, [])
    return f"SELECT {', '.join(ROW_TYPES)} FROM nothing_told"


def _engine(engine: str, master: str, store: Store, work: Path) -> Engine:
    if engine == "duckdb":
        return DuckEngine(reads=[store.folder], work=work)
    if engine == "spark":
        return SparkEngine(master=master, work=work)
    raise ValueError(f"There is no engine “{engine}”.")


def _results(bound: Bound, found: Sequence[Found], units: Collection[str] | None) -> tuple[Result, ...]:
    results = []
    for kind in {rule.ledger for rule in bound.rules}:
        rows = [row for one in found for row in one.counts.get(kind, []) if units is None or row[0] in units]
        # A region is judged by all of its units together, never by some.
        rules = [rule for rule in bound.rules if rule.ledger == kind]
        by_id = {rule.id: rule for rule in rules if units is None or rule.per == "unit"}
        for (who, name), states in verdicts.counted(rows, rules).items():
            if name in by_id:
                results.append(verdicts.result(who, by_id[name], states))
    order = {rule.id: at for at, rule in enumerate(bound.rules)}
    return tuple(sorted(results, key=lambda one: (order[one.rule], one.unit)))


def _write(
    bound: Bound,
    results: Sequence[Result],
    files: Sequence[tuple[Path, frozenset[str]]],
    units: Collection[str] | None,
    work: Path,
    out: Path,
) -> None:
    """All violating rows, those of the rows from the files of the runs, those of units from their verdicts."""
    by_id = {rule.id: rule for rule in bound.rules if not is_told_by_rows(rule)}
    lines = [
        (one.rule, by_id[one.rule].ledger, one.unit, one.unit, _reason(by_id[one.rule], one, bound), None, None)
        for one in results
        if one.rule in by_id and one.verdict is Verdict.NOT_MET
    ]
    of_units = work / "units.parquet"
    wanted = [(str(path.resolve()), unit) for path, group in files for unit in group if units is None or unit in units]
    wanted += [(str(of_units.resolve()), one[2]) for one in lines]
    with closing(DuckEngine(reads=[out], work=work)) as engine:
        engine.table("told_units", ROW_TYPES, lines)
        engine.write("SELECT * FROM told_units", of_units)
        engine.table("wanted", {"file": "VARCHAR", "unit": "VARCHAR"}, wanted)
        # One list of files, no union: over a union DuckDB sorts in memory alone.
        listed = ", ".join(
            quoted(path) for path in sorted({file for file, _unit in wanted} | {str(of_units.resolve())})
        )
        query = f"""SELECT {", ".join(f"t.{name}" for name in ROW_TYPES)}
            FROM read_parquet([{listed}], filename = 'file') AS t
            SEMI JOIN wanted AS w ON t.file = w.file AND t.unit = w.unit
            ORDER BY t.rule, t.unit, t.source, t.source_row"""
        engine.write(query, work / VIOLATIONS)
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
