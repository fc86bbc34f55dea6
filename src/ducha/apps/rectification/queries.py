"""Reading rectifications: the list with what is overdue, the page of one."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign
from ducha.apps.findings.access import visible_findings
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar


def to_rectify(member: Membership, campaign: Campaign) -> QuerySet[Finding]:
    """整改台账: the acknowledged and closed findings, begun or not, with their measures counted."""
    standing = Q(rectification__measures__removed_at=None, rectification__measures__isnull=False)
    done = standing & Q(rectification__measures__done_on__isnull=False)
    return (
        visible_findings(member)
        .filter(campaign=campaign, state__in=["acknowledged", "closed"])
        .select_related("rectification")
        .annotate(
            measures_all=Count("rectification__measures", filter=standing),
            measures_done=Count("rectification__measures", filter=done),
        )
    )


@dataclass(frozen=True)
class Due:
    """How a due day stands today: working days left, or days overdue; None where the calendar does not reach."""

    on: date
    left: int | None
    overdue: int | None


def due(on: date | None, *, is_closed: bool) -> Due | None:
    """How far a due day is, in working days; None for what has none or is closed."""
    if on is None or is_closed:
        return None
    calendar, today = workdays.load(), clock.today()
    try:
        if today > on:
            return Due(on, None, calendar.working_days_late(on, today))
        return Due(on, calendar.working_days_left(today, on), None)
    except OutsideCalendar:
        return Due(on, None, None)
