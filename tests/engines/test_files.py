"""Files from outside: looked at before anything opens them, kept under their digest, parsed in a limited child."""

import hashlib
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from ducha.engines import files

FORMULA_STARTS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠1"]


def taken(content: bytes, name: str, store, purpose=files.Purpose.EVIDENCE) -> files.AcceptedFile:
    return files.accept(BytesIO(content), name, purpose=purpose, into=store)


def test_a_file_is_kept_under_its_digest_and_both_digests_are_right(tmp_path):
    content = "材料".encode()
    accepted = taken(content, "材料.txt", tmp_path)
    path = files.keep(accepted, tmp_path)
    assert path == tmp_path / accepted.sha256[:2] / accepted.sha256[2:4] / accepted.sha256
    assert path.read_bytes() == content
    assert accepted.sha256 == hashlib.sha256(content).hexdigest() == files.digests(path)[0]
    assert accepted.sm3 == hashlib.new("sm3", content).hexdigest()


def test_the_same_bytes_lie_once_and_nothing_temporary_is_left(tmp_path):
    for name in ("一.txt", "二.txt"):
        files.keep(taken(b"same", name, tmp_path), tmp_path)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_refused_file_leaves_nothing_behind(tmp_path):
    with pytest.raises(files.FileRefused):
        taken(b"MZ\x00", "程序.txt", tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_over_the_limit_is_refused_while_it_streams(tmp_path):
    class Endless(BytesIO):
        def read(self, size: int = -1) -> bytes:
            return b"a" * size

    with pytest.raises(files.FileRefused, match="larger than 10 MB"):
        files.accept(Endless(), "表.xlsx", purpose=files.Purpose.TABLE, into=tmp_path)


def test_a_sweep_finds_orphans_missing_and_changed_files(tmp_path):
    kept, changed = (files.keep(taken(c, "a.txt", tmp_path), tmp_path) for c in (b"kept", b"changed"))
    orphan = files.keep(taken(b"orphan", "a.txt", tmp_path), tmp_path)
    changed.write_bytes(b"other")
    swept = files.sweep(tmp_path, {kept.name, changed.name, "0" * 64})
    assert swept == files.Sweep((orphan.name,), ("0" * 64,), (changed.name,))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\材料.docx", "材料.docx"),
        ("材料\u202excod.txt", "材料xcod.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("长" * 300 + ".docx", "长" * 110 + ".docx"),
    ],
)
def test_a_name_is_data(name, clean):
    assert files.clean_name(name) == clean


@given(st.text(max_size=300))
def test_no_name_keeps_a_folder_a_control_character_or_a_direction_mark(name):
    clean = files.clean_name(name)
    assert clean and len(clean) <= 120 and not set(clean) & set("/\\\0\n\r\u202e\u200f")


@pytest.mark.parametrize("text", FORMULA_STARTS)
def test_text_that_looks_like_a_formula_stays_text(text):
    content = files.write_sheet(["说明"], [[text]])
    table = files.read_table("表.xlsx", content, required=["说明"])
    assert table.rows[0][1]["说明"] == text.strip()


def test_a_hostile_sheet_is_refused_in_time_and_memory():
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet().write_string(1_048_575, 16_383, "x")
    book.add_worksheet()
    book.close()
    with pytest.raises(files.FileRefused):
        files.read_table("敌意.xlsx", target.getvalue(), required=["单位名称"])


def test_the_child_says_no_when_the_parser_dies():
    with pytest.raises(files.FileRefused, match="“x” could not be read within 4 seconds and 480 MB"):
        files.run_limited("os:abort_is_no_parser", "x", b"")


def test_the_child_may_not_take_more_memory_than_it_is_given():
    with pytest.raises(files.FileRefused, match="480 MB"):
        files.run_limited("builtins:print", "x" * 10, b"\0" * 600_000_000)


def test_a_refusal_in_the_child_keeps_its_sentence():
    with pytest.raises(files.FileRefused, match="“方案.docx” is no Word document or is broken"):
        files.run_limited("ducha.engines.plans:text_of", "方案.docx", b"PK\x03\x04")
