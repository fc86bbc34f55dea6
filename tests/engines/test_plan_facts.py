"""What a plan says of its teams, its sources, its ways and its consequences, in the many words for them."""

import pytest

from ducha.engines import plans
from ducha.engines.plans import facts


@pytest.mark.parametrize(
    ("words", "count", "each", "leader"),
    [
        ("拟成立 5 个督察组，每组 4 人，由 1 名县级领导任组 长，对各县进行督察。", 5, 4, "县级领导"),
        ("成立六个检查组，每组3—5人，组长由县直部门副科级以上干部担任。", 6, 3, "县直部门副科级以上干部"),
        ("分4组开展督查，每组6名，由市政府副秘书长带队。", 4, 6, "市政府副秘书长"),
        ("分为三个小组，每组组长1名、成员4名。", 3, 5, None),
        ("组成8个联合督导组，每组4人，对各县实行交叉检查。", 8, 4, None),
        ("联合组建7个督查组，每组6人，由市级相关部门县级干部担任组长。", 7, 6, "市级相关部门县级干部"),
        ("组成2个检查组，每组7人，由市数据局分管负责同志带队。", 2, 7, "市数据局分管负责同志"),
        ("组成3个核查组，每组8人，组长由区级领导干部担任。", 3, 8, "区级领导干部"),
        ("督察组由5人组成，由正处级领导干部担任组长。", None, 5, "正处级领导干部"),
        ("设12个暗访组，各组3人，组长由处级干部兼任。", 12, 3, "处级干部"),
        ("抽调人员组成两个评查组，每个评查组不少于5人。", 2, 5, None),
        (
            "由县林业局、县应急管理局班子成员任组长，成立5个督导检查组，每组4人。",
            5,
            4,
            "县林业局、县应急管理局班子成员",
        ),
        ("成立由县长任组长的领导小组。组建5个督导组。", 5, None, None),
        ("成立以分管副市长为组长的工作领导小组，下设3个专项工作组。", 3, None, None),
        ("市督查室牵头成立4个督查组，每组由1名处级干部带队，成员5人。", 4, 5, "处级干部"),
        ("领导小组下设综合协调、督办考核、宣传3个工作组。县里组成6个检查组，每组4人。", 6, 4, None),
        ("专班下设3个工作组，每组5人。", 3, 5, None),
        ("组建2个暗访组，每组设组长1名，成员3人。", 2, 4, None),
        ("成立5个督导组，各组由业务骨干4人组成。", 5, 4, None),
        ("成立3个验收组，组成人员从专家库抽取，每组成员6人。", 3, 6, None),
        ("组成4个督导组开展督导，分设资料组、现场组2个小组。", 4, None, None),
        ("指挥部下设5个工作组，另派出8个核查组。", 8, None, None),
        ("督查组由县发改局等单位人员组成，共3个组，每组3至4人，由督查室副主任带队。", 3, 3, "督查室副主任"),
        ("各单位成立工作专班，主要负责人任组长。", None, None, None),
        ("第二组负责东部片区。", None, None, None),
        ("严格落实三个责任，组织开展5个专题培训。", None, None, None),
    ],
)
def test_teams_are_counted_sized_and_led(words, count, each, leader):
    assert facts.teams(words) == plans.Teams(count, each, leader)


