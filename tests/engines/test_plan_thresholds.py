"""The numbers that a clause asks for, in the words in which plans ask for them; and numbers that ask for nothing."""

import pytest

from ducha.engines.plans.thresholds import thresholds


def found(text: str) -> list[tuple[str, str, str]]:
    return [(t.comparator, t.value, t.unit) for t in thresholds(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("办理时间不超过3个工作日", ("<=", "3", "工作日")),
        ("办理时间不得超过三个工作日", ("<=", "3", "工作日")),
        ("自收到申请之日起十五日内答复", ("<=", "15", "日")),
        ("24小时内上报", ("<=", "24", "小时")),
        ("培训不少于20学时", (">=", "20", "小时")),
        ("在20天之内办结", ("<=", "20", "日")),
        ("审核人员不少于本单位执法人员总数的5%", (">=", "5", "%")),
        ("合格率不低于百分之九十五", (">=", "95", "%")),
        ("网上可办率达到八成以上", (">=", "80", "%")),
        ("满意率达到98％", (">=", "98", "%")),
        ("审核率达到100%", ("==", "100", "%")),
        ("由2人以上执法", (">=", "2", "人")),
        ("由两人以上执法", (">=", "2", "人")),
        ("每年至少举办2次法治专题讲座", (">=", "2", "次")),
        ("每半年一次研究", (">=", "1", "次")),
        ("一年不少于4次", (">=", "4", "次")),
        ("权重最多10%", ("<=", "10", "%")),
        ("每年1月31日前公开", ("<=", "0131", "date")),
        ("每年4月1日之前报告", ("<=", "0401", "date")),
        ("受理后十二个月内办结", ("<=", "12", "个月")),
        ("3.5万元以上的合同", (">=", "3.5", "万元")),
    ],
)
def test_a_limit_is_read_in_each_of_its_forms(text, expected):
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "组织领导（8分）",
        "每少一次扣1分，扣完为止",
        "每下降5%扣0.5分",
        "根据《通知》（厅字〔2019〕28号）",
        "2015年以来，全市共办理案件300件",
        "第一责任人职责",
        "一是加强领导，二是落实责任",
        "三项制度全面推行",
        "2019年1月31日",
    ],
)
def test_numbers_that_ask_for_nothing_are_left_alone(text):
    assert found(text) == []


def test_several_in_a_sentence_are_found_in_order_and_none_twice():
    text = "作出之日起20个工作日内公布，许可和处罚7个工作日内公开，合格率不低于95%，达到百分之百。"
    assert found(text) == [("<=", "20", "工作日"), ("<=", "7", "工作日"), (">=", "95", "%"), ("==", "100", "%")]
    assert all(text[t.span[0] : t.span[1]] == t.text for t in thresholds(text))
