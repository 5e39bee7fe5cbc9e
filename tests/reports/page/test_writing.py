from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.page.document import Heading, Note, Number, Paragraph, TableOfNumbers
from reports.page.writing import write_html
from tests.reports.page import sample


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_heading_of_level_n_is_one_below_the_title(level: int) -> None:
    html = sample.html_of(sample.bulletin(Heading(level, "一、总体进展")))  # type: ignore[arg-type] # 1 to 4, as it says
    assert f"<h{level + 1}>一、总体进展</h{level + 1}>" in html


def test_a_number_is_a_link_to_its_records() -> None:
    html = sample.html_of(sample.bulletin(Paragraph(("检查", Number("8", "https://ledger.example/?a=1&b=2"), "家。"))))
    assert '检查<a class="number" href="https://ledger.example/?a=1&amp;b=2">8</a>家。' in html


def test_a_number_without_records_is_plain() -> None:
    assert "检查8家。" in sample.html_of(sample.bulletin(Paragraph(("检查", Number("8"), "家。"))))


@given(st.text())
def test_whatever_is_written_stays_text(text: str) -> None:
    hostile = f"<script>{text}</script><img src=file:///etc/passwd>"
    table = TableOfNumbers(hostile, (hostile,), ((Number(hostile, f'https://a/"{text}'),),), ("left",), (hostile,))
    html = sample.html_of(
        sample.bulletin(Paragraph((hostile,), lead=hostile), Note(hostile), Heading(1, hostile), table)
    )
    assert "<script" not in html
    assert "<img" not in html
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= {
        *("html", "head", "meta", "title", "body", "header", "div", "span", "br", "h1", "h2", "p", "a", "footer"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    }


def test_control_characters_and_broken_surrogates_are_left_out() -> None:
    html = sample.html_of(sample.bulletin(Paragraph(("安\x00全\x0b生\ud800产",))))
    assert "安全生产" in html
    html.encode()


def test_the_same_bulletin_is_the_same_html() -> None:
    assert sample.html_of(sample.full_bulletin()) == sample.html_of(sample.full_bulletin())


def test_the_stylesheet_is_named_only_for_a_browser() -> None:
    page = sample.bulletin()
    assert "stylesheet" not in sample.html_of(page)
    shown = write_html(page, edition="e", made_at=sample.MADE_AT, stylesheet_url="/static/page.css")
    assert '<link rel="stylesheet" href="/static/page.css">' in shown