@pytest.mark.parametrize(
    ("words", "title", "number"),
    [
        ("《市场监管条例》（国务院令第35号）", "市场监管条例", "国务院令第35号"),
        ("《食品安全法》（主席令第二十一号）", "食品安全法", "主席令第二十一号"),
        ("《管理规定》（教育部 财政部令第12号）", "管理规定", "教育部财政部令第12号"),
        ("《暂行办法》（第8号令）", "暂行办法", "第8号令"),
        ("《督察规定》（厅字〔2019〕 28 号）", "督察规定", "厅字〔2019〕28号"),
        ("《督察规定》(厅字[2019]28号)", "督察规定", "厅字[2019]28号"),
        ("《督察规定》（厅字（2019）28号）", "督察规定", "厅字（2019）28号"),
        ("《督察规定》国办发〔2020〕3号", "督察规定", "国办发〔2020〕3号"),
        ("《督察规定》（国办发〔2020〕3号文件）", "督察规定", "国办发〔2020〕3号"),
        ("《督察规定》（以下简称《规定》）", "督察规定", ""),
        ("《督察规定》（试行）", "督察规定", ""),
        ("《督察规定》（2015—2020年）", "督察规定", ""),
        ("《督察规定》（以下简称规定，市政府令第8号）", "督察规定", "市政府令第8号"),
        ("《中心运行规范》（GB/T 32169）", "中心运行规范", "GB/T32169"),
        ("《关于印发《督察规定》的通知》（某发〔2020〕3号）", "关于印发《督察规定》的通知", "某发〔2020〕3号"),
        ("《关于印发〈督察规定〉的通知》（某发〔2020〕3号）", "关于印发〈督察规定〉的通知", "某发〔2020〕3号"),
        ("《法治建设规划（2021—2025年）》", "法治建设规划（2021—2025年）", ""),
        ("关于印发《实施方案》的通知临办发〔2023〕19号", "实施方案", ""),
    ],
)
def test_what_is_cited_has_its_number_in_each_of_its_forms(words, title, number):
    assert facts.citations(words)[0] == plans.values.Citation(title, number)


def test_what_is_cited_twice_stands_once_with_its_number():
    found = facts.citations("根据《督察规定》和《督察规定》（厅字〔2019〕28号），落实《办法》。")
    assert found == (plans.values.Citation("督察规定", "厅字〔2019〕28号"), plans.values.Citation("办法", ""))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("听取工作汇报、查阅相关资料、个别谈话", "hearing_report talk document_review individual_talk"),
        ("召开座谈会，查阅台账，随机抽查", "document_review group_talk random_check"),
        ("采取明察暗访、问卷调查相结合的方式", "announced_visit unannounced_visit questionnaire"),
        ("采取“四不两直”方式，直奔现场", "unannounced_visit"),
        ("现场检查、入户走访", "field_inspection public_opinion"),
        ("自查自评和实地核查相结合", "self_inspection field_inspection"),
        ("调阅档案，抽查案卷", "document_review case_file_review"),
        ("听取基层干部群众意见建议", "public_opinion"),
        ("加强组织领导，压实责任", ""),
    ],
)
def test_methods_are_told_by_the_words_of_the_field(words, expected):
    assert facts.methods(words) == tuple(expected.split())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("对成绩突出的予以通报表扬", "commendation"),
        ("对先进单位进行表彰奖励", "commendation"),
        ("采取约谈、挂牌督办、通报批评等方式", "summoned_talk listed_supervision circulated_criticism"),
        ("对敷衍应付的予以通报", "circulated_criticism"),
        ("点名道姓通报曝光，情节严重的移送纪检监察机关", "circulated_criticism referral"),
        ("严肃追责问责", "referral"),
        ("依规依纪追究相关人员责任", "referral"),
        ("整改到位的及时摘牌", "delisting"),
        ("及时报送信息", ""),
    ],
)
def test_measures_are_told_by_the_words_of_the_field(words, expected):
    assert facts.measures(words) == tuple(expected.split())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("由市委全面依法治市委员会办公室统筹", ("市委全面依法治市委员会办公室",)),
        ("报市法治政府建设领导小组办公室", ("市法治政府建设领导小组办公室",)),
        ("由县司法局牵头，县政府督查室配合", ("县司法局", "县政府督查室")),
        ("成立由副市长任组长的领导小组", ()),
        ("各单位要高度重视", ()),
    ],
)
def test_the_bodies_that_organise_are_named(words, expected):
    assert facts.bodies(words) == expected


