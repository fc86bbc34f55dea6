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
    assert (third.code, third.responsible, third.due) == (
        "3",
        ("市市场监管局",),
        ("2021-01", "2021-12"),
    )
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


TIMES = """
3月至10月 | 2021-03 2021-10
3月—5月 | 2021-03 2021-05
3月份至5月份 | 2021-03 2021-05
4至6月 | 2021-04 2021-06
11月上旬 | 2021-11-01 2021-11-10
11月中旬 | 2021-11-11 2021-11-20
2月下旬 | 2021-02-21 2021-02-28
9月上旬至9月中旬 | 2021-09-01 2021-09-20
3月上旬至中旬 | 2021-03-01 2021-03-20
3月中旬至4月15日 | 2021-03-11 2021-04-15
5月25日至7月底 | 2021-05-25 2021-07
5月10日至月底 | 2021-05-10 2021-05
11月8日至15日 | 2021-11-08 2021-11-15
11月8日-11月15日 | 2021-11-08 2021-11-15
11 月 8 日 － 11 月 15 日 | 2021-11-08 2021-11-15
2020年12月1日—2021年1月15日 | 2020-12-01 2021-01-15
12月26日至2022年1月25日 | 2021-12-26 2022-01-25
2021年10月20日至2022年1月10日 | 2021-10-20 2022-01-10
11月至次年2月 | 2021-11 2022-02
12月20日至1月10日 | 2021-12-20 2022-01-10
2021.11.08-2021.11.12 | 2021-11-08 2021-11-12
2021-11-08 | 2021-11-08 2021-11-08
2021/11/8 | 2021-11-08 2021-11-08
10月底前 | - 2021-10
10月末前 | - 2021-10
10月20日前 | - 2021-10-20
10月20日之前 | - 2021-10-20
10月20日（星期三）前 | - 2021-10-20
10月20日18时前 | - 2021-10-20
10月20日下午下班前 | - 2021-10-20
十月二十日前 | - 2021-10-20
二〇二一年十月二十日前 | - 2021-10-20
六月底前 | - 2021-06
６月２０日前 | - 2021-06-20
全年 | 2021-01 2021-12
2022年全年 | 2022-01 2022-12
年底前 | - 2021-12
2022年底前 | - 2022-12
今年年底前 | - 2021-12
明年3月 | 2022-03 2022-03
次年1月20日前 | - 2022-01-20
第三季度 | 2021-07 2021-09
一季度末前 | - 2021-03
上半年 | 2021-01 2021-06
下半年 | 2021-07 2021-12
2021年—2023年 | 2021-01 2023-12
自9月1日起 | 2021-09-01 -
自2021年9月1日起至12月31日 | 2021-09-01 2021-12-31
9月 | 2021-09 2021-09
2月30日 |
13月5日前 |
一月一次 |
每半年一次 |
第3个月 |
3个月内 |
半年内 |
五年内 |
三月三 |
2021年4月—2021年5月 | 2021-04 2021-05
2021年4月20日至2021年5月20日，共30天 | 2021-04-20 2021-05-20
即日起至5月10日前 | - 2021-05-10
2021年9月-10月 | 2021-09 2021-10
2021.4.1—2021.4.30 | 2021-04-01 2021-04-30
2021.4.1-4.30 | 2021-04-01 2021-04-30
2021.4-2021.6 | 2021-04 2021-06
4月1日起至4月30日止 | 2021-04-01 2021-04-30
4月1日 — 4月30日 | 2021-04-01 2021-04-30
2021年4月1日至2021年4月底 | 2021-04-01 2021-04
4月中旬—5月上旬 | 2021-04-11 2021-05-10
2021年4月下旬开始 | 2021-04-21 -
2021年8月—2022年3月 | 2021-08 2022-03
2021年4月1日-10日 | 2021-04-01 2021-04-10
4-5月 | 2021-04 2021-05
四月上旬 | 2021-04-01 2021-04-10
10月份 | 2021-10 2021-10
5月底之前 | - 2021-05
5月31日24:00前 | - 2021-05-31
5月31日（周三）下班前 | - 2021-05-31
2021年6月上旬前 | - 2021-06-10
6月中旬前 | - 2021-06-20
每月10日前 |
2021年度 |
2021年第二季度前 | - 2021-06
2021年7月1日零时起 | 2021-07-01 -
2021年3—4月 | 2021-03 2021-04
2021年5月10日上午9:00至5月12日下午5:00 | 2021-05-10 2021-05-12
5月10日9时至12日18时 | 2021-05-10 2021-05-12
5月8日、5月10日 | 2021-05-08 2021-05-08 2021-05-10 2021-05-10
十一月八日至十一月十五日 | 2021-11-08 2021-11-15
二〇二一年五月六日 | 2021-05-06 2021-05-06
2021年5月至年底 | 2021-05 2021-12
5月1日至年底 | 2021-05-01 2021-12
2021年底至2022年初 | 2021-12 2022-01
1至8月 | 2021-01 2021-08
8月15日前后 | 2021-08-15 2021-08-15
9月底 | - 2021-09
2021年“五一”前 |
1.5小时 |
3.2.1 |
2021-11-08至11月12日 | 2021-11-08 2021-11-12
3月上、中旬 | 2021-03-01 2021-03-20
3月中、下旬 | 2021-03-11 2021-03-31
5月下旬至6月上、中旬 | 2021-05-21 2021-06-20
本周五（6月18日）下班前 | - 2021-06-18
（6月18日）以前 | - 2021-06-18
1999年6月底前 | - 1999-06
一九九九年四月十二日 | 1999-04-12 1999-04-12
1998年—1999年 | 1998-01 1999-12
5月中旬前 | - 2021-05-20
9月1日至9月20日内容 | 2021-09-01 2021-09-20
9月20日内 | 2021-09 2021-09
2021.4.1-30 | 2021-04-01 2021-04-30
"""


