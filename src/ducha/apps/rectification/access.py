"""A rectification is seen by whoever sees its finding."""

from django.db.models import QuerySet

from ducha.apps.evidence.access import opens_evidence
from ducha.apps.findings.access import visible_findings
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.apps.rectification.models import CorrectiveAction, Rectification


@resolves("rectification")
@opens_evidence("rectification.Rectification")
def visible_rectifications(member: Membership) -> QuerySet[Rectification]:
    return Rectification.objects.filter(finding__in=visible_findings(member).order_by().values("pk")).select_related(
        "finding__participation__unit", "finding__campaign", "finding__point", "finding__team"
    )


@resolves("corrective_action")
def visible_corrective_actions(member: Membership) -> QuerySet[CorrectiveAction]:
    reached = visible_rectifications(member).order_by().values("pk")
    return CorrectiveAction.objects.filter(rectification__in=reached, removed_at=None).select_related(
        "rectification__finding__participation"
    )
