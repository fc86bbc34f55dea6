"""A finding is the team's until it is handed over; then the unit sees it too."""

from django.db.models import Q, QuerySet

from ducha.apps.campaigns.access import ORGANISERS, UNIT_ROLES, visible_participations
from ducha.apps.evidence.access import opens_evidence
from ducha.apps.fieldwork.access import is_recused, leads, own_teams, recused_units, works_in
from ducha.apps.fieldwork.models import TeamMember
from ducha.apps.findings.models import Finding, GoodPractice, Objection, Withdrawal
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.domain.rights import Right, Role


@resolves("finding")
@opens_evidence("findings.Finding")
def visible_findings(member: Membership) -> QuerySet[Finding]:
    """A team sees its own, a unit those handed to it, the organiser those confirmed or asked to be withdrawn.

    Whoever raised one from a ledger's row sees it from the start.
    """
    if not may(member, Right.READ_FINDING):
        return Finding.objects.none()
    findings = Finding.objects.select_related(
        "campaign", "participation__unit", "point__area", "team", "raised_by__person", "confirmed_by__person", "result"
    )
    if member.role == Role.INSPECTOR:
        # By the team, not by the unit: a finding stays its team's when the unit goes to another team.
        mine = findings.filter(team__in=own_teams(member).values("pk"))
        return mine.exclude(participation__unit__in=recused_units(member).order_by().values("pk"))
    if member.role in UNIT_ROLES:
        reached = visible_participations(member).order_by().values("pk")
        return findings.filter(participation__in=reached, handed_over_at__isnull=False)
    # By its campaign, which is that of its unit: of 40,000 none has to be looked up among the units within reach, nor
    # its author among the person's memberships once it is confirmed.
    findings = findings.filter(campaign__organiser=member.organisation_id)
    asked = Withdrawal.objects.values("finding")
    own = Membership.objects.filter(person=member.person_id).order_by().values("pk")
    return findings.filter(Q(confirmed_by__isnull=False) | Q(pk__in=asked) | Q(raised_by__in=own))


def may_confirm(member: Membership, finding: Finding) -> bool:
    """Whether it is this member who confirms: the leader; of what the leader wrote, another member of the team."""
    if finding.raised_by.person_id == member.person_id or is_recused(member, finding.participation):
        return False
    if leads(member, finding.team):
        return True
    leaders = TeamMember.objects.filter(team=finding.team_id, leads=True, removed_at=None)
    return works_in(member, finding.team) and leaders.filter(member__person=finding.raised_by.person_id).exists()


@resolves("practice")
@opens_evidence("findings.GoodPractice")
def visible_practices(member: Membership) -> QuerySet[GoodPractice]:
    """Good practice is the inspecting side's: the organiser sees all of it, a team that of its units."""
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
