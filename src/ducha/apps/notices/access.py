"""Notices are their recipient's, groups the office's, what could not be sent the system administrator's."""

import hashlib

from django.db.models import QuerySet

from ducha.apps.notices.models import CalendarFeed, Group, Notice, Outgoing
from ducha.apps.organisations.access import current_memberships, may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.domain.rights import Right


@resolves("notice")
def visible_notices(member: Membership) -> QuerySet[Notice]:
    """A notice is for its recipient alone."""
    return Notice.objects.filter(recipient=member)


@resolves("group")
def visible_groups(member: Membership) -> QuerySet[Group]:
    """An office keeps the groups that it connected, of whichever organisation they are."""
    own = Group.objects.filter(removed_at=None, added_by__organisation=member.organisation_id)
    standing = own.select_related("organisation", "added_by__person")
    return standing if may(member, Right.KEEP_ORGANISATIONS) else standing.none()


def visible_outgoing(member: Membership) -> QuerySet[Outgoing]:
    """What is on its way: the system administrator sees that it is, not what it says."""
    if may(member, Right.KEEP_SYSTEM):
        return Outgoing.objects.select_related("notice__recipient__preference", "group")
    return Outgoing.objects.none()


def digest_of(token: str) -> str:
    """By which a feed is known: a token of 256 random bits needs no slow digest."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_behind(token: str) -> CalendarFeed | None:
    """The calendar feed of a token, as long as it is not revoked and its member's role counts."""
    standing = CalendarFeed.objects.filter(digest=digest_of(token), revoked_at=None)
    return standing.filter(member__in=current_memberships().order_by().values("pk")).first()
