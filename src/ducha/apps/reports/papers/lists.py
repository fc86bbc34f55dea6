"""Tables that go with papers: the list of problems."""

from ducha.apps.reports.papers.facts import Facts
from ducha.apps.reports.papers.words import HORIZONS, SEVERITIES, STATES
from ducha.engines.gongwen import Annex, Column, Table

_PROBLEMS = (
    Column("序号", 1.4, "center"),
    Column("责任单位", 3),
    Column("对应要点", 2.2, "center"),
    Column("问题描述", 8.8),
    Column("佐证", 1.3, "center"),
    Column("程度", 1.3, "center"),
    Column("问题性质", 2.2, "center"),
    Column("整改时限", 2.4, "center"),
    Column("状态", 1.7, "center"),
)


def problem_list(facts: Facts) -> Annex:
    """问题清单: every problem that stands, in the order of the plan."""
    rows = tuple(
        (
            str(finding.number),
            finding.participation.unit.name,
            finding.point.code,
            finding.facts if finding.title in finding.facts else f"{finding.title}。{finding.facts}",
            str(len(facts.evidence.get(finding.public_id, ())) or "—"),
            SEVERITIES[finding.severity],
            HORIZONS[finding.horizon],
            finding.due_on.isoformat() if finding.due_on else "—",
            STATES[finding.state],
        )
        for finding in facts.findings
    )
    sources = tuple((f"finding:{finding.public_id}",) for finding in facts.findings)
    return Annex("问题清单", (Table(_PROBLEMS, rows, sources),), lies_across=True)
