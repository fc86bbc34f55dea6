"""The structure of plans in small: what begins a part and what does not, which part is inspected, what stands around.

Each row is a text and the codes of its points; every text is also kept whole.
"""

import pytest

from ducha.engines import plans


def read(body: str) -> plans.Reading:
    reading = plans.read_text(f"某方案\n一、督察内容\n{body}\n二、督察要求\n无。\n")
    assert kept(reading)
    return reading


def kept(reading: plans.Reading) -> bool:
    return "".join(reading.verbatim().split()) == "".join(reading.text.split())


def codes(reading: plans.Reading) -> list[str]:
    return [point.code for point in reading.points]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # A number inside a line after another one is its first child.
        ("（一）1.甲；2.乙。\n（二）一是丙；二是丁。", ["1.1", "1.2", "2.1", "2.2"]),
        ("1.一是甲；二是乙。\n2.丙。", ["1.1", "1.2", "2"]),
        # Numbers that do not nest as they mostly do.
        ("1.甲\n（一）子\n（二）丑\n2.乙\n（一）寅\n（二）卯", ["1.1", "1.2", "2.1", "2.2"]),
        ("一是甲。\n二是乙：\n（一）子；\n（二）丑。\n三是丙。", ["1", "2.1", "2.2", "3"]),
        ("①甲\n（1）子\n（2）丑\n②乙", ["1.1", "1.2", "2"]),
        ("（一）甲\n1.子\n2.丑\n（二）乙\n3.寅", ["1.1", "1.2", "2.3"]),
        # Letters, enclosed and full-width forms, blanks inside.
        ("（一）甲\na. 子\nb. 丑\n（二）乙", ["1.1", "1.2", "2"]),
        ("1)甲\n2)乙", ["1", "2"]),
        ("( 1 )甲\n( 2 )乙", ["1", "2"]),
        ("1 、甲\n2 、乙", ["1", "2"]),
        ("（一）、甲\n（二）、乙", ["1", "2"]),
        # A year or a quantity follows the number of an item.
        ("1.甲。\n2.2023年秋季学期完成。\n3.丙。", ["1", "2", "3"]),
        ("1、甲。\n2、3个工作日内办结。\n3、丙。", ["1", "2", "3"]),
        # What looks like a number of a part and is none.
        ("（一）甲达到\n3.5%以上。\n（二）乙。", ["1", "2"]),
        ("1.甲。\n2.乙不少于2.5万元。", ["1", "2"]),
        ("（一）依据第三条第（二）项执行。", ["1"]),
        ("（一）按照《办法》第十二条规定办理。\n（二）乙。", ["1", "2"]),
        ("（一）统一、规范、公开。\n（二）乙。", ["1", "2"]),
        # Levels left out.
        ("（1）甲\n①子\n②丑\n（2）乙", ["1.1", "1.2", "2"]),
        ("①甲\n②乙", ["1", "2"]),
    ],
)
def test_numbers_begin_parts_by_their_runs(body, expected):
    assert codes(read(body)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("壹、范围\n全市。\n贰、督察内容\n（一）甲\n（二）乙\n叁、要求\n无。", ["1", "2"]),
        ("第一、督察内容\n（一）甲\n（二）乙\n第二、督察要求\n无。", ["1", "2"]),
        ("第一部分　总体要求\n无。\n第二部分　督察内容\n1.甲\n2.乙\n第三部分　保障\n无。", ["1", "2"]),
        ("第一章总则\n第一条为了规范，制定本办法。\n第二章考核内容\n第二条甲。\n第三条乙。", ["2", "3"]),
        ("一　范围\n全市。\n二　检查重点\n（一）甲\n（二）乙\n三　要求\n无。", ["1", "2"]),
        ("【督查范围】\n全县。\n【督查内容】\n1.甲\n2.乙\n【督查要求】\n1.丙\n2.丁", ["1", "2"]),
        ("一是突出排查重点。排查。\n二是强化整改。整改。", ["1", "2"]),
        ("1.检查内容\n(1)甲\n(2)乙\n2.检查方式\n暗访。", ["1", "2"]),
        ("（一）督察内容\n1.甲\n2.乙\n（二）督察方式\n暗访。", ["1", "2"]),
        ("1 总则\n1.1 目的\n规范。\n2 检查内容\n2.1 甲\n2.2 乙\n2.2.1 子\n2.2.2 丑", ["1", "2.1", "2.2"]),
    ],
)
def test_any_number_may_head_a_part(text, expected):
    reading = plans.read_text(f"某方案\n{text}\n")
    assert codes(reading) == expected and kept(reading)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The content inside a part beside its frame.
        ("一、督导安排\n（一）督导时间\n6月。\n（二）督导内容\n1、甲\n2、乙\n（三）督导方式\n看。", ["1", "2"]),
        ("一、检查对象和内容\n（一）检查对象\n全县。\n（二）检查内容\n1.甲\n2.乙", ["1", "2"]),
        # Areas whose names only sound like a frame stay points.
        ("一、督察内容\n（一）目标任务完成情况\n1.甲\n2.乙\n（二）执法对象满意情况。", ["1.1", "1.2", "2"]),
        # Aims are none where the tasks have a part of their own.
        ("一、目标任务\n（一）甲\n（二）乙\n二、重点任务\n（一）丙\n（二）丁", ["1", "2"]),
        ("一、总体要求和主要任务\n（一）甲\n（二）乙\n二、保障措施\n无。", ["1", "2"]),
        ("一、检查范围\n全县。\n二、检查内容及有关要求\n1.甲\n2.乙", ["1", "2"]),
        # Several parts, and none that is named.
        ("一、抓好甲\n1.子\n2.丑\n二、抓好乙\n3.寅\n三、组织领导\n（一）卯", ["1.1", "1.2", "2.3"]),
        # What a notice asks before the plan that it sends is not the plan.
        (
            "一、提高站位。抓好。\n二、压实责任。抓实。\n某某县人民政府\n2022年3月15日\n某方案\n一、抓好甲\n1.子\n2.丑\n二、抓好乙\n1.寅",
            ["1.1", "1.2", "2.1"],
        ),
        # A regulation of articles alone.
        (
            "第一条 为规范工作，制定办法。\n第二条 适用于全县。\n第三条 自评。\n第四条 公开。\n第五条 由县局负责解释。",
            ["3", "4"],
        ),
        (
            "一、检查内容\n见附件1。\n二、检查时间\n5月。\n附件1\n检查表\n序号\t检查内容\t分值\n1\t甲\t5\n2\t乙\t5",
            ["1", "2"],
        ),
    ],
)
def test_what_is_inspected_is_found_by_its_place(text, expected):
    reading = plans.read_text(f"某方案\n{text}\n")
    assert codes(reading) == expected and kept(reading)


