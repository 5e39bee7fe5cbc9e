from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import charts
from reports.charts import Series
from tests.reports.page import sample

SVG = "{http://www.w3.org/2000/svg}"
TOWNS = sample.TOWNS.split()


def _tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def _texts(svg: str) -> dict[str, tuple[float, float, str]]:
    """Every text with its x, y and anchor."""
    found = _tree(svg).iter(f"{SVG}text")
    return {
        text.text or "": (float(text.get("x", 0)), float(text.get("y", 0)), text.get("anchor", "")) for text in found
    }


def test_bars_are_as_long_as_their_figures() -> None:
    svg = charts.bars(["甲", "乙"], [Series("数", (100, 25))])
    first, second = (float(bar.get("width", 0)) for bar in _tree(svg).iter(f"{SVG}rect"))
    assert first == pytest.approx(4 * second, abs=0.5)


def test_every_figure_is_printed_as_told() -> None:
    texts = _texts(charts.bars(["甲", "乙"], [Series("率", (0.985, None), ("98.5%", "—"))]))
    assert {"98.5%", "—", "甲", "乙"} <= texts.keys()


def test_figures_are_printed_plainly_when_nothing_is_told() -> None:
    assert {"1550", "2.5", "—", "1234567"} <= _texts(
        charts.bars(["甲", "乙", "丙", "丁"], [Series("数", (1550, 2.5, None, 1234567))])
    ).keys()


@pytest.mark.parametrize("series", [1, 2, 3, 4])
def test_twenty_towns_do_not_overlap_and_fit_on_a_page(series: int) -> None:
    figures = [Series(f"第{place}年", tuple(range(20))) for place in range(series)]
    svg = charts.bars(TOWNS, figures, unit="处")
    heights = sorted(_texts(svg)[town][1] for town in TOWNS)
    assert min(low - high for high, low in pairwise(heights)) >= 37
    assert float(_tree(svg).get("height", "").removesuffix("mm")) < 205


def test_a_negative_figure_goes_to_the_left_of_zero() -> None:
    svg = charts.bars(["甲", "乙"], [Series("环比", (-5, 5))])
    left, right = (float(bar.get("x", 0)) for bar in _tree(svg).iter(f"{SVG}rect"))
    assert left < right
    assert _texts(svg)["-5"][0] < left


def test_several_series_are_named_each_beside_what_its_bars_look_like() -> None:
    svg = charts.bars(["甲"], [Series(name, (1,)) for name in ("本年", "上年", "前年")])
    assert {"本年", "上年", "前年"} <= _texts(svg).keys()
    fills = [bar.get("fill") for bar in _tree(svg).iter(f"{SVG}rect")]
    assert fills[:3] == fills[3:]
    assert len(set(fills)) == 3


def test_the_fills_differ_in_grey() -> None:
    greys = sorted(
        sum(int(fill[place : place + 2], 16) * share for place, share in ((1, 0.3), (3, 0.59), (5, 0.11)))
        for fill in charts._FILLS
    )
    assert min(lighter - darker for darker, lighter in pairwise(greys)) > 25


@pytest.mark.parametrize("series", [[], [Series("一", (1,))] * 5, [Series("短", ())], [Series("短", (1,), ("1", "2"))]])
def test_a_chart_of_wrong_shape_is_refused(series: list[Series]) -> None:
    with pytest.raises(ValueError, match="series"):
        charts.bars(["甲"], series)


@given(
    st.lists(st.tuples(st.text(), st.none() | st.floats(-1e12, 1e12)), max_size=40),
    st.text(),
)
def test_any_words_and_figures_give_a_well_formed_picture_within_its_frame(
    rows: list[tuple[str, float | None]], name: str
) -> None:
    labels = [label for label, _ in rows]
    values = tuple(value for _, value in rows)
    svg = charts.bars(labels, [Series(name, values), Series(f"<script>{name}", values)], unit=name)
    tree = _tree(svg)
    assert {one.tag for one in tree.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "text", "line", "rect")}
    for bar in tree.iter(f"{SVG}rect"):
        assert float(bar.get("x", 0)) >= 0
        assert float(bar.get("x", 0)) + float(bar.get("width", 0)) <= 1500


def test_only_attributes_that_a_strict_page_allows_are_used() -> None:
    svg = charts.bars(["甲"], [Series("数", (1,)), Series("率", (2,))], unit="处")
    assert not re.search(r"style=|<style|href|on\w+=", svg)
