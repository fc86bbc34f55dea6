"""Every engine against the plain reference: random ledgers under all shipped rules, random expressions over ledgers."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ledger_states import ENGINES, on_engine, plainly
from ledgers import make_store

from ducha.engines.ledgers.kinds import KINDS, Column, Kind, Type
from ducha.engines.ledgers.rules import Rule, read_rules
from ducha.engines.ledgers.rules.reading import read_rule
from ducha.engines.ledgers.store import Store

SHIPPED = read_rules()
UNITS = ("青溪县公安局", "青溪县水利局", "青溪县's “局”")
# Days around limits, at the edges of the calendar (2004 to 2026), of the rules' own time, and beyond all of them.
EDGES = ("2003-12-31", "2004-01-01", "2018-12-31", "2019-01-01", "2019-09-27", "2019-10-01", "2019-10-12")
EDGES += (
    "2019-11-08",
    "2020-02-02",
    "2021-07-14",
    "2021-07-15",
    "2026-12-22",
    "2026-12-31",
    "2027-01-01",
    "1950-06-15",
)
TEXTS = (
    "",
    " ",
    "a",
    "A",
    "ab",
    "甲",
    "甲乙",
    "Ａ",
    "　全角　",
    " a ",
    "\xa0a",
    "é",
    "e\u0301",
    "👨‍👩‍👧",
    "𠀀",
    "%",
    "_",
    "it's",
    "\t",
)
TEXTS += ("\\", '"', "null", "10", "9", "通过", "行政处罚", "简易程序")
WORDS = {
    "document_number": ("1号", "2号", "3号", "青公〔2019〕1号"),
    "certificate_number": ("A1", "A2", "A3", "A4"),
    "officer1": ("A1", "A2", "A3", "A9"),
    "officer2": ("A1", "A2", "A4", ""),
    "certificate_state": ("有效", "在用", "注销", ""),
    "review_opinion": ("通过", "同意", "不通过", ""),
    "procedure": ("普通程序", "简易程序", "当场处罚"),
    "task_state": ("在用", "取消"),
    "report_kind": ("行政执法统计年报", "法治政府建设年度报告"),
    "act": ("行政处罚", "行政许可"),
    "uscc": ("91110000802100433B", "91110000802100433A", "9144030071526726XG", "甲" * 18, "", "0" * 18),
}
NUMBERS = (0, 1, 2, 3, -1, 100, 2018, 2019, 2026, 2**31, 2**63 - 1, -(2**63))
AMOUNTS = ("0", "0.01", "-0.01", "0.1", "2000", "99999.99", "100000000", "100000000.01", "9999999999999999.99", "-5")


def a_day(chance: random.Random) -> date:
    if chance.random() < 0.1:
        return date(1990, 1, 1) + timedelta(chance.randrange(18_000))
    return date.fromisoformat(chance.choice(EDGES)) + timedelta(chance.randrange(-3, 25))


def a_value(column: Column, chance: random.Random) -> Any:
    if not column.required and chance.random() < 0.2:
        return None
    if column.type is Type.DAY:
        return a_day(chance)
    if column.type is Type.TEXT:
        return chance.choice(WORDS.get(column.name, TEXTS))
    if column.type is Type.FLAG:
        return chance.random() < 0.5
    return chance.choice(NUMBERS) if column.type is Type.NUMBER else Decimal(chance.choice(AMOUNTS))


def some_rows(kind: Kind, most: int, chance: random.Random) -> list[dict[str, Any]]:
    """Rows of two sources, each of which may lack some columns; a row's region is its own place."""
    rows, own = [], {column.name: column for column in kind.columns}
    for source in ("一.csv", "二.csv")[: chance.randint(1, 2)]:
        may_lack = [name for name, column in own.items() if not column.required]
        lacks = set(chance.sample(may_lack, chance.choice((0, 0, 1, 3))) if len(may_lack) > 3 else ())
        for at in range(2, 2 + chance.randint(1, most)):
            row = {name: a_value(column, chance) for name, column in own.items() if name not in lacks}
            name = f"{kind.id} {source}"
            rows.append(
                {**row, "unit": chance.choice(UNITS), "source": name, "source_row": at, "region": f"{name}:{at}"}
            )
    return rows


