"""What holds for any table and any cell: no row is lost, and SQL reads a cell as plain Python does."""

import csv
import datetime as dt
import io
import re
import tempfile
import unicodedata
from contextlib import ExitStack
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from unittest.mock import patch

import duckdb
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ducha.engines.ledgers.intake import database, rejects_of, staging, take_in
from ducha.engines.ledgers.intake.database import apart, select
from ducha.engines.ledgers.intake.heads import Field
from ducha.engines.ledgers.intake.readings import reading
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.store import Store

HEAD = ["行政处罚决定书文号", "行政相对人名称", "罚款金额", "处罚决定日期", "处罚机关", "是否重大"]
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))

cells = st.one_of(
    st.sampled_from(
        ["", " ", "-", "无", "2019-10-01", "2019/2/30", "0.2万元", "是", "青公罚〔2019〕1号", '"', '",\n"', "填表人："]
    ),
    st.text(
        st.characters(codec="gb18030", exclude_categories=["Cs", "Co"], exclude_characters="\0\r\ufffd"), max_size=12
    ),
)


def cut_into(part):
    """Files are staged in parts of so many bytes."""
    stack = ExitStack()
    if part < staging.PART:
        for where, name in ((staging, "PART"), (database, "SMALL"), (database, "_ODD")):
            stack.enter_context(patch.object(where, name, part))
    return stack


@SLOW
@given(
    rows=st.lists(st.lists(cells, min_size=1, max_size=9), max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    part=st.sampled_from([1, 100, staging.PART]),
)
@example(rows=[], encoding="utf-16-le", delimiter=",", quoting=csv.QUOTE_MINIMAL, part=staging.PART)
def test_no_row_of_any_table_is_lost_or_doubled(rows, encoding, delimiter, quoting, part):
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows([HEAD, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_bytes(target.getvalue().encode(encoding))
        store = Store(Path(folder))
        with cut_into(part):
            (taken,) = take_in(path, store).sources
        accepted = [
            row
            for part in store.partitions
            for (row,) in duckdb.execute(f"SELECT source_row FROM '{part.path}'").fetchall()
        ]
        rejected = {one.row: one.cells for one in rejects_of(store, "ledger.csv")}
    assert taken.read == taken.accepted + taken.rejected
    assert taken.read + taken.skipped == len(rows)
    assert (len(accepted), len(rejected)) == (taken.accepted, taken.rejected)
    assert len({*accepted, *rejected}) == taken.read
    for number, sent in rejected.items():
        # Blank cells at the end may be left out or made up.
        row = rows[number - 2]
        assert list(sent[: len(row)]) == row[: len(sent)]
        assert not any(cell.strip() for cell in row[len(sent) :])


ledger = st.lists(
    st.tuples(
        st.sampled_from(["青公罚〔2019〕1号", "青公罚【2019】 2号", ""]),
        st.sampled_from(["甲公司", "甲，乙\n公司", "无", " 甲"]),
        st.sampled_from(["2000", "300.5", "0.2万元", "很多"]),
        st.sampled_from(["2019-10-01", "2020-10-01", "2019/10/1", "何日"]),
        st.just("青溪县公安局"),
        st.sampled_from(["是", "否", "有", "也许"]),
    ),
    max_size=20,
)


@SLOW
@given(rows=ledger, part=st.sampled_from([1, 300, 1000]), scaled=st.booleans())
def test_a_ledger_is_the_same_in_however_many_parts_it_is_read(rows, part, scaled):
    head = [*HEAD[:2], "罚款金额（万元）" if scaled else HEAD[2], *HEAD[3:]]
    target = io.StringIO()
    csv.writer(target).writerows([head, *rows])
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_text(target.getvalue(), encoding="utf-8", newline="")
        for size in (part, staging.PART):
            store = Store(Path(folder) / str(size))
            with cut_into(size):
                taken = take_in(path, store)
            parts = [str(one.path) for one in store.partitions]
            query = f"SELECT * FROM read_parquet({parts}) ORDER BY source_row"
            found.append((taken, duckdb.execute(query).fetchall() if parts else [], [*rejects_of(store, "ledger.csv")]))
            units = [(one.period, unit, rows) for one in store.partitions for unit, rows in one.units.items()]
            assert sum(rows for *_unit, rows in units) == taken.accepted
    assert found[0] == found[1]


def read(column, texts, scale=1, kind="penalty"):
    """What SQL makes of some texts."""
    one = reading(KINDS[kind], Field(column, 0, "", scale), None)
    query = "SELECT unnest(?::VARCHAR[]) AS c0"
    for sign, step in zip("stpw", (one.bare, one.spoken, one.common, one.narrow), strict=True):
        query = f"SELECT *, {step or 'NULL'} AS {sign}_{column} FROM ({query})"
    query = f"SELECT {one.value} FROM ({query})"
    with duckdb.connect(":memory:") as opened:
        return [row[0] for row in opened.execute(query, [texts]).fetchall()]


BLANK = " \t\n\u3000\u00a0\ufeff\u200b"
NOTHING = {"", "-", "/", "无", "null", "－", "／", "—", "——", "--"}


def spoken(text, *, is_flag=False):
    bare = text.strip(BLANK)
    return None if bare.lower() in NOTHING - ({"无"} if is_flag else set()) else bare


def narrow(text):
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)


def day(text):
    text = spoken(text)
    if text is None:
        return None
    text = narrow(text)
    time = r"(?:[ T]?[0-9]{1,2}[:时][0-9]{1,2}(?:[:分](?:[0-9]{1,2}(?:\.[0-9]+)?秒?)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    for pattern in (
        r"([0-9]{4})[ \t\n\f\r]*[-/.年][ \t\n\f\r]*([0-9]{1,2})[ \t\n\f\r]*[-/.月][ \t\n\f\r]*([0-9]{1,2})"
        r"[ \t\n\f\r]*日?[ \t\n\f\r]*" + time,
        rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[0-9]{{6}}|[0-9]{{4}}|{time})",
    ):
        if found := re.fullmatch(pattern, text):
            year, month, number = map(int, found.groups())
            if not (1900 <= year <= 2999 or year == 9999):
                return None
            try:
                return dt.date(year, month, number)
            except ValueError:
                return None
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text) and 20_000 <= int(text[:5]) <= 80_000:
        return dt.date(1899, 12, 30) + dt.timedelta(int(text[:5]))
    return None


