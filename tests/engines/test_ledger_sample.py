"""A sample is drawn so that anyone draws it again, is spread over the strata, and says why it is so large."""

import json
import random
from datetime import date
from math import comb
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import UNIT, Row, make_store

from ducha.cli import main
from ducha.domain.errors import Invalid
from ducha.engines.ledgers.reading import database
from ducha.engines.ledgers.sampling import (
    Reviewed,
    Sample,
    Stratum,
    allocate,
    clean_bound,
    estimate,
    interval,
    rank,
    sample,
    size_for,
)

OTHER = "汝河县公安局"


def penalties(
    count: int, *, year: int = 2019, procedure: str | None = "普通程序", major: bool | None = False
) -> list[Row]:
    """Penalties of one stratum, numbered from 1."""
    return [
        {
            "document_number": f"{procedure}{major}〔{year}〕{number}号",
            "decided_on": f"{year}-03-{number % 28 + 1:02d}",
            "party_name": f"甲{number}公司",
            "procedure": procedure,
            "is_major": major,
        }
        for number in range(1, count + 1)
    ]


MIXED = [
    *penalties(300),
    *penalties(96, procedure="简易程序"),
    *penalties(3, major=True),
    *penalties(40, year=2018),
    *penalties(1, year=2018, procedure=None, major=None),
]


def drawn(data: Path, rows: list[Row] = MIXED, **how) -> Sample:
    store = make_store(data, {"penalty": rows})
    return sample(store, **{"unit": UNIT, "size": 20, "seed": "甲", **how})


def keys(found: Sample) -> list[str]:
    return [file.key for file in found.files]


def test_the_same_seed_and_ledgers_draw_the_same_files_wherever_and_in_whatever_order_they_lie(tmp_path):
    shuffled = random.Random(1).sample(MIXED, len(MIXED))
    assert keys(drawn(tmp_path / "a")) == keys(drawn(tmp_path / "b", shuffled))


def test_another_seed_draws_others(tmp_path):
    assert keys(drawn(tmp_path)) != keys(drawn(tmp_path, seed="乙"))


def test_the_draw_is_one_that_anyone_can_check_with_standard_tools():
    # printf '["penalty", "甲局", "1号", 1]' | openssl dgst -sha256 -hmac 种子
    expected = "b0e65ea4"
    assert rank("种子", "penalty", "甲局", "1号", 1).hex()[:8] == expected


def test_the_lowest_in_rank_are_drawn(tmp_path):
    rows = penalties(50)
    found = drawn(tmp_path, rows, size=7)
    by_rank = sorted((row["document_number"] for row in rows), key=lambda key: rank("甲", "penalty", UNIT, key, 1))
    assert set(keys(found)) == set(by_rank[:7])


def test_a_case_file_more_leaves_the_order_of_the_others(tmp_path):
    before, after = (set(keys(drawn(tmp_path, penalties(count), size=20))) for count in (200, 201))
    assert len(before & after) >= 19


def test_a_number_that_stands_twice_is_two_case_files(tmp_path):
    found = drawn(tmp_path, penalties(1) * 3, size=3)
    assert [file.source_row for file in found.files] == [2, 3, 4]


def test_every_stratum_gives_one_and_the_large_ones_their_proportion(tmp_path):
    found = drawn(tmp_path, size=44)
    assert [(tuple(share.stratum), share.population, share.drawn) for share in found.shares] == [
        ((2018, "普通程序", False), 40, 4),
        ((2018, None, None), 1, 1),
        ((2019, "普通程序", True), 3, 1),
        ((2019, "普通程序", False), 300, 29),
        ((2019, "简易程序", False), 96, 9),
    ]
    assert len(found.files) == len(set(keys(found))) == 44


def test_a_case_file_tells_where_it_lies_and_from_which_stratum_it_came(tmp_path):
    (file,) = drawn(tmp_path, penalties(1), size=1).files
    assert (file.key, file.party, file.day) == ("普通程序False〔2019〕1号", "甲1公司", date(2019, 3, 2))
    assert (file.stratum, file.source, file.source_row) == (Stratum(2019, "普通程序", False), "penalty.csv", 2)
    assert file.flagged is None


def test_a_ledger_that_was_sent_without_procedure_is_sampled_by_year(tmp_path):
    rows = [{"document_number": str(at), "decided_on": f"{2018 + at % 2}-05-01"} for at in range(40)]
    found = drawn(tmp_path, rows, size=10)
    assert [(share.stratum, share.drawn) for share in found.shares] == [
        (Stratum(2018, None, None), 5),
        (Stratum(2019, None, None), 5),
    ]


