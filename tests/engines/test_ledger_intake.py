"""The intake: dirty files in, clean rows and rejects out, and no row lost."""

import csv
import datetime as dt
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from decimal import Decimal

import duckdb
import pytest
import xlsxwriter

from ducha.cli import main
from ducha.engines import files
from ducha.engines.ledgers.intake import LedgerRefused, explain, look, rejects_of, take_in, take_in_table, write_rejects
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.store import Store

HEAD = ["行政处罚决定书文号", "行政相对人名称", "罚款金额", "处罚决定日期", "处罚机关", "备注"]
ROWS = [
    ["青公罚〔2019〕1号", "甲公司", "2000", "2019-10-01", "青溪县公安局", ""],
    ["青公罚〔2019〕2号", "乙公司", "300.50", "2019-10-02", "青溪县公安局", "已履行"],
    ["青管罚〔2020〕3号", "丙公司", "50", "2020-01-02", "青溪县城市管理局", ""],
]


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "work")


def text_of(rows, delimiter=",", end="\r\n") -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator=end).writerows(rows)
    return target.getvalue()


def send(store, tmp_path, content, name="ledger.csv", **asked):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return take_in(path, store, **asked)


def rows_of(store, columns="*", kind="penalty"):
    parts = [str(part.path) for part in store.of_kind(kind)]
    if not parts:
        return []
    query = f"SELECT {columns} FROM read_parquet({parts}, union_by_name = true) ORDER BY source, source_row"
    return duckdb.execute(query).fetchall()


def one_row(store, tmp_path, column_header, cell, column):
    """The value of one cell, and the reasons if its row was rejected."""
    head, row = [*HEAD[:2], *HEAD[3:5], column_header], [*ROWS[0][:2], *ROWS[0][3:5], cell]
    if column_header in head[:-1]:
        row[head.index(column_header)] = cell
        head, row = head[:-1], row[:-1]
    taken = send(store, tmp_path, text_of([head, row]))
    if taken.rejected:
        return next(iter(rejects_of(store, "ledger.csv"))).reasons
    return rows_of(store, column)[0][0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_ledger_is_read_in_every_encoding_and_with_every_delimiter(store, tmp_path, encoding, delimiter):
    taken = send(store, tmp_path, text_of([HEAD, *ROWS], delimiter).encode(encoding))
    assert (taken.read, taken.accepted, taken.rejected) == (3, 3, 0)
    assert rows_of(store, "document_number, fine, decided_on, unit, source_row")[1] == (
        "青公罚〔2019〕2号",
        Decimal("300.50"),
        dt.date(2019, 10, 2),
        "青溪县公安局",
        3,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(store, tmp_path, end):
    assert send(store, tmp_path, text_of([HEAD, *ROWS], end=end)).accepted == 3


def test_rows_lie_by_period_and_count_by_unit(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, *ROWS]))
    found = {part.period: (part.rows, part.units) for part in store.partitions}
    assert found == {"2019": (2, {"青溪县公安局": 2}), "2020": (1, {"青溪县城市管理局": 1})}
    described = duckdb.execute(f"DESCRIBE SELECT * FROM '{store.partitions[0].path}'").fetchall()
    assert [one[0] for one in described] == list(KINDS["penalty"].by_name)


def test_titles_blank_lines_footers_and_repeated_heads_are_no_records(store, tmp_path):
    lines = [
        ["2019年行政处罚台账"],
        [],
        HEAD,
        ROWS[0],
        ["", "", ""],
        HEAD,
        ROWS[1],
        ["填表人：张三", "", "审核：李四"],
        ["合计", "", "2300.5"],
    ]
    taken = send(store, tmp_path, text_of(lines))
    assert (taken.read, taken.accepted, taken.sources[0].skipped) == (2, 2, 6)
    assert [row[0] for row in rows_of(store, "source_row")] == [4, 7]


def test_a_row_that_begins_like_a_footer_stays_a_row(store, tmp_path):
    head = ["备注", *HEAD[:5]]
    rows = [["说明：无异常", *ROWS[0][:5]], ["合计罚款", "青公罚〔2019〕9号", "", "", "2019-10-01", "青溪县公安局"]]
    assert send(store, tmp_path, text_of([head, *rows])).accepted == 2


@pytest.mark.parametrize(
    "header, cell, fine",
    [
        ("罚款金额", "0.2", "0.20"),
        ("罚款金额（万元）", "0.2", "2000.00"),
        ("罚款金额(万元)", "2000元", "2000.00"),
        ("CF_NR_FK", "0.2", "2000.00"),
        ("罚款金额", "0.2万元", "2000.00"),
        ("罚款金额", "2,000元", "2000.00"),
        ("罚款金额", "２０００．５０", "2000.50"),
        ("罚款金额（元）", "¥2000", "2000.00"),
    ],
)
def test_amounts_are_yuan_whatever_they_were_sent_in(store, tmp_path, header, cell, fine):
    assert one_row(store, tmp_path, header, cell, "fine") == Decimal(fine)


