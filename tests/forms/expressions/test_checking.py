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
        ("count(${note})", "几个表格都有“note”"),
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
        ("${ways} = '用火'", "多选题不能用等号"),
        ("${open} = 'yes'", "是否题不能与“yes”比较"),
        ("${amount} > 3", "有许多值"),
        ("${amount} + 3", "有许多值"),
        ("${amount} = 3", "有许多值"),
        ("round(${amount})", "有许多值"),
        ("sum(${people})", "sum 要用于表格"),
        ("count(.)", "count 要用于表格"),
        ("selected(${people}, 'a')", "只用于选择题"),
        ("round(${code})", "round 要用于数字，这里是文字"),
        ("format-date(${people}, '%Y')", "要用于日期"),
        ("format-date(${day}, '%Q')", "不认识“%Q”"),
        ("user('phone')", "不知道“phone”"),
        ("if(${open}, ${code}, 'x') + 1", "文字，不能计算"),
        ("user('units')", "是不是“unit”"),
        ("floor(${code})", "floor 要用于数字"),
        ("workdays-between(${code}, today())", "workdays-between 要用于日期，这里是文字"),
        ("add-workdays(today(), 3) * 2", "日期不能用 *"),
        ("difference-in-days(${day}, ${amount})", "有许多值"),
        ("count(${hazards}[${amuont} > 3])", "是不是“amount”"),
        ("count(${hazards}[note > 3])", "文字不能比较大小"),
        ("${hazards}[1]/amount > 3", "有许多值"),
        ("count(${hazards}[amount > 3]/amuont)", "“amuont”不是表格 hazards 的列，是不是“amount”"),
        ("count(${people}[1])", "${people}[…] 要用于表格"),
        ("count(${nobody}[1])", "没有名为“nobody”"),
        ("indexed-repeat(${people}, ${hazards}, 1)", "“people”不是表格 hazards 的列"),
        ("indexed-repeat(${amount}, ${people}, 1)", "indexed-repeat 要用于表格"),
        ("indexed-repeat(${hazards.note}, ${hazards}, 1) > 3", "文字不能比较大小"),
        ("jr:choice-name(${day}, ${day})", "只用于选择题，这里是日期"),
        ("${people} > 5 and ${people} < 3", "永远不成立"),
        ("${people} > 5 and (${open} or true()) and 5 >= ${people}", "永远不成立"),
        ("if(. > '2026-05-01' and . < '2026-04-01', 1, 2)", "对 . 的几个条件不能同时成立"),
        ("${code} = '甲' and ${code} = '乙'", "永远不成立"),
        ("${people} = 3 and ${people} = 4", "永远不成立"),
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
        "${people} > 3 and ${people} < 5 and ${people} >= 4 and ${people} = 4",
        "${people} > 5 or ${people} < 3",
        "${people} > 5 and ${cost} < 3",
        "${code} != '甲' and ${code} != '乙'",
        "count(${hazards}[amount > 3 and note != '']) > 1",
        "sum(${hazards}[note = ${code}]/amount) + sum(${amount}[position() > 1])",
        "indexed-repeat(${amount}, ${hazards}, 1) + 1",
        "workdays-between(${day}, today()) > 3 and add-workdays(${day}, 3) > today()",
        "difference-in-months(., today()) < 12",
        "instance('towns')/root/item[name = ${code}]/county = '甲'",
        "pulldata('firm', 'people', 'name', ${code}) + 1",
    ],
)
def test_nothing_is_said_of_what_is_sound(text: str) -> None:
    assert check(parse(text), KINDS) == []


CHOICES = {"code": ("major", "general"), "ways": ("fire", "height"), ".": ("a", "b")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${code} = 'majer'", "code 没有“majer”这个选项，是不是“major”？"),
        ("'xyzzy' != ${code}", "code 没有“xyzzy”这个选项"),
        ("selected(${ways}, 'fires')", "是不是“fire”"),
        ("selected(., 'c')", ". 没有“c”"),
        ("if(true(), ${code} = 'Major', 1)", "没有“Major”"),
    ],
)
def test_a_choice_that_is_not_in_the_list_is_told(text: str, said: str) -> None:
    assert said in "".join(check(parse(text), {**KINDS, ".": "text"}, CHOICES))


@pytest.mark.parametrize("text", ["${code} = 'major'", "selected(${ways}, 'fire')", "${code} = ''", ". != 'a'"])
def test_a_choice_of_the_list_is_nothing_to_tell(text: str) -> None:
    assert check(parse(text), {**KINDS, ".": "text"}, CHOICES) == []


def test_inside_a_row_the_column_of_another_table_is_told_in_words() -> None:
    kinds = {"hazards": "table", "hazards.amount": "decimal", "visits": "table", "visits.hours": "decimal"}
    (finding,) = check(parse("${hours} > 3"), seen_from("hazards", kinds))
    assert finding == "“hours”是另一个表格 visits 的列，hazards 的这一行里没有它"
    assert "sum(${hours})" in finding.remedy
    assert check(parse("sum(${hours}) > 3"), seen_from("hazards", kinds)) == []


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
