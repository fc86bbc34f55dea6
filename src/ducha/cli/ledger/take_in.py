"""ducha ledger import FILE…: take ledgers in; ducha ledger rejects: the rows that were sent back, as a file."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ducha.domain.errors import Invalid, sentence
from ducha.engines.ledgers.intake import LedgerRefused, Sending, Taken, TakenSource, take_in_all, write_rejects
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.store import Store


def add_to(verbs: Any) -> None:
    taken = verbs.add_parser("import", help="take ledgers in: CSV, text, XLSX, XLS, Parquet, sqlite:///x.db#table")
    taken.add_argument("files", nargs="+", metavar="FILE")
    taken.add_argument("--unit", help="whose rows these are, where the rows do not say it")
    taken.add_argument("--kind", choices=sorted(KINDS), help="the kind of ledger, where the head does not say it")
    taken.add_argument("--map", action="append", default=[], metavar="HEADER=COLUMN", dest="mapping")
    taken.add_argument("--data", type=Path, required=True, metavar="DIR")
    taken.add_argument("--json", action="store_true", help="as JSON")
    taken.set_defaults(run=run_import)
    rejects = verbs.add_parser("rejects", help="write rejected rows as CSV that is corrected and imported again")
    rejects.add_argument("--data", type=Path, required=True, metavar="DIR")
    rejects.add_argument("--source", metavar="NAME", help="of this source alone")
    rejects.add_argument("--out", type=Path, required=True, metavar="FILE")
    rejects.set_defaults(run=run_rejects)


def run_import(arguments: argparse.Namespace) -> int:
    """Each file for itself; 1 where any was refused, and the others are taken in all the same."""
    mapping = _mapping(arguments.mapping)
    store = Store(arguments.data)
    named = _named(arguments.files)
    outcomes = take_in_all(
        [_sending(file, name) for file, name in named],
        store,
        unit=arguments.unit,
        kind=arguments.kind,
        mapping=mapping,
    )
    found = [one for one in outcomes if isinstance(one, Taken)]
    refused = {
        name: list(map(str, one.faults))
        for (_file, name), one in zip(named, outcomes, strict=True)
        if isinstance(one, LedgerRefused)
    }
    if arguments.json:
        answer = {"taken": [asdict(taken) for taken in found], "refused": refused, "rows": store.rows()}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for taken in found:
            _print(taken)
        for name, faults in refused.items():
            print("\n".join([f"{name}: refused", *(f"  {fault}" for fault in faults)]), file=sys.stderr)
    return 1 if refused else 0


def run_rejects(arguments: argparse.Namespace) -> int:
    count = write_rejects(Store(arguments.data), arguments.out, source=arguments.source)
    print(f"{count} rejected rows: {arguments.out}")
    return 0


def _sending(file: str, name: str) -> Sending:
    url, mark, table = file.rpartition("#")
    if mark and "://" in url:
        return Sending(url=url, table=table, progress=_Told(file))
    return Sending(Path(file), name=name, progress=_Told(file))


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    faults = [pair for pair in pairs if not all(part.strip() for part in pair.rpartition("="))]
    if faults:
        text = "“%(pair)s” is no mapping. Write it as header=column."
        raise Invalid([sentence(text, pair=pair) for pair in faults])
    found = (pair.rpartition("=") for pair in pairs)
    return {header.strip(): column.strip() for header, _mark, column in found} or None


def _named(files: list[str]) -> list[tuple[str, str]]:
    """Each file with its name as a source: the folder in front where two have one name."""
    counts = Counter(Path(file).name for file in files)
    named = []
    for file in files:
        path = Path(file)
        folder = path.resolve().parent.name
        named.append((file, f"{folder}/{path.name}" if counts[path.name] > 1 and "://" not in file else path.name))
    return named


class _Told:
    """Progress on stderr: a line per stage, and one for each tenth of it."""

    def __init__(self, name: str) -> None:
        self.name, self.last = name.rpartition("/")[2], ("", -1)

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = (stage, done * 10 // total if total else 10)
        if now != self.last:
            self.last = now
            print(f"{self.name}: {stage} {now[1] * 10} %", file=sys.stderr)


def _print(taken: Taken) -> None:
    if not taken.changed:
        print(f"{taken.name}: nothing changed, the same was taken in before")
    for source in taken.sources:
        print("\n".join(_lines(source)))
    if taken.sheets_left_out:
        print(f"  sheets left out: {', '.join(taken.sheets_left_out)}")


def _lines(source: TakenSource) -> list[str]:
    counts = f"{source.read} read = {source.accepted} accepted + {source.rejected} rejected, {source.skipped} skipped"
    lines = [f"{source.name}: {source.kind}, {counts}"]
    lines += [f"  {scaled.header} × {scaled.factor} → {scaled.column}" for scaled in source.scaled]
    lines += [f"  {reason}: {count}" for reason, count in source.reasons.items()]
    return lines + ([f"  left out: {', '.join(source.unmatched)}"] if source.unmatched else [])