HEAD = """某方案
根据有关要求，结合全县工作实际，制定本方案。
一、督察范围和对象
全县各乡镇人民政府、县直各单位，以及中央、省、市驻县有关单位和县属国有企业。
二、督察内容
（一）甲。
（二）乙。
"""


@pytest.mark.parametrize(
    "foot",
    [
        "某某县人民政府\n2022年3月15日\n",
        "某某县人民政府　　2022年3月15日\n",
        "某某县委办公室\n某某县人民政府办公室\n二〇二二年三月十五日\n",
        "附件：1.自查表\n2.汇总表\n某某县人民政府\n2022年3月15日\n",
        "附件1：自查表\n附件2：汇总表\n",
        "某某县人民政府\n2022年3月15日\n（此件公开发布）\n抄送：县委办公室。\n",
        "联系人：张三，电话：1234567。\n附件：自查表\n",
        "某某县人民政府办公室　　　　2022年3月16日印发\n",
    ],
)
def test_what_stands_below_the_text_is_no_part_of_the_last_point(foot):
    reading = plans.read_text(HEAD + foot)
    assert [point.text for point in reading.points] == ["甲。", "乙。"] and kept(reading)
    joined = plans.read_text((HEAD + foot).replace("\n", ""))
    assert [point.text for point in joined.points] == ["甲。", "乙。"] and kept(joined)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Merged parents: cells that are missing, or empty.
        ("项目\t检查内容\t分值\n制度\t甲\t5\n乙\t5\n人员\t丙\t10", ["1.1", "1.2", "2.1"]),
        ("项目\t检查内容\t分值\n制度\t甲\t5\n\t乙\t5\n人员\t丙\t10\n\t丁\t1", ["1.1", "1.2", "2.1", "2.2"]),
        (
            "项目\t检查内容\t分值\n制度\t甲\t5\n乙\t5\n人员\t丙\t10\n环境\t丁\t5\n戊\t5",
            ["1.1", "1.2", "2.1", "3.1", "3.2"],
        ),
        # A parent that is written again in each row is one, but not behind the number of the row.
        ("项目\t检查内容\t分值\n制度\t甲\t5\n制度\t乙\t5\n人员\t丙\t10", ["1.1", "1.2", "2.1"]),
        ("序号\t项目\t检查内容\n1\t制度\t甲\n2\t制度\t乙\n3\t人员\t丙", ["1", "2", "3"]),
        ("类别\t序号\t检查内容\n制度\t1\t甲\n\t2\t乙\n人员\t3\t丙\n\t4\t丁", ["1.1", "1.2", "2.1", "2.2"]),
        # 一 above 1, 1 above 1.1.
        ("序号\t考核内容\t分值\n一\t制度\t20\n1\t甲\t10\n2\t乙\t10\n二\t人员\t80\n3\t丙\t80", ["1.1", "1.2", "2.1"]),
        (
            "序号\t考核内容\t分值\n1\t制度\t20\n1.1\t甲\t10\n1.2\t乙\t10\n2\t人员\t80\n2.1\t丙\t80",
            ["1.1", "1.2", "2.1"],
        ),
        ("检查内容\t是\t否\n甲\t\t\n乙\t\t", ["1", "2"]),
        # Section rows, with and without empty cells beside them, and a total.
        ("序号\t任务\t责任单位\n一、制度\n1\t甲\t县局\n2\t乙\t县局\n二、人员\n3\t丙\t县局", ["1.1", "1.2", "2.1"]),
        ("序号\t任务\t责任单位\n制度方面\t\t\n1\t甲\t县局\n人员方面\t\t\n2\t乙\t县局", ["1.1", "2.1"]),
        ("序号\t考核内容\t分值\n1\t甲\t50\n2\t乙\t50\n合计\t\t100", ["1", "2"]),
        # A head that also names what is unknown, and a form to fill in.
        ("序号\t任务\t包保领导\t牵头单位\t时限\n1\t甲\t张三\t县局\t6月底\n2\t乙\t李四\t县局\t7月底", ["1", "2"]),
        ("检查内容\t检查要点\t结果（是/否）\t存在问题\t整改措施\n制度\t甲\t是□否□\t\t\n乙\t是□否□\t\t", ["1.1", "1.2"]),
    ],
)
def test_the_rows_of_tables_are_points(rows, expected):
    reading = plans.read_text(f"某表\n{rows}\n")
    assert codes(reading) == expected and kept(reading)


