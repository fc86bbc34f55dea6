"""Every rule gives the same counts, verdicts and violating rows on Spark, on DuckDB and by the plain reference."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from ledgers import Row, make_store
from pyspark.sql import SparkSession

from ducha.cli import main
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

MASTER = "local[2]"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
AS_OF = date(2019, 11, 8)
SHIPPED = read_rules()
PUBLISHED = "penalty_published"


_REST = {"basis": "无", "population": "true", "judged": "row"}
ASKING = tuple(
    read_rule(json.dumps({**_REST, "title": rule["id"], **rule}, ensure_ascii=False).encode())
    for rule in yaml.safe_load(Path(__file__).with_name("asking_rules.yaml").read_text(encoding="utf-8"))
)
RULES = (*SHIPPED, *ASKING)

PENALTIES = [
    {"document_number": "1号", "decided_on": "2019-09-27", "published_on": "2019-10-12"},
    {"document_number": "2号", "decided_on": "2019-09-27", "published_on": "2019-10-14"},
]

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
    # The calendar ends.
    date(2026, 12, 31),
    date(2019, 9, 27),
    date(2019, 10, 12),
    date(2018, 2, 28),
    date(2016, 2, 29),
    date(2019, 11, 1),
    date(2019, 1, 1),
]
FAR_DAYS = [date(1582, 10, 10), date(2999, 12, 31)]
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
def answers(tmp_path_factory) -> dict[str, tuple[tuple[Result, ...], Told]]:
    """What each of the three finds in generated ledgers and odd rows together."""
    # For so few rows, Java need not compile at its best.
    os.environ.setdefault("JDK_JAVA_OPTIONS", QUICK)
    folder, chance = tmp_path_factory.mktemp("agree"), random.Random(20191108)
    generate(3000, 8, folder / "generated")
    rows = all_rows(Store(folder / "generated"))
    for kind in KINDS.values():
        rows[kind.id] += odd_rows(kind, 240 if kind.id == "penalty" else 80, chance)
    # For Spark, brackets and braces in a path are a pattern.
    store = make_store(folder / "台账 [1] {b} 100% it's", rows)
    found = {engine: by_engine(store, folder / engine, engine) for engine in ("duckdb", "spark")}
    return {"plain": by_hand(store), **found}


def of_rule(answer: tuple[tuple[Result, ...], Told], rule: str) -> tuple[list[Result], Told]:
    results, told = answer
    mine = sorted((one for one in results if one.rule == rule), key=lambda one: one.unit)
    return mine, sorted((row for row in told if row[0] == rule), key=repr)


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_gives_what_it_gives_by_hand(answers, rule, engine):
    assert of_rule(answers[engine], rule) == of_rule(answers["plain"], rule)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_the_rows_on_which_engines_agree_lie_on_both_sides_of_each_rule(answers, rule):
    results = [one for one in answers["plain"][0] if one.rule == rule]
    violations, unknown = (sum(getattr(one, part) for one in results) for part in ("violations", "not_verifiable"))
    assert violations > 0 and sum(one.population for one in results) - violations - unknown > 0


def test_the_files_of_violations_are_the_same_row_by_row(answers):
    assert answers["spark"][1] == answers["duckdb"][1]


def test_spark_starts_anew_for_another_master_and_when_it_broke_down_and_serves_all_threads(answers, tmp_path):
    store = make_store(tmp_path, {"penalty": PENALTIES})
    rules = [rule for rule in SHIPPED if rule.id == PUBLISHED]
    wanted = check(store, rules, as_of=AS_OF).results

    def found(master: str) -> tuple[Result, ...]:
        return check(store, rules, as_of=AS_OF, engine="spark", master=master).results

    with ThreadPoolExecutor(max_workers=1) as other:
        assert [found("local[1]"), other.submit(found, "local[1]").result()] == [wanted] * 2
    SparkSession.getActiveSession().sparkContext._jsc.sc().stop()
    assert [found("local[1]"), found(MASTER)] == [wanted] * 2


def listening(process: int) -> set[str]:
    """The addresses on which a process waits for others, as the kernel writes them."""
    owned = {os.readlink(held) for held in Path(f"/proc/{process}/fd").iterdir() if held.is_symlink()}
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    lines = [line.split() for table in tables for line in table]
    return {line[1].split(":")[0] for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in owned}


def test_nobody_else_reaches_the_driver(answers):
    context = SparkSession.getActiveSession().sparkContext
    assert context.uiWebUrl is None
    # 127.0.0.1, alone and inside an address of version 6.
    found = listening(context._gateway.proc.pid)
    assert found and found <= {"0100007F", "0000000000000000FFFF00000100007F"}


def run_in(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command in an empty working directory, far away from the time zone of the ledgers."""
    (folder / "here").mkdir()
    (folder / "temporary").mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in ("JAVA_HOME", "PYTHONPATH")}
    own = {"TZ": "America/New_York", "TMPDIR": str(folder / "temporary"), "JDK_JAVA_OPTIONS": QUICK, **settings}
    command = [sys.executable, "-c", "import sys; from ducha.cli import main; sys.exit(main())"]
    asked = ["ledger", "check", "--ledgers", str(folder), "--on", AS_OF.isoformat(), *words]
    return subprocess.run(
        [*command, *asked], cwd=folder / "here", env={**kept, **own}, capture_output=True, text=True, check=False
    )


