"""自查填报工作簿: a row for each point, with its conclusion, explanation and figures to be filled in and sent back."""

from typing import Any

from ducha.apps.audit_trail import clock
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.models import SelfAssessment
from ducha.apps.selfassessment.queries import PointAnswer, sheet
from ducha.domain.rights import Right
from ducha.engines.files import Field, Kind, Line, Workbook

CONCLUSIONS = {"落实": "met", "部分落实": "partly_met", "未落实": "not_met", "不适用": "not_applicable"}
_SAID = {code: words for words, code in CONCLUSIONS.items()}
_SCHEMA = "1"
_HELP = "黄色单元格可以填写，其余锁定；台账能计算的指标不再填报。佐证材料和自报问题在页面上添加。填好后在自查页导入。"


def workbook(member: Membership, assessment: SelfAssessment) -> Workbook:
    """The whole self-inspection; the unit's liaison can fill it in and send it back while it is open."""
    lines = sheet(assessment)
    most = max((len(line.thresholds) for line in lines), default=0)
    fills = may(member, Right.ANSWER) and assessment.state in ("draft", "returned")
    participation = assessment.participation
    ids = {"campaign": participation.campaign.public_id, "unit": participation.unit.public_id}
    written = {"written": clock.now().isoformat(), "for": member.person.name}
    return Workbook(
        name="自查填报",
        title=f"{participation.campaign.title}自查填报（{participation.unit.name}）",
        help=_HELP if fills else "",
        fields=_fields(most, fills),
        lines=tuple(_line(line, most) for line in lines),
        mark={"kind": "answers", "schema": _SCHEMA, **ids, **written} if fills else {},
    )


def _fields(most: int, fills: bool) -> tuple[Field, ...]:
    figures = [
        field
        for at in range(most)
        for field in (
            Field(f"asked{at}", f"指标{at + 1}", 18),
            Field(f"figure{at}", f"填报值{at + 1}", 14, is_filled_in=fills, longest=60),
            Field(f"computed{at}", f"台账核验{at + 1}", 12),
        )
    ]
    return (
        Field("code", "要点", 9),
        Field("text", "督察内容", 52),
        Field("conclusion", "结论", 10, Kind.CHOICE, is_filled_in=fills, choices=tuple(CONCLUSIONS)),
        Field("narrative", "说明", 44, is_filled_in=fills),
        *figures,
        Field("evidence", "佐证", 6, Kind.NUMBER),
    )


def _line(line: PointAnswer, most: int) -> Line:
    answer, asked = line.answer, line.thresholds
    figures: list[Any] = []
    closed = set()
    for at in range(most):
        entry = asked[at] if at < len(asked) else None
        if entry is None or not entry["is_asked"]:
            closed.add(f"figure{at}")
        computed = entry["computed"].figure if entry and entry["computed"] else ""
        name = f"{entry['threshold'].quantity} {entry['requirement']}".strip() if entry else ""
        figures += [name, entry["claimed"] if entry else "", computed]
    conclusion = _SAID.get(answer.conclusion, "") if answer else ""
    cells = (line.point.code, line.point.text, conclusion, answer.narrative if answer else "", *figures)
    version = str(answer.version if answer else 0)
    return Line(line.point.public_id, version, (*cells, len(line.evidence) or None), closed=frozenset(closed))