@pytest.mark.parametrize("row", TIMES.strip().splitlines())
def test_times_in_words(row):
    words, _, expected = row.partition("|")
    found = [moment or "-" for span in spans(words.strip(), 2021) for moment in (span.starts, span.ends)]
    assert found == expected.split()


@pytest.mark.parametrize(
    ("hour", "clock"),
    [
        ("18：00前", "18:00"),
        ("18:00前", "18:00"),
        ("下午5时前", "17:00"),
        ("下午五点半前", "17:30"),
        ("17时30分前", "17:30"),
        ("上午12:00前", "12:00"),
        ("24时前", "24:00"),
        ("25时前", None),
        ("晚8点前", "20:00"),
        ("（周五）18时前", "18:00"),
        ("中午12点前", "12:00"),
        ("9：30止", "09:30"),
        ("18时整前", "18:00"),
        ("下班前", None),
        ("下午下班前", None),
    ],
)
def test_hours_before_which_something_is_due(hour, clock):
    (span,) = spans(f"6月20日{hour}", 2021)
    assert (span.ends, span.clock, span.is_limit) == ("2021-06-20", clock, True)


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


PLAN = """某市安全生产专项督查方案
某政办〔2023〕3号
一、督查内容
（一）责任落实情况。
（二）隐患整改情况。
{}三、工作要求
（一）各单位要高度重视。
（二）各单位于2023年3月5日前报送名单。
"""
# A part as a plan writes it, then its stages: kind, start, end, hour.
STAGES = """
二、实施步骤
（一）动员部署（3月1日—3月10日）。制定方案。
（二）自查自纠（3月11日—4月10日）。各单位自查，4月10日17:00前报送自查报告。
（三）督查检查（4月11日—5月10日）。开展督查。
（四）整改提升（5月11日—5月31日）。抓好整改。
（五）总结验收（6月上旬）。形成报告。
=> preparation 2023-03-01 2023-03-10 -
=> self_inspection 2023-03-11 2023-04-10 17:00
=> field_inspection 2023-04-11 2023-05-10 -
=> rectification 2023-05-11 2023-05-31 -
=> acceptance 2023-06-01 2023-06-10 -

二、时间安排
1.自查阶段（2023年5月底前）：各单位自查。
2.抽查阶段（6月1日至6月20日）：随机抽查。
3.整改阶段（7月底前）：完成整改。
=> self_inspection - 2023-05 -
=> field_inspection 2023-06-01 2023-06-20 -
=> rectification - 2023-07 -

二、工作步骤
专项督查分三个阶段进行。
第一阶段：动员部署（4月上旬）。召开会议。
第二阶段：集中督查（4月中旬至5月底）。开展督查。
第三阶段：总结评估（6月）。形成报告。
=> preparation 2023-04-01 2023-04-10 -
=> field_inspection 2023-04-11 2023-05 -
=> acceptance 2023-06 2023-06 -

二、督查步骤
自查阶段（3月8日前）。各单位对照自查。
实地督查阶段（3月15日至3月19日）。督查组开展督查。
整改阶段（4月底前）。完成整改。
=> self_inspection - 2023-03-08 -
=> field_inspection 2023-03-15 2023-03-19 -
=> rectification - 2023-04 -

二、时间安排
2023年3月1日至3月20日为自查阶段；3月21日至4月10日为督查阶段；4月11日至4月30日为整改阶段。
=> self_inspection 2023-03-01 2023-03-20 -
=> field_inspection 2023-03-21 2023-04-10 -
=> rectification 2023-04-11 2023-04-30 -

二、方法步骤
专项督查从3月开始，分三个阶段：一是自查阶段（3月1日至3月20日）。各单位自查；二是督查阶段（3月21日至4月10日）。组织督查；三是整改阶段（4月11日至4月30日）。落实整改。
=> self_inspection 2023-03-01 2023-03-20 -
=> field_inspection 2023-03-21 2023-04-10 -
=> rectification 2023-04-11 2023-04-30 -

二、实施安排
（一）自查整改。各单位于6月30日前完成自查，并将报告报市安委办。
（二）督导检查。7月1日至7月31日，市安委办组织督导检查。
（三）总结提升。8月20日前，各单位报送总结。
=> self_inspection - 2023-06-30 -
=> field_inspection 2023-07-01 2023-07-31 -
=> acceptance - 2023-08-20 -

二、阶段安排
（一）部署阶段：3月1日至3月10日。
（二）自查阶段：3月11日至3月31日。
（三）“回头看”阶段：9月至10月。
=> preparation 2023-03-01 2023-03-10 -
=> self_inspection 2023-03-11 2023-03-31 -
=> acceptance 2023-09 2023-10 -

二、督查安排
（一）自查（11月10日前）。
（二）督查（11月15日至12月20日）。
（三）整改（12月21日至次年1月20日）。
（四）评估（2月底前）。
=> self_inspection - 2023-11-10 -
=> field_inspection 2023-11-15 2023-12-20 -
=> rectification 2023-12-21 2024-01-20 -
=> acceptance - 2024-02 -

二、工作安排
（一）自查自评。各单位要认真自查自评，形成报告，于2023年11月10日下班前报市督查办。
（二）集中督查。市督查办于11月中下旬组织集中督查。
（三）反馈整改。督查结束后反馈意见。
=> self_inspection - 2023-11-10 -
=> field_inspection 2023-11-11 2023-11-30 -
=> rectification - - -

二、进度安排
（一）宣传发动阶段（即日起至4月15日）
1.召开会议。
2.印发方案。
（二）全面排查阶段（4月16日至6月30日）
1.建立台账，6月10日前报送。
2.逐项核实。
（三）巩固提升阶段（7月1日至12月31日）
总结经验。
=> preparation - 2023-04-15 -
=> self_inspection 2023-04-16 2023-06-30 -
=> acceptance 2023-07-01 2023-12-31 -

二、检查安排
8月26日至8月31日，各学校自查，8月31日17时前报送自查报告。9月2日至9月6日，市教育局组织3个检查组随机抽查。
=> self_inspection 2023-08-26 2023-08-31 17:00
=> field_inspection 2023-09-02 2023-09-06 -

二、检查时间
2023年5月10日至5月20日。

二、督查时间
2023年5月10日至5月20日，具体时间另行通知。

二、工作步骤
第一步：自查自纠（3月8日—3月31日）。各县组织自查，自查情况于3月31日前上报。
第二步：督导检查（4月5日—4月30日）。每县抽查工地不少于6个。
第三步：整改提升（5月1日—5月20日）。整改到位，复查合格后销号。
第四步：总结通报（5月底前）。通报情况。
=> self_inspection 2023-03-08 2023-03-31 -
=> field_inspection 2023-04-05 2023-04-30 -
=> rectification 2023-05-01 2023-05-20 -
=> acceptance - 2023-05 -

二、方法步骤
分三步走：第一步，动员部署，4月10日前完成；第二步，全面排查，4月11日至5月31日；第三步，巩固提升，6月1日至6月底。
=> preparation - 2023-04-10 -
=> self_inspection 2023-04-11 2023-05-31 -
=> acceptance 2023-06-01 2023-06 -

二、检查步骤
（一）单位自查（3月10日前）。
（二）县级复核（3月11日至3月31日）。复核面100%。
（三）市级抽查（4月上旬）。
（四）整改复查（5月）。
=> self_inspection - 2023-03-10 -
=> field_inspection 2023-03-11 2023-03-31 -
=> field_inspection 2023-04-01 2023-04-10 -
=> rectification 2023-05 2023-05 -

二、检查步骤
（一）自查（3月10日前）。
（二）督察（3月11日至3月31日）。
（三）整改（4月）。
（四）复核（5月）。
=> self_inspection - 2023-03-10 -
=> field_inspection 2023-03-11 2023-03-31 -
=> rectification 2023-04 2023-04 -
=> acceptance 2023-05 2023-05 -

二、工作安排
（一）村级自查。3月上、中旬，各村自查。
（二）镇街互查。3月下旬，各镇交叉检查。
（三）县级联查。4月10日至4月20日，县里组织。
（四）问题处理。4月下旬，下发交办单。
=> self_inspection 2023-03-01 2023-03-20 -
=> field_inspection 2023-03-21 2023-03-31 -
=> field_inspection 2023-04-10 2023-04-20 -
=> rectification 2023-04-21 2023-04-30 -

二、时间安排
（一）自查阶段（11月1日至11月30日）。
（二）督察阶段（12月）。
（三）整改阶段（次年1月至2月）。
（四）回头看（4月中旬前）。
=> self_inspection 2023-11-01 2023-11-30 -
=> field_inspection 2023-12 2023-12 -
=> rectification 2024-01 2024-02 -
=> acceptance - 2024-04-20 -

二、实施步骤
（一）集中整治阶段（即日起至6月30日）。6月20日18时前报送进展。
（二）督察检查阶段（7月1日至7月31日）。督察情况7月31日17时前汇总。
（三）回头看阶段（9月）。9月30日17:00前报送总结。
=> rectification - 2023-06-30 -
=> field_inspection 2023-07-01 2023-07-31 17:00
=> acceptance 2023-09 2023-09 17:00

二、督察安排
第一轮督察（5月10日至5月31日）。覆盖各县。
第二轮督察（9月1日至9月20日）。抽查重点单位。
整改销号（10月底前）。
=> field_inspection 2023-05-10 2023-05-31 -
=> field_inspection 2023-09-01 2023-09-20 -
=> rectification - 2023-10 -

二、步骤安排
（一）自查自纠。5月20日前，各县自查，报告于5月20日下班前报送。
（二）反馈整改。6月下旬，市级反馈督查情况。各县于7月31日前完成整改。
（三）总结提升。8月，总结经验。
=> self_inspection - 2023-05-20 -
=> rectification 2023-06-21 2023-07-31 -
=> acceptance 2023-08 2023-08 -

二、步骤安排
（一）自查自纠（5月20日前）。
（二）反馈整改（6月下旬）。反馈意见，7月31日前报送名单。
=> self_inspection - 2023-05-20 -
=> rectification 2023-06-21 2023-06-30 -

二、督察方式
督察组随机走访企业。督察于5月17日启动，6月5日结束。
=> field_inspection 2023-05-17 2023-06-05 -

二、检查方式
本次检查自4月10日开始，至4月28日结束，采取四不两直方式。
=> field_inspection 2023-04-10 2023-04-28 -

二、检查方式
检查采取四不两直方式。展会于5月1日开始，5月7日结束。

二、考核方式
考核每年开展一次，每年考核于11月1日启动，12月20日结束。

二、考核办法
（一）单位自评。于每年11月20日前完成自评并提交报告。
（二）集中评查。每年12月10日前完成评查。

二、工作进程
第一阶段
自查自纠
3月1日至3月20日，各单位自查。
第二阶段
督导检查
3月21日至4月10日，组织督导。
=> self_inspection 2023-03-01 2023-03-20 -
=> field_inspection 2023-03-21 2023-04-10 -

二、工作步骤
第一步 动员部署
4月10日前，各地召开会议。
第二步 集中检查
4月11日至5月10日，逐家检查。
第三步 巩固提升
5月底前，形成制度。
=> preparation - 2023-04-10 -
=> field_inspection 2023-04-11 2023-05-10 -
=> acceptance - 2023-05 -

二、工作步骤
1.自查。各单位3月20日前完成自查。
2.互评互查。4月1日至4月15日，单位之间互查。
3.处理阶段。4月30日前，依法处理。
=> self_inspection - 2023-03-20 -
=> field_inspection 2023-04-01 2023-04-15 -
=> rectification - 2023-04-30 -

二、时间安排
（一）自查阶段
时间：3月1日至3月20日
内容：各单位对照自查，3月20日17时前报送报告。
（二）督查阶段
时间：3月21日至4月10日
内容：组织督查。
=> self_inspection 2023-03-01 2023-03-20 17:00
=> field_inspection 2023-03-21 2023-04-10 -

二、实施步骤
（一）摸底调查，3月底前完成。建立台账。
（二）分类处置，4月至9月。逐项处置。
（三）建档销号，10月底前。
（四）长效巩固，11月起。
=> self_inspection - 2023-03 -
=> rectification 2023-04 2023-09 -
=> acceptance - 2023-10 -
=> acceptance 2023-11 - -

二、督查步骤
（一）督查准备（4月1日至4月5日）。抽调人员，培训业务。
（二）进驻督查（4月6日至4月28日）。每组进驻15天。
（三）反馈意见（5月中旬）。形成报告。
（四）督促整改（5月下旬至8月底）。
（五）复查验收（9月）。
=> preparation 2023-04-01 2023-04-05 -
=> field_inspection 2023-04-06 2023-04-28 -
=> other 2023-05-11 2023-05-20 -
=> rectification 2023-05-21 2023-08 -
=> acceptance 2023-09 2023-09 -

二、工作步骤
（一）第一阶段：学习动员（3月15日至3月31日）
召开会议，4月1日9时前报送名单。
（二）第二阶段：对照检查（4月1日至4月20日）
查摆问题。
（三）第三阶段：整改提高（4月21日至5月底）
落实整改。
=> preparation 2023-03-15 2023-03-31 -
=> self_inspection 2023-04-01 2023-04-20 -
=> rectification 2023-04-21 2023-05 -

二、督察步骤
（一）各单位自查。3月底前完成。
（二）实地督察。具体时间另行通知。
（三）问题整改。自收到反馈意见之日起30日内完成。
=> self_inspection - 2023-03 -
=> field_inspection - - -
=> rectification - - -

二、工作安排
（一）3月1日至3月15日为自查自评阶段。
（二）3月16日至4月10日为集中核查阶段。
（三）4月11日起至4月30日止为整改阶段。
=> self_inspection 2023-03-01 2023-03-15 -
=> field_inspection 2023-03-16 2023-04-10 -
=> rectification 2023-04-11 2023-04-30 -

二、时间步骤
专项整治自2023年4月开始，至2023年12月结束，分三个阶段。
（一）排查阶段（4月至6月）。
（二）整治阶段（7月至11月）。
（三）验收阶段（12月）。
=> self_inspection 2023-04 2023-06 -
=> rectification 2023-07 2023-11 -
=> acceptance 2023-12 2023-12 -

二、工作步骤
（一）宣传发动（12月1日至12月20日）。
（二）排查整治（12月21日至2024年3月31日）。
（三）总结（4月10日前）。
=> preparation 2023-12-01 2023-12-20 -
=> self_inspection 2023-12-21 2024-03-31 -
=> acceptance - 2024-04-10 -

二、督查安排
即日起至4月15日为各乡镇自查阶段，自查报告务于4月15日18:00前报送。4月中、下旬，组织交叉互查。5月10日前，各乡镇对互查问题整改到位。5月下旬，县督查室组织实地督查。
=> self_inspection - 2023-04-15 18:00
=> field_inspection 2023-04-11 2023-04-30 -
=> rectification - 2023-05-10 -
=> field_inspection 2023-05-21 2023-05-31 -

二、工作安排
4月上旬，各乡镇开展摸底。4月20日前，完成问题整改。5月，县里组织验收。
=> self_inspection 2023-04-01 2023-04-10 -
=> rectification - 2023-04-20 -
=> acceptance 2023-05 2023-05 -

二、考核程序
（一）考核分为自评、核查、评定三个阶段。
（二）检查按照自查、抽查两个步骤进行。

二、工作目标
力争年内问题整改率明显提高，全年新建成示范点若干，6月份集中宣传。
"""


