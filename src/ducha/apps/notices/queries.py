"""Reading notices: the inbox with how far each deadline is, how a member is written to, what could not be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils import timezone

from ducha.apps.audit_trail import clock
from ducha.apps.notices.access import visible_notices, visible_outgoing
from ducha.apps.notices.models import CalendarFeed, Group, Notice, Outgoing, Preference
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain import workdays
from ducha.domain.deadlines import working_days_until
from ducha.domain.errors import OutsideCalendar
from ducha.domain.quiet_hours import QuietHours

# What is due on a day is due at its end.
END_OF_DAY = time(23, 59)


def end_of(day: date) -> datetime:
    """The deadline of what is due on a day, no hour given."""
    return datetime.combine(day, END_OF_DAY, timezone.get_default_timezone())


def by_when(due_at: datetime) -> date | datetime:
    """A deadline as it is told: the day alone where no hour was given."""
    local = timezone.localtime(due_at)
    return local.date() if local.time() == END_OF_DAY else local


def inbox(member: Membership) -> QuerySet[Notice]:
    """收件箱: unread first, the newest on top."""
    unread = Case(When(read_at=None, then=Value(False)), default=Value(True), output_field=BooleanField())
    return visible_notices(member).annotate(is_read=unread).order_by("is_read", "-told_at", "-id")


@dataclass(frozen=True)
class Letter:
    """A notice as the inbox shows it: working days left, today included; None where past or not known."""

    notice: Notice
    left: int | None
    is_past: bool

    @property
    def by_when(self) -> date | datetime | None:
        return by_when(self.notice.due_at) if self.notice.due_at else None


def letter(notice: Notice) -> Letter:
    """How far the deadline of a notice is."""
    if notice.due_at is None:
        return Letter(notice, None, False)
    today, due_on = clock.today(), timezone.localtime(notice.due_at).date()
    if today > due_on:
        return Letter(notice, None, True)
    try:
        return Letter(notice, workdays.load().working_days_left(today, due_on), False)
    except OutsideCalendar:
        return Letter(notice, None, False)


def days_until(due_on: date) -> int | None:
    """Working days after today up to the deadline; None where the calendar does not reach."""
    try:
        return working_days_until(clock.today(), due_on, calendar=workdays.load())
    except OutsideCalendar:
        return None


def mail_is_set_up() -> bool:
    """Whether the system administrator has named a mail server."""
    return bool(settings.DUCHA_MAIL_FROM)


def preference_of(member: Membership) -> Preference:
    """How the member wants to be written to; what holds for everybody where they chose nothing."""
    return Preference.objects.filter(member=member).first() or Preference(member=member)


def quiet_hours(begins: time = time(19), ends: time = time(8)) -> QuietHours:
    """免打扰时段, as chosen or as it holds for everybody."""
    return QuietHours(begins, ends, workdays.load(), timezone.get_default_timezone())


def send_after(notice: Notice, preference: Preference, now: datetime) -> datetime:
    """When a notice may go out by mail: urgent at once, all else with the next digest; never in quiet hours."""
    quiet = quiet_hours(preference.quiet_from, preference.quiet_until)
    if _is_urgent(notice, timezone.localtime(now).date()):
        return quiet.over(now)
    return quiet.next_at(preference.digest_at, now)


def _is_urgent(notice: Notice, today: date) -> bool:
    """Marked so, or due within one working day; beyond the calendar, within one day."""
    if notice.is_urgent or notice.due_at is None:
        return notice.is_urgent
    due_on = timezone.localtime(notice.due_at).date()
    try:
        return working_days_until(today, due_on, calendar=workdays.load()) <= 1
    except OutsideCalendar:
        return (due_on - today).days <= 1


def feed_of(member: Membership) -> CalendarFeed | None:
    """The member's calendar feed."""
    return CalendarFeed.objects.filter(member=member, revoked_at=None).first()


def undelivered(member: Membership) -> QuerySet[Outgoing]:
    """What was given up, and what failed and is tried again."""
    failed = Q(state=Outgoing.State.GIVEN_UP) | Q(state=Outgoing.State.WAITING, tries__gt=0)
    return visible_outgoing(member).filter(failed)


def groups_of(organiser: Organisation, units: Iterable[int]) -> QuerySet[Group]:
    """The groups that an organiser's office connected: its own and those of units, given by their keys."""
    connected = Group.objects.filter(added_by__organisation=organiser, removed_at=None)
    return connected.filter(organisation__in=[organiser.pk, *units])


def newest_of_groups(groups: QuerySet[Group]) -> dict[int, Outgoing]:
    """The newest message to each group, by the group's key."""
    newest = Outgoing.objects.filter(group__in=groups.order_by().values("pk")).order_by("queued_at", "id")
    return {message.group_id: message for message in newest}