def test_the_evidence_for_ten_thousands_is_told(store, tmp_path):
    head = [*HEAD[:2], "罚款金额（万元）", *HEAD[3:]]
    taken = send(store, tmp_path, text_of([head, *ROWS]))
    assert [(one.column, one.header, one.factor) for one in taken.sources[0].scaled] == [
        ("fine", "罚款金额（万元）", 10000)
    ]
    assert json.loads(rows_of(store, "original")[0][0]) == {"fine": "2000"}


@pytest.mark.parametrize(
    "cell",
    ["2019-10-01", "2019/10/1", "2019.10.01", "20191001", "2019年10月1日", "2019-10-01 10:30:00", "43739", "43739.5"]
    + ["２０１９／１０／０１", " 2019-10-01 ", "2019 年 10 月 1 日", "2019-10-01T10:30:00", "20191001103000"],
)
def test_a_day_is_read_in_all_spellings(store, tmp_path, cell):
    assert one_row(store, tmp_path, "处罚决定日期", cell, "decided_on") == dt.date(2019, 10, 1)


@pytest.mark.parametrize("cell", ["2019-02-30", "2019-13-01", "上月", "19999", "80001", "1019-10-01", "2019-10"])
def test_an_impossible_day_is_rejected(store, tmp_path, cell):
    assert one_row(store, tmp_path, "处罚决定日期", cell, "decided_on") == ("unreadable:decided_on",)


@pytest.mark.parametrize(
    "cell, flag", [("是", True), ("有", True), ("√", True), ("Y", True), ("TRUE", True), ("1", True)]
)
def test_a_yes_is_read_in_all_spellings(store, tmp_path, cell, flag):
    assert one_row(store, tmp_path, "是否重大", cell, "is_major") is flag


@pytest.mark.parametrize("cell, flag", [("否", False), ("无", False), ("N", False), ("false", False), ("0", False)])
def test_a_no_is_no_blank(store, tmp_path, cell, flag):
    assert one_row(store, tmp_path, "是否重大", cell, "is_major") is flag


@pytest.mark.parametrize("cell", ["", "-", "/", "NULL", "　"])
def test_a_blank_is_not_known(store, tmp_path, cell):
    assert one_row(store, tmp_path, "是否重大", cell, "is_major") is None


@pytest.mark.parametrize(
    "cell, number",
    [
        ("青公罚【2019】１号", "青公罚〔2019〕1号"),
        ("青公罚[2019] 1 号", "青公罚〔2019〕1号"),
        ("青公罚（2019）1号", "青公罚〔2019〕1号"),
        ("青公罚(2019)1号", "青公罚〔2019〕1号"),
        ("青公罚［2019］1号", "青公罚〔2019〕1号"),
        ("青公罚〔2019〕1号", "青公罚〔2019〕1号"),
    ],
)
def test_document_numbers_get_one_form(store, tmp_path, cell, number):
    assert one_row(store, tmp_path, "行政处罚决定书文号", cell, "document_number") == number


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "penalty"])
@pytest.mark.parametrize("cell", ["青自然资检字【2021】8号", "青自然资检字（2021） ８号", "青自然资检字〔2021〕8号"])
def test_the_key_of_every_kind_gets_one_form(store, tmp_path, kind, cell):
    needed = [column for column in KINDS[kind].columns if column.required]
    values = {"day": "2021-10-01", "number": "2021", "text": "甲"}
    row = [cell if column.name == KINDS[kind].key else values[column.type] for column in needed]
    send(store, tmp_path, text_of([[column.title for column in needed], row]), kind=kind, unit="青溪县公安局")
    assert rows_of(store, KINDS[kind].key, kind) == [("青自然资检字〔2021〕8号",)]


def test_officers_are_quoted_as_their_own_ledger_spells_them(store, tmp_path):
    assert one_row(store, tmp_path, "执法人员1证号", "青【2019】 １２号", "officer1") == "青〔2019〕12号"


def test_the_text_as_it_was_sent_is_kept_where_reading_changed_it(store, tmp_path):
    row = ["青公罚【2019】1号", " 甲公司", "2000", "2019/10/1", "青溪县公安局", "无"]
    send(store, tmp_path, text_of([HEAD, row, ROWS[1]]))
    changed, plain = (row[0] for row in rows_of(store, "original"))
    assert json.loads(changed) == {
        "document_number": "青公罚【2019】1号",
        "party_name": " 甲公司",
        "decided_on": "2019/10/1",
        "remark": "无",
    }
    assert plain is None


