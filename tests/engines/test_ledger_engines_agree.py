"""Every rule gives the same counts, verdicts and violating rows on Spark, on DuckDB and by the plain reference."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from ledgers import Row, make_store

from ducha.domain import workdays
from ducha.engines.ledgers.checking import Result, check, plain, verdicts
from ducha.engines.ledgers.checking.query import State, is_told_by_rows
from ducha.engines.ledgers.checking.run import bind, with_reasons
from ducha.engines.ledgers.checking.verdicts import Verdict
from ducha.engines.ledgers.generating import generate
from ducha.engines.ledgers.kinds import COMMON, KINDS, Column, Kind, Type
from ducha.engines.ledgers.rules import Rule, read_rules
from ducha.engines.ledgers.rules.reading import read_rule
from ducha.engines.ledgers.store import Store

# One Spark for all of them: with several workers they run in one.
pytestmark = pytest.mark.xdist_group("spark")
MASTER = "local[2]"
AS_OF = date(2019, 11, 8)
SHIPPED = read_rules()


_REST = {"basis": "无", "population": "true", "judged": "row"}
ASKING = tuple(
    read_rule(json.dumps({**_REST, "title": rule["id"], **rule}, ensure_ascii=False).encode())
    for rule in yaml.safe_load(Path(__file__).with_name("asking_rules.yaml").read_text(encoding="utf-8"))
)
RULES = (*SHIPPED, *ASKING)

TEXTS = ("甲", "甲乙丙", " 甲 ", "a'b", 'q"d', "back\\slash", "100%_", "𠮷𠮷", "线\n行", "", "11号")
CODE = "91110000802100433B"
NUMBERED = ("document_number", "record_number", "application_number", "task_code", "report_number")
OWN_TEXTS = {
    "uscc": (CODE, CODE[:17], CODE[:17] + "A", CODE.lower(), CODE[:16] + "OI", ""),
    "certificate_number": ("A1", "A2", "A3", "A'4", " A1"),
    "officer1": ("A1", "A2", "A3", "A9"),
    "officer2": ("A1", "A2", "A'4", "A8"),
    "procedure": ("普通程序", "简易程序", "别的程序"),
    **dict.fromkeys(NUMBERED, tuple(f"{at}{at % 3}号" for at in range(1, 10))),
}
DAYS = [
    date(2019, 9, 27),
    date(2019, 10, 12),
    date(2018, 2, 28),
    date(2016, 2, 29),
    date(2019, 11, 1),
    date(2019, 1, 1),
]
FAR_DAYS = [date(1999, 12, 31), date(2026, 12, 31), date(1582, 10, 10), date(2999, 12, 31)]
NUMBERS = (0, 1, 2, 3, 5, 7, -1, 2018, 2019, 1899, 2201, 10**12)
AMOUNTS = ("0", "0.01", "50", "100000.00", "100000.01", "9999999999999999.99", "-3")
UNITS = ("青溪县公安局", "青溪县司法局", "it's", "白溪县公安局")


def words_of(rules: tuple[Rule, ...]) -> dict[tuple[str, str], set[str]]:
    """The texts that the rules hold a column against."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for top in (rule.population, rule.exempt, rule.not_verifiable, rule.condition):
            for node in top.walk() if top else ():
                texts = [arg.value for arg in node.args if arg.op == "literal" and arg.type == Type.TEXT]
                for below in node.args if texts else ():
                    for column in below.reads():
                        found.setdefault((rule.ledger, column), set()).update(texts)
    return found


WORDS = words_of(RULES)


def cell(column: Column, kind: Kind, near: date, chance: random.Random) -> Any:
    """A value at or near some limit; blank where it may be."""
    if not column.required and chance.random() < 0.15:
        return None
    if column.type == Type.DAY:
        return chance.choice(FAR_DAYS) if chance.random() < 0.05 else near + timedelta(chance.randint(-3, 25))
    if column.type == Type.TEXT:
        own = OWN_TEXTS.get(column.name, ())
        words = sorted(WORDS.get((kind.id, column.name), ()))
        return chance.choice([*own, *words] if (own or words) and chance.random() < 0.9 else TEXTS)
    pools = {Type.NUMBER: NUMBERS, Type.AMOUNT: AMOUNTS, Type.FLAG: (True, False)}
    return chance.choice(pools[column.type])


