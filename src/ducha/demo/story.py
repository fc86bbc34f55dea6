"""What happens in the demonstration, in order of time, as far as today."""

import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.utils import timezone

from ducha.apps.accountability import actions as accountability
from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.campaigns.models import Campaign, Participation, Point
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.fieldwork.models import CaseFile, Team, Visit
from ducha.apps.findings import actions as findings
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.apps.papers import actions as paper_actions
from ducha.apps.rectification import actions as rectification
from ducha.apps.selfassessment import actions as selfassessment
from ducha.apps.selfassessment.models import AdmittedProblem, SelfAssessment
from ducha.apps.selfassessment.queries import sheet
from ducha.apps.verification import actions as verification
from ducha.apps.verification import queries as checked
from ducha.demo import contents, ledgers, papers
from ducha.demo.city import City

# The days of the brief's own calendar that "today" may stand for, by stage.
DAYS = {
    "self-inspection": (date(2019, 11, 4), date(2019, 11, 8)),
    "field-inspection": (date(2019, 11, 11), date(2019, 11, 15)),
    "rectification": (date(2019, 11, 16), date(2019, 11, 20)),
    "closed": (date(2019, 11, 29), date(2019, 12, 5)),
}


def shift_for(stage: str, today: date) -> int:
    """By how many days the plan moves so that today lies in the stage: whole weeks where the stage has this weekday."""
    first, last = DAYS[stage]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    same = [day for day in days if day.weekday() == today.weekday()]
    return (today - (same or days[-2:])[0]).days