def test_the_command_finds_the_same_is_quiet_and_leaves_nothing_behind(tmp_path, capsys):
    make_store(tmp_path, {"penalty": PENALTIES})
    (tmp_path / "rules").mkdir()
    name = f"{PUBLISHED}.yaml"
    (tmp_path / "rules" / name).write_bytes((files("ducha.engines.ledgers.rules") / name).read_bytes())
    one = ["--rules", str(tmp_path / "rules"), "--json"]
    ended = run_in(tmp_path, "--engine", "spark", "--master", MASTER, *one, "--out", str(tmp_path / "out"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert main(["ledger", "check", "--ledgers", str(tmp_path), "--on", AS_OF.isoformat(), *one]) == 0
    assert json.loads(ended.stdout)["results"] == json.loads(capsys.readouterr().out)["results"]
    assert [list((tmp_path / name).iterdir()) for name in ("here", "temporary")] == [[], []]
    assert (tmp_path / "out" / "violations.parquet").is_file()


def test_without_pyspark_the_command_says_what_to_install(tmp_path):
    make_store(tmp_path, {"penalty": PENALTIES})
    broken = tmp_path / "broken" / "pyspark"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError")
    ended = run_in(tmp_path, "--engine", "spark", PYTHONPATH=str(broken.parent))
    assert ended.returncode == 1
    assert ended.stderr == "The engine “spark” needs pyspark, which is not installed: pip install 'ducha[spark]'.\n"


@pytest.mark.parametrize(("version", "found"), [(None, "none"), ("11.0.2", "11"), ("1.8.0_392", "8")])
def test_without_a_new_enough_java_the_command_says_what_to_install(tmp_path, version, found):
    make_store(tmp_path, {"penalty": PENALTIES})
    (tmp_path / "bin").mkdir()
    if version:
        java = tmp_path / "bin" / "java"
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2019-01-15' >&2\n")
        java.chmod(0o755)
    ended = run_in(tmp_path, "--engine", "spark", PATH=str(tmp_path / "bin"))
    assert ended.returncode == 1
    said = f"The engine “spark” needs Java 17 or newer (found: {found}): apt-get install openjdk-17-jre-headless\n"
    assert ended.stderr == said


def test_a_master_that_is_none_is_named(tmp_path):
    make_store(tmp_path, {"penalty": PENALTIES})
    ended = run_in(tmp_path, "--engine", "spark", "--master", "nowhere")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Spark does not start on “nowhere”: ") and "Traceback" not in ended.stderr
    assert not list((tmp_path / "temporary").iterdir())