def test_a_licence_has_neither_procedure_nor_weight(tmp_path):
    rows = [{"document_number": str(at), "decided_on": "2019-05-01", "party_name": "乙"} for at in range(9)]
    store = make_store(tmp_path, {"licence": rows})
    found = sample(store, unit=UNIT, kind="licence", size=4, seed="甲")
    assert len(found.files) == 4 and found.shares[0].stratum == Stratum(2019, None, None)


def test_other_units_case_files_are_not_drawn(tmp_path):
    rows = [*penalties(10), *({**row, "unit": OTHER} for row in penalties(90, procedure="简易程序"))]
    found = drawn(tmp_path, rows, size=10)
    assert found.size.population == 10 and all("普通程序" in key for key in keys(found))


def test_what_was_decided_after_the_day_is_not_drawn(tmp_path):
    found = drawn(tmp_path, penalties(28), size=3, on=date(2019, 3, 5))
    assert found.size.population == 5 and all(file.day <= date(2019, 3, 5) for file in found.files)


def test_files_that_a_rule_flagged_are_told_apart(tmp_path):
    violations = tmp_path / "violations.parquet"
    rows = (
        "('penalty_served', 'penalty.csv', 3), ('legal_review', 'penalty.csv', 3), ('legal_review', 'licence.csv', 2)"
    )
    duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS v(rule, source, source_row)").write_parquet(str(violations))
    found = drawn(tmp_path, penalties(3), size=3, violations=violations)
    assert [file.flagged for file in found.files] == [(), ("legal_review", "penalty_served"), ()]


@pytest.mark.parametrize("content", [b"", b"rule,source\n", None])
def test_a_file_of_violations_that_is_none_is_named(tmp_path, content):
    violations = tmp_path / "violations.parquet"
    if content is None:
        duckdb.sql("SELECT 1 AS other").write_parquet(str(violations))
    else:
        violations.write_bytes(content)
    with pytest.raises(Invalid, match="violations.parquet” is no Parquet file of violations with the columns rule"):
        drawn(tmp_path, penalties(3), size=3, violations=violations)


# The first is Cochran's own: an island of 3,200 people, t = 2, n₀ = 400 (section 4.4). The others worked by hand:
# 384.16 for an unlimited population; 72.99 corrected for 60 is 33.18.
@pytest.mark.parametrize(
    ("population", "confidence", "precision", "rate", "files"),
    [
        (3200, 0.9545, 0.05, 0.5, 356),
        (10**9, 0.95, 0.05, 0.5, 385),
        (60, 0.95, 0.05, 0.05, 34),
        (1, 0.95, 0.05, 0.05, 1),
        (5, 0.95, 0.01, 0.5, 5),
    ],
)
def test_the_size_follows_cochrans_formula(population, confidence, precision, rate, files):
    assert size_for(population, confidence=confidence, precision=precision, expected_rate=rate) == files


def test_the_computed_size_and_all_that_it_rests_on_are_told(tmp_path):
    found = drawn(tmp_path, size=None)
    assert found.size.files == len(found.files) == 63
    assert found.size.reason == (
        "Of 440 case files, 63 by the formula for a proportion with finite population correction (Cochran 1977, 4.4): "
        "confidence 0.95, precision ±0.05, expected rate of faulty files 0.05."
    )


def test_a_computed_size_below_the_number_of_strata_is_raised_to_it(tmp_path):
    rows = [row for year in range(2000, 2020) for row in penalties(1, year=year)]
    found = drawn(tmp_path, rows, size=None, precision=0.4, expected_rate=0.1)
    assert found.size.files == 20 and found.size.reason.endswith("Raised to 20: one from each stratum.")


def test_a_size_that_was_asked_for_says_what_it_can_tell(tmp_path):
    assert drawn(tmp_path, size=20).size.reason == (
        "20 of 440 case files as asked for: with confidence 0.95 they give the rate of faulty files to ±0.093 where it "
        "is 0.05."
    )


