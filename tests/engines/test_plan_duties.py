"""Dated duties apart from stages: what is due, when, and what only looks like it."""

import pytest

from ducha.engines import plans

STAGE = "（一）自查阶段（3月8日前）。各单位于3月8日下午5时前报送报告。\n"
FRAME = "某方案（某发〔2021〕3号）\n一、督察内容\n（一）{}\n二、督察程序\n" + STAGE


def due(clause: str) -> list[tuple[str, str | None]]:
    return [(duty.ends_on, duty.deadline_time) for duty in plans.read_text(FRAME.format(clause)).duties]


DUE = """
请于6月20日18：00前报送市督察办。 | 2021-06-20 18:00
于 6 月 20 日 下午5时前提交。 | 2021-06-20 17:00
各地于2022年9月底前报省政府备案。 | 2022-09
7月31日之前完成整改。 | 2021-07-31
2022年12月底前完成规划，2023年12月底前完成验收。 | 2022-12, 2023-12
2021年10月底前建成启用。 | 2021-10
2021年6月底前，完成证明事项清理。 | 2021-06
到2021年底，网上可办率达到90%以上。 | 2021-12
力争2021年底前基本消除。 | 2021-12
年底前全部清零。 | 2021-12
请各单位务必于5月6日（星期四）下班前反馈意见。 | 2021-05-06
自评报告于次年1月10日前报送。 | 2022-01-10
最迟于9月30日前整改到位。 | 2021-09-30
联络员名单请于8月5日前报送，自查报告于8月31日17时30分前报送。 | 2021-08-05, 2021-08-31 17:30
整改方案应于2021年5月10日前制定，整改总结于12月20日17：00前报送。 | 2021-05-10, 2021-12-20 17:00
9月上旬前完成摸底。 | 2021-09-10
第三季度末前完成。 | 2021-09
六月三十日前完成。 | 2021-06-30
2021年6月20日24时前完成。 | 2021-06-20 24:00
请务于本周五（6月18日）下班前报送名单。 | 2021-06-18
整改类问题应于6月18日（星期五）17:00前销号。 | 2021-06-18 17:00
须在下周一（5月10日）前反馈意见。 | 2021-05-10
重点难点问题最迟不得晚于9月30日。 | 2021-09-30
上线时间不晚于10月15日。 | 2021-10-15
自查报告最晚8月20日报送。 | 2021-08-20
整治任务最迟在11月30日完成。 | 2021-11-30
支出进度6月底不低于50%、9月底不低于75%。 | 2021-06, 2021-09
建成率9月末应不少于八成。 | 2021-09
欠款11月底不超过10%。 | 2021-11
归集率二季度末要达到90%。 | 2021-06
其余问题在上半年基本完成。 | 2021-06
老旧管网改造在三季度全部完成。 | 2021-09
平台建设力争10月底建成。 | 2021-10
改造任务须于2022年6月完成。 | 2022-06
5月中旬前完成摸底。 | 2021-05-20
二季度末前报送。 | 2021-06
上半年底前清零。 | 2021-06
年底前全部达标。 | 2021-12
次年3月底前归档。 | 2022-03
6月20日上午10时前，各县提交清单；6月25日之前，市住建局提供台账。 | 2021-06-20 10:00, 2021-06-25
联系人名单请于2月25日前报局安全股，2月26日后不再受理。 | 2021-02-25
"""
NOT_DUE = """
每年1月31日前公开上年度情况，报本级政府。
每年6月20日前报送半年小结，12月20日前报送全年总结。
2020年6月30日前已经成立的单位。
2020年底前形成的账款优先清偿。
对2020年12月31日前签订的合同进行清理。
截至2021年5月底，完成率为80%。
制定工作方案并报送。
自2021年6月1日起施行。
2021年3月1日至3月31日，抽查企业20家。
每月5日前报送进展。
2021年3月印发的通知同时废止。
2021年1月1日以后形成的材料。
根据2021年4月20日全市会议部署。
责任单位：市司法局；完成时限：2021年10月底前
（完成时限：2021年6月30日前）
名单（6月18日）报市局。
会议于9月30日召开。
签订日期晚于9月30日的合同不在此列。
覆盖率年内不低于七成。
覆盖率全年不低于七成。
2020年12月底达到95%，位居全市前列。
截至3月底，支出率为81.3%。
在6月开展宣传活动。
在上半年检查中发现的问题要整改。
3月上、中旬开展排查。
每年年底前报送。
每季度末前报送报表。
自7月起，每月5日前报送上月情况。
"""


@pytest.mark.parametrize("row", DUE.strip().splitlines())
def test_a_dated_duty_is_read_with_its_day_and_hour(row):
    clause, _, expected = row.partition("|")
    found = [f"{ends_on} {at or ''}".strip() for ends_on, at in due(clause.strip())]
    assert found == [each.strip() for each in expected.split(",")]


@pytest.mark.parametrize("clause", NOT_DUE.strip().splitlines())
def test_a_yearly_limit_a_condition_a_time_told_and_a_duty_without_a_date_are_none(clause):
    assert due(clause) == []


def test_the_dates_of_a_stage_are_the_stages_own():
    reading = plans.read_text(FRAME.format("公开情况。"))
    assert [stage.deadline_time for stage in reading.stages] == ["17:00"]
    assert reading.duties == ()


def test_without_a_year_the_day_stands_alone():
    reading = plans.read_text("某方案\n一、督察内容\n（一）请于6月20日前报送。\n")
    assert [duty.ends_on for duty in reading.duties] == ["06-20"]


@pytest.mark.parametrize(
    ("words", "at"), [("24时", "24:00"), ("25时", None), ("18:75", None), ("上午9时30分", "09:30")]
)
def test_an_hour_that_no_clock_shows_is_not_known(words, at):
    assert due(f"于6月20日{words}前报送。") == [("2021-06-20", at)]