def some_ledgers(data: Any, chance: random.Random, *, most: int = 8, always: str = "") -> Store:
    """A store of small ledgers, some of which nobody sent."""
    kinds = [kind for kind in KINDS.values() if kind.id == always or chance.random() < 0.8]
    return make_store(data, {kind.id: some_rows(kind, most, chance) for kind in kinds})


def assert_agree(engine: str, store: Store, rules: Sequence[Rule], as_of: date) -> None:
    states, reasons = plainly(store, rules, as_of=as_of)
    found, told = on_engine(engine, store, rules, as_of=as_of)
    by_id = {rule.id: rule for rule in rules}
    differ = [
        f"{place}: plainly {states[place].name}, {engine} {found[place].name}: {by_id[place[0]].condition}"
        for place in states
        if states[place] != found[place]
    ]
    assert set(states) == set(found)
    assert not differ, "\n".join(differ[:5])
    assert told == reasons


BOUNDED = settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@pytest.mark.parametrize("engine", ENGINES)
@settings(BOUNDED, max_examples=6)
@given(seed=st.integers(0, 2**32), as_of=st.sampled_from(EDGES))
def test_all_shipped_rules_say_the_same_of_random_ledgers(engine, seed, as_of, tmp_path_factory):
    # Thousands of cells are drawn from one seed: hypothesis itself would take minutes for them.
    store = some_ledgers(tmp_path_factory.mktemp("ledgers"), random.Random(seed), most=6)
    assert_agree(engine, store, SHIPPED, date.fromisoformat(as_of))


