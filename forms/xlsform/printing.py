"""A tree of an expression written out as XPath, and trees changed node by node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from forms.expressions.tree import Attribute, Binary, Call, Items, Literal, Reference, Rows, This, Tree
from forms.expressions.values import number_text

_LEVELS: Final[Mapping[str, int]] = MappingProxyType(
    {"or": 1, "and": 2}
    | dict.fromkeys(("=", "!="), 3)
    | dict.fromkeys(("<", "<=", ">", ">="), 4)
    | dict.fromkeys(("+", "-"), 5)
    | dict.fromkeys(("*", "div", "mod"), 6)
)


def printed(tree: Tree, *, loosest: int = 1) -> str:
    """`tree` as text that reads as it; in brackets when its operator is looser than `loosest`."""
    match tree:
        case Literal(str() as text):
            return _quoted(text)
        case Literal(float() as number):
            return number_text(number)
        case Reference(name):
            return f"${{{name}}}"
        case This():
            return "."
        case Attribute(name):
            return name
        case Binary(operator, left, right):
            level = _LEVELS[operator]
            text = f"{printed(left, loosest=level)} {operator} {printed(right, loosest=level + 1)}"
            return f"({text})" if level < loosest else text
        case Call(name, arguments):
            return f"{name}({', '.join(printed(argument) for argument in arguments)})"
        case Rows(table, condition, column):
            return f"${{{table}}}[{_inside(condition)}]{f'/{column}' if column else ''}"
        case Items(listed, condition, attribute):
            return f"instance({_quoted(listed)})/root/item[{printed(condition)}]/{attribute}"
    raise TypeError(tree)


def changed(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """`tree` with `change` made to every node, the innermost first."""
    match tree:
        case Binary(operator, left, right):
            return change(Binary(operator, changed(left, change), changed(right, change)))
        case Call(name, arguments):
            return change(Call(name, tuple(changed(argument, change) for argument in arguments)))
        case Rows(table, condition, column):
            return change(Rows(table, changed(condition, change), column))
        case Items(listed, condition, attribute):
            return change(Items(listed, changed(condition, change), attribute))
        case _:
            return change(tree)


def _inside(condition: Tree) -> str:
    """The condition on a table's rows, whose columns go by their bare names."""
    return printed(condition)


def _quoted(text: str) -> str:
    """A text literal; one with both quotes is run together."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    pieces = text.split("'")
    return "concat(" + ', "\'", '.join(f"'{piece}'" for piece in pieces) + ")"
