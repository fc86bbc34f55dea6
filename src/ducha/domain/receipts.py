"""Receipts: the proof, to be checked by anyone and without the installation, that a file stands in the trail as it is.

A receipt holds an entry's leaf, its way to the roots of both trees, the signature over the roots, and the opened
commitments of those fields that say the file's digests (TRUST.md, audit trail).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ducha.domain import merkle
from ducha.domain.errors import sentence


def checkpoint_text(size: int, roots: Mapping[str, str]) -> bytes:
    """What is signed of the roots at a size."""
    return merkle.canonical_json({"ducha": "checkpoint", "size": size, "sha256": roots["sha256"], "sm3": roots["sm3"]})


def faults_of(receipt: Mapping[str, Any], content: bytes, *, is_signed: Callable[[bytes, str, str], bool]) -> list[str]:
    """What does not hold of a receipt and the file that it is of, as sentences; empty where all of it holds.

    `is_signed` says whether a signature (hexadecimal) over some bytes was made with a public key (hexadecimal).
    """
    try:
        return _faults(receipt, content, is_signed)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [sentence("The receipt is damaged or is no receipt of a paper.")]


def _faults(receipt: Mapping[str, Any], content: bytes, is_signed: Callable[[bytes, str, str], bool]) -> list[str]:
    found: list[str] = []
    leaf, opened = receipt["leaf"], receipt["opened"]
    for digest in merkle.DIGESTS:
        if json.loads(opened[digest]["value"]) != merkle.digest_of(content, digest).hex():
            found.append(sentence("The file is not the one of the receipt: its %(digest)s differs.", digest=digest))
        hashed = merkle.leaf_hash(merkle.canonical_json(leaf), digest)
        proof = [bytes.fromhex(node) for node in receipt["proofs"][digest]]
        root = bytes.fromhex(receipt["roots"][digest])
        if not merkle.verify_inclusion(hashed, receipt["index"], receipt["tree_size"], proof, root, digest):
            found.append(sentence("The entry does not lead to the signed %(digest)s root.", digest=digest))
    for name, said in opened.items():
        if merkle.commitment(bytes.fromhex(said["salt"]), name, said["value"]) != leaf["commitments"][name]:
            found.append(sentence("The entry says something else of “%(name)s” than the receipt does.", name=name))
    signed = checkpoint_text(receipt["tree_size"], receipt["roots"])
    if not is_signed(signed, receipt["signature"], receipt["public_key"]):
        found.append(sentence("The signature over the roots is not that of the key in the receipt."))
    return found


def opened_value(receipt: Mapping[str, Any], name: str) -> Any:
    """What the entry says of a field that the receipt opens."""
    return json.loads(receipt["opened"][name]["value"])
