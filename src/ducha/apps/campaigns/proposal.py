"""What a plan's reading proposes for a campaign: areas, headings, points, numbers and stages, not yet saved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ducha.apps.campaigns.catalogue import (
    LONGEST_VALUE,
    Asked,
    Catalogue,
    Cited,
    PlainHeading,
    PlainPoint,
    PlainStage,
    is_code,
    placed,
)
from ducha.apps.campaigns.models import Stage
from ducha.engines import plans

CLOSE_OF_DAY = time(17, 30)


def of_reading(read: dict[str, Any], *, shift_days: int = 0) -> Catalogue:
    """The catalogue that a reading proposes."""
    return Catalogue(
        title=(read["title"] or "")[:200],
        year=read["year"] or 0,
        headings=(*_areas(read), *_headings(read)),
        points=tuple(_point(leaf) for leaf in _leaves(read)),
        stages=tuple(_stages(read, shift_days)),
        citations=tuple(Cited(cited["title"], cited["number"] or "") for cited in read["citations"]),
    )


def as_read(read: dict[str, Any]) -> dict[str, PlainPoint]:
    """The points of a reading by their codes, each as it was read."""
    return {leaf["code"]: _point(leaf) for leaf in _leaves(read)}


def of_part(part: dict[str, Any], area: int) -> Catalogue:
    """The catalogue of one more part, as an area of its own."""

    def code(below: str) -> str:
        return f"{area}.{below}"

    points = [replace(_point(leaf), code=code(leaf["code"]), read_code="") for leaf in _leaves(part)]
    headings = [
        PlainHeading(code(heading["code"]), " ".join(heading["title"].split()), _lines(heading))
        for heading in part["headings"]
        if any(point.code.startswith(code(heading["code"]) + ".") for point in points)
    ]
    title = " ".join(part["title"].split())[:200]
    return Catalogue(headings=(PlainHeading(str(area), title, _lines(part)), *headings), points=tuple(points))


def _leaves(read: dict[str, Any]) -> list[dict[str, Any]]:
    # A code that no column holds comes from a document that is none; what it heads stands in the document all the same.
    return [leaf for leaf in read["points"] if is_code(leaf["code"])]


def _areas(read: dict[str, Any]) -> Iterator[PlainHeading]:
    by_top: dict[str, dict[str, Any]] = {}
    for leaf in _leaves(read):
        by_top.setdefault(leaf["code"].partition(".")[0], leaf)
    headings = _area_headings(read["outline"])
    for top, leaf in by_top.items():
        heading = next((h for h in headings if _holds(h, leaf)), None)
        if heading is None:
            heading = {"title": leaf["text"], "number": "", "lines": leaf["lines"]}
        else:
            headings = headings[headings.index(heading) + 1 :]
        title = (heading["title"] or heading["text"] or heading["number"]).split("\t")[0][:200]
        yield PlainHeading(top, title, _lines(heading))


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


def _headings(read: dict[str, Any]) -> Iterator[PlainHeading]:
    """What stands between areas and points, each once; a code that is a point's own heads nothing."""
    taken = {leaf["code"] for leaf in _leaves(read)}
    for heading in (heading for leaf in _leaves(read) for heading in leaf["headings"]):
        if heading["code"] not in taken:
            taken.add(heading["code"])
            yield PlainHeading(heading["code"], " ".join(heading["title"].split()), _lines(heading))


def _lines(read: dict[str, Any]) -> tuple[int, int]:
    first, last = read["lines"]
    return first, last


def _point(leaf: dict[str, Any]) -> PlainPoint:
    text = leaf["text"]
    if leaf["criteria"] not in text:
        # How a row of a table is scored stands in a cell of its own.
        text = f"{text}\n{leaf['criteria']}"
    due = leaf["due"] or {}
    return PlainPoint(
        code=leaf["code"],
        text=text,
        score=leaf["score"] or "",
        sources=leaf["sources"],
        responsible=tuple(leaf["responsible"]),
        due_from=due.get("starts_on") or "",
        due_until=due.get("ends_on") or "",
        thresholds=_with_places(text, [_asked(found) for found in leaf["thresholds"]]),
        lines=_lines(leaf),
        read_code=leaf["code"],
    )


def _asked(found: dict[str, Any]) -> Asked:
    return Asked(
        phrase=found["text"][:200],
        quantity=found["quantity"][:200],
        comparator=found["comparator"],
        value=str(found["value"]),
        unit=found["unit"],
        rule=found["rule"] or "",
    )


def numbers_in(text: str) -> tuple[Asked, ...]:
    """The numbers that a text asks for."""
    return _with_places(text, [_asked(found) for found in plans.thresholds_in(text)])


def _with_places(text: str, asked: list[Asked]) -> tuple[Asked, ...]:
    """Numbers with the places of their words; one that no column holds is none that anybody asks for."""
    places = placed(text, asked)
    return tuple(
        replace(one, start=start)
        for one, (start, _end) in zip(asked, places, strict=True)
        if start >= 0 and len(one.value) <= LONGEST_VALUE
    )


def _stages(read: dict[str, Any], shift_days: int) -> Iterator[PlainStage]:
    """The stages of the kinds that a campaign has, each kind once: from its first beginning to its last end."""
    found: dict[str, list[dict[str, Any]]] = {}
    for stage in read["stages"]:
        if stage["kind"] in Stage.Kind.values:
            found.setdefault(stage["kind"], []).append(stage)
    shift = timedelta(days=shift_days)
    for kind, steps in found.items():
        starts = next((day for step in steps if (day := plans.first_day(step["starts_on"]))), None)
        ending = max(steps, key=lambda step: plans.last_day(step["ends_on"]) or date.min)
        ends = plans.last_day(ending["ends_on"])
        yield PlainStage(
            kind=kind,
            title=steps[0]["title"][:100],
            starts_on=starts + shift if starts else None,
            due_at=_moment(ends + shift, ending["deadline_time"]) if ends else None,
            hour_confirmed=ending["deadline_time"] is not None,
            phrase="\n".join(step["text"] for step in steps),
            lines=(steps[0]["lines"][0], steps[-1]["lines"][1]),
        )


def _moment(day: date, clock_time: str | None) -> datetime:
    # 24时 is the end of that day, not the beginning of the next.
    at = time.max if clock_time == "24:00" else time.fromisoformat(clock_time) if clock_time else CLOSE_OF_DAY
    return datetime.combine(day, at, timezone.get_default_timezone())
