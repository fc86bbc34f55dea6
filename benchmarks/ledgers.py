"""How fast ledgers are checked: python benchmarks/ledgers.py [--rows 1000000] [--data DIR] [--spark]

Makes ledgers once (--data keeps them), then runs each measure in a process of its own, several times, and prints the
fastest in seconds, its ratio to the scan of the same Parquet columns, and the peak memory of the process. Libraries are
loaded and rules read before the clock starts. The scan takes the largest value of each column that the rules read, over
all ledgers. Row rules are those that look at nothing but the row, the calendar and the officers. pandas, Polars and
pandera check the rules over penalties that each can say in its own words (no side tables but calendar and officers).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

RUNS = 3
ON = date(2022, 3, 1)
STATES = ["有效", "正常", "在用"]
BEYOND_THE_ROW = {"times", "valid_uscc", "recorded_in", "counted"}
COMMON = (
    "penalty_published", "penalty_served", "penalty_decided", "penalty_dates_in_order", "legal_review",
    "penalty_recorded", "penalty_amount", "withdrawn_taken_down", "penalty_two_officers", "penalty_number_unique",
)  # fmt: skip


@cache
def every_rule() -> tuple[Any, ...]:
    from ducha.engines.ledgers.rules import read_rules

    return read_rules()


def rules(*, only: Callable[[str], bool] = lambda name: True) -> list[Any]:
    return [rule for rule in every_rule() if only(rule.id)]


def row_rules() -> list[Any]:
    """Rules that look at nothing but the row, the calendar and the officers."""
    return [
        rule
        for rule in every_rule()
        if not any(node.op in BEYOND_THE_ROW for top in expressions(rule) for node in top.walk())
    ]


def expressions(rule: Any) -> list[Any]:
    return [node for node in (rule.population, rule.condition, rule.exempt, rule.not_verifiable) if node]


def store(data: Path) -> Any:
    from ducha.engines.ledgers.store import Store

    return Store(data)


def columns_of(chosen: list[Any]) -> dict[str, list[str]]:
    """The columns that rules read, by ledger."""
    found: dict[str, set[str]] = {}
    for rule in chosen:
        own = found.setdefault(rule.ledger, {"unit", "region", "given"})
        own.update(name for node in expressions(rule) for name in node.reads())
    return {kind: sorted(names) for kind, names in found.items()}


def scan(data: Path, chosen: list[Any]) -> object:
    import duckdb

    database, held = duckdb.connect(":memory:"), store(data)
    for kind, names in columns_of(chosen).items():
        paths = [str(part.path) for part in held.of_kind(kind)]
        largest = ", ".join(f"max({name})" for name in names)
        if paths:
            database.execute(f"SELECT {largest} FROM read_parquet(?)", [paths]).fetchall()
    return None


def checked(data: Path, chosen: list[Any], *, out: bool = False, engine: str = "duckdb") -> object:
    from ducha.engines.ledgers.checking import check

    with tempfile.TemporaryDirectory() as folder:
        outcome = check(
            store(data), chosen, as_of=ON, out=Path(folder) if out else None, engine=engine, master="local[2]"
        )
    return sum(one.violations for one in outcome.results)


def common_columns() -> list[str]:
    return columns_of(rules(only=lambda name: name in COMMON))["penalty"]


def ends(working: int | None = None, plain: int | None = None) -> dict[date, date]:
    """The end of a period after each day of the calendar."""
    from ducha.domain import workdays
    from ducha.engines.ledgers.checking.tables import calendar_rows

    rows = calendar_rows(workdays.load(), [working] if working else [], [plain] if plain else [])
    return {row[0]: row[2] for row in rows if row[2]}  # type: ignore[misc]


def needed() -> dict[str, int]:
    """The bits of the columns without which nothing can be said, by rule of the common subset."""
    by_id = {rule.id: rule for rule in rules(only=lambda name: name in COMMON)}
    found = {}
    for name in COMMON:
        rule = by_id[name]
        own = {column.name for column in rule.kind.columns}
        columns = (rule.population.columns() | rule.condition.columns()) & own
        found[name] = sum(rule.kind.bit(column) for column in columns)
    return found


def in_pandas(data: Path) -> object:
    import pandas as pd

    held = store(data)
    rows = pd.concat(
        [pd.read_parquet(part.path, columns=common_columns()) for part in held.of_kind("penalty")], ignore_index=True
    )
    officers = pd.concat([pd.read_parquet(part.path) for part in held.of_kind("officer")], ignore_index=True)
    for name in [column for column in rows.columns if column.endswith("_on")]:
        rows[name] = pd.to_datetime(rows[name])
    for name in ("issued_on", "expires_on"):
        officers[name] = pd.to_datetime(officers[name])
    good = officers.certificate_state.isna() | officers.certificate_state.isin(STATES)
    spans = officers[good].fillna({"issued_on": pd.Timestamp(1900, 1, 1)}).drop_duplicates("certificate_number")
    spans = spans.set_index("certificate_number")[["issued_on", "expires_on"]]
    on = pd.Timestamp(ON)
    ends_of = {
        days: pd.Series({pd.Timestamp(day): pd.Timestamp(end) for day, end in ends(working=days).items()})
        for days in (3, 7)
    }
    ninety = pd.Series({pd.Timestamp(day): pd.Timestamp(end) for day, end in ends(plain=90).items()})
    seven, three = rows.decided_on.map(ends_of[7]), rows.revoked_on.map(ends_of[3])
    shown = (rows.published_on.notna() | (seven < on)) & rows.nondisclosure_reason.isna()
    served = rows.served_on.notna() | (seven < on)
    long = rows.filed_on.notna() & ~rows.procedure.fillna("普通程序").isin(["简易程序", "当场处罚"])
    down = rows.revoked_on.notna() & (rows.taken_down_on.notna() | (three < on))
    major = rows.is_major.fillna(False).astype(bool)
    passed = rows.review_opinion.isin(["通过", "同意", "审核通过", "合法", "同意处罚"])
    valid = pd.Series(True, index=rows.index)
    for name in ("officer1", "officer2"):
        span = spans.reindex(rows[name]).set_axis(rows.index)
        valid &= (span.issued_on <= rows.decided_on) & (span.expires_on.isna() | (span.expires_on >= rows.decided_on))
    differ, two_known = (rows.officer1 != rows.officer2).fillna(False), rows.unit.isin(officers.unit.unique())
    violated = {
        "penalty_published": shown & ~(rows.published_on <= seven),
        "penalty_served": served & ~(rows.served_on <= seven),
        "penalty_decided": long & ~(rows.decided_on <= rows.filed_on.map(ninety)),
        "penalty_dates_in_order": (rows.filed_on > rows.decided_on)
        | (rows.served_on < rows.decided_on)
        | (rows.revoked_on < rows.decided_on)
        | (rows.decided_on > on),
        "legal_review": major & ~((rows.reviewed_on <= rows.decided_on) & passed),
        "penalty_recorded": (major | rows.is_heard.fillna(False).astype(bool)) & rows.recording_number.isna(),
        "penalty_amount": rows.fine.notna() & ~rows.fine.between(0, 100_000_000),
        "withdrawn_taken_down": down & ~(rows.taken_down_on <= three),
        "penalty_two_officers": (two_known & ~valid) | rows.officer1.isna() | rows.officer2.isna() | ~differ,
        "penalty_number_unique": rows.duplicated(["unit", "document_number"], keep=False),
    }
    # A column that a row's source never had leaves it unjudged.
    for name, asked in needed().items():
        violated[name] &= (rows.given & asked) == asked
    totals = pd.DataFrame(violated).groupby(rows.unit).sum()
    return int(totals.to_numpy().sum())


def in_polars(data: Path) -> object:
    import polars as pl

    held = store(data)
    rows = pl.scan_parquet([part.path for part in held.of_kind("penalty")]).select(common_columns())
    officers = pl.scan_parquet([part.path for part in held.of_kind("officer")]).unique("certificate_number")
    table = ends(working=7), ends(working=3), ends(plain=90)
    for name, days in zip(("seven", "three", "ninety"), table, strict=True):
        event = {"seven": "decided_on", "three": "revoked_on", "ninety": "filed_on"}[name]
        calendar = pl.LazyFrame({event: list(days), name: list(days.values())})
        rows = rows.join(calendar, on=event, how="left")
    holders = officers.select("unit").unique().collect().to_series().to_list()
    c = pl.col
    for name in ("officer1", "officer2"):
        spans = officers.filter(c("certificate_state").is_null() | c("certificate_state").is_in(STATES)).select(
            pl.col("certificate_number").alias(name),
            pl.col("issued_on").fill_null(date(1900, 1, 1)).alias(f"{name}_first"),
            pl.col("expires_on").fill_null(date(2999, 1, 1)).alias(f"{name}_last"),
        )
        rows = rows.join(spans, on=name, how="left")
    major, passed = (
        c("is_major").fill_null(False),
        c("review_opinion").is_in(["通过", "同意", "审核通过", "合法", "同意处罚"]),
    )
    valid = pl.all_horizontal(
        *[c("decided_on").is_between(c(f"{name}_first"), c(f"{name}_last")) for name in ("officer1", "officer2")]
    ).fill_null(False)
    late = lambda day, end: ~(c(day) <= c(end)).fill_null(False)  # noqa: E731
    violated: list[Any] = [
        (c("published_on").is_not_null() | (c("seven") < ON))
        & c("nondisclosure_reason").is_null()
        & late("published_on", "seven"),
        (c("served_on").is_not_null() | (c("seven") < ON)) & late("served_on", "seven"),
        c("filed_on").is_not_null()
        & ~c("procedure").fill_null("普通程序").is_in(["简易程序", "当场处罚"])
        & late("decided_on", "ninety"),
        (c("filed_on") > c("decided_on"))
        | (c("served_on") < c("decided_on"))
        | (c("revoked_on") < c("decided_on"))
        | (c("decided_on") > ON),
        major & ~((c("reviewed_on") <= c("decided_on")) & passed).fill_null(False),
        (major | c("is_heard").fill_null(False)) & c("recording_number").is_null(),
        c("fine").is_not_null() & ~c("fine").is_between(0, 100_000_000),
        c("revoked_on").is_not_null()
        & (c("taken_down_on").is_not_null() | (c("three") < ON))
        & late("taken_down_on", "three"),
        (c("unit").is_in(holders) & ~valid) | ~(c("officer1") != c("officer2")).fill_null(False),
        pl.struct("unit", "document_number").is_duplicated(),
    ]
    violated: list[Any] = [
        one & ((c("given") & asked) == asked) for one, asked in zip(violated, needed().values(), strict=True)
    ]
    sums = [one.fill_null(False).sum().alias(f"r{at}") for at, one in enumerate(violated)]
    # Duplicates are told over the whole ledger, the rest by unit: summed over all units it is the same number.
    found = rows.select(sums).collect(engine="streaming")
    return int(sum(found.row(0)))


def in_pandera(data: Path) -> object:
    """The checks of single columns and pairs that a data-quality library states without tables beside the ledger."""
    import pandas as pd
    import pandera.pandas as pa

    names = ["unit", "document_number", "fine", "filed_on", "decided_on", "served_on", "revoked_on"]
    parts = store(data).of_kind("penalty")
    rows = pd.concat([pd.read_parquet(part.path, columns=names) for part in parts], ignore_index=True)
    rows["fine"] = rows.fine.astype(float)
    ordered = pa.Check(
        lambda df: ~((df.filed_on > df.decided_on) | (df.served_on < df.decided_on) | (df.revoked_on < df.decided_on))
    )
    schema = pa.DataFrameSchema(
        {"fine": pa.Column(float, pa.Check.in_range(0, 100_000_000), nullable=True)},
        checks=[ordered],
        unique=["unit", "document_number"],
    )
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as found:
        return len(found.failure_cases)
    return 0


QUALITY = ("penalty_amount", "penalty_dates_in_order", "penalty_number_unique")
MEASURES: dict[str, Callable[[Path], object]] = {
    "scan, row rules' columns": lambda data: scan(data, row_rules()),
    "row rules": lambda data: checked(data, row_rules()),
    "scan, all columns": lambda data: scan(data, rules()),
    "all rules": lambda data: checked(data, rules()),
    "all rules, rows told": lambda data: checked(data, rules(), out=True),
    "scan, common subset": lambda data: scan(data, rules(only=lambda name: name in COMMON)),
    "common subset": lambda data: checked(data, rules(only=lambda name: name in COMMON)),
    "common subset, pandas": in_pandas,
    "common subset, Polars": in_polars,
    "three rules": lambda data: checked(data, rules(only=lambda name: name in QUALITY)),
    "three rules, pandera": in_pandera,
    "all rules, Spark": lambda data: checked(data, rules(), engine="spark"),
}
LIBRARIES = {"pandas": ("pandas", "pyarrow"), "Polars": ("polars",), "pandera": ("pandera.pandas",)}
FLOORS = {
    "row rules": "scan, row rules' columns",
    "all rules": "scan, all columns",
    "all rules, rows told": "scan, all columns",
    "common subset": "scan, common subset",
    "common subset, pandas": "common subset",
    "common subset, Polars": "common subset",
    "three rules, pandera": "three rules",
    "all rules, Spark": "all rules",
}


def one(name: str, data: Path) -> None:
    """One measure in this process; what it imports is loaded and the rules are read before the clock starts."""
    for library in ("duckdb", "ducha.engines.ledgers.checking", *LIBRARIES.get(name.rpartition(" ")[2], ())):
        import_module(library)
    every_rule()
    began = time.perf_counter()
    found = MEASURES[name](data)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": round(peak), "found": found}))


def measured(name: str, data: Path, runs: int) -> dict[str, Any]:
    found = []
    for _ in range(runs):
        command = [sys.executable, __file__, "--one", name, "--data", str(data)]
        found.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return min(found, key=lambda one: float(one["seconds"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--only", help="measures whose name holds this")
    parser.add_argument("--each", action="store_true", help="each rule alone, too")
    parser.add_argument("--one")
    arguments = parser.parse_args()
    if arguments.each or (arguments.one or "").startswith("rule "):
        for rule in rules():
            MEASURES[f"rule {rule.id}"] = lambda data, name=rule.id: checked(data, rules(only=lambda one: one == name))  # type: ignore[misc]
    if arguments.one:
        one(arguments.one, arguments.data)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        data = arguments.data or Path(folder)
        if not (data / "ledgers" / "manifest.json").exists():
            from ducha.engines.ledgers.generating import generate

            generate(arguments.rows, 7, data, False)
        seconds: dict[str, float] = {}
        print("| measure | seconds | ratio | to | peak MB | found |\n|---|---:|---:|---|---:|---:|")
        for name in MEASURES:
            if ("Spark" in name and not arguments.spark) or (arguments.only and arguments.only not in name):
                continue
            found = measured(name, data, arguments.runs)
            seconds[name] = found["seconds"]
            floor = FLOORS.get(name, "scan, all columns" if name.startswith("rule ") else "")
            ratio = f"{found['seconds'] / seconds[floor]:.2f}" if floor in seconds else ""
            print(
                f"| {name} | {found['seconds']:.2f} | {ratio} | {floor} | {found['peak_mb']} | {found['found']} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
