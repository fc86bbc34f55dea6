"""A person's identity number is masked wherever it stands; a credit code is not."""

import pytest

from ducha.engines.ledgers.dossier import check_sign
from ducha.engines.ledgers.persons import masked, names_person

SHOWN = "410***********1234"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("410400198001011234", SHOWN),
        ("41040019800101123x", "410***********123X"),
        ("４１０４００１９８００１０１１２３４", SHOWN),
        ("410400１９８００１０１123Ｘ", "410***********123X"),
        ("410400 19800101 1234", SHOWN),
        ("410400-19800101-1234", SHOWN),
        ("410400\u300019800101\u30001234", SHOWN),
        ("410400\u200b19800101\u20131234", SHOWN),
        ("410400800101123", "410********1123"),
        ("４１０４００ 800101 123", "410********1123"),
        ("统一社会信用代码“410400198001011234”不符合校验规则", f"统一社会信用代码“{SHOWN}”不符合校验规则"),
        ("2019-09-02 410400198001011234", f"2019-09-02 {SHOWN}"),
        ("410400198001011234 2019-09-02", f"{SHOWN} 2019-09-02"),
        ("甲410400198001011234，乙410400800101123。", f"甲{SHOWN}，乙410********1123。"),
        ("ID410400198001011234号", f"ID{SHOWN}号"),
    ],
)
def test_a_persons_number_is_masked_however_it_is_written(sent, shown):
    assert masked(sent) == shown and names_person(sent)


@pytest.mark.parametrize(
    "text",
    [
        "91410400MA40000012",
        "914104001234567890",
        "12410400416000123A",
        "2019-09-02 至 2019-09-20，超期 7 个工作日",
        "2019-09-02 2019-09-20 12",
        "青罚〔2019〕2号",
        "410400100012345",
        "6222024198001011234567",
        "",
    ],
)
def test_codes_days_and_numbers_of_other_kinds_stay_as_they_are(text):
    assert masked(text) == text and not names_person(text)


def test_a_valid_credit_code_that_reads_like_a_day_of_birth_stays():
    bodies = [f"12410419800101{n:03}" for n in range(100, 140)]
    codes = [code for body in bodies if (code := body + check_sign(body))[-1].isdigit()]
    # One in eleven is a valid identity number too, and is shown as one.
    assert len(codes) > 5 and sum(masked(code) == code for code in codes) > len(codes) / 2
