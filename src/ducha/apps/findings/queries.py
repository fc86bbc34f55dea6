"""Reading findings: the ledger, the page of one, the figures of a campaign."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.evidence.queries import linked_to
from ducha.apps.fieldwork.models import Visit
from ducha.apps.findings.access import may_confirm, visible_findings, visible_practices, visible_withdrawals
from ducha.apps.findings.models import Finding, GoodPractice, Objection
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.access import visible_problems
from ducha.apps.verification.queries import explanation_of

OPEN = ("raised", "confirmed", "handed_over", "objected", "acknowledged")


class Reached(TextChoices):
    """How far a problem has come; one that was withdrawn has come nowhere."""

    FOUND = "found", _("Found")
    FED_BACK = "fed_back", _("Fed back")
    RECTIFIED = "rectified", _("Reported as put right")
    ACCEPTED = "accepted", _("Accepted")
    CLOSED = "closed", _("Closed")


class Age(TextChoices):
    """How long ago a problem was found."""

    WEEK = "week", _("up to 7 days")
    MONTH = "month", _("8 to 30 days")
    LONGER = "longer", _("over 30 days")


# Rectification is an app above this one: what it says of a finding is read by the name of its relation.
_PUT_RIGHT = Q(state="acknowledged", rectification__state__in=("submitted", "accepted"))
_THERE = {
    Reached.FOUND: Q(),
    Reached.FED_BACK: Q(state__in=("handed_over", "objected", "acknowledged", "closed")),
    Reached.RECTIFIED: _PUT_RIGHT | Q(state="closed"),
    Reached.ACCEPTED: Q(state="acknowledged", rectification__state="accepted") | Q(state="closed"),
    Reached.CLOSED: Q(state="closed"),
}


def reached(step: str) -> Q:
    """The problems that came to a step, whatever came after."""
    return ~Q(state="withdrawn") & _THERE[Reached(step)]


def waiting_at() -> Case:
    """The last step that a problem came to, as a value of Reached."""
    return Case(
        *(When(_THERE[step], then=Value(step.value)) for step in reversed(Reached) if step != Reached.FOUND),
        default=Value(Reached.FOUND.value),
    )


def age() -> Case:
    """The age of a problem, as a value of Age; days are those of the calendar at the office."""
    week, month = (_day_before(days) for days in (7, 30))
    return Case(
        When(raised_at__gte=week, then=Value(Age.WEEK.value)),
        When(raised_at__gte=month, then=Value(Age.MONTH.value)),
        default=Value(Age.LONGER.value),
    )


def _day_before(days: int) -> datetime:
    return timezone.make_aware(datetime.combine(clock.today() - timedelta(days=days), time.min))


def admitted_too(member: Membership, problems: QuerySet[Finding]) -> QuerySet[Finding]:
    """Those at whose point the unit had itself named a problem, as far as a member may read what it named."""
    named = visible_problems(member).select_related(None).order_by()
    there = problems.filter(
        participation__assessment__problems__in=named.values("pk"),
        participation__assessment__problems__point=F("point"),
    )
    return there.distinct()


def ledger(member: Membership, campaign: Campaign) -> QuerySet[Finding]:
    """问题台账: the findings within reach, each with whether it is overdue."""
    overdue = Q(state__in=OPEN, due_on__lt=clock.today())
    is_overdue = Case(When(overdue, then=Value(True)), default=Value(False), output_field=BooleanField())
    return visible_findings(member).filter(campaign=campaign).annotate(is_overdue=is_overdue)


def practices(member: Membership, campaign: Campaign) -> QuerySet[GoodPractice]:
    """典型做法 within reach."""
    return visible_practices(member).filter(campaign=campaign)


def finding_page(member: Membership, finding: Finding) -> dict[str, Any]:
    """Everything that stands on the page of one finding."""
    return {
        "finding": finding,
        "evidence": linked_to(finding),
        "feedback": finding.feedback.select_related("by__person"),
        "objection": Objection.objects.filter(finding=finding).first(),
        "withdrawals": visible_withdrawals(member).filter(finding=finding),
        "steps": finding.steps(),
        "may_confirm": finding.state == "raised" and may_confirm(member, finding),
        "earlier": visible_findings(member).filter(pk=finding.repeats_id).first() if finding.repeats_id else None,
        "explanation": explanation_of(member, finding.result, finding.row_key) if finding.result else None,
        "place": urlencode({"source": finding.row_source, "row": finding.row_number or 0}),
        "later": visible_findings(member).filter(repeats=finding),
    }


def earlier_at(member: Membership, participation: Participation) -> QuerySet[Finding]:
    """What the same unit was told before, in this campaign or an earlier one, and the reader may see."""
    return visible_findings(member).filter(participation__unit=participation.unit_id).exclude(state="withdrawn")


def of_visit(member: Membership, visit: Visit) -> QuerySet[Finding]:
    """本次发现: the findings of a visit within reach."""
    return visible_findings(member).filter(visit=visit)


def matrix(member: Membership, campaign: Campaign) -> dict[tuple[int, int], int]:
    """How many findings stand at each unit (participation) and area; one query."""
    counted = visible_findings(member).filter(campaign=campaign).exclude(state="withdrawn").order_by()
    rows = counted.values_list("participation", "point__area").annotate(n=Count("pk"))
    return {(unit, area): n for unit, area, n in rows}
