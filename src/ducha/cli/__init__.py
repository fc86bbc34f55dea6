"""The `ducha` command: one module per noun."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from ducha.domain.errors import DuchaError

NOUNS = ("begin", "serve", "demo", "plan", "ledger", "report", "gongwen", "seal", "notices", "audit", "reference")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 good, 1 the answer is no, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="ducha", description="Carries out a city's inspection plan.")
    nouns = parser.add_subparsers(dest="noun", required=True)
    for noun in NOUNS:
        import_module(f"ducha.cli.{noun}").add_to(nouns)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except DuchaError as error:
        print(error, file=sys.stderr)
        return 1
