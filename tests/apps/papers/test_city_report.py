"""The report on a campaign says what the records say: counted here a second time, by SQL."""

import json
from io import BytesIO

import pytest
from django.db import connection
from docx import Document as open_docx
from factories import PLAN, World, deliver, make_finding

from ducha.apps.accountability import actions as accountability
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.findings import actions as findings
from ducha.apps.findings.models import Finding
from ducha.apps.papers.writing import city_report
from ducha.engines import gongwen


def told(document: gongwen.Document) -> str:
    return "\n".join(block.text for block in document.blocks if not isinstance(block, gongwen.Table))


def sources(document: gongwen.Document) -> set[str]:
    paragraphs = [block for block in document.blocks if isinstance(block, gongwen.Paragraph)]
    return {source for block in paragraphs for sentence in block.sentences for source in sentence.sources}


def under(document: gongwen.Document, heading: str) -> list[str]:
    """The paragraphs of the part under a heading of level 1."""
    parts: dict[str, list[str]] = {}
    at = ""
    for block in document.blocks:
        if isinstance(block, gongwen.Heading) and block.level == 1:
            at = block.text
        elif isinstance(block, gongwen.Paragraph):
            parts.setdefault(at, []).append(block.text)
    return parts[heading]


@pytest.fixture
def found(world: World) -> list[Finding]:
    """Two units share a problem, one has another of its own; one was withdrawn, one is not confirmed yet."""
    shared = [make_finding(world, number, state="acknowledged") for number in (0, 1)]
    own = findings.raise_finding(
        world.participations[2],
        world.point("1.2"),
        by=world.inspectors[2],
        title="网上办不了",
        facts="抽查 20 个事项，9 个只能到窗口办。",
        severity="serious",
        horizon="immediate",
    )
    findings.confirm(own, by=world.teamleads[2])
    gone = make_finding(world, 2, state="handed_over", title="已撤回的问题")
    objection = findings.object_to(gone, by=world.liaisons[2], text="不实")
    findings.decide_objection(objection, by=world.office, decision="sustained", reason="属实")
    make_finding(world, 0, state="raised", title="尚未确认的问题")
    return [*shared, own]


def test_its_figures_are_those_of_the_records(world: World, found: list[Finding]) -> None:
    text = told(city_report(world.office, world.campaign))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT point_id), count(DISTINCT participation_id), "
            "sum(CASE WHEN severity = 'serious' THEN 1 ELSE 0 END) FROM findings_finding "
            "WHERE state <> 'withdrawn' AND confirmed_by_id IS NOT NULL"
        )
        total, points, units, serious = cursor.fetchone()
    assert (total, points, units, serious) == (3, 2, 3, 1)
    assert f"共发现问题{total}个，涉及{points}项督察要点、{units}个单位；其中实地督察{total}个。" in text
    assert f"严重问题{serious}个，占33.3%。" in text
    assert "已撤回的问题" not in text and "尚未确认的问题" not in text


def test_what_units_share_stands_before_what_is_one_units(world: World, found: list[Finding]) -> None:
    first, second = (finding.participation.unit.name for finding in found[:2])
    parts = under(city_report(world.office, world.campaign), "存在问题")
    shared = next(at for at, text in enumerate(parts) if text.startswith("公示超期，2个单位共2个。"))
    single = next(at for at, text in enumerate(parts) if "抽查 20 个事项，9 个只能到窗口办" in text)
    assert shared < single and f"{first}、{second}" in parts[shared] and f"如{first}：" in parts[shared]
    assert parts[single - 1] == "另有1个问题是个别单位的问题："


def test_each_sentence_about_problems_names_its_records(world: World, found: list[Finding]) -> None:
    named = sources(city_report(world.office, world.campaign))
    assert {f"finding:{finding.public_id}" for finding in found} <= named
    assert (
        not {f"finding:{finding.public_id}" for finding in Finding.objects.exclude(pk__in=[row.pk for row in found])}
        & named
    )


