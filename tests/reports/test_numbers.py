from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.yamlfile import read_yaml
from reports.numbers import Quantity, Style, printed

KNOWN: list[dict[str, Any]] = read_yaml(Path(__file__).with_name("printed_numbers.yaml")).data


@pytest.mark.parametrize("number", KNOWN, ids=[f"{number['id']} {number['measure']}" for number in KNOWN])
def test_numbers_are_printed_as_in_real_bulletins(number: dict[str, Any]) -> None:
    assert printed(Fraction(str(number["value"])), Style(number["style"])) == number["printed"]


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (300, "yu", "300"),
        (9, "yu", "9"),
        (99, "duo", "90多"),
        (12345, "yu", "12000余"),
        (40000, "wan1duo", "4万"),
        (40500, "wan1duo", "4万多"),
        (41000, "wan1duo", "4.1万"),
        (9999, "wan1duo", "9900多"),
        (49999, "wanduo", "4万多"),
        (16_000_000, "duowan", "1600万"),
        (16_005_000, "duowan", "1600多万"),
        (530_000, "duowan", "50多万"),
        (53_000, "duowan", "5万多"),
        (-326, "yu", "-326"),
        (0, "exact", "0"),
        (Fraction(128, 10), "exact", "12.8"),
        (Fraction(-1, 4), "exact", "-0.25"),
        (Fraction(1, 3), "exact", "0.3333"),
        (Fraction(81502 * 100, 81604), "pct1", "99.9"),
        (Fraction(99_999, 1000), "pct1", "99.9"),
        (100, "pct1", "100"),
        (Fraction(100), "pct1", "100"),
        (0, "pct1", "0"),
        (Fraction(1, 100), "pct1", "0.0"),
        (Fraction(9985, 100), "pct1", "99.9"),
        (Fraction(9984, 100), "pct1", "99.8"),
        (Fraction(2222, 20), "pct1", "111.1"),
        (0, "han", "零"),
        (10, "han", "十"),
        (12, "han", "十二"),
        (20, "han", "二十"),
        (101, "han", "一百零一"),
        (110, "han", "一百一十"),
        (1001, "han", "一千零一"),
        (1010, "han", "一千零一十"),
        (10_000, "han", "一万"),
        (10_001, "han", "一万零一"),
        (100_000, "han", "十万"),
        (123_456, "han", "十二万三千四百五十六"),
        (3, "liang", "三"),
        (None, "exact", "—"),
    ],
)
def test_the_edges_of_the_styles(value: Quantity | None, style: str, text: str) -> None:
    assert printed(value, Style(style)) == text


@given(st.integers(0, 10**9), st.sampled_from([Style.YU, Style.DUO, Style.WAN1DUO, Style.WANDUO, Style.DUOWAN]))
def test_more_is_never_claimed_and_a_word_stands_only_for_what_was_left_out(value: int, style: Style) -> None:
    text = printed(value, style)
    digits = text.strip("余多万").replace("多", "")
    claimed = Fraction(digits) * (10_000 if "万" in text else 1)
    assert claimed <= value
    assert (claimed < value) == ("余" in text or "多" in text)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_rate_is_a_hundred_only_when_all_is_done(done: int, more: int) -> None:
    rate = Fraction(done * 100, done + more)
    text = printed(rate, Style.PCT1)
    assert text != "100"
    assert text != "100.0"
    assert abs(Fraction(text) - rate) <= Fraction(1, 10)
