"""Reading findings: the ledger, the page of one, the figures of a campaign."""

from typing import Any

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign
from ducha.apps.evidence.queries import linked_to
from ducha.apps.findings.access import visible_findings, visible_practices, visible_withdrawals
from ducha.apps.findings.models import Finding, GoodPractice, Objection
from ducha.apps.organisations.models import Membership

OPEN = ("raised", "confirmed", "handed_over", "objected", "acknowledged")


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
    }


def matrix(member: Membership, campaign: Campaign) -> dict[tuple[int, int], int]:
    """How many findings stand at each unit (participation) and area; one query."""
    counted = visible_findings(member).filter(campaign=campaign).exclude(state="withdrawn").order_by()
    rows = counted.values_list("participation", "point__area").annotate(n=Count("pk"))
    return {(unit, area): n for unit, area, n in rows}
