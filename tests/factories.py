"""People and campaigns for tests, made through the same doors that users walk."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import count

from ducha.apps.accounts.models import Person
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.campaigns.models import Campaign, Participation, Point
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.fieldwork.models import Team
from ducha.apps.findings import actions as findings
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.selfassessment import actions as selfassessment
from ducha.apps.selfassessment.models import SelfAssessment
from ducha.apps.selfassessment.queries import sheet
from ducha.apps.verification import actions as verification
from ducha.apps.verification.models import LedgerFile, RuleResult
from ducha.domain.rights import Role

_numbers = count(1)
BEFORE = datetime(2019, 11, 4, 2, 0, tzinfo=UTC)
FIELD = datetime(2019, 11, 12, 2, 0, tzinfo=UTC)

PLAN = """测试市法治政府建设督察实施方案
根据《督察工作规定》（厅字〔2019〕28号），制定本方案。
一、督察内容
（一）依法履职情况
1.行政许可、行政处罚的决定信息在决定作出之日起 7 个工作日内公开；
2.政务服务事项网上可办率不低于 80%；
3.党政主要负责人履行第一责任人职责的情况。
二、督察程序
（一）全面自查阶段（11 月 8 日前）。各单位于11月8日17:30前报送自查报告。
（二）实地督察阶段（11 月 11 日-11 月 15 日）。督察组进驻。
（三）集中整改阶段（11 月 16 日-11 月 20 日）。逐一整改到位。
"""


def make_organisation(name: str = "", kind: str = "department", parent: Organisation | None = None) -> Organisation:
    number = next(_numbers)
    with recorded(SYSTEM, "organisation.created"):
        organisation = Organisation(
            name=name or f"第{number}局", kind=kind, enforces_law=True, parent=parent, position=number
        )
        organisation.save()
    return organisation


def make_member(role: Role | str, organisation: Organisation, home: Organisation | None = None) -> Membership:
    number = next(_numbers)
    with recorded(SYSTEM, "person.created"):
        person = Person(username=f"{role}-{number}", name=f"某{number}", is_invented=True)
        person.set_unusable_password()
        person.save()
        member = Membership(person=person, organisation=organisation, role=str(role), home=home)
        member.save()
    return member


@dataclass
class World:
    """A campaign under way, with two units and two teams."""

    office: Membership
    leader: Membership
    discipline: Membership
    auditadmin: Membership
    campaign: Campaign
    participations: list[Participation] = field(default_factory=list)
    liaisons: list[Membership] = field(default_factory=list)
    heads: list[Membership] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    teamleads: list[Membership] = field(default_factory=list)
    inspectors: list[Membership] = field(default_factory=list)
    moment: datetime = BEFORE

    def assessment(self, number: int = 0) -> SelfAssessment:
        return SelfAssessment.objects.get(participation=self.participations[number])

    def point(self, code: str = "1.1") -> Point:
        return self.campaign.points.get(code=code)


def make_world(units: int = 2, launched: bool = True) -> World:
    organiser = make_organisation("督察办", "leading_group")
    roles = [Role.OFFICE, Role.LEADER, Role.DISCIPLINE, Role.AUDITADMIN]
    office, leader, discipline, auditadmin = (make_member(role, organiser) for role in roles)
    campaign = campaigns.create_from_plan("方案.txt", PLAN.encode(), by=office)
    world = World(office, leader, discipline, auditadmin, campaign)
    organisations = [make_organisation() for _ in range(units)]
    for organisation in organisations:
        world.liaisons.append(make_member(Role.LIAISON, organisation))
        world.heads.append(make_member(Role.UNIT_HEAD, organisation))
    campaigns.assign_units(campaign, organisations, by=office)
    world.participations = list(campaign.participations.all())
    if launched:
        launch(world, organiser)
    return world


def launch(world: World, organiser: Organisation) -> None:
    campaigns.launch(world.campaign, by=world.office)
    selfassessment.begin_all(world.campaign, by=world.office)
    for number, participation in enumerate(world.participations):
        participation.refresh_from_db()
        lead, inspector = (make_member(Role.INSPECTOR, organiser, home=make_organisation()) for _ in range(2))
        team = fieldwork.create_team(
            world.campaign, by=world.office, name=f"第{number + 1}督察组", leader=lead, members=[inspector]
        )
        fieldwork.assign_unit(team, participation, by=world.office)
        world.teams.append(team)
        world.teamleads.append(lead)
        world.inspectors.append(inspector)


def answer_all(world: World, number: int = 0, *, conclusion: str = "met") -> SelfAssessment:
    assessment = world.assessment(number)
    for line in sheet(assessment):
        selfassessment.answer(
            assessment,
            line.point,
            by=world.liaisons[number],
            conclusion=conclusion,
            narrative="" if conclusion == "met" else "公示有超期。",
            figures={t: "全部" for t in line.point.thresholds.all()},
            files=[],
        )
    return assessment


def deliver(world: World, number: int = 0, *, conclusion: str = "met") -> SelfAssessment:
    assessment = answer_all(world, number, conclusion=conclusion)
    selfassessment.submit(assessment, by=world.liaisons[number])
    selfassessment.certify(assessment, by=world.heads[number])
    return assessment


PENALTY_HEADERS = "行政处罚决定书文号,行政相对人名称,统一社会信用代码,处罚决定日期,公示日期,法定代表人"
# Three of five are published late: the limit of 7 working days ends on 10 September 2019, 12 October after the holiday.
PENALTY_ROWS = """青罚〔2019〕1号,青溪百货有限公司,91410400MA40000012,2019-09-02,2019-09-06,张三
青罚〔2019〕2号,青溪百货有限公司,91410400MA40000012,2019-09-02,2019-09-20,张三
青罚〔2019〕3号,河口饭店,91410400MA40000020,2019-09-03,2019-10-08,李四
青罚〔2019〕4号,河口饭店,91410400MA40000020,2019-09-25,2019-10-09,李四
青罚〔2019〕5号,南山砖厂,91410400MA40000039,2019-09-25,2019-10-31,王五"""


def penalty_csv(headers: str = PENALTY_HEADERS, rows: str = PENALTY_ROWS, encoding: str = "utf-8") -> bytes:
    """A ledger of penalties as a unit's system exports it."""
    return f"{headers}\n{rows}\n".encode(encoding)


def send_ledger(
    world: World, number: int = 0, *, content: bytes | None = None, name: str = "处罚台账.csv"
) -> LedgerFile:
    """A unit's ledger, taken in and checked: three of five penalties are published too late."""
    sent = BytesIO(penalty_csv() if content is None else content)
    return verification.take(verification.send(sent, name, by=world.liaisons[number]))


def result_of(world: World, number: int = 0, rule: str = "penalty_published") -> RuleResult:
    """The newest result of a unit under a rule."""
    return RuleResult.objects.filter(participation=world.participations[number], rule=rule).latest("id")


def make_finding(world: World, number: int = 0, *, state: str = "raised", title: str = "公示超期") -> Finding:
    finding = findings.raise_finding(
        world.participations[number],
        world.point(),
        by=world.inspectors[number],
        title=title,
        facts="抽查 12 件，3 件超期。",
        severity="ordinary",
        horizon="by_deadline",
    )
    road = {
        "confirmed": lambda: findings.confirm(finding, by=world.teamleads[number]),
        "handed_over": lambda: findings.hand_over(finding, by=world.inspectors[number], handed_to="某主任"),
        "acknowledged": lambda: findings.acknowledge(finding, by=world.liaisons[number]),
    }
    for reached, step in road.items():
        if finding.state != state:
            step()
            assert finding.state == reached
    return finding
