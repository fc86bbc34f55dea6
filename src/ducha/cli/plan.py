"""ducha plan read FILE: what a plan document says."""

import argparse
import json
from pathlib import Path
from typing import Any

from ducha.engines import plans


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("plan", help="read plan documents").add_subparsers(dest="verb", required=True)
    read = verbs.add_parser("read", help="print what was found in a plan")
    read.add_argument("file", type=Path)
    read.add_argument("--json", action="store_true", help="as JSON")
    read.set_defaults(run=run_read)


def run_read(arguments: argparse.Namespace) -> int:
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise plans.PlanRefused(f"“{arguments.file}” cannot be opened: {error.strerror}.") from error
    reading = plans.read_file(arguments.file.name, content)
    if arguments.json:
        print(json.dumps(plans.to_json(reading), ensure_ascii=False, indent=2))
    else:
        print_outline(reading)
    return 0


def print_outline(reading: plans.Reading) -> None:
    year = f"{reading.year}, from {reading.year_evidence}" if reading.year else "unknown"
    print(f"{reading.title}\nyear: {year}\n\n{len(reading.points)} points")
    for point in reading.points:
        numbers = "  ".join(f"[{t.comparator} {t.value} {t.unit}]" for t in point.thresholds)
        print(f"  {point.code:<8} {point.text[:40]}…  lines {point.lines[0]}–{point.lines[1]}  {numbers}")
    print(f"\n{len(reading.stages)} stages")
    for stage in reading.stages:
        print(f"  {stage.kind:<17} {stage.starts_on or '…'} – {stage.ends_on or '?'}  {stage.title}")
    for warned in reading.warnings:
        print(f"! lines {warned.lines[0]}–{warned.lines[1]}: {warned.message}")