@pytest.mark.parametrize(
    ("steps", "kinds"),
    [
        ("自查、现场检查、结果通报", "self_inspection field_inspection acceptance"),
        ("自查、集中检查、情况汇总", "self_inspection field_inspection acceptance"),
        ("动员部署、实地核查、结果公布", "preparation field_inspection acceptance"),
        # Before the end, or where nothing was inspected, it ends nothing.
        ("实地核查、结果通报、整改落实", "field_inspection other rectification"),
        ("动员部署、结果公布", "preparation other"),
        ("自查、现场检查、组织实施", "self_inspection field_inspection other"),
    ],
)
def test_what_is_made_known_at_the_end_ends_the_work(steps, kinds):
    lines = (
        f"（{sign}）{step}（{n}月）。"
        for n, (sign, step) in enumerate(zip("一二三", steps.split("、"), strict=False), 3)
    )
    assert [stage.kind for stage in read("（一）甲。", "\n".join(lines)).stages] == kinds.split()


ARTICLES = """某县考核办法（某发〔2021〕3号）
第一章 考核内容
第一条 公开及时。
第二章 考核程序
第二条 {}
（一）自评。各乡镇对照考核内容自评，于10月10日前报送自评报告；
（二）核查。11月3日至11月20日，考核组核查。
第三条 {}
"""


