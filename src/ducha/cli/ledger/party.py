"""ducha ledger party: everything about one party, over all ledgers and units (一户式)."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ducha.engines.ledgers import reading
from ducha.engines.ledgers.dossier import Dossier, Entry, dossier
from ducha.engines.ledgers.kinds import KINDS


def add_to(verbs: Any) -> None:
    verb = verbs.add_parser("party", help="print all that the ledgers hold about one party")
    verb.add_argument("uscc", metavar="USCC", help="unified social credit code")
    verb.add_argument("--ledgers", type=Path, required=True, metavar="DIR", help="the folder that holds ledgers/")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    found = dossier(reading.existing(arguments.ledgers), arguments.uscc)
    for fault in found.faults:
        print(fault, file=sys.stderr)
    if arguments.json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(_lines_of(found)))
    return 0 if found.entries else 1


def _lines_of(found: Dossier) -> Iterator[str]:
    if not found.entries:
        yield f"No ledger here holds anything about “{found.uscc}”."
        return
    yield found.uscc
    for name in found.names:
        yield f"  {name.name}  {name.rows} rows, {name.first_on} – {name.last_on}"
    for total in found.totals:
        amount = "" if total.amount is None else f", {total.amount} yuan"
        ended = f" ({total.ended} ended)" if total.ended else ""
        yield f"{KINDS[total.kind].title}: {total.rows}{ended} by {total.units} units{amount}"
    yield ""
    yield from map(_line_of, found.entries)


def _line_of(entry: Entry) -> str:
    amount = "" if entry.amount is None else f"{entry.amount} yuan"
    ended = f"ended {entry.ended_on}" if entry.ended_on else ""
    place = f"({entry.source}, row {entry.source_row})"
    parts = (str(entry.day), entry.unit, KINDS[entry.kind].title, entry.what, entry.key, amount, ended, place)
    return "  ".join(part for part in parts if part)