def amount(text, scale):
    text = spoken(text)
    if text is None:
        return None
    text = re.sub(r"[ \t\n\f\r\u3000\u00a0]|人民币", "", narrow(text))
    found = re.fullmatch(r"[¥￥]?([+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?|\.[0-9]+)(万?)(元?)整?", text)
    if not found:
        return None
    factor = 10_000 if found[2] else 1 if found[3] else scale
    number = Decimal(found[1].replace(",", "")).quantize(Decimal("1e-8"), ROUND_HALF_UP)
    if abs(number) >= 10**20:
        return None
    yuan = (number * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return yuan if abs(yuan) < 10**16 else None


def number_of(text):
    return narrow(text) if text else text


numerals = st.text("0123456789０１２.．,，万元人民币¥+-整 e", max_size=12)
days = st.one_of(
    st.builds(
        "{}{}{}{}{}{}{}".format,
        st.integers(1880, 3010) | st.just(9999),
        st.sampled_from("-/.年－／．"),
        st.integers(0, 13),
        st.sampled_from(["-", "/", ".", "月", " - "]),
        st.sampled_from(["0", "00", "01", "1", "28", "29", "30", "31", "32"]),
        st.sampled_from(["", "日", "Z", " "]),
        st.sampled_from(["", " 10:30", "T10:30:00", " 9时5分", " 10:30:00.000", "x", "+08:00"]),
    ),
    st.dates(dt.date(1890, 1, 1), dt.date(3001, 1, 1)).map(str),
    st.integers(0, 99_999_999_999_999).map(str),
    st.integers(19_990, 80_010).map(lambda number: f"{number}.25"),
    st.text("0123456789-/.年月日 :T０９", max_size=14),
    st.text(max_size=6),
)


@MANY
@given(st.lists(days, min_size=1, max_size=200))
@example(
    [
        "2019-10-01",
        "20191301",
        "2019-1 -01",
        "2019- 1-01",
        "+019-10-01",
        "infinity",
        "9999-12-31",
        "1899-12-31",
        "80000",
    ]
)
def test_a_day_is_read_as_plain_python_reads_it(texts):
    assert read("decided_on", texts) == [day(text) for text in texts]


@MANY
@given(
    st.lists(numerals | st.decimals(-(10**6), 10**6, places=3).map(str), min_size=1, max_size=200),
    st.sampled_from([1, 10_000]),
)
@example(
    ["99999999999999999999", "0.00001", "0.005", "-0.005", "1,000", "1,00", "2.0000000049", "9999999999999999.99"],
    10_000,
)
def test_an_amount_is_read_as_plain_python_reads_it(texts, scale):
    assert read("fine", texts, scale) == [amount(text, scale) for text in texts]


@MANY
@given(st.lists(st.text("0123456789,.天个工作日次 －", max_size=8), min_size=1, max_size=100))
def test_a_number_is_read_as_plain_python_reads_it(texts):
    def number(text):
        text = spoken(text)
        found = text and re.fullmatch(
            r"([+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+))(?:\.0+)?(?:个?工作日|天|日|次|宗|件|年度?|个)?",
            re.sub(r"[ \t\n\u3000\u00a0]", "", narrow(text)),
        )
        return int(found[1].replace(",", "")) if found else None

    assert read("promised_days", texts, kind="licence") == [number(text) for text in texts]


@MANY
@given(
    st.lists(
        st.sampled_from(["是", "否", "Ｙ", "n", "TRUE", "无", "有", "√", "-", "也许", " 1 ", "0.0", "1.0", "２"]),
        min_size=1,
    )
)
def test_a_flag_is_read_as_plain_python_reads_it(texts):
    yes, no = (
        {"是", "1", "y", "yes", "t", "true", "有", "√", "✓", "1.0"},
        {"否", "0", "n", "no", "f", "false", "无", "0.0"},
    )

    def flag(text):
        text = narrow(spoken(text, is_flag=True) or "").lower()
        return True if text in yes else False if text in no else None

    assert read("is_major", texts) == [flag(text) for text in texts]


@MANY
@given(
    st.lists(
        st.text("青公罚字第号0123456789２０１９〔〕【】[]()（）［］ \u3000－", max_size=16), min_size=1, max_size=100
    ),
    st.sampled_from(list(KINDS.values())),
)
def test_a_document_number_is_read_as_plain_python_reads_it(texts, kind):
    def number(text):
        text = spoken(text)
        if text is None:
            return None
        if not re.search(r"[\s\u3000\u00a0\uff01-\uff5e【】〖〗﹝﹞\[\](){}]", text):
            return text
        bare = re.sub(r"[ \t\n\f\r\u3000\u00a0]", "", narrow(text))
        return re.sub(r"[〔\[【(﹝［（{〖]?([0-9]{4})[〕\]】)﹞］）}〗]", r"〔\1〕", bare)

    assert read(kind.key, texts, kind=kind.id) == [number(text) for text in texts]


@MANY
@given(st.lists(st.text(max_size=8) | st.text("".join(BLANK) + "-/无a", max_size=4), min_size=1, max_size=100))
def test_a_text_is_read_as_plain_python_reads_it(texts):
    texts = [text.replace("\0", "") for text in texts]
    assert read("remark", texts) == [spoken(text) for text in texts]


@MANY
@given(st.lists(st.text("0123456789abXYＡ９ \u3000", max_size=20), min_size=1, max_size=100))
def test_a_credit_code_is_read_as_plain_python_reads_it(texts):
    def code(text):
        text = spoken(text)
        return text and re.sub(r"[ \t\n\u3000\u00a0]", "", narrow(text)).upper()

    assert read("uscc", texts) == [code(text) for text in texts]


USUAL = {
    "text": ["青公罚〔2019〕1号", "91419821MAQF8WGJ6F", "16001000009", "有效", "一行\n二行"],
    "day": ["2019-10-01", "2099-12-31", "9999-12-31", "1900-01-01"],
    "amount": ["2000", "300.50", "0.2"],
    "number": ["20", "0", "-5"],
    "flag": ["是", "否", "1", "false"],
}
odd = st.one_of(
    st.sampled_from(
        ["无", "-", "NULL", "4.1E+17", "4.1E＋17", " 有效", "有效\u200b", "青【2019】 １号", "abc", "TRUE"]
    ),
    st.sampled_from(
        ["2019- 1-01", "2019/10/1", "02019-1-01", "3000-01-01", "1899-12-31", "2019-02-30", "epoch", "1e3"]
    ),
    st.sampled_from(["007", "+5", "-0", "1,000", "3.", "9999999999999", "99999999999999999999", "0.2万元", "也许"]),
    st.text("0123456789-/.+E是１９ \t\u3000号", max_size=11),
)


def column_cells(column):
    usual = st.sampled_from(USUAL[column.type])
    return st.one_of(usual, usual, usual, usual, odd) if column.required else st.one_of(usual, st.none(), usual, odd)


def both_ways(kind, columns, sent, scale=1, unit=None):
    """Rows as every row is judged, and as they are where the plain ones are set apart: values, then cells if any."""
    fields = [Field(one.name, at, "", scale if one.type == "amount" else 1) for at, one in enumerate(columns)]
    readings = [reading(KINDS[kind], field, unit) for field in fields]
    cells = ", ".join(f"unnest(?::VARCHAR[]) AS c{at}" for at in range(len(columns)))
    shown = ", ".join(f"v_{one.name}" for one in columns)
    with duckdb.connect(":memory:") as opened:
        query = f"CREATE TABLE sent AS SELECT unnest(range({len(sent)})) AS n, NULL::VARCHAR AS flaws, {cells}"
        opened.execute(query, [list(cells) for cells in zip(*sent, strict=True)])
        both = [query(readings, "sent", len(columns), is_loose=True) for query in (select, apart)]
        return [opened.execute(f"SELECT original, {shown}, cells FROM ({one}) ORDER BY n").fetchall() for one in both]


@MANY
@given(
    rows=st.data(),
    kind=st.sampled_from(sorted(KINDS)),
    scale=st.sampled_from([1, 10_000]),
    unit=st.sampled_from([None, "青溪县公安局"]),
)
def test_a_plain_row_is_read_as_every_row_is(rows, kind, scale, unit):
    columns = [KINDS[kind].by_name["unit"], *KINDS[kind].columns]
    sent = rows.draw(st.lists(st.tuples(*map(column_cells, columns)), min_size=1, max_size=40))
    for cells, one, other in zip(sent, *both_ways(kind, columns, sent, scale, unit), strict=True):
        assert other == one if other[-1] is None else other[-1] == list(cells)


def test_a_row_that_is_spelt_as_most_are_is_plain():
    texts = {"uscc": "91419821MAQF8WGJ6F", "fine": "0.2", "is_major": "否", "decided_on": "2019-10-01", "remark": None}
    columns = [KINDS["penalty"].by_name[name] for name in ("unit", "document_number", "officer1", *texts)]
    row = ["青溪县公安局", "青公罚〔2019〕1号", "16001000009", *texts.values()]
    odd = [[*row[:at], " 无", *row[at + 1 :]] for at in range(len(row))]
    _every, (plain, *others) = both_ways("penalty", columns, [row, *odd], 10_000)
    assert plain[0] == '{"fine":"0.2"}' and plain[-1] is None
    assert [one[-1] for one in others] == odd


def test_wide_signs_are_those_of_unicode():
    wide = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
    assert narrow(wide) == unicodedata.normalize("NFKC", wide)
