"""The plain reference: every rule walked row by row, slow and obvious. It judges the engines."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from typing import Any

from ducha.domain.errors import OutsideCalendar
from ducha.domain.workdays import Calendar
from ducha.engines.ledgers.checking.query import USCC_ALPHABET, USCC_WEIGHTS, State
from ducha.engines.ledgers.checking.tables import VALID_STATES
from ducha.engines.ledgers.kinds import KINDS, Type
from ducha.engines.ledgers.rules import Node, Rule
from ducha.engines.ledgers.rules.language import NUMERIC

Row = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """All rows of all ledgers, and the calendar: what a rule may look into."""

    ledgers: Mapping[str, Sequence[Row]]
    calendar: Calendar

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """The units that hold each kind of ledger."""
        return {kind: {row["unit"] for row in rows} for kind, rows in self.ledgers.items()}


def state(rule: Rule, row: Row, constants: Mapping[str, Any], world: World) -> State:
    """What the rule says of a row."""
    applies = _known(rule.population, rule, row, constants, world)
    dated = row[rule.kind.dated] if rule.kind.dated else None
    if dated and ((rule.valid_from and dated < rule.valid_from) or (rule.valid_to and dated > rule.valid_to)):
        applies = False
    if applies is False:
        return State.OUTSIDE
    if rule.exempt and _known(rule.exempt, rule, row, constants, world):
        return State.EXEMPT
    if rule.not_verifiable and _known(rule.not_verifiable, rule, row, constants, world):
        return State.NOT_VERIFIABLE
    holds = _known(rule.condition, rule, row, constants, world)
    if applies is None or holds is None:
        return State.NOT_VERIFIABLE
    return State.FULFILLED if holds else State.VIOLATED


def _known(node: Node, rule: Rule, row: Row, constants: Mapping[str, Any], world: World) -> Any:
    own = {column.name for column in rule.kind.columns}
    for name in node.columns() & own:
        if not row["given"] & rule.kind.bit(name):
            return None
    return value(node, row, constants, world, rule)


def reason(rule: Rule, row: Row, constants: Mapping[str, Any], world: World) -> str:
    """The reason of a violation in words."""
    said = []
    for piece in rule.reason:
        if isinstance(piece, str):
            said.append(piece)
            continue
        found = value(piece[0], row, constants, world, rule)
        shown = None if found is None else _shown(piece[0], found)
        said.append(piece[1] if shown is None else shown)
    return "".join(said)


def _shown(node: Node, found: Any) -> str | None:
    """A value as people read it: a number without decimals, an amount with two."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if node.type not in NUMERIC:
        return found.isoformat() if isinstance(found, date) else str(found)
    number = Decimal(repr(found)) if isinstance(found, float) else Decimal(found)
    if abs(number) >= 10 ** (13 if isinstance(found, float) else 36):
        return None
    whole = node.type == Type.NUMBER and (node.op != "constant" or number == int(number))
    with localcontext(prec=60):
        # Nothing has no sign: -0.001 is 0.00.
        return str(number.quantize(Decimal(1 if whole else "0.01"), ROUND_HALF_UP) + 0)


def counts(
    rules: Iterable[Rule], constants: Mapping[str, Mapping[str, Any]], world: World
) -> dict[Any, Counter[State]]:
    """States by (unit or region, rule id)."""
    found: dict[Any, Counter[State]] = {}
    for rule in rules:
        for row in world.ledgers.get(rule.ledger, ()):
            of = state(rule, row, constants[rule.id], world)
            if of != State.OUTSIDE:
                who = row["unit"] if rule.per == "unit" else (row["region"] or row["unit"])
                found.setdefault((who, rule.id), Counter())[of] += 1
    return found


def value(node: Node, row: Row, constants: Mapping[str, Any], world: World, rule: Rule) -> Any:
    """What an expression gives for a row; None is not known, as SQL has it."""
    found = _value(node, row, constants, world, rule)
    if not node.is_rough or found is None:
        return found
    return float(found) if math.isfinite(found) else None


def _value(node: Node, row: Row, constants: Mapping[str, Any], world: World, rule: Rule) -> Any:
    if node.op in ("column", "optional"):
        return row[node.value]
    if node.op == "literal":
        return node.value
    if node.op == "constant":
        return constants[node.value]
    if node.op in _LAZY:
        return _LAZY[node.op](node, lambda arg: value(arg, row, constants, world, rule))
    if node.op in _LOOKUPS:
        args = [arg.value if arg.op == "ledger" else value(arg, row, constants, world, rule) for arg in node.args]
        return _LOOKUPS[node.op](world, rule, row, node, constants, *args)
    args = [value(arg, row, constants, world, rule) for arg in node.args]
    return None if any(arg is None for arg in args) else _STRICT[node.op](*_alike(args))


def _alike(args: list[Any]) -> list[Any]:
    """Values that are held against each other: all in floating point where one is."""
    return [float(arg) for arg in args] if any(isinstance(arg, float) for arg in args) else args


Reads = Callable[[Node], Any]


def _and(node: Node, read: Reads) -> bool | None:
    found = [read(arg) for arg in node.args]
    return False if False in found else None if None in found else True


