"""What a rule says of each row of a store: on an engine, and by the plain reference that judges it."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from ducha.domain import workdays
from ducha.engines.ledgers import checking
from ducha.engines.ledgers.checking import plain
from ducha.engines.ledgers.checking.query import BITS, PER_INTEGER, State, is_told_by_rows
from ducha.engines.ledgers.checking.run import bind, run
from ducha.engines.ledgers.rules import Rule
from ducha.engines.ledgers.store import Store

# All that ledgers can be checked on; every test of an engine runs on each.
ENGINES = ("duckdb",)
Place = tuple[str, str, int]
"""A rule, a source and a row of it."""
Found = tuple[dict[Place, State], dict[Place, str]]
"""The state of each row, and the reason of each that is told of."""


def plainly(store: Store, rules: Sequence[Rule], *, as_of: date, thresholds: dict[str, Decimal] | None = None) -> Found:
    """States and reasons as the plain reference reads them, row by row."""
    bound = bind(rules, thresholds or {}, as_of)
    world = plain.World(rows_of(store), workdays.load())
    states, reasons = {}, {}
    for rule in bound.rules:
        constants = bound.constants[rule.id]
        for row in world.ledgers.get(rule.ledger, ()):
            place = (rule.id, row["source"], row["source_row"])
            states[place] = plain.state(rule, row, constants, world)
            if states[place] == State.VIOLATED and is_told_by_rows(rule):
                reasons[place] = plain.reason(rule, row, constants, world)
    return states, reasons


def rows_of(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All rows of a store by kind, as dicts."""
    found: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect(":memory:") as database:
        for part in store.partitions:
            read = database.execute("SELECT * FROM read_parquet(?)", [str(part.path)])
            names = [column[0] for column in read.description]
            found.setdefault(part.kind, []).extend(dict(zip(names, row, strict=True)) for row in read.fetchall())
    return found


def on_engine(engine: str, store: Store, rules: Sequence[Rule], *, as_of: date) -> Found:
    """States and reasons as an engine finds them; each row of the store has a region of its own, “source:row”."""
    bound = bind(rules, {}, as_of)
    with TemporaryDirectory() as work:
        with closing(checking._engine(engine, "local[2]", store, Path(work))) as running:
            found = run(running, bound, store.partitions, workdays.load(), told=True)
            told = running.rows(found.violating) if found.violating else []
    states = {}
    for kind, counted in found.counts.items():
        its = [rule for rule in bound.rules if rule.ledger == kind]
        for _unit, region, *codes, number in counted:
            assert number == 1, f"two rows in the region {region}"
            source, row = region.rsplit(":", 1)
            for at, rule in enumerate(its):
                chunk, place = divmod(at, PER_INTEGER)
                states[rule.id, source, int(row)] = State((codes[chunk] >> (BITS * place)) & (2**BITS - 1))
    return states, {(rule, source, row): reason for rule, _ledger, _unit, _key, reason, source, row in told}
