"""The violating rows of checks, read a page at a time, and each one's own row in the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.reading import database
from ducha.engines.ledgers.store import Partition, Store


@dataclass(frozen=True)
class Slice:
    """The rows of one unit that one rule found, in the file of a check."""

    path: Path
    unit: str
    rule: str


@dataclass(frozen=True)
class Violation:
    """A row that a rule found, or where the rule judges the unit as a whole, the unit: then it has no source row."""

    rule: str
    ledger: str
    unit: str
    key: str
    reason: str
    source: str
    source_row: int

    @property
    def file(self) -> str:
        """The name of the source's file, without its folder."""
        return self.source.rpartition("/")[2]


@dataclass(frozen=True)
class Month:
    """The rows of a ledger that are dated in a month (its first day), and how many of them a rule found."""

    first: date
    rows: int
    violations: int


_COLUMNS = "v.rule, v.ledger, v.unit, coalesce(v.key, ''), coalesce(v.reason, ''), coalesce(v.source, ''), "
_COLUMNS += "coalesce(v.source_row, 0)"


def page(wanted: Sequence[Slice], *, limit: int, offset: int = 0) -> list[Violation]:
    """Some of the rows of several slices, in the order of unit, rule, source and row; missing files are left out."""
    opened = _opened(wanted)
    if opened is None:
        return []
    with opened:
        rows = opened.execute(
            f"SELECT {_COLUMNS} FROM found v ORDER BY v.unit, v.rule, v.source, v.source_row, v.key LIMIT ? OFFSET ?",
            [limit, offset],
        ).fetchall()
    return [Violation(*row) for row in rows]


def count(wanted: Sequence[Slice]) -> int:
    """How many rows the slices have together."""
    opened = _opened(wanted)
    if opened is None:
        return 0
    with opened:
        (rows,) = opened.execute("SELECT count(*) FROM found").fetchall()[0]
        return int(rows)


def rows_from(wanted: Sequence[Slice], sources: Collection[str]) -> int:
    """How many rows of some sources the slices name, each once however many rules found it."""
    opened = _opened(wanted)
    if opened is None:
        return 0
    with opened:
        query = "SELECT count(DISTINCT (source, source_row)) FROM found WHERE list_contains(?, source)"
        (rows,) = opened.execute(query, [sorted(sources)]).fetchall()[0]
        return int(rows)


def gone(before: Path, after: Path, unit: str, *, aside: Collection[str] = ()) -> dict[str, int]:
    """By rule, how many rows of a unit that one check found the next has no more; rows of some sources aside."""
    if not (before.exists() and after.exists()):
        return {}
    rows = "SELECT DISTINCT rule, coalesce(key, '') AS key FROM read_parquet(?) WHERE unit = ?"
    with database([before, after]) as opened:
        found = opened.execute(
            f"SELECT rule, count(*) FROM ({rows} AND NOT list_contains(?, coalesce(source, ''))) "
            f"ANTI JOIN ({rows}) USING (rule, key) GROUP BY rule ORDER BY rule",
            [str(before), unit, sorted(aside), str(after), unit],
        ).fetchall()
    return dict(found)


def one(wanted: Slice, *, source: str, source_row: int) -> Violation | None:
    """The row of a slice that stands there in its source."""
    opened = _opened([wanted])
    if opened is None:
        return None
    with opened:
        row = opened.execute(
            f"SELECT {_COLUMNS} FROM found v WHERE coalesce(v.source, '') = ? AND coalesce(v.source_row, 0) = ?",
            [source, source_row],
        ).fetchone()
    return Violation(*row) if row else None


def original(store: Store, violation: Violation) -> dict[str, Any] | None:
    """The ledger's row behind a violation, by column; None where the ledger was sent anew since and has it no more.

    It is the same unit's: in a file for all units another one's row may stand in its place now.
    """
    paths = [part.path for part in store.of_kind(violation.ledger) if part.source == violation.source]
    if not paths:
        return None
    kind = KINDS[violation.ledger]
    with database(paths) as opened:
        found = opened.execute(
            "SELECT * FROM read_parquet(?, union_by_name = true) "
            f'WHERE source_row = ? AND "{kind.key}" = ? AND unit = ?',
            [[str(path) for path in paths], violation.source_row, violation.key, violation.unit],
        )
        row = found.fetchone()
        return dict(zip([column[0] for column in found.description], row, strict=True)) if row else None


def by_month(store: Store, kind: str, wanted: Sequence[Slice]) -> list[Month]:
    """How many rows of the units' ledgers are dated in each month, and how many of them were found."""
    dated, units = KINDS[kind].dated, {one.unit for one in wanted}
    parts = [part for part in store.of_kind(kind) if units & set(part.units)]
    if dated is None or not parts:
        return []
    opened = _opened(wanted, parts) or database([part.path for part in parts])
    with opened:
        if not any(one.path.exists() for one in wanted):
            opened.execute("CREATE TEMP TABLE found (source VARCHAR, source_row BIGINT)")
        rows = opened.execute(
            f"""SELECT CAST(date_trunc('month', l."{dated}") AS DATE) AS first, count(*), count(v.source_row)
            FROM read_parquet(?, union_by_name = true) l
            LEFT JOIN (SELECT DISTINCT source, source_row FROM found) v USING (source, source_row)
            WHERE list_contains(?, l.unit) AND l."{dated}" IS NOT NULL GROUP BY 1 ORDER BY 1""",
            [[str(part.path) for part in parts], sorted(units)],
        ).fetchall()
    return [Month(*row) for row in rows]


def _opened(wanted: Sequence[Slice], parts: Sequence[Partition] = ()) -> duckdb.DuckDBPyConnection | None:
    """A database whose view `found` has the rows of the slices; None where no file of theirs exists."""
    paths = sorted({one.path for one in wanted if one.path.exists()})
    if not paths:
        return None
    opened = database([*paths, *(part.path for part in parts)])
    opened.execute("CREATE TEMP TABLE wanted (path VARCHAR, unit VARCHAR, rule VARCHAR)")
    opened.executemany("INSERT INTO wanted VALUES (?, ?, ?)", [[str(w.path), w.unit, w.rule] for w in wanted])
    files = ", ".join(map(quoted, paths))
    opened.execute(
        f"""CREATE TEMP VIEW found AS SELECT f.* FROM read_parquet([{files}], filename = 'path') f
        SEMI JOIN wanted w ON f.path = w.path AND f.unit = w.unit AND f.rule = w.rule"""
    )
    return opened
