"""Looks an expression over before anybody fills the form: unknown names, clashes of kinds, what can never hold.

What is merely unusual is not said: a rule that speaks too often is not read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from forms.expressions.contradictions import contradictions
from forms.expressions.dates import unknown_codes
from forms.expressions.functions import FUNCTIONS
from forms.expressions.names import Column, Single, nearest, place_of, rows_meant, seen_from, tables_with
from forms.expressions.parsing import Expression
from forms.expressions.tree import Binary, Call, Items, Literal, Reference, Rows, This, Tree
from forms.expressions.values import has_day, number_of, text_of
from forms.flaws import meaning as flaws
from kernel.flaw import Finding
from kernel.sentences import Sentence, say

USER_FACTS: Final = ("name", "id", "role", "unit", "unit_name", "unit_kind", "town")
"""What `user(…)` knows of the person who looks."""

_VALUE_KINDS: Final = {
    "text": "text",
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "datetime": "date",
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
_ORDERS: Final = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC: Final = frozenset({"+", "-", "*", "div", "mod"})
_OF_NUMBERS: Final = frozenset(
    {"abs", "ceiling", "exp", "exp10", "floor", "int", "log", "log10", "pow", "round", "sqrt"}
)
_OF_DAYS: Final = {
    "add-workdays": 1,
    "difference-in-days": 2,
    "difference-in-months": 2,
    "format-date": 1,
    "format-date-time": 1,
    "workdays-between": 2,
}
"""Function to how many of its first arguments are days."""
_OF_CHOICES: Final = frozenset({"count-selected", "jr:choice-name", "selected", "selected-at"})
_OF_TABLES: Final = frozenset({"count", "count-non-empty", "sum"})
_NOT_RECKONED: Final = frozenset({"text", "yes_no", "list", "table"})
_PLAIN_ANSWERS: Final = frozenset({"text", "number", "date", "time", "yes_no"})
_NO_CHOICES: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Known:
    """What names mean where an expression stands."""

    kinds: Mapping[str, str]
    choices: Mapping[str, Collection[str]]


def check(
    expression: Expression, kinds: Mapping[str, str], choices: Mapping[str, Collection[str]] = _NO_CHOICES
) -> list[Finding]:
    """What is wrong with `expression` where names mean what `kinds` says (see `forms.expressions.names`).

    choices: question, or `.` for the answer that is judged, to the names of its choices, where they are known.
    """
    found = [*_findings(expression.tree, _Known(kinds, choices)), *contradictions(expression.tree)]
    return list(dict.fromkeys(found))


def _findings(tree: Tree, known: _Known) -> Iterator[Finding]:
    match tree:
        case Reference(name):
            yield from _of_name(name, known.kinds)
        case Binary(_, left, right):
            yield from _findings(left, known)
            yield from _findings(right, known)
            yield from _of_operator(tree, known)
        case Call(_, arguments):
            for argument in arguments:
                yield from _findings(argument, known)
            yield from _of_call(tree, known)
        case Rows(name, condition, column):
            table, _ = rows_meant(name, column, known.kinds)
            yield from _of_rows(tree, table, known.kinds)
            yield from _findings(condition, replace(known, kinds=seen_from(table, known.kinds)))
        case Items(listed, condition, _):
            if known.choices and listed not in known.choices:
                yield flaws.UNKNOWN_LIST.found(name=listed, near=_near(listed, known.choices))
            yield from _findings(condition, known)
        case _:
            return


# ---- names ---------------------------------------------------------------------------------------------------------


def _of_name(name: str, kinds: Mapping[str, str]) -> Iterator[Finding]:
    if place_of(name, kinds) != Single(name, ""):
        return
    tables = tables_with(name, kinds)
    if tables:
        choices = "、".join(f"${{{table}.{name}}}" for table in tables)
        yield flaws.AMBIGUOUS_NAME.found(name=name, choices=choices)
    else:
        known = {known for known in kinds if known != "."} | {known.rpartition(".")[2] for known in kinds}
        yield flaws.UNKNOWN_NAME.found(name=name, near=_near(name, known - {""}))


def _of_rows(tree: Rows, table: str, kinds: Mapping[str, str]) -> Iterator[Finding]:
    if not table and kinds.get(tree.table) is None and not tables_with(tree.table, kinds):
        yield from _of_name(tree.table, kinds)
    elif not table:
        yield flaws.TABLE_WANTED.found(function=f"${{{tree.table}}}[…]")
    elif tree.column and f"{table}.{tree.column}" not in kinds:
        yield _other_column(tree.column, table, kinds)


def _other_column(name: str, table: str, kinds: Mapping[str, str]) -> Finding:
    columns = {known.rpartition(".")[2] for known in kinds if known.startswith(f"{table}.")}
    return flaws.OTHER_COLUMN.found(name=name, table=table, near=_near(name, columns))


def _near(word: str, known: Collection[str]) -> Sentence | str:
    near = nearest(word, known)
    return say("，是不是“{near}”？", near=near) if near else ""


def _not_single(tree: Tree, kinds: Mapping[str, str]) -> Finding:
    """What to say of a column where one value is wanted: it may be of another table than the row's."""
    if isinstance(tree, Reference) and isinstance(place := place_of(tree.name, kinds), Column):
        here = next(
            (name.partition(".")[0] for name in kinds if name.rpartition(".")[2] in kinds and "." in name[1:]), ""
        )
        if here not in ("", place.table):
            return flaws.OTHER_TABLE.found(name=place.name, table=place.table, here=here)
        return flaws.NOT_TOTALLED.found(name=tree.name)
    return flaws.NOT_TOTALLED.found(name=tree.table if isinstance(tree, Rows) else "")


