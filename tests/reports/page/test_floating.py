from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from reports.page.document import Heading, Note, Paragraph
from reports.page.floating import move_late_figures
from reports.pdf import Press
from tests.reports.page import sample

HALF_A_PAGE = [{"before-figure-1": (0.0, 500.0)}, {"figure-1": (0.0, 130.0)}]


def _document(after: str) -> ET.Element:
    figure = '<div id="before-figure-1"/><figure id="figure-1"/>'
    return ET.fromstring(f"<html><body><p>1</p>{figure}{after}</body></html>")  # noqa: S314 - our own words


def _order(tree: ET.Element) -> list[str]:
    body = tree.find("body")
    assert body is not None
    return [child.get("id") or child.text or child.tag for child in body]


def test_the_next_paragraph_goes_before_a_chart_that_left_half_a_page_empty() -> None:
    tree = _document("<p>2</p><p>3</p>")
    assert move_late_figures(tree, HALF_A_PAGE)
    assert _order(tree) == ["1", "2", "before-figure-1", "figure-1", "3"]


@pytest.mark.parametrize("after", ["<h2>2</h2><p>3</p>", '<p class="note">2</p>', "<table/>", "<footer/>", ""])
def test_nothing_else_passes_a_chart(after: str) -> None:
    tree = _document(after)
    before = _order(tree)
    assert not move_late_figures(tree, HALF_A_PAGE)
    assert _order(tree) == before


@pytest.mark.parametrize(
    "anchors",
    [
        pytest.param(
            [{"before-figure-1": (0.0, 500.0), "figure-1": (0.0, 510.0)}], id="the chart stands under its text"
        ),
        pytest.param([{"before-figure-1": (0.0, 950.0)}, {"figure-1": (0.0, 130.0)}], id="the page was full"),
        pytest.param([{"figure-1": (0.0, 130.0)}], id="no marker"),
        pytest.param([{}], id="nothing known"),
    ],
)
def test_a_chart_that_left_no_gap_stays(anchors: list[dict[str, tuple[float, float]]]) -> None:
    assert not move_late_figures(_document("<p>2</p>"), anchors)


def test_on_paper_the_gap_before_a_chart_is_filled_by_its_own_section_only(press: Press) -> None:
    text = [Paragraph((f"第{place}段" + sample.HAN + "。",)) for place in range(6)]
    page = sample.bulletin(*text[:2], sample.chart(), *text[2:4], Heading(1, "二、"), *text[4:], Note("注：完。"))
    pages = [sheet.extract_text() for sheet in PdfReader(BytesIO(press.draw(sample.html_of(page), timeout=60))).pages]
    assert "第2段" in pages[0]
    assert "图1" in pages[1]
    whole = "".join(pages)
    assert [whole.index(f"第{place}段") for place in range(6)] == sorted(
        whole.index(f"第{place}段") for place in range(6)
    )
    assert whole.index("二、") < whole.index("第4段")
