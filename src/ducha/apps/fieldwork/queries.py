"""Reading field work: teams with their people and units, visits, where to look first."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from ducha.apps.campaigns.models import Campaign
from ducha.apps.fieldwork.access import visible_activities, visible_teams, visible_visits
from ducha.apps.fieldwork.models import Activity, Team, TeamMember, TeamUnit, Visit
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.selfassessment.access import readable_assessments, visible_problems
from ducha.apps.selfassessment.models import AdmittedProblem, Answer


def teams(member: Membership, campaign: Campaign) -> QuerySet[Team]:
    """The teams within reach with their people and units; three queries."""
    people = TeamMember.objects.filter(removed_at=None).select_related("member__person", "member__home")
    units = TeamUnit.objects.select_related("participation__unit").order_by("participation__unit__position")
    visible = visible_teams(member).filter(campaign=campaign).distinct()
    return visible.prefetch_related(Prefetch("members", people), Prefetch("units", units))


def pool(campaign: Campaign, *, besides: Team | None = None) -> QuerySet[Membership]:
    """抽调人员库: inspectors of the organiser who are in no team yet, or in the one given."""
    taken = TeamMember.objects.filter(team__campaign=campaign, removed_at=None).exclude(team=besides).values("member")
    return current_memberships().filter(organisation=campaign.organiser_id, role="inspector").exclude(pk__in=taken)


def visits(member: Membership, campaign: Campaign) -> QuerySet[Visit]:
    """The visits within reach."""
    return visible_visits(member).filter(participation__campaign=campaign)


def activities(member: Membership, visit: Visit) -> list[Activity]:
    """What was done on a visit, for those who may read it."""
    return list(visible_activities(member).filter(visit=visit).select_related("by__person"))


def units_of(campaign: Campaign) -> QuerySet[Organisation]:
    """The units that take part."""
    return Organisation.objects.filter(participations__campaign=campaign)


@dataclass(frozen=True)
class FirstLooks:
    """Where to look first: what the unit itself calls not met, and the problems it admits."""

    answers: list[Answer]
    problems: list[AdmittedProblem]


def first_looks(member: Membership, visit: Visit) -> FirstLooks:
    """先看这几处: from the unit's delivered self-inspection."""
    readable = readable_assessments(member).filter(participation=visit.participation_id).order_by()
    doubtful = Answer.objects.filter(assessment__in=readable, conclusion__in=["not_met", "partly_met"])
    problems = visible_problems(member).filter(assessment__in=readable)
    return FirstLooks(list(doubtful.select_related("point").order_by("conclusion", "point__rank")), list(problems))
