from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from forms.expressions.calls import PLAIN
from forms.expressions.checking import check
from forms.expressions.evaluation import Scope, Value, compiled, truth
from forms.expressions.functions import FUNCTIONS
from forms.expressions.lookups import READY
from forms.expressions.names import seen_from
from forms.expressions.operators import OPERATORS
from forms.expressions.parsing import parse
from forms.expressions.tree import to_json

NOW = datetime(2026, 11, 22, 10, 30, 5, 999999, tzinfo=timezone(timedelta(hours=8)))
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
    "hazards.level": "text",
}
ANSWERS: dict[str, Any] = {
    "people": 12,
    "cost": "12.50",
    "code": "0371",
    "day": "2026-11-30",
    "start": "08:30",
    "open": False,
    "ways": ["用火", "动土"],
    "hazards": [{"amount": "1.5", "level": "major"}, {"amount": None, "level": "general"}, {"amount": "2.25"}],
    "blank": None,
}


def value(
    text: str, *, row: dict[str, Any] | None = None, this: Any = None, kinds: dict[str, str] | None = None
) -> Value:
    scope = Scope(ANSWERS, row, this, NOW, {"name": "张三", "unit": "应急局", "id": "u1"}, {"town": "东街"})
    return compiled(parse(text, of_choice=True), KINDS | (kinds or {}))(scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # answers
        ("${people}", 12.0),
        ("${cost}", 12.5),
        ("${code}", "0371"),
        ("${open}", False),
        ("${blank}", ""),
        ("${nobody}", ""),
        ("town", "东街"),
        ("nothing", ""),
        # comparisons
        ("${code} = '0371'", True),
        ("${code} = 371", True),
        ("${cost} = 12.5", True),
        ("${cost} = '12.5'", True),
        ("${blank} = ''", True),
        ("${blank} = 0", False),
        ("${blank} != 0", True),
        ("${blank} > 3 or ${blank} <= 3", False),
        ("${open} = false()", True),
        ("${open} = ''", False),
        ("${blank} = false()", False),
        ("${open} = 0", True),
        ("${day} > today()", True),
        ("${start} < '09:00'", True),
        ("${ways} = '用火 动土'", True),
        # arithmetic
        ("${people} + ${cost}", 24.5),
        ("0.1 + 0.2", 0.30000000000000004),
        ("7 div 2", 3.5),
        ("-7 mod 3", -1.0),
        ("2 + 3 * 4", 14.0),
        ("true() + 1", 2.0),
        ("'1' + '2'", 3.0),
        # dates
        ("today()", "2026-11-22"),
        ("now()", "2026-11-22T10:30:05"),
        ("${day} - today()", 8.0),
        ("today() + 7", "2026-11-29"),
        ("7 + today()", "2026-11-29"),
        ("${day} - 30", "2026-10-31"),
        ("'2026-11-22T08:00' + 0.5", "2026-11-22T20:00:00"),
        ("'9999-12-31' + 1", ""),
        ("today() + ${blank}", ""),
        ("'2024-03-01' - '2024-02-28'", 2.0),
        ("date('2026-11-22T08:30')", "2026-11-22"),
        ("date(0)", "1970-01-01"),
        ("date('明天')", ""),
        ("date('08:30')", ""),
        ("format-date(${day}, '%Y年%n月%e日（%a）')", "2026年11月30日（周一）"),
        ("format-date('2026-03-05T08:05:09', '%y%m%d %H:%M:%S %h %b %% %q')", "260305 08:05:09 8 3月 % %q"),
        ("format-date('', '%Y')", ""),
        ("format-date(${start}, '%H点')", "08点"),
        # conditions
        ("if(${people} > 10, '多', '少')", "多"),
        ("coalesce(${blank}, '', ${cost})", 12.5),
        ("coalesce('', '')", ""),
        ("not(${blank})", True),
        ("'0' and 1", True),
        ("0 or ''", False),
        ("boolean-from-string('1')", True),
        ("boolean-from-string('是')", False),
        # selections
        ("selected(${ways}, '用火')", True),
        ("selected(${ways}, '用')", False),
        ("selected('a b', ' b ')", True),
        ("selected('ab', 'b')", False),
        ("selected('ab ba', 'b')", False),
        ("selected('', '')", False),
        ("selected-at(${ways}, 1)", "动土"),
        ("selected-at(${ways}, 2)", ""),
        ("selected-at(${ways}, -1)", ""),
        ("count-selected(${ways})", 2.0),
        ("count-selected('a b  c')", 3.0),
        # tables
        ("count(${hazards})", 3.0),
        ("sum(${amount})", 3.75),
        ("sum(${hazards.amount})", 3.75),
        ("count(${amount})", 3.0),
        ("count-non-empty(${amount})", 2.0),
        ("min(${amount})", 1.5),
        ("max(${amount}, 9)", 9.0),
        ("join('、', ${level})", "major、general、"),
        ("concat(${level}, 1)", "majorgeneral1"),
        ("sum(${nobody})", 0.0),
        ("count(${blank})", 0.0),
        # numbers
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(1.005, 2)", 1.01),
        ("round(1234, -2)", 1200.0),
        (f"round(1{'0' * 300}, 15) > 1", True),
        ("int(-2.7)", -2.0),
        ("abs(-2.7)", 2.7),
        ("number(' 7 ')", 7.0),
        ("number('1970-01-02')", 1.0),
        ("number('1900-03-01T12:00')", -25507.5),
        ("number(selected-at('7 8', 0)) + 1", 8.0),
        # texts
        ("string(12.50)", "12.5"),
        ("string(1 div 0)", ""),
        ("string(true())", "true"),
        ("string-length('𠮷野家')", 3.0),
        ("concat('共', 3, '人')", "共3人"),
        ("join('-', 'a', 1, true())", "a-1-true"),
        ("substr('𠮷野家店', 1)", "野家店"),
        ("substr('𠮷野家店', 0, 2)", "𠮷野"),
        ("substr('𠮷野家店', -2)", "家店"),
        ("substr('𠮷野家店', 3, 1)", ""),
        ("contains('安全生产', '生产')", True),
        ("starts-with('安全', '全')", False),
        ("ends-with('安全', '全')", True),
        ("regex('13800000000', '1[3-9]\\d{9}')", True),
        ("regex('x13800000000', '1[3-9]\\d{9}')", False),
        ("user('name')", "张三"),
        ("user('phone')", ""),
    ],
)
def test_an_expression_gives(text: str, expected: Value) -> None:
    result = value(text)
    assert type(result) is type(expected)
    assert result == expected


