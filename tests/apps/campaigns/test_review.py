"""The reading is a proposal: the office puts right what was read, and after the launch amends with a reason."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from factories import PLAN, launch

from ducha.apps.campaigns import actions
from ducha.apps.campaigns.models import Threshold


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
