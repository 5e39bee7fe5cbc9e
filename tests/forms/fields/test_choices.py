"""Answers from a list: one, several, all in an order, yes or no, a tick."""

from __future__ import annotations

import pytest

from forms.fields.acknowledge import Acknowledge
from forms.fields.rank import Rank
from forms.fields.select_multiple import SelectMultiple
from forms.fields.select_one import SelectOne
from forms.fields.yes_no import YesNo
from forms.values import Raw
from tests.forms.asking import CHOICES, OFFICE, made, read, refusal


def test_a_choice_is_named_by_name_or_label_in_any_language_width_and_case() -> None:
    field = made(SelectOne, choices=CHOICES)
    for spelling in ("major", "MAJOR", "重大", "Major", " ｍａｊｏｒ "):
        assert read(field, spelling) == "major"
    assert (read(field, "ab"), read(field, "AB")) == ("ab", "AB")
    assert read(field, 2) == "2"


def test_a_choice_that_is_not_there_is_told_with_a_near_one_or_with_those_there_are() -> None:
    assert refusal(made(SelectOne, choices=CHOICES), "majr") == "没有“majr”这一项，是不是“重大”？"
    many = made(SelectOne, choices=[f"第{index}项" for index in range(9)])
    assert refusal(many, "x") == "没有“x”这一项，可选：第0项、第1项、第2项、第3项、第4项、第5项……"


def test_a_choice_of_an_older_list_shows_as_itself() -> None:
    field = made(SelectOne, choices=CHOICES)
    assert field.show("gone", OFFICE) == "gone"


def test_several_choices_are_stored_in_the_order_of_the_list_whatever_stands_between_them() -> None:
    field = made(SelectMultiple, choices=CHOICES)
    for typed in ("重大、一般", "重大,一般", "重大；一般;重大", "major|general", "重大\n一般\n", ["major", "", "一般"]):
        assert read(field, typed) == ["general", "major"]
    assert read(field, []) is None


def test_a_label_may_hold_what_stands_between_labels() -> None:
    field = made(SelectMultiple, choices=CHOICES)
    assert read(field, "火灾、爆炸") == ["fire"]
    assert read(field, "一般、火灾、爆炸、甲") == ["general", "fire", "ab"]
    assert refusal(field, "火灾、一般").startswith("没有“火灾”这一项")


def test_each_word_of_a_long_answer_is_joined_to_no_more_words_than_a_choice_has() -> None:
    asked: list[str] = []

    class Counting(SelectMultiple):
        def find_choices(self, text: str) -> tuple[str, ...]:
            asked.append(text)
            return super().find_choices(text)

    field = made(Counting, choices={f"c{number}": f"第{number}项、甲" for number in range(400)})
    everything = field.show([f"c{number}" for number in range(400)], OFFICE)
    assert read(field, everything) == [f"c{number}" for number in range(400)]
    assert refusal(field, "x；" * 400).startswith("没有“x”这一项")
    assert len(asked) < 3000
    assert max(map(len, asked)) < 12


def test_an_answer_of_endless_words_is_refused_at_once() -> None:
    field = made(SelectMultiple, choices=CHOICES)
    assert refusal(field, "、".join("x" * 16_000)) == "写了 16000 项，太多了，请只写选项表里有的"
    assert refusal(field, ["general"] * 16_000) == "写了 16000 项，太多了，请只写选项表里有的"


def test_an_order_names_every_choice_once() -> None:
    field = made(Rank, choices={"a": "甲", "b": "乙", "c": "丙"})
    assert read(field, "丙、甲、乙") == ["c", "a", "b"]
    assert refusal(field, "丙、甲") == "还没有排“乙”，每项都要排上"
    assert refusal(field, ["a", "b", "a", "c"]) == "“甲”写了两次，每项只排一次"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("是", True), ("√", True), ("Ｙ", True), (1, True), ("否", False), ("无", False), (False, False)],
)
def test_yes_and_no(typed: Raw, value: bool) -> None:  # noqa: FBT001 -- it is the answer
    assert read(made(YesNo), typed) is value
    assert refusal(made(YesNo), "也许") == "请填“是”或“否”"


def test_an_acknowledgement_is_ticked_or_no_answer() -> None:
    field = made(Acknowledge)
    for ticked in ("OK", "on", "是", True, "√"):
        assert read(field, ticked) is True
    assert read(field, "否") is None
    assert (field.required, str(field.required_message)) == (True, "请勾选")
