"""ducha seal check FILE: is this the file that was issued?"""

import argparse
import json
from pathlib import Path
from typing import Any

from ducha.cli.installation import add_data_option, open_installation
from ducha.domain import receipts
from ducha.domain.errors import Invalid, sentence
from ducha.engines.files import clean_name


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("seal", help="issued papers").add_subparsers(dest="verb", required=True)
    check = verbs.add_parser("check", help="whether a file is, byte for byte, a paper that was issued")
    check.add_argument("file", type=Path)
    check.add_argument("--receipt", type=Path, help="check against the paper's receipt, without an installation")
    check.add_argument("--key", help="the installation's public key, hexadecimal, if you know it from elsewhere")
    add_data_option(check)
    check.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    content = _read(arguments.file)
    if arguments.receipt:
        return _by_receipt(content, _read(arguments.receipt), arguments.key)
    open_installation(arguments.data, must_exist=True)
    from ducha.apps.papers.queries import seal_of

    found, name = seal_of(content), clean_name(arguments.file.name)
    if found.paper is None:
        print(f"✗ No paper with the bytes of “{name}” was issued here.")
    elif not found.is_whole:
        print(f"✗ “{name}” says that it is {found.paper.number} “{found.paper.title}”, but its bytes were changed.")
    else:
        print(f"✓ {found.paper.number} “{found.paper.title}”, issued {found.paper.issued_at:%Y-%m-%d}, unchanged.")
    return 0 if found.is_whole else 1


def _by_receipt(content: bytes, receipt: bytes, key: str | None) -> int:
    from ducha.apps.audit_trail.keys import is_signed

    try:
        read = json.loads(receipt)
    except ValueError:
        raise Invalid([sentence("The receipt is damaged or is no receipt of a paper.")]) from None
    faults = receipts.faults_of(read, content, is_signed=is_signed)
    if not faults and key and key.lower() != read["public_key"]:
        faults = [sentence("The receipt was signed by another installation's key.")]
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        return 1
    said = {name: receipts.opened_value(read, name) for name in ("code", "year", "serial", "title")}
    print(f"✓ {said['code']}〔{said['year']}〕{said['serial']}号 “{said['title']}”, unchanged; entry {read['index']}.")
    if not key:
        print(f"  Signed with the key {read['public_key']}: compare it with the one that the office made known.")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        text = "“%(name)s” cannot be opened: %(reason)s."
        raise Invalid([sentence(text, name=clean_name(path.name), reason=error.strerror)]) from None
