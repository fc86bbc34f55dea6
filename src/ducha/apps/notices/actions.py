"""Telling people what they should know or do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.notices.models import Notice
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.rights import Role


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
) -> None:
    """通知: put a notice into each member's inbox; inside the action that it tells about.

    `text` is an English msgid marked with gettext_noop, `params` what it is filled with.
    """
    now = clock.now()
    Notice.objects.bulk_create(
        [
            Notice(recipient=member, text=text, params=params or {}, url=url, due_at=due_at, told_at=now)
            for member in members
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
