"""Two editions of a plan are held against each other, point by point."""

import json
from pathlib import Path

import pytest

from ducha.cli import main
from ducha.engines import plans

OLD = """某方案（某发〔2021〕3号）
一、督察内容
（一）清单公开情况，公开期限不超过7个工作日；
（二）培训情况；
（三）队伍建设和经费保障落实情况。
二、督察程序
（一）自查阶段（3月8日前）。
（二）实地督察（3月15日至3月19日）。
"""
NEW = """某方案（某发〔2021〕9号）
一、督察内容
（一）清单公开情况，公开期限不超过5个工作日；
（二）案卷评查情况；
（三）培训情况；
二、督察程序
（一）自查阶段（3月8日前）。
（二）实地督察（3月15日至3月26日）。
"""


def changes(old: str, new: str) -> list[tuple[str, str | None, str | None]]:
    found = plans.difference(plans.read_text(old), plans.read_text(new))
    return [(c.kind, c.old and c.old.code, c.new and c.new.code) for c in found.points]


def test_what_was_reworded_moved_added_and_left_out_is_told_in_order():
    assert changes(OLD, NEW) == [
        ("changed", "1", "1"),
        ("added", None, "2"),
        ("moved", "2", "3"),
        ("removed", "3", None),
    ]


def test_an_edition_differs_in_nothing_from_itself_or_from_one_wrapped_otherwise():
    assert changes(OLD, OLD) == [] and changes(OLD, OLD.replace("，公开期限", "，\n公开期限")) == []


def test_a_stage_with_other_dates_is_told():
    (change,) = plans.difference(plans.read_text(OLD), plans.read_text(NEW)).stages
    assert (change.old.ends_on, change.new.ends_on) == ("2021-03-19", "2021-03-26")


def test_equal_points_keep_their_places():
    plan = "方案\n一、督察内容\n（一）甲情况；\n（二）甲情况；\n（三）{}；\n"
    assert changes(plan.format("乙"), plan.format("丙情况说明")) == [("added", None, "3"), ("removed", "3", None)]


def test_the_marked_wording_holds_both_editions():
    pieces = plans.marked("不超过7个工作日", "不超过5个工作日")
    assert pieces == [("same", "不超过"), ("removed", "7"), ("added", "5"), ("same", "个工作日")]


@pytest.fixture
def editions(tmp_path: Path) -> list[str]:
    for name, text in (("old.txt", OLD), ("new.txt", NEW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path / "old.txt"), str(tmp_path / "new.txt")]


def test_the_command_prints_what_changed(editions, capsys):
    assert main(["plan", "diff", *editions]) == 0
    printed = capsys.readouterr().out
    assert "0 points as before, 1 changed, 1 moved, 1 added, 1 removed" in printed
    assert "不超过[-7-]{+5+}个工作日" in printed and "> 2 → 3  培训情况" in printed
    assert "stage 实地督察: 2021-03-15 – 2021-03-19 → 2021-03-15 – 2021-03-26" in printed


def test_the_command_gives_json(editions, capsys):
    assert main(["plan", "diff", *editions, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [point["kind"] for point in found["points"]] == ["changed", "added", "moved", "removed"]
    assert found["points"][1]["old"] is None and found["stages"][0]["new"]["ends_on"] == "2021-03-26"


def test_the_command_says_which_edition_is_missing(editions, capsys):
    assert main(["plan", "diff", editions[0], "nicht.txt"]) == 1
    assert "“nicht.txt” cannot be opened" in capsys.readouterr().err
