"""The pages of ledgers and results, as each reader gets them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from factories import BEFORE, PENALTY_ROWS, deliver, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.findings.models import Finding
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import LedgerFile
from ducha.engines.files.excel import sheet_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


@pytest.fixture(autouse=True)
def no_language_is_left_behind():
    yield
    translation.deactivate()


def page_of(member, name, *args, language="en", **query):
    client = Client(headers={"accept-language": language})
    client.force_login(member.person)
    return client.get(reverse(name, args=args), query)


def post(member, name, *args, query="", **fields):
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.person)
    url = reverse(name, args=args) + query
    shown = client.get(url).context["form"]
    hidden = {field.name: field.value() or "" for field in shown.hidden_fields()}
    return client.post(url, {**hidden, **fields})


def test_the_same_upload_posted_twice_is_one_file(world):
    client = Client()
    client.force_login(world.liaisons[0].person)
    hidden = client.get(reverse("verification:send")).context["form"]["operation"].value()
    for _ in range(2):
        upload = SimpleUploadedFile("处罚.csv", penalty_csv())
        answer = client.post(reverse("verification:send"), {"operation": hidden, "upload": upload})
        assert answer.status_code == 302
    assert LedgerFile.objects.get().state == "taken"


def test_a_file_of_another_type_is_refused_on_the_page(world):
    answer = post(world.liaisons[0], "verification:send", upload=SimpleUploadedFile("a.csv", b"%PDF-1.4"))
    assert answer.status_code == 422 and "really a pdf file" in answer.content.decode()
    assert not LedgerFile.objects.exists()


def test_the_rejected_rows_come_as_a_file_with_reasons_in_the_readers_language(world):
    file = send_ledger(
        world, content=penalty_csv(rows=PENALTY_ROWS.replace("2019-09-02,2019-09-06", "九月,2019-09-06"))
    )
    answer = page_of(world.liaisons[0], "verification:rejects", file, language="zh-hans")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "退回原因" in text and "九月" in text and "处罚决定日期" in text
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_leader_sees_numbers_and_no_rows(world):
    send_ledger(world)
    shown = page_of(world.leader, "verification:result", result_of(world)).content.decode()
    assert "Not met" in shown and "青罚" not in shown and "Violating rows" not in shown
    assert "青罚" not in page_of(world.leader, "verification:matrix").content.decode()


def test_a_unit_explains_through_the_page_and_changes_its_words(world):
    send_ledger(world)
    result = result_of(world)
    place = "?" + queries.rows_of(world.liaisons[0], [result])[0].place
    for text in ("第一次", "第二次"):
        answer = post(world.liaisons[0], "verification:explain", result, query=place, text=text)
        assert answer.status_code == 302
    shown = page_of(world.liaisons[0], "verification:result", result).content.decode()
    assert "第二次" in shown and "第一次" not in shown


def test_a_row_that_no_rule_found_leads_back_to_the_result(world):
    send_ledger(world)
    for name in ("verification:row", "findings:raise_from_row"):
        answer = page_of(world.office, name, result_of(world), source="x", row="7")
        assert answer.status_code == 302


def test_the_office_raises_a_finding_with_the_facts_written(world):
    send_ledger(world)
    result = result_of(world)
    row = queries.rows_of(world.office, [result])[0]
    actions.explain(result, row.violation, by=world.liaisons[0], text="系统切换")
    shown = page_of(
        world.office, "findings:raise_from_row", result, source=row.violation.source, row=row.violation.source_row
    )
    form = shown.context["form"]
    assert row.violation.reason in form["facts"].value() and "系统切换" in form["facts"].value()
    assert form["point"].value() == world.point().public_id
    values = {name: form[name].value() for name in ("point", "title", "facts", "severity", "horizon")}
    answer = post(world.office, "findings:raise_from_row", result, query=f"?{row.place}", **values)
    finding = Finding.objects.get()
    assert answer.url == reverse("findings:finding", args=[finding])
    assert "系统切换" in page_of(world.office, "findings:finding", finding).content.decode()


def test_the_answer_page_asks_for_no_number_that_is_computed(world):
    assessment, point = world.assessment(), world.point()
    before = page_of(world.liaisons[0], "selfassessment:answer", assessment, point)
    assert list(before.context["form"].figure_fields()) and "stays a claim" in before.content.decode()
    send_ledger(world)
    after = page_of(world.liaisons[0], "selfassessment:answer", assessment, point)
    assert not list(after.context["form"].figure_fields()) and "2 / 5 (40.0 %)" in after.content.decode()


def test_what_was_computed_is_sealed_beside_what_was_claimed(world):
    send_ledger(world)
    submission = deliver(world).submissions.get()
    assert '"computed":"2 / 5 (40.0 %)"' in submission.content


def test_matrix_and_contradictions_go_out_as_workbooks(world):
    send_ledger(world)
    deliver(world)
    lines = sheet_lines("x", page_of(world.office, "verification:matrix", format="xlsx").content)
    assert ["Not met", "2 of 5 = 40 %; required = 100 %."] in [line[-2:] for line in lines]
    lines = sheet_lines("x", page_of(world.office, "selfassessment:contradictions", format="xlsx").content)
    assert lines[1][-1] == "2 / 5 (40.0 %)"


def test_opposite_conclusions_stand_before_better_figures_and_are_counted(world):
    for number, conclusion in ((0, "not_met"), (1, "met")):
        send_ledger(world, number)
        deliver(world, number, conclusion=conclusion)
    every = page_of(world.office, "selfassessment:contradictions")
    weights = [c.weight for c in every.context["page"]]
    assert weights == ["opposite", "better_figure"]
    shown = every.content.decode()
    assert 'href="?weight=opposite">Opposite conclusion <b class="num">1</b>' in shown
    assert "Better figure claimed" in shown
    chosen = page_of(world.office, "selfassessment:contradictions", weight="better_figure")
    assert [c.weight for c in chosen.context["page"]] == ["better_figure"]
    assert "weight=better_figure&amp;format=xlsx" in chosen.content.decode()
    lines = sheet_lines(
        "x", page_of(world.office, "selfassessment:contradictions", weight="opposite", format="xlsx").content
    )
    assert [line[3] for line in lines[1:]] == ["Opposite conclusion"]
    assert "1 with the opposite conclusion" in page_of(world.office, "reports:overview").content.decode()


def test_the_matrix_says_which_of_several_numbers_is_used_and_why():
    with clock.at(BEFORE):
        world = make_world(launched=False)
        asked = {
            "quantity": "",
            "comparator": "<=",
            "value": "20",
            "unit": "工作日",
            "rule": "penalty_licence_published",
        }
        before = page_of(world.office, "verification:matrix").content.decode()
        campaigns.add_threshold(world.point("1.3"), by=world.office, phrase="第一责任人", **asked)
    shown = page_of(world.office, "verification:matrix").content.decode()
    for words in (
        "The plan sets several numbers for “Penalties and licences",
        "uses the strictest",
        "≤ 7 工作日",
        "≤ 20",
    ):
        assert words in shown and words not in before


def test_strange_filters_show_the_page_and_no_error(world):
    send_ledger(world)
    for name in (
        "verification:matrix",
        "verification:rows",
        "verification:trend",
        "verification:party",
        "selfassessment:contradictions",
    ):
        for query in (
            {"rule": "'", "unit": "x", "page": "-1"},
            {"ledger": "?", "verdict": "x", "q": "%"},
            {"uscc": "'", "weight": "'"},
        ):
            assert page_of(world.office, name, **query).status_code == 200


def test_a_file_that_breaks_the_reader_is_refused_and_the_worker_goes_on(world, monkeypatch):
    monkeypatch.setattr(actions, "SMALL_BYTES", 10)
    actions.send(BytesIO(penalty_csv()), "坏.csv", by=world.liaisons[0])
    actions.send(BytesIO(penalty_csv(rows=PENALTY_ROWS[:60])), "好.csv", by=world.liaisons[0])
    bad, good = LedgerFile.objects.order_by("id")
    queries.bytes_of(bad).unlink()
    assert actions.work() and actions.work() and not actions.work()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("refused", "taken")
    assert (
        "Tell the system administrator the number"
        in page_of(world.liaisons[0], "verification:ledger_file", bad).content.decode()
    )
