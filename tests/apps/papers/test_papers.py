"""A paper's way: written from the records, checked by a colleague, approved, issued with the next number, delivered."""

from io import BytesIO

import pytest
from django.test import Client
from docx import Document as open_docx
from factories import World, make_finding, make_member

from ducha.apps.accountability import actions as accountability
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.organisations.models import Membership
from ducha.apps.papers import actions
from ducha.apps.papers.access import visible_papers
from ducha.apps.papers.models import Paper
from ducha.apps.papers.queries import bytes_of, letterhead_of, path_of, versions
from ducha.domain.errors import Conflict, Invalid, NotAllowed, NotNow
from ducha.domain.rights import Role
from ducha.engines import gongwen


@pytest.fixture
def colleague(world: World) -> Membership:
    head = letterhead_of(world.office.organisation)
    actions.set_letterhead(head, by=world.office, mark="测试市督察办文件", code="测督", printed_by="测试市督察办")
    return make_member(Role.OFFICE, world.office.organisation)


@pytest.fixture
def feedback(world: World, colleague: Membership) -> Paper:
    make_finding(world, 0, state="handed_over", title="公示超期")
    return actions.begin("feedback", world.participations[0], by=world.office)


def approved(paper: Paper, world: World, colleague: Membership) -> Paper:
    actions.submit(paper, by=world.office)
    actions.check(paper, by=colleague)
    return actions.approve(paper, by=world.leader)


def issued(kind: str, about, world: World, colleague: Membership) -> Paper:
    return actions.issue(approved(actions.begin(kind, about, by=world.office), world, colleague), by=world.office)


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.person)
    client.get("/")
    return client


def posted(client: Client, url: str, **entered):
    """Send a page's form as a person would: what it holds, with what is entered."""
    form = client.get(url).context["form"]
    plumbing = {name: form[name].value() for name in ("version", "operation")}
    return client.post(url, {**{k: v for k, v in plumbing.items() if v is not None}, **entered}, follow=True)


def test_an_issued_paper_has_number_date_and_imprint_and_goes_to_its_unit(world, colleague, feedback) -> None:
    actions.issue(approved(feedback, world, colleague), by=world.office)
    made = bytes_of(feedback)
    assert gongwen.check("公文.docx", made) == []
    text = "\n".join(paragraph.text for paragraph in open_docx(BytesIO(made)).paragraphs).replace("\ufeff", "")
    for words in (
        "测试市督察办文件",
        "测督〔2019〕1号",
        "2019年11月12日",
        "公示超期",
        "测试市督察办\t2019年11月12日印发",
    ):
        assert words in text, words
    liaison, other = world.liaisons[0], world.liaisons[1]
    assert list(visible_papers(liaison)) == [feedback] and not visible_papers(other).exists()
    assert "测督〔2019〕1号" in liaison.notices.first().sentence and feedback.public_id in liaison.notices.first().url


def test_numbers_have_neither_gaps_nor_doubles(world, colleague) -> None:
    papers = [issued("feedback", participation, world, colleague) for participation in world.participations]
    discarded = actions.begin("feedback", world.participations[0], by=world.office)
    actions.discard(discarded, by=world.office, reason="重复")
    papers.append(issued("feedback", world.participations[0], world, colleague))
    assert [paper.serial for paper in papers] == [1, 2, 3, 4]


def test_a_number_typed_in_for_a_measure_is_not_given_again(world, colleague) -> None:
    finding = make_finding(world, 0, state="acknowledged")
    for number in ("测督〔2019〕7号", "测督〔2018〕40号", "别办〔2019〕90号"):
        measure = accountability.propose(
            world.participations[0], by=world.office, kind="summoned_talk", reason="屡次", findings=[finding]
        )
        accountability.approve(measure, by=world.leader)
        accountability.issue(
            measure, by=world.office, document_number=number, issued_on=world.moment.date(), due_on=None
        )
    assert issued("feedback", world.participations[0], world, colleague).serial == 8


def test_whoever_wrote_it_does_not_check_it(world, colleague, feedback) -> None:
    actions.edit_part(feedback, by=colleague, at=0, text="改过的开头。")
    actions.submit(feedback, by=world.office)
    for author in (world.office, colleague):
        with pytest.raises(NotAllowed, match="does not check"):
            actions.check(feedback, by=author)
    actions.check(feedback, by=make_member(Role.OFFICE, world.office.organisation))
    assert feedback.state == "checked"


