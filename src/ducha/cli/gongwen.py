"""ducha gongwen check FILE: what in a Word file departs from the form of official documents (GB/T 9704-2012)."""

import argparse
import json
from pathlib import Path
from typing import Any

from ducha.domain.errors import Invalid, sentence
from ducha.engines import files, gongwen

# So many places of one departure are named.
_NAMED = 3


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("gongwen", help="official documents").add_subparsers(dest="verb", required=True)
    checks = verbs.add_parser("check", help="list what departs from GB/T 9704-2012")
    checks.add_argument("file", type=Path)
    checks.add_argument("--json", action="store_true", help="as JSON")
    checks.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    name = files.clean_name(arguments.file.name)
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise Invalid(
            [sentence("“%(name)s” cannot be opened: %(reason)s.", name=name, reason=error.strerror)]
        ) from None
    found = gongwen.check(name, content)
    if arguments.json:
        print(json.dumps([vars(each) for each in found], ensure_ascii=False, indent=2))
        return 1 if found else 0
    places: dict[tuple[str, str], list[str]] = {}
    for each in found:
        places.setdefault((each.clause, each.what), []).append(each.place)
    for (clause, what), named in places.items():
        shown = "; ".join(f"“{place}”" for place in named[:_NAMED] if place)
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        print(f"{clause:<8}{what}{f' ({shown}{more})' if shown else ''}")
    print(f"{len(found)} deviations from GB/T 9704-2012")
    return 1 if found else 0
