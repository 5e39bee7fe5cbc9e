"""Units, people, records, rows."""

from __future__ import annotations

from forms.fields.person import Person
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.fields.unit import Unit
from forms.fields.units import Units
from tests.forms.asking import OFFICE, made, read, refusal
from tests.forms.dictionary import PEOPLE, UNITS


def test_a_unit_is_named_by_id_or_name_and_must_be_of_the_right_kind() -> None:
    field = made(Unit, unit_kinds=["town"])
    assert read(field, "城关镇") == read(field, "Ｔ1") == "T1"
    assert refusal(field, "县安委办") == "“县安委办”不是这里要填的单位"
    assert refusal(field, "旧镇") == "没有“旧镇”这个单位"
    assert field.show("T9", OFFICE) == "旧镇"


def test_a_person_is_named_by_a_name_that_only_one_has() -> None:
    field = made(Person)
    assert read(field, "李强") == "li"
    assert refusal(field, "王芳") == refusal(field, "王芳") == "没有“王芳”这个人，或有几位同名，请填登录名"
    assert field.show("wang2", OFFICE) == "wang2"
    assert field.show("li", OFFICE) == PEOPLE["li"]


def test_a_link_is_named_by_a_title_that_only_one_record_has() -> None:
    field = made(Record, form="enterprise")
    assert read(field, "酒厂 一分厂") == read(field, "R3") == "R3"
    assert refusal(field, "面粉厂") == "有 2 条都叫“面粉厂”，请从列表里选"
    assert refusal(field, "砖厂") == "没有找到“砖厂”"
    assert field.show("R1", OFFICE) == "R1"


def test_a_table_shows_its_rows_as_lines() -> None:
    inner = [{"type": "text", "name": "what", "label": "描述"}, {"type": "unit", "name": "town", "label": "乡镇"}]
    field = made(Repeat, fields=inner)
    assert field.show([{"what": "电线", "town": "T1"}, {"what": None}], OFFICE) == f"电线 {UNITS['T1'][0]}\n"
    assert field.show(None, OFFICE) == ""


def test_units_are_named_in_any_order_and_each_once() -> None:
    field = made(Units, unit_kinds=["town"])
    assert read(field, "柳河镇、城关镇，T2") == ["T2", "T1"]
    assert read(field, ["T1"]) == ["T1"]
    assert refusal(field, "城关镇、县安委办") == "“县安委办”不是这里要填的单位"
    assert refusal(field, "城关镇、旧镇") == "没有“旧镇”这个单位"


def test_a_person_may_have_to_have_a_role() -> None:
    field = made(Person, roles=["town_staff"])
    assert read(field, "李强") == "li"
    assert refusal(field, "wang1") == "“wang1”没有这里要求的角色，请另选一位"