def test_given_has_the_bits_of_the_columns_that_were_sent(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, *ROWS]))
    given = rows_of(store, "given")[0][0]
    own = {column.name for column in KINDS["penalty"].columns if given & KINDS["penalty"].bit(column.name)}
    assert own == {"document_number", "party_name", "fine", "decided_on", "remark"}


def test_a_rejected_row_says_every_reason_at_once_and_keeps_its_cells(store, tmp_path):
    head = [*HEAD, "证件号码", "是否重大"]
    wrong = ["", "甲公司", "很多", "2019-02-30", "青溪县公安局", "", "4.10123E+17", "也许"]
    taken = send(store, tmp_path, text_of([head, [*ROWS[0], "", ""], wrong]))
    (reject,) = rejects_of(store, "ledger.csv")
    assert (taken.read, taken.accepted, taken.rejected) == (2, 1, 1)
    assert (reject.row, reject.cells) == (3, tuple(wrong))
    assert set(reject.reasons) == {
        "missing:document_number",
        "unreadable:fine",
        "unreadable:decided_on",
        "scientific:identity_number",
        "unreadable:is_major",
    }
    assert all(str(explain(reason, "penalty")).endswith(".") for reason in [*reject.reasons, "cells", "bytes", "long"])


def test_a_row_with_another_number_of_cells_is_rejected(store, tmp_path):
    content = text_of([HEAD, [*ROWS[0], "", ""], [*ROWS[1], "one more"], ROWS[2][:5], ROWS[2][:3]])
    taken = send(store, tmp_path, content)
    reasons = [(one.row, one.reasons) for one in rejects_of(store, "ledger.csv")]
    assert reasons == [(row, ("cells",)) for row in (3, 4, 5)]
    assert taken.accepted == 1


def numbered(count, width=6, first=1):
    return [[f"青公罚〔2019〕{first + at}号", *ROWS[0][1:]][:width] for at in range(count)]


@pytest.mark.parametrize("count, accepted", [(7, 0), (8, 8), (16, 16)])
@pytest.mark.parametrize("quote", ["", '"甲"'])
def test_short_rows_are_whole_only_where_many_stand_together(store, tmp_path, count, accepted, quote):
    short = numbered(count, 5)
    short[0][1] = quote
    taken = send(store, tmp_path, text_of([HEAD, ROWS[0], *short, ROWS[1]]))
    assert (taken.accepted, taken.rejected) == (2 + accepted, count - accepted)
    assert all(one.reasons == ("cells",) for one in rejects_of(store, "ledger.csv"))


def test_blank_lines_do_not_part_short_rows_but_whole_ones_do(store, tmp_path):
    together = [*numbered(4, 5), [], [""] * 6, *numbered(4, 5, 5)]
    parted = [*numbered(4, 5, 20), ROWS[0], *numbered(4, 5, 24)]
    lost = [*numbered(4, 5, 30), ROWS[2][:3], *numbered(4, 5, 34)]
    taken = send(store, tmp_path, text_of([HEAD, *together, ROWS[1], *parted, ROWS[1], *lost]))
    assert (taken.accepted, taken.rejected, taken.sources[0].skipped) == (11, 17, 2)


def test_short_rows_that_too_few_stand_beside_keep_their_other_flaws(store, tmp_path):
    lines = text_of([HEAD, ROWS[0], ROWS[1][:5], ROWS[2]]).replace("乙", "乙\0")
    send(store, tmp_path, lines)
    assert [one.reasons for one in rejects_of(store, "ledger.csv")] == [("cells", "bytes")]


def test_a_run_of_short_rows_is_one_across_the_blocks_that_are_read(store, tmp_path, monkeypatch):
    monkeypatch.setattr("ducha.engines.ledgers.intake.text.BLOCK", 100)
    taken = send(store, tmp_path, text_of([HEAD, *numbered(8, 5), ROWS[0], *numbered(7, 5, 20), ROWS[1]]))
    assert (taken.accepted, taken.rejected) == (10, 7)


def test_a_cell_of_any_length_is_judged(store, tmp_path):
    fits, beyond = [*ROWS[0][:5], "长" * 32_767], [*ROWS[1][:5], "长" * 32_768]
    taken = send(store, tmp_path, text_of([HEAD, fits, beyond]))
    (reject,) = rejects_of(store, "ledger.csv")
    assert (taken.accepted, reject.reasons, reject.cells[5]) == (1, ("long",), "长" * 32_768)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_undecodable_bytes_reject_their_row_alone(store, tmp_path, encoding):
    lines = text_of([HEAD, *ROWS]).encode(encoding).split(b"\r\n")
    lines[2] = lines[2].replace("乙".encode(encoding), b"\xff")
    taken = send(store, tmp_path, b"\r\n".join(lines))
    assert taken.accepted == 2
    assert [(one.row, one.reasons) for one in rejects_of(store, "ledger.csv")] == [(3, ("bytes",))]