def test_a_team_reports_on_its_own_units_alone(world: World, found: list[Finding]) -> None:
    document = city_report(world.office, world.campaign, world.teams[2])
    text = told(document)
    assert "共发现问题1个，涉及1项督察要点、1个单位" in text and "公示超期" not in text
    assert document.signed_by == (world.teams[2].name,) and world.teams[2].name in document.title
    assert len(document.annexes[0].blocks[0].rows) == 1


def test_what_followed_is_told_by_what_was_done(world: World, found: list[Finding]) -> None:
    measure = accountability.propose(
        world.participations[2], by=world.office, kind="summoned_talk", reason="严重", findings=[found[2]]
    )
    unit = world.participations[2].unit.name
    assert f"建议对{unit}约谈。" in told(city_report(world.office, world.campaign))
    accountability.approve(measure, by=world.leader)
    accountability.issue(
        measure, by=world.office, document_number="测督〔2019〕1号", issued_on=world.moment.date(), due_on=None
    )
    assert f"已对{unit}约谈。" in told(city_report(world.office, world.campaign))


def test_it_compares_with_the_campaign_before(world: World, found: list[Finding]) -> None:
    later = campaigns.create_from_plan("下年方案.txt", PLAN.replace("测试市", "测试市下年度").encode(), by=world.office)
    campaigns.assign_units(later, [world.participations[0].unit], by=world.office)
    campaigns.launch(later, by=world.office)
    text = told(city_report(world.office, later))
    assert "与《测试市法治政府建设督察实施方案》相比，发现问题由3个变为0个。" in text
    assert "相比" not in told(city_report(world.office, world.campaign))


def test_no_persons_number_stands_in_a_paper(world: World) -> None:
    finding = make_finding(world, 0, state="raised", title="当事人 11010119900307803X 的案卷")
    findings.confirm(finding, by=world.teamleads[0])
    written = repr(city_report(world.office, world.campaign))
    assert "11010119900307803X" not in written and "110***********803X" in written


def test_a_report_without_problems_says_so(world: World) -> None:
    deliver(world, 0)
    document = city_report(world.office, world.campaign)
    assert "本次督察没有发现问题。" in told(document) and document.annexes == ()
    assert "各单位自查报告按期报送0个、逾期报送1个、未报送2个。" in told(document)


def test_causes_and_advice_leave_room_for_a_person(world: World, found: list[Finding]) -> None:
    document = city_report(world.office, world.campaign)
    for part in ("原因分析", "意见建议"):
        assert under(document, part)[-1].endswith("【由督察办补充】")


def test_as_a_word_file_it_keeps_the_standard(world: World, found: list[Finding]) -> None:
    made = gongwen.write(city_report(world.office, world.campaign))
    assert gongwen.check("报告.docx", made) == []
    opened = open_docx(BytesIO(made))
    heads = [p.text for p in opened.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["一、工作开展情况", "二、主要做法和成效", "三、存在问题", "四、原因分析", "五、意见建议"]
    listed = opened.tables[0]
    assert [cell.text for cell in listed.rows[0].cells][:4] == ["序号", "责任单位", "对应要点", "问题描述"]
    assert {row.cells[1].text for row in listed.rows[1:]} == {f.participation.unit.name for f in found}


def test_it_reads_a_campaign_in_a_fixed_number_of_queries(
    world: World, found: list[Finding], django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(20) as few:
        city_report(world.office, world.campaign)
    for number in range(3):
        for title in ("公示超期", "归档不全", "没有出示证件"):
            make_finding(world, number, state="confirmed", title=title)
    with django_assert_max_num_queries(len(few.captured_queries)):
        city_report(world.office, world.campaign)


def test_a_draft_is_kept_as_it_was(world: World, found: list[Finding]) -> None:
    document = city_report(world.office, world.campaign)
    kept = json.loads(json.dumps(gongwen.to_json(document), ensure_ascii=False))
    assert gongwen.from_json(kept) == document
