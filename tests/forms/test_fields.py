"""Every type of question: what it accepts, what it refuses, and that what it shows is read back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from forms.codes import USCC_ALPHABET, citizen_id_check_character, uscc_check_character
from forms.definition import field_classes
from forms.fields.acknowledge import Acknowledge
from forms.fields.barcode import Barcode
from forms.fields.base import Field, plain
from forms.fields.calculate import Calculate
from forms.fields.date import Date
from forms.fields.datetime import DateTime
from forms.fields.decimal import DecimalNumber, canonical
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
from tests.forms.dictionary import PEOPLE, RECORDS, UNITS, Dictionary

OFFICE = Dictionary()
CHOICES = {
    "general": "一般",
    "major": {"zh": "重大", "en": "Major"},
    "fire": "火灾、爆炸",
    "ab": "甲",
    "AB": "乙",
    "2": "二",
}


def made(cls: type[Field], **keys: Any) -> Field:
    return cls.model_validate({"name": "q", "label": "题", "type": cls.model_fields["type"].default, **keys})


def read(field: Field, raw: Raw) -> Value:
    return field.read(raw, OFFICE)


def refusal(field: Field, raw: Raw) -> str:
    with pytest.raises(Rejected) as rejected:
        read(field, raw)
    return str(rejected.value.sentence)


# ---- what is shown is read back ------------------------------------------------------------------------------------


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


# ---- words ---------------------------------------------------------------------------------------------------------


def test_a_line_is_one_line_and_several_lines_stay_several() -> None:
    assert read(made(Text), " 电线\r\n 老化　了 ") == "电线 老化 了"
    assert read(made(Text, format="multiline"), " 电线\r\n老化\r了 ") == "电线\n老化\n了"


def test_what_cannot_be_stored_is_left_out() -> None:
    assert read(made(Text, format="multiline"), "电\x00线\x0b\ud83d老\t化") == "电线老\t化"


def test_words_have_a_limit() -> None:
    assert read(made(Text), "字" * 20_000)
    assert refusal(made(Text), "字" * 20_001) == "最多写 20000 个字，现在 20001 个"


def test_numbers_from_a_spreadsheet_are_words_too() -> None:
    assert read(made(Text), 371.0) == "371"
    assert read(made(Text), 0.1 + 0.2) == "0.3"
    assert read(made(Text), True) == "true"
    assert plain(1e22) == "10000000000000000000000"


# ---- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("１２", 12),
        ("1,234", 1234),
        ("１，２３４，５６７", 1234567),
        ("+3", 3),
        ("－3", -3),
        ("12 人", 12),
        ("12人", 12),
        ("12.00", 12),
        (12.0, 12),
        ("007", 7),
    ],
)
def test_whole_numbers_as_people_type_them(typed: Raw, value: int) -> None:
    assert read(made(Integer, measure_word="人"), typed) == value


@pytest.mark.parametrize(
    "typed", ["12.5", "1,5", "12,34", "1,2345", "十二", "1e3", "3处", "--3", "1 2", "²x", "٣x", 0.5]
)
def test_what_is_no_whole_number_is_refused(typed: Raw) -> None:
    assert refusal(made(Integer, measure_word="人"), typed) == "应是整数，例如 12"


def test_a_number_that_a_page_would_change_is_refused() -> None:
    assert read(made(Integer), str(2**53)) == 2**53
    for digits in (str(2**53 + 1), "9" * 5000):
        assert refusal(made(Integer), digits) == "这个数太大，编号请用文字题"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12.50", "12.5"),
        ("１２．５", "12.5"),
        ("1,234.5万元", "1234.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("0.10000", "0.1"),
        (0.1 + 0.2, "0.3"),
        (1e-4, "0.0001"),
        ("100", "100"),
        ("99999999999.9999",) * 2,
    ],
)
def test_amounts_as_people_type_them(typed: Raw, value: str) -> None:
    assert read(made(DecimalNumber, measure_word="万元"), typed) == value


@pytest.mark.parametrize("typed", ["1,5", "1.2.3", "十", "1e3", "", "nan", "∞", "12 元"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    if typed:
        assert refusal(made(DecimalNumber, measure_word="万元"), typed) == "应是数字，例如 12.5"


@pytest.mark.parametrize("typed", ["0.00001", "100000000000", f"1.{'0' * 40}1", "1" * 5000])
def test_an_amount_that_would_be_rounded_is_refused(typed: str) -> None:
    assert refusal(made(DecimalNumber), typed) == "最多 11 位整数、4 位小数"


@given(st.decimals(-(10**13), 10**13, places=4))
def test_one_number_has_one_spelling(number: Decimal) -> None:
    assert canonical(number) == canonical(number * 10 / 10)
    assert Decimal(canonical(number)) == number


def test_a_unit_of_measure_is_left_out_in_any_width() -> None:
    assert read(made(DecimalNumber, measure_word="㎡"), "120㎡") == "120"
    assert read(made(DecimalNumber, measure_word="㎡"), "120m2") == "120"


# ---- days and hours ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "2026年11月22号",
        "2026年11月22",
        "20261122",
        "２０２６年１１月２２日",
        "2026 年 11 月 22 日",
        "2026-11-22 00:00:00",
        "2026-11-22T00:00",
        "46348",
        46348,
        46348.0,
    ],
)
def test_days_in_the_spellings_of_people_and_spreadsheets(typed: Raw) -> None:
    assert read(made(Date), typed) == "2026-11-22"


@pytest.mark.parametrize("typed", ["2026-2-29", "2026-13-01", "20261131", "2026年2月30日", "0000-01-01"])
def test_a_day_that_no_calendar_has_is_refused(typed: str) -> None:
    assert refusal(made(Date), typed) == f"没有“{typed}”这一天"


@pytest.mark.parametrize("typed", ["11-22", "22/11/2026", "昨天", "2026", "46348.5", "99999", "2026-11-22 08:30"])
def test_what_may_be_another_day_is_refused(typed: str) -> None:
    assert refusal(made(Date), typed) == "日期请写成 2026-11-22 或 2026年11月22日"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8:30", "08:30"),
        ("08:30:00", "08:30"),
        ("8：30", "08:30"),
        ("8时30分", "08:30"),
        ("16点", "16:00"),
        ("0:00", "00:00"),
    ],
)
def test_hours_as_people_type_them(typed: str, value: str) -> None:
    assert read(made(Time), typed) == value


@pytest.mark.parametrize("typed", ["24:00", "12:60", "830", "上午", "8.30"])
def test_an_hour_that_no_clock_shows_is_refused(typed: str) -> None:
    assert refusal(made(Time), typed) == "时间请写成 16:00"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("是", True), ("√", True), ("Ｙ", True), (1, True), ("否", False), ("无", False), (False, False)],
)
def test_yes_and_no(typed: Raw, value: bool) -> None:  # noqa: FBT001 -- it is the answer
    assert read(made(YesNo), typed) is value
    assert refusal(made(YesNo), "也许") == "请填“是”或“否”"


# ---- codes ---------------------------------------------------------------------------------------------------------


def code(format_: str, typed: Raw) -> Value:
    return read(made(Text, format=format_), typed)


def whole_id(body: str) -> str:
    return body + citizen_id_check_character(body)


def test_ids_of_any_area_and_any_case_are_accepted() -> None:
    body = next(f"99999919491001{order:03}" for order in range(999) if whole_id(f"99999919491001{order:03}")[-1] == "X")
    assert code("citizen_id", whole_id(body)) == f"{body}X"
    assert code("citizen_id", f"{body}x") == f"{body}X"
    assert code("citizen_id", f" {body}Ｘ ") == f"{body}X"


def test_what_is_wrong_with_an_id_is_said() -> None:
    field = made(Text, format="citizen_id")
    good = whole_id("41992619491001001")
    wrong_check = "0" if good[-1] != "0" else "1"
    assert refusal(field, good[:17] + wrong_check) == "公民身份号码的校验位不对，请核对证件"
    assert refusal(field, whole_id("41992619490230001")) == "公民身份号码里的出生日期不存在"
    assert refusal(field, "4199261949") == "公民身份号码是 17 位数字加 1 位数字或 X"
    assert refusal(field, "٤" * 18) == "公民身份号码是 17 位数字加 1 位数字或 X"


def test_the_example_of_the_standard_holds() -> None:
    assert citizen_id_check_character("11010519491231002") == "X"  # GB 11643-1999, annex A
    assert uscc_check_character("91350100M000100Y4") == "3"  # GB 32100-2015, a well-known example


def test_credit_codes_may_begin_with_a_letter() -> None:
    for body in ("Y1350100M000100Y4", "91350100M000100Y4", "N2350100MF00100Y4"):
        whole = body + uscc_check_character(body)
        assert code("uscc", whole) == whole
        assert code("uscc", whole.lower()) == whole


def test_what_is_wrong_with_a_credit_code_is_said() -> None:
    field = made(Text, format="uscc")
    assert "“I”" in refusal(field, "9I350100M000100Y43")
    assert "“O”" in refusal(field, "9135O100M000100Y43")
    assert refusal(field, "91350100M000100Y4") == "统一社会信用代码是 18 位，现在 17 位"
    assert refusal(field, "91350100M000100Y44") == "统一社会信用代码的校验位不对，请核对执照"


@pytest.mark.parametrize("damaged", ["4.19926E+17", "4.19926194910010e17", "9E+17", "4.19926194910010E17"])
@pytest.mark.parametrize("format_", ["citizen_id", "uscc", "phone"])
def test_a_number_that_a_spreadsheet_damaged_is_told_so(damaged: str, format_: str) -> None:
    assert refusal(made(Text, format=format_), damaged).startswith("这是被表格软件改成科学计数法的号码")


@pytest.mark.parametrize(
    "typed",
    [
        "13800000000",
        "138 0000 0000",
        "+8613800000000",
        "0371-66666666",
        "03716666666",
        "400-800-8000",
        "0371-66666666-12",
    ],
)
def test_telephone_numbers(typed: str) -> None:
    assert code("phone", typed) == typed


@pytest.mark.parametrize("typed", ["1380000000", "66666666", "电话", "138000000000"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    assert refusal(made(Text, format="phone"), typed) == "电话应是 11 位手机号，或“区号-号码”"


def test_addresses_of_mail() -> None:
    assert code("email", "ａnbian@example.cn") == "anbian@example.cn"
    for typed in ("anbian", "a@b", "a b@example.cn", "a@example.cn,b@example.cn", "安 <a@example.cn>"):
        assert refusal(made(Text, format="email"), typed) == "邮箱应像 name@example.cn"


# ---- choices -------------------------------------------------------------------------------------------------------


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


# ---- units, people, records ----------------------------------------------------------------------------------------


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
