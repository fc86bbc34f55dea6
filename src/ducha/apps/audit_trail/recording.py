"""No trail, no write: every saved row gets its audit entry in the transaction of the change."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from django.db import models, transaction

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import Audited, AuditEntry
from ducha.domain import merkle

ACTOR_FIELD = "@actor"


class Actor(Protocol):
    """Whoever acts: a membership, or the system itself."""

    @property
    def public_id(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True)
class System:
    """The system acting by the clock: the seal at the deadline, the first installation."""

    public_id: str = "system"
    role: str = "system"
    label: str = "Ducha"


SYSTEM = System()


@dataclass
class _Recording:
    by: Actor
    action: str
    campaign: str
    rows: dict[tuple[str, str, int], Audited] = field(default_factory=dict)


# What a higher app holds against every action in a campaign, by the campaign's public id and the action's name.
GUARDS: list[Callable[[str, str], None]] = []
_open: ContextVar[_Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recorded(by: Actor, action: str, *, campaign: str = "") -> Iterator[None]:
    """One action: a transaction at whose end each row that it saved has an entry in the trail.

    `action` is "<what>.<past tense>", as in "finding.closed". An action may call another one; each
    row is recorded under the innermost.
    """
    outer = _open.get()
    recording = _Recording(by, action, campaign or (outer.campaign if outer else ""))
    with transaction.atomic():
        if outer is None:
            for guard in GUARDS:
                guard(recording.campaign, action)
        token = _open.set(recording)
        try:
            yield
            AuditEntry.objects.bulk_create([_entry(recording, row) for row in recording.rows.values()], batch_size=200)
        finally:
            _open.reset(token)


def note_saved(row: Audited) -> None:
    """Called by `save`: take the row into the open recording, or refuse the write."""
    recording = _open.get()
    if recording is None:
        raise TypeError(f"{row.object_kind()} can only be saved inside recorded(by, action).")
    key = (row.object_kind(), row.public_id, row.version)
    # The entry's place is here, at the save; its values are those the database row has now.
    recording.rows[key] = _frozen_copy(row)


def _frozen_copy(row: Audited) -> Audited:
    copy = type(row)(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields})
    return copy


def audited_fields(model: type[Audited]) -> list[models.Field]:
    """The fields an entry commits to: all of them, the key too, by which other rows point here."""
    return list(model._meta.concrete_fields)


def encode(f: models.Field, value: Any) -> str:
    """A value as the trail commits to it: the same text before it is saved and after it is read back."""
    value = f.to_python(value) if value is not None and not f.is_relation else value
    return merkle.canonical_json(_plain(value)).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def field_salt(salt: str, name: str) -> bytes:
    """The salt of one field, so that showing one field's value does not open its neighbours."""
    return hashlib.sha256(f"{salt}/{name}".encode()).digest()[:16]


def commit_to(salt: str, name: str, value: str) -> str:
    """The commitment to one field's encoded value."""
    return merkle.commitment(field_salt(salt, name), name, value)


def _entry(recording: _Recording, row: Audited) -> AuditEntry:
    salt = secrets.token_hex(16)
    commitments = {
        f.name: commit_to(salt, f.name, encode(f, getattr(row, f.attname))) for f in audited_fields(type(row))
    }
    commitments[ACTOR_FIELD] = commit_to(salt, ACTOR_FIELD, recording.by.label)
    return AuditEntry(
        at=clock.now(),
        actor=recording.by.public_id,
        actor_label=recording.by.label,
        role=recording.by.role,
        action=recording.action,
        object_kind=row.object_kind(),
        object_id=row.public_id,
        object_version=row.version,
        campaign=recording.campaign,
        salt=salt,
        commitments=commitments,
    )
