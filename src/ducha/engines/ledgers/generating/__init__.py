"""Invented ledgers of an invented city, of any size, with every breach of a rule known beforehand."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ducha.domain import workdays
from ducha.domain.errors import Invalid, sentence
from ducha.engines.ledgers.generating import answer_key, keeping, sizes
from ducha.engines.ledgers.generating.making import Making
from ducha.engines.ledgers.generating.sql import AS_OF, prepare

_MEMORY = "1GB"


@dataclass(frozen=True)
class Made:
    """What was generated: rows by kind, lines of the answer key by rule, the day that the key is right for."""

    rows: dict[str, int]
    planted: dict[str, int]
    as_of: date


def generate(
    rows: int, seed: int, out: Path, dirty: bool = False, progress: Callable[[int, int], None] | None = None
) -> Made:
    """造数: `rows` rows of canonical ledgers below `out`, with planted.parquet (the answer key) and key.json.

    With `dirty` also `files/`, what units would have sent, and dirt.parquet. The same seed and number of rows make
    the same bytes. `progress` is called with the rows done and all rows. Invalid where there are too few rows for
    every rule to have some on both sides.
    """
    if rows < sizes.FEWEST:
        text = "“%(rows)s” rows are too few for every rule to be broken and kept; %(fewest)s are the least."
        raise Invalid([sentence(text, rows=rows, fewest=sizes.FEWEST)])
    ledgers = out / "ledgers"
    shutil.rmtree(ledgers, ignore_errors=True)
    ledgers.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        prepare(connection, seed)
        making = Making(connection, rows, seed, sizes.parts(rows))
        keeping.keep(making, ledgers, progress or _silent)
        answer_key.plant(making)
        answer_key.write(making, out / "planted.parquet")
        planted = dict(connection.execute("SELECT rule, count(*) FROM planted GROUP BY ALL ORDER BY 1").fetchall())
    made = Made(_by_kind(making), planted, AS_OF)
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
