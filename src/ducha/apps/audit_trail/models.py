import secrets
import string
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import DatabaseError, models

from ducha.apps.audit_trail import clock
from ducha.domain.errors import Stale
from ducha.domain.lifecycle import Lifecycle

_ALPHABET = string.ascii_lowercase + string.digits


def random_public_id() -> str:
    """A name for the outside that says nothing and cannot be guessed: 20 characters, 103 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


class AuditedQuerySet(models.QuerySet):
    """Rows that change only one at a time and on the record: the shortcuts past `save` are shut."""

    def update(self, **values: Any) -> int:
        raise TypeError(f"{self.model.__name__}: change each row with save() inside recorded(…).")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.model.__name__}: nothing is deleted; set removed_at inside recorded(…).")

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        raise TypeError(f"{self.model.__name__}: change each row with save() inside recorded(…).")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        from ducha.apps.audit_trail.recording import note_saved

        if args or kwargs:
            raise TypeError(f"{self.model.__name__}: bulk_create takes rows alone here.")
        created = super().bulk_create(objs, batch_size=500)
        for row in created:
            note_saved(row)
        return created


class Audited(models.Model):
    """A row whose every change stands in the audit trail, in the change's own transaction.

    It can only be saved inside `recorded(by, action)`. Two people who read the same version
    cannot both change it: the second is told (Stale).
    """

    public_id = models.CharField(max_length=20, unique=True, default=random_public_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def object_kind(cls) -> str:
        return f"{cls._meta.app_label}.{cls.__name__}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        from ducha.apps.audit_trail.recording import note_saved

        if self._state.adding:
            super().save(*args, **kwargs)
        else:
            self._save_next_version(*args, **kwargs)
        note_saved(self)

    def _save_next_version(self, *args: Any, **kwargs: Any) -> None:
        self.version += 1
        try:
            super().save(*args, **{**kwargs, "force_update": True})
        except DatabaseError as error:
            self.version -= 1
            if "did not affect any rows" in str(error):
                raise Stale("Somebody else changed this meanwhile. Reload the page.") from error
            raise

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        return super()._do_update(base_qs.filter(version=self.version - 1), *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.object_kind()}: nothing is deleted; set removed_at inside recorded(…).")


class Step(Audited):
    """One event in the life of something: what happened, when, who did it, and why."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=20)
    event = models.CharField(max_length=30)
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor = models.CharField(max_length=20)
    actor_label = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject_id", "id"])]
        ordering = ["id"]


class Lifecycled(Audited):
    """Something with a lifecycle: `state` is the fold of its steps and changes by `enter` alone."""

    lifecycle: ClassVar[Lifecycle]
    state = models.CharField(max_length=30, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def begin(cls, **values: Any) -> Self:
        """A new one in its first state, not saved yet."""
        return cls(state=cls.lifecycle.initial, **values)

    def enter(self, event: str, *, by: Any, reason: str = "") -> Step:
        """Record an event and move to the state it leads to; NotNow where it is not possible."""
        source, target = self.state, self.lifecycle.after(self.state, event)
        self.state = target
        self.save()
        step = Step(
            subject_kind=self.object_kind(),
            subject_id=self.public_id,
            event=event,
            source=source,
            target=target,
            at=clock.now(),
            actor=by.public_id,
            actor_label=by.label,
            role=by.role,
            reason=reason,
        )
        step.save()
        return step

    def steps(self) -> models.QuerySet[Step]:
        return Step.objects.filter(subject_kind=self.object_kind(), subject_id=self.public_id)


class AuditEntry(models.Model):
    """One row's change: who, when, what, and a commitment to each of its fields.

    Written in the transaction of the change; numbered and put into both trees by the sequencer.
    """

    sequence = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=20)
    actor_label = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=20)
    object_version = models.PositiveIntegerField()
    campaign = models.CharField(max_length=20, blank=True)
    schema = models.PositiveSmallIntegerField(default=1)
    salt = models.CharField(max_length=32)
    commitments = models.JSONField()
    leaf_sha256 = models.CharField(max_length=64, blank=True)
    leaf_sm3 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["object_id", "object_kind", "object_version"], name="one_entry_per_version")
        ]


class TreeHead(models.Model):
    """How far the trees have grown: one row, locked by the sequencer."""

    size = models.BigIntegerField(default=0)
    frontier_sha256 = models.JSONField(default=list)
    frontier_sm3 = models.JSONField(default=list)


class Checkpoint(models.Model):
    """The signed roots at one size; every later tree must be an extension of it."""

    size = models.BigIntegerField(unique=True)
    root_sha256 = models.CharField(max_length=64)
    root_sm3 = models.CharField(max_length=64)
    at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["size"]
