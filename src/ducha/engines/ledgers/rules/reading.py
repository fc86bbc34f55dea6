"""Rule files (YAML) read: every key known, every expression parsed, all faults of all files told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from ducha.domain import rules as requirements
from ducha.domain.errors import Invalid, sentence
from ducha.engines.files.yaml_in import parsed
from ducha.engines.ledgers.kinds import KINDS, Kind, Type
from ducha.engines.ledgers.rules.language import Node, RuleFault, parse

JUDGED = ("row", "share", "unit_share", "unit_count")
_OF_THE_UNIT = ("unit_share", "unit_count")
COMPARATORS = ("<=", ">=", "==", "<", ">")
_KEYS = {
    "id", "requirement", "title", "basis", "ledger", "population", "exempt", "not_verifiable",
    "condition", "judged", "per", "threshold", "reason", "valid",
}  # fmt: skip
_NEEDED = ("id", "title", "basis", "ledger", "population", "condition", "judged", "reason")
MAX_BYTES = 64 << 10
# It stands in queries and names a sheet of Excel.
_ID = re.compile(r"[a-z][a-z0-9_]{0,30}")
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Limit:
    """What a plan or a law sets: ≤ 7 工作日, ≥ 80 %, ≤ 131 date (a month and day as MMDD)."""

    comparator: str
    value: Decimal
    unit: str


@dataclass(frozen=True)
class Rule:
    """A rule of a ledger.

    A row for which `population` is false is out of its scope; one for which `exempt` is true is exempt; one is met or
    violated as `condition` says, and not verifiable where that cannot be known: a value is null or `not_verifiable`
    is true, or its source never had a column that is asked for.

    `judged`: "row", each row must meet the limit that stands in the condition; "share", that share (%) of the rows;
    "unit_share" and "unit_count", likewise, but the unit alone is told of, not its rows. `reason` is words and
    expressions by turns; a pair is an expression and the words where it gives nothing.
    """

    id: str
    requirement: str | None
    title: str
    basis: str
    ledger: str
    population: Node
    exempt: Node | None
    not_verifiable: Node | None
    condition: Node
    judged: str
    per: str
    limit: Limit | None
    reason: tuple[str | tuple[Node, str], ...]
    valid_from: date | None
    valid_to: date | None

    @property
    def kind(self) -> Kind:
        """The kind of ledger it reads."""
        return KINDS[self.ledger]

    @cached_property
    def uses_the_day(self) -> bool:
        """Whether its results depend on the day of the check."""
        nodes = (self.population, self.condition, self.exempt, self.not_verifiable)
        return any(node.value == "as_of" and node.op == "constant" for top in nodes if top for node in top.walk())

    def with_value(self, value: Decimal) -> "Rule":
        """The same rule with the number that a plan sets."""
        return replace(self, limit=replace(self.limit, value=value)) if self.limit else self


def read_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """The rules that ship with Ducha, or those of a folder, by id; RuleFault with every fault of every file."""
    source = folder or files("ducha.engines.ledgers.rules")
    found: dict[str, Rule] = {}
    faults: list[str] = []
    named = sorted((one.name, one) for one in source.iterdir() if one.name.endswith((".yaml", ".yml")))
    for name, one in named:
        try:
            rule = read_rule(one.read_bytes())
            if rule.id in found:
                raise RuleFault([sentence("The id “%(id)s” is taken by another rule.", id=rule.id)])
            found[rule.id] = rule
        except RuleFault as refused:
            faults += [sentence("%(file)s: %(fault)s", file=name, fault=fault) for fault in refused.faults]
    if not named:
        faults.append(sentence("“%(folder)s” holds no rule file (.yaml).", folder=str(source)))
    if faults:
        raise RuleFault(faults)
    return tuple(found.values())


def read_rule(content: bytes) -> Rule:
    """One rule from the bytes of its file; RuleFault with all its faults."""
    if len(content) > MAX_BYTES:
        raise RuleFault([sentence("A rule file has at most %(limit)s KB.", limit=MAX_BYTES >> 10)])
    try:
        # So small and without aliases, it needs no process of its own.
        raw = parsed("", content)
    except Invalid:
        text = "This is no rule: it is not YAML of names and what each says, without links from place to place."
        raise RuleFault([sentence(text)]) from None
    return _Reader(raw).rule()


class _Reader:
    def __init__(self, raw: Mapping[Any, Any]) -> None:
        self.raw = raw
        self.faults: list[str] = []

    def rule(self) -> Rule:
        for name in self.raw:
            if name not in _KEYS:
                self.fault("“%(name)s” is no part of a rule; there are %(known)s.", name=name, known=sorted(_KEYS))
        for name in _NEEDED:
            if not str(self.raw.get(name) or "").strip():
                self.fault("“%(name)s” is missing.", name=name)
        if self.raw.get("id") and not _ID.fullmatch(str(self.raw["id"])):
            self.fault(
                "The id is at most 31 small letters, digits and “_”, not “%(value)s”.", value=str(self.raw["id"])[:40]
            )
        self.choice("ledger", tuple(KINDS))
        self.choice("judged", JUDGED)
        self.choice("per", ("unit", "region"))
        self.choice("requirement", tuple(requirements.BY_ID))
        limit = self.limit()
        if self.faults:
            raise RuleFault(self.faults)
        kind = KINDS[self.raw["ledger"]]
        constants = {"as_of": Type.DAY} | ({"limit": Type.NUMBER} if limit else {})
        valid = self.raw.get("valid") or {}
        reads = {name: self.expression(name, kind, constants) for name in _EXPRESSIONS}
        reason = self.reason(kind, constants)
        days = [self.day(valid, end) for end in ("from", "to")]
        if self.raw["judged"] != "row" and limit is None:
            self.fault("“%(name)s” is missing.", name="threshold")
        population, condition = reads["population"], reads["condition"]
        if self.faults or population is None or condition is None:
            raise RuleFault(self.faults)
        text = {name: str(self.raw[name]).strip() for name in ("id", "title", "basis")}
        return Rule(
            **text, requirement=self.raw.get("requirement"), ledger=kind.id, population=population,
            exempt=reads["exempt"], not_verifiable=reads["not_verifiable"], condition=condition,
            judged=self.raw["judged"], per=self.raw.get("per") or "unit", limit=limit, reason=reason,
            valid_from=days[0], valid_to=days[1],
        )  # fmt: skip

    def fault(self, said: str, **params: Any) -> None:
        self.faults.append(sentence(said, **params))

    def choice(self, name: str, among: tuple[str, ...]) -> None:
        value = self.raw.get(name)
        if value is not None and value not in among:
            text = "“%(name)s” is “%(value)s”; it is one of %(among)s."
            self.fault(text, name=name, value=str(value)[:40], among=", ".join(among))

    def limit(self) -> Limit | None:
        raw = self.raw.get("threshold")
        if raw is None:
            return None
        if not isinstance(raw, dict) or set(raw) != {"comparator", "value", "unit"}:
            self.fault("“threshold” has a comparator, a value and a unit.")
            return None
        value = raw["value"]
        if raw["comparator"] not in COMPARATORS:
            self.fault("The comparator is one of %(among)s.", among=" ".join(COMPARATORS))
        if not _NUMBER.fullmatch(str(value)):
            self.fault("The value of the threshold is a number, not “%(value)s”.", value=str(value)[:40])
            return None
        return Limit(str(raw["comparator"]), Decimal(str(value)), str(raw["unit"]))

    def expression(self, name: str, kind: Kind, constants: Mapping[str, Type]) -> Node | None:
        text = self.raw.get(name)
        if text is None:
            return None
        return self.parsed(name, str(text).lower() if isinstance(text, bool) else str(text), kind, constants, Type.FLAG)

    def parsed(
        self, name: str, text: str, kind: Kind, constants: Mapping[str, Type], wanted: Type | None
    ) -> Node | None:
        try:
            return parse(text, kind, constants, wanted=wanted)
        except RuleFault as refused:
            self.faults += [sentence("%(name)s: %(fault)s", name=name, fault=fault) for fault in refused.faults]
            return None

    def reason(self, kind: Kind, constants: Mapping[str, Type]) -> tuple[str | tuple[Node, str], ...]:
        """“{decided_on} 作出，{published_on|没有公开}”: words and expressions by turns."""
        if self.raw["judged"] in _OF_THE_UNIT:
            kind_of_counts = {"population": Type.NUMBER, "fulfilled": Type.NUMBER}
            return self.pieces(kind, {**constants, **kind_of_counts})  # of the unit
        return self.pieces(kind, constants)

    def pieces(self, kind: Kind, constants: Mapping[str, Type]) -> tuple[str | tuple[Node, str], ...]:
        found: list[str | tuple[Node, str]] = []
        for at, piece in enumerate(str(self.raw["reason"]).split("{")):
            inside, closed, words = piece.partition("}") if at else ("", "", piece)
            if at and not closed:
                self.fault("reason: a “{” is not closed.")
            if inside:
                text, _bar, otherwise = inside.partition("|")
                node = self.parsed("reason", text, kind, constants, None)
                if node and (shown := [name for name in node.reads() if kind.by_name[name].personal]):
                    self.fault("reason: “%(name)s” is personal and stands in no list.", name=shown[0])
                elif node and self.raw["judged"] in _OF_THE_UNIT and node.op != "constant":
                    self.fault("reason: of a unit alone there is no “%(name)s”, only its counts.", name=text)
                elif node:
                    found.append((node, otherwise))
            if words:
                found.append(words)
        return tuple(found)

    def day(self, valid: Any, end: str) -> date | None:
        value = valid.get(end) if isinstance(valid, dict) else None
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fault("valid: “%(value)s” is no day; write 2019-01-31.", value=str(value)[:40])
            return None


_EXPRESSIONS = ("population", "exempt", "not_verifiable", "condition")
