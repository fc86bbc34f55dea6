"""Reading the trail: entries, leaves, proofs."""

from collections.abc import Iterable
from typing import Any

from ducha.apps.audit_trail import keys
from ducha.apps.audit_trail.models import Audited, AuditEntry, Checkpoint
from ducha.apps.audit_trail.recording import encode, field_salt
from ducha.domain import merkle, receipts


def leaf_of(entry: AuditEntry) -> bytes:
    """The leaf of an entry as it is hashed: canonical JSON with a commitment for each field."""
    return merkle.canonical_json(leaf_values(entry))


def leaf_values(entry: AuditEntry) -> dict[str, Any]:
    """What a leaf says."""
    return {
        "sequence": entry.sequence,
        "time": entry.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "actor": entry.actor,
        "role": entry.role,
        "action": entry.action,
        "object": f"{entry.object_kind}/{entry.object_id}/{entry.object_version}",
        "campaign": entry.campaign,
        "schema": entry.schema,
        "commitments": entry.commitments,
    }


def checkpoint_text(checkpoint: Checkpoint) -> bytes:
    """What is signed of a checkpoint."""
    return receipts.checkpoint_text(checkpoint.size, {"sha256": checkpoint.root_sha256, "sm3": checkpoint.root_sm3})


def receipt(row: Audited, *, opens: Iterable[str] = ()) -> dict[str, Any] | None:
    """The proof that a row's present version stands in the trail; None until the sequencer has numbered it.

    Of the fields in `opens` it says the values, each with what opens its commitment.
    """
    entry = (
        AuditEntry.objects.filter(object_kind=row.object_kind(), object_id=row.public_id, sequence__isnull=False)
        .order_by("-object_version")
        .first()
    )
    checkpoint = latest_checkpoint()
    if entry is None or checkpoint is None or entry.sequence is None:
        return None
    leaves = AuditEntry.objects.filter(sequence__lt=checkpoint.size).order_by("sequence")
    proofs = {}
    for digest in merkle.DIGESTS:
        hashes = [bytes.fromhex(h) for h in leaves.values_list(f"leaf_{digest}", flat=True)]
        proofs[digest] = [node.hex() for node in merkle.inclusion_proof(hashes, entry.sequence, digest)]
    return {
        "leaf": leaf_values(entry),
        "index": entry.sequence,
        "tree_size": checkpoint.size,
        "roots": {"sha256": checkpoint.root_sha256, "sm3": checkpoint.root_sm3},
        "proofs": proofs,
        "signature": checkpoint.signature,
        "public_key": keys.public_key(),
        "opened": {name: _opened(row, name, entry.salt) for name in opens},
    }


def _opened(row: Audited, name: str, salt: str) -> dict[str, str]:
    field = row._meta.get_field(name)
    return {"value": encode(field, getattr(row, field.attname)), "salt": field_salt(salt, name).hex()}


def latest_checkpoint() -> Checkpoint | None:
    """The newest signed roots."""
    return Checkpoint.objects.order_by("-size").first()


def size() -> int:
    """How many entries there are."""
    return AuditEntry.objects.count()


def waiting() -> int:
    """How many entries wait for their number."""
    return AuditEntry.objects.filter(sequence__isnull=True).count()
