from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.names import ALPHABET, NAME, check_character, is_id, new_id

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLACES = st.integers(0, 17)


def test_ids_are_whole_different_and_sort_by_time() -> None:
    ids = [new_id(NOW + timedelta(milliseconds=step)) for step in range(100)]
    assert all(is_id(one) for one in ids)
    assert ids == sorted(ids)
    assert len({new_id(NOW) for _ in range(1000)}) == 1000


@given(PLACES, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(place: int, wrong: str) -> None:
    good = new_id(NOW)
    damaged = good[:place] + wrong + good[place + 1 :]
    assert is_id(damaged) == (damaged == good)


@given(PLACES, PLACES)
def test_two_swapped_characters_are_noticed(one: int, other: int) -> None:
    good = new_id(NOW)
    swapped = list(good)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    damaged = "".join(swapped)
    assert is_id(damaged) == (damaged == good)


def test_what_is_no_id_is_none() -> None:
    good = new_id(NOW)
    for text in ("", good[:-1], good + "0", good.lower() + "", "I" * 18, "１" * 18):
        assert not is_id(text)


def test_each_place_of_a_body_weighs_differently() -> None:
    zeros = "0" * 17
    sums = {check_character(f"{zeros[:place]}1{zeros[place + 1 :]}") for place in range(17)}
    assert len(sums) == 17


def test_names_in_definitions_are_plain() -> None:
    assert NAME.fullmatch("found_at2")
    for text in ("", "2a", "A", "a-b", "名", "a" * 64):
        assert not NAME.fullmatch(text)