@pytest.mark.parametrize(("population", "files"), [(440, 63), (100, 59), (30, 30), (1000, 1)])
def test_the_clean_bound_is_the_last_count_of_faults_that_could_have_been_missed(population, files):
    bound = clean_bound(population, files, 0.95)
    missed = [comb(population - faulty, files) / comb(population, files) for faulty in (bound, bound + 1)]
    assert missed[0] > 0.05 >= missed[1]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"size": 441}, "A sample of “441” cannot be drawn: there are 440 case files, ask for 1 to so many."),
        ({"size": 0}, "A sample of “0” cannot be drawn: there are 440 case files, ask for 1 to so many."),
        ({"size": 4}, "“4” files cannot come from 5 strata, one from each: ask for 5 or more."),
        ({"confidence": 1.0}, "The confidence is “1.0”; it must lie between 0 and 1, such as 0.95."),
        ({"confidence": 95}, "The confidence is “95”; it must lie between 0 and 1, such as 0.95."),
        ({"confidence": float("nan")}, "The confidence is “nan”; it must lie between 0 and 1, such as 0.95."),
        ({"precision": 0, "expected_rate": -1}, "The precision is “0”; .*The expected rate is “-1”;"),
        ({"unit": OTHER}, f"“{OTHER}” has no ledger “penalty”; 1 units have one: {UNIT}."),
        ({"kind": "licence"}, "No unit has a ledger “licence” here."),
        ({"kind": "officer"}, "A ledger “officer” has no case files; there are penalty, licence, coercion, "),
        ({"seed": ""}, "A sample needs a seed: without one nobody can draw it again."),
        ({"on": date(2000, 1, 1)}, f"No penalty of “{UNIT}” is dated up to “2000-01-01”."),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(tmp_path, how, said):
    with pytest.raises(Invalid, match=said):
        drawn(tmp_path, **how)


STRATA = st.dictionaries(
    st.builds(Stratum, st.integers(2015, 2019), st.sampled_from(["普通程序", "简易程序", None]), st.booleans()),
    st.integers(1, 5000),
    min_size=1,
    max_size=20,
)


@given(STRATA, st.data())
def test_an_allocation_takes_all_files_one_at_least_from_each_and_none_that_is_not_there(counts, data):
    size = data.draw(st.integers(len(counts), sum(counts.values())))
    given_files = allocate(size, counts)
    assert sum(given_files.values()) == size and set(given_files) == set(counts)
    assert all(1 <= given_files[stratum] <= counts[stratum] for stratum in counts)
    assert all(
        given_files[one] <= given_files[other] or given_files[one] - given_files[other] <= (given_files[other] == 1)
        for one in counts
        for other in counts
        if counts[one] < counts[other]
    )


# Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_over_an_unlimited_population_is_wilsons(successes, n, low, high):
    assert interval(successes, n, 0.95, 10**9) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_narrows_with_the_part_that_was_seen_and_ends_in_the_share_itself():
    widths = [
        high - low for low, high in (interval(10, 100, 0.95, population) for population in (10**6, 1000, 200, 101))
    ]
    assert widths == sorted(widths, reverse=True)
    assert interval(10, 100, 0.95, 100) == (0.1, 0.1)
    assert interval(0, 0, 0.95, 100) == (0.0, 1.0)


def test_the_interval_holds_the_true_share_about_as_often_as_it_says():
    population, n = 120, 30
    found = [interval(seen, n, 0.95, population) for seen in range(n + 1)]
    held = sum(
        comb(faulty, seen) * comb(population - faulty, n - seen) / comb(population, n)
        for faulty in range(population + 1)
        for seen, (low, high) in enumerate(found)
        if low <= faulty / population <= high
    )
    assert 0.94 <= held / (population + 1) <= 0.97


# Strata by their sizes, how many of each are faulty, how many files are drawn of all.
DRAWN = [
    ([412], [30], 60),
    ([200, 150, 62], [20, 10, 5], 60),
    ([50, 40], [25, 2], 41),
    # Small strata give one file each, far more than their proportion.
    ([400, 5, 5, 5, 5], [20, 5, 5, 5, 5], 8),
    ([400, 5, 5, 5, 5], [80, 0, 0, 0, 0], 20),
    ([400] + 12 * [3], [40] + 12 * [3], 40),
    ([400] + 12 * [3], [40] + 12 * [0], 40),
]


def reviewed(sizes: list[int], faults: list[int], files: int, chance: random.Random) -> list[Reviewed]:
    """What the review of a sample finds that is allocated as samples are."""
    drawn = allocate(files, {Stratum(at, None, None): size for at, size in enumerate(sizes)})
    parts = [drawn[Stratum(at, None, None)] for at in range(len(sizes))]
    return [
        Reviewed(size, part, sum(file < faulty for file in chance.sample(range(size), part)))
        for size, faulty, part in zip(sizes, faults, parts, strict=True)
    ]