@pytest.mark.parametrize("first, second", [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_two_encodings_in_one_file_are_both_read(store, tmp_path, first, second):
    content = text_of([HEAD, ROWS[0]]).encode(first) + text_of(ROWS[1:]).encode(second)
    assert send(store, tmp_path, content).accepted == 3
    assert [row[0] for row in rows_of(store, "party_name")] == ["甲公司", "乙公司", "丙公司"]


def test_a_quoted_line_break_stays_inside_its_record(store, tmp_path):
    rows = [[*ROWS[0][:5], '一行\n二行, "引"'], ROWS[1]]
    taken = send(store, tmp_path, text_of([HEAD, *rows]))
    assert taken.accepted == 2
    assert rows_of(store, "source_row, remark") == [(2, '一行\n二行, "引"'), (3, "已履行")]


def test_a_line_break_without_quotes_rejects_both_halves(store, tmp_path):
    lines = text_of([HEAD, *ROWS], end="\n").replace("2020-01-02,青溪", "2020-01-02,青\n溪").replace("2000,", "20\n00,")
    taken = send(store, tmp_path, lines)
    assert (taken.read, taken.accepted) == (5, 1)
    assert [(one.row, one.reasons) for one in rejects_of(store, "ledger.csv")] == [
        (number, ("cells",)) for number in (2, 3, 5, 6)
    ]


def test_short_rows_above_a_footer_are_whole(store, tmp_path):
    content = text_of([HEAD, *numbered(8, 5), ["填表人：张三", "审核：李四"]])
    taken = send(store, tmp_path, content)
    assert (taken.accepted, taken.rejected, taken.sources[0].skipped) == (8, 0, 1)


def test_a_full_disk_is_told_in_a_sentence(store, tmp_path, monkeypatch):
    def full(*told):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "place", full)
    with pytest.raises(LedgerRefused, match="No space left"):
        send(store, tmp_path, text_of([HEAD, *ROWS]))
    assert store.manifest["sources"] == {}


def test_a_quote_that_is_never_closed_swallows_nothing(store, tmp_path):
    lines = text_of([HEAD, *ROWS], end="\n").split("\n")
    lines[1] = lines[1].replace("甲", '"甲')
    taken = send(store, tmp_path, "\n".join(lines))
    assert (taken.read, taken.accepted) == (3, 2)
    (reject,) = rejects_of(store, "ledger.csv")
    assert (reject.row, reject.reasons, reject.cells[1]) == (2, ("cells",), '"甲公司')


def test_a_quote_inside_a_bare_cell_is_a_sign(store, tmp_path):
    lines = text_of([HEAD, *ROWS], end="\n").replace("甲公司", '甲"公司')
    assert send(store, tmp_path, lines).accepted == 3
    assert rows_of(store, "party_name")[0] == ('甲"公司',)


def test_the_kind_is_recognised_by_either_generation_of_headers(store, tmp_path):
    old = ["CF_WSH", "CF_CFMC", "CF_XDR_MC", "CF_JDRQ", "CF_XZJG"]
    new = ["XK_WSH", "XK_XKWS", "XK_XDR_MC", "XK_JDRQ", "XK_XKJG"]
    for head, kind in ((old, "penalty"), (new, "licence")):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text_of([head, ["1号", "名称", "甲公司", "2019-10-01", "青溪县公安局"]]))
        assert look(path).kind == kind
        assert take_in(path, store).accepted == 1


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_titles_of_every_kind_are_known(store, tmp_path, kind):
    columns = [
        column
        for column in KINDS[kind].by_name.values()
        if column.name not in ("source", "source_row", "given", "original")
    ]
    path = tmp_path / "titles.csv"
    path.write_text(text_of([[column.title for column in columns], ["1"] * len(columns)]))
    found = look(path)
    assert (found.kind, found.unmatched, found.missing) == (kind, (), ())
    assert list(found.columns.values()) == [column.name for column in columns]


def test_every_spelling_seen_is_an_alias_that_stands_for_a_column():
    from ducha.engines.ledgers.intake.heads import aliases

    known = {header for kind in KINDS for header in aliases(kind)}
    assert len(known) > 400
    assert aliases("penalty")["cf_nr_fk"][:2] == ("fine", 10_000)
    assert aliases("penalty")["罚款金额"][:2] == ("fine", 1)
    assert aliases("service_item")["limit_scene_num"][0] == "visits"


def test_columns_that_nobody_knows_are_left_out_and_named(store, tmp_path):
    taken = send(store, tmp_path, text_of([[*HEAD, "天气"], [*ROWS[0], "晴"]]))
    assert taken.sources[0].unmatched == ("天气",)
    assert taken.accepted == 1