def _row_of(kinds: Mapping[str, str]) -> str:
    """The table in whose rows the columns go by their bare names; blank outside tables."""
    columns = (name.partition(".") for name in kinds if name != ".")
    return next((table for table, dot, column in columns if dot and column in kinds), "")


# ---- operators -----------------------------------------------------------------------------------------------------


def _of_operator(node: Binary, known: _Known) -> Iterator[Finding]:
    kinds = known.kinds
    left, right = kind_of(node.left, kinds), kind_of(node.right, kinds)
    if node.operator in _ARITHMETIC:
        yield from _of_arithmetic(node, (left, right), kinds)
    elif node.operator in _ORDERS:
        yield from _of_order(node, (left, right), kinds)
    elif node.operator in {"=", "!="}:
        yield from _of_equality(node.left, left, node.right, right, known)
        yield from _of_equality(node.right, right, node.left, left, known)


def _of_arithmetic(node: Binary, sides: tuple[str, str], kinds: Mapping[str, str]) -> Iterator[Finding]:
    for tree, kind in zip((node.left, node.right), sides, strict=True):
        if kind == "column":
            yield _not_single(tree, kinds)
        elif kind in _NOT_RECKONED and not _reads_as_number(tree):
            yield flaws.NOT_RECKONED.found(operator=node.operator, kind=_CALLED[kind])
    if sides == ("date", "date") and node.operator == "+":
        yield flaws.DATES_ADDED.found()
    if "date" in sides and node.operator in {"*", "div", "mod"}:
        yield flaws.DATE_MULTIPLIED.found(operator=node.operator)


def _of_order(node: Binary, sides: tuple[str, str], kinds: Mapping[str, str]) -> Iterator[Finding]:
    for tree, kind in zip((node.left, node.right), sides, strict=True):
        if kind == "column":
            yield _not_single(tree, kinds)
        elif kind in _NOT_RECKONED and not _reads_as_number(tree):
            yield flaws.NOT_ORDERED.found(kind=_CALLED[kind])
    if set(sides) in ({"date", "number"}, {"date", "time"}, {"time", "number"}):
        yield flaws.UNLIKE.found(left=_CALLED[sides[0]], right=_CALLED[sides[1]])


def _of_equality(tree: Tree, kind: str, other: Tree, other_kind: str, known: _Known) -> Iterator[Finding]:
    """What is wrong with `tree` for being held against `other`."""
    text = text_of(other.value) if isinstance(other, Literal) else ""
    if kind == "column":
        yield _not_single(tree, known.kinds)
    elif kind == "date" and other_kind == "number":
        yield flaws.UNLIKE.found(left=_CALLED[kind], right=_CALLED[other_kind])
    elif text == "":
        return
    elif kind == "list":
        yield flaws.LIST_COMPARED.found(choice=text)
    elif kind == "yes_no" and text not in {"true", "false"}:
        yield flaws.YES_NO_COMPARED.found(text=text)
    elif kind == "date" and not has_day(text):
        yield flaws.NOT_A_DATE.found(text=text)
    elif kind == "number" and not _reads_as_number(other):
        yield flaws.NOT_A_NUMBER.found(text=text)
    else:
        yield from _of_choice(tree, text, known)


def _of_choice(tree: Tree, choice: str, known: _Known) -> Iterator[Finding]:
    """What is wrong with asking whether `choice` is what `tree` answers."""
    name = tree.name.rpartition(".")[2] if isinstance(tree, Reference) else "." if isinstance(tree, This) else ""
    choices = known.choices.get(name)
    if choices is not None and choice != "" and choice not in choices:
        yield flaws.UNKNOWN_CHOICE.found(question=name, choice=choice, near=_near(choice, choices))


