"""Generated ledgers: an answer key that a slow reading of the rules confirms, and dirt that is where it is said."""

import csv
import io
import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
import yaml
from python_calamine import CalamineWorkbook

from ducha.cli import main
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
    words = set(re.findall("[a-z_0-9]+", re.sub(r"optional\(\w+\)", "", said["condition"])))
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
    names = [path.name for path in files("ducha.engines.ledgers").joinpath("rules").iterdir()]
    named = {name.removesuffix(".yaml") for name in names if name.endswith(".yaml")}
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


@pytest.mark.parametrize("seed", [1, 300])
def test_another_seed_makes_another_key_and_it_is_right(made, tmp_path, seed):
    generate(ROWS + seed, seed, tmp_path)
    assert planted_in(tmp_path) != planted_in(made)
    ledgers = {kind: rows_of(tmp_path, kind) for kind in KINDS}
    found = sum((broken(ledgers, rule) for rule in RULES), few_reviewers(ledgers) + regions_behind(ledgers))
    assert found == planted_in(tmp_path)


# --- rows at the limit, and what the key must hold ---------------------------------------------------------------


def limits(rule, row):
    """When it was done, and the days on which it would just have been in time (first or last)."""
    days = DATE_RULES[rule]
    event = {"coercion": "imposed_on", "inspection_record": "inspected_on"}.get(RULES[rule][0], "decided_on")
    if rule.endswith("_published") and rule != "statistics_published":
        return row["published_on"], due(row[event], days)
    if rule == "penalty_decided":
        return row["decided_on"], due_days(row["filed_on"], days)
    if rule == "normative_filed":
        return row["filed_on"], due_days(row["published_on"], days)
    if rule == "statistics_published":
        return row["published_on"], date(row["year"] + 1, 1, 31)
    if rule == "startup":
        steps = start_up_steps(row)
        return None if None in steps else max(steps), due(row["applied_on"], days)
    done, since = {
        "penalty_served": ("served_on", "decided_on"),
        "withdrawn_taken_down": ("taken_down_on", "revoked_on"),
        "normative_reviewed": ("reviewed_on", "submitted_on"),
    }[rule]
    return row[done], due(row[since], days)


@pytest.mark.parametrize("rule", DATE_RULES)
def test_each_date_rule_has_rows_on_the_last_day_and_one_day_over(ledgers, rule):
    on_the_day, a_day_over = 0, 0
    for row, said in verdicts(ledgers, rule):
        if said in (True, False):
            done, last = limits(rule, row)
            on_the_day += said is True and done == last
            a_day_over += said is False and done == last + timedelta(1)
    assert on_the_day and a_day_over


def test_a_review_has_a_first_day_too(ledgers):
    said = {
        (row["reviewed_on"] - due(row["submitted_on"], 5)).days: verdict
        for row, verdict in verdicts(ledgers, "normative_reviewed")
        if verdict in (True, False) and row["reviewed_on"]
    }
    assert (said[0], said[-1]) == (True, False)


def test_a_make_up_saturday_is_the_last_day_after_the_national_holiday(ledgers):
    eve = date(2019, 9, 27)
    published = {
        row["published_on"]: said
        for row, said in verdicts(ledgers, "penalty_published")
        if said != "exempt" and row["decided_on"] == eve
    }
    assert published[date(2019, 10, 12)] is True
    assert published[date(2019, 10, 13)] is False


def test_certificates_end_and_begin_within_the_years(ledgers):
    said = Counter()
    for row, verdict in verdicts(ledgers, "penalty_two_officers"):
        if row["decided_on"] in (date(2020, 6, 30), date(2020, 7, 1)) and row["officer2"]:
            said[row["decided_on"].month, row["officer2"][-1], verdict] += 1
    assert said[6, "0", True] and said[7, "0", False]
    assert said[7, "1", True] and said[6, "1", False]


@pytest.mark.parametrize("rule", ["penalty_published", "licence_published", "coercion_recorded", "items_online"])
def test_units_meet_a_rule_or_do_not_or_cannot_be_verified(ledgers, rule):
    units = defaultdict(set)
    for row, said in verdicts(ledgers, rule):
        units[row["unit"]].add(said)
    assert {True} in units.values()
    assert [said for said in units.values() if False in said]
    assert {None} in units.values()


@pytest.mark.parametrize("rule", ["penalty_published", "inspection_published", "single_window", "normative_reviewed"])
def test_some_rows_are_exempt(ledgers, rule):
    assert "exempt" in {said for _, said in verdicts(ledgers, rule)}


@pytest.mark.parametrize("rule", ["penalty_two_officers", "statistics_agree", "publication_recorded"])
def test_without_the_other_ledger_a_rule_says_nothing(ledgers, rule):
    assert None in {said for _, said in verdicts(ledgers, rule)}