def test_all_missing_columns_are_told_at_once_and_nothing_is_taken_in(store, tmp_path):
    with pytest.raises(LedgerRefused) as refused:
        send(store, tmp_path, text_of([["行政相对人名称", "罚款金额", "违法事实"], ["甲", "1", "x"]]), kind="penalty")
    assert len(refused.value.faults) == 3
    assert "处罚决定日期" in str(refused.value)
    assert store.manifest["sources"] == {}


def test_the_unit_may_be_given_and_must_be_known(store, tmp_path):
    head, rows = HEAD[:4], [row[:4] for row in ROWS]
    with pytest.raises(LedgerRefused, match="单位"):
        send(store, tmp_path, text_of([head, *rows]))
    assert send(store, tmp_path, text_of([head, *rows]), unit="青溪县公安局").accepted == 3
    assert store.partitions[0].units == {"青溪县公安局": 2}


def test_a_mapping_wins_and_is_remembered(store, tmp_path):
    head = ["文", "人", "罚款金额", "何日", "处罚机关", "处罚决定日期"]
    rows = [[*row[:5], "2021-01-01"] for row in ROWS]
    mapping = {"文": "document_number", "何日": "decided_on"}
    send(store, tmp_path, text_of([head, *rows]), kind="penalty", mapping=mapping)
    assert rows_of(store, "decided_on")[0] == (dt.date(2019, 10, 1),)
    again = send(store, tmp_path, text_of([head, *rows[:2]]))
    assert (again.changed, again.accepted) == (True, 2)


def test_a_mapping_to_nothing_is_refused(store, tmp_path):
    mapping = {"没有": "decided_on", "备注": "no_column"}
    with pytest.raises(LedgerRefused) as refused:
        send(store, tmp_path, text_of([HEAD, *ROWS]), mapping=mapping)
    assert len(refused.value.faults) == 2


def test_a_look_takes_nothing_in_and_shows_what_a_mapping_needs(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_bytes(text_of([["标题"], [*HEAD[1:], "天气"], [*ROWS[0][1:], "晴"]]).encode("gb18030"))
    found = look(path)
    assert (found.kind, found.encoding, found.header_row) == ("penalty", "gb18030", 2)
    assert (found.missing, found.unmatched) == (("document_number",), ("天气",))
    assert found.columns["罚款金额"] == "fine"
    assert found.rows[0] == (*ROWS[0][1:], "晴")


def test_a_look_at_a_head_that_nobody_knows_still_shows_it(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("标题\na,b,c\n1,2,3\n")
    found = look(path)
    assert (found.kind, found.header_row, found.headers) == (None, 2, ("a", "b", "c"))


def test_the_same_file_again_changes_nothing(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, *ROWS]))
    before = (store.folder / "manifest.json").read_bytes()
    again = send(store, tmp_path, text_of([HEAD, *ROWS]))
    assert (again.changed, again.accepted) == (False, 3)
    assert (store.folder / "manifest.json").read_bytes() == before


def test_other_content_under_the_same_name_takes_its_place(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, *ROWS]))
    send(store, tmp_path, text_of([HEAD, *ROWS]), name="other.csv")
    send(store, tmp_path, text_of([HEAD, ROWS[2]]))
    assert store.rows() == {"read": 4, "accepted": 4, "rejected": 0}
    assert [row[0] for row in rows_of(store, "source")] == ["ledger.csv"] + ["other.csv"] * 3


def test_the_bytes_are_kept_as_they_were_sent(store, tmp_path):
    content = text_of([HEAD, *ROWS]).encode("gb18030")
    taken = send(store, tmp_path, content)
    assert (store.folder / "sources" / taken.sha256).read_bytes() == content


def test_what_no_manifest_lists_is_swept(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, *ROWS]))
    for leftover in ("penalty/half.parquet", "rejects/old.parquet", "sources/nobody"):
        (store.folder / leftover).parent.mkdir(exist_ok=True)
        (store.folder / leftover).write_bytes(b"x")
    send(store, tmp_path, text_of([HEAD, ROWS[0]]))
    send(store, tmp_path, text_of([HEAD, ROWS[1]]))
    lying = {path.relative_to(store.folder).as_posix() for path in store.folder.glob("*/*")}
    assert {"penalty/half.parquet", "rejects/old.parquet", "sources/nobody"}.isdisjoint(lying)
    assert all(part.path.exists() for part in store.partitions)


def workbook(path, sheets):
    path.write_bytes(files.write_book([files.Sheet(name, rows[0], rows[1:]) for name, rows in sheets.items()]))
    return path


