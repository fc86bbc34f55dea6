"""总览: the leading group's one page. All figures from a fixed number of grouped queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, F, Min, Q, QuerySet, Value, When
from django.urls import reverse

from ducha.apps.accountability.access import visible_measures
from ducha.apps.accountability.models import Measure
from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Area, Campaign, Participation
from ducha.apps.campaigns.queries import areas
from ducha.apps.findings.models import Finding, GoodPractice
from ducha.apps.findings.queries import OPEN, Age, Reached, admitted_too, age, ledger, practices, waiting_at
from ducha.apps.organisations.models import Membership
from ducha.apps.reports.charts import Slice, Stack
from ducha.apps.reports.queries.burden import Burden, burdens
from ducha.apps.reports.queries.places import Places, places, rows, standing
from ducha.apps.reports.queries.trends import Trends, trends
from ducha.apps.selfassessment.models import Submission
from ducha.apps.selfassessment.queries import opposites
from ducha.apps.verification.queries import latest_results, region_results

MOST_WORST = 10
MOST_PRACTICES = 5
MOST_BURDENS = 10


@dataclass(frozen=True)
class Problems:
    """问题: how many, of which weight, how they became known, how far they are."""

    total: int
    open: int
    overdue: int
    serious: int
    objections: int
    points_hit: int
    severities: list[Slice]
    sources: list[Slice]
    areas: list[Slice]
    funnel: list[Stack]
    oldest: dict[str, datetime]
    others: Slice
    others_admitted: Slice

    @property
    def admitted(self) -> int:
        """Problems that the units named themselves."""
        return self.total - self.others.count

    @property
    def admitted_share(self) -> int:
        return _percent(self.admitted, self.total)

    @property
    def known_share(self) -> int:
        """Of what others found, the part that the unit had named itself, in percent."""
        return _percent(self.others_admitted.count, self.others.count)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True)
class Delivery:
    """How the self-inspections came in."""

    units: int
    delivered: int
    late: int

    @property
    def missing(self) -> int:
        return self.units - self.delivered


@dataclass(frozen=True)
class Overview:
    campaign: Campaign
    problems: Problems
    places: Places
    areas: list[Area]
    worst: list[Finding]
    delivery: Delivery
    checked: int
    missed: int
    opposite: int
    measures: list[Slice]
    practices: list[GoodPractice]
    practices_count: int
    burdens: list[Burden]
    trends: Trends | None


def overview(member: Membership, campaign: Campaign) -> Overview:
    """What is wrong and where, how we know, what follows, who answers, what is good."""
    in_order = list(areas(campaign))
    good = practices(member, campaign)
    verdicts = Counter(dict(_counted(latest_results(member, campaign), "verdict")))
    regions = Counter(result.verdict for result in region_results(member, campaign))
    units = visible_participations(member).filter(campaign=campaign)
    return Overview(
        campaign,
        problems(member, campaign, in_order),
        places(member, campaign, in_order),
        in_order,
        worst(member, campaign),
        _delivery(units),
        verdicts.total() + regions.total(),
        verdicts["not_met"] + regions["not_met"],
        opposites(member, campaign),
        _measures(member, campaign),
        list(good[:MOST_PRACTICES]),
        good.count(),
        burdens(campaign, list(units[:MOST_BURDENS])),
        trends(member, campaign),
    )


def _counted(rows: QuerySet[Any], name: str) -> QuerySet[Any, tuple[Any, int]]:
    return rows.select_related(None).order_by().values_list(name).annotate(n=Count("pk"))


@dataclass(frozen=True)
class _Kind:
    """Problems that are alike in all that figures ask for."""

    severity: str
    source: str
    state: str
    is_overdue: bool
    step: str
    age: str
    n: int
    oldest: datetime


def problems(member: Membership, campaign: Campaign, in_order: list[Area]) -> Problems:
    """Three passes over the problems: by kind, by point, and what units knew of what others found."""
    found = standing(member, campaign)
    is_late = Case(
        When(Q(state__in=OPEN, due_on__lt=clock.today()), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    alike = found.values_list("severity", "source", "state", is_late, waiting_at(), age())
    kinds = [_Kind(*row) for row in alike.annotate(n=Count("pk"), oldest=Min("raised_at"))]
    points = [(area, n) for _point, area, n in found.values_list("point", "point__area").annotate(n=Count("pk"))]
    others = found.exclude(source=Finding.Source.ADMITTED)
    known = admitted_too(member, others).values("pk").count()
    by_area = Counter[int]()
    for area, n in points:
        by_area[area] += n
    return Problems(
        total=_sum(kinds),
        open=_sum(k for k in kinds if k.state in OPEN),
        overdue=_sum(k for k in kinds if k.is_overdue),
        serious=_sum(k for k in kinds if k.severity == "serious"),
        objections=_sum(k for k in kinds if k.state == "objected"),
        points_hit=len(points),
        severities=_slices(kinds, "severity", reversed(Finding.Severity)),
        sources=_slices(kinds, "source", Finding.Source),
        areas=[Slice(f"{a.code} {a.title}", by_area[a.pk], rows(area=a.code)) for a in in_order],
        funnel=_funnel(kinds),
        oldest=_oldest(kinds),
        others=Slice("", _sum(k for k in kinds if k.source != "admitted"), rows(found_by="others")),
        others_admitted=Slice("", known, rows(found_by="others_admitted")),
    )


def _sum(kinds: Any) -> int:
    return sum(kind.n for kind in kinds)


def _slices(kinds: list[_Kind], name: str, choices: Any) -> list[Slice]:
    counts = Counter[str]()
    for kind in kinds:
        counts[getattr(kind, name)] += kind.n
    return [Slice(str(one.label), counts[one.value], rows(**{name: one.value})) for one in choices]


def _funnel(kinds: list[_Kind]) -> list[Stack]:
    """Of each step how many came to it, and of those that wait there how many are of which age."""
    counts = Counter[tuple[str, str]]()
    for kind in kinds:
        counts[kind.step, kind.age] += kind.n
    steps = []
    for number, step in enumerate(Reached):
        after = list(Reached)[number:]
        came = sum(n for (at, _age), n in counts.items() if at in after)
        if step == Reached.CLOSED:
            # What is closed waits for nothing.
            parts = [Slice(str(one.label), 0, "") for one in Age]
        else:
            parts = [Slice(str(one.label), counts[step, one], rows(waits=step.value, age=one.value)) for one in Age]
        steps.append(Stack(Slice(str(step.label), came, rows(reached=step.value)), tuple(parts)))
    return steps


def _oldest(kinds: list[_Kind]) -> dict[str, datetime]:
    """By step, when the oldest problem was found that waits there."""
    oldest: dict[str, datetime] = {}
    for kind in kinds:
        oldest[kind.step] = min(oldest.get(kind.step, kind.oldest), kind.oldest)
    return oldest


def worst(member: Membership, campaign: Campaign) -> list[Finding]:
    """The facts to read first: serious before ordinary, overdue before not, then those that were found first."""
    weight = Case(When(severity="serious", then=0), When(severity="ordinary", then=1), default=2)
    first = standing(member, campaign).filter(state__in=OPEN).order_by(weight, F("due_on").asc(nulls_last=True), "pk")
    chosen = list(first.values_list("pk", flat=True)[:MOST_WORST])
    by_id = ledger(member, campaign).in_bulk(chosen)
    return [by_id[pk] for pk in chosen]


def _delivery(units: QuerySet[Participation]) -> Delivery:
    """By the first submission of each: that one decides whether it came in time."""
    bare = units.select_related(None).order_by()
    first = Submission.objects.filter(number=1, assessment__participation__in=bare.values("pk")).order_by()
    came = dict(first.values_list("is_late").annotate(n=Count("pk")))
    asked = bare.filter(assessment__isnull=False).count()
    return Delivery(asked, sum(came.values()), came.get(True, 0))


def _measures(member: Membership, campaign: Campaign) -> list[Slice]:
    counts = dict(_counted(visible_measures(member).filter(campaign=campaign), "kind"))
    home = reverse("accountability:measures")
    return [
        Slice(
            str(kind.label),
            counts.get(kind.value, 0),
            f"{home}?{urlencode({'campaign': campaign.public_id, 'kind': kind.value})}",
        )
        for kind in Measure.Kind
    ]
