"""Makes an expression ready to be evaluated many times.

`compiled` walks the tree once and leaves plain closures, so that an evaluation does nothing but look up,
compare and count. How values behave is told in `forms.expressions.values` and
`forms.expressions.operators`; the browser's twin is `webapp/static/expressions.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from forms.expressions.calls import PLAIN
from forms.expressions.lookups import READY, choice_words, kept, matching
from forms.expressions.names import Column, Single, place_of, rows_meant, seen_from
from forms.expressions.operators import OPERATORS, Evaluate, same_as_text
from forms.expressions.parsing import Expression
from forms.expressions.scope import Scope
from forms.expressions.tree import Attribute, Binary, Call, Items, Literal, Reference, Rows, This, Tree
from forms.expressions.values import Atom, Value, number_from, number_of, text_of, truth, value_of

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
        case Call():
            return _ready_call(tree, kinds)
        case Rows(name, condition, column):
            table, meant = rows_meant(name, column, kinds)
            holds = _ready(condition, seen_from(table, kinds))
            return _rows(table, holds, meant, _reader(kinds.get(f"{table}.{meant}", "")))
        case Items(listed, condition, attribute):
            return _items(listed, _ready(condition, kinds), attribute)


def _ready_call(call: Call, kinds: Mapping[str, str]) -> Evaluate:
    match call:
        case Call("regex", (value, Literal(str() as pattern))):
            return matching(_ready(value, kinds), pattern)
        case Call("once", (argument,)):
            return kept(_ready(This(), kinds), _ready(argument, kinds))
        case Call("jr:choice-name", (value, Reference(question))):
            return choice_words(_ready(value, kinds), question.rpartition(".")[2])
        case Call("indexed-repeat", (Reference(column), Reference(table), position)):
            return _indexed(table, column.rpartition(".")[2], _ready(position, kinds), kinds)
        case Call(name, arguments):
            return _call(name, tuple(_ready(argument, kinds) for argument in arguments))


def _constant(value: str | float) -> Evaluate:
    return lambda _: value


def _reader(kind: str) -> Callable[[Any], Value]:
    """How a stored answer of `kind` becomes a value."""
    return number_from if kind in {"integer", "decimal"} else value_of


def _reference(name: str, kinds: Mapping[str, str]) -> Evaluate:
    match place_of(name, kinds):
        case Single(_, "table"):
            return _table(name)
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


def _table(name: str) -> Evaluate:
    """The rows of a table by their places: of the row being read when it has that table, else of the record."""

    def found(scope: Scope) -> Value:
        row = scope.row
        return value_of(row[name]) if row is not None and name in row else value_of(_rows_in(scope.answers, name))

    return found


def _column(table: str, column: str, read: Callable[[Any], Value]) -> Evaluate:
    """The answers of all rows of a table; what is a list inside a row is one text."""

    def found(scope: Scope) -> Value:
        rows = _rows_in(scope.answers, table)
        return [_as_atom(read(row.get(column))) for row in rows if isinstance(row, Mapping)]

    return found


def _rows(table: str, holds: Evaluate, column: str, read: Callable[[Any], Value]) -> Evaluate:
    """The rows for which `holds`: their positions, or their answers to `column`."""

    def found(scope: Scope) -> Value:
        values: list[Atom] = []
        for position, row in _placed_rows(scope, table):
            if truth(holds(scope.inside(row, position))):
                values.append(_as_atom(read(row.get(column))) if column else float(position))
        return values

    return found


def _placed_rows(scope: Scope, table: str) -> list[tuple[int, Mapping[str, Any]]]:
    """The rows of a table with their places, counted from 1."""
    rows = _rows_in(scope.answers, table)
    return [(position, row) for position, row in enumerate(rows, 1) if isinstance(row, Mapping)]


def _rows_in(answers: Mapping[str, Any], table: str) -> list[Any]:
    """The rows of a table; of one that stands in the rows of other tables, those of all these rows."""
    if table in answers:
        rows = answers[table]
        return rows if isinstance(rows, list) else []
    around = [row for value in answers.values() if isinstance(value, list) for row in value if isinstance(row, Mapping)]
    return [inner for row in around for inner in _rows_in(row, table)]


def _as_atom(value: Value) -> Atom:
    """What is a list inside a row is one text."""
    return text_of(value) if isinstance(value, list) else value


def _items(listed: str, holds: Evaluate, attribute: str) -> Evaluate:
    """What a list says of the choices for which `holds`; of one alone, its value, of none a blank."""

    def found(scope: Scope) -> Value:
        items = scope.sources.lists.get(listed, ())
        values = [_as_atom(value_of(item.get(attribute))) for item in items if truth(holds(scope.about(item)))]
        return values if len(values) > 1 else values[0] if values else ""

    return found


def _indexed(table: str, column: str, position: Evaluate, kinds: Mapping[str, str]) -> Evaluate:
    """The answer to `column` in one row of `table`, counted from 1; blank beyond the last."""
    read = _reader(kinds.get(f"{table}.{column}", ""))

    def found(scope: Scope) -> Value:
        rows, at = _rows_in(scope.answers, table), number_of(position(scope))
        if not 1 <= at < len(rows) + 1:
            return ""
        row = rows[int(at) - 1]
        return read(row.get(column)) if isinstance(row, Mapping) else ""

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
