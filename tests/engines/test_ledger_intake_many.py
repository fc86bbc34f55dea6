"""Many files at once: each as if it were alone, at a fraction of the cost."""

import csv
import io
import os
import signal
import subprocess
import sys
import zipfile

import duckdb
import pytest

from ducha.engines import files
from ducha.engines.ledgers.intake import LedgerRefused, Sending, Taken, rejects_of, take_in, take_in_all, write_rejects
from ducha.engines.ledgers.store import Store

HEAD = ["行政处罚决定书文号", "行政相对人名称", "罚款金额", "处罚决定日期", "处罚机关", "备注"]
ROWS = [
    ["青公罚〔2019〕1号", "甲公司", "2000", "2019-10-01", "青溪县公安局", ""],
    ["青公罚【2019】2号", "乙公司", "300.50", "2019/10/2", "青溪县公安局", "已履行"],
    ["青管罚〔2020〕3号", "丙公司", "50", "2020-01-02", "青溪县城市管理局", ""],
]


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "work")


def text_of(rows) -> str:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue()


def rows_of(store):
    parts = [str(part.path) for part in store.partitions]
    if not parts:
        return []
    columns = "source, source_row, document_number, unit, decided_on, original"
    return duckdb.execute(f"SELECT {columns} FROM read_parquet({parts}) ORDER BY source, source_row").fetchall()


def workbook(path):
    path.write_bytes(files.write_book([files.Sheet("处罚", HEAD, ROWS)]))
    return path


def sent_many(tmp_path, count=6):
    """Files of two heads, one of them with a wrong row each."""
    found = []
    for at in range(count):
        head, rows = HEAD, ROWS
        if at % 2 == 0:
            head, rows = [*HEAD, "案由"], [[*row, "无证"] for row in [*ROWS, [*ROWS[0][:3], "何日", *ROWS[0][4:]]]]
        path = tmp_path / f"ledger{at}.csv"
        path.write_text(text_of([head, *rows]))
        found.append(Sending(path))
    return found


def test_many_files_are_taken_in_as_each_for_itself(store, tmp_path):
    sent = sent_many(tmp_path)
    taken = take_in_all(sent, store)
    alone = Store(tmp_path / "alone")
    assert taken == [take_in(one.path, alone) for one in sent]
    assert rows_of(store) == rows_of(alone)
    assert [list(rejects_of(store, one.name)) for one in taken] == [list(rejects_of(alone, one.name)) for one in taken]
    assert [one.changed for one in take_in_all(sent, store)] == [False] * 6


def test_a_refused_file_does_not_hinder_the_others(store, tmp_path):
    sent = [*sent_many(tmp_path, 3), Sending(tmp_path / "none.csv"), *sent_many(tmp_path, 2)[:1]]
    (tmp_path / "prose.txt").write_text("今天天气很好")
    taken = take_in_all([*sent, Sending(tmp_path / "prose.txt")], store)
    assert [isinstance(one, Taken) for one in taken] == [True, True, True, False, True, False]
    assert taken[4].changed is False
    assert store.rows()["accepted"] == 9


def test_a_corrected_file_is_taken_in_after_the_files_before_it(store, tmp_path):
    sent = sent_many(tmp_path, 1)
    other = Store(tmp_path / "other")
    take_in(sent[0].path, other)
    out = tmp_path / "rejects.csv"
    write_rejects(other, out)
    out.write_text(out.read_text(encoding="utf-8-sig").replace("何日", "2019-10-05"))
    taken = take_in_all([*sent, Sending(out)], store)
    assert (taken[1].accepted, store.rows()) == (4, {"read": 4, "accepted": 4, "rejected": 0})


def test_a_manifest_that_cannot_be_written_takes_nothing_in(store, tmp_path, monkeypatch):
    sent = sent_many(tmp_path, 4)
    take_in_all(sent[:1], store)

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ducha.engines.ledgers.store._sync", full)
    taken = take_in_all(sent, store)
    assert [isinstance(one, LedgerRefused) for one in taken] == [False, True, True, True]
    assert "No space left" in str(taken[1])
    assert list(store.manifest["sources"]) == list(Store(store.folder.parent).manifest["sources"]) == ["ledger0.csv"]


KILLED_AMONG_MANY = """
import os, signal, sys
from pathlib import Path
from ducha.engines.ledgers.intake import Sending, session, take, take_in_all
from ducha.engines.ledgers.store import Store
session.WAITING, take.TOGETHER = float(sys.argv[4]), 2
def told(at, now, total):
    if at == sys.argv[3] and now >= total:
        os.kill(os.getpid(), signal.SIGKILL)
files = sorted(Path(sys.argv[1]).glob("ledger?.csv"))
sent = [Sending(path, progress=told if path.name == "ledger4.csv" else None) for path in files]
take_in_all(sent, Store(Path(sys.argv[2])))
"""


@pytest.mark.parametrize("stage", ["copy", "read", "check", "list"])
@pytest.mark.parametrize("waiting, kept", [("0", 2), ("1000", 0)])
def test_many_files_killed_in_the_middle_are_each_whole_or_not_there(store, tmp_path, stage, waiting, kept):
    sent = sent_many(tmp_path)
    command = [sys.executable, "-c", KILLED_AMONG_MANY, str(tmp_path), str(store.folder.parent), stage, waiting]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    after = Store(store.folder.parent)
    assert len(after.manifest["sources"]) >= kept
    assert all(one["read"] in (3, 4) for one in after.manifest["sources"].values())
    assert len(rows_of(after)) == after.rows()["accepted"]
    take_in_all(sent, after)
    undisturbed = Store(tmp_path / "undisturbed")
    take_in_all(sent, undisturbed)
    assert (rows_of(after), after.rows()) == (rows_of(undisturbed), undisturbed.rows())


def test_a_hostile_workbook_does_not_spoil_the_others(store, tmp_path):
    good = [workbook(tmp_path / f"good{at}.xlsx") for at in range(3)]
    broken, greedy = tmp_path / "broken.xlsx", tmp_path / "greedy.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"x" * 100)
    # A sheet that says it has a cell far out: as a table it takes more memory than there is.
    with zipfile.ZipFile(good[0]) as source, zipfile.ZipFile(greedy, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell)
            target.writestr(name, content)
    sent = [good[0], broken, good[1], greedy, good[2]]
    taken = take_in_all([Sending(path) for path in sent], store)
    assert [isinstance(one, Taken) for one in taken] == [True, False, True, False, True]
    assert [one.accepted for one in taken if isinstance(one, Taken)] == [3, 3, 3]
