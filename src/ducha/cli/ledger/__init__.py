"""ducha ledger …: enforcement ledgers taken in, checked by rules, sampled and read by party."""

from importlib import import_module
from typing import Any

VERBS = ("generate", "take_in", "check", "sample", "party")


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("ledger", help="take in and check enforcement ledgers").add_subparsers(
        dest="verb", required=True
    )
    for verb in VERBS:
        import_module(f"ducha.cli.ledger.{verb}").add_to(verbs)
