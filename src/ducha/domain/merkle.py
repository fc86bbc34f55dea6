"""The tree of the audit trail: RFC 6962 (section 2.1) with any digest that hashlib knows.

A leaf is hashed as H(0x00 ‖ data), a node as H(0x01 ‖ left ‖ right); the empty tree is H("").
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

DIGESTS = ("sha256", "sm3")


def digest_of(data: bytes, digest: str = "sha256") -> bytes:
    """The digest of some bytes; "sm3" through hashlib where OpenSSL has it, else through cryptography."""
    try:
        return hashlib.new(digest, data).digest()
    except ValueError:
        from cryptography.hazmat.primitives import hashes

        if digest != "sm3":
            raise
        hasher = hashes.Hash(hashes.SM3())
        hasher.update(data)
        return hasher.finalize()


def leaf_hash(data: bytes, digest: str = "sha256") -> bytes:
    """The hash of a leaf."""
    return digest_of(b"\x00" + data, digest)


def node_hash(left: bytes, right: bytes, digest: str = "sha256") -> bytes:
    """The hash of two subtrees."""
    return digest_of(b"\x01" + left + right, digest)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes], digest: str = "sha256") -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier(digest)
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int, digest: str = "sha256") -> list[bytes]:
    """The siblings that lead from leaf `index` (from 0) to the root, lowest first (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} in a tree of {len(leaves)}.")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index, digest), root(leaves[k:], digest)]
    return [*inclusion_proof(leaves[k:], index - k, digest), root(leaves[:k], digest)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes, digest: str = "sha256"
) -> bool:
    """Whether the proof leads from the leaf to the expected root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling, digest)
        position, last = position >> 1, last >> 1
    return last == 0 and node == expected


def consistency_proof(leaves: Sequence[bytes], old_size: int, digest: str = "sha256") -> list[bytes]:
    """The nodes that show the tree of `old_size` to be the beginning of this one (RFC 6962, 2.1.2)."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"There is no earlier tree of {old_size} in one of {len(leaves)}.")
    return _subproof(leaves, old_size, True, digest)


def _subproof(leaves: Sequence[bytes], old_size: int, whole: bool, digest: str) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves, digest)]
    k = _split(len(leaves))
    if old_size <= k:
        return [*_subproof(leaves[:k], old_size, whole, digest), root(leaves[k:], digest)]
    return [*_subproof(leaves[k:], old_size - k, False, digest), root(leaves[:k], digest)]


def verify_consistency(
    old_size: int,
    size: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
    digest: str = "sha256",
) -> bool:
    """Whether the proof shows the old tree to be the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == new_root
    nodes = list(proof)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    position, last = old_size - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = new_node = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_node, new_node = node_hash(sibling, old_node, digest), node_hash(sibling, new_node, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling, digest)
        position, last = position >> 1, last >> 1
    return last == 0 and old_node == old_root and new_node == new_root


@dataclass
class Frontier:
    """A growing tree in O(log n) memory: the roots of its complete subtrees, largest first."""

    digest: str = "sha256"
    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    @classmethod
    def restored(cls, digest: str, size: int, nodes: Sequence[str]) -> "Frontier":
        """A frontier from what `stored` gave."""
        return cls(digest, size, [bytes.fromhex(node) for node in nodes])

    def stored(self) -> list[str]:
        """The nodes as hexadecimal text."""
        return [node.hex() for node in self.nodes]

    def append(self, leaf: bytes) -> None:
        """Grow by one leaf hash."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.nodes.pop(), node, self.digest)
            size >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self.nodes:
            return digest_of(b"", self.digest)
        node = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            node = node_hash(left, node, self.digest)
        return node


def canonical_json(value: Any) -> bytes:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8, no floats."""
    _refuse_the_ambiguous(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _refuse_the_ambiguous(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"“{value}” is a float, which has no one spelling; use a string or an integer.")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"The key “{key}” is no text.")
            _refuse_the_ambiguous(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_the_ambiguous(inner)


def commitment(salt: bytes, name: str, value: str) -> str:
    """SHA-256(salt ‖ field ‖ 0 ‖ value), hexadecimal: binds to the value without showing it."""
    return hashlib.sha256(salt + name.encode() + b"\0" + value.encode()).hexdigest()
