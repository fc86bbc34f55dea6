"""What a unit claims in words, as a figure beside the computed one."""

from decimal import Decimal

import pytest

from ducha.domain.claims import figure_claimed, is_better


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("95 %", "95"),
        ("约96.5％", "96.5"),
        ("全部", "100"),
        ("100", "100"),
        ("已达 80%以上", "80"),
        ("均已公示", "100"),
        ("共 1204 件，公示 95.5%", "95.5"),
    ],
)
def test_shares_in_words(words, share):
    assert figure_claimed(words, "%", bare=False) == Decimal(share)


@pytest.mark.parametrize(
    "words", ["", "7 个工作日", "未全部公示", "2 人", "基本做到", "5", "95." + "0" * 40 + "1%", "9" * 40 + "%"]
)
def test_what_claims_no_share(words):
    assert figure_claimed(words, "%", bare=False) is None


def test_a_bare_number_is_meant_in_the_unit_that_is_asked_in():
    assert figure_claimed("95", "%") == 95
    assert figure_claimed("120", "个") == figure_claimed("共120个事项", "个") == 120
    assert figure_claimed("全部", "个") is None


@pytest.mark.parametrize(
    ("words", "computed", "is_it"),
    [
        ("95 %", "71.2", True),
        ("72%", "71.2", True),
        ("71 %", "71.2", False),
        ("50%", "71.2", False),
        # only rounding
        ("95", "94.96", False),
        ("95", "94.5", False),
        ("95", "94.49", True),
        ("95.0 %", "94.96", False),
        ("95.00 %", "94.96", True),
        # all is all
        ("100 %", "99.96", False),
        ("全部", "99.96", True),
        ("全部", "100", False),
        ("基本做到", "3", False),
    ],
)
def test_a_figure_is_better_only_beyond_rounding(words, computed, is_it):
    assert is_better(words, Decimal(computed), "%") is is_it


@pytest.mark.parametrize(
    ("words", "computed", "is_it"), [("3 %", "8.3", True), ("9%", "8.3", False), ("8 %", "8.3", False)]
)
def test_where_smaller_is_better_the_smaller_figure_is(words, computed, is_it):
    assert is_better(words, Decimal(computed), "%", smaller=True) is is_it


def test_a_count_is_held_against_a_count():
    assert is_better("120 个", Decimal(95), "个") and not is_better("95 个", Decimal(95), "个")
    assert is_better("5个", Decimal(9), "个", smaller=True)