def test_it_cannot_be_issued_before_it_is_approved(world, colleague, feedback) -> None:
    with pytest.raises(NotNow):
        actions.issue(feedback, by=world.office)
    actions.submit(feedback, by=world.office)
    actions.check(feedback, by=colleague)
    with pytest.raises(NotNow):
        actions.issue(feedback, by=world.office)
    assert not visible_papers(world.liaisons[0]).exists()


def test_without_a_code_no_number_is_given(world) -> None:
    colleague = make_member(Role.OFFICE, world.office.organisation)
    paper = approved(actions.begin("feedback", world.participations[0], by=world.office), world, colleague)
    with pytest.raises(NotNow, match="letterhead"):
        actions.issue(paper, by=world.office)
    with pytest.raises(Invalid, match="no code"):
        actions.set_letterhead(
            letterhead_of(world.office.organisation), by=world.office, mark="", code="测督〔", printed_by=""
        )


def test_what_only_a_person_can_write_must_be_written(world, colleague) -> None:
    make_finding(world, 0, state="confirmed")
    report = actions.begin("city_report", world.campaign, by=world.office)
    with pytest.raises(Invalid) as refused:
        actions.submit(report, by=world.office)
    assert len(refused.value.faults) == 2 and all("【由督察办补充】" in fault for fault in refused.value.faults)
    for at, block in enumerate(report.document.blocks):
        if "【由督察办补充】" in getattr(block, "text", ""):
            actions.edit_part(report, by=world.office, at=at, text=block.text.replace("【由督察办补充】", "加强培训。"))
    actions.submit(report, by=world.office)
    assert report.state == "submitted"


def test_what_nobody_touched_keeps_its_records(world, colleague) -> None:
    finding = make_finding(world, 0, state="handed_over", title="公示超期")
    paper = actions.begin("feedback", world.participations[0], by=world.office)
    at, block = next(
        (at, block)
        for at, block in enumerate(paper.document.blocks)
        if isinstance(block, gongwen.Paragraph) and "公示超期" in block.text
    )
    actions.edit_part(paper, by=world.office, at=at, text=f"经查，{block.text}\n另一段话。")
    first, second = paper.document.blocks[at : at + 2]
    assert [(s.text, s.sources) for s in first.sentences] == [
        ("经查，", ()),
        (block.text, (f"finding:{finding.public_id}",)),
    ]
    assert second.text == "另一段话。" and second.level == block.level and second.sentences[0].sources == ()
    actions.edit_part(paper, by=world.office, at=at, text=" \n ")
    assert paper.document.blocks[at].text == "另一段话。"


def test_every_version_stays_with_who_changed_what(world, colleague, feedback) -> None:
    before = feedback.document.blocks[0].text
    actions.edit_part(feedback, by=colleague, at=0, text="新的开头。")
    actions.renew(feedback, by=world.office)
    actions.restore(feedback.versions.get(number=2), by=world.office)
    newest, renewed, edited, first = versions(feedback)
    assert edited.changes == [(before, "新的开头。")] and edited.version.by == colleague
    assert renewed.changes == [("新的开头。", before)] and newest.changes == [(before, "新的开头。")]
    assert first.changes == [] and [v.version.how for v in (first, edited, renewed, newest)] == [
        *("written", "edited", "renewed", "restored")
    ]


def test_a_checked_paper_is_changed_no_more_and_a_returned_one_is(world, colleague, feedback) -> None:
    actions.submit(feedback, by=world.office)
    with pytest.raises(NotNow, match="draft"):
        actions.edit_part(feedback, by=world.office, at=0, text="偷偷改。")
    actions.check(feedback, by=colleague)
    actions.decline(feedback, by=world.leader, reason="语气过重")
    actions.edit_part(feedback, by=world.office, at=0, text="语气轻些。")
    actions.submit(feedback, by=world.office)
    assert feedback.checked_by is None and feedback.state == "submitted"


def test_of_one_thing_one_draft_is_under_way(world, colleague, feedback) -> None:
    with pytest.raises(Conflict, match="under way"):
        actions.begin("feedback", world.participations[0], by=colleague)
    actions.begin("feedback", world.participations[1], by=colleague)


def test_a_measure_is_issued_by_its_paper(world, colleague) -> None:
    finding = make_finding(world, 0, state="acknowledged")
    measure = accountability.propose(
        world.participations[0], by=world.office, kind="listed_supervision", reason="长期不改", findings=[finding]
    )
    with pytest.raises(NotNow, match="not approved"):
        actions.begin("listed_supervision", measure, by=world.office)
    accountability.approve(measure, by=world.leader)
    with pytest.raises(Invalid, match="another kind"):
        actions.begin("commendation", measure, by=world.office)
    due = world.moment.date().replace(month=12)
    paper = actions.begin("listed_supervision", measure, by=world.office, answer_due_on=due)
    assert "于2019年12月4日前" in "".join(block.text for block in paper.document.blocks)
    actions.issue(approved(paper, world, colleague), by=world.office)
    measure.refresh_from_db()
    assert (measure.state, measure.document_number, measure.due_on) == ("issued", "测督〔2019〕1号", due)


