"""Expressions of an XLSForm made to say the same here, where texts, numbers and dates are told apart.

XPath turns a text into a number wherever it calculates; here the author says so. A choice called `3` in
`${stars} > 2` becomes `number(${stars}) > 2`, which reads the same in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forms.expressions.checking import kind_of
from forms.expressions.parsing import Expression, parse
from forms.expressions.tree import Binary, Call, Literal, Reference, This, Tree, walk
from forms.expressions.values import has_day, number_of
from forms.xlsform.printing import changed, printed

_ARITHMETIC: Final = frozenset({"+", "-", "*", "div", "mod"})
_ORDERS: Final = frozenset({"<", "<=", ">", ">="})
_WORDS: Final = frozenset({"text", "yes_no", "list"})
_EXACT: Final = frozenset({"+", "-", "*"})


def fitted(expression: Expression, kinds: Mapping[str, str], *, of_choice: bool = False) -> Expression:
    """`expression`, changed only where a kind has to be said."""
    tree = changed(expression.tree, lambda node: _fitted(node, kinds))
    return expression if tree == expression.tree else parse(printed(tree), of_choice=of_choice)


def result_of(expression: Expression, kinds: Mapping[str, str]) -> str:
    """What a calculation gives, in the words of `calculate`: integer, decimal, date or text."""
    given = kind_of(expression.tree, kinds)
    if given == "number":
        return "integer" if _is_whole(expression.tree, kinds) else "decimal"
    has_hour = any(isinstance(node, Call) and node.name == "now" for node in walk(expression.tree))
    return "date" if given == "date" and not has_hour else "text"


def _is_whole(tree: Tree, kinds: Mapping[str, str]) -> bool:
    match tree:
        case Literal(float() as number):
            return number.is_integer()
        case Reference(name):
            return kinds.get(name) == "integer"
        case This():
            return kinds.get(".") == "integer"
        case Call("count" | "count-selected" | "count-non-empty" | "string-length" | "int", _):
            return True
        case Call("round", (_,)):
            return True
        case Call("if", (_, then, otherwise)):
            return _is_whole(then, kinds) and _is_whole(otherwise, kinds)
        case Binary("-", left, right) if kind_of(left, kinds) == kind_of(right, kinds) == "date":
            return True
        case Binary(operator, left, right):
            return operator in _EXACT and _is_whole(left, kinds) and _is_whole(right, kinds)
        case _:
            return False


def _fitted(node: Tree, kinds: Mapping[str, str]) -> Tree:
    match node:
        case Binary(operator, left, right) if operator in _ARITHMETIC:
            node = Binary(operator, _as_number(left, kinds), _as_number(right, kinds))
        case Binary(operator, left, right) if operator in _ORDERS:
            node = _ordered(operator, (_as_number(left, kinds), _as_number(right, kinds)), kinds)
        case Binary("=" | "!=" as operator, left, right):
            node = Binary(operator, _equal(left, right, kinds), _equal(right, left, kinds))
        case Call("abs" | "int" | "round" as name, (first, *rest)) if kind_of(first, kinds) in {"date", *_WORDS}:
            node = Call(name, (Call("number", (first,)), *rest))
        case Call("selected" | "count-selected" | "selected-at" as name, (first, *rest)) if kind_of(first, kinds) in {
            "number",
            "date",
        }:
            node = Call(name, (Call("string", (first,)), *rest))
        case _:
            pass
    return node


def _as_number(operand: Tree, kinds: Mapping[str, str]) -> Tree:
    says_number = isinstance(operand, Literal) and number_of(operand.value) == number_of(operand.value)
    return Call("number", (operand,)) if kind_of(operand, kinds) in _WORDS and not says_number else operand


def _ordered(operator: str, sides: tuple[Tree, Tree], kinds: Mapping[str, str]) -> Tree:
    """A comparison of two numbers where one side is a day or an hour and the other is not."""
    given = {kind_of(side, kinds) for side in sides}
    if given in ({"date", "number"}, {"date", "time"}, {"time", "number"}):
        sides = (_said_number(sides[0], kinds), _said_number(sides[1], kinds))
    return Binary(operator, *sides)


def _said_number(side: Tree, kinds: Mapping[str, str]) -> Tree:
    return side if kind_of(side, kinds) == "number" else Call("number", (side,))


def _equal(side: Tree, other: Tree, kinds: Mapping[str, str]) -> Tree:
    """One side of `=` so that it can be equal to the other."""
    kind = kind_of(side, kinds)
    if side == Literal("OK") and kind_of(other, kinds) == "yes_no":
        return Call("true", ())  # what a tick is stored as there
    if not isinstance(other, Literal):
        return Call("number", (side,)) if kind == "date" and kind_of(other, kinds) == "number" else side
    says_number = number_of(other.value) == number_of(other.value)
    blank = other.value == ""
    if (
        (kind == "list" and not blank)
        or (kind == "yes_no" and other.value not in {"", "true", "false", "OK"})
        or (kind == "number" and not blank and not says_number)
        or (kind == "date" and isinstance(other.value, str) and not blank and not has_day(other.value))
    ):
        return Call("string", (side,))
    if kind == "date" and isinstance(other.value, float):
        return Call("number", (side,))
    return side