def test_every_sheet_whose_head_is_known_is_taken_in(store, tmp_path):
    licence = ["行政许可决定文书号", "许可项目名称", "行政相对人名称", "许可决定日期", "许可机关"]
    sheets = {
        "处罚": [
            ["台账", *[""] * 5],
            HEAD,
            [*ROWS[0][:3], dt.date(2019, 10, 1), *ROWS[0][4:]],
            [""] * 6,
            ROWS[1],
            ["填表人：张三", *[""] * 5],
        ],
        "许可": [licence, ["1号", "名称", "甲公司", "43739", "青溪县公安局"]],
        "说明": [["这一页", "没有台账"]],
    }
    taken = take_in(workbook(tmp_path / "book.xlsx", sheets), store)
    assert [(one.name, one.kind, one.accepted) for one in taken.sources] == [
        ("book.xlsx#处罚", "penalty", 2),
        ("book.xlsx#许可", "licence", 1),
    ]
    assert taken.sheets_left_out == ("说明",)
    assert rows_of(store, "source_row, decided_on") == [(3, dt.date(2019, 10, 1)), (5, dt.date(2019, 10, 2))]
    del sheets["许可"]
    take_in(workbook(tmp_path / "book.xlsx", sheets), store)
    assert list(store.manifest["sources"]) == ["book.xlsx"]


def test_a_sheet_keeps_its_row_numbers_wherever_the_table_stands(store, tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Sheet1!$E$5:$E$7"})
        book.add_chartsheet("图").set_chart(chart)
        sheet.merge_range(1, 2, 1, 7, "行政处罚台账")
        for at, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(4 + at, 2, row)
    taken = take_in(path, store)
    assert (taken.accepted, taken.sources[0].header_row) == (3, 5)
    assert [row[0] for row in rows_of(store, "source_row")] == [6, 7, 8]


def test_a_number_that_a_spreadsheet_rounded_is_rejected(store, tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEAD, "证件号码"])
        sheet.write_row(1, 0, [*ROWS[0], 410123198001011234])
        sheet.write_row(2, 0, [*ROWS[1], "410123198001011234"])
        sheet.write_formula(2, 2, "=1+1", None, 2)
    taken = take_in(path, store)
    assert [one.reasons for one in rejects_of(store, "book.xlsx")] == [("scientific:identity_number",)]
    assert taken.accepted == 1
    assert rows_of(store, "fine, identity_number") == [(Decimal(2), "410123198001011234")]


def test_parquet_is_read(store, tmp_path):
    path = tmp_path / "ledger.parquet"
    first = (
        "SELECT '1号' AS CF_WSH, 0.2 AS CF_NR_FK, DATE '2019-10-01' AS CF_JDRQ, '公安局' AS 处罚机关, true AS 是否重大"
    )
    second = "SELECT NULL, 1, DATE '2019-10-02', '公安局', false"
    duckdb.execute(f"COPY ({first} UNION ALL {second}) TO '{path}'")
    taken = take_in(path, store)
    assert (taken.accepted, taken.rejected) == (1, 1)
    assert rows_of(store, "fine, decided_on, is_major") == [(Decimal(2000), dt.date(2019, 10, 1), True)]


def test_a_database_table_is_read_and_its_rows_keep_their_order(store, tmp_path):
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute(
            "CREATE TABLE cf (id INTEGER PRIMARY KEY, CF_WSH TEXT, CF_JDRQ TEXT, CF_XZJG TEXT, CF_NR_FK REAL)"
        )
        database.executemany(
            "INSERT INTO cf VALUES (?,?,?,?,?)",
            [(2, "2号", "2019/10/2", "公安局", 0.2), (1, "1号", "2019-10-01", "公安局", None)],
        )
    database.close()
    url = f"sqlite:///{tmp_path / 'x.db'}"
    taken = take_in_table(url, "cf", store)
    assert (taken.name, taken.accepted) == ("x.db#cf", 2)
    assert rows_of(store, "source_row, document_number, fine") == [(2, "1号", None), (3, "2号", Decimal(2000))]
    assert take_in_table(url, "cf", store).changed is False
    for wrong, table in ((url, "no_table"), (f"sqlite:///{tmp_path / 'none.db'}", "cf"), ("nonsense://", "cf")):
        with pytest.raises(LedgerRefused):
            take_in_table(wrong, table, store)
    assert not (tmp_path / "none.db").exists()


def corrected(path, change):
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = [change(row) for row in csv.reader(source)]
    path.write_text(text_of([row for row in rows if row]), encoding="gb18030")
    return path


def test_corrected_rows_join_their_source_under_their_own_number(store, tmp_path):
    wrong = [[*ROWS[0][:3], "2019-02-30", *ROWS[0][4:]], [*ROWS[1][:3], "何日", *ROWS[1][4:]], [*ROWS[2], "one more"]]
    send(store, tmp_path, text_of([HEAD, *wrong, ROWS[0]]))
    out = tmp_path / "rejects.csv"
    assert write_rejects(store, out) == 3
    path = corrected(
        out, lambda row: ["2019-10-05" if cell == "2019-02-30" else "" if cell == "one more" else cell for cell in row]
    )
    taken = take_in(path, store)
    assert (taken.read, taken.accepted, taken.rejected) == (4, 3, 1)
    assert [row[0] for row in rows_of(store, "source_row")] == [2, 4, 5]
    assert rows_of(store, "decided_on, source")[0] == (dt.date(2019, 10, 5), "ledger.csv")
    assert [(one.row, one.reasons) for one in rejects_of(store, "ledger.csv")] == [(3, ("unreadable:decided_on",))]
    assert take_in(path, store).changed is False
    assert send(store, tmp_path, text_of([HEAD, *wrong, ROWS[0]])).changed is False
    assert len(rows_of(store)) == 3


