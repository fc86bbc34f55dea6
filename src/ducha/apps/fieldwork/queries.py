"""Reading field work: teams with their people and units, visits, where to look first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from ducha.apps.campaigns.models import Campaign
from ducha.apps.fieldwork.access import visible_activities, visible_samples, visible_teams, visible_visits
from ducha.apps.fieldwork.models import Activity, CaseFileSample, Team, TeamMember, TeamUnit, Visit
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.selfassessment.access import readable_assessments, visible_problems
from ducha.apps.selfassessment.models import AdmittedProblem, Answer
from ducha.apps.verification.models import RuleResult
from ducha.apps.verification.queries import held_by, not_met, titles_of
from ducha.engines.ledgers.sampling import CASE_FILES


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


def case_file_kinds(visit: Visit) -> list[str]:
    """The kinds of ledger of the unit from which case files can be drawn."""
    return [held.kind for held in held_by(visit.participation.unit) if held.kind in CASE_FILES]


@dataclass(frozen=True)
class Drawn:
    """The newest sample of a visit, its rules by their titles, and how often was drawn."""

    sample: CaseFileSample
    draws: int
    titles: dict[str, str]

    @property
    def files(self) -> list[dict[str, Any]]:
        """Each file with the titles of the rules that its row violates."""
        return [
            {**file, "flags": [self.titles.get(rule, rule) for rule in file["flagged"]]} for file in self.sample.files
        ]


def drawn(member: Membership, visit: Visit) -> Drawn | None:
    """抽中的案卷, for those who may see them."""
    samples = list(visible_samples(member).filter(visit=visit))
    return Drawn(samples[0], len(samples), titles_of(visit.participation)) if samples else None


@dataclass(frozen=True)
class FirstLooks:
    """Where to look first: what the ledgers show, what the unit itself calls not met, and the problems it admits."""

    results: list[RuleResult]
    answers: list[Answer]
    problems: list[AdmittedProblem]


def first_looks(member: Membership, visit: Visit) -> FirstLooks:
    """先看这几处: from the unit's ledgers and its delivered self-inspection."""
    readable = readable_assessments(member).filter(participation=visit.participation_id).order_by()
    doubtful = Answer.objects.filter(assessment__in=readable, conclusion__in=["not_met", "partly_met"])
    problems = visible_problems(member).filter(assessment__in=readable)
    results = not_met(member, visit.participation)
    return FirstLooks(
        results, list(doubtful.select_related("point").order_by("conclusion", "point__rank")), list(problems)
    )
