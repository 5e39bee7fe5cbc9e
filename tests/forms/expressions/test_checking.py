from __future__ import annotations

import pytest

from forms.expressions.checking import check
from forms.expressions.names import Column, Single, place_of, seen_from
from forms.expressions.parsing import parse

KINDS = {
    "people": "integer",
    "cost": "decimal",
    "code": "text",
    "day": "date",
    "start": "time",
    "open": "yes_no",
    "ways": "list",
    "hazards": "table",
    "hazards.amount": "decimal",
    "hazards.note": "text",
    "visits": "table",
    "visits.note": "text",
    ".": "date",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${peple} > 1", "是不是“people”"),
        ("${amonut} > 1", "是不是“amount”"),
        ("${xyzzy}", "没有名为“xyzzy”"),
        ("count(${note})", "${hazards.note}、${visits.note}"),
        ("${code} + 1", "文字，不能计算"),
        ("${open} * 2", "是否，不能计算"),
        ("'甲' - 1", "不能计算"),
        ("${day} + today()", "不能相加"),
        ("${day} * 2", "日期不能用 *"),
        ("${code} > 3", "文字不能比较大小"),
        ("${ways} < 3", "多选不能比较大小"),
        ("${day} > 3", "日期不能与数字比较"),
        ("${day} > ${start}", "日期不能与时间比较"),
        ("${people} < today()", "数字不能与日期比较"),
        (". > 2026", "日期不能与数字比较"),
        ("${day} - today() > '2026-01-01'", "数字不能与日期比较"),
        ("${day} = 5", "日期不能与数字比较"),
        ("${day} = '明天'", "不是日期"),
        ("${people} = '多'", "不是数字"),
        ("${ways} = '用火'", "selected(…, '用火')"),
        ("${open} = 'yes'", "是否题只能与"),
        ("${amount} > 3", "请先用 sum"),
        ("${amount} + 3", "请先用 sum"),
        ("${amount} = 3", "请先用 sum"),
        ("round(${amount})", "请先用 sum"),
        ("sum(${people})", "sum 要用于表格"),
        ("count(.)", "count 要用于表格"),
        ("selected(${people}, 'a')", "只用于选择题"),
        ("round(${code})", "round 要用于数字，现在是文字"),
        ("format-date(${people}, '%Y')", "要是日期"),
        ("format-date(${day}, '%Q')", "不认识“%Q”"),
        ("user('phone')", "没有 'phone'"),
        ("if(${open}, ${code}, 'x') + 1", "文字，不能计算"),
    ],
)
def test_a_clash_is_told(text: str, said: str) -> None:
    assert said in "".join(check(parse(text), KINDS))


@pytest.mark.parametrize(
    "text",
    [
        "${people} > 1 and ${cost} <= 2.5",
        "${code} = '0371' or ${code} = ''",
        "${day} - today() <= 30",
        "${day} + 7 > today()",
        "${day} >= '2026-01-01'",
        ". <= today()",
        "${start} < '12:00'",
        "${open} = true() and ${open} != ''",
        "selected(${ways}, '用火') and count-selected(${ways}) > 1",
        "${ways} = ''",
        "sum(${amount}) > 3 and count(${hazards}) < 5",
        "number(${code}) + 1",
        "'5' + 1",
        "string-length(${code}) = 18",
        "count(${visits.note})",
        "format-date(today(), '%Y年%n月')",
        "if(${open}, ${cost}, 0) * 2",
        "coalesce(${cost}, 0) + 1",
        "user('unit')",
        "concat(${code}, ${people}, ${day})",
    ],
)
def test_nothing_is_said_of_what_is_sound(text: str) -> None:
    assert check(parse(text), KINDS) == []


def test_nothing_is_said_of_an_attribute_of_a_choice() -> None:
    assert check(parse("town = ${code} and size > 3", of_choice=True), KINDS) == []


def test_inside_a_row_a_column_is_one_answer() -> None:
    assert check(parse("${amount} > 3 and ${note} != ''"), seen_from("hazards", KINDS)) == []


def test_a_thing_wrong_twice_is_told_once() -> None:
    assert len(check(parse("${code} > 1 and ${code} > 2"), KINDS)) == 1


def test_a_name_is_found_in_its_place() -> None:
    assert place_of("people", KINDS) == Single("people", "integer")
    assert place_of("amount", KINDS) == Column("hazards", "amount", "decimal")
    assert place_of("visits.note", KINDS) == Column("visits", "note", "text")
    assert place_of("note", KINDS) == Single("note", "")
    assert place_of("note", seen_from("visits", KINDS)) == Single("note", "text")
    assert place_of("nobody", KINDS) == Single("nobody", "")