def _of_choice_name(question: str, known: _Known) -> Iterator[Finding]:
    if known.choices and question not in known.choices:
        yield flaws.NO_CHOICES.found(name=question)


# ---- functions -----------------------------------------------------------------------------------------------------


def _of_call(node: Call, known: _Known) -> Iterator[Finding]:
    kinds, name = known.kinds, node.name
    match name, node.arguments:
        case "user", (Literal(str() as key),) if key not in USER_FACTS:
            yield flaws.UNKNOWN_USER_FACT.found(key=key, near=_near(key, USER_FACTS))
        case _, (first, *rest) if name in _OF_CHOICES:
            if kind_of(first, kinds) in {"number", "date"}:
                yield flaws.CHOICES_WANTED.found(function=name, kind=_CALLED[kind_of(first, kinds)])
            elif name == "selected" and isinstance(rest[0], Literal):
                yield from _of_choice(first, text_of(rest[0].value), known)
            elif name == "jr:choice-name" and isinstance(rest[0], Reference):
                yield from _of_choice_name(rest[0].name.rpartition(".")[2], known)
        case _, (only,) if name in _OF_TABLES and _is_single(only, kinds):
            yield flaws.TABLE_WANTED.found(function=name)
        case "indexed-repeat", (Reference(column), Reference(table), _):
            yield from _of_indexed(column.rpartition(".")[2], table, kinds)
        case _, (first, *_) if name in _OF_NUMBERS and not _reads_as_number(first):
            yield from _of_number_argument(name, first, kinds)
        case _ if name in _OF_DAYS:
            yield from _of_days(node, kinds)
        case _:
            return


def _of_indexed(column: str, table: str, kinds: Mapping[str, str]) -> Iterator[Finding]:
    if kinds.get(table) not in (None, "table"):
        yield flaws.TABLE_WANTED.found(function="indexed-repeat")
    elif table in kinds and f"{table}.{column}" not in kinds:
        yield _other_column(column, table, kinds)


def _of_days(node: Call, kinds: Mapping[str, str]) -> Iterator[Finding]:
    for argument in node.arguments[: _OF_DAYS[node.name]]:
        kind = kind_of(argument, kinds)
        if kind == "column":
            yield _not_single(argument, kinds)
        elif kind not in {"date", "time", "any"} and argument != Literal(""):
            yield flaws.DATE_WANTED.found(function=node.name, kind=_CALLED[kind])
    if node.name.startswith("format-") and isinstance(node.arguments[1], Literal):
        for code in unknown_codes(text_of(node.arguments[1].value)):
            yield flaws.UNKNOWN_DATE_CODE.found(code=code)


def _of_number_argument(name: str, argument: Tree, kinds: Mapping[str, str]) -> Iterator[Finding]:
    kind = kind_of(argument, kinds)
    if kind == "column":
        yield _not_single(argument, kinds)
    elif kind not in {"number", "any"}:
        yield flaws.NUMBER_WANTED.found(function=name, kind=_CALLED[kind])


def _is_single(tree: Tree, kinds: Mapping[str, str]) -> bool:
    """Whether `tree` is a field that surely has one value."""
    return isinstance(tree, Reference | This) and kind_of(tree, kinds) in _PLAIN_ANSWERS


def _reads_as_number(tree: Tree) -> bool:
    """Whether `tree` is a literal that is a number, a date or a time."""
    return isinstance(tree, Literal) and number_of(tree.value) == number_of(tree.value)


# ---- kinds ---------------------------------------------------------------------------------------------------------


def kind_of(tree: Tree, kinds: Mapping[str, str]) -> str:
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
            if operator not in _ARITHMETIC:
                return "yes_no"
            return _kind_of_sum(operator, kind_of(left, kinds), kind_of(right, kinds))
        case Rows(_, _, column):
            return "column" if column else "table"
        case _:
            return "any"


def _kind_of_call(name: str, arguments: tuple[Tree, ...], kinds: Mapping[str, str]) -> str:
    given = FUNCTIONS[name].gives
    if given != "any" or name == "pulldata":
        return given
    if name == "indexed-repeat":
        column, table = arguments[0], arguments[1]
        assert isinstance(column, Reference)
        assert isinstance(table, Reference)
        return _VALUE_KINDS.get(kinds.get(f"{table.name}.{column.name.rpartition('.')[2]}", ""), "any")
    branches = {kind_of(argument, kinds) for argument in (arguments[1:] if name == "if" else arguments)}
    return branches.pop() if len(branches) == 1 else "any"


def _kind_of_sum(operator: str, left: str, right: str) -> str:
    if operator == "-" and left == "date":
        return {"date": "number", "number": "date"}.get(right, "any")
    if operator == "+" and {left, right} == {"date", "number"}:
        return "date"
    return "any" if "any" in {left, right} else "number"