@pytest.mark.parametrize(("sizes", "faults", "files"), DRAWN)
def test_the_estimate_holds_the_true_share_at_least_about_as_often_as_it_says(sizes, faults, files):
    chance, true = random.Random(2019), sum(faults) / sum(sizes)
    found = [estimate(reviewed(sizes, faults, files, chance), 0.95) for _ in range(1500)]
    assert sum(low - 1e-9 <= true <= high + 1e-9 for low, high in found) / len(found) >= 0.94


def test_the_estimate_of_one_stratum_is_the_interval_and_of_all_files_the_share_itself():
    assert estimate([Reviewed(412, 30, 3)], 0.95) == pytest.approx(interval(3, 30, 0.95, 412))
    assert estimate([Reviewed(20, 20, 3), Reviewed(5, 5, 1)], 0.95) == pytest.approx((4 / 25, 4 / 25))
    assert estimate([Reviewed(1, 1, 1)], 0.95) == (1, 1)


def test_the_estimate_never_leaves_what_was_counted():
    low, high = estimate([Reviewed(10, 9, 0), Reviewed(1, 1, 1)], 0.95)
    assert low >= 1 / 11 and high <= 2 / 11 + 1e-9


@pytest.mark.parametrize(("successes", "n", "population"), [(5, 4, 10), (-1, 4, 10), (1, 11, 10), (0, 0, 0)])
def test_an_interval_over_counts_that_cannot_be_is_refused(successes, n, population):
    with pytest.raises(Invalid, match="cannot be: each must be at most the next"):
        interval(successes, n, 0.95, population)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, float("nan")])
def test_an_interval_needs_a_confidence_between_0_and_1(confidence):
    with pytest.raises(Invalid, match="The confidence is"):
        interval(1, 2, confidence, 10)


def ask(data: Path, *more: str) -> int:
    return main(["ledger", "sample", "--ledgers", str(data), "--unit", UNIT, "--seed", "甲", *more])


def test_the_command_prints_the_sample_by_stratum(tmp_path, capsys):
    make_store(tmp_path, {"penalty": penalties(2)})
    assert ask(tmp_path, "--size", "auto", "--on", "2019-12-31") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{UNIT}  penalty  seed “甲”  up to 2019-12-31",
        "Of 2 case files, 2 by the formula for a proportion with finite population correction (Cochran 1977, 4.4): "
        "confidence 0.95, precision ±0.05, expected rate of faulty files 0.05.",
        "If none of them is faulty, at most 0 of 2 are.",
        "",
        "2019 · 普通程序 · not major: 2 of 2",
        "  2019-03-02  普通程序False〔2019〕1号  甲1公司",
        "  2019-03-03  普通程序False〔2019〕2号  甲2公司",
    ]


def test_the_command_prints_json_for_programs(tmp_path, capsys):
    wanted = drawn(tmp_path)
    assert ask(tmp_path, "--size", "20", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [file["key"] for file in found["case_files"]] == keys(wanted)
    assert found["case_files"][0]["why"] == "2018 · 普通程序 · not major: 2 of 40"
    assert (found["size"], found["population"], found["confidence"]) == (20, 440, 0.95)


@pytest.mark.parametrize(("size", "code"), [("-1", 1), ("1000", 1), ("many", 2), ("1.5", 2)])
def test_the_command_refuses_a_size_that_is_none(tmp_path, capsys, size, code):
    drawn(tmp_path)
    try:
        assert ask(tmp_path, f"--size={size}") == code
    except SystemExit as ended:
        assert ended.code == code
    assert f"“{size}”" in capsys.readouterr().err


def test_a_folder_without_ledgers_is_named(tmp_path, capsys):
    assert ask(tmp_path, "--size", "auto") == 1
    assert f"“{tmp_path}” holds no ledgers" in capsys.readouterr().err


def test_only_the_ledgers_that_are_sampled_can_be_read(tmp_path):
    make_store(
        tmp_path / "it's", {"penalty": penalties(1), "licence": [{"document_number": "1", "decided_on": "2019-01-01"}]}
    )
    licence, penalty = (next((tmp_path / "it's" / "ledgers" / kind).iterdir()) for kind in ("licence", "penalty"))
    opened = database([penalty])
    assert opened.execute("SELECT count(*) FROM read_parquet(?)", [str(penalty)]).fetchone() == (1,)
    for query in (
        f"FROM read_parquet('{str(licence).replace(chr(39), chr(39) * 2)}')",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            opened.execute(query).fetchall()
