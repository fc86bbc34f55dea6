"""Documents of the genre other than the brief: their head and foot, and chapters, articles and continued numbers."""

from datetime import date
from pathlib import Path

import pytest

from ducha.engines import plans
from ducha.engines.plans.marks import ordinal

# Public documents that are not ours to ship; they lie beside the repository where it is developed.
PLANS = Path(__file__).parents[3] / "shared" / "plans"

NOTICE = """某某市人民政府办公厅
关于开展专项督察的通知
某政办〔2021〕12号
各县（市、区）人民政府，市政府各部门：
现将有关事项通知如下。
一、督察内容
（一）公开期限不超过7个工作日；
二、工作要求
认真落实。
某某市人民政府办公厅
二〇二一年十二月三十一日
"""

REGULATION = """某某市督察工作办法
第一章　总则
第一条　为了规范督察工作，根据
第九条规定，制定本办法。
第二条　本办法适用于本市。
第二章　督察内容
第三条　督察下列事项：
（一）公开情况；
（二）整改情况。
第四条　其他事项。
第三章　附则
第五条　本办法自2021年1月1日起施行。
"""


def codes(reading) -> list[str]:
    return [point.code for point in reading.points]


def test_the_head_and_the_foot_of_a_notice_are_read():
    heading = plans.read_text(NOTICE).heading
    assert heading.title == "某某市人民政府办公厅关于开展专项督察的通知"
    assert heading.document_number == "某政办〔2021〕12号"
    assert (heading.issuer, heading.issued_on) == ("某某市人民政府办公厅", date(2021, 12, 31))


def test_a_number_above_the_title_or_before_it_on_its_line_is_no_part_of_it():
    for glue in ("\n", ""):
        reading = plans.read_text(f"某政办〔2021〕12号{glue}关于开展督察的通知\n一、督察内容\n（一）甲。\n")
        assert (reading.heading.document_number, reading.title) == ("某政办〔2021〕12号", "关于开展督察的通知")


def test_a_letterhead_above_the_number_is_no_title():
    reading = plans.read_text(f"某某市人民政府文件\n某政〔2021〕12号\n{NOTICE.replace('某某市人民政府办公厅', '', 1)}")
    assert (reading.heading.document_number, reading.title) == ("某政〔2021〕12号", "关于开展专项督察的通知")


def test_a_date_in_the_text_signs_nothing_and_an_impossible_one_is_none():
    reading = plans.read_text("方案\n一、督察内容\n2021年3月1日前完成。\n2021年2月30日\n")
    assert (reading.heading.issuer, reading.heading.issued_on) == (None, None)


@pytest.mark.parametrize(
    ("text", "year", "evidence"),
    [
        (NOTICE, 2021, "某政办〔2021〕12号"),
        ("方案\n根据《通知》（国发〔2018〕3号）\n一、内容\n甲。\n2019年1月9日\n", 2019, "2019-01-09"),
        ("2018年度考核细则\n一、内容\n甲。\n", 2018, "2018年"),
        ("方案\n根据《通知》（国发〔2018〕3号）\n一、内容\n甲。\n", 2018, "〔2018〕"),
        ("方案\n一、内容\n甲。\n", None, ""),
    ],
)
def test_the_year_comes_from_the_best_evidence_there_is(text, year, evidence):
    reading = plans.read_text(text)
    assert (reading.year, reading.year_evidence) == (year, evidence)


def test_articles_run_on_through_the_chapters_and_an_article_cited_begins_nothing():
    reading = plans.read_text(REGULATION)
    chapters = [node for node in reading.outline if node.number]
    assert [(node.number, node.title, node.level) for node in chapters] == [
        ("第一章", "总则", 1),
        ("第二章", "督察内容", 1),
        ("第三章", "附则", 1),
    ]
    assert [article.number for article in chapters[0].children] == ["第一条", "第二条"]
    assert codes(reading) == ["3.1", "3.2", "4"]
    assert reading.stages == ()


