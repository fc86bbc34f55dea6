"""Reading self-inspections: what is answered, what is missing, what was delivered."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.campaigns.models import Campaign, Exclusion, Point, Stage, Threshold
from ducha.apps.campaigns.queries import marked, points_of, requirement, stage_of
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.evidence.queries import linked_to_all
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.access import readable_assessments, visible_assessments
from ducha.apps.selfassessment.models import AdmittedProblem, Answer, ClaimedFigure, Seal, SelfAssessment, Submission
from ducha.apps.verification.models import RuleResult
from ducha.apps.verification.queries import Computed, computed, fits, newest_unmet, requirements_of
from ducha.domain.merkle import canonical_json, digest_of


@dataclass
class PointAnswer:
    """One point as the unit sees it: the clause, its answer, what still lacks."""

    point: Point
    answer: Answer | None
    figures: dict[int, str] = field(default_factory=dict)
    evidence: list[EvidenceFile] = field(default_factory=list)
    problems: list[AdmittedProblem] = field(default_factory=list)
    results: Mapping[str, Sequence[RuleResult]] = field(default_factory=dict)

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        return marked(self.point)

    @property
    def thresholds(self) -> list[dict[str, Any]]:
        return [self._figure(threshold) for threshold in self.point.thresholds.all()]

    def _figure(self, threshold: Threshold) -> dict[str, Any]:
        """What is asked, what the unit claims, what the ledgers say, and whether the two differ."""
        claimed, found = self.figures.get(threshold.pk, ""), computed(threshold, self.results)
        conclusion = self.answer.conclusion if self.answer else ""
        weight = weigh(conclusion, claimed, found) if found else None
        return {
            "threshold": threshold,
            "requirement": requirement(threshold),
            "claimed": claimed,
            "computed": found,
            "is_held_to_another": found is None and bool(self.results.get(threshold.rule)),
            # A figure that was claimed before the ledger came can be taken back.
            "is_asked": not (found and found.is_known) or weight == Weight.BETTER_FIGURE,
            "contradiction": weight,
        }

    @property
    def lacks(self) -> list[str]:
        """What keeps the point from being complete; empty when it is."""
        if self.answer is None or not self.answer.conclusion:
            return [_("no conclusion")]
        lacking = []
        if self.answer.conclusion != "met" and not self.answer.narrative.strip():
            lacking.append(_("no explanation"))
        if self.answer.conclusion in ("met", "partly_met") and any(
            t["is_asked"] and not t["claimed"] for t in self.thresholds
        ):
            lacking.append(_("no figure"))
        return lacking

    @property
    def is_complete(self) -> bool:
        return not self.lacks


class Weight(TextChoices):
    """How much a contradiction weighs, the heaviest first."""

    OPPOSITE = "opposite", gettext_lazy("Opposite conclusion")
    BETTER_FIGURE = "better_figure", gettext_lazy("Better figure claimed")


def weigh(conclusion: str, claimed: str, found: Computed) -> Weight | None:
    """矛盾: claimed to be met and computed as not met, or a better figure claimed than computed; None where neither."""
    if conclusion == Answer.Conclusion.MET and found.verdict == "not_met":
        return Weight.OPPOSITE
    return Weight.BETTER_FIGURE if found.is_bettered_by(claimed) else None


def sheet(assessment: SelfAssessment) -> list[PointAnswer]:
    """The whole self-inspection in the plan's order, in a constant number of queries."""
    answers = {a.point_id: a for a in assessment.answers.select_related("answered_by__person")}
    figures: dict[int, dict[int, str]] = defaultdict(dict)
    for figure in ClaimedFigure.objects.filter(answer__assessment=assessment).values(
        "answer_id", "threshold_id", "value"
    ):
        figures[figure["answer_id"]][figure["threshold_id"]] = figure["value"]
    evidence = linked_to_all(list(answers.values()))
    problems: dict[int, list[AdmittedProblem]] = defaultdict(list)
    for problem in assessment.problems.filter(removed_at=None):
        problems[problem.point_id].append(problem)
    results = requirements_of([assessment.participation])[assessment.participation_id]
    lines = []
    for point in points_of(assessment.participation):
        answer = answers.get(point.pk)
        line = PointAnswer(point, answer, problems=problems[point.pk], results=results)
        if answer:
            line.figures, line.evidence = figures[answer.pk], evidence.get(answer.public_id, [])
        lines.append(line)
    return lines


def snapshot(assessment: SelfAssessment) -> str:
    """Everything the unit says, as canonical JSON: what is sealed and what a digest is taken of."""
    lines = [
        {
            "code": line.point.code,
            "text": line.point.text,
            "conclusion": line.answer.conclusion if line.answer else "",
            "narrative": line.answer.narrative if line.answer else "",
            "figures": [
                {
                    "phrase": t["threshold"].phrase,
                    "claimed": t["claimed"],
                    "computed": t["computed"].figure if t["computed"] else "",
                }
                for t in line.thresholds
            ],
            "evidence": [{"name": f.name, "sha256": f.sha256, "sm3": f.sm3} for f in line.evidence],
            "problems": [
                {"description": p.description, "horizon": p.horizon, "planned": p.planned} for p in line.problems
            ],
        }
        for line in sheet(assessment)
    ]
    unit = assessment.participation.unit.name
    return canonical_json({"unit": unit, "campaign": assessment.participation.campaign.title, "points": lines}).decode()


def manifest(assessment: SelfAssessment) -> str:
    """What the page shows, in one word: the number of files and the digest of everything."""
    content = snapshot(assessment)
    count = sum(len(point["evidence"]) for point in json.loads(content)["points"])
    return f"{count}-{digest_of(content.encode()).hex()}"


