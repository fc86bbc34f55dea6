"""What is masked cannot be printed by accident."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ducha.domain import masking


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masking.identity_number, "410402199001011234", "410***********1234"),
        (masking.phone, "13812348000", "138****8000"),
        (masking.phone, "110", "***"),
        (masking.name, "张三", "张*"),
        (masking.name, "欧阳明", "欧**"),
        (masking.address, "河南省平顶山市叶县昆阳街道1号", "河南省平顶山市叶县***"),
        (masking.address, "某处", "***"),
    ],
)
def test_personal_data_is_shown_masked_in_every_way_of_printing(mask, value, shown):
    secret = mask(value)
    assert str(secret) == f"{secret}" == format(secret) == shown
    assert value not in repr(secret) and value not in repr([secret])


def test_the_value_is_there_for_whoever_asks_with_a_right():
    assert masking.phone("13812348000").reveal() == "13812348000"


def test_it_cannot_slip_into_json():
    with pytest.raises(TypeError):
        json.dumps({"phone": masking.phone("13812348000")})


@given(st.text(st.characters(exclude_characters="*"), min_size=1, max_size=30))
def test_no_mask_ever_shows_the_whole_value(value):
    for mask in (masking.identity_number, masking.phone, masking.name):
        assert str(mask(value)) != value