class Grammar:
    """Well-typed expressions over a row of a kind, drawn by hypothesis; deeper ones are made of shallower."""

    def __init__(self, draw: Any, kind: Kind) -> None:
        self.draw, self.kind = draw, kind

    def pick(self, *among: Any) -> Any:
        return self.draw(st.sampled_from(among))

    def of(self, wanted: Type, depth: int, *, looks: bool = True) -> str:
        """An expression of a type; `looks`: it may look into the calendar and other rows."""
        if depth <= 0 or self.pick(True, False, False):
            return self.leaf(wanted)
        common = (self.coalesce, self.case, self.nullif, self.extreme)
        own = {Type.FLAG: (self.flag,) * 8, Type.TEXT: (self.text,) * 3, Type.DAY: (self.day,) * 4}
        numeric = (self.reckoned, self.reckoned, self.reckoned)
        number = (*numeric, *(self.number,) * 4)
        own |= {Type.NUMBER: number, Type.AMOUNT: numeric}
        return str(self.pick(*common, *own[wanted])(wanted, depth - 1, looks))

    def leaf(self, wanted: Type) -> str:
        # What is of a person may stand in no reason.
        names = [column.name for column in self.kind.columns if column.type is wanted and not column.personal]
        names += {Type.NUMBER: ["source_row"], Type.TEXT: ["unit", "source"]}.get(wanted, [])
        columns = [name for name in names] + [f"optional({name})" for name in names]
        literals: dict[Type, list[str]] = {
            Type.FLAG: ["true", "false"],
            Type.TEXT: ["'" + text.replace("'", "''") + "'" for text in TEXTS if text != "\t" and "\u200d" not in text],
            Type.DAY: ["as_of", *(f"date '{day}'" for day in EDGES)],
            Type.NUMBER: ["limit", "0", "1", "7", "2019", "999999999999999"],
            Type.AMOUNT: ["0.1", "0.05", "2000.00", "100000000000000.01"],
        }
        return str(self.pick(*literals[wanted], *columns * 3))

    def coalesce(self, wanted: Type, depth: int, looks: bool) -> str:
        return f"coalesce({self.of(wanted, depth, looks=looks)}, {self.of(self.alike(wanted), depth, looks=looks)})"

    def extreme(self, wanted: Type, depth: int, looks: bool) -> str:
        inner = ", ".join(self.of(wanted, depth, looks=looks) for _ in range(self.pick(2, 3)))
        return f"{self.pick('greatest', 'least')}({inner})"

    def nullif(self, wanted: Type, depth: int, looks: bool) -> str:
        return f"nullif({self.of(wanted, depth, looks=looks)}, {self.of(self.alike(wanted), depth, looks=looks)})"

    def case(self, wanted: Type, depth: int, looks: bool) -> str:
        arms = " ".join(
            f"when {self.of(Type.FLAG, depth, looks=looks)} then {self.of(wanted, depth, looks=looks)}"
            for _ in range(self.pick(1, 2))
        )
        return f"case {arms}{self.pick('', f' else {self.of(wanted, depth, looks=looks)}')} end"

    def alike(self, wanted: Type) -> Type:
        """Another type that it can be held against: an amount stays one beside a number."""
        return self.pick(Type.NUMBER, Type.AMOUNT) if wanted is Type.AMOUNT else wanted

    def flag(self, _wanted: Type, depth: int, looks: bool) -> str:
        makers = (self.compared, self.compared, self.joined, self.joined, self.asked, self.among, self.looked_up)
        return str(self.pick(*makers)(depth, looks))

    def compared(self, depth: int, looks: bool) -> str:
        kind = self.pick(Type.TEXT, Type.DAY, Type.NUMBER, Type.AMOUNT, Type.AMOUNT, Type.FLAG)
        left, middle, right = (self.of(self.alike(kind), depth, looks=looks) for _ in range(3))
        if self.pick(True, False, False):
            return f"(({left}) {self.pick('', 'not ')}between ({middle}) and ({right}))"
        return f"(({left}) {self.pick('=', '<>', '<', '<=', '>', '>=')} ({right}))"

    def joined(self, depth: int, looks: bool) -> str:
        left, right = (self.of(Type.FLAG, depth, looks=looks) for _ in range(2))
        return self.pick(f"({left} and {right})", f"({left} or {right})", f"(not ({left}))")

    def asked(self, depth: int, looks: bool) -> str:
        kind = self.pick(*Type)
        return f"(({self.of(kind, depth, looks=looks)}) is {self.pick('', 'not ')}null)"

    def among(self, depth: int, looks: bool) -> str:
        sign = self.pick("", "not ")
        if self.pick(True, False):
            pattern = self.pick("%", "_", "a%", "%a%", "_甲", "%\u0301", "__", "it''s", "", "%_", "10")
            return f"(({self.of(Type.TEXT, depth, looks=looks)}) {sign}like '{pattern}')"
        kind, values = self.pick(
            (Type.TEXT, "'a', '甲', ''"),
            (Type.NUMBER, "1, 7, 2019"),
            (Type.AMOUNT, "0.1, 2000, 0"),
            (Type.NUMBER, "0.5, 1"),
        )
        return f"(({self.of(kind, depth, looks=looks)}) {sign}in ({values}))"

    def looked_up(self, depth: int, looks: bool) -> str:
        if not looks:
            return self.leaf(Type.FLAG) if self.kind.id != "annual_report" else "true"
        text, day = self.of(Type.TEXT, depth, looks=False), self.of(Type.DAY, depth, looks=False)
        other = self.pick("penalty", "licence", "officer", "publication")
        return self.pick(f"certified({text}, {day})", f"valid_uscc({text})", f"recorded_in({other}, {text})")

    def text(self, _wanted: Type, depth: int, looks: bool) -> str:
        inner = self.of(Type.TEXT, depth, looks=looks)
        return self.pick(f"trim({inner})", f"substr({inner}, {self.pick(1, 2)}, {self.pick(1, 3, 40)})")

    def day(self, _wanted: Type, depth: int, looks: bool) -> str:
        year = self.of(Type.NUMBER, depth, looks=False)
        if not looks or self.pick(True, False, False):
            return f"month_day({year}, {self.pick(131, 228, 1231)})"
        inner = self.of(Type.DAY, depth, looks=False)
        return f"{self.pick('deadline', 'deadline_days')}({inner}, {self.pick('limit', 1, 5, 90, 1000)})"

    def number(self, _wanted: Type, depth: int, looks: bool) -> str:
        first, last = (self.of(Type.DAY, depth, looks=False) for _ in range(2))
        made = [f"length({self.of(Type.TEXT, depth, looks=looks)})", f"year({first})", f"days({first}, {last})"]
        if looks:
            ledger, text = self.pick("penalty", "licence", "start_up"), self.of(Type.TEXT, depth, looks=False)
            counted = f"counted({ledger}, {self.of(Type.NUMBER, depth, looks=False)})"
            made += [f"working_days({first}, {last})", f"times({text})", counted]
        return str(self.pick(*made))

    def reckoned(self, wanted: Type, depth: int, looks: bool) -> str:
        left, right = (self.of(wanted, depth, looks=looks) for _ in range(2))
        signs = "+-" if wanted is Type.NUMBER else "+-*/"
        return self.pick(f"(({left}) {self.pick(*signs)} ({right}))", f"(- ({left}))", f"abs({left})")


