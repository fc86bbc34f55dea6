"""The forms that plans take: tables, numbers inside lines, slips of their authors, and times in words."""

from datetime import date

import pytest

from ducha.engines import plans
from ducha.engines.plans.moments import spans

TASKS = """某市任务分解表
序号\t工作任务\t责任单位\t完成时限
1\t清理证明事项\t市司法局、市发改委\t2021年6月底前
2\t公开执法信息，期限不超过7个工作日\t市市场监管局
3\t开展培训，每年不少于2次\t\t全年
"""
SCORES = """某市考核细则（某发〔2021〕3号）
一、考核内容
一级指标\t考核要点\t分值\t评分标准\t数据来源
制度建设\t完善制度\t10\t未建立的扣10分。\t查阅文件
审核覆盖率达到95%以上\t20\t每下降5%扣2分，扣完为止。\t系统数据
公开\t及时公开\t70分\t每少一次扣1分。\t查阅网站
合计\t\t100
二、考核要求
认真落实。
"""


def read(body: str, stage: str = "") -> plans.Reading:
    return plans.read_text(f"某方案（某发〔2021〕3号）\n一、督察内容\n{body}\n二、督察程序\n{stage}")


def codes(reading: plans.Reading) -> list[str]:
    return [point.code for point in reading.points]


def kept(reading: plans.Reading) -> bool:
    return "".join(reading.verbatim().split()) == "".join(reading.text.split())


def test_the_rows_of_a_task_table_are_points_with_their_bodies_and_dates():
    reading = plans.read_text(TASKS)
    first, second, third = reading.points
    assert [p.text for p in (first, second)] == ["清理证明事项", "公开执法信息，期限不超过7个工作日"]
    assert (first.responsible, first.due) == (("市司法局", "市发改委"), (None, "2021-06"))
    assert [t.value for t in second.thresholds] == ["7"]
    assert (third.code, third.responsible, third.due) == ("3", ("市市场监管局",), None)
    assert reading.stages == () and kept(reading)


def test_what_a_merged_cell_gives_a_row_is_marked_for_a_person():
    assert any("those of the row above are taken" in warned.message for warned in plans.read_text(TASKS).warnings)


def test_the_rows_of_a_scoring_table_keep_their_merged_parents_scores_and_sources():
    reading = plans.read_text(SCORES)
    assert codes(reading) == ["1.1", "1.2", "2.1"]
    first, second, third = reading.points
    assert [p.score for p in reading.points] == [10.0, 20.0, 70.0]
    assert second.path == ("一", "制度建设", "2") and second.criteria.startswith("每下降5%")
    assert [(t.comparator, t.value) for t in second.thresholds] == [(">=", "95")]
    assert (first.sources, third.sources) == ("查阅文件", "查阅网站")
    assert kept(reading)


def test_a_table_that_asks_for_nothing_is_text():
    reading = read("（一）甲。\n姓名\t职务\t电话\n张某\t科长\t123")
    assert codes(reading) == ["1"] and kept(reading)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("（一）一是公开清单；二是公开流程；三是公开结果。", ["1.1", "1.2", "1.3"]),
        ("（一）重点检查：1.清单；2.流程；3.结果。", ["1.1", "1.2", "1.3"]),
        ("（一）第一责任人履职。一是带头学法。", ["1"]),
        ("1 制度\n1.1 清单公开\n1.2 流程公开\n2 队伍\n2.1 培训", ["1.1", "1.2", "2.1"]),
        ("㈠甲\n⒈子\n⒉丑\n㈡乙", ["1.1", "1.2", "2"]),
        ("(1)甲；\n(2)乙。", ["1", "2"]),
        ("（一）合格率3.5%，依据第（三）项。", ["1"]),
    ],
)
def test_numbers_in_all_their_forms(body, expected):
    reading = read(body)
    assert codes(reading) == expected and kept(reading)


def test_a_number_that_its_author_left_out_is_read_and_told():
    reading = read("（一）甲。\n（三）丙。")
    assert codes(reading) == ["1", "3"]
    assert any("“（三）” does not follow" in warned.message for warned in reading.warnings)


def test_a_list_that_begins_anew_gives_each_point_a_code_of_its_own():
    reading = read("党委方面：\n1.甲。\n2.乙。\n政府方面：\n1.丙。\n2.丁。")
    assert len(set(codes(reading))) == 4
    assert any("stands twice" in warned.message for warned in reading.warnings)


def test_a_contents_list_is_not_the_body():
    contents = "目 录\n一、督察内容……1\n二、督察要求……2\n"
    reading = plans.read_text(f"某方案\n{contents}一、督察内容\n（一）甲。\n二、督察要求\n无。\n")
    assert codes(reading) == ["1"] and kept(reading)
    assert [node.number for node in reading.outline if node.number] == ["一、", "二、"]


def test_what_an_annex_asks_for_counts_where_the_document_itself_asks_nothing():
    reading = plans.read_text("通知\n一、总体要求\n认真落实。\n附件1\n考核细则\n一、考核内容\n（一）甲。\n（二）乙。\n")
    assert codes(reading) == ["1", "2"] and kept(reading)


