"""From the states of rows to the verdict on a unit: certain where the best and the worst case agree."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ledger_states import ENGINES
from ledgers import UNIT, make_store

from ducha.engines.ledgers.checking import Result, State, Verdict, check
from ducha.engines.ledgers.checking.verdicts import result
from ducha.engines.ledgers.rules import Rule, RuleFault, read_rules

RULES = {rule.id: rule for rule in read_rules()}
ON = date(2019, 11, 8)
OTHER = "青溪县水利局"


def judged(rule: str, *, fulfilled: int = 0, violated: int = 0, unknown: int = 0, exempt: int = 0) -> Result:
    states = {State.FULFILLED: fulfilled, State.VIOLATED: violated, State.NOT_VERIFIABLE: unknown}
    return result(UNIT, RULES[rule], {**states, State.EXEMPT: exempt})


def verdict(rule: str, **states: int) -> Verdict:
    return judged(rule, **states).verdict


@pytest.mark.parametrize(
    ("fulfilled", "violated", "unknown", "is_met"),
    [
        (10, 0, 0, True),
        # One certain violation is enough, whatever the others are.
        (9, 1, 0, False),
        (0, 1, 0, False),
        (999_999, 1, 0, False),
        (0, 1, 9, False),
        # Nothing violated, but something not known.
        (9, 0, 1, None),
        (0, 0, 1, None),
        # Nothing to judge is not a good mark.
        (0, 0, 0, None),
    ],
)
def test_a_rule_of_every_row_is_met_by_all_and_missed_by_one(fulfilled, violated, unknown, is_met):
    expected = {True: Verdict.MET, False: Verdict.NOT_MET, None: Verdict.NOT_VERIFIABLE}[is_met]
    found = verdict("penalty_published", fulfilled=fulfilled, violated=violated, unknown=unknown)
    assert found is expected
    # 100 % of the major decisions is the same thing.
    assert verdict("legal_review", fulfilled=fulfilled, violated=violated, unknown=unknown) is expected


@pytest.mark.parametrize(
    ("fulfilled", "violated", "unknown", "expected"),
    [
        (80, 20, 0, Verdict.MET),
        (79, 21, 0, Verdict.NOT_MET),
        (4, 1, 0, Verdict.MET),
        (3, 1, 0, Verdict.NOT_MET),
        (79_999, 20_001, 0, Verdict.NOT_MET),
        # Worst case exactly 80 %: met whatever the unknown ones are.
        (80, 0, 20, Verdict.MET),
        (80, 10, 10, Verdict.MET),
        # Worst case 79 %, best case 80 %.
        (79, 20, 1, Verdict.NOT_VERIFIABLE),
        # Best case 79 %: missed whatever they are.
        (78, 21, 1, Verdict.NOT_MET),
        (0, 0, 100, Verdict.NOT_VERIFIABLE),
    ],
)
def test_a_share_of_exactly_80_percent_is_met(fulfilled, violated, unknown, expected):
    assert verdict("items_online", fulfilled=fulfilled, violated=violated, unknown=unknown) is expected


@pytest.mark.parametrize(
    ("reviewers", "officers", "expected"),
    [(1, 20, Verdict.MET), (1, 21, Verdict.NOT_MET), (0, 1, Verdict.NOT_MET), (5, 100, Verdict.MET)],
)
def test_reviewers_are_five_percent_of_the_officers(reviewers, officers, expected):
    assert verdict("reviewer_share", fulfilled=reviewers, violated=officers - reviewers) is expected


@pytest.mark.parametrize(
    ("fulfilled", "unknown", "expected"),
    [
        (100, 0, Verdict.MET),
        (99, 0, Verdict.NOT_MET),
        (99, 1, Verdict.NOT_VERIFIABLE),
        (98, 1, Verdict.NOT_MET),
        (100, 50, Verdict.MET),
        (0, 99, Verdict.NOT_MET),
    ],
)
def test_a_count_is_held_against_the_number_not_the_share(fulfilled, unknown, expected):
    assert verdict("at_most_one_visit", fulfilled=fulfilled, violated=500, unknown=unknown) is expected


def test_exempt_rows_are_no_part_of_the_population():
    one = judged("penalty_published", fulfilled=3, violated=1, unknown=2, exempt=7)
    assert (one.population, one.violations, one.not_verifiable, one.exempt) == (6, 1, 2, 7)
    assert one.rate == 0.75
    assert judged("penalty_published", exempt=7).verdict is Verdict.NOT_VERIFIABLE


def test_there_is_no_rate_where_nothing_can_be_judged():
    assert judged("penalty_published", unknown=4).rate is None
    assert "None of 4 rows can be verified" in judged("penalty_published", unknown=4).words


def test_the_words_name_the_figures_and_what_is_required():
    assert judged("items_online", fulfilled=79, violated=21).words == "79 of 100 = 79 %; required ≥ 80 %."
    assert judged("at_most_one_visit", fulfilled=99, violated=1).words == "99 of 100; required ≥ 100 个."
    words = judged("penalty_published", fulfilled=2, violated=1, unknown=4).words
    assert words == "2 of 3 = 66.67 %; required = 100 %. 4 more cannot be verified."


def items(number: int, *, online: int, **more: Any) -> list[dict[str, Any]]:
    """Service items, the first of them online and at most one visit."""
    return [
        {
            "task_code": f"{at}",
            "title": f"事项{at}",
            "is_online": at < online,
            "visits": 1 if at < online else 2,
            **more,
        }
        for at in range(number)
    ]


def told(out: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as database:
        read = "SELECT rule, unit, key, reason FROM read_parquet(?) ORDER BY ALL"
        return database.execute(read, [str(out / "violations.parquet")]).fetchall()


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    return request.param


def checked(store: Any, rules: list[Rule], engine: str, **options: Any) -> dict[tuple[str, str], Result]:
    return {(one.rule, one.unit): one for one in check(store, rules, as_of=ON, engine=engine, **options).results}


def test_the_limit_of_a_plan_takes_the_place_of_the_rules_own(engine, tmp_path):
    store = make_store(tmp_path, {"service_item": items(10, online=7)})
    rule = [RULES["items_online"]]
    assert checked(store, rule, engine)["items_online", UNIT].verdict is Verdict.NOT_MET
    lower = {"items_online": Decimal(70)}
    found = checked(store, rule, engine, thresholds=lower)["items_online", UNIT]
    assert found.verdict is Verdict.MET and "required ≥ 70 %" in found.words
    higher = {"items_online": Decimal("70.01")}
    assert checked(store, rule, engine, thresholds=higher)["items_online", UNIT].verdict is Verdict.NOT_MET
    # A limit of something else changes nothing.
    other = {"single_window": Decimal(70)}
    assert checked(store, rule, engine, thresholds=other)["items_online", UNIT].verdict is Verdict.NOT_MET


@pytest.mark.parametrize(("days", "expected"), [(6, Verdict.NOT_MET), (7, Verdict.MET), (20, Verdict.MET)])
def test_a_plan_that_sets_other_working_days_moves_the_deadline(days, expected, engine, tmp_path):
    row = {"document_number": "1号", "decided_on": "2019-09-27", "published_on": "2019-10-12"}
    store = make_store(tmp_path, {"penalty": [row]})
    limits = {"penalty_licence_published": Decimal(days)}
    found = checked(store, [RULES["penalty_published"]], engine, thresholds=limits)
    assert found["penalty_published", UNIT].verdict is expected


@pytest.mark.parametrize(
    ("requirement", "value"),
    [
        ("penalty_licence_published", "7.5"),
        ("penalty_licence_published", "0"),
        ("penalty_licence_published", "1001"),
        ("normative_filed", "0.5"),
        ("startup", "-5"),
        ("statistics_published", "1332"),
        ("statistics_published", "229"),
        ("statistics_published", "0"),
    ],
)
def test_a_number_that_a_rule_cannot_take_is_refused_in_a_sentence(requirement, value, tmp_path):
    with pytest.raises(RuleFault) as refused:
        check(make_store(tmp_path, {}), read_rules(), as_of=ON, thresholds={requirement: Decimal(value)})
    ids = [rule.id for rule in RULES.values() if rule.requirement == requirement]
    assert refused.value.faults == [f"The rule “{name}” cannot take “{value}” as its limit." for name in ids]


def test_another_last_day_of_a_plan_is_taken_as_month_and_day(engine, tmp_path):
    row = {"report_number": "1号", "report_kind": "行政执法统计年报", "year": 2018, "published_on": "2019-03-01"}
    store = make_store(tmp_path, {"annual_report": [row]})
    rule = [RULES["statistics_published"]]
    march = {"statistics_published": Decimal(301)}
    assert checked(store, rule, engine)["statistics_published", UNIT].verdict is Verdict.NOT_MET
    assert checked(store, rule, engine, thresholds=march)["statistics_published", UNIT].verdict is Verdict.MET


def test_a_region_is_judged_by_all_of_its_units_together(engine, tmp_path):
    rows = items(60, online=60, region="410400") + items(40, online=40, region="410400", unit=OTHER)
    rows += items(99, online=99, region="410401", unit="青溪县教育局") + items(1, online=1, unit="无区划单位")
    found = checked(make_store(tmp_path, {"service_item": rows}), [RULES["at_most_one_visit"]], engine)
    verdicts = {unit: one.verdict for (_rule, unit), one in found.items()}
    # A unit without a region stands for itself.
    assert verdicts == {"410400": Verdict.MET, "410401": Verdict.NOT_MET, "无区划单位": Verdict.NOT_MET}


def test_a_unit_that_misses_a_count_or_share_is_told_of_by_itself(engine, tmp_path):
    officers = [
        {
            "certificate_number": f"A{at}",
            "name": "某",
            "issued_on": None,
            "expires_on": None,
            "is_legal_reviewer": at == 0,
        }
        for at in range(21)
    ]
    rows = {"service_item": items(5, online=3, region="410400"), "officer": officers}
    rules = [RULES["at_most_one_visit"], RULES["reviewer_share"]]
    checked(make_store(tmp_path, rows), rules, engine, out=tmp_path / "out")
    assert told(tmp_path / "out") == [
        ("at_most_one_visit", "410400", "410400", "在用事项 5 个，其中最多跑一次 3 个"),
        ("reviewer_share", UNIT, UNIT, "持有效证件的执法人员 21 人，其中法制审核人员 1 人"),
    ]


def test_units_keeps_to_some_units_and_judges_no_region(engine, tmp_path):
    rows = items(5, online=5, region="410400") + items(5, online=0, region="410400", unit=OTHER)
    store = make_store(tmp_path, {"service_item": rows})
    rules = [RULES["items_online"], RULES["at_most_one_visit"]]
    found = checked(store, rules, engine, units=[OTHER], out=tmp_path / "out")
    assert set(found) == {("items_online", OTHER)}
    assert {line[1] for line in told(tmp_path / "out")} == {OTHER} and len(told(tmp_path / "out")) == 5
    assert checked(store, rules, engine, units=[]) == {}
    assert checked(store, rules, engine, units=["没有这个单位"]) == {}
    everyone = checked(store, rules, engine)
    assert everyone["items_online", OTHER] == found["items_online", OTHER]


def test_an_officer_who_helps_from_another_unit_is_known_also_when_one_unit_is_checked(engine, tmp_path):
    row = {"document_number": "1号", "decided_on": "2019-09-27", "officer1": "A1", "officer2": "B1"}
    days = {"issued_on": "2015-01-01", "expires_on": "2025-01-01", "certificate_state": "有效", "name": "某"}
    officers = [
        {"certificate_number": "A1", "source": "公安.csv", **days},
        {"certificate_number": "B1", "source": "水利.csv", "unit": OTHER, **days},
    ]
    store = make_store(tmp_path, {"penalty": [row], "officer": officers})
    rule = [RULES["penalty_two_officers"]]
    everyone = checked(store, rule, engine)
    assert everyone["penalty_two_officers", UNIT].verdict is Verdict.MET
    assert checked(store, rule, engine, units=[UNIT]) == everyone


def test_a_ledger_that_nobody_sent_gives_no_result(engine, tmp_path):
    assert checked(make_store(tmp_path, {}), list(RULES.values()), engine, out=tmp_path / "out") == {}
    assert told(tmp_path / "out") == []


def test_the_outcome_names_the_numbers_that_the_rules_were_held_to(tmp_path):
    store = make_store(tmp_path, {"service_item": items(3, online=3)})
    outcome = check(store, [RULES["items_online"]], as_of=ON, thresholds={"items_online": Decimal(90)})
    assert outcome.rules[0].limit and outcome.rules[0].limit.value == 90
    assert outcome.as_of == ON and outcome.calendar
    assert outcome.rows == {"read": 3, "accepted": 3, "rejected": 0}
