"""Makes an expression ready to be evaluated many times.

`compiled` walks the tree once and leaves plain closures, so that an evaluation does nothing but look up,
compare and count. How values behave is told in `forms.expressions.values` and
`forms.expressions.operators`; the browser's twin is `webapp/static/expressions.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from forms.expressions.calls import PLAIN, READY, matching
from forms.expressions.names import Column, Single, place_of
from forms.expressions.operators import OPERATORS, Evaluate, same_as_text
from forms.expressions.parsing import Expression
from forms.expressions.scope import Scope
from forms.expressions.tree import Attribute, Binary, Call, Literal, Reference, This, Tree
from forms.expressions.values import Value, number_from, text_of, truth, value_of

__all__ = ["Evaluate", "Scope", "Value", "compiled", "truth"]


def compiled(expression: Expression, kinds: Mapping[str, str] | None = None) -> Evaluate:
    """`expression` ready for evaluation; `kinds` as told in `forms.expressions.names`.

    Only `integer` and `decimal` change how a stored answer is read: a text such as `"12.50"` is a number.
    Answers of other and unknown kinds are read by their JSON type.
    """
    return _ready(expression.tree, kinds or {})


def _ready(tree: Tree, kinds: Mapping[str, str]) -> Evaluate:
    match tree:
        case Literal(value):
            return _constant(value)
        case Reference(name):
            return _reference(name, kinds)
        case This():
            read = _reader(kinds.get(".", ""))
            return lambda scope: read(scope.this)
        case Attribute(name):
            return lambda scope: value_of((scope.choice or {}).get(name))
        case Binary(("=" | "!=") as sign, left, Literal(str() as text)):
            return same_as_text(_ready(left, kinds), text, equal=sign == "=")
        case Binary(operator, left, right):
            return OPERATORS[operator](_ready(left, kinds), _ready(right, kinds))
        case Call("regex", (value, Literal(str() as pattern))):
            return matching(_ready(value, kinds), pattern)
        case Call("once", (argument,)):
            return READY["once"]((_ready(This(), kinds), _ready(argument, kinds)))
        case Call(name, arguments):
            return _call(name, tuple(_ready(argument, kinds) for argument in arguments))


def _constant(value: str | float) -> Evaluate:
    return lambda _: value


def _reader(kind: str) -> Callable[[Any], Value]:
    """How a stored answer of `kind` becomes a value."""
    return number_from if kind in {"integer", "decimal"} else value_of


def _reference(name: str, kinds: Mapping[str, str]) -> Evaluate:
    match place_of(name, kinds):
        case Single(_, kind):
            return _single(name, _reader(kind))
        case Column(table, column, kind):
            rows = _column(table, column, _reader(kind))
            return rows if name != column else _shadowed(column, _reader(kind), rows)


def _single(name: str, read: Callable[[Any], Value]) -> Evaluate:
    """One answer: of the row being read when it has that key, else of the record."""

    def found(scope: Scope) -> Value:
        row = scope.row
        stored = row[name] if row is not None and name in row else scope.answers.get(name)
        return stored if type(stored) is str and read is value_of else read(stored)

    return found


def _column(table: str, column: str, read: Callable[[Any], Value]) -> Evaluate:
    """The answers of all rows of a table; what is a list inside a row is one text."""

    def found(scope: Scope) -> Value:
        rows = scope.answers.get(table)
        if not isinstance(rows, list):
            return []
        values = [read(row.get(column)) for row in rows if isinstance(row, Mapping)]
        return [value if not isinstance(value, list) else text_of(value) for value in values]

    return found


def _shadowed(name: str, read: Callable[[Any], Value], rows: Evaluate) -> Evaluate:
    """The answer of the row being read when it has that key, else of all rows."""

    def found(scope: Scope) -> Value:
        row = scope.row
        return read(row[name]) if row is not None and name in row else rows(scope)

    return found


def _call(name: str, arguments: tuple[Evaluate, ...]) -> Evaluate:
    """A call of a function, with as little as possible left to do."""
    if name in READY:
        return READY[name](arguments)
    function = PLAIN[name]
    match arguments:
        case ():
            return lambda _: function()
        case (only,):
            return lambda scope: function(only(scope))
        case (first, second):
            return lambda scope: function(first(scope), second(scope))
        case _:
            return lambda scope: function(*[argument(scope) for argument in arguments])
