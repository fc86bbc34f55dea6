"""Reading field work: teams with their people and units, visits, where to look first."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from ducha.apps.campaigns.models import Campaign
from ducha.apps.fieldwork.access import (
    visible_activities,
    visible_case_files,
    visible_samples,
    visible_teams,
    visible_visits,
)
from ducha.apps.fieldwork.models import Activity, CaseFile, CaseFileSample, Team, TeamMember, TeamUnit, Visit
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.selfassessment.access import readable_assessments, visible_problems
from ducha.apps.selfassessment.models import AdmittedProblem, Answer
from ducha.apps.verification.models import RuleResult
from ducha.apps.verification.queries import held_by, not_met, titles_of
from ducha.engines.ledgers import sampling

# With which the share of faulty case files is estimated.
CONFIDENCE = 0.95


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
    """The kinds of ledger of the unit from which case files can be drawn: none whose drawn files are being reviewed."""
    begun = CaseFile.objects.filter(sample__visit=visit, is_faulty__isnull=False).values_list("sample__kind", flat=True)
    held = [held.kind for held in held_by(visit.participation.unit)]
    return [kind for kind in held if kind in sampling.CASE_FILES and kind not in set(begun)]


@dataclass(frozen=True)
class DrawnFile:
    """One drawn case file: what the ledger says of it, and what its review found."""

    case_file: CaseFile
    drawn: Mapping[str, Any]
    flags: list[str]


@dataclass(frozen=True)
class Drawn:
    """The newest sample of one kind of ledger, how often was drawn, and how far its review is."""

    sample: CaseFileSample
    draws: int
    files: list[DrawnFile]

    @property
    def reviewed(self) -> int:
        return sum(file.case_file.is_faulty is not None for file in self.files)

    @property
    def faulty(self) -> int:
        return sum(bool(file.case_file.is_faulty) for file in self.files)

    @property
    def words(self) -> str:
        """推断: what the review says of all the unit's case files; nothing before every drawn one is reviewed.

        Files that the ledger flagged are drawn by the same chance as all others and count like them.
        """
        said: dict[str, Any] = {"drawn": len(self.files), "faulty": self.faulty, "population": self.sample.population}
        if self.reviewed < len(self.files):
            said["reviewed"] = self.reviewed
            text = _("%(reviewed)s of %(drawn)s reviewed, %(faulty)s of them faulty; all are needed for an estimate.")
            return text % said
        low, high = sampling.estimate(self._by_stratum(), CONFIDENCE)
        said |= {"low": _percent(low), "high": _percent(high), "confidence": _percent(CONFIDENCE)}
        if len(self.files) == self.sample.population:
            return _("All %(population)s case files reviewed, %(faulty)s faulty: %(low)s %%.") % said
        text = _(
            "%(drawn)s case files drawn and reviewed, %(faulty)s faulty; of all %(population)s, %(low)s to %(high)s %% "
            "are faulty (confidence %(confidence)s %%)."
        )
        return text % said

    def _by_stratum(self) -> list[sampling.Reviewed]:
        faulty = Counter(_stratum(file.drawn) for file in self.files if file.case_file.is_faulty)
        return [sampling.Reviewed(s["population"], s["drawn"], faulty[_stratum(s)]) for s in self.sample.shares]


def _stratum(found: Mapping[str, Any]) -> tuple[Any, ...]:
    return found["year"], found["procedure"], found["is_major"]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")


def drawn(member: Membership, visit: Visit) -> list[Drawn]:
    """抽中的案卷, for those who may see them: of each kind of ledger the newest sample."""
    return _drawn(member, visible_samples(member).filter(visit=visit), titles_of(visit.participation))


def drawn_beside(member: Membership, result: RuleResult) -> list[Drawn]:
    """What reviews found in the case files of the unit that a result counts by its ledger, visit by visit."""
    if result.participation is None or result.region:
        return []
    samples = visible_samples(member).filter(visit__participation=result.participation, kind=result.ledger)
    return _drawn(member, samples, {})


def _drawn(member: Membership, samples: QuerySet[CaseFileSample], titles: Mapping[str, str]) -> list[Drawn]:
    newest: dict[tuple[int, str], CaseFileSample] = {}
    draws: Counter[tuple[int, str]] = Counter()
    for sample in samples.order_by("-id"):
        newest.setdefault((sample.visit_id, sample.kind), sample)
        draws[sample.visit_id, sample.kind] += 1
    case_files: dict[int, list[CaseFile]] = defaultdict(list)
    for case_file in visible_case_files(member).filter(sample__in=newest.values()).order_by("number"):
        case_files[case_file.sample_id].append(case_file)
    return [
        Drawn(
            sample,
            draws[place],
            [
                DrawnFile(case_file, file, [titles.get(rule, rule) for rule in file["flagged"]])
                for case_file, file in zip(case_files[sample.pk], sample.files, strict=True)
            ],
        )
        for place, sample in newest.items()
    ]


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
