"""The reading is a proposal: the office puts right what was read, and after the launch amends with a reason."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from factories import PLAN, launch

from ducha.apps.campaigns import actions, queries
from ducha.apps.campaigns.models import Threshold
from ducha.domain.errors import Invalid


@pytest.fixture
def office(draft) -> Client:
    client = Client()
    client.force_login(draft.office.person)
    return client


def send(client: Client, name: str, subject, **entered):
    """Open the page of a verb, fill in what is given over what it shows, and send it."""
    url = reverse(name, args=[subject])
    form = client.get(url).context["form"]
    shown = {field.name: field.value() for field in form if field.value() is not None}
    return client.post(url, {**shown, **entered})


def faults(answer) -> str:
    assert answer.status_code in (409, 422)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def codes(draft) -> list[str]:
    return list(draft.campaign.points.filter(removed_at=None).values_list("code", flat=True))


def test_a_missed_point_is_added_in_its_place_and_its_numbers_are_read(draft, office):
    for number in range(4, 12):
        answer = send(
            office, "campaigns:add_point", draft.campaign, code=f"1.{number}", text=f"第{number}项不低于 90%。"
        )
        assert answer.status_code == 302
    assert codes(draft) == [f"1.{number}" for number in range(1, 12)]
    (threshold,) = draft.point("1.10").thresholds.all()
    assert (threshold.comparator, threshold.value, threshold.unit) == (">=", "90", "%")


def test_a_code_that_is_taken_or_belongs_to_no_area_is_refused(draft, office):
    assert "taken by another point" in faults(send(office, "campaigns:add_point", draft.campaign, code="1.1", text="x"))
    assert "Add the area first" in faults(send(office, "campaigns:add_point", draft.campaign, code="2.1", text="x"))
    assert send(office, "campaigns:add_point", draft.campaign, code="甲", text="x").status_code == 422
    assert codes(draft) == ["1.1", "1.2", "1.3"]


def test_a_point_moves_to_another_area_by_its_code(draft, office):
    assert send(office, "campaigns:add_area", draft.campaign, title="第一责任人").status_code == 302
    send(office, "campaigns:correct_point", draft.point("1.3"), code="2.1")
    assert draft.point("2.1").area.title == "第一责任人"
    assert codes(draft) == ["1.1", "1.2", "2.1"]
    assert "taken by another area" in faults(send(office, "campaigns:add_area", draft.campaign, code="2", title="再一"))


def test_an_area_is_retitled(draft, office):
    send(office, "campaigns:correct_area", draft.campaign.areas.get(), title="依法履行职能")
    assert draft.campaign.areas.get().title == "依法履行职能"


def test_a_new_text_loses_the_numbers_it_no_longer_has_and_gains_those_it_has(draft, office):
    send(
        office, "campaigns:correct_point", draft.point("1.2"), text="网上可办率不低于 95%，办理时间不超过 3 个工作日；"
    )
    point = draft.point("1.2")
    standing = point.thresholds.filter(removed_at=None)
    assert [(t.value, t.unit) for t in standing] == [("95", "%"), ("3", "工作日")]
    assert [point.text[t.span_start : t.span_end] for t in standing] == [t.phrase for t in standing]
    assert point.thresholds.exclude(removed_at=None).get().value == "80"


def test_a_number_that_a_person_took_away_does_not_come_back_with_the_next_correction(draft, office):
    send(office, "campaigns:remove_threshold", draft.point("1.2").thresholds.get())
    send(office, "campaigns:correct_point", draft.point("1.2"), text="政务服务事项网上可办率不低于 80%。")
    assert not draft.point("1.2").thresholds.filter(removed_at=None).exists()
    assert "≥ 80 %" not in office.get(reverse("campaigns:campaign", args=[draft.campaign])).content.decode()


def test_a_number_is_corrected_and_added_by_the_words_it_stands_in(draft, office):
    threshold = draft.point("1.1").thresholds.get()
    send(office, "campaigns:correct_threshold", threshold, value="5", quantity="公开期限")
    threshold.refresh_from_db()
    assert (threshold.value, threshold.quantity) == ("5", "公开期限")
    asked = {"phrase": "第一责任人职责", "quantity": "职责", "comparator": ">=", "value": "1", "unit": "次"}
    assert send(office, "campaigns:add_threshold", draft.point("1.3"), **asked).status_code == 302
    assert draft.point("1.3").thresholds.get().span_start == draft.point("1.3").text.index("第一责任人职责")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"phrase": "不在其中"}, "does not stand in the text of the point"),
        ({"value": "八成"}, "Write the value as a number"),
        ({"value": "1301", "unit": "date"}, "four digits, month and day"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(draft, office, wrong, sentence):
    answer = send(office, "campaigns:correct_threshold", draft.point("1.1").thresholds.get(), **wrong)
    assert sentence in faults(answer)
    assert Threshold.objects.filter(value="7").exists()


def test_a_point_left_out_keeps_its_reason_and_can_be_taken_in_again(draft, office):
    send(office, "campaigns:remove_point", draft.point("1.3"), reason="本年不督察")
    assert codes(draft) == ["1.1", "1.2"]
    assert "本年不督察" in office.get(reverse("campaigns:campaign", args=[draft.campaign])).content.decode()
    send(office, "campaigns:restore_point", draft.point("1.3"))
    assert codes(draft) == ["1.1", "1.2", "1.3"]


def test_a_point_is_not_taken_in_again_under_a_code_that_another_has_now(draft, office):
    left_out = draft.point("1.3")
    send(office, "campaigns:remove_point", left_out, reason="重编")
    send(office, "campaigns:correct_point", draft.point("1.2"), code="1.3")
    assert "taken by another point" in faults(send(office, "campaigns:restore_point", left_out))


def test_after_the_launch_nothing_is_corrected_any_more(draft, office):
    launch(draft, draft.office.organisation)
    for name, subject, entered in (
        ("campaigns:add_area", draft.campaign, {"title": "x"}),
        ("campaigns:correct_area", draft.campaign.areas.get(), {}),
        ("campaigns:add_point", draft.campaign, {"code": "1.9", "text": "x"}),
        ("campaigns:correct_point", draft.point(), {}),
        ("campaigns:remove_point", draft.point(), {"reason": "x"}),
        ("campaigns:restore_point", draft.point(), {}),
        ("campaigns:remove_threshold", Threshold.objects.first(), {}),
        ("campaigns:correct_threshold", Threshold.objects.first(), {}),
    ):
        assert "Amend it with a reason" in faults(send(office, name, subject, **entered)), name


def test_an_amended_point_is_a_new_version_and_every_unit_reads_both_texts(draft, office):
    launch(draft, draft.office.organisation)
    before = draft.point("1.2").text
    answer = send(office, "campaigns:amend_point", draft.point("1.2"), text="网上可办率不低于 90%。", reason="上级调整")
    assert answer.status_code == 302
    draft.campaign.refresh_from_db()
    assert draft.campaign.catalogue_version == 2
    for member in (*draft.liaisons, *draft.heads):
        client = Client()
        client.force_login(member.person)
        inbox = client.get(reverse("notices:inbox")).content.decode()
        assert before in inbox and "网上可办率不低于 90%。" in inbox and "上级调整" in inbox


def test_an_amendment_that_changes_nothing_or_comes_before_the_launch_is_refused(draft, office):
    text = "新的要求。"
    assert "simply corrected" in faults(send(office, "campaigns:amend_point", draft.point(), text=text, reason="x"))
    launch(draft, draft.office.organisation)
    assert "same as before" in faults(send(office, "campaigns:amend_point", draft.point(), reason="x"))


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "shown"), [("24时前", "2019-11-08 23:59"), ("下午5时前", "2019-11-08 17:00")])
def test_the_hour_of_a_stage_is_that_of_the_plan(draft, words, shown):
    plan = PLAN.replace("11月8日17:30前", f"11月8日{words}")
    campaign = actions.create_from_plan("方案.txt", plan.encode(), by=draft.office)
    stage = campaign.stages.get(kind="self_inspection")
    assert timezone.localtime(stage.due_at).strftime("%Y-%m-%d %H:%M") == shown and stage.hour_confirmed


def standing(point) -> list[tuple[str, str]]:
    return [(t.value, point.text[t.span_start : t.span_end]) for t in point.thresholds.filter(removed_at=None)]


TWO = "第一项不低于 90%；第二项不超过 3 个工作日，第三项不低于 90%。"


def test_a_point_is_split_at_empty_lines_and_its_numbers_go_with_their_words(draft, office):
    send(office, "campaigns:correct_point", draft.point("1.2"), text=TWO)
    send(
        office,
        "campaigns:split_point",
        draft.point("1.2"),
        pieces="第一项不低于 90%；\n\n第二项不超过 3 个工作日，\n\n第三项不低于 90%。",
    )
    assert codes(draft) == ["1.1", "1.2.1", "1.2.2", "1.2.3", "1.3"]
    assert standing(draft.point("1.2.1")) == [("90", "不低于 90%")]
    assert standing(draft.point("1.2.2")) == [("3", "不超过 3 个工作日")]
    assert standing(draft.point("1.2.3")) == [("90", "不低于 90%")]
    assert {draft.point(f"1.2.{n}").first_line for n in (1, 2, 3)} == {6}


def test_a_corrected_number_keeps_its_correction_through_a_split(draft, office):
    send(office, "campaigns:correct_point", draft.point("1.2"), text=TWO)
    number = draft.point("1.2").thresholds.filter(removed_at=None).last()
    send(office, "campaigns:correct_threshold", number, value="95", quantity="第三项")
    send(
        office,
        "campaigns:split_point",
        draft.point("1.2"),
        pieces="第一项不低于 90%；第二项不超过 3 个工作日，\n\n第三项不低于 90%。",
    )
    assert standing(draft.point("1.2.2")) == [("95", "不低于 90%")]


@pytest.mark.parametrize(
    "pieces", ["只有一段", "政务服务事项\n\n丢了字", "政务服务事项网上可办率不低于 80%；\n\n添了字"]
)
def test_a_split_that_loses_or_adds_a_word_is_refused(draft, office, pieces):
    told = faults(send(office, "campaigns:split_point", draft.point("1.2"), pieces=pieces))
    assert "not the whole text" in told or "each needs some words" in told
    assert codes(draft) == ["1.1", "1.2", "1.3"]


def test_points_are_merged_in_the_order_of_the_plan_and_keep_all_their_numbers(draft, office):
    first, second = draft.point("1.1"), draft.point("1.2")
    text = f"{first.text}\n{second.text}"
    send(office, "campaigns:merge_points", second, others=[first.public_id])
    assert codes(draft) == ["1.2", "1.3"]
    merged = draft.point("1.2")
    assert merged.text == text
    assert standing(merged) == [("7", "7 个工作日内"), ("80", "不低于 80%")]
    assert (merged.first_line, merged.last_line) == (5, 6)
    first.refresh_from_db()
    assert first.removed_because == "Merged into “1.2”."


def test_only_points_of_the_same_area_that_stand_can_be_merged(draft, office):
    left_out = draft.point("1.3")
    send(office, "campaigns:remove_point", left_out, reason="x")
    answer = send(office, "campaigns:merge_points", draft.point("1.1"), others=[left_out.public_id])
    assert answer.status_code == 422 and codes(draft) == ["1.1", "1.2"]


def test_a_point_is_put_back_as_it_was_read_and_its_pieces_go(draft, office):
    read = draft.point("1.2").text
    send(office, "campaigns:split_point", draft.point("1.2"), pieces="政务服务事项\n\n网上可办率不低于 80%；")
    send(office, "campaigns:put_back", draft.point("1.2.1"))
    assert codes(draft) == ["1.1", "1.2", "1.3"]
    assert draft.point("1.2").text == read and standing(draft.point("1.2")) == [("80", "不低于 80%")]


def test_a_point_that_a_person_added_has_no_reading_to_go_back_to(draft, office):
    send(office, "campaigns:add_point", draft.campaign, code="1.9", text="人工增列")
    assert "no reading of it" in faults(send(office, "campaigns:put_back", draft.point("1.9")))


def test_a_part_is_left_out_as_a_whole_and_taken_in_again(draft, office):
    area = draft.campaign.areas.get()
    send(office, "campaigns:leave_out_area", area, reason="本年不督察此项")
    assert codes(draft) == []
    send(office, "campaigns:take_in_area", area)
    assert codes(draft) == ["1.1", "1.2", "1.3"]


def test_a_heading_below_an_area_is_kept_retitled_and_left_out_with_its_points(draft, office):
    text = PLAN.replace("1.行政许可、", "1.执法公示情况\n（1）公示及时；\n（2）公示准确；\n2.行政许可、").replace(
        "2.政务服务", "3.政务服务"
    )
    campaign = actions.create_from_plan("方案.txt", text.replace("3.党政", "4.党政").encode(), by=draft.office)
    heading = campaign.headings.get()
    assert (heading.code, heading.title, heading.first_line) == ("1.1", "执法公示情况", 5)
    send(office, "campaigns:correct_heading", heading, title="执法公示")
    send(office, "campaigns:leave_out_heading", heading, reason="另行检查")
    heading.refresh_from_db()
    assert heading.title == "执法公示"
    assert [p.code for p in campaign.points.filter(removed_at=None)] == ["1.2", "1.3", "1.4"]


def test_a_point_applies_to_the_units_that_are_chosen(draft, office):
    first, second = draft.participations
    send(office, "campaigns:choose_units", draft.point("1.3"), participations=[second.public_id])
    assert [p.code for p in queries.points_of(first)] == ["1.1", "1.2"]
    assert [p.code for p in queries.points_of(second)] == ["1.1", "1.2", "1.3"]
    send(office, "campaigns:choose_units", draft.point("1.3"), participations=[first.public_id, second.public_id])
    assert [p.code for p in queries.points_of(first)] == ["1.1", "1.2", "1.3"]


def test_a_number_is_bound_to_the_rule_that_computes_it_and_can_be_bound_to_none(draft, office):
    number = draft.point("1.1").thresholds.get()
    assert (number.rule, draft.point("1.2").thresholds.get().rule) == ("penalty_licence_published", "items_online")
    send(office, "campaigns:correct_threshold", number, rule="")
    number.refresh_from_db()
    assert number.rule == ""
    assert send(office, "campaigns:correct_threshold", number, rule="invented").status_code == 422


def test_a_stage_that_was_not_read_is_added_once(draft, office):
    entered = {"kind": "acceptance", "title": "验收", "starts_on": "2019-11-21", "due_at": "2019-11-29T17:30"}
    assert send(office, "campaigns:add_stage", draft.campaign, **entered).status_code == 302
    stage = draft.campaign.stages.get(kind="acceptance")
    assert stage.hour_confirmed and stage.position == 3
    assert "a stage of this kind already" in faults(send(office, "campaigns:add_stage", draft.campaign, **entered))
    wrong = {**entered, "starts_on": "2019-12-01"}
    stage_free = actions.create_from_plan("方案.txt", PLAN.encode(), by=draft.office)
    assert "before it starts" in faults(send(office, "campaigns:add_stage", stage_free, **wrong))


def test_doubtful_places_stand_first_and_a_person_settles_them(draft, office):
    page = reverse("campaigns:campaign", args=[draft.campaign])
    shown = office.get(page).content.decode()
    assert shown.index("Doubtful places") < shown.index('id="document"')
    doubt = draft.campaign.doubts.first()
    send(office, "campaigns:settle_doubt", doubt)
    doubt.refresh_from_db()
    assert doubt.settled_by == draft.office
    assert doubt not in office.get(page).context["doubts"]
    send(office, "campaigns:reopen_doubt", doubt)
    assert doubt in office.get(page).context["doubts"]


def test_what_was_put_right_is_no_doubt_any_more(draft, office):
    plan = PLAN.replace("11月8日17:30前", "11月8日下班前")
    campaign = actions.create_from_plan("方案.txt", plan.encode(), by=draft.office)
    words = [d.params.get("words") for d in campaign.doubts.filter(settled_at=None)]
    assert "下班前" in words
    send(office, "campaigns:correct_stage", campaign.stages.get(kind="self_inspection"))
    assert not campaign.doubts.filter(settled_at=None, params__words="下班前").exists()


def test_all_doubts_of_one_kind_are_settled_together(draft, office):
    table = "序号\t任务内容\t责任单位\n" + "\n".join(
        f"{n}\t完成第{n}项\t{'县局' if n == 1 else ''}" for n in range(1, 6)
    )
    campaign = actions.create_from_plan("任务.txt", f"任务分解表\n{table}".encode(), by=draft.office)
    inherited = campaign.doubts.filter(text__startswith="The row names no body")
    assert inherited.count() == 4
    send(office, "campaigns:settle_like", inherited.first())
    assert not inherited.filter(settled_at=None).exists()


def test_lines_of_the_document_become_a_point_with_the_next_free_code(draft, office):
    url = reverse("campaigns:add_point", args=[draft.campaign]) + "?lines=2"
    form = office.get(url).context["form"]
    shown = {field.name: field.value() for field in form if field.value() is not None}
    assert shown["text"] == draft.campaign.plan.lines[1]
    assert office.post(url, {**shown, "code": "1.4"}).status_code == 302
    assert draft.point("1.4").first_line == 2
    for nonsense in ("999", "0", "x", "3-", "-", "²"):
        assert office.get(url.replace("lines=2", f"lines={nonsense}")).status_code == 200


def test_everything_that_is_known_of_a_point_can_be_put_right(draft, office):
    known = {
        "responsible": "市司法局、 市财政局",
        "score": "2.5",
        "sources": "执法台账",
        "due_from": "",
        "due_until": "2019-11",
    }
    send(office, "campaigns:correct_point", draft.point("1.3"), **known)
    point = draft.point("1.3")
    assert (point.responsible, point.score, point.due_until) == (["市司法局", "市财政局"], "2.5", "2019-11")
    shown = office.get(reverse("campaigns:point", args=[point])).content.decode()
    assert "市司法局、市财政局" in shown and "执法台账" in shown
    assert send(office, "campaigns:correct_point", point, due_until="明年").status_code == 422


def test_the_search_shows_points_with_the_words_and_what_they_are_in(draft, office):
    page = reverse("campaigns:campaign", args=[draft.campaign])
    found = office.get(page + "?q=可办率 80%").context["branches"]
    assert [(b.kind, b.row.code) for b in found] == [("area", "1"), ("point", "1.2")]
    assert "No point has these words" in office.get(page + "?q=没有的词").content.decode()


def test_units_read_the_plan_beside_its_points_but_no_doubts_and_no_verbs(draft, office):
    launch(draft, draft.office.organisation)
    client = Client()
    client.force_login(draft.liaisons[0].person)
    shown = client.get(reverse("campaigns:campaign", args=[draft.campaign])).content.decode()
    assert "7 个工作日" in shown and "Doubtful" not in shown and "/correct" not in shown


def test_an_amendment_shows_each_unit_exactly_what_changed(draft, office):
    launch(draft, draft.office.organisation)
    send(
        office,
        "campaigns:amend_point",
        draft.point("1.2"),
        text="政务服务事项网上可办率不低于 90%；",
        reason="上级调整",
    )
    client = Client()
    client.force_login(draft.heads[1].person)
    notice = draft.heads[1].notices.first()
    shown = client.get(notice.url).content.decode()
    assert "<del>80%</del><ins>90%</ins>" in shown and "上级调整" in shown
    liaison = Client()
    liaison.force_login(draft.liaisons[1].person)
    answer = reverse("selfassessment:answer", args=[draft.assessment(1), draft.point("1.2")])
    assert notice.url in liaison.get(answer).content.decode()
    assert notice.url in client.get(reverse("campaigns:point", args=[draft.point("1.2")])).content.decode()


def test_a_part_that_the_reading_did_not_take_is_inspected_as_an_area_of_its_own(draft, office):
    text = (
        PLAN + "三、工作要求\n（一）加强领导。各单位每季度至少研究1次。\n（二）严格纪律。\n1.不得迟到；\n2.不得泄密。\n"
    )
    campaign = actions.create_from_plan("方案.txt", text.encode(), by=draft.office)
    url = reverse("campaigns:inspect_part", args=[campaign])
    choices = office.get(url).context["form"].fields["line"].choices
    line = next(line for line, label in choices if label.startswith("三、"))
    assert not any("督察内容" in label for _line, label in choices)
    assert send(office, "campaigns:inspect_part", campaign, line=line).status_code == 302
    added = campaign.points.filter(area__title="工作要求", removed_at=None)
    assert [point.code for point in added] == ["2.1", "2.2.1", "2.2.2"]
    assert added[0].thresholds.get().value == "1" and added[0].first_line == line + 1
    assert campaign.headings.get().code == "2.2"
    with pytest.raises(Invalid, match="inspected already"):
        actions.inspect_part(campaign, by=draft.office, line=line)
    with pytest.raises(Invalid, match="No part"):
        actions.inspect_part(campaign, by=draft.office, line=2)
