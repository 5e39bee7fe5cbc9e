from __future__ import annotations

from sync.adopting import Born, adopted, instance_ids, with_ids
from sync.merge import Line

TYPED = Line(5, "", {"place": "东街", "level": "一般", "people": "3"})


def test_a_row_has_the_same_name_wherever_it_has_moved_to() -> None:
    moved = Line(9, "", {"people": "3", "place": "东街", "level": "一般", "note": ""})
    assert instance_ids("B", 1, [TYPED])[5] == instance_ids("B", 1, [moved])[9]


def test_equal_rows_have_two_names_and_so_have_generations() -> None:
    twin = Line(6, "", TYPED.cells)
    names = instance_ids("B", 1, [TYPED, twin])
    assert len({names[5], names[6], instance_ids("B", 2, [TYPED])[5]}) == 3


def test_a_row_with_an_id_needs_no_name() -> None:
    assert instance_ids("B", 1, [Line(5, "A", {"place": "东街"})]) == {}


def test_a_row_is_known_by_the_name_it_was_sent_in_under() -> None:
    names = instance_ids("B", 1, [TYPED])
    assert adopted([TYPED], names, [Born("A", names[5], {"place": "改过了"})], {}) == {5: "A"}


def test_a_row_that_was_edited_meanwhile_is_known_by_what_it_still_says() -> None:
    born = [Born("A", "x", {"place": "西街", "level": "重大"}), Born("B", "y", {**TYPED.cells, "people": "4"})]
    assert adopted([TYPED], instance_ids("B", 1, [TYPED]), born, {}) == {5: "B"}


def test_a_row_that_says_something_else_is_new() -> None:
    born = [Born("A", "x", {"place": "西街", "level": "一般", "people": "4"})]
    assert adopted([TYPED], instance_ids("B", 1, [TYPED]), born, {}) == {}


def test_one_record_is_found_for_one_row_only() -> None:
    twin = Line(6, "", TYPED.cells)
    names = {5: "p", 6: "q"}
    assert adopted([TYPED, twin], names, [Born("A", "x", TYPED.cells)], {}) == {5: "A"}


def test_a_row_that_lost_its_id_is_known_when_it_says_exactly_the_same() -> None:
    names = {5: "p"}
    assert adopted([TYPED], names, [], {"A": dict(TYPED.cells)}) == {5: "A"}
    assert adopted([TYPED], names, [], {"A": {**TYPED.cells, "people": "4"}}) == {}


def test_an_empty_row_is_nobodys() -> None:
    empty = Line(5, "", {})
    assert adopted([empty], {5: "p"}, [Born("A", "x", {})], {"B": {}}) == {}


def test_rows_get_their_ids() -> None:
    assert [line.id for line in with_ids([TYPED, Line(6, "", {})], {5: "A"})] == ["A", ""]
