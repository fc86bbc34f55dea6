"""Invented ledgers of an invented city, of any size, with every breach of a rule known beforehand."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ducha.domain import workdays
from ducha.domain.errors import Invalid
from ducha.engines.ledgers.generating import answer_key, keeping, sizes
from ducha.engines.ledgers.generating.making import Making
from ducha.engines.ledgers.generating.sending import Sending
from ducha.engines.ledgers.generating.sql import AS_OF, prepare

_MEMORY = "1GB"


@dataclass(frozen=True)
class Made:
    """What was generated: rows by kind, lines of the answer key by rule, the day that the key is right for, files."""

    rows: dict[str, int]
    planted: dict[str, int]
    as_of: date
    files: int


def generate(
    rows: int, seed: int, out: Path, dirty: bool = False, progress: Callable[[int, int], None] | None = None
) -> Made:
    """造数: `rows` rows of canonical ledgers below `out`, with planted.parquet (the answer key) and key.json.

    The key has a line (rule, ledger, unit, key) for each row that breaks a rule; where a unit is judged as a whole
    the key is the unit's name, where a region is, its code, and the unit is null.
    With `dirty` also `files/`, what units would have sent, and dirt.parquet. The same seed and number of rows make
    the same bytes. `progress` is called with the rows done and all rows. Invalid where there are too few rows for
    every rule to have some on both sides.
    """
    if rows < sizes.FEWEST:
        raise Invalid(
            [f"“{rows}” rows are too few for every rule to be broken and kept; {sizes.FEWEST} are the least."]
        )
    ledgers = out / "ledgers"
    for folder in (ledgers, out / "files"):
        shutil.rmtree(folder, ignore_errors=True)
    (out / "dirt.parquet").unlink(missing_ok=True)
    ledgers.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        prepare(connection, seed)
        making = Making(connection, rows, seed, sizes.parts(rows))
        keeping.keep(making, ledgers, progress or _silent)
        answer_key.plant(making)
        answer_key.write(making, out / "planted.parquet")
        sent = Sending(making, out).send(progress or _silent) if dirty else 0
        planted = dict(connection.execute("SELECT rule, count(*) FROM planted GROUP BY ALL ORDER BY 1").fetchall())
    made = Made(_by_kind(making), planted, AS_OF, sent)
    _write_facts(out / "key.json", made, seed=seed, dirty=dirty)
    return made


def _silent(done: int, of: int) -> None:
    pass


def _by_kind(making: Making) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in making.parts:
        found[part.kind] = found.get(part.kind, 0) + part.rows
    return found


def _write_facts(path: Path, made: Made, *, seed: int, dirty: bool) -> None:
    facts = {
        "seed": seed,
        "rows": sum(made.rows.values()),
        "as_of": made.as_of.isoformat(),
        "calendar": workdays.load().version,
        "dirty": dirty,
        "by_kind": made.rows,
        "planted": made.planted,
    }
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
