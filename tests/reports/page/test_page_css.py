"""The printed page, measured: GB/T 9704-2012."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from reports.page.document import Align, Heading, Paragraph
from reports.pdf import Press
from tests.reports.page import measuring, sample


class Printed:
    """A PDF, its text and its pictures."""

    def __init__(self, pdf: bytes, pictures: list[NDArray[np.int16]]) -> None:
        self.reader = PdfReader(BytesIO(pdf))
        self.pictures = pictures

    def text(self, page: int) -> str:
        return self.reader.pages[page].extract_text()


@pytest.fixture(scope="module")
def long_text(press: Press, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    pdf = press.draw(sample.html_of(sample.plain_bulletin(1900)), timeout=60)
    return Printed(pdf, measuring.pictures(pdf, tmp_path_factory.mktemp("long")))


@pytest.fixture(scope="module")
def full(press: Press, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    pdf = press.draw(sample.html_of(sample.full_bulletin()), timeout=60)
    return Printed(pdf, measuring.pictures(pdf, tmp_path_factory.mktemp("full")))


def _body(page: NDArray[np.int16]) -> measuring.Mask:
    return measuring.between(measuring.black(page), 30, 264)


def test_the_paper_is_a4(long_text: Printed) -> None:
    for page in long_text.reader.pages:
        assert float(page.mediabox.width) == pytest.approx(210 / 25.4 * 72, abs=0.01)
        assert float(page.mediabox.height) == pytest.approx(297 / 25.4 * 72, abs=0.01)


def test_a_full_page_fills_the_type_area_of_156_by_225_mm(long_text: Printed) -> None:
    left, top, right, bottom = measuring.box(_body(long_text.pictures[1]))
    assert [left, right] == pytest.approx([28, 184], abs=0.4)
    assert [top, bottom] == pytest.approx([37, 262], abs=0.6)


def test_a_full_page_holds_22_lines_of_28_characters(long_text: Printed) -> None:
    lines = long_text.text(1).split("\n")
    printed = [line for line in lines if "—" not in line]
    assert [len(line) for line in printed] == [28] * 22
    assert len(measuring.bands(np.asarray(_body(long_text.pictures[1]).any(axis=1)), gap_mm=1.5)) == 22


def test_the_red_rule_is_as_wide_as_the_type_area_and_4_mm_below_the_issuer(long_text: Printed) -> None:
    page = long_text.pictures[0]
    ink = measuring.red(page)
    top, bottom = measuring.rules(ink)[0]
    left, _, right, _ = measuring.box(measuring.between(ink, top, bottom))
    issuer = measuring.box(measuring.between(measuring.black(page), top - 12, top))
    assert right - left == pytest.approx(156, abs=0.2)
    assert top - issuer[3] == pytest.approx(4, abs=0.7)


def test_the_masthead_is_red_and_begins_20_mm_below_the_type_area_s_top(long_text: Printed) -> None:
    ink = measuring.between(measuring.red(long_text.pictures[0]), 30, 85)
    left, top, right, _ = measuring.box(ink)
    assert top == pytest.approx(37 + 20, abs=1.5)
    assert [left - 28, 184 - right] == pytest.approx([4, 4], abs=1)


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_page_number_is_7_mm_below_the_text_right_on_odd_left_on_even_pages(long_text: Printed, page: int) -> None:
    ink = measuring.between(measuring.black(long_text.pictures[page]), 264, 297)
    left, _, right, _ = measuring.box(ink)
    dash = measuring.bands(np.asarray(ink[:, int(left / measuring.MM) : int((left + 2) / measuring.MM)].any(axis=1)))[0]
    assert sum(dash) / 2 == pytest.approx(262 + 7, abs=0.3)
    one_character = 14 / 72 * 25.4
    inset = 184 - right if page % 2 == 0 else left - 28
    assert inset == pytest.approx(one_character, abs=0.6)
    assert f"— {page + 1} —" in long_text.text(page)


@pytest.mark.parametrize(
    ("characters", "pages"),
    [
        pytest.param(200, 2, id="one page of text"),
        pytest.param(560, 2, id="two pages"),
        pytest.param(1100, 4, id="three"),
    ],
)
def test_the_imprint_closes_the_last_even_page(press: Press, tmp_path: Path, characters: int, pages: int) -> None:
    pdf = press.draw(sample.html_of(sample.plain_bulletin(characters)), timeout=60)
    printed = Printed(pdf, measuring.pictures(pdf, tmp_path))
    assert len(printed.pictures) == pages
    rules = measuring.rules(measuring.black(printed.pictures[-1]))
    assert rules[-1][1] == pytest.approx(262, abs=0.2)
    thickness = [bottom - top for top, bottom in rules]
    assert thickness == pytest.approx([0.35, 0.25, 0.25, 0.35], abs=0.1)
    assert not any(measuring.rules(measuring.black(page)) for page in printed.pictures[:-1])


def test_no_ink_leaves_the_type_area_but_the_page_number(full: Printed) -> None:
    for page in full.pictures:
        everything = measuring.between(measuring.black(page) | measuring.red(page), 0, 266)
        left, top, right, bottom = measuring.box(everything)
        assert left > 27.7
        assert right < 184.3
        half_a_gap = 2.44  # a table or picture may begin where a line's own white begins
        assert top > 37 - half_a_gap - 0.1
        assert bottom < 262 + half_a_gap + 0.1


def test_a_table_repeats_its_head_where_it_continues(press: Press) -> None:
    twice = replace(sample.table(), rows=sample.table().rows * 2)
    reader = PdfReader(BytesIO(press.draw(sample.html_of(sample.bulletin(twice)), timeout=60)))
    pages = [page.extract_text().replace("\n", "") for page in reader.pages]
    assert [("整改率" in page) for page in pages] == [("98.5%" in page) for page in pages]
    assert sum("整改率" in page for page in pages) > 1
    assert sum("合计" in page for page in pages) == 1


@pytest.mark.parametrize("characters", [68, 92, 116, 140])
def test_a_heading_and_a_caption_stay_with_their_table(press: Press, characters: int) -> None:
    text = Paragraph(((sample.HAN * 4)[:characters],))
    page = sample.bulletin(text, Heading(1, "一、各乡镇情况"), sample.table())
    reader = PdfReader(BytesIO(press.draw(sample.html_of(page), timeout=60)))
    pages = [sheet.extract_text() for sheet in reader.pages]
    together = [
        [word in sheet for sheet in pages].index(True) for word in ("一、各乡镇情况", "表1", "整改率", "城关镇")
    ]
    assert len(set(together)) == 1


@pytest.mark.parametrize("columns", [3, 6, 8, 10, 11, 14])
def test_a_table_of_many_columns_stays_within_the_type_area(press: Press, tmp_path: Path, columns: int) -> None:
    plain = sample.table()
    numbers = columns - 2
    right: Align = "right"
    table = replace(
        plain,
        columns=("乡镇（街道）", "隐患描述", *("已整改（处）",) * numbers),
        rows=tuple((str(row[0]), "配电箱未接地、消防通道堵塞", *("98.5%",) * numbers) for row in plain.rows[:3]),
        alignments=("left", "left", *(right,) * numbers),
        total_row=(),
    )
    pictures = measuring.pictures(press.draw(sample.html_of(sample.bulletin(table)), timeout=60), tmp_path)
    assert measuring.box(measuring.between(measuring.black(pictures[0]), 130, 264))[2] < 184.4


def test_neither_a_short_head_nor_a_number_is_broken(full: Printed) -> None:
    whole = "\n".join(full.text(number) for number in range(len(full.pictures)))
    lines = whole.split("\n")
    assert any("整改率" in line for line in lines)
    assert any("经济技术开发区管委会" in line for line in lines)
    assert any("98.5%" in line for line in lines)


def test_the_text_layer_says_the_sentence(full: Printed) -> None:
    pages = [full.text(number).removesuffix(f"— {number + 1} —") for number in range(len(full.pictures))]
    assert sample.SENTENCE in "".join(pages).replace("\n", "")


def test_a_number_links_to_its_records_and_looks_like_text(full: Printed) -> None:
    notes = [
        cast("DictionaryObject", note.get_object()) for page in full.reader.pages for note in page.annotations or ()
    ]
    addresses = [str(cast("DictionaryObject", note["/A"])["/URI"]) for note in notes]
    assert "https://ledger.example/records?count=1550" in addresses
    below_the_rule = full.pictures[0][int(125 / measuring.MM) :]
    assert np.ptp(below_the_rule, axis=2).max() < 10
    text_rows = measuring.bands(np.asarray((below_the_rule.max(axis=2) < 140).mean(axis=1) > 0.5))
    assert text_rows == []


def test_every_font_is_embedded_and_chinese(full: Printed) -> None:
    embedded: set[str] = set()
    for page in full.reader.pages:
        inside, outside = page._get_fonts()
        embedded |= inside
        assert not outside
    assert embedded
    assert not [name for name in embedded if "DejaVu" in name]