def _or(node: Node, read: Reads) -> bool | None:
    found = [read(arg) for arg in node.args]
    return True if True in found else None if None in found else False


def _case(node: Node, read: Reads) -> Any:
    for at in range(0, len(node.args) - 1, 2):
        if read(node.args[at]):
            return read(node.args[at + 1])
    return read(node.args[-1]) if len(node.args) % 2 else None


def _among(pick: Callable[[list[Any]], Any]) -> Callable[[Node, Reads], Any]:
    def read_all(node: Node, read: Reads) -> Any:
        found = [one for one in (read(arg) for arg in node.args) if one is not None]
        return pick(found) if found else None

    return read_all


def _nullif(node: Node, read: Reads) -> Any:
    left, right = (read(arg) for arg in node.args)
    if left is None or right is None:
        return left
    one, other = _alike([left, right])
    return None if one == other else left


def _divided(left: Any, right: Any) -> float | None:
    return float(left) / float(right) if right else None


def _like(text: str, pattern: str) -> bool:
    parts = ["." if sign == "_" else ".*" if sign == "%" else re.escape(sign) for sign in pattern]
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _month_day(year: Any, day: Any) -> date | None:
    return date(int(year), int(day) // 100, int(day) % 100) if 1900 <= year <= 2200 else None


_LAZY: dict[str, Callable[[Node, Reads], Any]] = {
    "and": _and,
    "or": _or,
    "case": _case,
    "coalesce": _among(lambda found: found[0]),
    "greatest": _among(max),
    "least": _among(min),
    "nullif": _nullif,
    "is null": lambda node, read: read(node.args[0]) is None,
}
_STRICT: dict[str, Callable[..., Any]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: float(a) * float(b),
    "/": _divided,
    "neg": lambda a: -a,
    "abs": abs,
    "not": lambda a: not a,
    "in": lambda a, *among: a in among,
    "like": _like,
    "length": len,
    "trim": lambda a: a.strip(" "),
    "substr": lambda a, first, size: a[int(first) - 1 : int(first) - 1 + int(size)],
    "year": lambda a: a.year,
    "days": lambda a, b: (b - a).days,
    "month_day": _month_day,
}


def _deadline(
    world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], event: date | None, days: Any
) -> date | None:
    if event is None:
        return None
    try:
        if node.op == "deadline":
            return world.calendar.add_working_days(event, int(days))
        # A period that starts outside the calendar ends nowhere, even if its last day would lie inside.
        world.calendar.is_working_day(event)
        return world.calendar.next_working_day(event + timedelta(int(days)))
    except OutsideCalendar:
        return None


def _working_days(
    world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], first: date | None, last: date | None
) -> int | None:
    """Working days after the first day up to the last; negative where the last comes first."""
    if first is None or last is None:
        return None
    try:
        if first <= last:
            return world.calendar.working_days_between(first, last) - world.calendar.is_working_day(first)
        return world.calendar.is_working_day(last) - world.calendar.working_days_between(last, first)
    except OutsideCalendar:
        return None


def _certified(
    world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], number: str | None, day: date | None
) -> bool | None:
    if number is None or day is None:
        return None
    for officer in world.ledgers.get("officer", ()):
        if officer["certificate_number"] == number and officer["certificate_state"] in VALID_STATES:
            if (officer["issued_on"] or date.min) <= day <= (officer["expires_on"] or date.max):
                return True
    return False if row["unit"] in world.holders.get("officer", ()) else None


def _valid_uscc(
    world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], code: str | None
) -> bool | None:
    if code is None:
        return None
    if len(code) != 18 or any(sign not in USCC_ALPHABET for sign in code):
        return False
    total = sum(USCC_ALPHABET.index(sign) * weight for sign, weight in zip(code, USCC_WEIGHTS, strict=False))
    return USCC_ALPHABET.index(code[17]) == (31 - total % 31) % 31


def _times(world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], asked: str | None) -> int | None:
    if asked is None:
        return None
    others = (other for other in world.ledgers[rule.ledger] if other["unit"] == row["unit"])
    return [value(node.args[0], other, bound, world, rule) for other in others].count(asked)


def _recorded_in(
    world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], kind: str, asked: str | None
) -> bool | None:
    if asked is None:
        return None
    mine = [other for other in world.ledgers.get(kind, ()) if other["unit"] == row["unit"]]
    return any(other[KINDS[kind].key] == asked for other in mine) if mine else None


def _counted(
    world: World, rule: Rule, row: Row, node: Node, bound: Mapping[str, Any], kind: str, year: Any
) -> int | None:
    mine = [other for other in world.ledgers.get(kind, ()) if other["unit"] == row["unit"]]
    if year is None or not mine:
        return None
    days = [other[KINDS[kind].dated or ""] for other in mine]
    return [day and day.year for day in days].count(int(year))


_LOOKUPS: dict[str, Callable[..., Any]] = {
    "deadline": _deadline,
    "deadline_days": _deadline,
    "working_days": _working_days,
    "certified": _certified,
    "valid_uscc": _valid_uscc,
    "times": _times,
    "recorded_in": _recorded_in,
    "counted": _counted,
}
