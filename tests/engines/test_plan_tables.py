"""Tables as people paste them: cells of several lines, tables that go on over pages, tables without a head."""

import pytest

from ducha.engines import plans

HEAD = "序号\t任务\t责任单位\t完成时限\n"
FIRST = "1\t公开清单，逐项落实。\t县司法局\t2023年6月底前\n"
SECOND = "2\t公开流程，限时办结。\t县财政局\t2023年7月底前\n"


def read(text: str) -> plans.Reading:
    reading = plans.read_text(text)
    assert "".join(reading.verbatim().split()) == "".join(text.split())
    return reading


def rows(reading: plans.Reading) -> list[tuple[str, str]]:
    return [(point.code, point.text) for point in reading.points]


TWO = [("1", "公开清单，逐项落实。"), ("2", "公开流程，限时办结。")]


@pytest.mark.parametrize(
    ("cell", "text", "bodies"),
    [
        ('"公开清单；\n逐项落实。"\t县司法局', "公开清单； 逐项落实。", ("县司法局",)),
        (
            '"1.公开清单；\n2.逐项落实；\n3.销号。"\t"县司法局\n县财政局"',
            "1.公开清单； 2.逐项落实； 3.销号。",
            ("县司法局", "县财政局"),
        ),
        ('"建立""销号""制度；\n逐项落实。"\t县司法局', '建立"销号"制度； 逐项落实。', ("县司法局",)),
    ],
)
def test_a_quoted_cell_of_several_lines_is_one_cell(cell, text, bodies):
    reading = read(f"方案\n附件\n任务表\n{HEAD}1\t{cell}\t6月底\n{SECOND}")
    assert rows(reading) == [("1", text), TWO[1]]
    assert reading.points[0].responsible == bodies


@pytest.mark.parametrize(
    "text", ['（一）建立"台账；\n（二）公开。', '（一）落实"一单\n（二）公开"。', '（一）建立\t"台账；\n（二）公开。']
)
def test_a_quote_in_a_text_joins_no_lines(text):
    assert [point.code for point in read(f"方案\n一、督察内容\n{text}\n").points] == ["1", "2"]


@pytest.mark.parametrize(
    "between",
    [
        "— 2 —\n（续表）\n" + HEAD,
        "- 2 -\n" + HEAD,
        "第2页 共3页\n",
        "任务表（续）\n" + HEAD,
        "2\n任务表\n" + HEAD,
        HEAD,
        "续上表\n",
    ],
)
def test_a_table_goes_on_over_the_end_of_a_page(between):
    reading = read(f"方案\n附件\n任务表\n{HEAD}{FIRST}{between}{SECOND}")
    assert rows(reading) == TWO


def test_a_parent_that_rows_share_holds_over_the_end_of_a_page():
    head = "项目\t检查内容\t分值\t评分标准\n"
    first = "组织\t成立机构。\t5\t无机构扣5分\n\t配备人员。\t5\t无人员扣5分\n"
    second = "\t保障经费。\t5\t无经费扣5分\n公开\t公开清单。\t5\t扣5分\n\t公开流程。\t5\t扣5分\n"
    codes = [point.code for point in read(f"方案\n附件\n评分表\n{head}{first}— 2 —\n（续表）\n{head}{second}").points]
    assert codes == ["1.1", "1.2", "1.3", "2.1", "2.2"]


def test_a_numbered_line_above_a_head_of_its_own_begins_the_next_part():
    reading = read(f"方案\n一、重点任务\n（一）清单\n{HEAD}{FIRST}{SECOND}（二）流程\n{HEAD}{FIRST}{SECOND}")
    assert [point.code for point in reading.points] == ["1.1", "1.2", "2.1", "2.2"]


@pytest.mark.parametrize(
    "table",
    [
        FIRST + SECOND,
        "1.\t公开清单，逐项落实。\t县司法局\n2.\t公开流程，限时办结。\t县财政局、县民政局\n",
        "一\t清单\t公开清单，逐项落实。\t2023年6月底\t\n二\t流程\t公开流程，限时办结。\t长期坚持\t已启动\n",
    ],
)
def test_a_table_without_a_head_is_told_by_what_stands_in_its_columns(table):
    assert rows(read(f"方案\n附件\n任务表\n{table}")) == TWO


@pytest.mark.parametrize(
    "table",
    [
        "1\t县司法局\t张某\t0375-123\n2\t县财政局\t李某\t0375-124\n",
        "1\t第一组\t张某、李某、王某、赵某\t县司法局\n2\t第二组\t钱某、孙某、周某、吴某\t县财政局\n",
        "1\t县司法局\t办件量大，超期3件，办结率低。\t95\n2\t县财政局\t办件量小，无超期，办结率高。\t98\n",
        FIRST,
    ],
)
def test_telephones_teams_statistics_and_a_single_row_ask_for_nothing(table):
    reading = read(f"方案\n一、督察内容\n（一）甲。\n（二）乙。\n附件\n附表\n{table}")
    assert [point.text for point in reading.points] == ["甲。", "乙。"]
    assert read(f"方案\n请认真执行。\n附件\n附表\n{table}").points == ()


def test_of_several_annexes_with_tables_each_gives_its_number():
    contacts = "附件2\n联系表\n姓名\t电话\n张某\t1\n"
    reading = read(f"方案\n请执行。\n附件1\n甲表\n{HEAD}{FIRST}{SECOND}{contacts}附件3\n乙表\n{FIRST}{SECOND}")
    assert [point.code for point in reading.points] == ["1.1", "1.2", "3.1", "3.2"]
    assert rows(read(f"方案\n请执行。\n{contacts}附件3\n乙表\n{FIRST}{SECOND}")) == TWO


@pytest.mark.parametrize("below", ["— 2 —\n1\t2\t3\t4\n", f"（续表）\n{HEAD}", HEAD, "续上表\n— 2 —\n"])
def test_a_head_with_nothing_but_the_end_of_a_page_below_it_holds_no_row(below):
    assert [text for _code, text in rows(read(f"方案\n附件\n任务表\n{HEAD}{below}")) if "。" in text] == []
