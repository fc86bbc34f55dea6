"""Does the trail hold? Every live row against its entry, both ways, and the trees against their checkpoints."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Max

from ducha.apps.audit_trail import keys
from ducha.apps.audit_trail.actions import journal
from ducha.apps.audit_trail.models import Audited, AuditEntry, Checkpoint, Lifecycled, Step, TreeHead
from ducha.apps.audit_trail.queries import checkpoint_text, leaf_of
from ducha.apps.audit_trail.recording import ACTOR_FIELD, audited_fields, commit_to, encode
from ducha.domain.errors import NotNow
from ducha.domain.merkle import DIGESTS, Frontier, leaf_hash


@dataclass(frozen=True)
class Fault:
    """One thing that differs: where, and who wrote it last and when."""

    table: str
    row: str
    field: str
    what: str
    at: str = ""
    actor: str = ""
    leaf: int | None = None

    def __str__(self) -> str:
        place = f"{self.table} row “{self.row}”" + (f" field “{self.field}”" if self.field else "")
        leaf = f" leaf {self.leaf}," if self.leaf is not None else ""
        return f"{place}: {self.what}" + (f" ({leaf} {self.at}, {self.actor})" if self.actor else "")


@dataclass(frozen=True)
class Verdict:
    """How many entries hold, and all that does not."""

    entries: int
    rows: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def audited_models() -> list[type[Audited]]:
    """Every model whose rows are on the record."""
    return [model for model in apps.get_models() if issubclass(model, Audited)]


def verify() -> Verdict:
    """Recompute everything; evidence files are checked by the command that calls this, which knows them."""
    faults = [*_trees(), *_journal()]
    rows = 0
    for model in audited_models():
        count, found = _table(model)
        rows += count
        faults += found
    faults += _states()
    return Verdict(AuditEntry.objects.count(), rows, tuple(faults))


def _named(entry: AuditEntry, field: str, what: str) -> Fault:
    kind = apps.get_model(entry.object_kind)
    at = entry.at.isoformat(timespec="seconds")
    who = f"{entry.actor_label} ({entry.role}, {entry.action})"
    return Fault(kind._meta.db_table, entry.object_id, field, what, at, who, entry.sequence)


def _trees() -> Iterator[Fault]:
    trees = [Frontier(digest) for digest in DIGESTS]
    checkpoints = {c.size: c for c in Checkpoint.objects.all()}
    for entry in AuditEntry.objects.filter(sequence__isnull=False).order_by("sequence").iterator():
        size = trees[0].size
        if entry.sequence != size:
            yield Fault(
                "audit_trail_auditentry", str(size), "sequence", f"entries {size} to {entry.sequence - 1} are missing"
            )
            return
        yield from _leaf(entry, trees)
        if checkpoint := checkpoints.pop(size + 1, None):
            yield from _checkpoint(checkpoint, trees)
    for size in sorted(checkpoints):
        what = f"a checkpoint of {size} entries was signed, but there are {trees[0].size}: the tail was cut"
        yield Fault("audit_trail_checkpoint", str(size), "size", what, checkpoints[size].at.isoformat(), "sequencer")
    head = TreeHead.objects.filter(pk=1).first()
    if head and head.size != trees[0].size:
        yield Fault("audit_trail_treehead", "1", "size", f"says {head.size} entries, there are {trees[0].size}")


def _leaf(entry: AuditEntry, trees: list[Frontier]) -> Iterator[Fault]:
    leaf = leaf_of(entry)
    for tree in trees:
        hashed = leaf_hash(leaf, tree.digest)
        if hashed.hex() != getattr(entry, f"leaf_{tree.digest}"):
            yield _named(entry, f"leaf_{tree.digest}", "the audit entry was changed")
        tree.append(hashed)
    if commit_to(entry.salt, ACTOR_FIELD, entry.actor_label) != entry.commitments.get(ACTOR_FIELD):
        yield _named(entry, "actor_label", "the audit entry's actor was changed")


def _checkpoint(checkpoint: Checkpoint, trees: list[Frontier]) -> Iterator[Fault]:
    roots = [tree.root().hex() for tree in trees]
    if roots != [checkpoint.root_sha256, checkpoint.root_sm3]:
        yield Fault("audit_trail_checkpoint", str(checkpoint.size), "root", "the tree no longer has the signed root")
    if not keys.is_signed(checkpoint_text(checkpoint), checkpoint.signature, keys.public_key()):
        yield Fault("audit_trail_checkpoint", str(checkpoint.size), "signature", "the signature does not fit")


def _journal() -> Iterator[Fault]:
    if not journal().exists():
        return
    known = dict(AuditEntry.objects.filter(sequence__isnull=False).values_list("sequence", "leaf_sha256"))
    for line in journal().read_text().splitlines():
        sequence, leaf = line.split()
        if known.get(int(sequence)) != leaf:
            what = "was changed" if int(sequence) in known else "is gone"
            yield Fault(
                "audit_trail_auditentry", sequence, "leaf_sha256", f"entry {sequence} {what}; the journal has it"
            )


def _table(model: type[Audited]) -> tuple[int, list[Fault]]:
    latest = _latest_entries(model)
    faults: list[Fault] = []
    count = 0
    for row in model.objects.all().order_by("pk").iterator():
        count += 1
        entry = latest.pop(row.public_id, None)
        faults += [_unrecorded(model, row)] if entry is None else _row(row, entry)
    faults += [_named(entry, "", "the row was deleted") for entry in latest.values()]
    return count, faults


def _latest_entries(model: type[Audited]) -> dict[str, AuditEntry]:
    """The entry of each row's highest version."""
    entries = AuditEntry.objects.filter(object_kind=model.object_kind())
    highest = dict(entries.values_list("object_id").annotate(Max("object_version")))
    return {e.object_id: e for e in entries.order_by("id").iterator() if e.object_version == highest[e.object_id]}


def _unrecorded(model: type[Audited], row: Audited) -> Fault:
    return Fault(model._meta.db_table, row.public_id, "", "the row stands in no audit entry")


def _row(row: Audited, entry: AuditEntry) -> list[Fault]:
    changed = []
    for field in audited_fields(type(row)):
        value: Any = getattr(row, field.attname)
        # A column younger than the entry holds what a new column holds, until the row is saved again.
        if field.name not in entry.commitments and value == field.get_default():
            continue
        if commit_to(entry.salt, field.name, encode(field, value)) != entry.commitments.get(field.name):
            changed.append(_named(entry, field.name, "the value was changed outside Ducha"))
    return changed


def _states() -> Iterator[Fault]:
    """Each state must be the fold of its steps."""
    for model in audited_models():
        if not issubclass(model, Lifecycled):
            continue
        events: dict[str, list[str]] = {}
        for step in Step.objects.filter(subject_kind=model.object_kind()).order_by("id").iterator():
            events.setdefault(step.subject_id, []).append(step.event)
        for row in model.objects.order_by("pk").values("public_id", "state"):
            try:
                state = model.lifecycle.fold(events.get(row["public_id"], []))
            except (NotNow, KeyError):
                state = "impossible"
            if state != row["state"]:
                what = f"is “{row['state']}”, but its steps lead to “{state}”"
                yield Fault(model._meta.db_table, row["public_id"], "state", what)
