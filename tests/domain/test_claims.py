"""What a unit claims in words, as a share."""

from decimal import Decimal

import pytest

from ducha.domain.claims import is_more_than, percent_claimed


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("95 %", "95"),
        ("约96.5％", "96.5"),
        ("全部", "100"),
        ("100", "100"),
        ("已达 80%以上", "80"),
        ("均已公示", "100"),
    ],
)
def test_shares_in_words(words, share):
    assert percent_claimed(words) == Decimal(share)


@pytest.mark.parametrize("words", ["", "7 个工作日", "未全部公示", "2 人", "基本做到"])
def test_what_claims_no_share(words):
    assert percent_claimed(words) is None


def test_a_claim_is_more_only_beyond_rounding():
    assert is_more_than("95 %", Decimal("71.2"))
    assert not is_more_than("72%", Decimal("71.2"))
    assert not is_more_than("50%", Decimal("71.2"))
    assert not is_more_than("全部", None)