@pytest.mark.parametrize(
    ("words", "bodies"),
    [
        ("（责任单位：县农业局、县水利局；完成时限：6月底）", ("县农业局", "县水利局")),
        ("（责任单位：各县（市、区）人民政府，市直各部门）", ("各县（市、区）人民政府", "市直各部门")),
        ("（市住房和城乡建设局牵头，市财政局、市公安局配合）", ("市住房和城乡建设局", "市财政局", "市公安局")),
        ("（市发展改革委、市财政局等按职责分工负责）", ("市发展改革委", "市财政局")),
        ("（2023年6月底前完成，县农业局牵头负责）", ("县农业局",)),
        ("【牵头单位：县委办】", ("县委办",)),
        ("（县农业局、县水利局，2023年6月底前完成）", ("县农业局", "县水利局")),
        ("（县农业局，持续推进）", ("县农业局",)),
        ("责任领导：张三；责任单位：县水利局；责任人：李四", ("县水利局",)),
        ("\n责任单位：县水利局\n完成时限：6月底", ("县水利局",)),
        ("（含县级以上人民政府）", ()),
        ("（以下简称“两法”）", ()),
        ("（一式三份）", ()),
    ],
)
def test_a_point_names_the_bodies_that_are_responsible(words, bodies):
    (point,) = read(f"（一）公开清单。{words}").points
    assert point.responsible == bodies


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("（10分）。", 10.0),
        ("（本项20分）", 20.0),
        ("【8分】", 8.0),
        ("（满分12分，每少一项扣1分）", 12.0),
        ("，15分。", 15.0),
        ("，得5分，每少一项扣1分。", 5.0),
        ("，一等得5分，二等得3分。", None),
        ("（每少一项扣1分）", None),
        ("（满意度达到80分以上）", None),
    ],
)
def test_a_point_says_what_it_is_worth(words, score):
    (point,) = read(f"（一）公开清单{words}").points
    assert point.score == score


