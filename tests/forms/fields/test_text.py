"""Words, and codes that are printed on licences and cards."""

from __future__ import annotations

import pytest

from forms.codes import citizen_id_check_character, uscc_check_character
from forms.fields.base import plain
from forms.fields.text import Text
from forms.values import Raw, Value
from tests.forms.asking import made, read, refusal


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


def test_addresses_of_pages() -> None:
    for typed in ("https://example.cn", "http://example.cn:8080/a?b=c#d", "HTTPS://EXAMPLE.CN/"):
        assert code("url", typed) == typed
    for typed in ("example.cn", "javascript:alert(1)", "ftp://example.cn", "https://", 'https://a"b', "https://a@b.cn"):
        assert refusal(made(Text, format="url"), typed) == "网址应像 https://example.cn/page"


def test_number_plates() -> None:
    assert code("plate", "豫a1234５") == "豫A12345"
    for typed in ("豫AD12345", "豫A1234挂", "京A0001警"):
        assert code("plate", typed) == typed
    for typed in ("A12345", "豫12345", "豫AI2345", "豫A123456X"):
        assert refusal(made(Text, format="plate"), typed).startswith("车牌号应像 豫A12345")


@pytest.mark.parametrize("format_", ["citizen_id", "uscc"])
def test_digits_that_a_spreadsheet_has_blunted_are_told_so(format_: str) -> None:
    field = made(Text, format=format_)
    for blunt in (419926194910010000.0, 9.1350100123456e17, "419926194910010000"):
        assert refusal(field, blunt).startswith("这串号码被表格软件当成数字")
    assert refusal(field, "４.19926E+17").startswith("这是被表格软件改成科学计数法的号码")


def test_a_true_code_that_ends_in_zeros_is_accepted() -> None:
    whole = next(
        whole_id(f"4199261949100{day}{order}00")
        for day in range(1, 10)
        for order in range(10)
        if whole_id(f"4199261949100{day}{order}00").endswith("000")
    )
    assert code("citizen_id", whole) == whole


@pytest.mark.parametrize("head", ["A1", "N2", "N3", "Y1", "11", "91", "92", "93"])
def test_credit_codes_of_every_registering_office_are_accepted(head: str) -> None:
    whole = next(body + uscc_check_character(body) for body in (f"{head}419926MA4{tail:05}0"[:17] for tail in range(9)))
    assert code("uscc", whole) == whole