@pytest.mark.parametrize(
    ("opening", "beside", "ends", "due"),
    [
        ("考核按以下程序进行：", "各乡镇应当确定联络员，于7月20日前备案。", "10-10 11-20", ["2021-07-20"]),
        ("考核分以下步骤：", "对结果有异议的，应当在5日内提出。", "10-10 11-20", []),
        ("年度考核程序如下：", "各部门自评材料报送名单，6月底前报县考核办。", "10-10 11-20", ["2021-06"]),
        # Where no steps are told, what is dated is told by its own words.
        ("考核由县考核办负责：", "督促整改于12月20日前完成。", "12-20", ["2021-10-10"]),
    ],
)
def test_what_stands_beside_the_steps_is_a_duty(opening, beside, ends, due):
    reading = plans.read_text(ARTICLES.format(opening, beside))
    assert [stage.ends_on for stage in reading.stages] == [f"2021-{end}" for end in ends.split()]
    assert [duty.ends_on for duty in reading.duties] == due


@pytest.mark.parametrize("case", STAGES.strip().split("\n\n"))
def test_stages_are_read_however_they_are_written(case):
    lines = case.splitlines()
    expected = [line.removeprefix("=> ") for line in lines if line.startswith("=> ")]
    reading = plans.read_text(PLAN.format("".join(f"{line}\n" for line in lines if not line.startswith("=> "))))
    found = [f"{s.kind} {s.starts_on or '-'} {s.ends_on or '-'} {s.deadline_time or '-'}" for s in reading.stages]
    assert found == expected
    assert [duty.ends_on for duty in reading.duties] == ["2023-03-05"]