def test_a_wrapped_line_that_begins_like_a_number_begins_nothing():
    text = """某某县关于推行执法三项制度的督察工作方案
一、督察内容
（一）建立行政执法体系，推动形成权责统
一、权威高效的执法格局，执法人员不得少于
2人以上，罚款三千元以上的，依据办法第
（三）项的规定集体讨论，其中重大案件占
1.5 个百分点以上的，应当专题研究并及时
报告县人民政府和上级主管部门备案审查。
（二）清单公开。
二、督察要求
认真落实本方案的各项要求。
"""
    reading = plans.read_text(text)
    assert codes(reading) == ["1", "2"] and kept(reading)


def tasks(*parts: str) -> list[str]:
    """The codes of a plan whose parts are titles, each with the numbers of its tasks: "提升效能 1 2"."""
    lines = ["某分工方案"]
    for sign, part in zip("一二三四五六", parts, strict=False):
        title, *numbers = part.split()
        lines += [f"{sign}、{title}", *(f"{number}.办好这一件事情。" for number in numbers)]
    return codes(plans.read_text("\n".join(lines)))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # One list of tasks through all parts, whatever a word in a title means elsewhere.
        (("提升效能 1 2", "强化要素保障 3 4", "规范秩序 5 6"), ["1.1", "1.2", "2.3", "2.4", "3.5", "3.6"]),
        (("提升效能 1 2", "创新监管方式 3 4", "规范秩序 5 6"), ["1.1", "1.2", "2.3", "2.4", "3.5", "3.6"]),
        (("提升效能 1 2", "优化审批程序 3 4", "规范秩序 5 6"), ["1.1", "1.2", "2.3", "2.4", "3.5", "3.6"]),
        (("提升效能 1 2", "推进服务事项标准化 3 4", "规范秩序 5 6"), ["1.1", "1.2", "2.3", "2.4", "3.5", "3.6"]),
        (
            ("扩大供给 1 2", "完善医疗保障 3", "改进管理方式 4", "推进民生事项 5"),
            ["1.1", "1.2", "2.3", "3.4", "4.5"],
        ),
        # At its end a list may run on through what only frames it.
        (("提升效能 1 2", "规范秩序 3 4", "强化组织保障 5 6"), ["1.1", "1.2", "2.3", "2.4"]),
        (("总体要求 1 2", "提升效能 3 4", "规范秩序 5 6"), ["2.3", "2.4", "3.5", "3.6"]),
        (("提升效能 1 2", "工作要求 1 2", "规范秩序 1 2"), ["1.1", "1.2", "3.1", "3.2"]),
        (("督察内容 1 2", "督察方法 3 4", "问题处理 5 6"), ["1", "2"]),
        (("督察对象 1 2", "督察内容 3 4", "问题处理 5 6", "成果共享 7 8"), ["3", "4"]),
    ],
)
def test_a_list_that_runs_through_parts_makes_them_alike(parts, expected):
    assert tasks(*parts) == expected


TABLE = "附件\n评分表\n序号\t考核内容\t分值\n1\t公开及时\t60\n2\t办理规范\t40\n"


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        ("第一章 组织和内容\n第一条 县考核办负责。\n第二条 具体内容和分值见附件。\n第三条 获奖的加分。", 2),
        ("第一条 考核内容分为两个方面，评分标准见附件。\n第二条 考核任务由县考核办承担。", 2),
        ("第一章 考核指标\n第一条 考核指标按照附件执行。\n第二条 未承担任务的单位折算。", 2),
        ("第一章 考核内容\n第一条 内容包括：\n（一）组织；\n（二）制度；\n（三）成效。\n具体评分标准见附件。", 2),
        # Nothing is sent to the annex, or only one thing of several.
        ("第一章 考核内容\n第一条 公开及时。\n第二条 办理规范。\n第三条 报送真实。", 3),
        ("第一章 考核内容\n第一条 公开及时。\n第二条 办理规范。\n第三条 报送真实，报表式样见附件。", 3),
        ("第一章 考核内容\n第一条 考核下列方面：\n（一）公开及时；\n（二）办好实事，具体项目见附件；\n（三）报送。", 3),
        ("一、考核内容\n（一）公开及时。\n（二）办好实事，具体项目见附件。\n（三）报送真实。", 3),
    ],
)
def test_an_article_may_send_what_is_asked_to_a_table(articles, expected):
    assert len(plans.read_text(f"某县考核办法\n{articles}\n{TABLE}").points) == expected
