from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from forms.rows import Row, known_rows, rows_of

ROWS: st.SearchStrategy[list[Row]] = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(["x", "y", None]) for name in ("a", "b", "c")}), max_size=6
)


def row(letters: str) -> Row:
    return dict(zip("abc", letters, strict=True))


def test_rows_are_known_by_what_they_answer_and_by_where_they_stand() -> None:
    former = [row("xyz"), row("uvw")]
    assert known_rows(former, [row("xyz"), row("uvw"), row("rst")]) == [0, 1, None]
    assert known_rows(former, [row("uvw"), row("xyz")]) == [1, 0]
    assert known_rows(former, [row("xyq"), row("uvw")]) == [0, 1]
    assert known_rows(former, [row("xrs"), row("uvw")]) == [None, 1]
    assert known_rows(former, [row("uvw"), row("xyq")]) == [1, None]
    assert known_rows(former, [row("uvq")]) == [1]


def test_of_a_row_sent_in_part_only_that_part_is_compared() -> None:
    assert known_rows([row("xyz"), row("uvw")], [{"a": "u"}, {"c": "z"}]) == [1, 0]
    assert known_rows([row("xyz")], [{}]) == [0]


@given(ROWS)
def test_rows_sent_again_are_all_known(rows: list[Row]) -> None:
    assert known_rows(rows, rows) == list(range(len(rows)))


@given(ROWS, ROWS)
def test_no_former_row_is_two_rows_now_and_none_that_is_unchanged_is_new(former: list[Row], fresh: list[Row]) -> None:
    known = known_rows(former, fresh)
    places = [place for place in known if place is not None]
    assert len(places) == len(set(places))
    for wanted in fresh:
        unchanged = [place for place in places if former[place] == wanted]
        assert len(unchanged) >= min(former.count(wanted), fresh.count(wanted))


@given(ROWS, st.integers(0, 6))
def test_a_row_put_between_others_is_the_only_new_one(rows: list[Row], place: int) -> None:
    fresh = [*rows[:place], row("rst"), *rows[place:]]
    assert [fresh[at] for at, known in enumerate(known_rows(rows, fresh)) if known is None] == [row("rst")]


def test_as_many_rows_as_there_may_be_are_told_apart_in_time() -> None:
    former: list[Row] = [{name: f"{name}{number}" for name in "abcdef"} for number in range(500)]
    fresh: list[Row] = [{name: f"{name}{number}!" for name in "abcdef"} for number in range(500)]
    started = time.perf_counter()
    assert known_rows(former, fresh) == [None] * 500
    assert time.perf_counter() - started < 15  # a second on a free core


def test_what_is_no_table_has_no_rows() -> None:
    assert rows_of(None) == rows_of("x") == []
    assert rows_of([{"a": 1}, "x"]) == [{"a": 1}]
