"""The answer key: every row that breaks a rule, known from its fate, and units and regions that do not meet one."""

from collections.abc import Iterator
from pathlib import Path

from ducha.engines.ledgers.generating.city import UNITS, missing
from ducha.engines.ledgers.generating.fates import FATES, rule_of
from ducha.engines.ledgers.generating.making import Making, reviewers, valid_officers
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.quoting import quoted

_TABLE = "CREATE OR REPLACE TABLE planted (rule VARCHAR, ledger VARCHAR, unit VARCHAR, key VARCHAR)"
_ORDERED = "SELECT * FROM planted ORDER BY rule, unit, key"
_IN_USE = "coalesce(task_state, '在用') = '在用'"
# What is below a share has no fate: it comes at each unit's own rate.
_SHARES = {
    "items_online": ("is_online", f"{_IN_USE} AND NOT coalesce(is_online, false)"),
    "single_window": (
        "is_single_window",
        f"{_IN_USE} AND is_in_hall AND special_site_reason IS NULL AND NOT coalesce(is_single_window, false)",
    ),
}
_REGIONS = f"""
INSERT INTO planted SELECT 'at_most_one_visit', 'service_item', NULL, unit_region(u)
FROM ({{rows}}) GROUP BY ALL HAVING count(*) FILTER (WHERE {_IN_USE} AND visits <= 1) < 100
"""
# 国办发〔2018〕118号（十一）: 5 % of the officers, counted among valid certificates.
_REVIEWERS_PER_HUNDRED = 5


def plant(making: Making) -> None:
    """Fill the table `planted`: rule, ledger, unit, key. A number that is used twice stands there twice."""
    making.connection.execute(_TABLE)
    for statement in _statements(making):
        making.connection.execute(statement)
    few = [
        ("reviewer_share", "officer", unit.name, unit.name)
        for unit in UNITS
        if 100 * reviewers(unit, making.rows) < _REVIEWERS_PER_HUNDRED * valid_officers(unit, making.rows)
        and "is_legal_reviewer" not in missing(unit, "officer")
    ]
    if few:
        making.connection.executemany("INSERT INTO planted VALUES (?, ?, ?, ?)", few)


def write(making: Making, path: Path) -> int:
    """Write the key as Parquet; the number of its lines."""
    making.connection.execute(f"COPY ({_ORDERED}) TO {quoted(path)} (FORMAT parquet)")
    (lines,) = making.connection.execute("SELECT count(*) FROM planted").fetchall()[0]
    return int(lines)


def _statements(making: Making) -> Iterator[str]:
    for part in making.parts:
        rows = making.select(part)
        if FATES[part.kind]:
            yield _of_fates(part.kind, rows)
        if part.kind == "service_item":
            yield _REGIONS.format(rows=rows)
            for rule, (column, fails) in _SHARES.items():
                lacking = [unit.number for unit in UNITS if column in missing(unit, part.kind)]
                yield _insert(rule, part.kind, rows, f"{fails} AND NOT list_contains({lacking}, u)")


def _of_fates(kind: str, rows: str) -> str:
    arms = " ".join(f"WHEN '{fate}' THEN '{rule}'" for fate, rule in rule_of(kind).items())
    wanted = ", ".join(f"'{fate}'" for fate in rule_of(kind))
    # The twin, and the row whose number it bears.
    times = "unnest(range(CASE fate WHEN 'twin' THEN 2 ELSE 1 END))"
    chosen = f"SELECT u, fate, {KINDS[kind].key} AS key, {times} FROM ({rows}) WHERE fate IN ({wanted})"
    return f"INSERT INTO planted SELECT CASE fate {arms} END, '{kind}', unit_name(u), key FROM ({chosen})"


def _insert(rule: str, kind: str, rows: str, fails: str) -> str:
    return f"INSERT INTO planted SELECT '{rule}', '{kind}', unit_name(u), {KINDS[kind].key} FROM ({rows}) WHERE {fails}"
