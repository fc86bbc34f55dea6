"""A finding is the team's until it is handed over; then the unit sees it too."""

from django.db.models import Q, QuerySet

from ducha.apps.campaigns.access import ORGANISERS, UNIT_ROLES, visible_participations
from ducha.apps.evidence.access import opens_evidence
from ducha.apps.fieldwork.access import own_teams
from ducha.apps.findings.models import Finding, GoodPractice, Objection, Withdrawal
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.domain.rights import Right, Role


@resolves("finding")
@opens_evidence("findings.Finding")
def visible_findings(member: Membership) -> QuerySet[Finding]:
    """The organiser sees confirmed ones, a team its own, a unit those that were handed to it."""
    if not may(member, Right.READ_FINDING):
        return Finding.objects.none()
    reached = visible_participations(member).order_by().values("pk")
    findings = Finding.objects.filter(participation__in=reached).select_related(
        "campaign", "participation__unit", "point__area", "team", "raised_by__person", "confirmed_by__person"
    )
    if member.role in UNIT_ROLES:
        return findings.filter(handed_over_at__isnull=False)
    if member.role == Role.INSPECTOR:
        return findings.filter(team__in=own_teams(member).values("pk"))
    return findings.filter(~Q(confirmed_by=None))


@resolves("practice")
def visible_practices(member: Membership) -> QuerySet[GoodPractice]:
    """Good practice is for everybody who takes part."""
    if member.role in ORGANISERS or member.role == Role.INSPECTOR:
        reached = visible_participations(member).order_by().values("pk")
        return GoodPractice.objects.filter(participation__in=reached).select_related("participation__unit", "point")
    return GoodPractice.objects.none()


@resolves("objection")
def visible_objections(member: Membership) -> QuerySet[Objection]:
    return Objection.objects.filter(finding__in=visible_findings(member).order_by().values("pk")).select_related(
        "finding"
    )


@resolves("withdrawal")
def visible_withdrawals(member: Membership) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(finding__in=visible_findings(member).order_by().values("pk")).select_related(
        "finding"
    )
