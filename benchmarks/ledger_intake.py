"""How fast one large ledger is taken in: python benchmarks/ledger_intake.py [--rows 1000000] [--only clean]

Writes penalties of the generator as one CSV in GB18030, clean and dirty (every 23rd row spelt otherwise, every 97th one
that must be rejected), and the same text in UTF-8. Each measure runs in a process of its own: processor seconds with
those of its children, their ratio to DuckDB's own read of the UTF-8 bytes into Parquet, and the peak memory.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RUNS = 3
COPIED = 8 << 20
EVERY_DIRTY, EVERY_REJECTED = 23, 97
BLOCK = 50_000


def write(rows: int, folder: Path) -> None:
    """Both files in both encodings, from the generator's own rows, again and again until there are enough."""
    import duckdb

    from ducha.engines.ledgers.generating import generate
    from ducha.engines.ledgers.kinds import COMMON, KINDS
    from ducha.engines.ledgers.store import Store

    generate(min(rows, 200_000), 7, folder, False)
    parts = [str(part.path) for part in Store(folder).of_kind("penalty")]
    columns = [
        column for column in (*COMMON[:2], *KINDS["penalty"].columns) if column.name not in ("organisation_code",)
    ]
    texts = ", ".join(
        f"coalesce(CASE {one.name} WHEN true THEN '是' WHEN false THEN '否' END, '')"
        if one.type == "flag"
        else f"coalesce({one.name}::VARCHAR, '')"
        for one in columns
    )
    names = [one.name for one in columns]
    day, number = names.index("decided_on"), names.index("document_number")
    heads = [one.title for one in columns]
    files = {
        name: (folder / f"{name}.csv").open("w", encoding="gb18030", newline="", errors="replace")
        for name in ("clean", "dirty")
    }
    writers = {name: csv.writer(file) for name, file in files.items()}
    for writer in writers.values():
        writer.writerow(heads)
    written = 0
    while written < rows:
        answer = duckdb.execute(f"SELECT {texts} FROM read_parquet({parts})")
        while written < rows and (some := answer.fetchmany(BLOCK)):
            for row in some[: rows - written]:
                written += 1
                writers["clean"].writerow(row)
                cells = list(row)
                if written % EVERY_DIRTY == 0:
                    cells[day] = cells[day].replace("-", "/")
                    cells[number] = cells[number].replace("〔", "（").replace("〕", "） ")
                if written % EVERY_REJECTED == 0:
                    cells[day] = "2019-13-45"
                writers["dirty"].writerow(cells)
    for name, file in files.items():
        file.close()
        with (
            (folder / f"{name}.csv").open(encoding="gb18030", newline="") as source,
            (folder / f"{name}.utf8.csv").open("w", encoding="utf-8", newline="") as target,
        ):
            while text := source.read(COPIED):
                target.write(text)


def floor(folder: Path, name: str) -> int:
    import duckdb

    source, target = folder / f"{name}.utf8.csv", folder / "floor.parquet"
    # Read by one connection that may use all there is; nothing is judged and nothing is kept of the bytes.
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{target}' (FORMAT parquet)")
    counted = duckdb.execute(f"SELECT count(*) FROM '{target}'").fetchall()[0]
    return int(counted[0])


def intake(folder: Path, name: str) -> int:
    from ducha.engines.ledgers.intake import take_in
    from ducha.engines.ledgers.store import Store

    with tempfile.TemporaryDirectory(dir=folder) as data:
        return take_in(folder / f"{name}.csv", Store(Path(data))).accepted


MEASURES: dict[str, Callable[[Path], int]] = {
    "clean, DuckDB's own read": lambda folder: floor(folder, "clean"),
    "clean, intake": lambda folder: intake(folder, "clean"),
    "dirty, DuckDB's own read": lambda folder: floor(folder, "dirty"),
    "dirty, intake": lambda folder: intake(folder, "dirty"),
}


def used() -> float:
    """Processor seconds of this process and of the children that ended."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def one(name: str, folder: Path) -> None:
    """One measure in this process; its own imports are not counted."""
    import ducha.engines.ledgers.intake  # noqa: F401

    before, began = used(), time.perf_counter()
    found = MEASURES[name](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"cpu": used() - before, "seconds": time.perf_counter() - began, "peak_mb": peak, "rows": found},
        )
    )


def measured(name: str, folder: Path, runs: int) -> dict[str, Any]:
    found = []
    for _ in range(runs):
        command = [sys.executable, __file__, "--one", name, "--data", str(folder)]
        found.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return min(found, key=lambda one: float(one["cpu"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, help="keep the files there")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", default="", help="measures whose name holds this")
    parser.add_argument("--one")
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.data)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        if not (folder / "dirty.utf8.csv").exists():
            write(arguments.rows, folder)
        print("| measure | processor seconds | ratio | seconds | peak MB | rows |\n|---|---:|---:|---:|---:|---:|")
        cpu: dict[str, float] = {}
        for name in MEASURES:
            if arguments.only not in name:
                continue
            found = measured(name, folder, arguments.runs)
            cpu[name] = found["cpu"]
            base = cpu.get(f"{name.partition(',')[0]}, DuckDB's own read")
            ratio = f"{found['cpu'] / base:.2f}" if base else ""
            print(
                f"| {name} | {found['cpu']:.2f} | {ratio} | {found['seconds']:.1f} "
                f"| {found['peak_mb']} | {found['rows']:,} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
