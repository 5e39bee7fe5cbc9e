"""Conditions that nothing can meet: `. > 5 and . < 3`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from forms.expressions.tree import Binary, Call, Items, Literal, Reference, Rows, This, Tree
from forms.expressions.values import number_of, text_of
from forms.flaws.meaning import NEVER_HOLDS
from kernel.flaw import Finding

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


@dataclass(slots=True)
class _Bounds:
    """Between what the answer to one question must lie for all its conditions to hold."""

    least: float = -math.inf
    most: float = math.inf
    open_below: bool = False
    open_above: bool = False
    texts: frozenset[str] = frozenset()

    def narrow(self, operator: str, literal: str | float) -> None:
        """Take in that the answer stands in the relation `operator` to `literal`."""
        number = number_of(literal)
        if math.isnan(number):
            if operator == "=" and literal != "":
                self.texts |= {text_of(literal)}
            return
        if operator in (">", ">=", "=") and number >= self.least:
            self.open_below = operator == ">" or (self.open_below and number == self.least)
            self.least = number
        if operator in ("<", "<=", "=") and number <= self.most:
            self.open_above = operator == "<" or (self.open_above and number == self.most)
            self.most = number

    def empty(self) -> bool:
        """Whether no answer is left."""
        touching = self.least == self.most and (self.open_below or self.open_above)
        return self.least > self.most or touching or len(self.texts) > 1


def contradictions(tree: Tree) -> Iterator[Finding]:
    """Every question on which conditions joined by `and` can never hold together."""
    match tree:
        case Binary("and", _, _):
            parts = _joined(tree)
            yield from _of_conditions(parts)
            for part in parts:
                yield from contradictions(part)
        case Binary(_, left, right):
            yield from contradictions(left)
            yield from contradictions(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from contradictions(argument)
        case Rows(_, condition, _) | Items(_, condition, _):
            yield from contradictions(condition)
        case _:
            return


def _joined(tree: Tree) -> list[Tree]:
    """What stands between the `and`s of `tree`."""
    found: list[Tree] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Binary) and node.operator == "and":
            waiting += [node.right, node.left]
        else:
            found.append(node)
    return found


def _of_conditions(conditions: list[Tree]) -> Iterator[Finding]:
    bounds: dict[str, _Bounds] = {}
    for condition in conditions:
        match condition:
            case Binary(operator, Reference() | This() as asked, Literal(value)) if operator in _MIRRORED:
                bounds.setdefault(_called(asked), _Bounds()).narrow(operator, value)
            case Binary(operator, Literal(value), Reference() | This() as asked) if operator in _MIRRORED:
                bounds.setdefault(_called(asked), _Bounds()).narrow(_MIRRORED[operator], value)
    for name, found in bounds.items():
        if found.empty():
            yield NEVER_HOLDS.found(name=name)


def _called(asked: Reference | This) -> str:
    return asked.name if isinstance(asked, Reference) else "."