NUMBERS_BESIDE = """
三、工作要求#各单位整改报告报市司法局。市司法局应当在收到后10个工作日内答复。 |
三、工作要求#各单位整改报告报市司法局，自收到通知之日起10个工作日内报送。 | <= 10 工作日
三、工作要求#名单报市热线中心。市热线中心设专班，人员不少于8人。 |
三、工作要求#名单报市热线中心。各承办单位设专班，人员不少于8人。 | >= 8 人
三、工作要求#自评报告报县应急局危化科。县应急局每月通报一次进度。 |
三、工作要求#自评报告报县应急局危化科。各乡镇每月至少报送一次进度。 | >= 1 次
三、工作要求#本方案由市数据局负责解释，市数据局每季度评测一次。 |
三、工作要求#各县（市、区）数据局每季度评测一次。 | >= 1 次
三、结果运用#考核每年开展一次，按照自评、评查的顺序进行。 |
三、结果运用#考核结果公示期不少于5个工作日。 |
三、工作要求#日常安全检查每周不少于1次。 | >= 1 次
三、工作要求#年度考核每年不少于1次。 |
三、工作要求#督查结束后5个工作日内形成报告。 |
三、工作要求#督查结束后，被督查单位5个工作日内报送整改方案。 | <= 5 工作日
三、工作要求#自评报告报市司法局。制定机关于每年2月20日前完成自评，市司法局3月底前核查。 | <= 0220 date
三、结果运用#整改结果公示期不少于5个工作日。 | >= 5 工作日
三、结果运用#市级择优印发简报，全年不少于6期。 |
三、结果运用#各县择优报送信息，全年不少于6篇。 | >= 6 个
三、实施步骤#（一）检查（9月）。各行业主管部门检查企业的比例不低于30%，区安委办成立6个检查组。 | >= 30 %
三、实施步骤#（一）检查（9月）。各重点企业整改期限不超过15日，市局派出4个检查组。 | <= 15 日
三、实施步骤#（一）检查（9月）。各检查组检查企业的比例不低于30%，成立6个检查组。 |
三、工作要求#各市（州）局对本辖区机构的抽查比例不低于20%，其中检验机构不低于30%。 | >= 20 %, >= 30 %
三、工作要求#各县（市、区）局的抽检数量不少于50家。 | >= 50 家
三、工作要求#对各县（市、区）的抽查比例不低于20%。 |
三、工作要求#各乡镇随机抽取不少于3个村。 |
三、实施步骤#（一）反馈（5月底前）。督查结果5个工作日内反馈，各乡镇收到后7个工作日内整改。 | <= 7 工作日
三、工作要求#各市局组织开展现场检查。#（一）抽查结果20个工作日内公示。 | <= 20 工作日
三、工作要求#各市局开展自查，由督查组进行抽查。#（一）抽查结果20个工作日内公示。 |
三、实施步骤#（一）总结评估（9月）。形成总报告，选取10个以内典型通报。 |
三、实施步骤#（一）自查自纠（9月）。形成报告，自查面不低于95%。 | >= 95 %
三、实施步骤#（一）总结评估（9月）。各县报送典型案例不少于2个。 | >= 2 个
"""


@pytest.mark.parametrize("row", NUMBERS_BESIDE.strip().splitlines())
def test_what_the_organiser_does_itself_is_asked_of_nobody(row):
    part, _, asked = row.partition("|")
    lines = "某县专项督查方案\n某政办〔2023〕3号\n一、督查内容\n（一）责任落实情况。\n（二）隐患整改情况。\n"
    reading = plans.read_text(lines + part.strip().replace("#", "\n") + "\n四、附则\n本方案自印发之日起施行。\n")
    found = [f"{limit.comparator} {limit.value} {limit.unit}" for limit, _ in reading.thresholds]
    assert found == [each.strip() for each in asked.split(",") if each.strip()]
