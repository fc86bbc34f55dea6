"""整改台账工作簿: a row for each measure, and one for each problem that has none yet, to be filled in and sent back."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.access import UNIT_ROLES
from ducha.apps.campaigns.models import Campaign
from ducha.apps.evidence.queries import linked_to_all
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.rectification.models import CorrectiveAction
from ducha.apps.rectification.queries import to_rectify
from ducha.domain.rights import Right
from ducha.engines.files import Chart, Field, Kind, Line, Workbook

_HORIZONS = {"immediate": "立行立改", "by_deadline": "限期整改", "long_term": "长期整改"}
DONE = "已完成"
_SCHEMA = "1"
_FILLED = {"is_filled_in": True}
FIELDS = (
    Field("number", "序号", 5, Kind.NUMBER),
    Field("point", "对应要点", 7),
    Field("problem", "问题描述", 26),
    Field("evidence", "证据", 5, Kind.NUMBER),
    Field("horizon", "问题性质", 9),
    Field("unit", "责任单位", 11),
    Field("leader", "责任领导", 8),
    Field("finding_due_on", "整改时限", 11, Kind.DAY),
    Field("description", "整改措施", 24, **_FILLED),
    Field("goal", "整改目标", 16, **_FILLED),
    Field("owner_name", "责任人", 8, longest=60, **_FILLED),
    Field("due_on", "措施时限", 11, Kind.DAY, **_FILLED),
    Field("done", "是否完成", 8, Kind.CHOICE, choices=(DONE,), **_FILLED),
    Field("progress", "新进展", 18, **_FILLED),
    Field("last_progress", "最近进展", 14),
    Field("opinion", "验收意见", 14),
    Field("looked", "验收人", 8),
    Field("looked_on", "验收日期", 11, Kind.DAY),
    Field("closed", "是否销号", 6),
    Field("closed_on", "销号日期", 11, Kind.DAY),
)
_HELP = (
    "黄色单元格可以填写，其余锁定。“新进展”追加到进展记录；一个问题需要多项措施的，在页面上添加。"
    "填好后在“整改与验收”页导入。"
)


def workbook(member: Membership, campaign: Campaign) -> Workbook:
    """The ledger as this member may see it; whoever rectifies can fill it in and send it back."""
    fills = may(member, Right.RECTIFY)
    found = list(
        to_rectify(member, campaign)
        .select_related("rectification", "participation__unit", "point")
        .prefetch_related(
            "rectification__measures",
            "rectification__progress",
            "rectification__acceptances__by__person",
        )
        .order_by("participation__unit__position", "number")
    )
    evidence = linked_to_all(found)
    lines = [line for finding in found for line in _lines(finding, len(evidence.get(finding.public_id, ())))]
    unit = member.organisation.name if member.role in UNIT_ROLES else campaign.organiser.name
    return Workbook(
        name="整改台账",
        title=f"{campaign.title}整改台账（{unit}）",
        help=_HELP if fills else f"截至{timezone.localdate():%Y-%m-%d}。",
        fields=FIELDS if fills else tuple(_read_only(FIELDS)),
        lines=tuple(lines) if fills else tuple(_told(lines)),
        mark=_mark(member, campaign) if fills else {},
        charts=() if fills else _charts(found),
    )


def _mark(member: Membership, campaign: Campaign) -> dict[str, str]:
    ids = {"campaign": campaign.public_id, "unit": member.organisation.public_id}
    written = {"written": clock.now().isoformat(), "for": member.person.name}
    return {"kind": "rectification", "schema": _SCHEMA, **ids, **written}


def _read_only(fields: Iterable[Field]) -> Iterable[Field]:
    """The office's ledger has no cells to fill in, and no column for news."""
    return (Field(f.name, f.head, f.width, f.kind) for f in fields if f.name != "progress")


def _told(lines: Iterable[Line]) -> Iterable[Line]:
    at = next(number for number, one in enumerate(FIELDS) if one.name == "progress")
    return (Line(line.key, line.version, line.cells[:at] + line.cells[at + 1 :]) for line in lines)


def _lines(finding: Finding, evidence: int) -> list[Line]:
    work = getattr(finding, "rectification", None)
    is_open = finding.state == "acknowledged" and (work is None or work.state == "underway")
    measures = [m for m in work.measures.all() if m.removed_at is None] if work else []
    if not measures:
        return [Line(f"finding:{finding.public_id}", "0", _cells(finding, evidence, None), is_open)]
    return [
        Line(f"measure:{m.public_id}", str(m.version), _cells(finding, evidence, m), is_open)
        for m in sorted(measures, key=lambda m: (m.due_on, m.pk))
    ]


def _cells(finding: Finding, evidence: int, measure: CorrectiveAction | None) -> tuple[Any, ...]:
    work = getattr(finding, "rectification", None)
    progress = max(work.progress.all(), key=lambda p: p.at, default=None) if work else None
    opinion = max(work.acceptances.all(), key=lambda a: (a.at, a.pk), default=None) if work else None
    looked_on = timezone.localtime(opinion.at).date() if opinion else None
    is_closed = finding.state == "closed"
    problem = finding.facts if finding.title in finding.facts else f"{finding.title}。{finding.facts}"
    return (
        *(finding.number, finding.point.code, problem, evidence or None, _HORIZONS[finding.horizon]),
        *(finding.participation.unit.name, finding.participation.responsible_leader, finding.due_on),
        *((measure.description, measure.goal, measure.owner_name, measure.due_on) if measure else ("", "", "", None)),
        *(DONE if measure and measure.done_on else "", "", progress.text if progress else ""),
        *(opinion.opinion if opinion else "", opinion.by.person.name if opinion else "", looked_on),
        *("是" if is_closed else "否", looked_on if is_closed else None),
    )


def _charts(found: Iterable[Finding]) -> tuple[Chart, ...]:
    states = Counter("已销号" if f.state == "closed" else "整改中" for f in found)
    open_ones = Counter(f.participation.unit.name for f in found if f.state != "closed")
    charts = [Chart("整改情况", {state: states[state] for state in ("已销号", "整改中")})]
    if open_ones:
        charts.append(Chart("尚未销号的问题（按单位）", dict(open_ones)))
    return tuple(charts)
