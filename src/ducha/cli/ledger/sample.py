"""ducha ledger sample: the case files of a unit that are reviewed in the field (案卷抽查)."""

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ducha.engines.ledgers import reading, sampling


def add_to(verbs: Any) -> None:
    verb = verbs.add_parser("sample", help="draw case files of a unit for review in the field")
    verb.add_argument("--ledgers", type=Path, required=True, metavar="DIR", help="the folder that holds ledgers/")
    verb.add_argument("--unit", required=True, metavar="NAME")
    verb.add_argument("--kind", default="penalty", choices=sampling.CASE_FILES)
    verb.add_argument("--size", type=_size, required=True, metavar="auto|N", help="how many, or computed")
    verb.add_argument("--confidence", type=float, default=0.95, help="0 to 1 (0.95)")
    verb.add_argument("--precision", type=float, default=sampling.PRECISION, help="wanted by auto, 0 to 1 (0.05)")
    rate = "of faulty files, 0 to 1 (0.05)"
    verb.add_argument("--expected-rate", type=float, default=sampling.EXPECTED_RATE, help=rate)
    verb.add_argument("--seed", required=True, help="the same seed draws the same files again")
    verb.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the last day that counts")
    verb.add_argument("--violations", type=Path, metavar="FILE", help="violations.parquet of a check")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    drawn = sampling.sample(
        reading.existing(arguments.ledgers),
        unit=arguments.unit,
        kind=arguments.kind,
        size=arguments.size,
        confidence=arguments.confidence,
        seed=arguments.seed,
        on=arguments.on,
        precision=arguments.precision,
        expected_rate=arguments.expected_rate,
        violations=arguments.violations,
    )
    if arguments.json:
        print(json.dumps(_to_json(drawn), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines_of(drawn)))
    return 0


def _size(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.lstrip("-").isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is neither “auto” nor a number of case files")
    return int(text)


def _lines_of(drawn: sampling.Sample) -> Iterator[str]:
    yield f"{drawn.unit}  {drawn.kind}  seed “{drawn.seed}”{f'  up to {drawn.on}' if drawn.on else ''}"
    yield drawn.size.reason
    yield f"If none of them is faulty, at most {drawn.size.clean_bound} of {drawn.size.population} are."
    for share in drawn.shares:
        yield f"\n{_why(share)}"
        for file in drawn.files:
            if file.stratum == share.stratum:
                flags = f"  ! {', '.join(file.flagged)}" if file.flagged else ""
                yield f"  {file.day}  {file.key}  {file.party or '?'}{flags}"


def _why(share: sampling.Share) -> str:
    year, procedure, is_major = share.stratum
    major = {True: "major", False: "not major", None: ""}[is_major]
    words = " · ".join(part for part in (str(year), procedure, major) if part)
    return f"{words}: {share.drawn} of {share.population}"


def _to_json(drawn: sampling.Sample) -> dict[str, Any]:
    size = drawn.size
    why = {share.stratum: _why(share) for share in drawn.shares}
    return {
        "unit": drawn.unit,
        "kind": drawn.kind,
        "seed": drawn.seed,
        "on": drawn.on and drawn.on.isoformat(),
        "size": size.files,
        "population": size.population,
        "reason": size.reason,
        "confidence": size.confidence,
        "precision": size.precision,
        "expected_rate": size.expected_rate,
        "clean_bound": size.clean_bound,
        "strata": [
            {**share.stratum._asdict(), "population": share.population, "drawn": share.drawn} for share in drawn.shares
        ],
        "case_files": [_file_to_json(file, why[file.stratum]) for file in drawn.files],
    }


def _file_to_json(file: sampling.CaseFile, why: str) -> dict[str, Any]:
    return {
        "key": file.key,
        "party": file.party,
        "day": file.day.isoformat(),
        "stratum": file.stratum._asdict(),
        "why": why,
        "source": file.source,
        "source_row": file.source_row,
        "flagged": None if file.flagged is None else list(file.flagged),
    }
