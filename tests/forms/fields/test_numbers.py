"""Whole numbers, amounts, scales."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from forms.fields.decimal import DecimalNumber, canonical
from forms.fields.integer import Integer
from forms.fields.range import Range
from forms.values import Kind, Raw
from tests.forms.asking import made, read, refusal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("１２", 12),
        ("1,234", 1234),
        ("１，２３４，５６７", 1234567),
        ("+3", 3),
        ("－3", -3),
        ("12 人", 12),
        ("12人", 12),
        ("12.00", 12),
        (12.0, 12),
        ("007", 7),
    ],
)
def test_whole_numbers_as_people_type_them(typed: Raw, value: int) -> None:
    assert read(made(Integer, measure_word="人"), typed) == value


@pytest.mark.parametrize(
    "typed", ["12.5", "1,5", "12,34", "1,2345", "十二", "1e3", "3处", "--3", "1 2", "²x", "٣x", 0.5]
)
def test_what_is_no_whole_number_is_refused(typed: Raw) -> None:
    assert refusal(made(Integer, measure_word="人"), typed) == "应是整数，例如 12"


def test_a_number_that_a_page_would_change_is_refused() -> None:
    assert read(made(Integer), str(2**53)) == 2**53
    for digits in (str(2**53 + 1), "9" * 5000):
        assert refusal(made(Integer), digits) == "这个数太大，编号请用文字题"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12.50", "12.5"),
        ("１２．５", "12.5"),
        ("1,234.5万元", "1234.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("0.10000", "0.1"),
        (0.1 + 0.2, "0.3"),
        (1e-4, "0.0001"),
        ("100", "100"),
        ("99999999999.9999",) * 2,
    ],
)
def test_amounts_as_people_type_them(typed: Raw, value: str) -> None:
    assert read(made(DecimalNumber, measure_word="万元"), typed) == value


@pytest.mark.parametrize("typed", ["1,5", "1.2.3", "十", "1e3", "", "nan", "∞", "12 元"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    if typed:
        assert refusal(made(DecimalNumber, measure_word="万元"), typed) == "应是数字，例如 12.5"


@pytest.mark.parametrize("typed", ["0.00001", "100000000000", f"1.{'0' * 40}1", "1" * 5000])
def test_an_amount_that_would_be_rounded_is_refused(typed: str) -> None:
    assert refusal(made(DecimalNumber), typed) == "最多 11 位整数、4 位小数"


@given(st.decimals(-(10**13), 10**13, places=4))
def test_one_number_has_one_spelling(number: Decimal) -> None:
    assert canonical(number) == canonical(number * 10 / 10)
    assert Decimal(canonical(number)) == number


def test_a_unit_of_measure_is_left_out_in_any_width() -> None:
    assert read(made(DecimalNumber, measure_word="㎡"), "120㎡") == "120"
    assert read(made(DecimalNumber, measure_word="㎡"), "120m2") == "120"


def test_a_number_between_two_steps_or_beyond_the_scale_is_refused() -> None:
    field = made(Range, start=1, end=5, step=0.5, measure_word="分")
    assert (read(field, "4.5分"), read(field, 5), read(field, "１")) == ("4.5", "5", "1")
    for wrong in ("4.4", "0.5", "5.5", "-1"):
        assert refusal(field, wrong) == "应在 1 至 5 之间，每 0.5 一档"
    assert refusal(field, "四") == "应是数字，例如 12.5"
    assert read(made(Range, start=10, end=30, step=10), "20") == 20
    assert made(Range, start=1, end=5, step=0.5).stored_kind is Kind.DECIMAL
    assert made(Range, start=1, end=5).stored_kind is Kind.INTEGER


@pytest.mark.parametrize(
    "keys",
    [
        {"start": 5, "end": 1},
        {"start": 0, "end": 1, "step": 0},
        {"start": 0, "end": 1, "step": 2},
        {"start": "x", "end": 1},
    ],
)
def test_a_scale_goes_up_in_steps(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        made(Range, **keys)
