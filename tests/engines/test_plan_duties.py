"""Dated duties apart from stages: what is due, when, and what only looks like it."""

import pytest

from ducha.engines import plans

STAGE = "（一）自查阶段（3月8日前）。各单位于3月8日下午5时前报送报告。\n"
FRAME = "某方案（某发〔2021〕3号）\n一、督察内容\n（一）{}\n二、督察程序\n" + STAGE


def due(clause: str) -> list[tuple[str, str | None]]:
    return [(duty.ends_on, duty.deadline_time) for duty in plans.read_text(FRAME.format(clause)).duties]


@pytest.mark.parametrize(
    ("clause", "ends_on", "at"),
    [
        ("请于6月20日18：00前报送市督察办。", "2021-06-20", "18:00"),
        ("于 6 月 20 日 下午5时前提交。", "2021-06-20", "17:00"),
        ("各地于2022年9月底前报省政府备案。", "2022-09", None),
        ("7月31日之前完成整改。", "2021-07-31", None),
    ],
)
def test_a_dated_duty_is_read_with_its_day_and_hour(clause, ends_on, at):
    assert due(clause) == [(ends_on, at)]


def test_two_dates_in_a_sentence_are_two_duties():
    assert [day for day, _at in due("2022年12月底前完成规划，2023年12月底前完成验收。")] == ["2022-12", "2023-12"]


@pytest.mark.parametrize(
    "clause",
    ["每年 1月 31 日前公开上年度情况，报本级政府。", "2020年6月30日前已经成立的单位。", "制定工作方案并报送。"],
)
def test_a_yearly_limit_a_condition_and_a_duty_without_a_date_are_none(clause):
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
