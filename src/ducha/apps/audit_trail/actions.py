"""The sequencer: numbers what was recorded, and grows both trees."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from ducha.apps.audit_trail import clock, keys
from ducha.apps.audit_trail.models import AuditEntry, Checkpoint, TreeHead
from ducha.apps.audit_trail.queries import checkpoint_text, leaf_of
from ducha.domain.merkle import DIGESTS, Frontier, leaf_hash

BATCH = 5_000


def integrate() -> int:
    """Number the entries that wait, put them into both trees and sign a checkpoint; how many there were."""
    total = 0
    while integrated := _integrate_batch():
        total += integrated
    if total:
        _extend_journal()
    return total


def _integrate_batch() -> int:
    with transaction.atomic():
        TreeHead.objects.get_or_create(pk=1)
        head = TreeHead.objects.select_for_update().get(pk=1)
        waiting = list(AuditEntry.objects.filter(sequence__isnull=True).order_by("id")[:BATCH])
        if not waiting:
            return 0
        trees = [Frontier.restored(d, head.size, getattr(head, f"frontier_{d}")) for d in DIGESTS]
        for entry in waiting:
            entry.sequence = trees[0].size
            leaf = leaf_of(entry)
            for tree in trees:
                hashed = leaf_hash(leaf, tree.digest)
                tree.append(hashed)
                setattr(entry, f"leaf_{tree.digest}", hashed.hex())
        AuditEntry.objects.bulk_update(waiting, ["sequence", "leaf_sha256", "leaf_sm3"], batch_size=200)
        head.size = trees[0].size
        head.frontier_sha256, head.frontier_sm3 = (tree.stored() for tree in trees)
        head.save()
        _checkpoint(trees)
        return len(waiting)


def _checkpoint(trees: list[Frontier]) -> None:
    sha256, sm3 = (tree.root().hex() for tree in trees)
    checkpoint = Checkpoint(size=trees[0].size, root_sha256=sha256, root_sm3=sm3, at=clock.now())
    checkpoint.signature = keys.sign(checkpoint_text(checkpoint))
    checkpoint.save()


def journal() -> Path:
    """The leaf hashes outside the database, one line each: whoever cuts the table cannot cut both unseen."""
    return settings.DUCHA_DATA / "trail.journal"


def _extend_journal() -> None:
    path = journal()
    known = path.read_text().count("\n") if path.exists() else 0
    new = AuditEntry.objects.filter(sequence__gte=known).order_by("sequence").values_list("sequence", "leaf_sha256")
    with path.open("a") as lines:
        lines.writelines(f"{sequence} {leaf}\n" for sequence, leaf in new.iterator())
