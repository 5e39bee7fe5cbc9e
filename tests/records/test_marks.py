from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from records.database import Database
from records.marks import LONGEST_TRANSACTION, Gap, Mark, locked_mark, read_mark, write_mark
from tests.conftest import HandClock

START = datetime(2026, 11, 22, tzinfo=UTC)


def missing(mark: Mark) -> set[int]:
    return {number for gap in mark.gaps for number in range(gap.first, gap.last + 1)}


@given(order=st.permutations(range(1, 31)), sizes=st.lists(st.integers(1, 7), min_size=30))
def test_in_any_order_of_commits_every_id_is_either_seen_or_looked_for(order: list[int], sizes: list[int]) -> None:
    mark, seen, rest = Mark(), set[int](), list(order)
    for size in sizes:
        batch, rest = sorted(rest[:size]), rest[size:]
        mark = mark.past(batch, START)
        seen.update(batch)
        assert mark.upto == max(seen)
        assert missing(mark) == set(range(1, mark.upto + 1)) - seen
    assert mark == Mark(30)


def test_an_id_that_no_transaction_can_still_hold_is_looked_for_no_longer() -> None:
    mark = Mark().past([3], START)
    assert mark.gaps == (Gap(1, 2, START),)
    assert mark.past([2], START + LONGEST_TRANSACTION).gaps == (Gap(1, 1, START),)
    late = START + LONGEST_TRANSACTION + timedelta(seconds=1)
    assert mark.past([5], late).gaps == (Gap(4, 4, late),)


def test_a_mark_is_read_as_it_was_written(database: Database, now: HandClock) -> None:
    with database.reading() as conn:
        assert read_mark(conn) == Mark()
    mark = Mark(9, (Gap(2, 3, now().astimezone(UTC)), Gap(7, 7, now().astimezone(UTC))))
    with database.writing() as conn:
        assert locked_mark(conn) == Mark()
        write_mark(conn, mark)
    with database.reading() as conn:
        assert read_mark(conn) == mark
