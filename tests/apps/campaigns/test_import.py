"""Documents other than the brief become campaigns: tables, several inspected parts, several stages of a kind."""

from datetime import date

import pytest

from ducha.apps.campaigns import actions

TABLE = """某县2021年度考核细则
序号\t考核项目\t分值\t考核内容\t评分标准
一、\t通用项目\t40
1\t组织领导\t20\t成立领导小组\t未成立的扣5分
2\t宣传\t20\t年内至少3次\t少一次扣1分
二、\t部门项目\t60
1\t县农业局\t30\t控制污染\t酌情扣分
30\t治理农药\t酌情扣分
"""
PARTS = """某方案（某发〔2021〕3号）
一、总体要求
认真落实。
二、大力推广抽查
（一）制定清单；
（二）公开结果。
三、加快制度建设
（一）建立平台。
四、时间安排
（一）自查阶段（3月）。
（二）督察准备（4月上旬）。
（三）第一轮督察（5月1日至5月10日）。
（四）第二轮督察（6月1日至6月10日）。
（五）其他工作（全年）。
"""


def imported(text: str, by):
    return actions.create_from_plan("方案.txt", text.encode(), by=by)


def shape(campaign) -> list[tuple[str, str, list[str]]]:
    return [(area.code, area.title, list(area.points.values_list("code", flat=True))) for area in campaign.areas.all()]


def test_the_sections_of_a_table_become_areas(draft):
    assert shape(imported(TABLE, draft.office)) == [
        ("1", "通用项目", ["1.1", "1.2"]),
        ("2", "部门项目", ["2.1.1", "2.1.2"]),
    ]


def test_the_numbers_of_a_row_stand_in_its_text_with_how_it_is_scored(draft):
    point = imported(TABLE.replace("少一次扣1分", "至少2人参加，少一次扣1分"), draft.office).points.get(code="1.2")
    assert point.text == "年内至少3次\n至少2人参加，少一次扣1分"
    spans = [point.text[t.span_start : t.span_end] for t in point.thresholds.all()]
    assert spans == ["至少3次", "至少2人"]


def test_several_inspected_parts_become_areas(draft):
    assert shape(imported(PARTS, draft.office)) == [
        ("2", "大力推广抽查", ["2.1", "2.2"]),
        ("3", "加快制度建设", ["3.1"]),
    ]


def test_two_rounds_of_one_kind_are_one_stage_and_a_month_runs_to_its_end(draft):
    stages = {stage.kind: stage for stage in imported(PARTS, draft.office).stages.all()}
    assert set(stages) == {"self_inspection", "field_inspection"}
    rounds = stages["field_inspection"]
    assert (rounds.starts_on, rounds.due_at.date()) == (date(2021, 5, 1), date(2021, 6, 10))
    assert stages["self_inspection"].starts_on == date(2021, 3, 1)
    assert stages["self_inspection"].due_at.date() == date(2021, 3, 31)


@pytest.mark.parametrize(
    "text", ["附件1\n考核细则\n一、考核内容\n（一）甲。\n（二）乙。\n", TABLE.replace("\t", "  \t ")]
)
def test_an_annex_alone_and_padded_cells_are_read_too(draft, text):
    assert imported(text, draft.office).points.count() >= 2
