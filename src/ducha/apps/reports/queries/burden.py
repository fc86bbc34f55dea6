"""减负: what each unit was asked for, what it was spared, and how long it took. A load, never a ranking."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from ducha.apps.audit_trail.models import Step
from ducha.apps.campaigns.models import Campaign, Exclusion, Participation, Threshold
from ducha.apps.evidence.models import EvidenceLink
from ducha.apps.selfassessment.models import SelfAssessment, Submission
from ducha.apps.verification.models import RuleResult
from ducha.apps.verification.queries import computed, requirements_of


@dataclass(frozen=True)
class Burden:
    """One unit's load; days are None while nothing is delivered."""

    participation: Participation
    assessment: SelfAssessment | None
    asked: int
    computed: int
    files: int
    uses: int
    days: int | None
    returns: int


def burdens(campaign: Campaign, units: Sequence[Participation]) -> list[Burden]:
    """The load of some units of a campaign, in their order; eight queries for any number of units."""
    points = campaign.points.filter(removed_at=None).count()
    exclusions = Exclusion.objects.filter(participation__in=units, removed_at=None, point__removed_at=None)
    excluded: dict[int, set[int]] = defaultdict(set)
    for unit, point in exclusions.values_list("participation", "point"):
        excluded[unit].add(point)
    known = _computed(campaign, units)
    used = EvidenceLink.objects.filter(file__owner__in=[unit.unit_id for unit in units], removed_at=None)
    links = used.order_by().values_list("file__owner").annotate(files=Count("file", distinct=True), n=Count("pk"))
    evidence = {owner: (files, n) for owner, files, n in links}
    assessments = {a.participation_id: a for a in SelfAssessment.objects.filter(participation__in=units)}
    delivered = dict(
        Submission.objects.filter(assessment__in=list(assessments.values()), number=1).values_list(
            "assessment__participation", "delivered_at"
        )
    )
    returned = _returns(list(assessments.values()))
    launched = campaign.steps().filter(event="launch").values_list("at", flat=True).first()
    return [
        Burden(
            unit,
            assessment := assessments.get(unit.pk),
            points - len(excluded[unit.pk]),
            len(known[unit.pk] - excluded[unit.pk]),
            *evidence.get(unit.unit_id, (0, 0)),
            _days(launched, delivered.get(unit.pk)),
            returned.get(assessment.public_id, 0) if assessment else 0,
        )
        for unit in units
    ]


def _days(launched: datetime | None, delivered: datetime | None) -> int | None:
    if launched is None or delivered is None:
        return None
    return (timezone.localtime(delivered).date() - timezone.localtime(launched).date()).days


def _returns(assessments: list[SelfAssessment]) -> dict[str, int]:
    ids = [assessment.public_id for assessment in assessments]
    steps = Step.objects.filter(subject_kind=SelfAssessment.object_kind(), subject_id__in=ids, event="return")
    return dict(steps.order_by().values_list("subject_id").annotate(n=Count("pk")))


def _computed(campaign: Campaign, units: Sequence[Participation]) -> dict[int, set[int]]:
    """By unit, the points whose every number the unit's ledgers answer, so that no figure is asked for."""
    numbers: dict[int, list[Threshold]] = defaultdict(list)
    standing = Threshold.objects.filter(point__campaign=campaign, point__removed_at=None, removed_at=None)
    for threshold in standing:
        numbers[threshold.point_id].append(threshold)
    results = requirements_of(units)
    return {
        unit.pk: {point for point, asked in numbers.items() if all(_is_known(t, results[unit.pk]) for t in asked)}
        for unit in units
    }


def _is_known(threshold: Threshold, results: dict[str, list[RuleResult]]) -> bool:
    found = computed(threshold, results)
    return bool(found and found.is_known)
