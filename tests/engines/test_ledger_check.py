"""ducha ledger check: verdicts, rows and limits through the command; what did not change is not run again."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from ledgers import UNIT, make_store
from python_calamine import CalamineWorkbook

from ducha.cli import main
from ducha.engines.ledgers.checking import check
from ducha.engines.ledgers.rules import read_rules

ON = date(2022, 3, 1)
# Decided on Friday 2019-09-27: the seventh working day is Saturday 2019-10-12.
PENALTIES = [
    {"document_number": "青公罚〔2019〕1号", "decided_on": "2019-09-27", "published_on": "2019-10-12"},
    {"document_number": "青公罚〔2019〕2号", "decided_on": "2019-09-27", "published_on": "2019-10-14"},
    {"document_number": "青公罚〔2019〕3号", "decided_on": "2019-09-27", "published_on": None},
    {
        "document_number": "青公罚〔2019〕4号",
        "decided_on": "2019-09-27",
        "published_on": None,
        "nondisclosure_reason": "未成年人",
    },
]


def command(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["ledger", "check", *map(str, words), "--on", ON.isoformat(), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def result(answer: dict, rule: str) -> dict:
    (found,) = [one for one in answer["results"] if one["rule"] == rule]
    return found


def told(out: Path, rule: str) -> list[tuple]:
    query = "SELECT key, reason FROM read_parquet(?) WHERE rule = ? ORDER BY key"
    return duckdb.connect().execute(query, [str(out / "violations.parquet"), rule]).fetchall()


def test_a_unit_is_told_how_many_rows_are_late_and_which(tmp_path, capsys):
    make_store(tmp_path, {"penalty": PENALTIES})
    answer = command(capsys, "--ledgers", tmp_path, "--out", tmp_path / "out")
    assert answer["rows"] == {"read": 4, "accepted": 4, "rejected": 0}
    found = result(answer, "penalty_published")
    assert found == {
        "unit": UNIT, "rule": "penalty_published", "population": 3, "violations": 2, "exempt": 1,
        "not_verifiable": 0, "rate": pytest.approx(1 / 3), "verdict": "not_met",
    }  # fmt: skip
    assert told(tmp_path / "out", "penalty_published") == [
        ("青公罚〔2019〕2号", "2019-09-27 作出，应于 2019-10-12 前公开，2019-10-14"),
        ("青公罚〔2019〕3号", "2019-09-27 作出，应于 2019-10-12 前公开，至今没有公开"),
    ]


def test_without_the_day_of_publication_nothing_is_met(tmp_path, capsys):
    rows = [{"document_number": "青公罚〔2019〕1号", "decided_on": "2019-09-27"}]
    make_store(tmp_path, {"penalty": rows})
    found = result(command(capsys, "--ledgers", tmp_path), "penalty_published")
    assert (found["population"], found["not_verifiable"], found["verdict"]) == (1, 1, "not_verifiable")
    assert found["rate"] is None


def test_a_plan_sets_the_limit(tmp_path, capsys):
    make_store(tmp_path, {"penalty": PENALTIES})
    plan = tmp_path / "plan.txt"
    plan.write_text("方案\n一、督察内容\n1.行政处罚决定在作出之日起8个工作日内公开；\n", encoding="utf-8")
    found = result(command(capsys, "--ledgers", tmp_path, "--plan", plan), "penalty_published")
    assert found["violations"] == 1


def test_the_list_for_people_gives_the_reason_in_words(tmp_path, capsys):
    make_store(tmp_path, {"penalty": PENALTIES})
    command(capsys, "--ledgers", tmp_path, "--out", tmp_path / "out")
    sheet = CalamineWorkbook.from_path(tmp_path / "out" / "violations.xlsx").get_sheet_by_name("penalty_published")
    lines = sheet.to_python()
    assert lines[0][0].startswith("行政处罚决定在作出之日起7个工作日内公开")
    assert lines[2] == [
        UNIT,
        "青公罚〔2019〕2号",
        "2019-09-27 作出，应于 2019-10-12 前公开，2019-10-14",
        "penalty.csv",
        3.0,
    ]


def two_units(tmp_path: Path, late: str):
    other = {"unit": "白溪县公安局", "source": "b.csv"}
    rows = [
        *PENALTIES,
        {**other, "document_number": "白公罚〔2019〕1号", "decided_on": "2019-09-27", "published_on": late},
    ]
    return make_store(tmp_path, {"penalty": rows})


def test_only_what_changed_is_run_again(tmp_path):
    rules, out = read_rules(), tmp_path / "out"
    first = check(two_units(tmp_path, "2019-10-12"), rules, as_of=ON, out=out)
    assert (first.files, first.run_again) == (2, 2)
    again = check(two_units(tmp_path, "2019-10-12"), rules, as_of=ON, out=out)
    assert (again.files, again.run_again) == (2, 0)
    assert again.results == first.results
    assert len(told(out, "penalty_published")) == 2
    changed = check(two_units(tmp_path, "2019-10-14"), rules, as_of=ON, out=out)
    assert (changed.files, changed.run_again) == (2, 1)
    assert [key for key, _reason in told(out, "penalty_published")] == [
        "白公罚〔2019〕1号", "青公罚〔2019〕2号", "青公罚〔2019〕3号",
    ]  # fmt: skip
    whole = check(two_units(tmp_path, "2019-10-14"), rules, as_of=ON, out=tmp_path / "other")
    assert changed.results == whole.results


def test_another_day_another_limit_or_another_officer_is_run_again(tmp_path):
    rules, out = read_rules(), tmp_path / "out"
    store = two_units(tmp_path, "2019-10-12")
    check(store, rules, as_of=ON, out=out)
    assert check(store, rules, as_of=date(2022, 3, 2), out=out).run_again == 2
    limits = {"penalty_licence_published": 8}
    assert check(store, rules, as_of=date(2022, 3, 2), thresholds=limits, out=out).run_again == 2
    assert check(store, rules, as_of=date(2022, 3, 2), thresholds=limits, out=out).run_again == 0
    officers = {"officer": [{"unit": "市局", "certificate_number": "A1", "name": "张三"}], "penalty": PENALTIES}
    assert (
        check(make_store(tmp_path, officers), rules, as_of=date(2022, 3, 2), thresholds=limits, out=out).run_again == 2
    )


def test_one_units_check_keeps_what_was_found_of_the_others(tmp_path):
    rules, out = read_rules(), tmp_path / "out"
    store = two_units(tmp_path, "2019-10-14")
    check(store, rules, as_of=ON, out=out)
    one = check(store, rules, as_of=ON, units=["白溪县公安局"], out=out)
    assert (one.files, one.run_again) == (1, 0)
    assert {found.unit for found in one.results} == {"白溪县公安局"}
    assert [key for key, _reason in told(out, "penalty_published")] == ["白公罚〔2019〕1号"]
    assert check(store, rules, as_of=ON, out=out).run_again == 0


def test_where_nothing_was_taken_in_nothing_is_found(tmp_path, capsys):
    answer = command(capsys, "--ledgers", tmp_path, "--out", tmp_path / "out")
    assert answer["results"] == []
    assert answer["rows"] == {"read": 0, "accepted": 0, "rejected": 0}


def test_the_rule_in_the_handbook_runs_as_it_stands_there(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "核验台账.md").read_text(encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    row = {"document_number": "青公罚〔2021〕1号", "decided_on": "2021-09-27", "fine": "100000.01", "is_heard": False}
    store = make_store(tmp_path, {"penalty": [row, {**row, "document_number": "青公罚〔2021〕2号", "fine": "100000"}]})
    (found,) = check(store, read_rules(tmp_path / "rules"), as_of=ON).results
    assert (found.rule, found.population, found.violations) == ("hearing_for_large_fines", 1, 1)