def test_numbers_that_continue_across_parts_are_read_and_one_that_jumps_is_not():
    reading = plans.read_text("方案\n一、督察内容\n（一）甲\n1.子\n2.丑\n（二）乙\n3.寅；\n9.不是标题\n")
    assert codes(reading) == ["1.1", "1.2", "2.3"]
    assert reading.points[-1].text == "寅；9.不是标题"


@pytest.mark.parametrize(
    ("mark", "number"), [("九", 9), ("十", 10), ("三十四", 34), ("一百零三", 103), ("一百二十", 120)]
)
def test_articles_are_counted_past_a_hundred(mark, number):

    assert ordinal(mark) == number


@pytest.mark.parametrize("text", [NOTICE, REGULATION])
def test_nothing_is_dropped(text):
    assert "".join(plans.read_text(text).verbatim().split()) == "".join(text.split())


# Read by hand from the documents: number, issuer, day, and the parts at the top.
EXPECTED = {
    "01": ("国办发〔2019〕3号", "国务院办公厅", date(2019, 1, 9), "一、 二、 三、 四、"),
    "03": ("国办函〔2018〕71号", "国务院办公厅", date(2018, 10, 27), "一、 二、 三、 四、 五、"),
    "05": ("国发〔2019〕5号", "国务院", date(2019, 1, 27), "一、 二、 三、 四、"),
    "08": ("国办发〔2018〕118号", "国务院办公厅", date(2018, 12, 5), "一、 二、 三、 四、 五、 六、"),
    "16": ("国办发〔2017〕14号", "国务院办公厅", date(2017, 1, 19), "一、 二、 三、"),
    "17": ("国办发〔2015〕58号", "国务院办公厅", date(2015, 7, 29), "一、 二、 三、 四、"),
    "19": (None, None, None, "第一章 第二章 第三章 第四章 第五章 第六章"),
    "23": ("国土资发〔2012〕16号", "国土资源部", date(2012, 1, 20), "一、 二、 三、 四、"),
}


@pytest.mark.skipif(not PLANS.exists(), reason="the public documents are not beside this checkout")
@pytest.mark.parametrize("which", EXPECTED)
def test_real_documents_say_who_issued_them_when_and_in_which_parts(which):
    (path,) = PLANS.glob(f"{which}_*.txt")
    reading = plans.read_file(path.name, path.read_bytes())
    heading = reading.heading
    parts = " ".join(node.number for node in reading.outline if node.number and node.role != "annex")
    assert (heading.document_number, heading.issuer, heading.issued_on, parts) == EXPECTED[which]
    assert "".join(reading.verbatim().split()) == "".join(plans.text_of(path.name, path.read_bytes()).split())


BODY = """
一、督察内容
（一）公开清单，期限不超过7个工作日。
（二）公开流程，每年不少于2次。
二、工作要求
各单位要认真落实本方案的各项要求，确保按期完成。
"""
SIGNED = f"{BODY}某某县人民政府\n2023年5月6日\n"


