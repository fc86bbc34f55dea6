"""ducha ledger check: the ledgers of a folder held against rules."""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ducha.cli.plan import read as read_plan
from ducha.engines import plans
from ducha.engines.ledgers.checking import VIOLATIONS, Outcome, check
from ducha.engines.ledgers.checking.listing import write_list
from ducha.engines.ledgers.rules import Rule, read_rules
from ducha.engines.ledgers.store import Store

_SIGNS = {"met": "✓", "not_met": "✗", "not_verifiable": "?"}


def add_to(verbs: Any) -> None:
    verb = verbs.add_parser("check", help="hold the ledgers against the rules")
    verb.add_argument("--ledgers", type=Path, required=True, metavar="DIR", help="the folder with ledgers/ in it")
    verb.add_argument("--plan", type=Path, metavar="FILE", help="take the limits from this plan")
    verb.add_argument("--rules", type=Path, metavar="DIR", help="rule files instead of those that ship with Ducha")
    verb.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="the day of the check")
    verb.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    verb.add_argument("--master", default="local[*]", help="of Spark")
    verb.add_argument("--out", type=Path, metavar="DIR", help="write violations.parquet and an Excel list there")
    verb.add_argument("--json", action="store_true", help="as JSON")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    rules = read_rules(arguments.rules)
    outcome = check(
        Store(arguments.ledgers),
        rules,
        as_of=arguments.on or date.today(),
        thresholds=_limits(arguments.plan, rules) if arguments.plan else {},
        out=arguments.out,
        engine=arguments.engine,
        master=arguments.master,
    )
    if arguments.out:
        write_list(arguments.out / VIOLATIONS, outcome.rules, arguments.out / "violations.xlsx")
    if arguments.json:
        print(json.dumps(_json(outcome), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(outcome)))
    return 0


def _limits(plan: Path, rules: Sequence[Rule]) -> dict[str, Decimal]:
    """What the plan's own numbers are, by the requirement that each was found to state; the first of each counts."""
    found = plans.to_json(read_plan(plan))
    stated = [one for point in found["points"] for one in point["thresholds"]] + found["thresholds"]
    compared = {rule.requirement: rule.limit.comparator for rule in rules if rule.requirement and rule.limit}
    limits: dict[str, Decimal] = {}
    for one in stated:
        if one["rule"] and one["comparator"] == compared.get(one["rule"]):
            limits.setdefault(one["rule"], Decimal(str(one["value"])))
    return limits


def _json(outcome: Outcome) -> dict[str, Any]:
    return {
        "calendar": outcome.calendar,
        "as_of": outcome.as_of.isoformat(),
        "rules": [
            {"id": rule.id, "title": rule.title, "basis": rule.basis, "ledger": rule.ledger} for rule in outcome.rules
        ],
        "results": [
            {
                "unit": one.unit,
                "rule": one.rule,
                "population": one.population,
                "violations": one.violations,
                "exempt": one.exempt,
                "not_verifiable": one.not_verifiable,
                "rate": one.rate,
                "verdict": one.verdict,
            }
            for one in outcome.results
        ],
        "rows": dict(outcome.rows),
        "seconds": round(outcome.seconds, 3),
    }


def _lines(outcome: Outcome) -> list[str]:
    lines = [f"calendar {outcome.calendar}, on {outcome.as_of}"]
    for rule in outcome.rules:
        results = [one for one in outcome.results if one.rule == rule.id]
        if results:
            lines += ["", f"{rule.id}  {rule.title}  ({rule.basis})"]
            lines += [f"  {_SIGNS[one.verdict]} {one.unit}  {one.words}" for one in results]
    rows = outcome.rows
    lines += ["", f"{rows['read']} rows read, {rows['accepted']} accepted, {rows['rejected']} rejected"]
    return [*lines, f"{outcome.seconds:.2f} s"]
