"""ducha audit verify: does the trail hold?"""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from ducha.cli.installation import add_data_option, open_installation


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("audit", help="the audit trail").add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="recompute every entry from the live tables and files")
    add_data_option(verify)
    verify.add_argument("--json", action="store_true", help="as JSON")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    open_installation(arguments.data, must_exist=True)
    from ducha.apps.audit_trail.verification import verify
    from ducha.apps.evidence.verification import changed_files
    from ducha.apps.papers.queries import changed_files as changed_papers
    from ducha.apps.verification.verification import changed_files as changed_ledgers

    verdict = verify()
    faults = [*verdict.faults, *changed_files(), *changed_ledgers(), *changed_papers()]
    if arguments.json:
        print(
            json.dumps(
                {"entries": verdict.entries, "rows": verdict.rows, "faults": [asdict(f) for f in faults]},
                ensure_ascii=False,
            )
        )
        return 1 if faults else 0
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        print(f"{len(faults)} faults in {verdict.entries} entries and {verdict.rows} rows.", file=sys.stderr)
        return 1
    print(f"{verdict.entries} entries hold; {verdict.rows} rows, files, ledgers and papers are as they were written.")
    return 0