def test_criticism_goes_to_all_units_and_each_acknowledges_for_itself(world, colleague) -> None:
    finding = make_finding(world, 0, state="acknowledged")
    measure = accountability.propose(
        world.participations[0], by=world.office, kind="circulated_criticism", reason="弄虚作假", findings=[finding]
    )
    accountability.approve(measure, by=world.leader)
    paper = issued("circulated_criticism", measure, world, colleague)
    assert paper.deliveries.count() == 3
    actions.acknowledge(paper, by=world.liaisons[1])
    first = actions.acknowledge(paper, by=world.heads[1])
    assert first.acknowledged_by == world.liaisons[1] and paper.deliveries.filter(acknowledged_at=None).count() == 2
    stranger = make_member(Role.LIAISON, make_member(Role.LIAISON, world.office.organisation).organisation)
    with pytest.raises(NotAllowed, match="not delivered"):
        actions.acknowledge(paper, by=stranger)


def test_of_an_unannounced_visit_the_team_notice_says_nothing(world, colleague) -> None:
    for announced, purpose in ((True, "听取汇报"), (False, "暗访窗口")):
        who = {"by": world.teamleads[0], "announced": announced, "starts_at": world.moment}
        fieldwork.plan_visit(world.participations[0], purpose=purpose, **who)
    document = actions.begin("team_notice", world.teams[0], by=world.office).document
    said = repr(document)
    assert "听取汇报" in said and "暗访" not in said


def test_on_the_page_a_person_writes_checks_approves_issues_and_acknowledges(world, colleague) -> None:
    make_finding(world, 0, state="handed_over", title="公示超期")
    office = client_of(world.office)
    assert (
        "反馈" in posted(office, "/papers/new?kind=feedback", about=world.participations[0].public_id).content.decode()
    )
    paper = Paper.objects.get()
    shown = posted(office, f"/papers/{paper.public_id}/part?at=0", text="改过的开头。").content.decode()
    assert "改过的开头。" in shown
    for client, verb in (
        (office, "submit"),
        (client_of(colleague), "check"),
        (client_of(world.leader), "approve"),
        (office, "issue"),
        (client_of(world.liaisons[0]), "acknowledge"),
    ):
        answer = posted(client, f"/papers/{paper.public_id}/{verb}")
        assert answer.status_code == 200, verb
    paper.refresh_from_db()
    assert paper.number == "测督〔2019〕1号" and paper.deliveries.get().acknowledged_by == world.liaisons[0]
    unit = client_of(world.liaisons[0])
    answer = unit.get(f"/papers/{paper.public_id}/file")
    assert b"".join(answer.streaming_content) == path_of(paper).read_bytes()
    # Who got a paper reads its words; the records behind them are not all theirs.
    assert 'class="said"' not in unit.get(f"/papers/{paper.public_id}").content.decode()
    assert 'class="said"' in office.get(f"/papers/{paper.public_id}").content.decode()


def test_two_who_edit_at_once_see_both_texts(world, colleague, feedback) -> None:
    mine, theirs = client_of(world.office), client_of(colleague)
    url = f"/papers/{feedback.public_id}/part?at=0"
    form = mine.get(url).context["form"]
    posted(theirs, url, text="他们的话。")
    late = mine.post(
        url, {"version": form["version"].value(), "operation": form["operation"].value(), "text": "我的话。"}
    )
    assert late.status_code == 409
    assert "他们的话。" in late.content.decode() and "我的话。" in late.content.decode()


def test_a_very_long_title_is_whole_in_the_paper_and_short_in_lists(world, colleague, feedback) -> None:
    title = "关于" + "非常" * 140 + "的通知"
    head = {"recipients": ("某局",), "signed_by": ("督察办",), "copies_to": ()}
    actions.edit_head(feedback, by=world.office, title=title, **head)
    assert feedback.document.title == title and len(feedback.title) == 200 and feedback.title.endswith("…")


def test_what_stands_in_a_table_is_the_records_and_not_edited(world, colleague, feedback) -> None:
    client = client_of(world.office)
    for at in ("99", "-1", "x", "1e3"):
        assert client.get(f"/papers/{feedback.public_id}/part?at={at}").status_code == 404
    with pytest.raises(Invalid, match="no part"):
        actions.edit_part(feedback, by=world.office, at=99, text="x")
