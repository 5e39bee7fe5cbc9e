"""The tree an expression is parsed into: six kinds of node, the same for Python, JavaScript and SQL.

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
    subset of RE2 and JavaScript (`forms.expressions.patterns`) and must match the whole text.

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


Tree: TypeAlias = Literal | Reference | This | Attribute | Binary | Call
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
        case _:
            return


def references(tree: Tree) -> frozenset[str]:
    """The names that stand in `${…}`, as they are written there."""
    return frozenset(node.name for node in walk(tree) if isinstance(node, Reference))
