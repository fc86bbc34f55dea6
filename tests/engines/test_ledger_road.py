"""The whole road: what units send is taken in, what is wrong is sent back, and every broken rule is found."""

import json
from datetime import date

import duckdb
import pytest

from ducha.engines.ledgers.checking import check
from ducha.engines.ledgers.generating import generate
from ducha.engines.ledgers.intake import Sending, Taken, rejects_of, take_in_all
from ducha.engines.ledgers.rules import read_rules
from ducha.engines.ledgers.store import Store

ROWS, SEED = 5000, 7


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    out = tmp_path_factory.mktemp("sent")
    generate(ROWS, SEED, out, True)
    return out


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("taken"))


@pytest.fixture(scope="module")
def taken(sent, store):
    root = sent / "files"
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return take_in_all([Sending(path, name=path.relative_to(root).as_posix()) for path in paths], store)


def test_every_file_is_taken_in_and_no_row_is_lost(taken, store):
    assert [one for one in taken if not isinstance(one, Taken)] == []
    sums = {name: sum(getattr(one, name) for one in taken) for name in ("read", "accepted", "rejected")}
    assert store.rows() == sums
    assert sums["accepted"] + sums["rejected"] == sums["read"]
    assert sums["accepted"] == ROWS
    assert sum(part.rows for part in store.partitions) == ROWS


def test_the_rows_that_are_sent_back_are_those_of_the_key(taken, sent, store):
    found = {
        (name, one.row, reason)
        for name in store.manifest["sources"]
        for one in rejects_of(store, name)
        for reason in one.reasons
    }
    key = duckdb.sql(f"SELECT file, row, reason FROM '{sent}/dirt.parquet' WHERE rejected").fetchall()
    assert found == set(key)


def test_the_check_finds_every_violation_and_nothing_else(taken, sent, store, tmp_path):
    as_of = date.fromisoformat(json.loads((sent / "key.json").read_text())["as_of"])
    check(store, read_rules(), as_of=as_of, out=tmp_path)
    found, planted = (
        set(duckdb.sql(f"SELECT DISTINCT rule, ledger, key FROM '{path}'").fetchall())
        for path in (tmp_path / "violations.parquet", sent / "planted.parquet")
    )
    assert found == planted
