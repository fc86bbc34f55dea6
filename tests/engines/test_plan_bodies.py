"""Lists by body: bodies that head parts, or lead lists without a number; notes that lead lists of their own."""

import pytest

from ducha.engines import plans


def read(text: str) -> plans.Reading:
    reading = plans.read_text(text)
    assert "".join(reading.verbatim().split()) == "".join(text.split())
    return reading


def asked(reading: plans.Reading) -> list[tuple[str, tuple[str, ...]]]:
    return [(point.code, point.responsible) for point in reading.points]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("（一）县教育局\n1.公开招生。\n2.公开收费。", "（二）县民政局\n1.公开低保。"),
        ("（一）县教育局。1.公开招生；2.公开收费。", "（二）县民政局（牵头）。1.公开低保；2.公开救助。"),
        ("（一）县教育局牵头负责的任务\n1.公开招生。\n2.公开收费。", "（二）县民政局职责\n1.公开低保。"),
        ("县教育局：1.公开招生；2.公开收费。", "县民政局：1.公开低保；2.公开救助。"),
        ("县教育局：\n1.公开招生。\n2.公开收费。", "县民政局：\n1.公开低保。\n2.公开救助。"),
        ("县教育局\n（1）公开招生。\n（2）公开收费。", "县民政局\n（1）公开低保。\n（2）公开救助。"),
    ],
)
def test_a_body_that_heads_a_part_answers_for_what_stands_below_it(first, second):
    reading = read(f"县任务清单\n一、重点任务\n{first}\n{second}\n二、工作要求\n要认真落实。\n")
    found = asked(reading)
    assert found[:3] == [("1.1", ("县教育局",)), ("1.2", ("县教育局",)), ("2.1", ("县民政局",))]


def test_a_body_heads_a_leaf_and_a_point_that_names_its_own_body_keeps_it():
    reading = read(
        "清单\n一、重点任务\n（一）县教育局\n1.公开招生。（责任单位：县招生办）\n（二）县商务局\n公开补贴。\n"
    )
    assert asked(reading) == [("1.1", ("县招生办",)), ("2", ("县商务局",))]


def test_a_body_without_numbers_among_those_with_lists_is_a_point():
    reading = read(
        "清单\n一、重点任务\n县教育局：1.公开招生；2.公开收费。\n县商务局：公开补贴。\n县民政局：（1）公开低保；（2）公开救助。\n"
    )
    assert [code for code, _ in asked(reading)] == ["1.1", "1.2", "2", "3.1", "3.2"]


@pytest.mark.parametrize(
    "text",
    [
        "检查方案\n一、检查内容\n（一）敬老院。检查消防。\n（二）加油站。检查用电。\n（三）图书馆。检查通道。\n",
        "方案\n一、督察内容\n（一）县公安局\n1.甲。\n（二）清单公开\n1.乙。\n（三）流程公开\n1.丙。\n",
        "关于督察的通知\n县教育局：\n1.公开招生。\n2.公开收费。\n3.公开名单。\n",
    ],
)
def test_places_one_body_among_things_and_whom_a_letter_is_to_answer_for_nothing(text):
    reading = read(text)
    assert reading.points and not [bodies for _, bodies in asked(reading) if bodies]


def test_who_does_what_beside_the_content_is_no_content():
    duties = "县教育局：1.牵头；2.汇总。\n县民政局：1.配合；2.报送。\n"
    assert asked(read(f"方案\n一、督察内容\n（一）公开。\n（二）整改。\n二、职责分工\n{duties}")) == [
        ("1", ()),
        ("2", ()),
    ]


def test_a_bracket_of_bodies_counts_though_a_paragraph_follows_the_last_point():
    text = (
        "要点\n一、重点任务\n1.公开清单。（县司法局）\n2.公开流程。（县财政局、各乡镇人民政府）\n县政府将组织督查。\n"
    )
    assert asked(read(text)) == [("1", ("县司法局",)), ("2", ("县财政局", "各乡镇人民政府"))]
    assert asked(read("方案\n一、内容\n（一）公开清单（含县级目录）。\n（二）整改（见附表）\n")) == [
        ("1", ()),
        ("2", ()),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "（一）公开。\n注：1.按工作日计；2.从次日起算。\n（二）整改。\n（三）回访。",
        "1.公开。\n2.整改。\n备注：1.按工作日计；2.从次日起算。\n3.回访。",
        "1.公开。\n2.整改。\n3.回访。\n附注：\n1.按工作日计。\n2.从次日起算。",
    ],
)
def test_the_numbers_of_notes_are_no_points_and_end_no_list(body):
    assert [point.code for point in read(f"方案\n一、督察内容\n{body}\n").points] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("【一】甲\n1.子。\n2.丑。\n〔二〕乙\n[三]丙\n(四）丁", ["1.1", "1.2", "2", "3", "4"]),
        ("（一）见[一]和[二]所列。\n（二）乙。", ["1", "2"]),
        ("1、公开。\n2、2006年以前的清理。\n3、2007年的公开。", ["1", "2", "3"]),
        ("1.1月31日前公布。\n2.12月底前完成。\n3.24小时内报告。", ["1", "2", "3"]),
        (
            "（一）甲：1.公开；2.12月底前完成；3.3个工作日内反馈。\n（二）不超过1.5个工作日。",
            ["1.1", "1.2", "1.3", "2"],
        ),
        ("2.1 一、二级机构公开。\n2.2 月度报告公开。\n2.3 甲、乙类公开。", ["2.1", "2.2", "2.3"]),
    ],
)
def test_numbers_with_odd_brackets_and_before_times(body, codes):
    reading = read(f"方案\n一、督察内容\n{body}\n二、要求\n要落实。\n")
    if body.startswith("2.1"):
        reading = read(f"方案\n1 目的\n1.1 为了公开。\n2 检查内容\n{body}\n3 要求\n3.1 要落实。\n")
        codes = [code.removeprefix("2.") for code in codes]
    assert [point.code for point in reading.points] == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("1.公开清单。要全面公开。2.公开流程。要公开流程。4.公开结果。要公开结果。", ["1", "2", "4"]),
        ("1.公开清单。要公开。2.公开流程。要公开。2.公开结果。要公开。", ["1", "2", "3"]),
        ("1.公开清单。要公开。2.公开流程，见表。4是错的，不作数，按第2项执行。", ["1", "2"]),
    ],
)
def test_without_breaks_a_slip_is_read_where_the_part_has_a_title_as_its_sibling_has(body, codes):
    top = "某县行政执法公开工作督察方案为做好工作制定本方案。"
    end = "二、工作要求各单位要认真落实，按期完成，不得延误。"
    text = f"{top}一、督察内容{body}{end}"
    assert [point.code for point in read(text).points] == codes


def test_kinds_of_schools_that_lead_lists_are_parts_by_place():
    lists = "义务教育学校：（1）均衡编班；（2）控制作业。\n"
    lists += "普通高中学校：（1）保证睡眠；（2）保证休息。\n幼儿园：不教小学内容。\n"
    codes = [point.code for point in read(f"方案\n一、督导内容\n{lists}二、有关要求\n要落实。\n").points]
    assert codes == ["1.1", "1.2", "2.1", "2.2", "3"]
