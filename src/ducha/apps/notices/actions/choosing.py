"""What a member decides for themself: how they are written to, and their calendar feed."""

import secrets
from datetime import time

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.notices.access import digest_of
from ducha.apps.notices.models import CalendarFeed, Outgoing, Preference
from ducha.apps.notices.queries import feed_of, preference_of, quiet_hours, send_after
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid
from ducha.domain.rights import Right


def choose(
    preference: Preference,
    *,
    by: Membership,
    by_mail: bool,
    address: str,
    language: str,
    digest_at: time,
    quiet_from: time,
    quiet_until: time,
) -> Preference:
    """通知设置: whether and when the member is written to; what waits already keeps to it."""
    if by_mail and not address:
        raise Invalid([_("Give the address to which mails should go.")])
    if quiet_hours(quiet_from, quiet_until).is_quiet_at(digest_at):
        raise Invalid([_("The digest at %(hour)s lies in your quiet hours.") % {"hour": f"{digest_at:%H:%M}"}])
    with recorded(by, "preference.chosen"):
        # Two pages open at once: the row that the other one made is the one to change.
        preference = preference_of(by) if preference._state.adding else preference
        preference.by_mail, preference.address, preference.language = by_mail, address, language
        preference.digest_at, preference.quiet_from, preference.quiet_until = digest_at, quiet_from, quiet_until
        preference.save()
        waiting = Outgoing.objects.filter(notice__recipient=by, state=Outgoing.State.WAITING)
        if not by_mail:
            waiting.update(state=Outgoing.State.DROPPED, ended_at=clock.now())
        for message in waiting.select_related("notice"):
            message.send_after = send_after(message.notice, preference, clock.now())
            message.save(update_fields=["send_after"])
    return preference


def make_feed(*, by: Membership) -> str:
    """日历订阅: a new secret token, told this once; an earlier one counts no more."""
    require(by, Right.READ_NOTICES)
    token = secrets.token_urlsafe(32)
    with recorded(by, "calendar_feed.made"):
        _revoke(feed_of(by))
        CalendarFeed(
            member=by, digest=digest_of(token), language=get_language() or "zh-hans", made_at=clock.now()
        ).save()
    return token


def revoke_feed(*, by: Membership) -> None:
    """停用日历订阅: nobody reads it any more."""
    with recorded(by, "calendar_feed.revoked"):
        _revoke(feed_of(by))


def _revoke(feed: CalendarFeed | None) -> None:
    if feed is not None:
        feed.revoked_at = clock.now()
        feed.save()