@pytest.mark.parametrize(
    ("text", "title", "number", "issuer", "issued_on"),
    [
        (
            f"某某市2023年优化营商环境\n专项督察实施方案{BODY}",
            "某某市2023年优化营商环境专项督察实施方案",
            None,
            None,
            None,
        ),
        (
            f"某某县人民政府文件\n某政发〔2023〕5号\n某某县人民政府\n关于开展督察的通知\n各乡镇：{SIGNED}",
            "某某县人民政府关于开展督察的通知",
            "某政发〔2023〕5号",
            "某某县人民政府",
            date(2023, 5, 6),
        ),
        (f"关于督察的通知\n（某督〔2023〕8号）\n各单位：{BODY}", "关于督察的通知", "某督〔2023〕8号", None, None),
        (
            f"某县督察办法（试行）\n（2023年5月6日）\n各单位：{BODY}",
            "某县督察办法（试行）",
            None,
            None,
            date(2023, 5, 6),
        ),
        (
            f"某市督察规定\n（2022年3月1日市政府常务会议通过　2022年3月10日市政府令第12号公布）{BODY}",
            "某市督察规定",
            None,
            None,
            date(2022, 3, 10),
        ),
        (
            f"某司局 某财局关于督察的通知\n某司〔2023〕9号\n各单位：{BODY}某司局　　某财局\n二○二三年五月六日\n",
            "某司局 某财局关于督察的通知",
            "某司〔2023〕9号",
            "某司局、某财局",
            date(2023, 5, 6),
        ),
        (
            f"某县督察方案\n发文字号：某督〔2023〕8号\n发布日期：2023-05-06\n发布机构：某县督察办\n{BODY}",
            "某县督察方案",
            "某督〔2023〕8号",
            "某县督察办",
            date(2023, 5, 6),
        ),
        (f"某县人民政府关于督察的意见\n各乡镇：{BODY}", "某县人民政府关于督察的意见", None, "某县人民政府", None),
        (f"1999年某局检查方案{BODY}某某局\n1999.5.6\n", "1999年某局检查方案", None, "某某局", date(1999, 5, 6)),
    ],
)
@pytest.mark.parametrize("lines", ["kept", "lost"])
def test_the_head_and_the_foot_come_in_many_forms(text, title, number, issuer, issued_on, lines):
    text = text.replace("\n", "") if lines == "lost" else text
    reading = plans.read_text(text)
    heading = reading.heading
    assert (reading.title, heading.document_number) == (title, number)
    assert (heading.issuer, heading.issued_on) == (issuer, issued_on)
    assert codes(reading) == ["1", "2"]
    assert "".join(reading.verbatim().split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("bracket", "number", "issuer", "issued_on"),
    [
        ("2022年8月10日某县人民政府办公室印发　某政办规〔2022〕9号", "某政办规〔2022〕9号", "某县人民政府办公室", 10),
        (
            "某司发〔2022〕31号　2022年8月10日某县司法局公布　自2022年10月1日起施行",
            "某司发〔2022〕31号",
            "某县司法局",
            10,
        ),
        ("某县营商环境工作领导小组2022年8月10日印发", None, "某县营商环境工作领导小组", 10),
        ("某政办(2022)42号　2022年8月10日某县人民政府印发", "某政办(2022)42号", "某县人民政府", 10),
        ("2022年8月1日某县人民代表大会通过　2022年8月10日某县人民政府公布", None, "某县人民政府", 10),
        ("2022年8月10日某县人民代表大会常务委员会通过", None, None, 10),
        ("自2022年10月1日起施行", None, None, None),
        ("某县人民政府办公室　2022年8月10日", None, "某县人民政府办公室", 10),
        ("2022年8月10日　某县司法局、某县财政局", None, "某县司法局、某县财政局", 10),
        ("某县司法局2022年8月10日", None, "某县司法局", 10),
        ("2022年8月10日", None, None, 10),
        ("2022年8月10日某县司法局征求意见", None, None, 10),
    ],
)
@pytest.mark.parametrize("lines", ["kept", "lost"])
def test_the_bracket_below_a_title_says_when_by_whom_and_under_which_number(bracket, number, issuer, issued_on, lines):
    text = f"某县督察工作办法\n（{bracket}）{BODY}"
    reading = plans.read_text(text.replace("\n", "") if lines == "lost" else text)
    heading = reading.heading
    assert (reading.title, heading.document_number, heading.issuer) == ("某县督察工作办法", number, issuer)
    assert heading.issued_on == (issued_on and date(2022, 8, issued_on))