@pytest.mark.parametrize(
    "text",
    [
        "1 div 0",
        "0 div 0",
        "5 mod 0",
        "number('')",
        "number('甲')",
        "number('12,5')",
        "number('2026-02-30')",
        "min('')",
        "min(1, '甲')",
        "round('')",
        "int('x')",
        "number('2026-11-22T08:30:00Z')",
        "${blank} + 1",
        "sum('甲')",
    ],
)
def test_what_makes_no_number_is_nan_and_not_true(text: str) -> None:
    result = value(text)
    assert isinstance(result, float)
    assert math.isnan(result)
    assert not truth(result)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0 * -1", "0"),
        ("3.0", "3"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("0.00000015", "0.00000015"),
        ("123456789012345678", "123456789012345680"),
        ("1000000000000000000000000", "1000000000000000000000000"),
        ("0 - 0.0000001", "-0.0000001"),
    ],
)
def test_a_number_is_written_without_exponent(number: str, text: str) -> None:
    assert value(f"string({number})") == text


def test_a_row_shadows_the_record() -> None:
    row = {"amount": "4", "level": None, "people": 1}
    assert value("${amount} * 2", row=row) == 8.0
    assert value("${people}", row=row) == 1.0
    assert value("${cost}", row=row) == 12.5
    assert value("${level}", row=row) == ""
    assert value("${amount} div sum(${hazards.amount})", row={"amount": "1.5"}) == 0.4


def test_a_blank_left_out_of_a_row_is_blank_where_names_are_seen_from_the_table() -> None:
    inside = seen_from("hazards", KINDS)
    assert value("${level}", row={"amount": "1"}, kinds=inside) == ""


def test_the_answer_judged_is_read_by_its_kind() -> None:
    assert value(". + 1", this="12.50", kinds={".": "decimal"}) == 13.5
    assert value(".", this="12.50", kinds={".": "text"}) == "12.50"
    assert value(". >= 0 and . <= 100", this=None) is False
    assert value("once(today())", this=None) == "2026-11-22"
    assert value("once(today())", this="2020-01-01") == "2020-01-01"


def test_what_is_stored_oddly_is_still_a_value() -> None:
    odd = {"people": "15", "cost": "12.", "far": 10**400, "deep": {"a": 1}, "hazards": "x"}
    scope = Scope(odd, None, None, NOW, {})
    results = [
        compiled(parse(text), KINDS)(scope) for text in ("${people}", "${cost}", "${far}", "${deep}", "${amount}")
    ]
    assert results == [15.0, 12.0, math.inf, "", []]


@pytest.mark.parametrize(
    ("this", "holds"), [(0, False), (2, True), ("", False), ("0", True), ([], False), (["a"], True)]
)
def test_truth_of_an_answer(this: Any, holds: bool) -> None:  # noqa: FBT001 - a table's column
    assert truth(value(".", this=this)) is holds


def test_the_side_not_needed_is_not_looked_at() -> None:
    class Untouchable(dict[str, Any]):
        def get(self, *name: Any) -> Any:
            raise AssertionError(name)

    scope = Scope(Untouchable(), None, None, NOW, {})
    for text in ("false() and ${a}", "true() or ${a}", "if(true(), 1, ${a})", "coalesce(1, ${a})"):
        compiled(parse(text))(scope)


@pytest.mark.parametrize(
    "text",
    [
        "1" + " + 1" * 399,
        "true()" + " and true()" * 190,
        "1 or 1 and 1=1<1+1*(" * 50 + "1" + ")" * 50,
        "not(" * 60 + "1" + ")" * 60,
    ],
)
def test_the_longest_and_deepest_expressions_are_evaluated(text: str) -> None:
    expression = parse(text)
    assert isinstance(check(expression, {}), list)
    assert json.dumps(to_json(expression.tree))
    assert truth(compiled(expression)(Scope({}, None, None, NOW, {})))


def test_every_function_and_operator_is_done_once() -> None:
    assert not PLAIN.keys() & READY.keys()
    assembled = {"indexed-repeat", "jr:choice-name", "once", "regex"}
    assert not assembled & (PLAIN.keys() | READY.keys())
    assert PLAIN.keys() | READY.keys() | assembled == FUNCTIONS.keys()
    assert len(OPERATORS) == 13
