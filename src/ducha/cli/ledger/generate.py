"""ducha ledger generate: invented ledgers of any size, with every breach of a rule known beforehand."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ducha.engines.ledgers import generating


def add_to(verbs: Any) -> None:
    verb = verbs.add_parser("generate", help="make invented ledgers with an answer key")
    verb.add_argument("--rows", type=int, required=True, help="rows of all ledgers together")
    verb.add_argument("--seed", type=int, default=7, help="another seed makes other rows (7)")
    verb.add_argument("--out", type=Path, required=True, help="folder for ledgers/, planted.parquet and key.json")
    verb.add_argument("--dirty", action="store_true", help="also files/ as units would send them, and dirt.parquet")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    made = generating.generate(
        arguments.rows, arguments.seed, arguments.out, dirty=arguments.dirty, progress=_show_progress
    )
    print(file=sys.stderr)
    if arguments.json:
        found = {"as_of": made.as_of.isoformat(), "rows": made.rows, "planted": made.planted, "files": made.files}
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines_of(made)))
    return 0


def _lines_of(made: generating.Made) -> list[str]:
    lines = [f"{sum(made.rows.values()):,} rows, to be checked as of {made.as_of}"]
    lines += [f"  {kind:<24}{count:>12,}" for kind, count in made.rows.items()]
    lines.append(f"{sum(made.planted.values()):,} planted breaches of {len(made.planted)} rules")
    lines += [f"  {rule:<24}{count:>12,}" for rule, count in made.planted.items()]
    if made.files:
        lines.append(f"{made.files:,} files as units send them")
    return lines


def _show_progress(done: int, of: int) -> None:
    print(f"\r{done:,} of {of:,} rows", end="", file=sys.stderr, flush=True)
