from __future__ import annotations

import pytest

from sync.workbook.addresses import Area
from sync.workbook.growth import Growth, grow_after, grow_dimension, grow_table, grown, grown_filter

FIVE_MORE = Growth(10, 15)


@pytest.mark.parametrize(
    ("bottom", "reaches"),
    [(9, 9), (10, 15), (12, 15), (15, 15), (5000, 5000)],
)
def test_only_what_reached_to_the_last_row_reaches_to_the_new_one(bottom: int, reaches: int) -> None:
    assert grown(Area(2, 1, bottom, 3), FIVE_MORE) == Area(2, 1, reaches, 3)


def test_what_begins_below_the_rows_stays_where_it_is() -> None:
    assert grown(Area(12, 1, 13, 3), FIVE_MORE) == Area(12, 1, 13, 3)


def test_a_filter_on_its_header_alone_is_for_all_rows() -> None:
    assert grown_filter(Area(1, 1, 1, 3), FIVE_MORE) == Area(1, 1, 15, 3)
    assert grown_filter(Area(1, 1, 8, 3), FIVE_MORE) == Area(1, 1, 8, 3)


def test_each_area_of_a_list_grows_by_itself() -> None:
    tail = b'<x:dataValidation type="whole" sqref="A2:A10 C2:C4 E10 A:A"><x:formula1>0</x:formula1></x:dataValidation>'
    assert b'sqref="A2:A15 C2:C4 E10 A:A"' in grow_after(tail, FIVE_MORE)


def test_rules_of_newer_programs_grow_too() -> None:
    tail = b"<extLst><x14:conditionalFormatting><xm:sqref>B2:B10</xm:sqref></x14:conditionalFormatting></extLst>"
    assert b"<xm:sqref>B2:B15</xm:sqref>" in grow_after(tail, FIVE_MORE)


def test_ranges_that_are_no_rules_stay() -> None:
    tail = b'<mergeCells><mergeCell ref="A9:A10"/></mergeCells><hyperlinks><hyperlink ref="A2:A10"/></hyperlinks>'
    assert grow_after(tail, FIVE_MORE) == tail


def test_a_table_with_a_row_of_totals_stays() -> None:
    table = b'<table ref="A1:C10"><autoFilter ref="A1:C10"/></table>'
    assert grow_table(table, FIVE_MORE) == table.replace(b"C10", b"C15")
    totals = table.replace(b"<table", b'<table totalsRowCount="1"')
    assert grow_table(totals, FIVE_MORE) == totals


@pytest.mark.parametrize(
    ("before", "after"), [("A1:C10", "A1:D12"), ("A1", "A1:D12"), ("A1:Z99", "A1:Z99"), ("A", "A")]
)
def test_the_dimension_reaches_to_the_last_cell(before: str, after: str) -> None:
    head = f'<sheetPr/><dimension ref="{before}"/>'.encode()
    assert grow_dimension(head, (12, 4)) == head.replace(before.encode(), after.encode(), 1) or before == "A"
