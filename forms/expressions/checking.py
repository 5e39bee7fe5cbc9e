"""Looks an expression over before anybody fills the form: unknown names and clashes of kinds.

A finding is a sentence for the author of the form. What is merely unusual is not said: a rule that
speaks too often is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from forms.expressions.dates import unknown_codes
from forms.expressions.functions import FUNCTIONS
from forms.expressions.names import Column, Single, nearest, place_of, tables_with
from forms.expressions.parsing import Expression
from forms.expressions.tree import Binary, Call, Literal, Reference, This, Tree, walk
from forms.expressions.values import has_day, number_of
from kernel.sentences import Sentence, say

_VALUE_KINDS: Final = {
    "text": "text",
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "time": "time",
    "yes_no": "yes_no",
    "list": "list",
    "table": "table",
}
_CALLED: Final = {
    "text": say("文字"),
    "number": say("数字"),
    "date": say("日期"),
    "time": say("时间"),
    "yes_no": say("是否"),
    "list": say("多选"),
    "column": say("表格的一列"),
    "table": say("表格"),
}
_USER_KEYS: Final = ("id", "name", "unit")
_ORDERS: Final = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC: Final = frozenset({"+", "-", "*", "div", "mod"})
_OF_NUMBERS: Final = frozenset({"abs", "int", "round"})
_PLAIN_ANSWERS: Final = frozenset({"text", "number", "date", "time", "yes_no"})


def check(expression: Expression, kinds: Mapping[str, str]) -> list[Sentence]:
    """What is wrong with `expression` where names mean what `kinds` says (see `forms.expressions.names`)."""
    found = [*_unknown_names(expression, kinds)]
    for node in walk(expression.tree):
        match node:
            case Binary():
                found += _of_operator(node, kinds)
            case Call():
                found += _of_call(node, kinds)
            case _:
                continue
    return list(dict.fromkeys(found))


def _unknown_names(expression: Expression, kinds: Mapping[str, str]) -> Iterator[Sentence]:
    for name in sorted(expression.references):
        if place_of(name, kinds) != Single(name, ""):
            continue
        tables = tables_with(name, kinds)
        near = nearest(name, {known for known in kinds if known != "."} | _bare(kinds))
        if tables:
            choices = "、".join(f"${{{table}.{name}}}" for table in tables)
            yield say("几个表格都有“{name}”这一列，请写明是哪一个：{choices}。", name=name, choices=choices)
        elif near is not None:
            yield say("没有名为“{name}”的字段，是不是“{near}”？", name=name, near=near)
        else:
            yield say("没有名为“{name}”的字段，请改成本表已有的字段名。", name=name)


def _bare(kinds: Mapping[str, str]) -> set[str]:
    """The names of columns without their tables."""
    return {name.rpartition(".")[2] for name in kinds if name != "."}


def _of_operator(node: Binary, kinds: Mapping[str, str]) -> Iterator[Sentence]:
    left, right = _kind(node.left, kinds), _kind(node.right, kinds)
    if node.operator in _ARITHMETIC:
        yield from _of_arithmetic(node, (left, right))
    elif node.operator in _ORDERS:
        yield from _of_order(node, left, right)
    elif node.operator in {"=", "!="}:
        yield from _of_equality(node, left, right)


def _of_arithmetic(node: Binary, sides: tuple[str, str]) -> Iterator[Sentence]:
    for tree, kind in zip((node.left, node.right), sides, strict=True):
        if kind == "column":
            yield _needs_total(tree)
        elif kind in {"text", "yes_no", "list", "table"} and not _reads_as_number(tree):
            yield say("{operator} 的一边是{kind}，不能计算。", operator=node.operator, kind=_CALLED[kind])
    if sides == ("date", "date") and node.operator == "+":
        yield say("两个日期不能相加；要算相差几天请用减号。")
    if "date" in sides and node.operator in {"*", "div", "mod"}:
        yield say("日期不能用 {operator} 计算。", operator=node.operator)


def _of_order(node: Binary, left: str, right: str) -> Iterator[Sentence]:
    for tree, kind in ((node.left, left), (node.right, right)):
        if kind == "column":
            yield _needs_total(tree)
        elif kind in {"text", "yes_no", "list", "table"} and not _reads_as_number(tree):
            yield say("{kind}不能比较大小，请改用数字或日期。", kind=_CALLED[kind])
    if {left, right} in ({"date", "number"}, {"date", "time"}, {"time", "number"}):
        yield _unlike(left, right)


def _of_equality(node: Binary, left: str, right: str) -> Iterator[Sentence]:
    sides = ((node.left, left, node.right, right), (node.right, right, node.left, left))
    for tree, kind, other, other_kind in sides:
        if kind == "column":
            yield _needs_total(tree)
        elif kind == "list" and isinstance(other, Literal) and other.value != "":
            yield say("多选题要用 selected(…, '{choice}') 判断是否选中。", choice=other.value)
        elif kind == "yes_no" and isinstance(other, Literal) and other.value not in {"", "true", "false"}:
            yield say("是否题只能与 true()、false() 或 '' 比较。")
        elif {kind, other_kind} == {"date", "number"} and kind == "date":
            yield _unlike(kind, other_kind)
        elif kind == "date" and isinstance(other, Literal) and other.value != "" and not has_day(other.value):
            yield say("“{text}”不是日期，日期要写成 '2026-11-22'。", text=other.value)
        elif kind == "number" and isinstance(other, Literal) and other.value != "" and not _reads_as_number(other):
            yield say("“{text}”不是数字，与数字比较永远不相等。", text=other.value)


def _of_call(node: Call, kinds: Mapping[str, str]) -> Iterator[Sentence]:
    arguments = node.arguments
    match node.name, arguments:
        case "user", (Literal(str() as key),) if key not in _USER_KEYS:
            yield say("user() 只认 'name'、'unit'、'id'，没有 '{key}'。", key=key)
        case (("selected" | "count-selected" | "selected-at"), (first, *_)) if _kind(first, kinds) in {
            "number",
            "date",
        }:
            yield say("{function} 只用于选择题。", function=node.name)
        case (("sum" | "count" | "count-non-empty"), (only,)) if _is_single(only, kinds):
            yield say("{function} 要用于表格或表格里的一列，例如 ${{列名}}。", function=node.name)
        case "format-date", (first, Literal(str() as pattern)):
            yield from _of_date_pattern(_kind(first, kinds), pattern)
        case name, (first, *_) if name in _OF_NUMBERS and not _reads_as_number(first):
            yield from _of_number_argument(name, first, _kind(first, kinds))
        case _:
            return


def _of_date_pattern(kind: str, pattern: str) -> Iterator[Sentence]:
    if kind not in {"date", "time", "any"}:
        yield say("format-date 的第一个参数要是日期，现在是{kind}。", kind=_CALLED[kind])
    for code in unknown_codes(pattern):
        yield say("format-date 不认识“{code}”，可用 %Y %m %n %d %e %y %b %a %H %h %M %S。", code=code)


def _of_number_argument(name: str, argument: Tree, kind: str) -> Iterator[Sentence]:
    if kind == "column":
        yield _needs_total(argument)
    elif kind not in {"number", "any"}:
        yield say("{function} 要用于数字，现在是{kind}。", function=name, kind=_CALLED[kind])


def _needs_total(tree: Tree) -> Sentence:
    name = tree.name if isinstance(tree, Reference) else ""
    return say("“{name}”是表格的一列，有多个值，请先用 sum、count、min 或 max 汇总。", name=name)


def _unlike(left: str, right: str) -> Sentence:
    return say("{left}不能与{right}比较，请检查两边。", left=_CALLED[left], right=_CALLED[right])


def _is_single(tree: Tree, kinds: Mapping[str, str]) -> bool:
    """Whether `tree` is a field that surely has one value."""
    return isinstance(tree, Reference | This) and _kind(tree, kinds) in _PLAIN_ANSWERS


def _reads_as_number(tree: Tree) -> bool:
    """Whether `tree` is a literal that is a number, a date or a time."""
    return isinstance(tree, Literal) and number_of(tree.value) == number_of(tree.value)


def _kind(tree: Tree, kinds: Mapping[str, str]) -> str:
    """The kind of value `tree` gives: a key of `_CALLED`, or `any` when that is not known."""
    match tree:
        case Literal(str() as text):
            return "date" if has_day(text) else "text"
        case Literal():
            return "number"
        case Reference(name):
            place = place_of(name, kinds)
            return "column" if isinstance(place, Column) else _VALUE_KINDS.get(place.kind, "any")
        case This():
            return _VALUE_KINDS.get(kinds.get(".", ""), "any")
        case Call(name, arguments):
            return _kind_of_call(name, arguments, kinds)
        case Binary(operator, left, right):
            return _kind_of_operator(operator, _kind(left, kinds), _kind(right, kinds))
        case _:
            return "any"


def _kind_of_call(name: str, arguments: tuple[Tree, ...], kinds: Mapping[str, str]) -> str:
    given = FUNCTIONS[name].gives
    if given != "any":
        return given
    branches = {_kind(argument, kinds) for argument in (arguments[1:] if name == "if" else arguments)}
    return branches.pop() if len(branches) == 1 else "any"


def _kind_of_operator(operator: str, left: str, right: str) -> str:
    if operator not in _ARITHMETIC:
        return "yes_no"
    if operator == "-" and left == "date":
        return {"date": "number", "number": "date"}.get(right, "any")
    if operator == "+" and {left, right} == {"date", "number"}:
        return "date"
    return "any" if "any" in {left, right} else "number"
