"""Teams and visits: an unannounced visit is its team's alone until it starts."""

from django.db.models import Q, QuerySet

from ducha.apps.campaigns.access import (
    ORGANISERS,
    PARTICIPATION_DOORS,
    UNIT_ROLES,
    visible_campaigns,
    visible_participations,
)
from ducha.apps.campaigns.models import Participation
from ducha.apps.evidence.access import opens_evidence
from ducha.apps.fieldwork.models import Activity, CaseFile, CaseFileSample, Recusal, Team, TeamMember, Visit
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.pages.routes import resolves
from ducha.domain.rights import Role


def own_teams(member: Membership) -> QuerySet[Team]:
    """The teams an inspector works in."""
    return Team.objects.filter(members__member=member, members__removed_at=None)


def leads(member: Membership, team: Team) -> bool:
    """Whether the member leads the team."""
    return TeamMember.objects.filter(team=team, member=member, leads=True, removed_at=None).exists()


def works_in(member: Membership, team: Team) -> bool:
    """Whether the member has a place in the team."""
    return TeamMember.objects.filter(team=team, member=member, removed_at=None).exists()


def recused_units(member: Membership) -> QuerySet[Organisation]:
    """回避: where the person comes from or has a post, whatever hat they wear, and what was declared."""
    declared = Recusal.objects.filter(member__person=member.person_id, removed_at=None)
    worn = Membership.objects.filter(person=member.person_id)
    # An inspector's organisation is the organiser; where a lent person belongs is the home.
    posts = worn.exclude(role=Role.INSPECTOR)
    return Organisation.objects.filter(
        Q(pk__in=declared.values("unit")) | Q(pk__in=worn.values("home")) | Q(pk__in=posts.values("organisation"))
    )


def is_recused(member: Membership, participation: Participation) -> bool:
    """Whether the member stays away from the unit."""
    return recused_units(member).filter(pk=participation.unit_id).exists()


def _team_units(member: Membership) -> QuerySet[Participation]:
    mine = Participation.objects.filter(team_unit__team__in=own_teams(member).values("pk"))
    return mine.exclude(unit__in=recused_units(member).order_by().values("pk"))


PARTICIPATION_DOORS[Role.INSPECTOR] = _team_units


@resolves("team")
def visible_teams(member: Membership) -> QuerySet[Team]:
    """The organiser sees all teams, inspectors their own, a unit the one that comes to it."""
    if member.role in ORGANISERS:
        return Team.objects.filter(campaign__in=visible_campaigns(member).values("pk"))
    if member.role == Role.INSPECTOR:
        return own_teams(member)
    if member.role in UNIT_ROLES:
        return Team.objects.filter(units__participation__in=visible_participations(member).order_by().values("pk"))
    return Team.objects.none()


@resolves("recusal")
def visible_recusals(member: Membership) -> QuerySet[Recusal]:
    """The organiser sees who stays away from whom, an inspector their own."""
    standing = Recusal.objects.filter(removed_at=None).select_related("member__person", "unit", "campaign")
    if member.role in ORGANISERS:
        return standing.filter(campaign__in=visible_campaigns(member).values("pk"))
    return standing.filter(member=member)


@resolves("visit")
def visible_visits(member: Membership) -> QuerySet[Visit]:
    """Announced visits, and unannounced ones that have started; the team sees all of its own."""
    visits = Visit.objects.select_related("participation__unit", "participation__campaign", "team")
    if member.role == Role.INSPECTOR:
        # By the team, not by the unit: what a team did stays its own when the unit goes to another team.
        mine = visits.filter(team__in=own_teams(member).values("pk"))
        return mine.exclude(participation__unit__in=recused_units(member).order_by().values("pk"))
    reached = visible_participations(member).order_by().values("pk")
    return visits.filter(Q(announced=True) | Q(state__in=["started", "ended"]), participation__in=reached)


@resolves("activity")
@opens_evidence("fieldwork.Activity")
def visible_activities(member: Membership) -> QuerySet[Activity]:
    """What was done on a visit is the inspecting side's; units see what came of it."""
    if member.role in UNIT_ROLES:
        return Activity.objects.none()
    return Activity.objects.filter(visit__in=visible_visits(member).order_by().values("pk"))


def visible_samples(member: Membership) -> QuerySet[CaseFileSample]:
    """Which case files will be asked for is the inspecting side's until it asks."""
    if member.role in UNIT_ROLES:
        return CaseFileSample.objects.none()
    reached = visible_visits(member).order_by().values("pk")
    return CaseFileSample.objects.filter(visit__in=reached).select_related("drawn_by__person")


@resolves("case_file")
def visible_case_files(member: Membership) -> QuerySet[CaseFile]:
    """The drawn files, and what was found in them, as their sample."""
    samples = visible_samples(member).order_by().values("pk")
    return CaseFile.objects.filter(sample__in=samples).select_related("sample__visit__team__campaign")
