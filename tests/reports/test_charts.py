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


def test_labels_of_many_days_do_not_touch() -> None:
    days = [f"11月{day}日" for day in range(1, 31)]
    texts = _texts(charts.lines(days, [Series("隐患数", tuple(range(30)))]))
    places = sorted(texts[day][0] for day in days if day in texts)
    assert len(places) > 3
    assert min(right - left for left, right in pairwise(places)) > len("11月30日") * 20


def test_a_line_is_interrupted_where_a_figure_is_absent() -> None:
    svg = charts.lines(["1月", "2月", "3月", "4月"], [Series("数", (1, 2, None, 4))])
    path = next(_tree(svg).iter(f"{SVG}path")).get("d", "")
    assert path.count("M") == 2


def test_several_series_are_named_and_told_apart_without_colour() -> None:
    svg = charts.lines(["1月", "2月"], [Series(name, (1, 2)) for name in ("本年", "上年", "前年")])
    assert {"本年", "上年", "前年"} <= _texts(svg).keys()
    dashes = [path.get("stroke-dasharray") for path in _tree(svg).iter(f"{SVG}path") if path.get("fill") == "none"]
    assert len(set(dashes)) == 3


def test_the_fills_differ_in_grey() -> None:
    greys = sorted(
        sum(int(fill[place : place + 2], 16) * share for place, share in ((1, 0.3), (3, 0.59), (5, 0.11)))
        for fill in charts._FILLS
    )
    assert min(lighter - darker for darker, lighter in pairwise(greys)) > 25


@pytest.mark.parametrize("draw", [charts.bars, charts.lines])
@pytest.mark.parametrize("series", [[], [Series("一", (1,))] * 5, [Series("短", ())], [Series("短", (1,), ("1", "2"))]])
def test_a_chart_of_wrong_shape_is_refused(draw: object, series: list[Series]) -> None:
    assert callable(draw)
    with pytest.raises(ValueError, match="series"):
        draw(["甲"], series)


@given(
    st.lists(st.tuples(st.text(), st.none() | st.floats(-1e12, 1e12)), max_size=40),
    st.text(),
    st.sampled_from([charts.bars, charts.lines]),
)
def test_any_words_and_figures_give_a_well_formed_picture_within_its_frame(
    rows: list[tuple[str, float | None]], name: str, draw: object
) -> None:
    assert callable(draw)
    labels = [label for label, _ in rows]
    values = tuple(value for _, value in rows)
    svg = draw(labels, [Series(name, values), Series(f"<script>{name}", values)], unit=name)
    tree = _tree(svg)
    assert {one.tag for one in tree.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "text", "line", "rect", "path", "circle")
    }
    for bar in tree.iter(f"{SVG}rect"):
        assert float(bar.get("x", 0)) >= 0
        assert float(bar.get("x", 0)) + float(bar.get("width", 0)) <= 1500


def test_only_attributes_that_a_strict_page_allows_are_used() -> None:
    svg = charts.lines(["1月"], [Series("数", (1,))]) + charts.bars(["甲"], [Series("数", (1,))])
    assert not re.search(r"style=|<style|href|on\w+=", svg)
