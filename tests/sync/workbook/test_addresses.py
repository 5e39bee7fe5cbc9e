from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.workbook.addresses import (
    Area,
    Place,
    column_letters,
    column_number,
    parse_area,
    parse_place,
    tab_reference,
)

#: The file format ends at XFD1048576.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
ROWS, COLUMNS = st.integers(1, LAST_ROW), st.integers(1, LAST_COLUMN)


@given(COLUMNS)
def test_letters_and_numbers_are_one_to_one(number: int) -> None:
    assert column_number(column_letters(number)) == number


def test_letters_are_those_of_a_spreadsheet() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 702, 703, LAST_COLUMN)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@given(ROWS, COLUMNS, ROWS, COLUMNS)
def test_an_area_is_read_as_it_is_written(top: int, left: int, bottom: int, right: int) -> None:
    area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    assert parse_area(str(area)) == area


@pytest.mark.parametrize("text", ["", "A:A", "1:1", "#REF!", "A1 B2", "a1", "A0x"])
def test_what_is_no_area_is_none(text: str) -> None:
    assert parse_area(text) is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name.strip("'")))
def test_a_tab_is_found_whatever_its_name(tab: str) -> None:
    assert parse_place(f"{tab_reference(tab)}!$C$7") == Place(tab, 7, 3)


@pytest.mark.parametrize("text", ["#REF!", "台账!#REF!", "#REF!$B$1x", "SUM(台账!$A$1)", "", "$A$1"])
def test_what_is_no_cell_of_a_tab_is_no_place(text: str) -> None:
    assert parse_place(text) is None
