"""Telling people what they should know or do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.notices.models import Notice, Outgoing, Preference, in_every_language
from ducha.apps.notices.queries import mail_is_set_up, send_after
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.rights import Role

# No deadline is so far that a reminder older than this could be due again.
REMEMBERED = timedelta(days=60)


def members_of(organisation: Organisation, *roles: Role) -> list[Membership]:
    """The members of an organisation who hold one of the roles today."""
    return list(current_memberships().filter(organisation=organisation, role__in=roles))


def tell(
    members: Iterable[Membership],
    *,
    text: str,
    params: dict[str, Any] | None = None,
    url: str = "",
    due_at: datetime | None = None,
    is_urgent: bool = False,
) -> None:
    """通知: put a notice into each member's inbox; inside the action that it tells about.

    `text` is an English msgid marked with gettext_noop, `params` what it is filled with. An urgent one does not wait
    for the day's digest.
    """
    words = in_every_language(text, params or {})
    _put(
        [
            Notice(
                recipient=member,
                text=text,
                params=params or {},
                words=words,
                url=url,
                due_at=due_at,
                is_urgent=is_urgent,
                told_at=clock.now(),
            )
            for member in members
        ]
    )


@dataclass(frozen=True)
class Reminder:
    """What one member is reminded of; under one key once and never again."""

    member: Membership
    key: str
    text: str
    url: str
    due_at: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)


def remind(reminders: Sequence[Reminder], *, campaign: str = "") -> int:
    """提醒: tell each member what was not told under its key yet; how many were."""
    with recorded(SYSTEM, "reminder.told", campaign=campaign):
        since = clock.now() - REMEMBERED
        told = set(Notice.objects.filter(key__isnull=False, told_at__gte=since).values_list("key", flat=True))
        fresh = {reminder.key: reminder for reminder in reminders if reminder.key not in told}
        _put([_as_notice(reminder) for reminder in fresh.values()])
    return len(fresh)


def _as_notice(reminder: Reminder) -> Notice:
    return Notice(
        recipient=reminder.member,
        text=reminder.text,
        params=reminder.params,
        words=in_every_language(reminder.text, reminder.params),
        url=reminder.url,
        due_at=reminder.due_at,
        key=reminder.key,
        told_at=clock.now(),
    )


def _put(notices: list[Notice]) -> None:
    """Into the inboxes, and for those who want mail into the outbox: both, or neither."""
    Notice.objects.bulk_create(notices)
    if not mail_is_set_up():
        return
    wanting = Preference.objects.filter(by_mail=True, member__in=[notice.recipient_id for notice in notices])
    preferences = {preference.member_id: preference for preference in wanting}
    now = clock.now()
    Outgoing.objects.bulk_create(
        [
            Outgoing(notice=notice, queued_at=now, send_after=send_after(notice, preference, now))
            for notice in notices
            if (preference := preferences.get(notice.recipient_id))
        ]
    )


def read(notice: Notice, *, by: Membership) -> Notice:
    """签阅: note that the recipient has opened it."""
    if notice.read_at is None:
        with recorded(by, "notice.read"):
            notice.read_at = clock.now()
            notice.save()
    return notice


def read_all(notices: Iterable[Notice], *, by: Membership) -> None:
    """全部标为已读: note that the recipient has seen all of them."""
    with recorded(by, "notice.read"):
        for notice in notices:
            notice.read_at = clock.now()
            notice.save()
