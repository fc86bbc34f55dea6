"""One party's rows of all ledgers and units in time order, found by a code that is told to be wrong where it is."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import make_store

from ducha.cli import main
from ducha.domain.errors import Invalid
from ducha.engines.ledgers import reading
from ducha.engines.ledgers.checking.query import USCC_ALPHABET as ALPHABET
from ducha.engines.ledgers.dossier import Dossier, check_sign, dossier, faults_of, normal
from ducha.engines.ledgers.kinds import KINDS

# The code of Baidu's company in Beijing, as everybody can look it up; the others are invented.
REAL = "91110000802100433B"
USCC = "91410400MA00000001"[:17] + check_sign("91410400MA0000000")
POLICE, MARKET = "青溪县公安局", "青溪县市场监督管理局"

LEDGERS = {
    "penalty": [
        {
            "document_number": "青公罚〔2019〕7号",
            "decided_on": "2019-06-03",
            "uscc": USCC,
            "party_name": "青溪甲有限公司",
            "violation": "未登记",
            "category": "罚款",
            "fine": "2000.50",
            "confiscated": None,
            "revoked_on": None,
            "legal_representative": "张三",
            "identity_number": "410411199001011234",
            "facts": "张三未登记",
        },
        {
            "unit": MARKET,
            "document_number": "青市监罚〔2018〕1号",
            "decided_on": "2018-02-01",
            "uscc": USCC,
            "party_name": "青溪甲商店",
            "violation": "警告",
            "category": "警告",
            "revoked_on": "2018-03-01",
        },
        {"document_number": "青公罚〔2019〕8号", "decided_on": "2019-06-03", "uscc": REAL, "fine": "9"},
        {
            "document_number": "青公罚〔2019〕9号",
            "decided_on": "2019-07-03",
            "uscc": USCC,
            "party_name": "青溪甲有限公司",
            "fine": "100",
            "confiscated": "20",
        },
    ],
    "licence": [
        {"unit": MARKET, "document_number": "许1", "decided_on": "2017-05-05", "uscc": USCC, "title": "食品经营许可"}
    ],
    "coercion": [
        {
            "document_number": "强1",
            "imposed_on": "2019-06-01",
            "uscc": USCC,
            "measure": "查封",
            "lifted_on": "2019-06-20",
        }
    ],
    "inspection_record": [
        {"unit": MARKET, "record_number": "查1", "inspected_on": "2019-01-09", "uscc": USCC, "result": "未发现问题"}
    ],
    "start_up": [{"unit": MARKET, "application_number": "企1", "applied_on": "2017-01-02", "uscc": USCC}],
    "officer": [{"certificate_number": USCC, "name": "李四"}],
}


def found(data: Path, uscc: str = USCC, units=None) -> Dossier:
    return dossier(make_store(data, LEDGERS), uscc, units)


def test_everything_about_the_party_comes_in_time_order_over_kinds_and_units(tmp_path):
    told = [(str(entry.day), entry.unit, entry.kind, entry.what, entry.key) for entry in found(tmp_path).entries]
    assert told == [
        ("2017-01-02", MARKET, "start_up", "", "企1"),
        ("2017-05-05", MARKET, "licence", "食品经营许可", "许1"),
        ("2018-02-01", MARKET, "penalty", "警告", "青市监罚〔2018〕1号"),
        ("2019-01-09", MARKET, "inspection_record", "未发现问题", "查1"),
        ("2019-06-01", POLICE, "coercion", "查封", "强1"),
        ("2019-06-03", POLICE, "penalty", "未登记 · 罚款", "青公罚〔2019〕7号"),
        ("2019-07-03", POLICE, "penalty", "", "青公罚〔2019〕9号"),
    ]


def test_an_amount_is_the_fine_and_what_was_confiscated_and_unknown_where_neither_stands(tmp_path):
    entries = {entry.key: entry for entry in found(tmp_path).entries}
    assert entries["青公罚〔2019〕7号"].amount == Decimal("2000.50")
    assert entries["青公罚〔2019〕9号"].amount == Decimal("120.00")
    assert entries["青市监罚〔2018〕1号"].amount is None and entries["许1"].amount is None


def test_each_entry_names_its_source_and_row_and_when_it_ended(tmp_path):
    entries = {entry.key: entry for entry in found(tmp_path).entries}
    assert (entries["青公罚〔2019〕9号"].source, entries["青公罚〔2019〕9号"].source_row) == ("penalty.csv", 5)
    assert entries["强1"].ended_on == date(2019, 6, 20) and entries["青市监罚〔2018〕1号"].ended_on == date(2018, 3, 1)
    assert entries["青公罚〔2019〕7号"].ended_on is None


def test_the_names_it_went_under_are_told_with_their_time(tmp_path):
    names = [(name.name, name.rows, str(name.first_on), str(name.last_on)) for name in found(tmp_path).names]
    assert names == [
        ("青溪甲商店", 1, "2018-02-01", "2018-02-01"),
        ("青溪甲有限公司", 2, "2019-06-03", "2019-07-03"),
    ]


def test_totals_count_rows_units_and_yuan_by_kind(tmp_path):
    totals = [(one.kind, one.rows, one.ended, one.units, one.amount) for one in found(tmp_path).totals]
    assert totals == [
        ("penalty", 3, 1, 2, Decimal("2120.50")),
        ("licence", 1, 0, 1, None),
        ("coercion", 1, 1, 1, None),
        ("inspection_record", 1, 0, 1, None),
        ("start_up", 1, 0, 1, None),
    ]


def test_a_unit_may_be_shown_its_own_rows_alone(tmp_path):
    assert {entry.unit for entry in found(tmp_path, units=[POLICE]).entries} == {POLICE}
    assert found(tmp_path, units=[]).entries == () and found(tmp_path, units=["别处"]).entries == ()


def test_nothing_of_a_person_is_in_it(tmp_path):
    told = repr(found(tmp_path))
    assert not [secret for secret in ("张三", "410411199001011234", "李四") if secret in told]


def test_every_kind_with_a_code_is_read_and_no_personal_column_is_named():
    from ducha.engines.ledgers.dossier import _TOLD

    assert set(_TOLD) == {kind.id for kind in KINDS.values() if "uscc" in kind.by_name}
    for kind, told in _TOLD.items():
        named = [*told.what, *told.amounts, *([told.ended] if told.ended else [])]
        assert not [name for name in named if KINDS[kind].by_name[name].personal]


@pytest.mark.parametrize(
    "typed",
    [
        USCC.lower(),
        f" {USCC[:8]} {USCC[8:]}\n",
        f"{USCC[:2]}-{USCC[2:]}",
        USCC.translate({ord("9"): "９", ord("M"): "Ｍ"}),
    ],
)
def test_a_code_is_found_however_it_is_typed(tmp_path, typed):
    assert found(tmp_path, typed).uscc == USCC and len(found(tmp_path, typed).entries) == 7


@pytest.mark.parametrize("code", ["' OR 1=1 --", "%", "", USCC + "\x00"])
def test_what_is_no_code_finds_nothing_and_breaks_nothing(tmp_path, code):
    assert found(tmp_path, code).entries == () and found(tmp_path, code).faults


def test_a_faulty_code_is_told_and_its_rows_are_found(tmp_path):
    faulty = USCC[:17] + ("2" if USCC[17] != "2" else "3")
    row = {"document_number": "1", "decided_on": "2019-01-01", "uscc": faulty}
    told = dossier(make_store(tmp_path, {"penalty": [row]}), faulty)
    assert [entry.key for entry in told.entries] == ["1"]
    assert told.faults == (
        f"The code “{faulty}” ends in “{faulty[-1]}”; by the others before it, it must end in “{USCC[-1]}”.",
    )


def test_a_valid_code_has_no_faults():
    assert faults_of(REAL) == faults_of(USCC) == ()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("123", ["The code “123” has 3 characters; a unified social credit code has 18."]),
        ("9111000080210043OI", ["has “OI”; only digits and capitals without I, O, S, V, Z"]),
        ("9Z", ["has 2 characters", "has “Z”"]),
        ("", ["has 0 characters"]),
        ("91110000802100433A", ["ends in “A”; by the others before it, it must end in “B”"]),
    ],
)
def test_what_is_wrong_with_a_code_is_told(code, said):
    faults = faults_of(code)
    assert len(faults) == len(said) and all(part in fault for part, fault in zip(said, faults, strict=True))


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_always_found(first, at, other):
    code = first + check_sign(first)
    assert not faults_of(code)
    assert bool(faults_of(code[:at] + other + code[at + 1 :])) == (code[at] != other)


@given(st.text(max_size=17))
def test_any_text_is_told_to_be_no_code(text):
    assert faults_of(normal(text))


def test_a_store_without_ledgers_holds_nothing(tmp_path):
    assert dossier(make_store(tmp_path, {}), USCC).entries == ()


def test_a_folder_that_is_no_store_is_refused(tmp_path):
    with pytest.raises(Invalid, match="holds no ledgers: there is no ledgers/manifest.json in it"):
        reading.existing(tmp_path)


def test_the_command_prints_names_totals_and_entries(tmp_path, capsys):
    make_store(tmp_path, LEDGERS)
    assert main(["ledger", "party", USCC, "--ledgers", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[:4] == [
        USCC,
        "  青溪甲商店  1 rows, 2018-02-01 – 2018-02-01",
        "  青溪甲有限公司  2 rows, 2019-06-03 – 2019-07-03",
        "行政处罚: 3 (1 ended) by 2 units, 2120.50 yuan",
    ]
    assert shown.out.splitlines()[-2:] == [
        f"2019-06-03  {POLICE}  行政处罚  未登记 · 罚款  青公罚〔2019〕7号  2000.50 yuan  (penalty.csv, row 2)",
        f"2019-07-03  {POLICE}  行政处罚  青公罚〔2019〕9号  120.00 yuan  (penalty.csv, row 5)",
    ]
    assert shown.err == ""


def test_the_command_prints_json_for_programs(tmp_path, capsys):
    make_store(tmp_path, LEDGERS)
    assert main(["ledger", "party", USCC, "--ledgers", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["entries"][5]["amount"] == "2000.50" and told["entries"][5]["day"] == "2019-06-03"
    assert told["totals"][0] == {"kind": "penalty", "rows": 3, "ended": 1, "units": 2, "amount": "2120.50"}


def test_the_command_says_no_about_a_party_that_nobody_knows(tmp_path, capsys):
    make_store(tmp_path, LEDGERS)
    assert main(["ledger", "party", "123", "--ledgers", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert shown.out == "No ledger here holds anything about “123”.\n"
    assert "has 3 characters" in shown.err
