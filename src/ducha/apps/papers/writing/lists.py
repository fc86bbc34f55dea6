"""Tables that go with papers: lists of problems, the ledger of rectification, points, units, visits."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from ducha.apps.campaigns.models import Participation, Point
from ducha.apps.fieldwork.models import Visit
from ducha.apps.findings.models import Finding
from ducha.apps.papers.writing.facts import Facts
from ducha.apps.papers.writing.words import HORIZONS, SEVERITIES, STATES
from ducha.engines.gongwen import Annex, Column, Table
from ducha.engines.ledgers.persons import masked

_NUMBER = Column("序号", 1.4, "center")
_UNIT = Column("责任单位", 3)
_POINT = Column("对应要点", 2.2, "center")
_PROBLEM = Column("问题描述", 8.8)
_SEVERITY = Column("程度", 1.3, "center")
_HORIZON = Column("问题性质", 2.2, "center")
_DUE = Column("整改时限", 2.4, "center")
_PROBLEMS = (
    *(_NUMBER, _UNIT, _POINT, _PROBLEM, Column("佐证", 1.3, "center"), _SEVERITY, _HORIZON, _DUE),
    Column("状态", 1.7, "center"),
)
_RECTIFICATION = (
    *(_NUMBER, Column("对应要点", 2.5, "center"), Column("问题描述", 5.2), Column("问题性质", 1.9, "center")),
    *(Column("整改措施及目标", 5.2), Column("责任人", 1.9, "center"), Column("整改时限", 3, "center")),
    *(Column("进展", 4), Column("验收意见", 3.6), Column("销号", 3, "center")),
)


def problem_list(facts: Facts) -> Annex:
    """问题清单: every problem that stands, in the order of the plan."""
    rows = tuple(
        (
            str(finding.number),
            finding.participation.unit.name,
            finding.point.code,
            problem(finding),
            str(len(facts.evidence.get(finding.public_id, ())) or "—"),
            SEVERITIES[finding.severity],
            HORIZONS[finding.horizon],
            finding.due_on.isoformat() if finding.due_on else "—",
            STATES[finding.state],
        )
        for finding in facts.findings
    )
    return Annex("问题清单", (_table(_PROBLEMS, rows, sources_of(facts.findings)),), lies_across=True)


def _table(
    columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...], sources: tuple[tuple[str, ...], ...] = ()
) -> Table:
    """A table of a paper: no person's number stands in it."""
    shown = tuple(tuple(masked(cell) for cell in row) for row in rows)
    return Table(columns, shown, sources or ((),) * len(rows))


def problem(finding: Finding) -> str:
    """A problem in full: its title, unless its facts say it already, and its facts."""
    return finding.facts if finding.title in finding.facts else f"{finding.title}。{finding.facts}"


def sources_of(found: Iterable[Finding]) -> tuple[tuple[str, ...], ...]:
    """The record behind each row of a table of problems."""
    return tuple((f"finding:{finding.public_id}",) for finding in found)


def feedback_list(found: Sequence[Finding]) -> Annex:
    """问题清单 as it is handed to one unit: what, how bad, until when."""
    rows = tuple(
        (
            *(str(finding.number), finding.point.code, problem(finding), SEVERITIES[finding.severity]),
            *(HORIZONS[finding.horizon], finding.due_on.isoformat() if finding.due_on else "—"),
        )
        for finding in found
    )
    columns = (_NUMBER, _POINT, _PROBLEM, _SEVERITY, _HORIZON, _DUE)
    return Annex("问题清单", (_table(columns, rows, sources_of(found)),), lies_across=True)


def problem_rows(title: str, rows: Sequence[tuple[str, str, str]]) -> Annex:
    """自查问题清单: what a unit named itself, by point, with how it will be put right."""
    numbered = tuple((str(at), *row) for at, row in enumerate(rows, 1))
    return Annex(title, (_table((_NUMBER, _POINT, _PROBLEM, _HORIZON), numbered),))


def rectification_list(found: Sequence[Finding]) -> Annex:
    """整改台账: each problem with measures, owners, progress, acceptance and closure."""
    return Annex("整改台账", (_table(_RECTIFICATION, tuple(map(_worked, found)), sources_of(found)),), lies_across=True)


def _worked(finding: Finding) -> tuple[str, ...]:
    work = getattr(finding, "rectification", None)
    measures = [m for m in work.measures.all() if m.removed_at is None] if work else []
    progress = max(work.progress.all(), key=lambda p: p.at, default=None) if work else None
    opinion = max(work.acceptances.all(), key=lambda a: (a.at, a.pk), default=None) if work else None
    closed = opinion.at if opinion and finding.state == "closed" else None
    return (
        str(finding.number),
        finding.point.code,
        problem(finding),
        HORIZONS[finding.horizon],
        "\n".join(f"{m.description}（目标：{m.goal}）" if m.goal else m.description for m in measures) or "—",
        "、".join(dict.fromkeys(m.owner_name for m in measures)) or "—",
        finding.due_on.isoformat() if finding.due_on else "—",
        progress.text if progress else "—",
        f"{opinion.opinion}（{opinion.by.person.name}）" if opinion else "—",
        timezone.localtime(closed).date().isoformat() if closed else "否",
    )


def points_list(points: Iterable[Point]) -> Annex:
    """督察要点清单, by area, each point word for word."""
    rows = tuple((point.code, point.area.title, point.text) for point in points)
    columns = (Column("要点", 2.2, "center"), Column("督察内容", 4), Column("要求", 12))
    return Annex("督察要点清单", (_table(columns, rows),), lies_across=True)


def units_list(participations: Iterable[Participation]) -> Annex:
    """被督察单位名单."""
    rows = tuple((str(at), participation.unit.name) for at, participation in enumerate(participations, 1))
    columns = (_NUMBER, Column("单位", 8))
    return Annex("被督察单位名单", (_table(columns, rows),))


def schedule(visits: Iterable[Visit]) -> Annex:
    """督察日程表, of announced visits alone."""
    rows = tuple(
        (f"{timezone.localtime(visit.starts_at):%Y-%m-%d %H:%M}", visit.participation.unit.name, visit.purpose or "—")
        for visit in visits
    )
    columns = (Column("时间", 4, "center"), Column("单位", 5), Column("安排", 6))
    return Annex("督察日程表", (_table(columns, rows),))
