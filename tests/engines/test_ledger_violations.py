"""Violating rows read back: by unit and rule, a page at a time, with the ledger's own row behind them."""

from datetime import date
from pathlib import Path

import pytest
from ledgers import make_store

from ducha.engines.ledgers import violations
from ducha.engines.ledgers.checking import VIOLATIONS, check
from ducha.engines.ledgers.rules import read_rules
from ducha.engines.ledgers.violations import Slice

RULES = tuple(rule for rule in read_rules() if rule.id in ("penalty_published", "reviewer_share"))
LATE = {"decided_on": "2019-09-02", "published_on": "2019-10-20"}
IN_TIME = {"decided_on": "2019-08-05", "published_on": "2019-08-06"}


@pytest.fixture
def checked(tmp_path: Path):
    rows = [
        {"document_number": f"{n}号", "unit": unit, **(LATE if n % 2 else IN_TIME)}
        for unit in ("甲局", "乙局")
        for n in range(6)
    ]
    officer = {"certificate_number": "1", "name": "某", "unit": "甲局", "is_legal_reviewer": False}
    officers = [{**officer, "issued_on": "2017-01-01", "expires_on": None, "certificate_state": "有效"}]
    store = make_store(tmp_path, {"penalty": rows, "officer": officers})
    check(store, RULES, as_of=date(2019, 11, 4), out=tmp_path / "out")
    return store, tmp_path / "out" / VIOLATIONS


def test_a_page_has_the_rows_of_the_slices_asked_for_and_no_others(checked):
    _store, path = checked
    wanted = [Slice(path, "甲局", "penalty_published")]
    assert violations.count(wanted) == 3
    assert [v.key for v in violations.page(wanted, limit=2)] == ["1号", "3号"]
    assert [v.key for v in violations.page(wanted, limit=2, offset=2)] == ["5号"]
    assert {v.unit for v in violations.page([*wanted, Slice(path, "乙局", "penalty_published")], limit=9)} == {
        "甲局",
        "乙局",
    }


def test_a_unit_that_is_judged_as_a_whole_has_a_row_without_a_place(checked):
    store, path = checked
    (found,) = violations.page([Slice(path, "甲局", "reviewer_share")], limit=9)
    assert (found.key, found.source_row, found.file) == ("甲局", 0, "")
    assert violations.one(Slice(path, "甲局", "reviewer_share"), source="", source_row=0) == found
    assert violations.original(store, found) is None


def test_one_row_is_found_by_its_place_in_its_own_slice_alone(checked):
    _store, path = checked
    first = violations.page([Slice(path, "甲局", "penalty_published")], limit=1)[0]
    place = {"source": first.source, "source_row": first.source_row}
    assert violations.one(Slice(path, "甲局", "penalty_published"), **place) == first
    assert violations.one(Slice(path, "乙局", "penalty_published"), **place) is None
    assert violations.one(Slice(path, "甲局", "penalty_served"), **place) is None


def test_the_ledgers_own_row_is_read_while_it_has_it(checked, tmp_path):
    store, path = checked
    first = violations.page([Slice(path, "甲局", "penalty_published")], limit=1)[0]
    row = violations.original(store, first)
    assert (row["document_number"], row["decided_on"]) == ("1号", date(2019, 9, 2))
    renumbered = [{"document_number": "8号", "unit": "甲局", **LATE} for _ in range(9)]
    assert violations.original(make_store(tmp_path, {"penalty": renumbered}), first) is None
    assert violations.original(make_store(tmp_path, {}), first) is None


def test_months_count_rows_and_violations_of_the_units_asked_for(checked):
    store, path = checked
    months = violations.by_month(store, "penalty", [Slice(path, "甲局", "penalty_published")])
    assert [(m.first, m.rows, m.violations) for m in months] == [
        (date(2019, 8, 1), 3, 0),
        (date(2019, 9, 1), 3, 3),
    ]
    assert violations.by_month(store, "officer", [Slice(path, "甲局", "reviewer_share")]) == []


def test_a_check_whose_rows_are_gone_has_none(checked, tmp_path):
    store, _path = checked
    gone = [Slice(tmp_path / "gone.parquet", "甲局", "penalty_published")]
    assert (violations.count(gone), violations.page(gone, limit=9)) == (0, [])
    assert [m.violations for m in violations.by_month(store, "penalty", gone)] == [0, 0]
