"""The tree an expression is parsed into: eight kinds of node, the same for Python, JavaScript and SQL.

Whoever compiles the tree to something else handles exactly these:

`Literal(value)`
    a text (`str`) or a number (`float`, always finite).
`Reference(name)`
    `${name}` or `${table.column}`: the answer to a field. What the name means is told by
    `forms.expressions.names.place_of`.
`This()`
    `.`: the answer that is being judged.
`Attribute(name)`
    a bare name, allowed in a `choice_filter` alone: an attribute of the choice that is being judged.
`Binary(operator, left, right)`
    `operator` is one of `or and = != < <= > >= + - * div mod`. A minus sign before a value is
    `0 - value` (before a number literal it is part of the number).
`Call(name, arguments)`
    `name` is a key of `forms.expressions.functions.FUNCTIONS` and the count of arguments fits its
    signature. The second argument of `regex` is always a `Literal` whose text is written in the common
    subset of RE2 and JavaScript (`forms.expressions.patterns`) and must match the whole text. The first
    argument of `indexed-repeat` is a `Reference` to a column and the second to its table; the second of
    `jr:choice-name` is a `Reference` to the question whose choices are meant: neither is evaluated.
`Rows(table, condition, column)`
    `${table}[condition]`, `${table}[condition]/column`: the rows of a table for which the condition holds, as
    their positions or as their answers to `column`. Inside the condition a column's bare name is a `Reference`.
`Items(listed, condition, attribute)`
    `instance('list')/root/item[condition]/attribute`: of the choices of a list for which the condition holds,
    an attribute each; bare names in the condition are `Attribute`s. One choice gives one value, several a list.

There is no node for brackets: the shape of the tree is the order of evaluation. `to_json` writes a node
as a list, its first item the kind in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = str | float | list["Json"]
"""What a tree becomes in JSON."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a finite number that stands in the expression."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}`: the answer to the field called `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class This:
    """`.`: the answer that is being judged."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A bare `name` in a choice filter: an attribute of the choice that is being judged."""

    name: str


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`; `operator` is one of `or and = != < <= > >= + - * div mod`."""

    operator: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`, a function of the language with a fitting count of arguments."""

    name: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """`${table}[condition]/column`: the rows for which `condition` holds; without `column` their positions from 1."""

    table: str
    condition: Tree
    column: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """`instance('listed')/root/item[condition]/attribute`: what a list says of the choices that are meant."""

    listed: str
    condition: Tree
    attribute: str


Tree: TypeAlias = Literal | Reference | This | Attribute | Binary | Call | Rows | Items
"""Any node."""


def to_json(tree: Tree) -> Json:
    """`tree` as nested lists: `["binary", "+", ["reference", "a"], ["literal", 1.0]]`."""
    match tree:
        case Literal(value):
            return ["literal", value]
        case Reference(name):
            return ["reference", name]
        case This():
            return ["this"]
        case Attribute(name):
            return ["attribute", name]
        case Binary(operator, left, right):
            return ["binary", operator, to_json(left), to_json(right)]
        case Call(name, arguments):
            return ["call", name, [to_json(argument) for argument in arguments]]
        case Rows(table, condition, column):
            return ["rows", table, to_json(condition), column]
        case Items(listed, condition, attribute):
            return ["items", listed, to_json(condition), attribute]


def walk(tree: Tree) -> Iterator[Tree]:
    """Every node of `tree`, a parent before its children, from left to right."""
    yield tree
    match tree:
        case Binary(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from walk(argument)
        case Rows(_, condition, _) | Items(_, condition, _):
            yield from walk(condition)
        case _:
            return


def references(tree: Tree) -> frozenset[str]:
    """The questions that are named: in `${…}`, and bare in the condition on a table's rows."""
    named = (node.name for node in walk(tree) if isinstance(node, Reference))
    return frozenset(named) | {node.table for node in walk(tree) if isinstance(node, Rows)}
