"""Small canonical stores for tests: rows as dicts in, Parquet files and their manifest out."""

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from ducha.engines.ledgers import store
from ducha.engines.ledgers.kinds import COMMON, KINDS, SQL_TYPES, Kind

Row = dict[str, Any]

UNIT = "青溪县公安局"
_COMMON = {column.name for column in COMMON}


def make_store(data: Path, ledgers: dict[str, list[Row]]) -> store.Store:
    """A store below `data` with these rows by kind.

    Left out, `unit` is UNIT, `source` “<kind>.csv”, `source_row` the row's place from 2 on, and `given` the bits of all
    own columns that any row of its source names (None is a blank cell, no key a column that was never sent). Days may
    be text, amounts too. A second call puts another store in the place of the first. A source has one kind.
    """
    sources = {}
    for kind, rows in ledgers.items():
        by_source: dict[str, list[Row]] = defaultdict(list)
        for at, row in enumerate(rows, start=2):
            filled = {"unit": UNIT, "source": f"{kind}.csv", "source_row": at, **row}
            by_source[filled["source"]].append(filled)
        for source, sent in by_source.items():
            sources[source] = _source(data / "ledgers", KINDS[kind], sent)
    (data / "ledgers").mkdir(parents=True, exist_ok=True)
    manifest = {"format": store.FORMAT, "sources": sources}
    (data / "ledgers" / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return store.Store(data)


def _source(folder: Path, kind: Kind, rows: list[Row]) -> Row:
    """One source of the manifest, its files written: one per year of the kind's day."""
    sent = {name for row in rows for name in row} - _COMMON
    given = sum(kind.bit(name) for name in sent)
    by_period: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_period[str(row[kind.dated])[:4] if kind.dated else ""].append({"given": given, **row})
    return {
        "kind": kind.id,
        "sha256": hashlib.sha256(repr(rows).encode()).hexdigest(),
        "taken_at": "2019-11-08T00:00:00+00:00",
        "calendar": "2019",
        "unit": None,
        "read": len(rows),
        "accepted": len(rows),
        "rejected": 0,
        "mapping": {},
        "files": [_file(folder, kind, period, part) for period, part in sorted(by_period.items())],
    }


def _file(folder: Path, kind: Kind, period: str, rows: list[Row]) -> Row:
    """One canonical Parquet file, sorted by unit."""
    columns = (*COMMON, *kind.columns)
    name = f"{kind.id}/{hashlib.sha256(repr(rows).encode()).hexdigest()[:12]}.parquet"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = sorted(rows, key=lambda row: str(row["unit"]))
    # A list per column: row by row, DuckDB takes 2 ms each.
    cells = [[None if (cell := row.get(column.name)) is None else str(cell) for row in rows] for column in columns]
    typed = ", ".join(f'CAST(unnest(?::VARCHAR[]) AS {SQL_TYPES[column.type]}) "{column.name}"' for column in columns)
    with duckdb.connect(":memory:") as database:
        database.execute(f"CREATE TABLE ledger AS SELECT {typed}", cells)
        database.table("ledger").write_parquet(str(path))
    counts = {unit: sum(row["unit"] == unit for row in rows) for unit in dict.fromkeys(row["unit"] for row in rows)}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"name": name, "sha256": digest, "rows": len(rows), "period": period, "units": counts}
