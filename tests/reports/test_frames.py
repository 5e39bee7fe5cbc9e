from __future__ import annotations

from fractions import Fraction

from records.measuring import Group
from reports.frames import ordered_groups
from reports.numbers import Quantity

CELLS: list[tuple[Group, str, Quantity | None]] = [
    ("T1", "visits", 5),
    ("T1", "rate", Fraction(1995, 20)),
    ("T2", "visits", 9),
    ("T2", "rate", None),
    (None, "visits", 5),
    (None, "rate", Fraction(0)),
]


def test_without_a_column_the_order_is_that_of_the_office() -> None:
    assert ordered_groups(CELLS, ["T1", "T2", None]) == ["T1", "T2", None]


def test_rows_are_sorted_by_a_column_and_equal_ones_keep_their_order() -> None:
    assert ordered_groups(CELLS, ["T1", "T2", None], sort="-visits") == ["T2", "T1", None]
    assert ordered_groups(CELLS, ["T1", "T2", None], sort="visits") == ["T1", None, "T2"]


def test_a_number_that_does_not_exist_comes_last_either_way() -> None:
    assert ordered_groups(CELLS, ["T1", "T2", None], sort="-rate") == ["T1", None, "T2"]
    assert ordered_groups(CELLS, ["T1", "T2", None], sort="rate") == [None, "T1", "T2"]


def test_only_so_many_rows_are_kept() -> None:
    assert ordered_groups(CELLS, ["T1", "T2", None], sort="-visits", most=1) == ["T2"]
    assert ordered_groups([], []) == []