def test_rejects_that_are_not_sent_again_stay(store, tmp_path):
    wrong = [[*row[:3], "何日", *row[4:]] for row in ROWS]
    send(store, tmp_path, text_of([HEAD, *wrong]))
    out = tmp_path / "rejects.csv"
    write_rejects(store, out)
    path = corrected(
        out, lambda row: [] if row[1] == "3" else ["2019-10-05" if cell == "何日" else cell for cell in row]
    )
    taken = take_in(path, store)
    assert (taken.read, taken.accepted, taken.rejected) == (3, 2, 1)
    assert [one.row for one in rejects_of(store, "ledger.csv")] == [3]


def test_a_row_that_is_no_reject_is_refused_with_its_number(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, [*ROWS[0][:3], "何日", *ROWS[0][4:]], ROWS[1]]))
    out = tmp_path / "rejects.csv"
    write_rejects(store, out, source="ledger.csv")
    path = corrected(out, lambda row: [*row[:1], "3" if row[1] == "2" else row[1], *row[2:]])
    with pytest.raises(LedgerRefused, match="“3” is not among the rejected rows"):
        take_in(path, store)
    assert store.rows() == {"read": 2, "accepted": 1, "rejected": 1}


def test_rejects_of_two_kinds_go_into_one_file_and_back(store, tmp_path):
    send(store, tmp_path, text_of([HEAD, [*ROWS[0][:3], "何日", *ROWS[0][4:]]]))
    licence = ["行政许可决定文书号", "许可项目名称", "行政相对人名称", "许可决定日期", "许可机关", "备注"]
    send(store, tmp_path, text_of([licence, ["1号", "=SUM(1)", "甲公司", "何日", "公安局", "备"]]), name="licence.csv")
    out = tmp_path / "rejects.csv"
    write_rejects(store, out)
    assert "'=SUM(1)" in out.read_text(encoding="utf-8-sig")
    taken = take_in(corrected(out, lambda row: ["2020-01-01" if cell == "何日" else cell for cell in row]), store)
    assert store.rows() == {"read": 2, "accepted": 2, "rejected": 0}
    assert [one.kind for one in taken.sources] == ["penalty", "licence"]
    assert rows_of(store, "title, remark", "licence") == [("=SUM(1)", "备")]


def test_an_unknown_source_has_no_rejects(store, tmp_path):
    with pytest.raises(LedgerRefused, match="No source"):
        write_rejects(store, tmp_path / "out.csv", source="none.csv")


KILLED = """
import os, signal, sys
from pathlib import Path
from ducha.engines.ledgers.intake import take_in
from ducha.engines.ledgers.store import Store
stage, done = sys.argv[3], int(sys.argv[4])
def told(at, now, total):
    if at == stage and now >= done:
        os.kill(os.getpid(), signal.SIGKILL)
take_in(Path(sys.argv[1]), Store(Path(sys.argv[2])), progress=told)
"""


@pytest.mark.parametrize(
    "stage, done", [("copy", 1), ("read", 1), ("check", 0), ("check", 1), ("list", 0), ("list", 1), ("list", 2)]
)
def test_an_intake_killed_at_any_moment_leaves_whole_ledgers(store, tmp_path, stage, done):
    send(store, tmp_path, text_of([HEAD, ROWS[0]]))
    send(store, tmp_path, text_of([HEAD, ROWS[0]]), name="other.csv")
    path = tmp_path / "ledger.csv"
    path.write_text(text_of([HEAD, *ROWS, [*ROWS[0][:3], "何日", *ROWS[0][4:]]]))
    command = [sys.executable, "-c", KILLED, str(path), str(store.folder.parent), stage, str(done)]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    after = Store(store.folder.parent)
    whole = (
        {"read": 5, "accepted": 4, "rejected": 1}
        if (stage, done) == ("list", 2)
        else {"read": 2, "accepted": 2, "rejected": 0}
    )
    assert after.rows() == whole
    assert len(rows_of(after)) == whole["accepted"]
    taken = take_in(path, after)
    assert (taken.read, taken.accepted, taken.rejected) == (4, 3, 1)
    assert [row for row in rows_of(after, "source, source_row")] == [
        ("ledger.csv", 2),
        ("ledger.csv", 3),
        ("ledger.csv", 4),
        ("other.csv", 2),
    ]
    take_in(path, after)
    listed = {part.path for part in after.partitions}
    assert set(after.folder.glob("penalty/*")) >= listed
    assert not (after.folder / ".work").exists()


