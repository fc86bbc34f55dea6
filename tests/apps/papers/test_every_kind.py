"""Every kind of paper, compared with the records: its structure by reading the Word file, its figures by SQL."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection
from docx import Document as open_docx
from factories import World, deliver, make_finding, make_member

from ducha.apps.accountability import actions as accountability
from ducha.apps.findings.models import Finding
from ducha.apps.papers import actions
from ducha.apps.papers.queries import bytes_of, letterhead_of
from ducha.apps.papers.writing import KINDS, OPEN, rectification_report, self_inspection_report
from ducha.apps.rectification import actions as rectification
from ducha.domain.errors import NotNow
from ducha.domain.rights import Role
from ducha.engines import gongwen

MEASURES = ("commendation", "summoned_talk", "listed_supervision", "circulated_criticism", "referral")
# The headings of level 1 that a paper of each kind has, by the list of papers and what officials expect in them.
HEADINGS = {
    "launch_notice": ["督察对象和内容", "时间安排", "工作要求"],
    "team_notice": [],
    "feedback": ["存在问题", "整改要求"],
    "team_report": ["工作开展情况", "主要做法和成效", "存在问题", "原因分析", "意见建议"],
    "city_report": ["工作开展情况", "主要做法和成效", "存在问题", "原因分析", "意见建议"],
    "acceptance_opinion": ["通过验收、予以销号的问题", "退回继续整改的问题"],
    "summoned_talk": ["约谈事由", "约谈安排"],
    "listed_supervision": ["督办事项", "督办要求"],
    "listing_lifted": [],
    "circulated_criticism": ["主要问题", "工作要求"],
    "commendation": [],
    "referral": ["移送事项"],
}


@pytest.fixture
def inspected(world: World) -> World:
    """A unit with one problem closed, one returned and one waiting; another unit with one of its own."""
    actions.set_letterhead(
        letterhead_of(world.office.organisation), by=world.office, mark="测试市督察办文件", code="测督", printed_by=""
    )
    deliver(world, 0)
    for title, result in (("公示超期", "accepted"), ("归档不全", "returned"), ("未出示证件", "")):
        finding = make_finding(world, 0, state="acknowledged", title=title)
        work = rectification.open_for(finding, by=world.liaisons[0])
        measure = rectification.add_measure(
            *(work,), by=world.liaisons[0], description=f"{title}的措施", owner_name="某甲", due_on=world.moment.date()
        )
        if result:
            rectification.finish_measure(measure, by=world.liaisons[0])
            rectification.submit(work, by=world.liaisons[0], text=f"{title}已改")
            rectification.accept(
                work, by=world.teamleads[0], manner="on_site", result=result, opinion="看过现场", place="大厅"
            )
    make_finding(world, 1, state="handed_over", title="网上办不了")
    return world


def about(world: World, kind: str):
    """What a paper of the kind is about here."""
    of = KINDS[kind]
    if of.about == "campaign":
        return world.campaign
    if of.about == "team":
        return world.teams[0]
    if of.about == "participation":
        return world.participations[0]
    facts = list(Finding.objects.filter(participation=world.participations[0], state="closed"))
    measure = accountability.propose(
        *(world.participations[0],),
        by=world.office,
        kind=of.measure or "listed_supervision",
        reason="责任没有落实",
        findings=[] if of.measure == "commendation" else facts,
    )
    accountability.approve(measure, by=world.leader)
    if kind == "listing_lifted":
        accountability.issue(
            measure, by=world.office, document_number="测督〔2019〕1号", issued_on=world.moment.date(), due_on=None
        )
        accountability.end(measure, by=world.office, reason="已销号")
    return measure


def issued(world: World, kind: str):
    paper = actions.begin(kind, about(world, kind), by=world.office)
    document = paper.document
    if OPEN in document.recipients:
        head = {"title": document.title, "signed_by": document.signed_by, "copies_to": ()}
        actions.edit_head(paper, by=world.office, recipients=("某机关",), **head)
    for at, block in enumerate(document.blocks):
        if OPEN in getattr(block, "text", ""):
            actions.edit_part(paper, by=world.office, at=at, text=block.text.replace(OPEN, "已补充。"))
    actions.submit(paper, by=world.office)
    actions.check(paper, by=make_member(Role.OFFICE, world.office.organisation))
    actions.approve(paper, by=world.leader)
    return actions.issue(paper, by=world.office)


def read(content: bytes) -> tuple[list[str], str]:
    """The headings of level 1 and all words of a Word file."""
    opened = open_docx(BytesIO(content))
    heads = [p.text.partition("、")[2] for p in opened.paragraphs if p.style.name == "Heading 1"]
    words = [p.text for p in opened.paragraphs]
    words += [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return heads, "\n".join(words).replace("\ufeff", "")


def sql(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def figures() -> dict[str, Callable[[], list[str]]]:
    """What each kind says in figures, counted by SQL."""
    handed = "SELECT count(*) FROM findings_finding f JOIN campaigns_participation p ON p.id = f.participation_id "
    of_first = handed + "WHERE p.id = (SELECT min(id) FROM campaigns_participation) AND f.handed_over_at IS NOT NULL "
    every = "SELECT count(*) FROM findings_finding WHERE confirmed_by_id IS NOT NULL AND state <> 'withdrawn'"
    accepted = "SELECT count(*) FROM rectification_acceptance WHERE result = 'accepted'"
    returned = "SELECT count(*) FROM rectification_acceptance WHERE result = 'returned'"
    units, points = "SELECT count(*) FROM campaigns_participation", "SELECT count(*) FROM campaigns_point"
    return {
        "launch_notice": lambda: [f"对{sql(units)}个单位进行督察，共{sql(points)}项要点"],
        "team_notice": lambda: ["第1督察组将对"],
        "feedback": lambda: [f"现将发现的{sql(of_first)}个问题反馈如下", "公示超期", "归档不全", "未出示证件"],
        "team_report": lambda: [f"共发现问题{sql(of_first)}个"],
        "city_report": lambda: [f"共发现问题{sql(every)}个"],
        "acceptance_opinion": lambda: [
            f"涉及问题{sql(accepted) + sql(returned)}个：通过{sql(accepted)}个，退回{sql(returned)}个",
            "现场验收，大厅",
        ],
        "listing_lifted": lambda: ["测督〔2019〕1号", "的1个问题（问题1）已全部销号"],
        **{kind: lambda: ["责任没有落实"] for kind in MEASURES},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_right_in_form_and_its_figures_are_those_of_the_records(inspected: World, kind: str) -> None:
    paper = issued(inspected, kind)
    made = bytes_of(paper)
    assert gongwen.check("公文.docx", made) == []
    heads, words = read(made)
    assert heads == HEADINGS[kind]
    for said in [paper.number, *figures()[kind]()]:
        assert said in words, said
    assert OPEN not in words and "网上办不了" not in words or kind == "city_report"


@pytest.mark.parametrize("kind", KINDS)
def test_each_sentence_leads_to_records_that_are_there(inspected: World, kind: str) -> None:
    document = KINDS[kind].compose(inspected.office, about(inspected, kind))
    told = [s for block in document.blocks for s in getattr(block, "sentences", ())]
    findings = set(Finding.objects.values_list("public_id", flat=True))
    named = [source.partition(":") for sentence in told for source in sentence.sources]
    assert all(which in findings for name, _colon, which in named if name == "finding")
    assert named


def test_a_unit_reports_what_it_delivered_word_for_word(inspected: World) -> None:
    document = self_inspection_report(inspected.liaisons[0], inspected.participations[0])
    heads, words = read(gongwen.write(document))
    assert heads == ["自查工作开展情况", "逐项自查情况", "自查发现的问题", "下一步整改打算"]
    assert "已作出结论3项：落实3项。" in words and gongwen.check("x.docx", gongwen.write(document)) == []
    with pytest.raises(NotNow, match="not delivered"):
        self_inspection_report(inspected.office, inspected.participations[1])


def test_a_unit_reports_how_far_each_problem_is_put_right(inspected: World) -> None:
    document = rectification_report(inspected.liaisons[0], inspected.participations[0])
    heads, words = read(gongwen.write(document))
    assert heads == ["总体情况", "逐条整改情况", "下一步"] and gongwen.check("x.docx", gongwen.write(document)) == []
    assert "共向第" in words and "反馈问题3个，已验收销号1个，占33.3%，正在整改2个。" in words
    for said in (
        "整改措施1项，已完成1项：公示超期的措施。整改结果：公示超期已改。已验收销号",
        "未出示证件的措施。尚未销号",
    ):
        assert said in words
    assert "尚未销号的问题2、问题3" in words
