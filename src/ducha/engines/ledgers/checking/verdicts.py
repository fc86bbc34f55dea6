"""From counted states to verdicts: 达标, 不达标 or 不可核验 for each unit and rule."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ducha.domain.errors import Sentence, sentence
from ducha.engines.ledgers.checking.query import BITS, PER_INTEGER, State
from ducha.engines.ledgers.rules import Limit, Rule


class Verdict(StrEnum):
    """What is known of a unit under a rule."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_VERIFIABLE = "not_verifiable"


@dataclass(frozen=True)
class Result:
    """One unit (or region) under one rule.

    `population` rows are in the rule's scope and not exempt; of them `violations` are violated and `not_verifiable`
    cannot be judged. `rate` is the share (0 to 1) fulfilled of those that can be judged, None where there are none.
    """

    unit: str
    rule: str
    population: int
    violations: int
    exempt: int
    not_verifiable: int
    rate: float | None
    verdict: Verdict
    words: Sentence


Counts = Mapping[tuple[str, str], Mapping[State, int]]


def counted(rows: Iterable[Sequence[Any]], rules: list[Rule]) -> dict[tuple[str, str], Counter[State]]:
    """States by (unit or region, rule id) from rows of (unit, region, integers …, number)."""
    found: dict[tuple[str, str], Counter[State]] = {}
    for unit, region, *codes, number in rows:
        for at, rule in enumerate(rules):
            chunk, place = divmod(at, PER_INTEGER)
            state = State((codes[chunk] >> (BITS * place)) & (2**BITS - 1))
            if state != State.OUTSIDE:
                who = unit if rule.per == "unit" else (region or unit)
                found.setdefault((who, rule.id), Counter())[state] += number
    return found


def result(unit: str, rule: Rule, states: Mapping[State, int]) -> Result:
    """The verdict on a unit: what cannot be judged counts once as fulfilled and once as violated.

    Where both give the same, that is the verdict; where they differ, it is not verifiable. So a missing column never
    makes a unit meet anything, and one certain violation of a rule that every row must meet is enough.
    """
    fulfilled, violated, unknown = (
        states.get(state, 0) for state in (State.FULFILLED, State.VIOLATED, State.NOT_VERIFIABLE)
    )
    population = fulfilled + violated + unknown
    required = _required(rule)
    if population == 0:
        verdict = Verdict.NOT_VERIFIABLE
    elif rule.judged == "unit_count":
        verdict = _both(required, Decimal(fulfilled), Decimal(fulfilled + unknown))
    else:
        worst = Decimal(100 * fulfilled) / population
        best = Decimal(100 * (fulfilled + unknown)) / population
        verdict = _both(required, worst, best)
    judged = population - unknown
    rate = fulfilled / judged if judged else None
    return Result(
        unit,
        rule.id,
        population,
        violated,
        states.get(State.EXEMPT, 0),
        unknown,
        rate,
        verdict,
        _words(rule, population, fulfilled, unknown),
    )


def _required(rule: Rule) -> Limit:
    """What the unit's share (%) or count is held against: all rows, where each row has its own limit."""
    return rule.limit if rule.limit and rule.judged != "row" else Limit("==", Decimal(100), "%")


def _both(required: Limit, worst: Decimal, best: Decimal) -> Verdict:
    verdicts = {_fits(required, worst), _fits(required, best)}
    if len(verdicts) == 2:
        return Verdict.NOT_VERIFIABLE
    return Verdict.MET if verdicts.pop() else Verdict.NOT_MET


def _fits(required: Limit, value: Decimal) -> bool:
    holds = {
        "<=": value <= required.value,
        "<": value < required.value,
        ">=": value >= required.value,
        ">": value > required.value,
        "==": value == required.value,
    }
    return holds[required.comparator]


_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "<": "<", ">": ">"}


def _words(rule: Rule, population: int, fulfilled: int, unknown: int) -> Sentence:
    judged = population - unknown
    if judged == 0:
        return sentence("None of %(population)s rows can be verified.", population=population)
    required = _required(rule)
    if rule.judged == "unit_count":
        text = "%(fulfilled)s of %(judged)s; required %(comparator)s %(value)s %(unit)s."
    else:
        text = "%(fulfilled)s of %(judged)s = %(rate)s %%; required %(comparator)s %(value)s %(unit)s."
    told = sentence(
        text,
        fulfilled=fulfilled,
        judged=judged,
        rate=f"{100 * fulfilled / judged:.2f}".rstrip("0").rstrip("."),
        comparator=_SIGNS[required.comparator],
        value=f"{required.value:f}",
        unit=required.unit,
    )
    if unknown:
        return sentence("%(told)s %(unknown)s more cannot be verified.", told=told, unknown=unknown)
    return told