# --- the store ---------------------------------------------------------------------------------------------------


def test_a_canonical_file_has_the_columns_of_its_kind_sorted_by_unit(made):
    for part in Store(made).partitions:
        described = duckdb.sql(f"DESCRIBE SELECT * FROM '{part.path}'").fetchall()
        wanted = [(column.name, SQL_TYPES[column.type]) for column in (*COMMON, *KINDS[part.kind].columns)]
        assert [line[:2] for line in described] == wanted
        units = [unit for (unit,) in duckdb.sql(f"SELECT unit FROM '{part.path}'").fetchall()]
        assert units == sorted(units)
        assert Counter(units) == part.units
        assert part.rows == len(units)
        if dated := KINDS[part.kind].dated:
            years = duckdb.sql(f"SELECT DISTINCT year({dated}) FROM '{part.path}'").fetchall()
            assert years == [(int(part.period),)]


def test_a_column_that_was_not_sent_is_blank_in_every_row(ledgers):
    for kind, rows in ledgers.items():
        for row in rows:
            assert all(row[c.name] is None for c in KINDS[kind].columns if not row["given"] & KINDS[kind].bit(c.name))
            assert all(row[c.name] is not None for c in KINDS[kind].columns if c.required)


def test_the_number_of_rows_is_what_was_asked_for_mostly_penalties_and_licences(tmp_path):
    before = time.process_time()
    made = generate(20_000, SEED, tmp_path)
    # Some 4 seconds where it was measured.
    assert time.process_time() - before < 20
    assert sum(made.rows.values()) == Store(tmp_path).rows()["read"] == 20_000
    assert made.rows["penalty"] + made.rows["licence"] > 14_000
    assert set(made.rows) == set(KINDS)
    key = json.loads((tmp_path / "key.json").read_text())
    assert (key["seed"], key["rows"], key["as_of"], key["calendar"]) == (7, 20_000, "2022-01-10", CALENDAR.version)


def test_no_rule_is_broken_by_more_than_a_few_in_a_hundred(tmp_path):
    made = generate(60_000, SEED, tmp_path)
    shares = {"items_online", "single_window"}
    for rule, count in made.planted.items():
        if rule in RULES and rule not in shares and made.rows[RULES[rule][0]] > 1000:
            assert 0.0005 < count / made.rows[RULES[rule][0]] < 0.04, rule


def test_the_command_tells_its_progress_apart_from_its_result(tmp_path, capsys):
    out = tmp_path / "the city's ledgers"
    assert main(["ledger", "generate", "--rows", "3000", "--out", str(out), "--json"]) == 0
    told = capsys.readouterr()
    assert sum(json.loads(told.out)["rows"].values()) == 3000
    assert "3,000 of 3,000 rows" in told.err
    assert {path.name for path in out.iterdir()} == {"ledgers", "planted.parquet", "key.json"}


def test_too_few_rows_are_refused(tmp_path):
    with pytest.raises(Invalid, match="too few"):
        generate(100, SEED, tmp_path)


# --- files as units send them ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    out = tmp_path_factory.mktemp("dirty")
    generate(6000, SEED, out, dirty=True)
    return out


def test_the_same_seed_makes_the_same_bytes(sent, tmp_path):
    generate(6000, SEED, tmp_path, dirty=True)
    ours, theirs = ({p.relative_to(root): p for p in root.rglob("*") if p.is_file()} for root in (sent, tmp_path))
    assert set(ours) == set(theirs)
    assert not [name for name in ours if ours[name].read_bytes() != theirs[name].read_bytes()]


def decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def records(path: Path) -> list[list]:
    """Every record of a file, title rows and blank lines too."""
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False)
    text = decoded(path.read_bytes())
    delimiter = max("\t;,", key=text.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def head_of(rows: list[list]) -> int:
    return next(at for at, row in enumerate(rows) if sum(cell != "" for cell in row) > 3)


def normalised(number) -> str:
    text = unicodedata.normalize("NFKC", str(number)).replace(" ", "")
    return re.sub(r"[【\[(〔](\d{4})[】\])〕]", r"〔\1〕", text)


LOOKS = {
    "date:slashes": r"\d{4}/\d{1,2}/\d{1,2}",
    "date:dots": r"\d{4}\.\d\d\.\d\d",
    "date:packed": r"(19|20)\d{6}(\.0)?",
    "date:chinese": r"\d{4}年\d{1,2}月\d{1,2}日",
    "date:serial": r"[47]\d{4}(\.0)?",
    "number:brackets": r".+【\d{4}】\d+号",
    "number:square": r".+\[\d{4}\]\d+号",
    "number:round": r".+（\d{4}）\d+号",
    "number:spaces": r".+ 〔\d{4}〕 \d+号",
    "digits:full-width": r".+〔[０-９]{4}〕[０-９]+号",
    "text:trailing-spaces": r".+  ",
    "amount:yuan": r"-?[\d.]+元",
    "amount:wan": r"-?[\d.]+万元",
    "scientific:identity_number": r"4\.1982\dE\+17",
    "layout:footer": "填表人：.+",
    "layout:title-row": "填报日期.+|.+台账",
}


def test_each_piece_of_dirt_is_where_it_is_said_to_be(sent):
    dirt = duckdb.sql(f"SELECT * FROM '{sent}/dirt.parquet'").fetchall()
    assert set(LOOKS) | {"cells", "bytes", "layout:blank-line"} <= {reason for _, _, reason, _ in dirt}
    files = {}
    for name, at, reason, rejected in dirt:
        rows = files.setdefault(name, records(sent / "files" / name))
        row = rows[at - 1]
        head = rows[head_of(rows)]
        sort = reason.partition(":")[0]
        assert rejected is (sort in ("cells", "bytes", "missing", "unreadable", "scientific"))
        if reason in LOOKS:
            assert any(re.fullmatch(LOOKS[reason], str(cell)) for cell in row), (name, at, reason, row)
        elif reason == "cells":
            assert abs(len(row) - len(head)) == 1
        elif reason == "bytes":
            assert any("\ufffd" in cell for cell in row)
        elif reason == "layout:blank-line":
            assert not any(row)
        elif sort == "missing":
            assert "" in row
        else:
            assert any(re.search("13-45|02-30|13月|千元|万多元", str(cell)) for cell in row), (name, at, reason, row)


def test_the_files_hold_every_canonical_row_and_beside_them_only_what_must_be_rejected(sent):
    rejected = defaultdict(set)
    for name, at in duckdb.sql(
        f"SELECT file, row FROM '{sent}/dirt.parquet' WHERE rejected OR reason LIKE 'layout:%'"
    ).fetchall():
        rejected[name].add(at)
    found, wanted = Counter(), Counter()
    for path in sent.glob("files/*/*"):
        kind = re.sub(r"(_\d+)?\.\w+$", "", path.name)
        rows = records(path)
        begins = head_of(rows)
        key = 2  # after the unit and the region
        for at, row in enumerate(rows[begins + 1 :], begins + 2):
            if at not in rejected[f"{path.parent.name}/{path.name}"]:
                found[kind, row[0], normalised(row[key])] += 1
                assert row[0] == path.parent.name
    for kind in KINDS:
        for row in rows_of(sent, kind):
            wanted[kind, row["unit"], row[KINDS[kind].key]] += 1
    assert found == wanted


def test_units_write_in_many_manners(sent):
    starts = Counter()
    heads = set()
    for path in sent.glob("files/*/*"):
        content = path.read_bytes()
        rows = records(path)
        heads |= set(rows[head_of(rows)])
        starts[path.suffix, content[:2] if content[:2] in (b"\xef\xbb", b"\xff\xfe") else b""] += 1
    assert {(".xlsx", b""), (".csv", b""), (".csv", b"\xef\xbb"), (".csv", b"\xff\xfe")} == set(starts)
    assert {
        "CF_WSH",
        "CF_CFMC",
        "罚款金额",
        "CF_NR_FK",
        "罚款金额（万元）",
        "处罚机关",
        "公示日期",
        "立案日期",
    } <= heads


def test_a_fine_is_in_the_unit_that_the_head_says(sent):
    penalties = rows_of(sent, "penalty")
    times_used = Counter((row["unit"], row["document_number"]) for row in penalties)
    clean = {(r["unit"], r["document_number"]): r["fine"] for r in penalties}
    clean = {key: fine for key, fine in clean.items() if fine is not None and times_used[key] == 1}
    seen = Counter()
    for path in sent.glob("files/*/penalty_2020.*"):
        rows = records(path)
        begins = head_of(rows)
        head = rows[begins]
        at, times = next(
            (head.index(name), times)
            for name, times in (("CF_NR_FK", 10000), ("罚款金额（万元）", 10000), ("应缴罚款金额", 1), ("罚款金额", 1))
            if name in head
        )
        for row in rows[begins + 1 :]:
            if len(row) == len(head) and (fine := clean.get((row[0], str(row[2])))) and "元" not in str(row[at]):
                assert round(Decimal(str(row[at])) * times, 2) == fine
                seen[times] += 1
    assert seen[1] > 50 and seen[10000] > 50