@pytest.mark.parametrize(
    "signed",
    [
        "某县司法局\n某县财政局\n某县民政局\n2023年5月6日\n",
        "某县司法局　　某县财政局\n　　某县民政局\n二〇二三年五月六日\n（此件公开发布）\n",
        "某县司法局（盖章）　某县财政局（盖章）　某县民政局（盖章）\n2023年5月6日\n",
        "某县司法局　　某县财政局　　某县民政局　　2023年5月6日\n主题词：检查　通知\n",
        "某县司法局\n某 县 财 政 局\n某　县　民　政　局\n2023年5月6日\n",
        "某 县 司 法 局　　某 县 财 政 局\n某 县 民 政 局\n2023年5月6日\n",
        "某  县  司  法  局\n某县财政局（盖章）\n某县民政局\n二〇二三年五月六日\n",
    ],
)
@pytest.mark.parametrize("lines", ["kept", "lost"])
def test_those_who_sign_together_are_all_named(signed, lines):
    text = f"关于开展专项检查的通知\n各单位：{BODY}{signed}"
    heading = plans.read_text(text.replace("\n", "") if lines == "lost" else text).heading
    assert (heading.issuer, heading.issued_on) == ("某县司法局、某县财政局、某县民政局", date(2023, 5, 6))


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("某县司法局文件\n某司〔2023〕5号　　2023年5月6日\n", "某县司法局"),
        ("某县司法局文件\n某司〔2023〕5号\n2023年5月6日\n", "某县司法局"),
        ("某县司法局　某县财政局文件\n2023年5月6日\n某司〔2023〕5号\n", "某县司法局、某县财政局"),
        ("某县司法局\n某县财政局文件\n某司〔2023〕5号\n2023年5月6日\n", "某县司法局、某县财政局"),
    ],
)
def test_a_day_and_joint_issuers_stand_in_the_letterhead(head, issuer):
    reading = plans.read_text(f"{head}关于开展专项检查的通知\n各单位：{BODY}")
    heading = reading.heading
    assert (reading.title, heading.document_number) == ("关于开展专项检查的通知", "某司〔2023〕5号")
    assert (heading.issuer, heading.issued_on) == (issuer, date(2023, 5, 6))


@pytest.mark.parametrize(
    ("text", "title", "issuer"),
    [
        (
            f"某县评价指标\n（2024年版）\n使用说明\n本指标适用于全县。{BODY}某县卫健局\n2024年3月\n",
            "某县评价指标（2024年版）",
            "某县卫健局",
        ),
        (f"某县督察方案\n本方案适用于全县。{BODY}\n完成时间\n2024年3月\n", "某县督察方案", None),
        (f"某县督察方案\n某县司法局\n（2024年3月1日）\n{BODY}", "某县督察方案", "某县司法局"),
        (f"各乡镇人民政府，县政府各部门：\n现通知如下：{BODY}某县司法局\n2024年3月1日\n", "", "某县司法局"),
    ],
)
def test_a_month_may_date_a_signature_and_a_title_may_be_wanting(text, title, issuer):
    reading = plans.read_text(text)
    assert (reading.title, reading.heading.issuer) == (title, issuer)


@pytest.mark.parametrize(
    ("top", "title"),
    [
        (
            "某县民政局\n无障碍浏览　登录\n索引号：L21\n关于开展检查的通知\n发布时间：2023-05-06",
            "关于开展检查的通知",
        ),
        (
            "当前位置：首页 > 文件\n某县民政局关于养老\n综合检查的通知\n来源：办公室",
            "某县民政局关于养老综合检查的通知",
        ),
        ("首页 > 公开 > 文件\n某县养老服务检查方案\n", "某县养老服务检查方案"),
        ("某县民政局\n养老服务检查\n实施方案", "某县民政局养老服务检查实施方案"),
    ],
)
def test_what_a_site_prints_above_a_document_is_no_title(top, title):
    text = f"{top}\n各单位：{BODY}"
    reading = plans.read_text(text)
    assert reading.title == title
    assert "".join(reading.verbatim().split()) == "".join(text.split())