def test_the_closing_words_of_a_list_are_no_part_of_its_last_item():
    reading = read("（一）督察下列事项：\n1.甲；\n2.乙；\n3.丙。\n以上事项逐项核实。")
    assert [point.text for point in reading.points] == ["甲；", "乙；", "丙。"] and kept(reading)


def test_a_point_says_its_score_and_who_is_responsible_and_until_when():
    (point,) = read("（一）公开清单（10分）。责任单位：市司法局、市发改委；完成时限：2021年10月底").points
    assert (point.score, point.responsible) == (10.0, ("市司法局", "市发改委"))
    assert point.due == (None, "2021-10")


@pytest.mark.parametrize(
    ("words", "starts", "ends"),
    [
        ("3月至10月", "2021-03", "2021-10"),
        ("4至6月", "2021-04", "2021-06"),
        ("11月上旬", "2021-11-01", "2021-11-10"),
        ("2月下旬", "2021-02-21", "2021-02-28"),
        ("11月8日至15日", "2021-11-08", "2021-11-15"),
        ("2020年12月1日—2021年1月15日", "2020-12-01", "2021-01-15"),
        ("11月至次年2月", "2021-11", "2022-02"),
        ("2021.11.08-2021.11.12", "2021-11-08", "2021-11-12"),
        ("10月底前", None, "2021-10"),
        ("10月20日前", None, "2021-10-20"),
        ("全年", "2021-01", "2021-12"),
        ("年底前", None, "2021-12"),
        ("明年3月", "2022-03", "2022-03"),
        ("2月30日", None, None),
    ],
)
def test_times_in_words(words, starts, ends):
    found = spans(words, 2021)
    assert [(span.starts, span.ends) for span in found] == ([(starts, ends)] if starts or ends else [])


@pytest.mark.parametrize(
    ("words", "ends"),
    [("15日内", "2021-02-15"), ("十个工作日内", "2021-02-18"), ("1个月内", "2021-02-28"), ("起执行", None)],
)
def test_times_that_count_from_the_day_of_issue(words, ends):
    found = spans(f"自印发之日起{words}", 2021, date(2021, 1, 31))
    assert [(span.starts, span.ends) for span in found] == [("2021-01-31", ends)]


@pytest.mark.parametrize(
    ("stage", "expected", "doubt"),
    [
        ("（一）动员部署阶段（3月上旬）。", ("preparation", "2021-03-01", "2021-03-10"), ""),
        ("（一）自查阶段（3月8日前）。", ("self_inspection", None, "2021-03-08"), ""),
        ("（一）实地督察（3月15日至3月12日）。", ("field_inspection", "2021-03-15", "2021-03-12"), "before it starts"),
        ("（一）整改阶段（10月1日前）。", ("rectification", None, "2021-10-01"), "no working day"),
        (
            "（一）整改（9月28日至10月8日，共8个工作日）。",
            ("rectification", "2021-09-28", "2021-10-08"),
            "grants 8",
        ),
        ("（一）总结阶段。", ("acceptance", None, None), "has no date"),
    ],
)
def test_a_stage_is_read_and_what_contradicts_it_told(stage, expected, doubt):
    reading = read("（一）甲。", stage)
    assert [(s.kind, s.starts_on, s.ends_on) for s in reading.stages] == [expected]
    assert any(doubt in warned.message for warned in reading.warnings)


def test_stages_named_in_one_paragraph_are_each_their_own():
    stage = "2021年分三个阶段：第一阶段（3月至5月）自查自纠；第二阶段（6月至9月）重点督查；第三阶段（10月）总结评估。"
    found = [(s.kind, s.title, s.starts_on, s.ends_on) for s in read("（一）甲。", stage).stages]
    assert found == [
        ("self_inspection", "第一阶段自查自纠", "2021-03", "2021-05"),
        ("field_inspection", "第二阶段重点督查", "2021-06", "2021-09"),
        ("acceptance", "第三阶段总结评估", "2021-10", "2021-10"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "90分以上为优秀，80分以上为良好",
        "对50人以上的企业开展检查",
        "每少1户扣0.5分",
        "出现10次以上扣5分",
        "处三年以上有期徒刑",
    ],
)
def test_bands_classes_and_scores_ask_for_nothing(text):
    (point,) = read(f"（一）{text}。").points
    assert point.thresholds == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3至5个工作日内办结", ("<=", "5", "工作日")),
        ("力争三到五年时间内", ("<=", "5", "年")),
        ("抽查比例不低于3%—5%", (">=", "3", "%")),
        ("持证率98%", (">=", "98", "%")),
        ("合格率不低于百分之九十九点五", (">=", "99.5", "%")),
        ("办理时间压缩至3个工作日", ("<=", "3", "工作日")),
        ("问题全部整改到位", ("==", "100", "%")),
        ("每年年底前报告", ("<=", "1231", "date")),
    ],
)
def test_numbers_in_ranges_rates_and_words(text, expected):
    (point,) = read(f"（一）{text}。").points
    assert [(t.comparator, t.value, t.unit) for t in point.thresholds] == [expected]
