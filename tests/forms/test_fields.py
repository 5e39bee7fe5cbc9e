"""Every type of question: what it shows is read back, and whatever is typed is a value or refused."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from forms.codes import USCC_ALPHABET, citizen_id_check_character, uscc_check_character
from forms.definition import field_classes
from forms.fields.acknowledge import Acknowledge
from forms.fields.barcode import Barcode
from forms.fields.base import Field
from forms.fields.calculate import Calculate
from forms.fields.date import Date
from forms.fields.datetime import DateTime
from forms.fields.decimal import DecimalNumber
from forms.fields.geopoint import Geopoint
from forms.fields.hidden import Hidden
from forms.fields.integer import LARGEST, Integer
from forms.fields.person import Person
from forms.fields.range import Range
from forms.fields.rank import Rank
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.fields.select_multiple import SelectMultiple
from forms.fields.select_one import SelectOne
from forms.fields.text import Text
from forms.fields.time import Time
from forms.fields.unit import Unit
from forms.fields.units import Units
from forms.fields.yes_no import YesNo
from forms.values import Kind, Raw, Rejected, Value
from tests.forms.asking import CHOICES, OFFICE, made, read, refusal
from tests.forms.dictionary import RECORDS


def citizen_ids() -> SearchStrategy[str]:
    def whole(area: int, day: date, order: int) -> str:
        body = f"{area:06}{day:%Y%m%d}{order:03}"
        return body + citizen_id_check_character(body)

    return st.builds(whole, st.integers(0, 999999), st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))


def credit_codes() -> SearchStrategy[str]:
    return st.text(USCC_ALPHABET, min_size=17, max_size=17).map(lambda body: body + uscc_check_character(body))


def xform(place: tuple[Decimal, Decimal]) -> str:
    return f"{place[0]:f} {place[1]:f}"


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
ANSWERED: list[tuple[Field, SearchStrategy[Raw]]] = [
    (made(Text), WORDS),
    (made(Text, format="multiline"), WORDS),
    (made(Text, format="citizen_id"), citizen_ids()),
    (made(Text, format="uscc"), credit_codes()),
    (made(Text, format="phone"), st.from_regex(r"\A1[0-9]{10}\Z|\A0[0-9]{3}-?[0-9]{7}\Z")),
    (made(Text, format="email"), st.from_regex(r"\A[a-z]{1,9}@[a-z]{1,9}\.cn\Z")),
    (made(Integer, measure_word="人"), st.integers(-LARGEST, LARGEST)),
    (made(DecimalNumber, measure_word="㎡"), st.decimals(-(10**11) + 1, 10**11 - 1, places=4).map(str)),
    (made(Date), st.dates().map(str)),
    (made(Time), st.times().map(lambda at: at.strftime("%H:%M"))),
    (made(YesNo), st.booleans()),
    (made(SelectOne, choices=CHOICES), st.sampled_from(sorted(CHOICES))),
    (made(SelectMultiple, choices=CHOICES), st.lists(st.sampled_from(sorted(CHOICES)), min_size=1)),
    (made(Unit), st.sampled_from(["O", "T1", "T2"])),
    (made(Person), st.sampled_from(["li", "wang1", "wang2"])),
    (made(Record, form="enterprise"), st.sampled_from(sorted(RECORDS))),
    (made(Text, format="url"), st.from_regex(r"\Ahttps?://[a-z]{1,9}\.cn(/[a-z]{0,5})?\Z")),
    (made(Text, format="plate"), st.from_regex(r"\A[豫京][A-C][A-HJ-NP-Z0-9]{5,6}\Z")),
    (made(DateTime), st.datetimes().map(lambda at: at.isoformat(timespec="minutes"))),
    (made(Hidden), WORDS),
    (made(Barcode), WORDS),
    (made(Acknowledge), st.booleans()),
    (made(Range, start=-5, end=5, step=0.25), st.integers(-20, 20).map(lambda steps: steps / 4)),
    (made(Range, start=0, end=100, step=5), st.integers(0, 20).map(lambda steps: steps * 5)),
    (made(Rank, choices=CHOICES), st.permutations(sorted(CHOICES))),
    (made(Units), st.lists(st.sampled_from(["O", "T1", "T2"]), min_size=1)),
    (made(Geopoint), st.tuples(st.decimals(-90, 90, places=7), st.decimals(-180, 180, places=7)).map(xform)),
]


@pytest.mark.parametrize(("field", "raws"), ANSWERED, ids=lambda item: getattr(item, "type", ""))
def test_what_a_field_shows_is_read_as_what_it_was(field: Field, raws: SearchStrategy[Raw]) -> None:
    @given(raws)
    def holds(raw: Raw) -> None:
        value = read(field, raw)
        assert read(field, field.show(value, OFFICE)) == value

    holds()


def test_every_type_that_can_be_answered_is_among_them() -> None:
    never_typed: set[type[Field]] = {cls for cls in field_classes() if cls.kind in (Kind.NOTHING, Kind.FILES)}
    never_typed |= {Calculate, Repeat}
    typed: set[type[Field]] = {type(field) for field, _ in ANSWERED}
    assert typed == set(field_classes()) - never_typed


@pytest.mark.parametrize(("field", "raws"), ANSWERED, ids=lambda item: getattr(item, "type", ""))
def test_nothing_is_no_answer_and_shows_as_nothing(field: Field, raws: object) -> None:
    for nothing in ("", "  ", "\u3000", "\n", None):
        assert read(field, nothing) is None
    assert field.show(None, OFFICE) == ""


@pytest.mark.parametrize(("field", "raws"), ANSWERED, ids=lambda item: getattr(item, "type", ""))
def test_whatever_is_typed_is_a_value_or_refused(field: Field, raws: object) -> None:
    @given(
        st.text(max_size=30) | st.integers() | st.floats() | st.booleans() | st.lists(st.text(max_size=5), max_size=3)
    )
    def holds(raw: Raw) -> None:
        with suppress(Rejected):
            value = read(field, raw)
            shown = field.show(value, OFFICE)
            assert _read_again(field, shown) == value

    holds()


def _read_again(field: Field, shown: str) -> Value:
    try:
        return read(field, shown)
    except Rejected as rejected:
        pytest.fail(f"{shown!r} is not read back: {rejected.sentence}")


def test_a_value_of_the_wrong_shape_is_refused() -> None:
    for field, _ in ANSWERED:
        assert refusal(field, {"a": "b"})
    assert refusal(made(Text), ["a"]) == "应当是一个值"
    assert refusal(made(SelectMultiple, choices=CHOICES), [["general"]]) == "应当是一个值"


@pytest.mark.parametrize(("field", "raws"), ANSWERED, ids=lambda item: getattr(item, "type", ""))
def test_what_is_read_is_json_and_read_again_the_same(field: Field, raws: SearchStrategy[Raw]) -> None:
    @given(raws)
    def holds(raw: Raw) -> None:
        value = read(field, raw)
        again = json.loads(json.dumps(value))
        assert again == value
        assert read(field, again) == value

    holds()