def test_two_intakes_at_once_wait_for_each_other(store, tmp_path):
    script = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "pass")
    running = []
    for at in range(3):
        path = tmp_path / f"ledger{at}.csv"
        path.write_text(text_of([HEAD, *ROWS]))
        command = [sys.executable, "-c", script, str(path), str(store.folder.parent), "list", "2"]
        running.append(subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}))
    assert [one.wait() for one in running] == [0, 0, 0]
    assert store.rows()["accepted"] == 9


def test_a_zip_bomb_is_refused(store, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"\0" * 60_000_000)
    with pytest.raises(LedgerRefused, match="grows too large"):
        take_in(path, store)
    assert store.manifest["sources"] == {}


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("empty.csv", b"", "is empty"),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 100, "no workbook"),
        ("broken.parquet", b"PAR1" + b"x" * 100, "broken Parquet"),
        ("paper.csv", b"%PDF-1.4 x", "no ledger"),
        ("prose.txt", "今天天气很好，我们去公园。".encode(), "No row among"),
        ("nul.csv", b"\0" * 5000, "No row among"),
        ("line.csv", b"x" * 30_000_000, "No row among"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(store, tmp_path, name, content, said):
    with pytest.raises(LedgerRefused, match=said):
        send(store, tmp_path, content, name=name)
    assert store.manifest["sources"] == {}
    assert not (store.folder / ".work").exists()


def test_a_workbook_named_csv_is_read_as_what_it_is(store, tmp_path):
    assert take_in(workbook(tmp_path / "ledger.csv", {"处罚": [HEAD, *ROWS]}), store).accepted == 3


def test_a_head_without_rows_is_an_empty_ledger(store, tmp_path):
    taken = send(store, tmp_path, text_of([HEAD]))
    assert (taken.read, store.partitions) == (0, ())
    assert store.manifest["sources"]["ledger.csv"]["kind"] == "penalty"


def test_a_line_without_end_is_rejected_and_the_rest_goes_on(store, tmp_path):
    giant = "青公罚〔2019〕9号," + "x" * 6_000_000
    taken = send(store, tmp_path, text_of([HEAD, ROWS[0]]) + giant + "\r\n" + text_of(ROWS[1:]))
    assert (taken.read, taken.accepted) == (4, 3)
    (reject,) = rejects_of(store, "ledger.csv")
    assert (reject.row, set(reject.reasons)) == (3, {"cells", "long"})


def test_nul_bytes_reject_their_row_alone(store, tmp_path):
    taken = send(store, tmp_path, text_of([HEAD, *ROWS]).replace("乙", "乙\0"))
    assert [(one.row, one.reasons) for one in rejects_of(store, "ledger.csv")] == [(3, ("bytes",))]
    assert taken.accepted == 2


def test_nul_bytes_in_every_row_are_no_sign_of_another_encoding(store, tmp_path):
    rows = [[*row[:5], "\0"] for row in ROWS] * 50
    taken = send(store, tmp_path, text_of([HEAD, *rows]))
    assert (taken.encoding, taken.rejected) == ("utf-8", 150)


def test_a_name_leads_out_of_no_folder(store, tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text(text_of([HEAD, *ROWS]))
    taken = take_in(path, store, name="../../etc/'; DROP\n.csv")
    assert taken.name == "etc/'; DROP.csv"
    assert rows_of(store, "source")[0] == ("etc/'; DROP.csv",)
    assert {part.path.parent for part in store.partitions} == {store.folder / "penalty"}


def test_the_command_takes_files_in_and_writes_rejects(tmp_path, capsys):
    for folder, rows in (("a", ROWS), ("b", [[*ROWS[0][:3], "何日", *ROWS[0][4:]]])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text(text_of([HEAD, *rows]))
    sent = [str(tmp_path / "a" / "x.csv"), str(tmp_path / "b" / "x.csv")]
    assert main(["ledger", "import", *sent, "--data", str(tmp_path / "d"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [taken["name"] for taken in answer["taken"]] == ["a/x.csv", "b/x.csv"]
    assert answer["rows"] == {"read": 4, "accepted": 3, "rejected": 1}
    assert main(["ledger", "rejects", "--data", str(tmp_path / "d"), "--out", str(tmp_path / "r.csv")]) == 0
    assert "b/x.csv" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    assert main(["ledger", "import", str(tmp_path / "none.csv"), sent[0], "--data", str(tmp_path / "d")]) == 1
    said = capsys.readouterr()
    assert "cannot be opened" in said.err and "nothing changed" not in said.err
    assert main(["ledger", "import", sent[0], "--map", "处罚", "--data", str(tmp_path / "d")]) == 1