def assessments(member: Membership, campaign: Any) -> QuerySet[SelfAssessment]:
    """The self-inspections within reach, each with how far it is and how it was delivered; one query."""
    excluded = Exclusion.objects.filter(participation=OuterRef("participation"), removed_at=None)
    given = Answer.objects.filter(assessment=OuterRef("pk")).exclude(conclusion="")
    latest = Submission.objects.filter(assessment=OuterRef("pk")).order_by("-number")
    first = Submission.objects.filter(assessment=OuterRef("pk")).order_by("number")
    return (
        visible_assessments(member)
        .filter(participation__campaign=campaign)
        .annotate(
            answered=Coalesce(Subquery(given.values("assessment").annotate(n=Count("pk")).values("n")), 0),
            not_asked=Subquery(excluded.values("participation").annotate(n=Count("pk")).values("n")),
            delivered_at=Subquery(first.values("delivered_at")[:1]),
            is_late=Subquery(first.values("is_late")[:1]),
            late_working_days=Subquery(first.values("late_working_days")[:1]),
            late_working_hours=Subquery(first.values("late_working_hours")[:1]),
            versions=Subquery(latest.values("number")[:1]),
            is_sealed=Exists(Seal.objects.filter(participation=OuterRef("participation"))),
        )
        .order_by("participation__unit__position", "pk")
    )


def stage_for(assessment: SelfAssessment) -> Stage | None:
    """The stage in which the self-inspection is due."""
    return stage_of(assessment.participation.campaign, Stage.Kind.SELF_INSPECTION)


def differences(earlier: Submission, later: Submission) -> list[dict[str, Any]]:
    """What changed between two sealed versions, point by point."""
    before = {p["code"]: p for p in json.loads(earlier.content)["points"]}
    after = {p["code"]: p for p in json.loads(later.content)["points"]}
    codes = [*before, *(code for code in after if code not in before)]
    return [
        {"code": code, "before": before.get(code), "after": after.get(code)}
        for code in codes
        if before.get(code) != after.get(code)
    ]


@dataclass(frozen=True)
class Contradiction:
    """矛盾: a unit's answer and what its own ledgers say, side by side."""

    assessment: SelfAssessment
    answer: Answer
    threshold: Threshold
    claimed: str
    computed: Computed
    weight: Weight

    @property
    def requirement(self) -> str:
        return requirement(self.threshold)

    @property
    def worst(self) -> RuleResult:
        """The result to look at first."""
        return min(self.computed.results, key=lambda result: (result.verdict != "not_met", -result.violations))


def contradictions(member: Membership, campaign: Campaign) -> list[Contradiction]:
    """What the answers that a member may read claim and the ledgers do not bear out: by weight, unit and point."""
    assessments = {
        a.pk: a
        for a in readable_assessments(member)
        .filter(participation__campaign=campaign)
        .order_by("participation__unit__position", "pk")
    }
    answers = Answer.objects.filter(assessment__in=assessments, point__removed_at=None).exclude(conclusion="")
    # Of 132,000 answers those alone that a ledger can bear out.
    answers = answers.filter(point__in=Threshold.objects.filter(removed_at=None).exclude(rule="").values("point"))
    figures = {
        (figure.answer_id, figure.threshold_id): figure.value
        for figure in ClaimedFigure.objects.filter(answer__assessment__in=assessments)
    }
    asked: dict[int, list[Threshold]] = defaultdict(list)
    standing = Threshold.objects.filter(point__campaign=campaign, removed_at=None).exclude(rule="")
    for threshold in standing:
        asked[threshold.point_id].append(threshold)
    results = requirements_of([a.participation for a in assessments.values()])
    found = []
    for answer in answers.select_related("point").order_by("assessment__participation__unit__position", "point__rank"):
        assessment = assessments[answer.assessment_id]
        for threshold in asked[answer.point_id]:
            claimed = figures.get((answer.pk, threshold.pk), "")
            said = computed(threshold, results[assessment.participation_id])
            if said and (weight := weigh(answer.conclusion, claimed, said)):
                found.append(Contradiction(assessment, answer, threshold, claimed, said, weight))
    return sorted(found, key=lambda one: one.weight != Weight.OPPOSITE)


def opposites(member: Membership, campaign: Campaign) -> int:
    """How many contradictions are opposite conclusions: of what `contradictions` lists, without reading all answers."""
    unmet = {
        (result.participation_id, result.requirement, result.run)
        for results in newest_unmet(campaign)
        for result in results.select_related("run").only("participation_id", "requirement", "run")
    }
    asked: dict[str, list[Threshold]] = defaultdict(list)
    for threshold in Threshold.objects.filter(point__campaign=campaign, point__removed_at=None, removed_at=None):
        asked[threshold.rule].append(threshold)
    contradicted: dict[tuple[int, int], set[int]] = defaultdict(set)
    for unit, rule, run in unmet:
        for threshold in asked[rule]:
            if fits(threshold, run):
                contradicted[unit, threshold.point_id].add(threshold.pk)
    readable = readable_assessments(member).filter(participation__in={unit for unit, _point in contradicted})
    claimed = Answer.objects.filter(
        assessment__in=readable.order_by().values("pk"),
        point__in={point for _unit, point in contradicted},
        conclusion=Answer.Conclusion.MET,
    )
    pairs = claimed.order_by().values_list("assessment__participation", "point")
    return sum(len(contradicted.get(pair, ())) for pair in pairs)
