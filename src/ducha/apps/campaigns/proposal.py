"""What a plan's reading proposes for a campaign: areas, points, numbers and stages, not yet saved."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ducha.apps.campaigns.models import Area, Campaign, Point, Stage, Threshold
from ducha.engines import plans

CLOSE_OF_DAY = time(17, 30)


def catalogue(campaign: Campaign, read: dict[str, Any]) -> Iterator[tuple[Area, list[tuple[Point, list[Threshold]]]]]:
    """Each area with its points, each point with its numbers."""
    by_top: dict[str, list[dict[str, Any]]] = {}
    for leaf in read["points"]:
        by_top.setdefault(leaf["code"].partition(".")[0], []).append(leaf)
    headings = _area_headings(read["outline"])
    for top, leaves in by_top.items():
        heading = next((h for h in headings if _holds(h, leaves[0])), None)
        if heading is None:
            heading = {"title": leaves[0]["text"], "number": "", "lines": leaves[0]["lines"]}
        else:
            headings = headings[headings.index(heading) + 1 :]
        first, last = heading["lines"]
        title = (heading["title"] or heading["text"] or heading["number"]).split("\t")[0][:200]
        area = Area(campaign=campaign, code=top, title=title, position=int(top), first_line=first, last_line=last)
        yield area, [(point := _point(campaign, area, leaf), list(_thresholds(point, leaf))) for leaf in leaves]


def _area_headings(outline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The headings that the first numbers of codes stand for: of several inspected parts these, else their children."""
    inspected = [node for node in outline if node["role"] == "inspected"] or [
        child
        for node in outline
        if node["role"] == "annex"
        for child in node["children"]
        if child["role"] == "inspected"
    ]
    if len(inspected) > 1:
        return inspected
    return [child for node in inspected for child in (node["children"] or [node]) if child["role"] == "inspected"]


def _holds(heading: dict[str, Any], leaf: dict[str, Any]) -> bool:
    return bool(heading["lines"][0] <= leaf["lines"][0] <= heading["lines"][1])


def _point(campaign: Campaign, area: Area, leaf: dict[str, Any]) -> Point:
    first, last = leaf["lines"]
    text = leaf["text"]
    if leaf["criteria"] not in text:
        # How a row of a table is scored stands in a cell of its own.
        text = f"{text}\n{leaf['criteria']}"
    return Point(
        campaign=campaign,
        area=area,
        code=leaf["code"],
        rank=rank(leaf["code"]),
        path=leaf["path"],
        text=text,
        first_line=first,
        last_line=last,
    )


def rank(code: str) -> str:
    """What codes are sorted by: "1.10" after "1.9"."""
    return ".".join(part.zfill(5) for part in code.split("."))


def _thresholds(point: Point, leaf: dict[str, Any]) -> Iterator[Threshold]:
    return (threshold(point, found) for found in leaf["thresholds"])


def threshold(point: Point, found: dict[str, Any]) -> Threshold:
    """A number that a point asks for, at its place in the point's text."""
    start = point.text.index(found["text"])
    return Threshold(
        point=point,
        phrase=found["text"],
        span_start=start,
        span_end=start + len(found["text"]),
        quantity=found["quantity"],
        comparator=found["comparator"],
        value=str(found["value"]),
        unit=found["unit"],
    )


def stages(campaign: Campaign, read: dict[str, Any]) -> Iterator[Stage]:
    """The stages of the kinds that a campaign has, each kind once: from its first beginning to its last end."""
    found: dict[str, list[dict[str, Any]]] = {}
    for stage in read["stages"]:
        if stage["kind"] in Stage.Kind.values:
            found.setdefault(stage["kind"], []).append(stage)
    shift = timedelta(days=campaign.shift_days)
    for position, (kind, steps) in enumerate(found.items()):
        starts = next((day for step in steps if (day := plans.first_day(step["starts_on"]))), None)
        ending = max(steps, key=lambda step: plans.last_day(step["ends_on"]) or date.min)
        ends = plans.last_day(ending["ends_on"])
        yield Stage(
            campaign=campaign,
            kind=kind,
            title=steps[0]["title"][:100],
            starts_on=starts + shift if starts else None,
            due_at=_moment(ends + shift, ending["deadline_time"]) if ends else None,
            hour_confirmed=ending["deadline_time"] is not None,
            phrase="\n".join(step["text"] for step in steps),
            first_line=steps[0]["lines"][0],
            last_line=steps[-1]["lines"][1],
            position=position,
        )


def _moment(day: date, clock_time: str | None) -> datetime:
    # 24时 is the end of that day, not the beginning of the next.
    at = time.max if clock_time == "24:00" else time.fromisoformat(clock_time) if clock_time else CLOSE_OF_DAY
    return datetime.combine(day, at, timezone.get_default_timezone())
