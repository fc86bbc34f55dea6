"""Reading findings: the ledger, the page of one, the figures of a campaign."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.evidence.queries import linked_to
from ducha.apps.fieldwork.models import Visit
from ducha.apps.findings.access import may_confirm, visible_findings, visible_practices, visible_withdrawals
from ducha.apps.findings.models import Finding, GoodPractice, Objection
from ducha.apps.organisations.models import Membership
from ducha.apps.verification.queries import explanation_of

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
