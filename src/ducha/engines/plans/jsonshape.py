"""A reading as JSON."""

from collections.abc import Sequence
from typing import Any

from ducha.engines.plans.around import Annex, Contact
from ducha.engines.plans.binding import rule_ids
from ducha.engines.plans.editions import Difference
from ducha.engines.plans.reading import Reading
from ducha.engines.plans.thresholds import thresholds
from ducha.engines.plans.values import Citation, Duty, Node, Point, Stage, Threshold


def to_json(reading: Reading) -> dict[str, Any]:
    """The reading as plain values: dates ISO, lines [first, last]."""
    return {
        "title": reading.title,
        "document_number": reading.heading.document_number,
        "issuer": reading.heading.issuer,
        "issued_on": reading.heading.issued_on.isoformat() if reading.heading.issued_on else None,
        "year": reading.year,
        "year_evidence": reading.year_evidence or None,
        "outline": [_node(node) for node in reading.outline],
        "points": [point_to_json(point) for point in reading.points],
        "thresholds": [{**_threshold(found, None), "lines": list(lines)} for found, lines in reading.thresholds],
        "deadlines": [_duty(duty) for duty in reading.duties],
        "stages": [_stage(stage) for stage in reading.stages],
        "teams": {
            "count": reading.teams.count,
            "members_each": reading.teams.members_each,
            "leader": reading.teams.leader,
        },
        "bodies": list(reading.bodies),
        "methods": list(reading.methods),
        "measures": list(reading.measures),
        "citations": [_citation(citation) for citation in reading.citations],
        "recipients": reading.recipients and {"text": reading.recipients.text, "lines": list(reading.recipients.lines)},
        "contact": reading.contact and _contact(reading.contact),
        "annexes": {
            "named": [_annex(annex) for annex in reading.annexes_named],
            "present": [_annex(annex) for annex in reading.annexes_present],
        },
        "warnings": [{"lines": list(w.lines), "message": w.message} for w in reading.warnings],
    }


def difference_to_json(difference: Difference) -> dict[str, Any]:
    """What changed between two editions as plain values: each point and stage as it was and as it is, or null."""
    return {
        "same": difference.same,
        "points": [
            {"kind": c.kind, "old": c.old and point_to_json(c.old), "new": c.new and point_to_json(c.new)}
            for c in difference.points
        ],
        "stages": [{"old": c.old and _stage(c.old), "new": c.new and _stage(c.new)} for c in difference.stages],
    }


def thresholds_in(text: str) -> list[dict[str, Any]]:
    """The numbers that a clause asks for, in the shape `to_json` gives them."""
    return _thresholds(text, thresholds(text))


def _node(node: Node) -> dict[str, Any]:
    return {
        "number": node.number,
        "level": node.level,
        "title": node.title,
        "text": node.text,
        "role": node.role,
        "lines": list(node.lines),
        "children": [_node(child) for child in node.children],
    }


def point_to_json(point: Point) -> dict[str, Any]:
    """A point as plain values."""
    return {
        "code": point.code,
        "path": list(point.path),
        "text": point.text,
        "lines": list(point.lines),
        "score": point.score,
        "criteria": point.criteria,
        "sources": point.sources,
        "responsible": list(point.responsible),
        "thresholds": _thresholds(f"{point.text}\n{point.criteria}", point.thresholds),
        "due": {"starts_on": point.due[0], "ends_on": point.due[1]} if point.due else None,
        "citations": [_citation(citation) for citation in point.citations],
        "headings": [{"code": h.code, "title": h.title, "lines": list(h.lines)} for h in point.headings],
    }


def _thresholds(text: str, asked: Sequence[Threshold]) -> list[dict[str, Any]]:
    return [_threshold(threshold, rule) for threshold, rule in zip(asked, rule_ids(text, asked), strict=True)]


def _threshold(threshold: Threshold, rule: str | None) -> dict[str, Any]:
    return {
        "text": threshold.text,
        "quantity": threshold.quantity,
        "comparator": threshold.comparator,
        "value": threshold.value,
        "unit": threshold.unit,
        "rule": rule,
    }


def _duty(duty: Duty) -> dict[str, Any]:
    return {
        "text": duty.text,
        "ends_on": duty.ends_on,
        "deadline_time": duty.deadline_time,
        "lines": list(duty.lines),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "phone": contact.phone, "lines": list(contact.lines)}


def _annex(annex: Annex) -> dict[str, Any]:
    return {"number": annex.number, "title": annex.title, "lines": list(annex.lines)}


def _citation(citation: Citation) -> dict[str, Any]:
    return {"title": citation.title, "number": citation.number or None}


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "kind": stage.kind,
        "title": stage.title,
        "starts_on": stage.starts_on,
        "ends_on": stage.ends_on,
        "deadline_time": stage.deadline_time,
        "working_days": stage.working_days,
        "text": stage.text,
        "lines": list(stage.lines),
    }