class Story:
    """The events of the campaign in order of time; nothing happens after now."""

    def __init__(self, city: City, campaign: Campaign, chance: random.Random, shift: int) -> None:
        self.city, self.campaign, self.chance, self.shift = city, campaign, chance, timedelta(days=shift)
        self.now = timezone.now()
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self.points: dict[str, Point] = {}

    def on(self, month: int, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the brief's autumn 2019, shifted."""
        at = datetime.combine(date(2019, month, day), time(hour, minute), timezone.get_default_timezone())
        return at + self.shift

    def then(self, at: datetime, happens: Callable[..., Any], *about: Any) -> None:
        """Let something happen at a moment, if that is not in the future."""
        if at <= self.now:
            heapq.heappush(self._waiting, (at, next(self._order), lambda: happens(at, *about)))

    def tell(self) -> None:
        """Everything up to now."""
        self.then(self.on(10, 28, 9), self.launch)
        while self._waiting:
            at, _order, happens = heapq.heappop(self._waiting)
            with clock.at(at):
                happens()

    def words(self, text: str) -> str:
        """A text with plausible figures."""
        a = self.chance.randint(20, 90)
        return text.format(a=a, b=self.chance.randint(2, max(3, a // 6)), c=self.chance.randint(2, 20))

    def member(self, kind: str, unit: int) -> Membership:
        return self.city.members[f"{kind}-{unit + 1:02}"]

    # -- the road

    def launch(self, at: datetime) -> None:
        office = self.city.members["office"]
        stage = self.campaign.stages.get(kind="self_inspection")
        campaigns.correct_stage(stage, by=office, title=stage.title, starts_on=None, due_at=stage.due_at)
        campaigns.assign_units(self.campaign, self.city.units, by=office)
        selfassessment.launch(self.campaign, by=office)
        self.points = {point.code: point for point in self.campaign.points.all()}
        participations = list(self.campaign.participations.select_related("unit", "campaign"))
        for number, participation in enumerate(participations[::3]):
            self.then(self.on(10, 29, 9, number), self.send_ledgers, 3 * number, participation)
        self.then(self.on(10, 29, 11), self.check_ledgers, participations[::3])
        for number, participation in enumerate(participations):
            self.then(self.on(11, 1 + number % 4, 9 + number % 7), self.answer, number, participation)
        self.then(self.on(11, 8, 17, 31), lambda _at: selfassessment.seal_due())
        self.then(self.on(11, 9, 9), self.make_teams, participations)
        self.then(at + timedelta(hours=1), self.give_notice, participations)
        self.then(self.on(11, 15, 18), self.feed_back, participations)
        self.then(self.on(11, 27, 9), self.conclude, participations)
        self.then(self.on(11, 28, 9), lambda _at: papers.report(self.city, self.campaign))

    def send_ledgers(self, at: datetime, number: int, participation: Participation) -> None:
        """Every third unit sends what its system exports; one has given the day of the decision a name of its own."""
        liaison, until = self.member("liaison", number), timezone.localtime(at).date()
        unit = participation.unit
        short, region = unit.name.removeprefix("市")[:2], unit.region_code or unit.name
        files = list(ledgers.of_unit(random.Random(number), number=number, short=short, region=region, until=until))
        if number == 9:
            files.append(
                (
                    "乡镇处罚.csv",
                    "penalty",
                    files[0][2].replace("处罚决定日期".encode("gb18030"), "裁决日".encode("gb18030")),
                )
            )
        for name, _kind, content in files:
            verification.take(verification.send(BytesIO(content), name, by=liaison), checks=False)

    def check_ledgers(self, at: datetime, participations: list[Participation]) -> None:
        """The office checks all ledgers at once; the units explain the first two rows that are published late."""
        today = timezone.localtime(at).date()
        verification.carry_out(verification.ask_check(self.campaign, by=self.city.members["office"], as_of=today))
        for number, participation in enumerate(participations):
            liaison = self.member("liaison", 3 * number)
            late = [r for r in checked.not_met(liaison, participation) if r.rule == "penalty_published"]
            for row in checked.rows_of(liaison, late)[:2]:
                text = contents.EXPLANATIONS[number % len(contents.EXPLANATIONS)]
                verification.explain(row.result, row.violation, by=liaison, text=text)

    def answer(self, at: datetime, number: int, participation: Participation) -> None:
        """A unit answers, more or less; two never deliver, two are late, one is sent back."""
        liaison = self.member("liaison", number)
        assessment = SelfAssessment.objects.get(participation=participation)
        files = self.library(liaison)
        left_out = 9 if number % 22 == 13 else 0
        for line in sheet(assessment)[left_out:]:
            conclusion = self.chance.choices(["met", "partly_met", "not_met"], [80, 16, 4])[0]
            texts = {"met": contents.MET, "partly_met": contents.PARTLY, "not_met": contents.NOT_MET}[conclusion]
            selfassessment.answer(
                assessment,
                line.point,
                by=liaison,
                conclusion=conclusion,
                narrative=self.words(self.chance.choice(texts)),
                figures={t: self.claim(t.value, t.unit) for t in line.point.thresholds.all()},
                files=[self.chance.choice(files)] if self.chance.random() < 0.5 else [],
            )
        for code, text, horizon, planned in self.chance.sample(
            contents.ADMITTED, self.chance.choice([0, 0, 1, 1, 2, 3])
        ):
            words = self.words(text)
            selfassessment.admit_problem(
                assessment,
                self.points[code],
                by=liaison,
                description=words,
                horizon=horizon,
                planned=self.words(planned),
            )
        if not left_out:
            late = number in (18, 31)
            submitted = self.on(11, 11, 9) if late else self.on(11, 5 + number % 4, 10 + number % 6)
            self.then(max(submitted, at + timedelta(hours=1)), self.submit, number, assessment)

    def claim(self, value: str, unit: str) -> str:
        """What a unit claims: mostly everything."""
        if unit == "%":
            return f"{self.chance.choice([int(value), min(100, int(value) + 8), 100])}%"
        return "全部"

    def library(self, by: Membership) -> list[EvidenceFile]:
        """Three small files of the unit's own."""
        name = by.organisation.name
        made = {
            "会议纪要.txt": "研究法治政府建设工作的会议纪要",
            "制度汇编.txt": "执法公示、全过程记录、法制审核制度",
            "自查底稿.txt": "逐条自查底稿",
        }
        return [
            evidence.add(BytesIO(f"{name} {text}（演示数据，内容为虚构）\n".encode()), f"{name}{title}", by=by)
            for title, text in made.items()
        ]

    def submit(self, at: datetime, number: int, assessment: SelfAssessment) -> None:
        selfassessment.submit(assessment, by=self.member("liaison", number))
        self.then(at + timedelta(hours=2), self.certify, number, assessment)

    def certify(self, at: datetime, number: int, assessment: SelfAssessment) -> None:
        selfassessment.certify(assessment, by=self.member("head", number))
        self.then(at + timedelta(days=1), self.review, number, assessment)

    def review(self, at: datetime, number: int, assessment: SelfAssessment) -> None:
        office = self.city.members["office"]
        if number == 7 and assessment.submissions.count() == 1:
            selfassessment.send_back(
                assessment, by=office, reason="5.2.1.4 只写了“全部落实”，请补充公示台账和超期件数。"
            )
            self.then(at + timedelta(hours=20), self.submit, number, assessment)
        elif number % 9 != 4:
            selfassessment.accept(assessment, by=office)

    def make_teams(self, at: datetime, participations: list[Participation]) -> None:
        office, members = self.city.members["office"], self.city.members
        teams = []
        for n in range(5):
            inspectors = [members[f"inspector-{3 * n + k:02}"] for k in (1, 2, 3)]
            leader = members[f"teamlead-{n + 1}"]
            teams.append(
                fieldwork.create_team(
                    self.campaign, by=office, name=f"第{'一二三四五'[n]}督察组", leader=leader, members=inspectors
                )
            )
        homes = {team.pk: {p.member.home_id for p in team.members.select_related("member")} for team in teams}
        for number, participation in enumerate(participations):
            fitting = [
                team
                for team in teams[number % 5 :] + teams[: number % 5]
                if participation.unit_id not in homes[team.pk]
            ]
            fieldwork.assign_unit(fitting[0], participation, by=office)
            self.plan_visit(number, participation, fitting[0])
        for team in teams:
            papers.issued("team_notice", team, self.city)

    def plan_visit(self, number: int, participation: Participation, team: Team) -> None:
        announced = number % 6 != 5
        starts = self.on(11, 11 + (number // 5) % 5, 9 if number % 2 else 14, 30)
        by = self.city.members["office"] if announced else self.city.members[f"teamlead-{team.number}"]
        visit = fieldwork.plan_visit(participation, by=by, announced=announced, starts_at=starts, purpose="全面督察")
        self.then(starts, self.visit, number, visit)

    def visit(self, at: datetime, number: int, visit: Visit) -> None:
        team = [self.city.members[f"inspector-{3 * (visit.team.number - 1) + k:02}"] for k in (1, 2, 3)]
        if number % 3 == 0:
            self.draw_case_files(number, visit, team[1])
        fieldwork.start(visit, by=team[0])
        for n, (kind, title) in enumerate(self.chance.sample(contents.ACTIVITIES, 3)):
            self.then(at + timedelta(minutes=20 * n), self.activity, visit, team[n], kind, title)
        admitted = AdmittedProblem.objects.filter(assessment__participation=visit.participation, removed_at=None)
        for n, named in enumerate(admitted.select_related("point")):
            self.then(at + timedelta(minutes=40 + 5 * n), self.take_up, number, visit, team[0], named)
        for n, problem in enumerate(self.chance.sample(contents.PROBLEMS, self.chance.choice([1, 2, 3, 4, 5, 7]))):
            self.then(at + timedelta(minutes=60 + 7 * n), self.find, number, visit, self.chance.choice(team), problem)
        if number % 11 == 3:
            self.then(at + timedelta(minutes=90), self.praise, visit, team[1], contents.PRACTICES[number % 4])
        self.then(at + timedelta(hours=3), lambda _at: fieldwork.end(visit, by=team[0]))

    def draw_case_files(self, number: int, visit: Visit, by: Membership) -> None:
        """Twenty penalties of a unit that sent its ledger, reviewed one by one; one team is not through yet."""
        sample = fieldwork.draw_case_files(visit, by=by, kind="penalty", size=20)
        for file, drawn in list(zip(sample.case_files.all(), sample.files, strict=True))[: 12 if number == 12 else 20]:
            at = visit.starts_at + timedelta(minutes=5 + 4 * file.number)
            self.then(at, self.review_case_file, by, file, bool(drawn["flagged"]))

    def review_case_file(self, at: datetime, by: Membership, file: CaseFile, is_flagged: bool) -> None:
        # Which files are drawn is another chance each time; the rest of the story does not depend on it.
        if is_flagged or file.number % 9 == 4:
            note = "处罚决定逾期公示" if is_flagged else contents.FILE_FAULTS[file.number // 9]
            fieldwork.find_faulty(file, by=by, note=note)
        else:
            fieldwork.find_in_order(file, by=by)

    def activity(self, at: datetime, visit: Visit, by: Membership, kind: str, title: str) -> None:
        fieldwork.note_activity(visit, by=by, kind=kind, title=title)

    def praise(self, at: datetime, visit: Visit, by: Membership, practice: tuple[str, str, str]) -> None:
        code, title, facts = practice
        words = self.words(facts)
        findings.note_good_practice(visit.participation, by=by, title=title, facts=words, point=self.points[code])

    def find(self, at: datetime, number: int, visit: Visit, by: Membership, problem: tuple[str, ...]) -> None:
        code, title, facts, severity, horizon = problem
        due = timezone.localtime(at).date() if horizon == "immediate" else None
        finding = findings.raise_finding(
            visit.participation,
            self.points[code],
            by=by,
            title=title,
            facts=self.words(facts),
            severity=severity,
            horizon=horizon,
            visit=visit,
            due_on=due,
        )
        self.then(at + timedelta(minutes=50), self.confirm, number, finding)

    def take_up(self, at: datetime, number: int, visit: Visit, by: Membership, named: AdmittedProblem) -> None:
        """A problem that the unit named itself becomes a finding."""
        finding = findings.raise_finding(
            visit.participation,
            named.point,
            by=by,
            title=named.description,
            facts=f"单位自查报告：{named.description}。现场核实属实。",
            severity="minor",
            horizon=named.horizon,
            visit=visit,
            admitted=named,
        )
        self.then(at + timedelta(minutes=50), self.confirm, number, finding)

    def confirm(self, at: datetime, number: int, finding: Finding) -> None:
        findings.confirm(finding, by=self.city.members[f"teamlead-{finding.team.number}"])
        if finding.number % 23 == 0:
            self.then(at + timedelta(hours=2), self.withdraw, finding)
        else:
            self.then(at + timedelta(minutes=30), self.hand_over, number, finding)

    def withdraw(self, at: datetime, finding: Finding) -> None:
        lead = self.city.members[f"teamlead-{finding.team.number}"]
        withdrawal = findings.ask_withdrawal(finding, by=lead, reason="同一事实已在另一条中列明。")
        reason = "情况属实，予以撤回，保留记录。"
        findings.decide_withdrawal(withdrawal, by=self.city.members["office"], decision="granted", reason=reason)

    def hand_over(self, at: datetime, number: int, finding: Finding) -> None:
        findings.hand_over(finding, by=finding.raised_by, handed_to=f"{finding.participation.unit.name}分管负责人")
        answer = self.object_to if finding.number % 17 == 0 else self.acknowledge
        self.then(at + timedelta(hours=self.chance.choice([1, 3, 18, 22])), answer, number, finding)

    def object_to(self, at: datetime, number: int, finding: Finding) -> None:
        text = self.chance.choice(contents.OBJECTIONS)
        objection = findings.object_to(finding, by=self.member("liaison", number), text=text)
        self.then(at + timedelta(days=2), self.decide, number, objection)

    def decide(self, at: datetime, number: int, objection: Any) -> None:
        stands = objection.finding.number % 2 == 1
        decision = "upheld_finding" if stands else "sustained"
        reason = "经复核，抽查件均属应当公开的情形。" if stands else "经复核，该事项职责确已划转。"
        finding = findings.decide_objection(objection, by=self.city.members["office"], decision=decision, reason=reason)
        if stands:
            self.then(at + timedelta(hours=5), self.rectify, number, finding)

    def acknowledge(self, at: datetime, number: int, finding: Finding) -> None:
        findings.acknowledge(finding, by=self.member("liaison", number))
        self.then(at + timedelta(hours=self.chance.choice([2, 20, 26, 44])), self.rectify, number, finding)

    def rectify(self, at: datetime, number: int, finding: Finding) -> None:
        liaison = self.member("liaison", number)
        work = rectification.open_for(finding, by=liaison)
        due = finding.due_on or timezone.localtime(at).date()
        for text in self.chance.sample(contents.MEASURES, self.chance.choice([1, 2])):
            owner = f"{self.chance.choice('王李张刘陈')}科长"
            measure = rectification.add_measure(work, by=liaison, description=text, owner_name=owner, due_on=due)
            done = at + timedelta(days=self.chance.choice([1, 1, 2, 3]), hours=3)
            self.then(done, lambda _at, m=measure: rectification.finish_measure(m, by=liaison))
        rectification.note_progress(work, by=liaison, text="已召开专题会议，明确责任人和完成时限。")
        self.then(at + timedelta(days=4), self.report, number, work)

    def report(self, at: datetime, number: int, work: Any) -> None:
        work.refresh_from_db()
        rectification.submit(
            work, by=self.member("liaison", number), text="所列问题已逐项整改到位，相关材料附后，请予验收。"
        )
        self.then(at + timedelta(days=1), self.accept, number, work)

    def accept(self, at: datetime, number: int, work: Any) -> None:
        by = self.city.members[f"inspector-{3 * (work.finding.team.number - 1) + 1:02}"]
        unit = work.finding.participation.unit.name
        if work.finding.number % 8 == 0 and not work.acceptances.exists():
            rectification.accept(
                work, by=by, manner="on_paper", result="returned", opinion="材料只有计划，没有完成情况，退回补充。"
            )
            self.then(at + timedelta(days=1), self.report, number, work)
            return
        rectification.accept(
            work, by=by, manner="on_site", result="accepted", opinion="现场查看属实，予以销号。", place=unit
        )
        if work.finding.severity == "serious" and work.finding.number % 3 == 0:
            self.then(at + timedelta(hours=4), self.propose, work.finding)

    def propose(self, at: datetime, finding: Finding) -> None:
        kind = self.chance.choice(["summoned_talk", "listed_supervision", "circulated_criticism"])
        measure = accountability.propose(
            finding.participation,
            by=self.city.members["office"],
            kind=kind,
            reason="存在严重问题，虽已整改，但暴露出责任落实不到位。",
            findings=[finding],
        )
        self.then(at + timedelta(hours=6), self.issue, measure)

    def issue(self, at: datetime, measure: Any) -> None:
        accountability.approve(measure, by=self.city.members["leader"])
        due = {"answer_due_on": timezone.localtime(at).date() + timedelta(days=7)}
        asks = measure.kind in ("summoned_talk", "listed_supervision")
        papers.issued(measure.kind, measure, self.city, **(due if asks else {}))
        if measure.kind == "listed_supervision":
            self.then(at + timedelta(days=2), self.lift, measure)

    def lift(self, at: datetime, measure: Any) -> None:
        """What was supervised is closed: the supervision ends, and the unit is told by a paper."""
        measure.refresh_from_db()
        accountability.end(measure, by=self.city.members["office"], reason="所列问题已验收销号。")
        papers.issued("listing_lifted", measure, self.city)

    def conclude(self, at: datetime, participations: list[Participation]) -> None:
        """The first units get their opinion of acceptance, one is commended, of one a matter is referred."""
        for participation in participations[:5]:
            if participation.findings.filter(state="closed").exists():
                papers.issued("acceptance_opinion", participation, self.city)
        worst = Finding.objects.filter(campaign=self.campaign, severity="serious", state="closed").first()
        praised = participations[0].campaign.good_practices.select_related("participation").first()
        if praised:
            self.follow("commendation", praised.participation, f"{praised.title}：{praised.facts}", [])
        if worst:
            self.follow("referral", worst.participation, "涉嫌弄虚作假，需进一步核查。", [worst])

    def follow(self, kind: str, participation: Participation, reason: str, facts: list[Finding]) -> None:
        office = self.city.members["office"]
        measure = accountability.propose(participation, by=office, kind=kind, reason=reason, findings=facts)
        accountability.approve(measure, by=self.city.members["leader"])
        papers.issued(kind, measure, self.city)

    def give_notice(self, at: datetime, participations: list[Participation]) -> None:
        """The notice goes out; all units but the last three acknowledge it within the day."""
        papers.set_letterhead(self.city)
        notice = papers.issued("launch_notice", self.campaign, self.city)
        for number, _participation in enumerate(participations[:-3]):
            then = at + timedelta(minutes=7 * number + 3)
            liaison = self.member("liaison", number)
            self.then(then, lambda _at, by: paper_actions.acknowledge(notice, by=by), liaison)

    def feed_back(self, at: datetime, participations: list[Participation]) -> None:
        """What the teams found goes to each unit as a paper; most acknowledge it."""
        for number, participation in enumerate(participations):
            if participation.findings.filter(handed_over_at__isnull=False).exists():
                paper = papers.issued("feedback", participation, self.city)
                if number % 4:
                    paper_actions.acknowledge(paper, by=self.member("liaison", number))
