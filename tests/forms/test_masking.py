from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.fields.base import Field
from forms.fields.date import Date
from forms.fields.integer import Integer
from forms.fields.person import Person
from forms.fields.text import Format, Text
from forms.labels import Label
from forms.masking import STARS, is_masked, masked

LABEL = Label("题")
LINE = Text(name="line", label=LABEL)
FIELDS: tuple[Field, ...] = (
    LINE,
    Text(name="many", label=LABEL, format=Format.MULTILINE),
    Text(name="phone", label=LABEL, format=Format.PHONE),
    Text(name="mail", label=LABEL, format=Format.EMAIL),
    Text(name="code", label=LABEL, format=Format.USCC),
    Text(name="citizen", label=LABEL, format=Format.CITIZEN_ID),
    Person(name="person", label=LABEL),
    Integer(name="number", label=LABEL),
    Date(name="day", label=LABEL),
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("13812345678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("+86 13812345678", "+86 138****5678"),
        ("0371-66778899", "0371-****8899"),
        ("6677889", "***7889"),
        ("41992619900101123X", "4199**********123X"),
        ("6222021234567890123", "***************0123"),
        ("6222 0212 3456 7890", "************7890"),
        ("张三", "张**"),
        ("欧阳修远", "欧**"),
        ("青山县城关镇建设路12号", "青山县城关镇****"),
        ("城关镇建设路12号院3号楼", "城关镇****"),
        ("三车间配电室旁的旧仓库里", STARS),
        ("wang@example.com", "w***@example.com"),
        ("王", STARS),
        ("A1", STARS),
        ("1381234567", STARS),
        ("", ""),
    ],
)
def test_a_line_is_masked_by_its_look(text: str, seen: str) -> None:
    assert masked(LINE, text) == seen


def test_what_is_no_line_is_stars_alone() -> None:
    shown = {"many": "张三说漏气", "code": "91410100MA3X5T2K8L", "number": "42", "day": "2026-11-22"}
    assert {field.name: masked(field, shown[field.name]) for field in FIELDS if field.name in shown} == dict.fromkeys(
        shown, STARS
    )
    assert [masked(field, "王建国") for field in FIELDS if field.name == "person"] == ["王**"]


@given(st.sampled_from(FIELDS), st.text(st.characters(codec="utf-8", exclude_characters="*＊"), min_size=1))
def test_a_masked_answer_is_known_as_such_and_never_gives_itself_back(field: Field, text: str) -> None:
    seen = masked(field, text)
    assert is_masked(seen)
    assert not is_masked(text)
    assert text not in seen


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.from_regex(r"[0-9]{4}", fullmatch=True))
def test_phones_that_differ_where_the_stars_are_look_alike(phone: str, other: str) -> None:
    assert masked(LINE, phone) == masked(LINE, phone[:3] + other + phone[7:])
    assert len(masked(LINE, phone)) == len(phone)


def test_names_show_neither_how_long_they_are_nor_more_than_their_first_sign() -> None:
    assert {masked(LINE, name) for name in ("李雷", "李晓明", "李小龙女")} == {"李**"}


def test_stars_of_a_chinese_keyboard_are_stars() -> None:
    assert is_masked("138＊＊＊＊5678")
    assert not is_masked("4*5 毫米")
    assert not is_masked(42)
