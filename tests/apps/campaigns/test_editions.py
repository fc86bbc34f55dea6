"""A newer edition is read over a draft: corrections that still fit are kept, the rest is listed among the doubts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from factories import PLAN, launch

from ducha.apps.campaigns import actions
from ducha.domain.errors import NotNow


def read(draft, text: str) -> None:
    actions.read_edition(draft.campaign, "新版.txt", text.encode(), by=draft.office)
    draft.campaign.refresh_from_db()


def standing(draft) -> dict[str, str]:
    return {point.code: point.text for point in draft.campaign.points.filter(removed_at=None)}


def listed(draft) -> str:
    return " ".join(d.text % d.params for d in draft.campaign.doubts.filter(settled_at=None))


def test_unchanged_points_stay_the_same_rows_and_changed_words_are_taken(draft):
    first, second = draft.point("1.1"), draft.point("1.2")
    read(draft, PLAN.replace("80%", "90%"))
    assert draft.point("1.1").pk == first.pk and draft.point("1.1").version >= first.version
    assert draft.point("1.2").pk == second.pk and "90%" in draft.point("1.2").text
    assert [t.value for t in draft.point("1.2").thresholds.filter(removed_at=None)] == ["90"]


def test_a_correction_of_unchanged_words_is_kept(draft):
    number = draft.point("1.1").thresholds.get()
    actions.correct_threshold(
        number, by=draft.office, phrase=number.phrase, quantity="公开期限", comparator="<=", value="5", unit="工作日"
    )
    actions.correct_point(draft.point("1.3"), by=draft.office, code="1.3", text="第一责任人职责；")
    actions.correct_area(draft.campaign.areas.get(), by=draft.office, title="依法履职")
    read(draft, PLAN.replace("80%", "90%"))
    assert standing(draft)["1.3"] == "第一责任人职责；"
    assert [t.value for t in draft.point("1.1").thresholds.filter(removed_at=None)] == ["5"]
    assert draft.campaign.areas.get().title == "依法履职"


def test_a_correction_of_words_that_changed_gives_way_and_is_listed(draft):
    actions.correct_point(draft.point("1.2"), by=draft.office, code="1.2", text="可办率不低于 85%。")
    read(draft, PLAN.replace("80%", "90%"))
    assert standing(draft)["1.2"] == "政务服务事项网上可办率不低于 90%；"
    assert "1.2, which you had corrected, has other words now" in listed(draft) and "可办率不低于 85%。" in listed(
        draft
    )


def test_a_point_left_out_stays_out_and_is_listed_where_its_words_changed(draft):
    actions.remove_point(draft.point("1.1"), by=draft.office, reason="本年不督察")
    actions.remove_point(draft.point("1.2"), by=draft.office, reason="另行检查")
    read(draft, PLAN.replace("80%", "90%"))
    assert list(standing(draft)) == ["1.3"]
    assert "1.2 was left out (另行检查)" in listed(draft) and "1.1 was left out" not in listed(draft)


def test_new_points_come_and_points_that_are_gone_go(draft):
    text = PLAN.replace("1.行政许可、行政处罚的决定信息在决定作出之日起 7 个工作日内公开；\n", "")
    text = (
        text.replace("2.政务", "1.政务")
        .replace("3.党政", "2.党政")
        .replace("的情况。\n二", "的情况；\n3.重大决策听证。\n二")
    )
    kept = draft.point("1.2").pk
    read(draft, text)
    assert standing(draft) == {
        "1.1": "政务服务事项网上可办率不低于 80%；",
        "1.2": "党政主要负责人履行第一责任人职责的情况；",
        "1.3": "重大决策听证。",
    }
    assert draft.campaign.points.get(code="1.1", removed_at=None).pk == kept
    assert draft.campaign.points.exclude(removed_at=None).get().removed_because == "Not in the new edition."


def test_a_point_that_a_person_added_makes_way_for_a_new_one_with_its_code(draft):
    actions.add_point(draft.campaign, by=draft.office, code="1.4", text="人工增列。")
    read(draft, PLAN.replace("的情况。\n二", "的情况；\n4.重大决策听证。\n二"))
    assert standing(draft)["1.4"] == "重大决策听证。" and standing(draft)["1.5"] == "人工增列。"
    assert "is “1.5” now" in listed(draft)


def test_a_split_is_kept_while_the_words_are_the_same(draft):
    pieces = ["政务服务事项", "网上可办率不低于 80%；"]
    actions.split_point(draft.point("1.2"), by=draft.office, pieces=pieces)
    read(draft, PLAN.replace("7 个工作日", "5 个工作日"))
    assert list(standing(draft)) == ["1.1", "1.2.1", "1.2.2", "1.3"]
    read(draft, PLAN.replace("80%", "90%"))
    assert list(standing(draft)) == ["1.1", "1.2.1", "1.3"]
    assert standing(draft)["1.2.1"] == "政务服务事项网上可办率不低于 90%；"


def test_a_merge_is_kept_while_the_words_are_the_same(draft):
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[draft.point("1.2")])
    read(draft, PLAN.replace("第一责任人职责", "第一责任人的职责"))
    assert list(standing(draft)) == ["1.1", "1.3"]


def test_dates_that_a_person_set_stay_unless_the_plan_moved_them(draft):
    kinds = ("self_inspection", "rectification")
    own = {kind: draft.campaign.stages.get(kind=kind) for kind in kinds}
    for stage in own.values():
        actions.correct_stage(stage, by=draft.office, title=stage.title, starts_on=None, due_at=stage.due_at)
    before = own["self_inspection"].due_at
    read(draft, PLAN.replace("11 月 20 日", "11 月 22 日"))
    assert draft.campaign.stages.get(kind="self_inspection").due_at == before
    moved = draft.campaign.stages.get(kind="rectification")
    assert moved.due_at.day == 22 and "You had dated “集中整改阶段”" in listed(draft)


def test_a_doubt_that_was_settled_does_not_come_back(draft):
    (settled,) = [d for d in draft.campaign.doubts.all() if "year" in d.text]
    actions.settle_doubt(settled, by=draft.office)
    read(draft, PLAN.replace("80%", "90%"))
    assert "carries a year" not in listed(draft)


def test_the_same_document_a_launched_campaign_and_one_without_a_document_take_no_edition(draft):
    with pytest.raises(NotNow, match="very document"):
        read(draft, PLAN)
    launch(draft, draft.office.organisation)
    with pytest.raises(NotNow, match="frozen"):
        read(draft, PLAN + "\n")


def test_a_newer_edition_is_uploaded_on_a_page_of_its_own(draft):
    client = Client()
    client.force_login(draft.office.person)
    url = reverse("campaigns:read_edition", args=[draft.campaign])
    form = client.get(url).context["form"]
    plumbing = {name: form[name].value() for name in ("version", "operation")}
    upload = SimpleUploadedFile("新版.txt", PLAN.replace("80%", "90%").encode())
    answer = client.post(url, {**plumbing, "document": upload}, follow=True)
    assert "Corrections that still fit are kept" in answer.content.decode()
    assert "90%" in draft.point("1.2").text
