"""Reading a campaign: its stages in time, its catalogue, its units."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Prefetch, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.access import visible_campaigns
from ducha.apps.campaigns.models import Area, Campaign, Exclusion, Participation, Point, Stage, Threshold
from ducha.apps.organisations.models import Organisation
from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar


@dataclass(frozen=True)
class StageInTime:
    """A stage as it stands today: done, now or next; working days left, both ends counted."""

    stage: Stage
    when: str
    working_days_left: int | None
    working_days: int | None


def current_campaign(request: HttpRequest) -> Campaign | None:
    """The campaign that the pages show: the one chosen in this session, else the newest under way.

    A draft comes next, so that preparing the next campaign does not hide the one that runs; a closed one last.
    """
    within_reach = visible_campaigns(request.member).order_by("-id")
    chosen = within_reach.filter(public_id=request.session.get("campaign", "")).first()
    if chosen:
        return chosen
    likely = Case(When(state="launched", then=0), When(state="draft", then=1), default=2)
    return within_reach.order_by(likely, "-id").first()


def stages(campaign: Campaign) -> list[StageInTime]:
    """The stages with their place in time."""
    return [_in_time(stage, clock.now()) for stage in campaign.stages.all()]


def stage_of(campaign: Campaign, kind: str) -> Stage | None:
    """The stage of a kind, or None where the plan names none."""
    return campaign.stages.filter(kind=kind).first()


def _in_time(stage: Stage, now: datetime) -> StageInTime:
    today = timezone.localtime(now).date()
    end = timezone.localtime(stage.due_at).date() if stage.due_at else None
    if stage.due_at and now > stage.due_at:
        when = "done"
    elif end and (stage.starts_on is None or stage.starts_on <= today):
        when = "now"
    else:
        when = "next"
    left = _working_days(today, end) if when == "now" else None
    return StageInTime(stage, when, left, _working_days(stage.starts_on, end))


def _working_days(first: date | None, last: date | None) -> int | None:
    """None where the calendar does not reach: not known, never guessed."""
    if first is None or last is None:
        return None
    try:
        return workdays.load().working_days_between(first, last)
    except OutsideCalendar:
        return None


@dataclass
class AreaWithPoints:
    area: Area
    points: list[Point]


def points(campaign: Campaign) -> QuerySet[Point]:
    """The points that stand, with their thresholds and areas."""
    standing = Prefetch("thresholds", Threshold.objects.filter(removed_at=None))
    return campaign.points.filter(removed_at=None).select_related("area").prefetch_related(standing)


def catalogue(campaign: Campaign) -> list[AreaWithPoints]:
    """Areas with their points and thresholds, in a constant number of queries."""
    by_area: dict[int, list[Point]] = defaultdict(list)
    for point in points(campaign):
        by_area[point.area_id].append(point)
    return [AreaWithPoints(area, by_area[area.pk]) for area in campaign.areas.all()]


def points_of(participation: Participation) -> QuerySet[Point]:
    """The points that apply to a unit."""
    excluded = Exclusion.objects.filter(participation=participation, removed_at=None).values("point")
    return points(participation.campaign).exclude(pk__in=excluded)


def marked(point: Point) -> list[tuple[str, bool]]:
    """The verbatim text in pieces; True for those that are a threshold's phrase."""
    pieces, at = [], 0
    for threshold in sorted(point.thresholds.all(), key=lambda t: t.span_start):
        if threshold.span_start < at or threshold.span_end > len(point.text):
            continue
        pieces += [(point.text[at : threshold.span_start], False)]
        pieces += [(point.text[threshold.span_start : threshold.span_end], True)]
        at = threshold.span_end
    return [piece for piece in [*pieces, (point.text[at:], False)] if piece[0]]


def requirement(threshold: Threshold) -> str:
    """A threshold in short: ≥ 80 %."""
    sign = {"<=": "≤", ">=": "≥", "==": "="}.get(threshold.comparator, threshold.comparator)
    if threshold.unit == "date":
        return f"{sign} {int(threshold.value[:2])}-{int(threshold.value[2:]):02d}"
    return f"{sign} {threshold.value} {threshold.unit}"


def candidates(campaign: Campaign) -> QuerySet[Organisation]:
    """Organisations that can be inspected: counties, districts, zones, and departments that enforce law."""
    places = ("county", "district", "development_zone")
    departments = Organisation.objects.filter(kind="department", enforces_law=True)
    return (Organisation.objects.filter(kind__in=places) | departments).order_by("position", "id")


def review(campaign: Campaign) -> dict[str, Any]:
    """The reading beside the document: numbered lines, and what was made of them."""
    starts = {point.first_line: point for point in points(campaign) if point.first_line}
    lines = [(number, text, starts.get(number)) for number, text in enumerate(campaign.plan.lines, 1) if text.strip()]
    left_out = campaign.points.exclude(removed_at=None)
    return {"lines": lines, "catalogue": catalogue(campaign), "left_out": left_out, "stages": stages(campaign)}
