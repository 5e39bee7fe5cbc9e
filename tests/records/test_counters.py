from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from records.counters import grouped, numbered, series_of, take_numbers
from records.database import Database

DAY = date(2026, 3, 7)


def test_numbers_of_a_series_follow_each_other_and_series_do_not_meet(database: Database) -> None:
    with database.writing() as conn:
        assert list(take_numbers(conn, "a", 3)) == [1, 2, 3]
        assert list(take_numbers(conn, "b", 1)) == [1]
    with database.writing() as conn:
        assert list(take_numbers(conn, "a", 2)) == [4, 5]
        assert list(take_numbers(conn, "a", 0)) == []


def test_a_printed_number_is_its_series_and_its_digits() -> None:
    pattern = "YH-{area}-{yyyy}{mm}{dd}-{seq:4}"
    series = series_of(pattern, area="419926", day=DAY)
    assert series == "YH-419926-20260307-"
    assert numbered(pattern, series, 7) == "YH-419926-20260307-0007"
    assert numbered(pattern, series, 12345) == "YH-419926-20260307-12345"


def test_words_may_stand_behind_the_number_as_in_the_number_of_an_official_paper() -> None:
    pattern = "青安督〔{yyyy}〕{seq:1}号"
    series = series_of(pattern, area="419926", day=DAY)
    assert numbered(pattern, series, 14) == "青安督〔2026〕14号"


@given(st.lists(st.sampled_from("abc")))
def test_places_are_grouped_by_series_in_their_order(series: list[str]) -> None:
    groups = grouped(series)
    assert sorted(place for places in groups.values() for place in places) == list(range(len(series)))
    assert all(series[place] == name for name, places in groups.items() for place in places)
    assert all(places == sorted(places) for places in groups.values())
