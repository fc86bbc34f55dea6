"""督察情况报告, of the city or of one team: work, achievements, problems, causes, advice, and the list of problems."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Area, Campaign
from ducha.apps.fieldwork.models import Team
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.apps.papers.writing.facts import Facts
from ducha.apps.papers.writing.lists import problem_list
from ducha.apps.papers.writing.words import (
    HORIZONS,
    OPEN,
    SEVERITIES,
    SOURCES,
    day,
    ended,
    name_of,
    named,
    percent,
    said,
    short,
    span,
)
from ducha.engines.gongwen import Block, Document, Heading, Paragraph, Sentence

_DONE = {
    "hearing_report": "听取汇报{}场",
    "talk": "座谈{}场",
    "individual_talk": "个别谈话{}人次",
    "document_review": "查阅资料{}次",
    "case_file_sample": "抽查案卷{}次",
    "unannounced_visit": "暗访{}处",
    "public_opinion": "听取群众意见{}次",
}
_FOLLOWS = {
    "commendation": "通报表扬",
    "summoned_talk": "约谈",
    "listed_supervision": "挂牌督办",
    "circulated_criticism": "通报批评",
    "referral": "移送处理",
}
# Of one point so many cases are told.
_CASES = 2


def team_report(member: Membership, team: Team) -> Document:
    """The report on what one team found."""
    return city_report(member, team.campaign, team)


def city_report(member: Membership, campaign: Campaign, team: Team | None = None) -> Document:
    """The report on the whole campaign, or on what one team found; each sentence with the records behind it."""
    facts = Facts(member, campaign, team)
    name = name_of(campaign)
    about = f"{name}（{team.name}）" if team else name
    blocks: list[Block] = [
        Heading(1, "工作开展情况"),
        *_work(facts, name),
        Heading(1, "主要做法和成效"),
        *_achievements(facts),
        Heading(1, "存在问题"),
        *_problems(facts),
        Heading(1, "原因分析"),
        *_causes(facts),
        Heading(1, "意见建议"),
        *_advice(facts),
    ]
    return Document(
        title=f"关于{about}情况的报告",
        blocks=tuple(blocks),
        annexes=(problem_list(facts),) if facts.findings else (),
        signed_by=(team.name if team else campaign.organiser.name,),
        dated=clock.today(),
        has_contents=True,
    )


def _of(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(f"finding:{finding.public_id}" for finding in findings)


def _units(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.participation.unit.name for finding in findings))


def _work(facts: Facts, name: str) -> Iterator[Block]:
    campaign, found = facts.campaign, facts.findings
    stage = facts.stages.get("field_inspection")
    when = span(stage.starts_on, stage.due_at) if stage else ""
    plan = f"campaign:{campaign.public_id}"
    units = len(facts.participations)
    if facts.team:
        who = f"{facts.team.name}对{units}个单位开展了实地督察"
    else:
        who = f"{campaign.organiser.name}组织{facts.teams}个督察组，对{units}个单位开展了督察"
    yield Paragraph((said(f"按照《{campaign.title}》要求，{when}{'，' if when else ''}{who}。", plan),))
    yield Paragraph(tuple(_steps(facts)))
    if not found:
        yield Paragraph((said("本次督察没有发现问题。", "ledger:"),))
        return
    by_source = Counter(finding.source for finding in found)
    kinds = "、".join(f"{SOURCES[kind]}{by_source[kind]}个" for kind in SOURCES if by_source[kind])
    serious = [finding for finding in found if finding.severity == "serious"]
    points = len({finding.point_id for finding in found})
    sentences = [
        said(f"共发现问题{len(found)}个，涉及{points}项督察要点、{len(_units(found))}个单位；其中{kinds}。", "ledger:")
    ]
    if serious:
        text = f"严重问题{len(serious)}个，占{percent(len(serious), len(found))}。"
        sentences.append(said(text, "ledger:severity=serious"))
    closed = sum(finding.state == "closed" for finding in found)
    if closed:
        text = f"截至{day(clock.today())}，已验收销号{closed}个，占{percent(closed, len(found))}。"
        sentences.append(said(text, "ledger:state=closed"))
    yield Paragraph(tuple(sentences))


def _steps(facts: Facts) -> Iterator[Sentence]:
    """What was done: self-inspections, ledgers, visits."""
    told = facts.self_inspections
    late = f"、逾期报送{told['late']}个" if told["late"] else ""
    missing = f"、未报送{told['missing']}个" if told["missing"] else ""
    yield said(f"各单位自查报告按期报送{told['in_time']}个{late}{missing}。", "assessments:")
    if facts.results:
        units = len({result.participation_id for result in facts.results})
        rules = len({result.rule for result in facts.results})
        missed = sum(result.verdict == "not_met" for result in facts.results)
        yield said(f"对{units}个单位的执法台账按{rules}条规则逐行核验，未达标{missed}项次。", "matrix:")
    if visits := facts.visits.total():
        open_ones = f"，其中未事先通知的{facts.visits[False]}次" if facts.visits[False] else ""
        done = "、".join(text.format(facts.activities[kind]) for kind, text in _DONE.items() if facts.activities[kind])
        drawn = f"，随机抽取案卷{facts.case_files}件" if facts.case_files else ""
        yield said(f"进驻{visits}次{open_ones}{'；' if done else ''}{done}{drawn}。", "visits:")


def _achievements(facts: Facts) -> Iterator[Block]:
    if not facts.practices:
        yield Paragraph((said("本次督察没有记录典型做法。"),))
        return
    for practice in facts.practices:
        text = f"{practice.participation.unit.name}：{practice.title}。{ended(practice.facts)}"
        yield Paragraph((said(text, f"unit:{practice.participation.public_id}"),), level=3)


def _problems(facts: Facts) -> Iterator[Block]:
    by_area: dict[int, list[Finding]] = defaultdict(list)
    for finding in facts.findings:
        by_area[finding.point.area_id].append(finding)
    if facts.findings and (again := [finding for finding in facts.findings if finding.repeats_id]):
        text = f"其中{len(again)}个是此前督察指出后再次出现的问题，涉及{named(_units(again))}。"
        yield Paragraph((said(text, *_of(again)),))
    if facts.before and not facts.team:
        last, count = facts.before
        text = f"与《{last.title}》相比，发现问题由{count}个变为{len(facts.findings)}个。"
        yield Paragraph((said(text, f"campaign:{last.public_id}", "ledger:"),))
    for area in facts.areas:
        if found := by_area.get(area.pk):
            yield Heading(2, area.title)
            yield from _of_area(area, found, facts)


def _of_area(area: Area, found: Sequence[Finding], facts: Facts) -> Iterator[Block]:
    serious = sum(finding.severity == "serious" for finding in found)
    of_them = f"，其中严重问题{serious}个" if serious else ""
    text = f"共{len(found)}个问题，涉及{len(_units(found))}个单位{of_them}。"
    yield Paragraph((said(text, f"ledger:area={area.code}"),))
    by_point: dict[int, list[Finding]] = defaultdict(list)
    for finding in found:
        by_point[finding.point_id].append(finding)
    # What several units share comes first, then what is one unit's.
    shared = [those for those in by_point.values() if len(_units(those)) > 1]
    for those in sorted(shared, key=lambda those: (-len(_units(those)), those[0].point.rank)):
        yield from _shared(those, facts)
    single = [finding for those in by_point.values() if len(_units(those)) == 1 for finding in those]
    if single:
        if shared:
            yield Paragraph((said(f"另有{len(single)}个问题是个别单位的问题："),))
        for finding in single:
            yield Paragraph((_case(finding, facts),), level=4 if shared else 3)


def _shared(found: Sequence[Finding], facts: Facts) -> Iterator[Block]:
    titles = Counter(finding.title for finding in found)
    title, _times = titles.most_common(1)[0]
    others = "等问题" if len(titles) > 1 else ""
    units = _units(found)
    point = found[0].point
    head = f"{title}{others}，{len(units)}个单位共{len(found)}个。"
    subject = facts.subject(point)
    about = f"（{short(subject)}）" if subject else ""
    basis = f"涉及要点{point.code}{about}：{named(units)}。"
    cases = sorted(found, key=lambda finding: (finding.severity != "serious", -len(finding.facts)))[:_CASES]
    of_point = f"ledger:point={point.code}"
    sentences = [said(head, of_point, *_of(found)), said(basis, of_point, *_of(found))]
    sentences += [_case(finding, facts, begins="如") for finding in cases]
    yield Paragraph(tuple(sentences), level=3)


def _case(finding: Finding, facts: Facts, begins: str = "") -> Sentence:
    """One problem as a case: unit, facts, evidence, how bad."""
    shown = len(facts.evidence.get(finding.public_id, ()))
    evidence = f"，佐证{shown}份" if shown else ""
    again = "，再次出现" if finding.repeats_id else ""
    title = "" if finding.title in finding.facts else f"{finding.title}。"
    unit = finding.participation.unit.name
    kind = SEVERITIES[finding.severity]
    details = f"（问题{finding.number}，{kind}，{SOURCES[finding.source]}{evidence}{again}）"
    words = ended(f"{title}{finding.facts}")
    return said(f"{begins}{unit}：{words[:-1]}{details}{words[-1]}", f"finding:{finding.public_id}")


def _causes(facts: Facts) -> Iterator[Block]:
    """What the records themselves say about causes; the rest is for a person to write."""
    found = facts.findings
    sentences = []
    if found:
        admitted = [finding for finding in found if finding.source == "admitted"]
        rest = len(found) - len(admitted)
        text = f"从问题来源看，单位自查发现{len(admitted)}个，占{percent(len(admitted), len(found))}，"
        sentences.append(said(f"{text}{rest}个由督察组在实地督察和台账核验中发现。", "ledger:source=admitted"))
        worst = Counter(finding.participation.unit.name for finding in found).most_common(3)
        most = "、".join(f"{unit}{count}个" for unit, count in worst)
        sentences.append(said(f"从单位看，问题较多的是{most}。", "ledger:"))
        points = Counter(finding.point.code for finding in found)
        common = sum(1 for count in points.values() if count > 1)
        sentences.append(said(f"从要点看，{common}项要点上有两个以上问题，带有共性。", "ledger:"))
    yield Paragraph((*sentences, said(OPEN)))


def _advice(facts: Facts) -> Iterator[Block]:
    found = facts.findings
    if found:
        by_horizon = Counter(finding.horizon for finding in found)
        kinds = "、".join(f"{HORIZONS[kind]}{by_horizon[kind]}个" for kind in HORIZONS if by_horizon[kind])
        stage = facts.stages.get("rectification")
        until = f"集中整改截至{day(stage.due_at)}。" if stage and stage.due_at else ""
        yield Paragraph((said(f"对所附问题清单逐项整改：{kinds}。{until}", "ledger:"),), level=3)
    waiting = [finding for finding in found if finding.state not in ("closed", "withdrawn")]
    if waiting:
        text = f"对尚未销号的{len(waiting)}个问题，由责任单位主要负责人督办，涉及{named(_units(waiting))}。"
        yield Paragraph((said(text, *_of(waiting)),), level=3)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for measure in facts.measures:
        by_kind[measure.kind].append(measure.participation.unit.name)
    for kind, units in by_kind.items():
        done = all(m.state in ("issued", "answered", "ended") for m in facts.measures if m.kind == kind)
        text = f"{'已' if done else '建议'}对{named(units)}{_FOLLOWS[kind]}。"
        yield Paragraph((said(text, f"measures:{kind}"),), level=3)
    yield Paragraph((said(OPEN),), level=3)