def odd_rows(kind: Kind, count: int, chance: random.Random) -> Iterator[Row]:
    """Rows of four units out of three sources, two of which lack some columns."""
    optional = [column.name for column in kind.columns if not column.required]
    lacking = {f"{kind.id}{at}.csv": set(chance.sample(optional, len(optional) // 4 * at)) for at in range(3)}
    # Officers, whose ledger not every unit has.
    units = UNITS[:3] if kind.id in ("officer", "publication") else UNITS
    for _ in range(count):
        near = chance.choice(DAYS)
        source, left_out = chance.choice(sorted(lacking.items()))
        own = {column.name: cell(column, kind, near, chance) for column in kind.columns if column.name not in left_out}
        unit = chance.choice(units)
        yield {"unit": unit, "region": "410400" if unit < "白" else None, "source": source, **own}


def all_rows(store: Store) -> dict[str, list[Row]]:
    """Every row of every ledger as the plain reference takes them."""
    found: dict[str, list[Row]] = {}
    for kind in KINDS.values():
        names = [column.name for column in (*COMMON, *kind.columns)]
        paths = [str(part.path) for part in store.of_kind(kind.id)]
        rows = duckdb.connect().execute("FROM read_parquet(?)", [paths]).fetchall() if paths else []
        found[kind.id] = [dict(zip(names, row, strict=True)) for row in rows]
    return found


Told = list[tuple[Any, ...]]


def by_hand(store: Store) -> tuple[tuple[Result, ...], Told]:
    """What the plain reference finds: results as a check gives them, and the rows it tells of."""
    world = plain.World(all_rows(store), workdays.load())
    bound = bind(RULES, {}, AS_OF)
    by_id = {rule.id: rule for rule in RULES}
    counted = plain.counts(RULES, bound.constants, world)
    results = [verdicts.result(who, by_id[rule], states) for (who, rule), states in counted.items()]
    told: Told = []
    for rule in filter(is_told_by_rows, RULES):
        constants = bound.constants[rule.id]
        for row in world.ledgers[rule.ledger]:
            if plain.state(rule, row, constants, world) == State.VIOLATED:
                why = plain.reason(rule, row, constants, world)
                told.append(
                    (rule.id, rule.ledger, row["unit"], row[rule.kind.key], why, row["source"], row["source_row"])
                )
    for one in results:
        rule = by_id[one.rule]
        if not is_told_by_rows(rule) and one.verdict is Verdict.NOT_MET:
            why = with_reasons(
                rule,
                population=one.population,
                fulfilled=one.population - one.violations - one.not_verifiable,
            )
            told.append((rule.id, rule.ledger, one.unit, one.unit, why, None, None))
    return tuple(results), told


def by_engine(store: Store, out: Path, engine: str) -> tuple[tuple[Result, ...], Told]:
    outcome = check(store, RULES, as_of=AS_OF, out=out, engine=engine, master=MASTER)
    told = duckdb.connect().execute("FROM read_parquet(?)", [str(out / "violations.parquet")]).fetchall()
    return outcome.results, told


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> dict[str, Store]:
    chance = random.Random(20191108)
    # For Spark, brackets and braces in a path are a pattern.
    odd = tmp_path_factory.mktemp("odd") / "台账 [1] {b} 100% it's"
    generated = tmp_path_factory.mktemp("generated")
    generate(3000, 8, generated)
    rows = {kind.id: list(odd_rows(kind, 240 if kind.id == "penalty" else 80, chance)) for kind in KINDS.values()}
    return {"odd": make_store(odd, rows), "generated": Store(generated)}


@pytest.fixture(scope="module")
def answers(stores, tmp_path_factory) -> dict[tuple[str, str], tuple[tuple[Result, ...], Told]]:
    out = tmp_path_factory.mktemp("out")
    found = {}
    for name, store in stores.items():
        found[name, "plain"] = by_hand(store)
        for engine in ("duckdb", "spark"):
            found[name, engine] = by_engine(store, out / f"{name}-{engine}", engine)
    return found


def of_rule(answer: tuple[tuple[Result, ...], Told], rule: str) -> tuple[list[Result], Told]:
    results, told = answer
    mine = sorted((one for one in results if one.rule == rule), key=lambda one: one.unit)
    return mine, sorted((row for row in told if row[0] == rule), key=repr)


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
@pytest.mark.parametrize("name", ["odd", "generated"])
@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_gives_what_it_gives_by_hand(answers, rule, name, engine):
    assert of_rule(answers[name, engine], rule) == of_rule(answers[name, "plain"], rule)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_the_rows_on_which_engines_agree_lie_on_both_sides_of_each_rule(answers, rule):
    results = [one for name in ("odd", "generated") for one in answers[name, "plain"][0] if one.rule == rule]
    violations, unknown = (sum(getattr(one, part) for one in results) for part in ("violations", "not_verifiable"))
    assert violations > 0 and sum(one.population for one in results) - violations - unknown > 0


def test_the_files_of_violations_are_the_same_row_by_row(answers):
    assert answers["odd", "spark"][1] == answers["odd", "duckdb"][1]
