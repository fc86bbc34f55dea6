"""Every shipped rule against rows whose state was worked out by hand (tests/rules), on each engine and plainly."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from ledger_states import ENGINES, plainly
from ledgers import UNIT, make_store

from ducha.engines.ledgers.checking import State, check
from ducha.engines.ledgers.checking.query import is_told_by_rows
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.rules import read_rules

FOLDER = Path(__file__).parents[1] / "rules"
RULES = {rule.id: rule for rule in read_rules()}
STATES = {state.name.lower(): state for state in State}


class Sheet:
    """A file of tests/rules.

    `row` is filled in below each of `rows`, whose first entry is “state: why”; `without` are the columns that the
    row's source never had, `today` the day of the check where not the sheet's, `reason` the words that a violation
    must be told in. `ledgers` are the other ledgers that the rule looks into.
    """

    def __init__(self, name: str) -> None:
        self.rule = RULES[name]
        self.written = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        self.rows = [self._filled(at, dict(row)) for at, row in enumerate(self.written["rows"], start=1)]

    def _filled(self, at: int, row: dict[str, Any]) -> dict[str, Any]:
        state, why = next(iter(row.items()))
        del row[state]
        told = {"state": STATES[state], "why": why, "on": row.pop("today", self.written["today"])}
        told |= {"reason": row.pop("reason", None), "without": row.pop("without", [])}
        kind = KINDS[self.rule.ledger]
        row = {kind.key: f"第{at}号", **self.written["row"], **row}
        if kind.dated and kind.dated not in row:
            raise AssertionError(f"{self.rule.id}: the base row needs {kind.dated}")
        for name in told["without"]:
            del row[name]
        without = " 和 ".join(told["without"])
        source = row.pop("source", f"没有 {without}.csv" if without else "台账.csv")
        return {**told, "row": {"unit": UNIT, **row, "source": source, "source_row": at}}

    def days(self) -> Iterator[tuple[date, list[dict[str, Any]]]]:
        """The days on which it checks, with the rows of each."""
        for on in sorted({row["on"] for row in self.rows}):
            yield on, [row for row in self.rows if row["on"] == on]


def stores(sheet: Sheet, folder: Path) -> Iterator[tuple[date, list[dict[str, Any]], Any]]:
    """A store for each day on which the sheet checks."""
    others = sheet.written.get("ledgers", {})
    for on, rows in sheet.days():
        yield on, rows, make_store(folder / str(on), {sheet.rule.ledger: [row["row"] for row in rows], **others})


def counted(rows: list[dict[str, Any]], per: str) -> dict[str, Counter[State]]:
    """The states that are expected of each unit."""
    found: dict[str, Counter[State]] = {}
    for row in rows:
        who = row["row"].get("region") or row["row"]["unit"] if per == "region" else row["row"]["unit"]
        if row["state"] != State.OUTSIDE:
            found.setdefault(who, Counter())[row["state"]] += 1
    return found


def test_every_shipped_rule_has_a_sheet_of_rows_and_every_sheet_a_rule():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_each_sheet_shows_its_rule_fulfilled_and_violated(name):
    states = {row["state"] for row in Sheet(name).rows}
    assert {State.FULFILLED, State.VIOLATED} <= states
    # What has a condition that can lack a column is shown lacking it.
    own = {column.name: column for column in RULES[name].kind.columns}
    if any(not own[column].required for column in RULES[name].condition.columns() & set(own)):
        assert State.NOT_VERIFIABLE in states


@pytest.mark.parametrize("name", sorted(RULES))
def test_the_plain_reference_says_of_each_row_what_the_law_says(name, tmp_path):
    sheet = Sheet(name)
    for on, rows, store in stores(sheet, tmp_path):
        states, reasons = plainly(store, [sheet.rule], as_of=on)
        for row in rows:
            place = (name, row["row"]["source"], row["row"]["source_row"])
            assert states[place] == row["state"], (row["why"], states[place].name)
            if row["reason"]:
                assert reasons[place] == row["reason"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", sorted(RULES))
def test_a_check_counts_and_tells_of_each_row_what_the_law_says(name, engine, tmp_path):
    sheet = Sheet(name)
    for on, rows, store in stores(sheet, tmp_path):
        outcome = check(store, [sheet.rule], as_of=on, out=tmp_path / "out", engine=engine)
        found = {
            result.unit: Counter(
                {
                    State.FULFILLED: result.population - result.violations - result.not_verifiable,
                    State.VIOLATED: result.violations,
                    State.EXEMPT: result.exempt,
                    State.NOT_VERIFIABLE: result.not_verifiable,
                }
            )
            for result in outcome.results
        }
        assert {who: +states for who, states in found.items()} == counted(rows, sheet.rule.per)
        if is_told_by_rows(sheet.rule):
            assert_told(tmp_path / "out", sheet, rows)


def assert_told(out: Path, sheet: Sheet, rows: list[dict[str, Any]]) -> None:
    """The violating rows, and no others, stand in the list, each by its place and key and with its reason."""
    read = "SELECT source, source_row, unit, key, rule, ledger, reason FROM read_parquet(?)"
    with duckdb.connect(":memory:") as database:
        told = {line[:2]: line[2:] for line in database.execute(read, [str(out / "violations.parquet")]).fetchall()}
    wanted = {(row["row"]["source"], row["row"]["source_row"]): row for row in rows if row["state"] == State.VIOLATED}
    whys = {sheet.rows[place[1] - 1]["why"] for place in set(told) ^ set(wanted)}
    assert not whys
    for place, (unit, key, rule, ledger, reason) in told.items():
        row = wanted[place]["row"]
        assert (unit, key) == (row["unit"], row[sheet.rule.kind.key])
        assert (rule, ledger) == (sheet.rule.id, sheet.rule.ledger)
        assert reason == wanted[place]["reason"] or not wanted[place]["reason"]
        assert reason
