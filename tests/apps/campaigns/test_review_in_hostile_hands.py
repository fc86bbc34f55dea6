"""The review of a reading in hostile and clumsy hands: nothing is lost, doubled, or taken without a word."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
import xlsxwriter
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse
from factories import PLAN, launch

from ducha.apps.audit_trail.models import Audited
from ducha.apps.campaigns import actions, exchange, queries
from ducha.apps.campaigns.catalogue import Asked, Catalogue, PlainHeading, PlainPoint
from ducha.apps.campaigns.models import Exclusion, Point
from ducha.domain.errors import Invalid, NotNow

HEAD = "title: 目录\nyear: 2020\nheadings:\n- {code: '1', title: 一}\npoints:\n"
ONE = "- {code: '1.1', text: 甲不超过 7 个}\n"


@pytest.fixture
def office(draft) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(draft.office.person)
    return client


def send(client: Client, name: str, subject, *, query: str = "", **entered):
    url = reverse(name, args=[subject]) + query
    form = client.get(url).context["form"]
    shown = {field.name: field.value() for field in form if field.value() is not None}
    return client.post(url, {**shown, **entered})


def plan(*points: str, head: str = "（一）依法履职情况\n", tail: str = "") -> str:
    """The plan with other points."""
    numbered = "".join(f"{n}.{text}\n" for n, text in enumerate(points, 1))
    before, _head, rest = PLAN.partition("（一）依法履职情况\n")
    return f"{before}{head}{numbered}{tail}{rest[rest.index('二、督察程序') :]}"


def created(draft, *points: str, **more: str):
    return actions.create_from_plan("方案.txt", plan(*points, **more).encode(), by=draft.office)


def point(campaign, code: str) -> Point:
    return campaign.points.get(code=code, removed_at=None)


def standing(campaign) -> dict[str, str]:
    return dict(campaign.points.filter(removed_at=None).values_list("code", "text"))


def numbers(point: Point) -> list[tuple[str, str, int]]:
    """What a point asks for: the value, the words before it, where."""
    found = point.thresholds.filter(removed_at=None).order_by("span_start")
    return [(t.value, point.text[t.span_start : t.span_end], t.span_start) for t in found]


def listed(campaign) -> str:
    return " ".join(d.text % d.params for d in campaign.doubts.filter(settled_at=None))


def correct(draft, point: Point, text: str = "", code: str = "") -> Point:
    return actions.correct_point(point, by=draft.office, code=code or point.code, text=text or point.text)


def edition(draft, campaign, text: str) -> None:
    actions.read_edition(campaign, "新版.txt", text.encode(), by=draft.office)
    campaign.refresh_from_db()


def refused(text: str) -> str:
    """The faults that a YAML catalogue is refused with."""
    with pytest.raises(Invalid) as told:
        exchange.read("a.yaml", text.encode())
    return " ".join(told.value.faults)


def book(**sheets: list[list]) -> bytes:
    target = BytesIO()
    out = xlsxwriter.Workbook(target)
    wanted = {"方案": [["名称", "年度"], ["目录", 2020]], "督察内容": [["编码", "标题"], ["1", "一"]], **sheets}
    for name, rows in wanted.items():
        sheet = out.add_worksheet(name)
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    out.close()
    return target.getvalue()


def too_long() -> list[str]:
    """Values that SQLite takes and PostgreSQL refuses."""
    found = []
    for model in apps.get_app_config("campaigns").get_models():
        if issubclass(model, Audited):
            fields = [f for f in model._meta.concrete_fields if isinstance(f, models.CharField) and f.max_length]
            for row in model.objects.all():
                found += [
                    f"{model.__name__}.{f.name}: {len(str(getattr(row, f.attname)))} > {f.max_length}"
                    for f in fields
                    if len(str(getattr(row, f.attname))) > f.max_length
                ]
    return found


# -- numbers ------------------------------------------------------------------------------------------------


def test_a_number_that_is_amended_from_7_to_17_days_does_not_stay_7(draft):
    launch(draft, draft.office.organisation)
    text = draft.point("1.1").text.replace("7 个工作日", "17 个工作日")
    actions.amend_point(draft.point("1.1"), by=draft.office, text=text, reason="上级调整")
    assert [value for value, _words, _at in numbers(draft.point("1.1"))] == ["17"]


def test_a_newer_edition_that_says_17_days_leaves_no_7_behind(draft):
    edition(draft, draft.campaign, PLAN.replace(" 7 个工作日", " 17 个工作日"))
    assert [value for value, _words, _at in numbers(draft.point("1.1"))] == ["17"]


def test_a_number_that_is_corrected_from_15_to_5_days_is_not_lost(draft):
    campaign = created(draft, "结果在 15 个工作日内公开；", "其他。")
    correct(draft, point(campaign, "1.1"), "结果在 5 个工作日内公开；")
    assert [value for value, _words, _at in numbers(point(campaign, "1.1"))] == ["5"]


def test_two_numbers_of_which_one_ends_like_the_other_stand_each_at_its_own_words(draft):
    campaign = created(draft, "一般事项 15 个工作日内办结；简易事项 5 个工作日内办结；", "其他。")
    actions.split_point(
        point(campaign, "1.1"), by=draft.office, pieces=["一般事项 15 个工作日内办结；", "简易事项 5 个工作日内办结；"]
    )
    found = [[value for value, _words, _at in numbers(point(campaign, code))] for code in ("1.1.1", "1.1.2")]
    assert found == [["15"], ["5"]]


def test_pieces_that_begin_alike_keep_each_its_own_numbers(draft):
    campaign = created(draft, "第 1 款不低于 90%；第 2 款不低于 80%；", "其他。")
    pieces = ["第 1 款不低于 90%；", "第 2 款不低于 80%；"]
    actions.split_point(point(campaign, "1.1"), by=draft.office, pieces=pieces)
    found = [[value for value, _words, _at in numbers(point(campaign, code))] for code in ("1.1.1", "1.1.2")]
    assert found == [["90"], ["80"]]


def test_equal_pieces_keep_each_its_own_number(draft):
    campaign = created(draft, "不少于 5 次；不少于 5 次；", "其他。")
    actions.split_point(point(campaign, "1.1"), by=draft.office, pieces=["不少于 5 次；", "不少于 5 次；"])
    assert [len(numbers(point(campaign, code))) for code in ("1.1.1", "1.1.2")] == [1, 1]


def test_a_piece_over_two_lines_keeps_its_numbers(draft, office):
    plain = Catalogue(
        "目录",
        2020,
        headings=(PlainHeading("1", "一"),),
        points=(
            PlainPoint(
                "1.1",
                "第一项不低于 90%；第二\n项不低于 80%；",
                thresholds=(Asked("不低于 90%", "", ">=", "90", "%"), Asked("不低于 80%", "", ">=", "80", "%")),
            ),
        ),
    )
    campaign = actions.create_from_catalogue("a.yaml", exchange.to_yaml(plain), by=draft.office)
    send(office, "campaigns:split_point", point(campaign, "1.1"), pieces="第一项不低于 90%；\n\n第二\n项不低于 80%；")
    found = [[value for value, _words, _at in numbers(point(campaign, code))] for code in ("1.1.1", "1.1.2")]
    assert found == [["90"], ["80"]]


def test_a_number_does_not_jump_to_another_clause_when_the_text_is_corrected(draft):
    campaign = created(draft, "甲率不低于 80%；乙率不低于 80%；", "其他。")
    actions.remove_threshold(point(campaign, "1.1").thresholds.order_by("span_start").first(), by=draft.office)
    correct(draft, point(campaign, "1.1"), "甲率不低于 80%；乙率不低于 80%。")
    ((_value, _words, at),) = numbers(point(campaign, "1.1"))
    assert point(campaign, "1.1").text[:at].endswith("乙率")


def test_numbers_with_the_same_words_are_not_swapped_after_a_merge(draft):
    campaign = created(draft, "甲率不低于 80%；", "乙率不低于 80%；", "其他。")
    correct(draft, point(campaign, "1.1"), code="1.9")
    merged = actions.merge_points(point(campaign, "1.9"), by=draft.office, others=[point(campaign, "1.2")])
    correct(draft, merged, merged.text + "。")
    for number in point(campaign, "1.9").thresholds.filter(removed_at=None):
        assert point(campaign, "1.9").text[: number.span_start].endswith(number.quantity)


def test_a_second_number_in_the_same_words_is_read_when_a_text_is_corrected(draft):
    campaign = created(draft, "甲率不低于 80%；", "其他。")
    correct(draft, point(campaign, "1.1"), "甲率不低于 80%；乙率不低于 80%；")
    assert len(numbers(point(campaign, "1.1"))) == 2


@pytest.mark.parametrize("name", ["a.yaml", "a.xlsx"])
def test_a_number_stands_where_it_stood_after_export_and_import(draft, name):
    campaign = created(draft, "甲率不低于 80%；乙率不低于 80%；", "其他。")
    actions.remove_threshold(point(campaign, "1.1").thresholds.order_by("span_start").first(), by=draft.office)
    before = numbers(point(campaign, "1.1"))
    write = exchange.to_yaml if name.endswith("yaml") else exchange.to_workbook
    again = actions.create_from_catalogue(name, write(queries.plain_catalogue(campaign)), by=draft.office)
    assert numbers(point(again, "1.1")) == before


# -- words that are doubled or lost -------------------------------------------------------------------------


def test_what_was_merged_does_not_come_back_beside_itself_when_its_part_is_taken_in(draft):
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[draft.point("1.2")])
    area = draft.campaign.areas.get()
    actions.leave_out(area, by=draft.office, reason="本年不督察")
    actions.take_in(area, by=draft.office)
    assert "".join(standing(draft.campaign).values()).count("网上可办率") == 1


def test_a_point_that_was_merged_and_is_taken_in_again_does_not_stand_twice(draft):
    other = draft.point("1.2")
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[other])
    other.refresh_from_db()
    try:
        actions.restore_point(other, by=draft.office)
    except NotNow:
        return
    assert "".join(standing(draft.campaign).values()).count("网上可办率") == 1
    assert len(numbers(point(draft.campaign, "1.2"))) == 1


def test_putting_back_a_merged_point_gives_back_what_it_had_taken_in(draft):
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[draft.point("1.2")])
    actions.put_back(draft.point("1.1"), by=draft.office)
    assert "网上可办率" in "".join(standing(draft.campaign).values())


def test_putting_back_a_split_point_does_not_take_along_what_its_piece_had_taken_in(draft):
    actions.split_point(draft.point("1.2"), by=draft.office, pieces=["政务服务事项", "网上可办率不低于 80%；"])
    actions.merge_points(draft.point("1.2.2"), by=draft.office, others=[draft.point("1.3")])
    actions.put_back(draft.point("1.2.1"), by=draft.office)
    assert "第一责任人" in "".join(standing(draft.campaign).values())


def test_pieces_do_not_come_back_beside_the_whole_when_the_part_is_taken_in(draft):
    actions.split_point(draft.point("1.2"), by=draft.office, pieces=["政务服务事项", "网上可办率不低于 80%；"])
    actions.put_back(draft.point("1.2.1"), by=draft.office)
    actions.remove_point(draft.point("1.3"), by=draft.office, reason="另行检查")
    actions.take_in(draft.campaign.areas.get(), by=draft.office)
    assert "".join(standing(draft.campaign).values()).count("网上可办率") == 1


def test_nothing_is_merged_into_a_point_that_is_left_out(draft, office):
    gone = draft.point("1.1")
    actions.remove_point(gone, by=draft.office, reason="另行检查")
    send(office, "campaigns:merge_points", gone, others=[draft.point("1.2").public_id])
    assert "网上可办率" in "".join(standing(draft.campaign).values())


def test_a_point_that_is_left_out_is_not_split_into_pieces_that_stand(draft, office):
    gone = draft.point("1.2")
    actions.remove_point(gone, by=draft.office, reason="另行检查")
    send(office, "campaigns:split_point", gone, pieces="政务服务事项\n\n网上可办率不低于 80%；")
    assert list(standing(draft.campaign)) == ["1.1", "1.3"]


def test_a_point_that_is_left_out_is_not_amended(draft):
    gone = draft.point("1.1")
    actions.remove_point(gone, by=draft.office, reason="另行检查")
    launch(draft, draft.office.organisation)
    with pytest.raises((NotNow, Invalid)):
        actions.amend_point(gone, by=draft.office, text="新的要求。", reason="上级调整")


def test_the_pieces_of_a_point_apply_to_the_units_of_the_whole(draft):
    first, second = draft.participations
    actions.choose_units(draft.point("1.2"), [second], by=draft.office)
    actions.split_point(draft.point("1.2"), by=draft.office, pieces=["政务服务事项", "网上可办率不低于 80%；"])
    assert [p.code for p in queries.points_of(first)] == ["1.1", "1.3"]
    assert Exclusion.objects.filter(removed_at=None).count() == 2


def test_an_amendment_of_nothing_but_line_ends_is_refused(draft, office):
    plain = Catalogue("目录", 2020, headings=(PlainHeading("1", "一"),), points=(PlainPoint("1.1", "甲\n乙"),))
    draft.campaign = actions.import_catalogue(draft.campaign, "a.yaml", exchange.to_yaml(plain), by=draft.office)
    launch(draft, draft.office.organisation)
    send(office, "campaigns:amend_point", draft.point("1.1"), text="甲\r\n乙", reason="无")
    assert not draft.campaign.amendments.exists()


# -- newer editions -----------------------------------------------------------------------------------------


def test_the_new_words_stand_somewhere_when_the_first_piece_of_a_split_was_left_out(draft):
    actions.split_point(draft.point("1.2"), by=draft.office, pieces=["政务服务事项", "网上可办率不低于 80%；"])
    actions.remove_point(draft.point("1.2.1"), by=draft.office, reason="只是说明")
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    assert "90%" in "".join(standing(draft.campaign).values())


def test_a_point_that_was_left_out_and_imported_again_follows_the_new_edition(draft):
    plain = queries.plain_catalogue(draft.campaign)
    actions.remove_point(draft.point("1.2"), by=draft.office, reason="另行检查")
    actions.import_catalogue(draft.campaign, "a.yaml", exchange.to_yaml(plain), by=draft.office)
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    assert "90%" in "".join(standing(draft.campaign).values())


def test_a_merged_point_whose_words_changed_does_not_swallow_the_other(draft):
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[draft.point("1.2")])
    edition(draft, draft.campaign, PLAN.replace(" 7 个工作日", " 6 个工作日"))
    assert "网上可办率" in "".join(standing(draft.campaign).values())


def test_a_merged_point_that_is_gone_does_not_take_the_other_along(draft):
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[draft.point("1.2")])
    edition(
        draft, draft.campaign, plan("政务服务事项网上可办率不低于 80%；", "党政主要负责人履行第一责任人职责的情况。")
    )
    assert "网上可办率" in "".join(standing(draft.campaign).values())


def test_a_merged_point_follows_when_the_words_of_what_it_took_in_changed(draft):
    actions.merge_points(draft.point("1.1"), by=draft.office, others=[draft.point("1.2")])
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    assert "90%" in "".join(standing(draft.campaign).values()) + listed(draft.campaign)


def test_a_point_left_out_and_changed_comes_back_in_the_words_of_the_new_edition(draft):
    left_out = draft.point("1.2")
    actions.remove_point(left_out, by=draft.office, reason="另行检查")
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    left_out.refresh_from_db()
    actions.restore_point(left_out, by=draft.office)
    assert "90%" in standing(draft.campaign)["1.2"]


def test_a_doubt_that_nobody_looked_at_is_still_open_after_two_editions(draft):
    assert "carries a year" in listed(draft.campaign)
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    assert "carries a year" in listed(draft.campaign)
    edition(draft, draft.campaign, PLAN.replace("80%", "95%"))
    assert "carries a year" in listed(draft.campaign)


def test_a_doubt_settled_at_one_place_does_not_settle_the_same_doubt_at_others(draft):
    table = "序号\t任务内容\t责任单位\n" + "\n".join(
        f"{n}\t完成第{n}项\t{'县局' if n == 1 else ''}" for n in range(1, 6)
    )
    campaign = actions.create_from_plan("任务.txt", f"任务分解表\n{table}".encode(), by=draft.office)
    inherited = campaign.doubts.filter(text__startswith="The row names no body")
    actions.settle_doubt(inherited.first(), by=draft.office)
    assert inherited.filter(settled_at=None).count() == 3
    edition(draft, campaign, f"任务分解表\n{table}".replace("第5项", "第五项"))
    assert inherited.filter(settled_at=None).count() == 3


def test_points_taken_in_again_after_areas_were_renumbered_stand_in_the_area_of_their_code(draft):
    actions.remove_point(draft.point("1.3"), by=draft.office, reason="另行检查")
    edition(
        draft,
        draft.campaign,
        PLAN.replace("（一）依法履职情况\n", "（一）党的领导\n1.学习宣传情况；\n（二）依法履职情况\n"),
    )
    actions.take_in(draft.campaign.areas.get(code="2"), by=draft.office)
    for row in draft.campaign.points.filter(removed_at=None):
        assert row.area.code == row.code.partition(".")[0]


def test_a_stage_that_the_new_edition_does_not_name_is_listed(draft):
    edition(draft, draft.campaign, re.sub(r"（三）集中整改.*\n", "", PLAN))
    assert "集中整改" in listed(draft.campaign) or not draft.campaign.stages.filter(kind="rectification").exists()


def test_a_stage_takes_the_name_that_the_new_edition_gives_it(draft):
    edition(draft, draft.campaign, PLAN.replace("集中整改阶段", "整改提高阶段"))
    assert draft.campaign.stages.get(kind="rectification").title == "整改提高阶段"


def test_what_the_new_edition_rests_on_is_taken(draft):
    edition(draft, draft.campaign, PLAN.replace("〔2019〕28号", "〔2020〕3号"))
    assert "〔2020〕3号" in " ".join(c.number for c in draft.campaign.citations.all()) + listed(draft.campaign)


def test_a_heading_that_the_new_edition_does_not_have_heads_nothing(draft, office):
    campaign = created(draft, "执法公示情况\n（1）公示及时；\n（2）公示准确；", "其他。")
    assert campaign.headings.get().code == "1.1"
    edition(draft, campaign, plan("重大决策听证；", "其他。"))
    branches = office.get(reverse("campaigns:campaign", args=[campaign])).context["branches"]
    assert [(b.kind, b.row.code) for b in branches] == [("area", "1"), ("point", "1.1"), ("point", "1.2")]


def test_points_that_a_new_edition_left_as_they_were_are_not_shown_as_corrected(draft, office):
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    shown = office.get(reverse("campaigns:campaign", args=[draft.campaign])).content.decode()
    assert '<span class="tag green">corrected</span>' not in shown


def test_a_point_put_back_as_it_was_read_is_not_shown_as_corrected(draft, office):
    correct(draft, draft.point("1.3"), "改了。")
    actions.put_back(draft.point("1.3"), by=draft.office)
    shown = office.get(reverse("campaigns:campaign", args=[draft.campaign])).content.decode()
    assert '<span class="tag green">corrected</span>' not in shown


def test_a_point_put_back_is_not_listed_as_corrected_by_the_next_edition(draft):
    actions.split_point(draft.point("1.2"), by=draft.office, pieces=["政务服务事项", "网上可办率不低于 80%；"])
    actions.put_back(draft.point("1.2.1"), by=draft.office)
    edition(draft, draft.campaign, PLAN.replace("80%", "90%"))
    assert "which you had corrected" not in listed(draft.campaign)


NO_PLAN = "某会议通知\n一、总体要求\n认真落实。\n"


def test_a_wrong_document_does_not_empty_the_catalogue(draft):
    try:
        edition(draft, draft.campaign, NO_PLAN)
    except (Invalid, NotNow):
        return
    assert standing(draft.campaign) or listed(draft.campaign)


def test_what_was_put_right_survives_a_wrong_document_in_between(draft):
    correct(draft, draft.point("1.3"), "第一责任人职责；")
    actions.remove_point(draft.point("1.1"), by=draft.office, reason="另行检查")
    try:
        edition(draft, draft.campaign, NO_PLAN)
    except (Invalid, NotNow):
        return
    edition(draft, draft.campaign, PLAN)
    assert standing(draft.campaign) == {"1.2": "政务服务事项网上可办率不低于 80%；", "1.3": "第一责任人职责；"}


def test_no_doubt_is_listed_where_both_call_it_the_same(draft):
    actions.add_area(draft.campaign, by=draft.office, code="2", title="党的领导")
    two = "（二）党的领导\n1.学习宣传情况；\n二、督察程序"
    edition(draft, draft.campaign, PLAN.replace("二、督察程序", two))
    assert "You called" not in listed(draft.campaign)


def test_a_point_that_is_an_area_of_its_own_makes_way_too(draft):
    actions.add_area(draft.campaign, by=draft.office, code="2", title="二")
    actions.add_point(draft.campaign, by=draft.office, code="2", text="人工增列。")
    edition(draft, draft.campaign, PLAN.replace("二、督察程序", "（二）党的领导坚持到位；\n二、督察程序"))
    codes = list(draft.campaign.points.filter(removed_at=None).values_list("code", flat=True))
    assert len(set(codes)) == len(codes)


def test_units_do_not_read_why_a_point_was_left_out(draft):
    gone = draft.point("1.3")
    actions.remove_point(gone, by=draft.office, reason="内部理由")
    launch(draft, draft.office.organisation)
    client = Client(raise_request_exception=False)
    client.force_login(draft.liaisons[0].person)
    assert "内部理由" not in client.get(reverse("campaigns:point", args=[gone])).content.decode()


# -- catalogues from files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["- {code: '1.1', text: }", "- {code: '1.1', text: ''}", "- {code: , text: 甲}"])
def test_a_needed_value_that_is_named_but_empty_is_a_fault_that_is_told(row):
    assert "is empty" in refused(HEAD + row + "\n")


@pytest.mark.parametrize(
    "number",
    [
        "{point: '1.1', phrase: 甲, comparator: '<=', value: 很多, unit: date}",
        "{point: '1.1', phrase: 甲, comparator: '<=', value: '7', unit: date}",
        "{point: '1.1', phrase: 甲, comparator: '<=', value: '9999', unit: date}",
        "{point: '1.1', phrase: 甲, comparator: '<=', value: 很多, unit: 个}",
        "{point: '1.1', phrase: 甲, comparator: '<=', value: '-', unit: '%'}",
    ],
)
def test_a_value_that_is_no_number_or_no_date_is_refused(number):
    assert refused(HEAD + ONE + f"thresholds:\n- {number}\n")


def test_a_catalogue_that_was_taken_is_shown(draft, office):
    number = "{point: '1.1', phrase: 甲, comparator: '<=', value: '7', unit: date}"
    try:
        text = HEAD + ONE + f"thresholds:\n- {number}\n"
        campaign = actions.create_from_catalogue("a.yaml", text.encode(), by=draft.office)
    except Invalid:
        return
    assert office.get(reverse("campaigns:campaign", args=[campaign])).status_code == 200


@pytest.mark.parametrize(("written", "meant"), [("0131", "0131"), ("010", "010"), ("1_0", "1_0"), ("1:30", "1:30")])
def test_digits_in_yaml_are_what_is_written(written, meant):
    text = HEAD + ONE + f"thresholds:\n- {{point: '1.1', phrase: 甲, comparator: '<=', value: {written}, unit: 个}}\n"
    try:
        (asked,) = exchange.read("a.yaml", text.encode()).points[0].thresholds
    except Invalid:
        return
    assert asked.value == meant


def test_a_code_of_yaml_is_what_is_written():
    text = "title: 目录\nyear: 2020\nheadings:\n- {code: '90', title: 一}\n- {code: '1', title: 一}\npoints:\n"
    with pytest.raises(Invalid):
        exchange.read("a.yaml", (text + "- {code: 1:30, text: 甲}\n").encode())


@pytest.mark.parametrize("value", [1234567, 99.12345, 1000000])
def test_a_number_of_excel_keeps_all_its_digits(value):
    number = [["要点编码", "原文词句", "比较", "数值", "单位"], ["1.1", "甲", "≤", value, "万元"]]
    content = book(督察要点=[["编码", "内容"], ["1.1", "甲"]], 量化指标=number)
    (asked,) = exchange.read("a.xlsx", content).points[0].thresholds
    assert asked.value == str(value)


def test_a_date_typed_as_a_number_in_excel_is_not_another_date():
    number = [["要点编码", "原文词句", "比较", "数值", "单位"], ["1.1", "甲", "≤", 131, "date"]]
    content = book(督察要点=[["编码", "内容"], ["1.1", "甲"]], 量化指标=number)
    try:
        (asked,) = exchange.read("a.xlsx", content).points[0].thresholds
    except Invalid:
        return
    assert asked.value == "0131"


def test_a_part_that_is_given_twice_in_yaml_does_not_lose_its_first_half():
    assert refused(HEAD + ONE + "points:\n- {code: '1.2', text: 乙}\n")


def test_a_column_that_stands_twice_is_a_fault():
    with pytest.raises(Invalid):
        exchange.read("a.xlsx", book(督察要点=[["编码", "内容", "内容"], ["1.1", "甲", "乙"]]))


def test_cells_under_no_title_are_a_fault():
    with pytest.raises(Invalid):
        exchange.read("a.xlsx", book(督察要点=[["编码", "内容", ""], ["1.1", "甲", "不超过 5 个"]]))


def test_a_sheet_with_a_mistyped_name_is_not_passed_over():
    number = [["要点编码", "原文词句", "比较", "数值", "单位"], ["1.1", "甲", "≤", "7", "个"]]
    content = book(督察要点=[["编码", "内容"], ["1.1", "甲"]], **{"量化指标 ": number})
    try:
        assert exchange.read("a.xlsx", content).points[0].thresholds
    except Invalid:
        return


def test_a_second_line_about_the_campaign_is_not_passed_over():
    with pytest.raises(Invalid):
        exchange.read("a.xlsx", book(方案=[["名称", "年度"]], 督察要点=[["编码", "内容"], ["1.1", "甲"]]))


@pytest.mark.parametrize("body", ["各县（市、区）人民政府", "市发展改革委（市粮食局、物价局）"])
def test_a_body_with_a_comma_in_its_name_stays_one_body(draft, office, body):
    plain = Catalogue(
        "目录", 2020, headings=(PlainHeading("1", "一"),), points=(PlainPoint("1.1", "甲", responsible=(body,)),)
    )
    assert exchange.read("a.xlsx", exchange.to_workbook(plain)) == plain


def test_saving_a_point_without_a_change_keeps_its_bodies(draft, office):
    body = "各县（市、区）人民政府"
    plain = Catalogue(
        "目录", 2020, headings=(PlainHeading("1", "一"),), points=(PlainPoint("1.1", "甲", responsible=(body,)),)
    )
    campaign = actions.create_from_catalogue("a.yaml", exchange.to_yaml(plain), by=draft.office)
    send(office, "campaigns:correct_point", point(campaign, "1.1"))
    assert point(campaign, "1.1").responsible == [body]


def test_a_next_line_sign_in_a_text_goes_out_and_comes_in_again():
    plain = Catalogue("目录", 2020, headings=(PlainHeading("1", "一"),), points=(PlainPoint("1.1", "甲\x85乙"),))
    assert exchange.read("a.yaml", exchange.to_yaml(plain)) == plain


def test_a_text_that_no_cell_holds_is_told_on_the_page(draft, office):
    correct(draft, draft.point("1.3"), "长" * 33_000)
    assert office.get(reverse("campaigns:export", args=[draft.campaign])).status_code < 500


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("2020", "-1") + ONE,
        HEAD + "- {code: '1.1', text: 甲, lines: [-5, -1]}\n",
        HEAD + ONE + "stages:\n- {kind: acceptance, title: 一}\n- {kind: acceptance, title: 二}\n",
        HEAD + ONE + "stages:\n- {kind: acceptance, title: 一, due_at: '0001-01-01'}\n",
        HEAD + ONE + "stages:\n- {kind: acceptance, title: 一, due_at: '9999-12-31T23:59:59-12:00'}\n",
    ],
)
def test_no_catalogue_breaks_the_page_it_is_uploaded_on(draft, office, text):
    url = reverse("campaigns:create_from_catalogue")
    form = office.get(url).context["form"]
    entered = {"operation": form["operation"].value(), "document": SimpleUploadedFile("a.yaml", text.encode())}
    answer = office.post(url, entered, follow=True)
    assert answer.status_code < 500


def test_lines_that_the_document_does_not_have_do_not_stop_the_review(draft, office):
    import time

    text = HEAD + "".join(f"- {{code: '1.{n}', text: 甲, lines: [1, 9999999]}}\n" for n in range(1, 3))
    actions.import_catalogue(draft.campaign, "a.yaml", text.encode(), by=draft.office)
    began = time.process_time()
    office.get(reverse("campaigns:campaign", args=[draft.campaign]))
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("目录", "长" * 201) + ONE,
        HEAD + "- {code: '1.1', text: 甲, score: '12345678901'}\n",
        HEAD + "- {code: '1" + ".1" * 30 + "', text: 甲}\n",
        HEAD + "- {code: '1" + ".12345" * 10 + "', text: 甲}\n",
        HEAD + "- {code: '1.1', text: 甲, read_code: '" + "1" * 61 + "'}\n",
        HEAD + f"- {{code: '1.1', text: {'长' * 201}}}\nthresholds:\n"
        f"- {{point: '1.1', phrase: {'长' * 201}, comparator: '<=', value: '1', unit: 个}}\n",
        HEAD
        + ONE
        + f"thresholds:\n- {{point: '1.1', phrase: 甲, quantity: {'长' * 201}, "
        + "comparator: '<=', value: '1', unit: 个}\n",
        HEAD + ONE + f"thresholds:\n- {{point: '1.1', phrase: 甲, comparator: '<=', value: '{'1' * 21}', unit: 个}}\n",
    ],
)
def test_a_catalogue_holds_nothing_that_is_longer_than_its_column(draft, text):
    try:
        actions.create_from_catalogue("a.yaml", text.encode(), by=draft.office)
    except Invalid:
        return
    assert too_long() == []


def test_a_point_split_again_and_again_keeps_a_rank_that_fits(draft):
    campaign = created(draft, "".join(f"第{n}件。" for n in range(12)), "其他。")
    code = "1.1"
    for _level in range(10):
        row = point(campaign, code)
        first, rest = row.text.split("。", 1)
        try:
            actions.split_point(row, by=draft.office, pieces=[first + "。", rest])
        except Invalid:
            return
        code = f"{code}.2"
    assert too_long() == []


def test_a_code_typed_with_many_levels_has_a_rank_that_fits(draft, office):
    answer = send(office, "campaigns:correct_point", draft.point("1.3"), code="1" + ".1" * 29)
    assert answer.status_code < 500 and too_long() == []


def test_an_immense_number_in_a_plan_fits_its_column(draft):
    created(draft, "不少于 1234567890123456789012345 个；", "其他。")
    assert too_long() == []


def test_no_nul_comes_in_with_a_catalogue(draft):
    with pytest.raises(Invalid):
        exchange.read("a.yaml", (HEAD + '- {code: "1.1", text: "甲\\0乙"}\n').encode())


@pytest.mark.parametrize("row", ["kind: acceptance, title: 一, starts_on: '2020-05-02', due_at: '2020-05-01 17:30'"])
def test_a_stage_that_ends_before_it_starts_does_not_come_in_with_a_catalogue(row):
    assert refused(HEAD + ONE + f"stages:\n- {{{row}}}\n")


def test_a_stage_is_not_amended_to_end_before_it_starts(draft):
    launch(draft, draft.office.organisation)
    stage = draft.campaign.stages.get(kind="rectification")
    early = datetime(2019, 1, 1, tzinfo=UTC)
    with pytest.raises(Invalid):
        actions.amend_stage(stage, by=draft.office, starts_on=stage.starts_on, due_at=early, reason="x")


# -- codes and values as people type them -------------------------------------------------------------------


@pytest.mark.parametrize("code", ["1.１", "1.０1", "1.01", "1.001"])
def test_a_code_that_reads_like_another_is_not_a_second_point(draft, office, code):
    send(office, "campaigns:add_point", draft.campaign, code=code, text="甲")
    assert len(standing(draft.campaign)) == 3


@pytest.mark.parametrize("code", ["1.１", "1.01"])
def test_a_catalogue_does_not_hold_a_code_that_reads_like_another(code):
    assert refused(HEAD + ONE + f"- {{code: '{code}', text: 乙}}\n")


def test_an_area_is_not_called_in_full_width_digits(draft, office):
    send(office, "campaigns:add_area", draft.campaign, code="1０", title="x")
    assert all(area.code.isascii() for area in draft.campaign.areas.all())


@pytest.mark.parametrize(("unit", "value"), [("个", "８０"), ("date", "0230"), ("date", "0431")])
def test_a_value_that_is_no_plain_number_or_no_day_is_refused(draft, office, unit, value):
    send(office, "campaigns:correct_threshold", draft.point("1.1").thresholds.get(), unit=unit, value=value, rule="")
    assert draft.point("1.1").thresholds.get().value == "7"


@pytest.mark.parametrize("day", ["2024-13-45", "２０２４-06-30", "99"])
def test_a_due_day_that_no_calendar_has_is_refused(draft, office, day):
    send(office, "campaigns:correct_point", draft.point("1.3"), due_until=day)
    assert draft.point("1.3").due_until == ""


def test_a_rule_is_not_bound_to_a_number_of_another_unit(draft, office):
    number = draft.point("1.2").thresholds.get()
    send(office, "campaigns:correct_threshold", number, rule="startup", unit="%")
    number.refresh_from_db()
    assert number.rule != "startup"


def test_a_code_for_marked_lines_is_free(draft, office):
    url = reverse("campaigns:add_point", args=[draft.campaign]) + "?lines=2"
    assert office.get(url).context["form"]["code"].value() not in standing(draft.campaign)


def test_a_stage_without_lines_is_not_said_to_stand_in_lines_none(draft, office):
    entered = {"kind": "acceptance", "title": "验收", "starts_on": "2019-11-21", "due_at": "2019-11-29T17:30"}
    send(office, "campaigns:add_stage", draft.campaign, **entered)
    url = reverse("campaigns:correct_stage", args=[draft.campaign.stages.get(kind="acceptance")])
    assert "None" not in office.get(url).content.decode()


# -- addresses and large catalogues -------------------------------------------------------------------------


def test_a_search_for_a_thousand_words_does_not_break_the_review(draft, office):
    address = reverse("campaigns:campaign", args=[draft.campaign]) + "?q=" + "a+" * 1_100
    assert office.get(address).status_code < 500


def flat(draft, size: int, deep: bool = False):
    codes = [f"1.{n // 20 + 1}.{n % 20 + 1}" if deep else f"1.{n}" for n in range(1, size + 1)]
    plain = Catalogue(
        "大目录",
        2024,
        headings=(PlainHeading("1", "一"),),
        points=tuple(PlainPoint(code, f"第{code}项；再查。") for code in codes),
    )
    return actions.create_from_catalogue("a.yaml", exchange.to_yaml(plain), by=draft.office)


def seen(office, campaign, part: str) -> list[str]:
    address = reverse("campaigns:campaign", args=[campaign]) + f"?part={part}"
    return [b.row.code for b in office.get(address).context["branches"] if b.kind == "point"]


def test_a_flat_table_of_1000_rows_is_not_shown_all_at_once(draft, office):
    assert len(seen(office, flat(draft, 1_000), "1")) <= queries.MOST_POINTS


def test_points_below_a_code_that_no_heading_has_are_reached(draft, office):
    campaign = flat(draft, 400, deep=True)
    assert seen(office, campaign, "1") or seen(office, campaign, "")


def test_the_pieces_of_a_split_are_seen_in_a_large_catalogue(draft, office):
    campaign = flat(draft, 310)
    actions.split_point(point(campaign, "1.4"), by=draft.office, pieces=["第1.4项；", "再查。"])
    assert "1.4.1" in seen(office, campaign, "1")


def test_a_point_far_down_a_flat_table_is_shown_where_its_line_leads(draft, office):
    campaign = flat(draft, 1_000)
    assert "1.700" in seen(office, campaign, "1.700")
    assert "1.7" in seen(office, campaign, "1.7")
    assert seen(office, campaign, "9.9") == []