KINDS = """
preparation | 动员部署 宣传发动 部署启动 组织准备 安排部署 学习宣传 制定方案
self_inspection | 自查自纠 全面自查 自查整改 摸底排查 单位自评 企业自查自改 书面自查 自检自评 排查整治
field_inspection | 实地督察 重点抽查 集中检查 督导检查 现场核查 交叉检查 综合考核 进驻督察 督查暗访 年终考核 组织评查
field_inspection | 学区互查 镇街初查 部门联查 单位互评
rectification | 整改落实 集中整治 反馈整改 整改提升 专项整治 督查整改 集中攻坚 问题处理 分类处置 依法查处 交办督办
acceptance | 总结验收 总结提升 评估验收 检查验收 考核验收 “回头看” 整改“回头看” 总结通报 复查复核 综合评定
acceptance | 巩固提升 巩固成果
other | 组织实施 全面推进 建章立制 通报情况
"""


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind.strip(), name)
        for kind, names in (row.split("|") for row in KINDS.strip().splitlines())
        for name in names.split()
    ],
)
def test_a_stage_is_told_by_its_name(kind, name):
    reading = read("（一）甲。", f"（一）{name}阶段（3月1日至3月10日）。落实要求。\n")
    assert [(stage.kind, stage.ends_on) for stage in reading.stages] == [(kind, "2021-03-10")]


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        ("（一）第一阶段：排查摸底阶段（3月）。", "第一阶段：排查摸底阶段"),
        ("（一）第一步：自查（3月）。", "第一步：自查"),
        ("（一）自查阶段：各单位自查（3月）。", "自查阶段"),
        ("（一）单位自查（3月）。", "单位自查"),
    ],
)
def test_a_stage_that_is_counted_keeps_its_name(stage, title):
    (found,) = read("（一）甲。", stage).stages
    assert (found.kind, found.title) == ("self_inspection", title)