@st.composite
def rules_of(draw: Any, kind: Kind) -> list[Rule]:
    """A few rules whose population, condition, exemption and reason are expressions at random."""
    found: list[Rule] = []
    grammar = Grammar(draw, kind)
    while len(found) < 8:
        names = ["condition", "population", *(name for name in ("exempt", "not_verifiable") if draw(st.booleans()))]
        parts = {name: grammar.of(Type.FLAG, draw(st.integers(1, 4))) for name in names}
        if draw(st.booleans()):
            parts["population"] = "true"
        shown = grammar.of(draw(st.sampled_from(Type)), 2)
        written = {"id": f"r{len(found)}", "title": "t", "basis": "b", "ledger": kind.id, "judged": "row", **parts}
        written |= {
            "threshold": {"comparator": "<=", "value": 7, "unit": "工作日"},
            "reason": "‹{" + shown + "|无}› it's",
        }
        written |= draw(st.sampled_from(({}, {"valid": {"from": "2019-01-01", "to": "2021-07-14"}})))
        if "|" not in shown and max(map(len, parts.values())) <= 2000:
            found.append(read_rule(yaml.safe_dump(written, allow_unicode=True, width=10_000).encode()))
    return found


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory) -> dict[str, Store]:
    """For each kind whose rows are asked, a store that holds it."""
    made = {}
    for at, kind in enumerate(("penalty", "licence", "annual_report")):
        made[kind] = some_ledgers(tmp_path_factory.mktemp(kind), random.Random(at), most=25, always=kind)
    return made


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["penalty", "licence", "annual_report"])
@BOUNDED
@given(chosen=st.data(), as_of=st.sampled_from(EDGES))
def test_random_expressions_say_the_same_of_every_row(engine, kind, chosen, as_of, ledgers):
    rules = chosen.draw(rules_of(KINDS[kind]))
    assert_agree(engine, ledgers[kind], rules, date.fromisoformat(as_of))


@pytest.mark.parametrize("engine", ENGINES)
def test_more_rules_than_one_integer_holds_are_kept_apart(engine, tmp_path):
    rows = [{"document_number": f"{at}号", "decided_on": "2019-09-27", "fine": at} for at in range(50)]
    placed = [{**row, "region": f"penalty.csv:{at}"} for at, row in enumerate(rows, start=2)]
    written = "{{id: r{0}, title: t, basis: b, ledger: penalty, judged: row, population: 'fine <= {0}', " + (
        "condition: 'fine < {0}', reason: 第{0}条}}"
    )
    rules = [read_rule(written.format(at).encode()) for at in range(50)]
    assert_agree(engine, make_store(tmp_path, {"penalty": placed}), rules, date(2019, 11, 8))
    states, reasons = on_engine(engine, make_store(tmp_path, {"penalty": placed}), rules, as_of=date(2019, 11, 8))
    # The fine of row 45 is 43.
    assert states["r43", "penalty.csv", 45].name == "VIOLATED" and states["r44", "penalty.csv", 45].name == "FULFILLED"
    assert states["r42", "penalty.csv", 45].name == "OUTSIDE" and len(reasons) == 50
