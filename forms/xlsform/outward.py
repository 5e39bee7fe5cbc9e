"""Expressions as ODK reads them: what it has no words for is said to be left to the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from forms.expressions.parsing import Expression
from forms.expressions.tree import Binary, Call, Literal, Reference, Rows, This, Tree, walk
from forms.xlsform.printing import changed, printed

#: Functions that ODK's clients have.
_KNOWN: Final = frozenset(
    {
        *("abs", "boolean-from-string", "coalesce", "concat", "contains", "count", "count-non-empty"),
        *("count-selected", "date", "date-time", "decimal-date-time", "decimal-time", "digest", "distance", "area"),
        *("ends-with", "exp", "exp10", "false", "format-date", "format-date-time", "if", "indexed-repeat", "int"),
        *("join", "jr:choice-name", "log", "log10", "max", "min", "not", "now", "number", "once", "pi", "position"),
        *("pow", "pulldata", "random", "regex", "round", "selected", "selected-at", "sqrt", "starts-with", "string"),
        *("string-length", "substr", "substring-after", "substring-before", "sum", "today", "translate", "true"),
        *("uuid", "normalize-space"),
    }
)
#: Punctuation of a Chinese keyboard; an expression written with it goes out in ASCII.
_CHINESE: Final = frozenset("（），＝＞＜！＋－＊｛｝＄．。“”‘’＂＇\u3000\u00a0≤≥≠")


@dataclass(frozen=True, slots=True)
class Outward:
    """How a form's expressions are said outside: the kinds of its questions, and what they are called there."""

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    #: What a yes is stored as outside, of the questions where that is not `true`.
    ticks: Mapping[str, str]

    def said(self, expression: Expression, *, this: str = "") -> str | None:
        """`expression` as ODK reads it; None when it has no words for it. `this` is the kind of `.`."""
        if any(isinstance(node, Call) and node.name not in _KNOWN for node in walk(expression.tree)):
            return None
        tree = self._truth(changed(expression.tree, self._plain), this)
        tree = changed(tree, self._renamed)
        plain = not _CHINESE & set(expression.text)
        return expression.text if tree == expression.tree and plain else printed(tree)

    def _plain(self, node: Tree) -> Tree:
        """A node without what ODK does not read: columns by two names, `coalesce` of more than two."""
        match node:
            case Reference(name) if "." in name:
                return Reference(name.partition(".")[2])
            case Call("coalesce", (first, second, third, *rest)):
                return Call("coalesce", (first, self._plain(Call("coalesce", (second, third, *rest)))))
            case _:
                return node

    def _truth(self, node: Tree, this: str) -> Tree:
        """`node` where yes and no are the choices `true` and `false` (in ODK every text that is not empty holds)."""
        match node:
            case Binary("=" | "!=" as operator, left, right):
                return Binary(operator, self._side(left, right, this), self._side(right, left, this))
            case Binary("or" | "and" as operator, left, right):
                return Binary(operator, self._condition(left, this), self._condition(right, this))
            case Binary(operator, left, right):
                return Binary(operator, self._truth(left, this), self._truth(right, this))
            case Call("not", (only,)):
                return Call("not", (self._condition(only, this),))
            case Call("if", (condition, then, otherwise)):
                branches = (self._truth(then, this), self._truth(otherwise, this))
                return Call("if", (self._condition(condition, this), *branches))
            case Call(name, arguments):
                return Call(name, tuple(self._truth(argument, this) for argument in arguments))
            case Rows(table, condition, column):
                return Rows(table, self._truth(condition, this), column)
            case _:
                return node

    def _side(self, side: Tree, other: Tree, this: str) -> Tree:
        if isinstance(side, Call) and side.name in ("true", "false") and self._is_choice(other, this):
            tick = self._tick(other)
            return Literal(tick if side.name == "true" else "false" if tick == "true" else "")
        return self._truth(side, this)

    def _condition(self, node: Tree, this: str) -> Tree:
        return Binary("=", node, Literal(self._tick(node))) if self._is_choice(node, this) else self._truth(node, this)

    def _tick(self, node: Tree) -> str:
        """What a yes is stored as."""
        return self.ticks.get(node.name, "true") if isinstance(node, Reference) else "true"

    def _is_choice(self, node: Tree, this: str) -> bool:
        """Whether `node` is the answer to a yes/no question."""
        if isinstance(node, This):
            return this == "yes_no"
        return isinstance(node, Reference) and self.kinds.get(node.name) == "yes_no"

    def _renamed(self, node: Tree) -> Tree:
        match node:
            case Reference(name):
                return Reference(self.names.get(name, name))
            case Rows(table, condition, column):
                return Rows(self.names.get(table, table), condition, self.names.get(column, column))
            case _:
                return node

    def condition(self, expression: Expression, *, this: str = "") -> str | None:
        """`expression` as a condition, as `said` otherwise."""
        if self._is_choice(expression.tree, this):
            assert isinstance(expression.tree, Reference | This)
            return f"{self.said(expression, this=this)} = '{self._tick(expression.tree)}'"
        return self.said(expression, this=this)
