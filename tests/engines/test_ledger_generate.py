"""Generated ledgers: an answer key that a slow reading of the rules confirms, and dirt that is where it is said to be."""

import json
import re
import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
import yaml

from ducha.domain import workdays
from ducha.domain.errors import Invalid
from ducha.engines.ledgers.generating import generate
from ducha.engines.ledgers.kinds import COMMON, KINDS, SQL_TYPES
from ducha.engines.ledgers.store import Store

ROWS, SEED = 3000, 7
CALENDAR = workdays.load()
AS_OF = date(2022, 1, 10)
DATE_RULES = {
    "penalty_published": 7,
    "licence_published": 7,
    "coercion_published": 20,
    "inspection_published": 20,
    "penalty_served": 7,
    "penalty_decided": 90,
    "withdrawn_taken_down": 3,
    "normative_filed": 15,
    "normative_reviewed": 15,
    "startup": 5,
    "statistics_published": 131,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("clean")
    generate(ROWS, SEED, out)
    return out


@pytest.fixture(scope="module")
def ledgers(made):
    return {kind: rows_of(made, kind) for kind in KINDS}


def rows_of(out: Path, kind: str) -> list[dict]:
    found = []
    for part in Store(out).of_kind(kind):
        answer = duckdb.sql(f"SELECT * FROM '{part.path}'")
        found += [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]
    return found


def planted_in(out: Path) -> Counter:
    return Counter(duckdb.sql(f"SELECT rule, unit, key FROM '{out}/planted.parquet'").fetchall())


# --- the rules, read by hand -------------------------------------------------------------------------------------


def due(event, days):
    return CALENDAR.add_working_days(event, days)


def due_days(event, days):
    return CALENDAR.next_working_day(event + timedelta(days))


def both(*said):
    """AND of three values: one no is a no, else one unknown is unknown."""
    return False if False in said else None if None in said else True


def in_time(done, deadline):
    return done is not None and done <= deadline


def valid_uscc(code):
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(code) != 18 or any(sign not in signs for sign in code):
        return False
    return sum(signs.index(sign) * 3**n for n, sign in enumerate(code[:17])) % 31 == -signs.index(code[17]) % 31


class Reading:
    """The thirty rules over all ledgers: for each the rows that it finds wrong."""

    def __init__(self, ledgers):
        self.ledgers = ledgers
        self.officers = {row["certificate_number"]: row for row in ledgers["officer"]}
        self.units_of = {kind: {row["unit"] for row in rows} for kind, rows in ledgers.items()}
        self.numbers = {kind: Counter((r["unit"], r[KINDS[kind].key]) for r in ledgers[kind]) for kind in KINDS}
        self.yearly = Counter((row["unit"], row["decided_on"].year) for row in ledgers["penalty"])

    def certified(self, certificate, day, unit):
        if certificate is None or day is None:
            return None
        officer = self.officers.get(certificate)
        if officer is not None:
            begun = officer["issued_on"] is None or officer["issued_on"] <= day
            lasts = officer["expires_on"] is None or officer["expires_on"] >= day
            if begun and lasts and officer["certificate_state"] in (None, "有效", "正常", "在用"):
                return True
        return False if unit in self.units_of["officer"] else None

    def two_officers(self, row, day):
        one, two = row["officer1"], row["officer2"]
        return both(
            one is not None,
            two is not None,
            None if None in (one, two) else one != two,
            self.certified(one, day, row["unit"]),
            self.certified(two, day, row["unit"]),
        )

    def unique(self, kind, row):
        return self.numbers[kind][row["unit"], row[KINDS[kind].key]] == 1


def publicity(event, days):
    """Published, or due before the check date; exempt with a reason."""
    return {
        "population": lambda see, row: row["published_on"] is not None or due(row[event], days) < AS_OF,
        "exempt": lambda see, row: row["nondisclosure_reason"] is not None,
        "condition": lambda see, row: in_time(row["published_on"], due(row[event], days)),
    }


def in_order(see, row):
    decided = row["decided_on"]
    return (
        (row["filed_on"] or decided) <= decided
        and (row["served_on"] or decided) >= decided
        and (row["revoked_on"] or decided) >= decided
        and decided <= AS_OF
    )


def review_passed(see, row):
    passed = row["review_opinion"] in ("通过", "同意", "审核通过", "合法", "同意处罚")
    return row["reviewed_on"] is not None and row["reviewed_on"] <= row["decided_on"] and passed


def reviewed_in_time(see, row):
    sent, done = row["submitted_on"], row["reviewed_on"]
    return done is not None and due(sent, 5) <= done <= due(sent, 15)


def start_up_steps(row):
    return [row[step] for step in ("approved_on", "sealed_on", "taxed_on", "insured_on")]


def started_in_time(see, row):
    steps = start_up_steps(row)
    return None not in steps and max(steps) <= due(row["applied_on"], 5)


CLASSES = "warnings fines confiscations suspensions revocations restrictions closures detentions others".split()


def is_statistics(row):
    return row["report_kind"] == "行政执法统计年报"


def counted(see, row):
    if row["unit"] not in see.units_of["penalty"]:
        return None
    return row["total"] == see.yearly[row["unit"], row["year"]]


def recorded(see, row):
    if row["unit"] not in see.units_of["penalty"]:
        return None
    return (row["unit"], row["document_number"]) in see.numbers["penalty"]


def in_use(row):
    return row["task_state"] in (None, "在用")


def always(see, row):
    return True


RULES = {
    "penalty_published": ("penalty", publicity("decided_on", 7)),
    "licence_published": ("licence", publicity("decided_on", 7)),
    "coercion_published": ("coercion", publicity("imposed_on", 20)),
    "inspection_published": ("inspection_record", publicity("inspected_on", 20)),
    "penalty_two_officers": ("penalty", {"condition": lambda see, row: see.two_officers(row, row["decided_on"])}),
    "coercion_two_officers": ("coercion", {"condition": lambda see, row: see.two_officers(row, row["imposed_on"])}),
    "inspection_two_officers": (
        "inspection_record",
        {"condition": lambda see, row: see.two_officers(row, row["inspected_on"])},
    ),
    "penalty_number_unique": ("penalty", {"condition": lambda see, row: see.unique("penalty", row)}),
    "licence_number_unique": ("licence", {"condition": lambda see, row: see.unique("licence", row)}),
    "penalty_uscc": (
        "penalty",
        {"population": lambda see, row: row["uscc"] is not None, "condition": lambda see, row: valid_uscc(row["uscc"])},
    ),
    "licence_uscc": (
        "licence",
        {"population": lambda see, row: row["uscc"] is not None, "condition": lambda see, row: valid_uscc(row["uscc"])},
    ),
    "penalty_amount": (
        "penalty",
        {
            "population": lambda see, row: row["fine"] is not None,
            "condition": lambda see, row: 0 <= row["fine"] <= Decimal(100_000_000),
        },
    ),
    "penalty_dates_in_order": ("penalty", {"condition": in_order}),
    "penalty_decided": (
        "penalty",
        {
            "population": lambda see, row: (
                row["filed_on"] is not None and row["procedure"] not in ("简易程序", "当场处罚")
            ),
            "condition": lambda see, row: row["decided_on"] <= due_days(row["filed_on"], 90),
        },
    ),
    "penalty_served": (
        "penalty",
        {
            "population": lambda see, row: row["served_on"] is not None or due(row["decided_on"], 7) < AS_OF,
            "condition": lambda see, row: in_time(row["served_on"], due(row["decided_on"], 7)),
        },
    ),
    "legal_review": ("penalty", {"population": lambda see, row: row["is_major"], "condition": review_passed}),
    "penalty_recorded": (
        "penalty",
        {
            "population": lambda see, row: row["is_major"] or row["is_heard"],
            "condition": lambda see, row: row["recording_number"] is not None,
        },
    ),
    "withdrawn_taken_down": (
        "penalty",
        {
            "population": lambda see, row: (
                row["revoked_on"] is not None
                and (row["taken_down_on"] is not None or due(row["revoked_on"], 3) < AS_OF)
            ),
            "condition": lambda see, row: in_time(row["taken_down_on"], due(row["revoked_on"], 3)),
        },
    ),
    "coercion_recorded": (
        "coercion",
        {"condition": lambda see, row: row["is_recorded"] is True and row["recording_number"] is not None},
    ),
    "normative_filed": (
        "normative_document",
        {
            "population": lambda see, row: row["filed_on"] is not None or due_days(row["published_on"], 15) < AS_OF,
            "condition": lambda see, row: in_time(row["filed_on"], due_days(row["published_on"], 15)),
        },
    ),
    "normative_reviewed": (
        "normative_document",
        {
            "population": lambda see, row: row["submitted_on"] is not None,
            "exempt": lambda see, row: row["is_urgent"] is True,
            "condition": reviewed_in_time,
        },
    ),
    "startup": (
        "start_up",
        {
            "population": lambda see, row: None not in start_up_steps(row) or due(row["applied_on"], 5) < AS_OF,
            "condition": started_in_time,
        },
    ),
    "statistics_add_up": (
        "annual_report",
        {
            "population": lambda see, row: is_statistics(row) and row["total"] is not None,
            "condition": lambda see, row: sum(row[name] or 0 for name in CLASSES) == row["total"],
        },
    ),
    "statistics_agree": (
        "annual_report",
        {"population": lambda see, row: is_statistics(row) and row["total"] is not None, "condition": counted},
    ),
    "statistics_published": (
        "annual_report",
        {
            "population": lambda see, row: (
                is_statistics(row) and (row["published_on"] is not None or date(row["year"] + 1, 1, 31) < AS_OF)
            ),
            "condition": lambda see, row: in_time(row["published_on"], date(row["year"] + 1, 1, 31)),
        },
    ),
    "publication_recorded": (
        "publication",
        {"population": lambda see, row: row["act"] == "行政处罚", "condition": recorded},
    ),
    "items_online": (
        "service_item",
        {"population": lambda see, row: in_use(row), "condition": lambda see, row: row["is_online"] is True},
    ),
    "single_window": (
        "service_item",
        {
            "population": lambda see, row: in_use(row) and row["is_in_hall"] is True,
            "exempt": lambda see, row: row["special_site_reason"] is not None,
            "condition": lambda see, row: row["is_single_window"] is True,
        },
    ),
}


def used_by(rule):
    """The columns that the rule's condition names; without one of them it says nothing about a row."""
    text = files("ducha.engines.ledgers").joinpath("rules", f"{rule}.yaml").read_text(encoding="utf-8")
    said = yaml.safe_load(text)
    words = set(re.findall("[a-z_0-9]+", said["condition"]))
    return [column.name for column in KINDS[said["ledger"]].columns if column.name in words]


def verdicts(ledgers, rule):
    """Of each row in the population: True, False, "exempt", or None where it cannot be verified."""
    kind, said = RULES[rule]
    see, used = Reading(ledgers), sum(KINDS[kind].bit(name) for name in used_by(rule))
    for row in ledgers[kind]:
        if row["given"] & used != used:
            yield row, None
        elif not said.get("population", always)(see, row):
            continue
        elif said.get("exempt", lambda see, row: False)(see, row):
            yield row, "exempt"
        else:
            yield row, said["condition"](see, row)


def broken(ledgers, rule):
    kind = RULES[rule][0]
    return Counter((rule, row["unit"], row[KINDS[kind].key]) for row, said in verdicts(ledgers, rule) if said is False)


def few_reviewers(ledgers):
    valid, reviewers = Counter(), Counter()
    for row in ledgers["officer"]:
        begun = row["issued_on"] is None or row["issued_on"] <= AS_OF
        lasts = row["expires_on"] is None or row["expires_on"] >= AS_OF
        told = row["given"] & KINDS["officer"].bit("is_legal_reviewer")
        if told and begun and lasts and row["certificate_state"] in (None, "有效", "正常", "在用"):
            valid[row["unit"]] += 1
            reviewers[row["unit"]] += row["is_legal_reviewer"] is True
    return Counter(("reviewer_share", unit, unit) for unit in valid if reviewers[unit] * 20 < valid[unit])


def regions_behind(ledgers):
    once = defaultdict(int)
    for row in ledgers["service_item"]:
        once[row["region"]] += in_use(row) and row["visits"] is not None and row["visits"] <= 1
    return Counter(("at_most_one_visit", None, region) for region, count in once.items() if count < 100)


# --- the key -----------------------------------------------------------------------------------------------------


def test_the_reading_by_hand_knows_every_rule():
    named = {path.name.removesuffix(".yaml") for path in files("ducha.engines.ledgers").joinpath("rules").iterdir()}
    assert {*RULES, "reviewer_share", "at_most_one_visit"} == named


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_breaks_a_rule_is_what_was_planted(made, ledgers, rule):
    planted = Counter({line: n for line, n in planted_in(made).items() if line[0] == rule})
    assert planted
    assert broken(ledgers, rule) == planted


def test_units_with_few_reviewers_and_regions_behind_are_in_the_key(made, ledgers):
    planted = planted_in(made)
    assert few_reviewers(ledgers) == Counter({x: n for x, n in planted.items() if x[0] == "reviewer_share"})
    assert regions_behind(ledgers) == Counter({x: n for x, n in planted.items() if x[0] == "at_most_one_visit"})


@pytest.mark.parametrize("seed", [1, 20, 300])
def test_the_key_is_right_whatever_the_seed(tmp_path, seed):
    generate(ROWS + 500 * seed % 777, seed, tmp_path)
    ledgers = {kind: rows_of(tmp_path, kind) for kind in KINDS}
    found = sum((broken(ledgers, rule) for rule in RULES), few_reviewers(ledgers) + regions_behind(ledgers))
    assert found == planted_in(tmp_path)
