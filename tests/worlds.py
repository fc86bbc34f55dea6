"""For each kind of object in a URL: one of unit 0, one of unit 1, so that every relation can be tried."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from factories import World, deliver, make_finding, make_member, make_organisation, result_of, send_ledger

from ducha.apps.accountability import actions as accountability
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.campaigns.models import Amendment, Heading, Participation
from ducha.apps.evidence import actions as evidence
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.findings import actions as findings
from ducha.apps.notices import actions as notices
from ducha.apps.papers import actions as papers
from ducha.apps.papers.models import Paper
from ducha.apps.papers.queries import first_template, letterhead_of
from ducha.apps.rectification import actions as rectification
from ducha.apps.selfassessment import actions as selfassessment
from ducha.domain.rights import Role

ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f3c-invented-4d1b"


def objects(world: World, unit: int) -> dict[str, Any]:
    """Everything of one unit, by the name it has in routes."""
    liaison, inspector, lead = world.liaisons[unit], world.inspectors[unit], world.teamleads[unit]
    participation = world.participations[unit]
    ledger = send_ledger(world, unit)
    problem = selfassessment.admit_problem(
        world.assessment(unit), world.point(), by=liaison, description="公示超期", horizon="immediate"
    )
    file = evidence.add(BytesIO(f"材料 {unit}".encode()), "材料.txt", by=liaison)
    assessment = deliver(world, unit)
    recusal = fieldwork.recuse(
        world.inspectors[1 - unit] if len(world.inspectors) > 1 else inspector,
        make_organisation(),
        campaign=world.campaign,
        by=world.office,
        reason="亲属",
    )
    visit = fieldwork.plan_visit(participation, by=world.office, announced=True, starts_at=world.moment)
    sample = fieldwork.draw_case_files(visit, by=inspector, kind="penalty", size=2)
    finding = make_finding(world, unit, state="acknowledged")
    objected = make_finding(world, unit, state="handed_over")
    objection = findings.object_to(objected, by=liaison, text="不实")
    withdrawal = findings.ask_withdrawal(make_finding(world, unit, state="handed_over"), by=lead, reason="重复")
    work = rectification.open_for(finding, by=liaison)
    measure = rectification.add_measure(
        work, by=liaison, description="补办", owner_name="某", due_on=world.moment.date()
    )
    rectification.finish_measure(measure, by=liaison)
    report = rectification.submit(work, by=liaison, text="完成")
    rectification.accept(work, by=inspector, manner="on_paper", result="returned", opinion="不够")
    proposed = accountability.propose(
        participation, by=world.office, kind="summoned_talk", reason="屡次", findings=[finding]
    )
    accountability.approve(proposed, by=world.leader)
    accountability.issue(proposed, by=world.office, document_number="1号", issued_on=world.moment.date(), due_on=None)
    return {
        "campaign": world.campaign,
        "plan": world.campaign.plan,
        "stage": world.campaign.stages.get(kind="self_inspection"),
        "area": world.campaign.areas.get(),
        "heading": heading_of(world),
        "doubt": world.campaign.doubts.first(),
        "amendment": amendment_of(world),
        "point": world.point(),
        "threshold": world.point("1.2").thresholds.get(),
        "participation": participation,
        "assessment": assessment,
        "problem": problem,
        "submission": assessment.submissions.get(),
        "file": file,
        "team": world.teams[unit],
        "visit": visit,
        "case_file": sample.case_files.first(),
        "recusal": recusal,
        "finding": finding,
        "objection": objection,
        "withdrawal": withdrawal,
        "rectification": work,
        "corrective_action": measure,
        "rectification_report": report,
        "measure": proposed,
        "ledger_file": ledger,
        "own_ledger_file": ledger,
        "rule_result": result_of(world, unit),
        "paper": (paper := issued_paper(world, participation)),
        "template": papers.set_template(
            ("acceptance_opinion", "team_notice")[unit], BytesIO(first_template()), f"模板{unit}.docx", by=world.office
        ),
        "paper_version": paper.versions.first(),
        "notice": liaison.notices.first(),
        "group": notices.add_group(participation.unit, by=world.office, kind="wecom", address=ROBOT),
        "token": notices.make_feed(by=liaison),
        "membership": liaison,
    }


def issued_paper(world: World, participation: Participation) -> Paper:
    """The feedback to a unit, on all its way: written, checked by a colleague, approved, issued, delivered."""
    head = letterhead_of(world.office.organisation)
    papers.set_letterhead(head, by=world.office, mark="", code="测督", printed_by="")
    paper = papers.begin("feedback", participation, by=world.office)
    papers.submit(paper, by=world.office)
    papers.check(paper, by=make_member(Role.OFFICE, world.office.organisation))
    papers.approve(paper, by=world.leader)
    return papers.issue(paper, by=world.office)


def heading_of(world: World) -> Heading:
    """A heading below an area; the plan of these tests has none of its own."""
    if heading := world.campaign.headings.first():
        return heading
    with recorded(world.office, "heading.added", campaign=world.campaign.public_id):
        heading = Heading(campaign=world.campaign, code="1.9", rank="00001.00009", title="其他情况")
        heading.save()
    return heading


def amendment_of(world: World) -> Amendment:
    stage = world.campaign.stages.get(kind="rectification")
    return world.campaign.amendments.first() or campaigns.amend_stage(
        stage, by=world.office, starts_on=stage.starts_on, due_at=stage.due_at + timedelta(days=1), reason="顺延"
    )
