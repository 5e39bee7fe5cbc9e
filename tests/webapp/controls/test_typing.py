from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forms.definition import Form
from forms.loading import load_form
from forms.values import Raw
from webapp.controls.holding import fitting
from webapp.controls.places import split_place
from webapp.controls.typing import typed, with_rows_changed, with_rows_counted


@cache
def strict() -> Form:
    form = load_form(Path(__file__).parents[1] / "definitions/strict.yaml", {})
    assert isinstance(form, Form)
    return form


def read(*pairs: tuple[str, str]) -> dict[str, Raw]:
    return typed(strict(), MultiDict(pairs))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("place", ((), "place")),
        ("visits-0-seen", (("visits", 0), "seen")),
        ("visits-0-findings-12-what", (("visits", 0, "findings", 12), "what")),
        ("visits-1000-seen", ((), "visits-1000-seen")),
        ("visits-²-seen", ((), "visits-²-seen")),
        ("-0-", ((), "-0-")),
        ("visits-0-", (("visits", 0), "")),
    ],
)
def test_a_name_of_the_page_tells_its_rows(name: str, expected: object) -> None:
    assert split_place(name) == expected


def test_rows_in_rows_are_put_in_order_and_untouched_ones_left_out() -> None:
    assert read(
        ("visits-7-seen", "乙"),
        ("visits-7-findings-3-what", "门"),
        ("visits-7-findings-1-what", ""),
        ("visits-2-seen", "甲"),
        ("visits-4-seen", ""),
    ) == {"visits": [{"seen": "甲"}, {"findings": [{"what": "门"}], "seen": "乙"}]}


def test_rows_that_are_counted_stay_though_nothing_was_typed_in_them() -> None:
    assert read(("guests-0-guest", ""), ("guests-1-guest", "乙")) == {"guests": [{"guest": ""}, {"guest": "乙"}]}


def test_a_repeat_whose_rows_were_all_taken_away_is_sent_as_nothing_and_other_texts_go_to_the_reader() -> None:
    assert read(("visits", "")) == {"visits": ""}
    assert read(("visits", ""), ("visits-0-seen", "甲")) == {"visits": [{"seen": "甲"}]}
    assert read(("visits", "x")) == {"visits": "x"}


def test_strange_names_stay_so_that_they_are_refused() -> None:
    names = ("nmae", "name-0-x", "visits-0-", "visits-0-findings-0-", "nothing-0-x", "visits-0-seen-1-x")
    assert read(*((name, "1") for name in names)) == {
        **dict.fromkeys(("nmae", "name-0-x", "visits-0-", "visits-0-findings-0-", "nothing-0-x"), "1"),
        "visits-0-seen-1-x": "1",
    }
    assert read(("visits-0-sene", "x")) == {"visits": [{"sene": "x"}]}


def test_files_come_with_their_names_and_an_order_by_its_numbers() -> None:
    assert read(("photos", ""), ("photos", "abc 现场 1.jpg")) == {"photos": [{"digest": "abc", "name": "现场 1.jpg"}]}
    assert read(("order", ""), ("order", "fire=2"), ("order", "wire=1"), ("order", "gas=")) == {
        "order": ["wire", "fire"]
    }
    assert read(("order", "gas"), ("order", "fire")) == {"order": ["gas", "fire"]}
    assert read(("order", "fire=1"), ("order", "wire=1")) == {"order": ["fire"]}


def test_rows_are_added_and_taken_away_at_every_level() -> None:
    blanks: dict[str, dict[str, Raw]] = {"visits": {"seen": "门卫", "findings": [{"what": "没有"}]}}
    raw: dict[str, Raw] = {"visits": [{"seen": "甲", "findings": [{"what": "a"}, {"what": "b"}]}]}

    def asked(**posted: str) -> dict[str, Raw] | None:
        return with_rows_changed(strict(), raw, posted, blanks)

    assert asked(_add_row="visits") == {"visits": [*raw["visits"], {"seen": "门卫", "findings": []}]}  # type: ignore[misc]
    assert asked(_add_row="visits-0-findings") == {
        "visits": [{"seen": "甲", "findings": [{"what": "a"}, {"what": "b"}, {"what": "没有"}]}]
    }
    assert asked(_remove_row="visits-0-findings-0") == {"visits": [{"seen": "甲", "findings": [{"what": "b"}]}]}
    assert asked(_remove_row="visits-0") == {"visits": []}
    assert asked(_add_row="visits-9-findings") == raw, "a row that is not there gets none"
    for nothing in ("name", "", "visits-0-seen", "visits-²"):
        assert asked(_add_row=nothing) is None
        assert asked(_remove_row=nothing) is None


def test_counted_rows_are_listed_where_no_scripts_do_it() -> None:
    raw: dict[str, Raw] = {"people": "3", "guests": [{"guest": "甲"}]}
    counted = with_rows_counted(strict(), raw, "guests", {"guests": [{}, {}, {}]})
    assert counted == {"people": "3", "guests": [{"guest": "甲"}, {}, {}]}
    assert with_rows_counted(strict(), raw, "guests", {"guests": None}) == {"people": "3", "guests": []}
    assert with_rows_counted(strict(), raw, "people", {}) is None


JSON: st.SearchStrategy[Raw] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["digest", "name", "seen"]), inner),
    max_leaves=6,
)


@given(JSON)
def test_whatever_a_program_sent_a_control_holds_something(given_: Raw) -> None:
    for field in strict().questions.values():
        fitting(field, given_)
