"""Reads the text of an expression into its tree.

The grammar, from loose to tight: `or`; `and`; `= !=`; `< <= > >=`; `+ -`; `* div mod`; a minus sign;
a value. A value is a text, a number, `${field}`, `.`, a call `name(…)` or an expression in brackets;
`${table}[condition]/column` and `instance('list')/root/item[condition]/attribute` are read as XLSForm has
them, and `../field` and `current()/../field` mean `${field}`. Operators of one level are read from left to right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from forms.expressions.arguments import fitting
from forms.expressions.functions import CHANCES, FUNCTIONS
from forms.expressions.mistakes import ExpressionMistake
from forms.expressions.names import nearest
from forms.expressions.tokens import Token, tokens
from forms.expressions.tree import Attribute, Binary, Call, Items, Literal, Reference, Rows, This, Tree, references
from forms.flaws import syntax as flaws
from kernel.flaw import Flaw
from kernel.sentences import say

__all__ = ["Expression", "ExpressionMistake", "parse"]

MOST_NESTING: Final = 60
"""Brackets, calls and minus signs inside one another."""

_LEVELS: Final[Mapping[str, int]] = MappingProxyType(
    {"or": 1, "and": 2}
    | dict.fromkeys(("=", "!="), 3)
    | dict.fromkeys(("<", "<=", ">", ">="), 4)
    | dict.fromkeys(("+", "-"), 5)
    | dict.fromkeys(("*", "div", "mod"), 6)
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that has been read."""

    text: str
    """As its author wrote it."""
    tree: Tree
    references: frozenset[str]
    """The names in `${…}`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take it as it is: pydantic would otherwise prepare for every node there is, at every start."""
        return core_schema.is_instance_schema(cls)


@lru_cache(maxsize=8192)
def parse(text: str, *, of_choice: bool = False) -> Expression:
    """The expression written in `text`; remembered, for a form is read again whenever any is looked at.

    `of_choice` allows bare names, as a `choice_filter` uses them for attributes of a choice.
    Raises ExpressionMistake.
    """
    found = tokens(text)
    if found[0].sort == "end":
        raise ExpressionMistake(flaws.EMPTY, 1)
    parser = _Parser(found, of_choice=of_choice)
    tree = parser.whole()
    return Expression(text, tree, references(tree))


_Bare: TypeAlias = Callable[[str], Tree]
"""What a bare name becomes where one is allowed."""


class _Parser:
    """Climbs the levels of the grammar over a list of tokens."""

    def __init__(self, found: list[Token], *, of_choice: bool) -> None:
        self._tokens = found
        self._at = 0
        self._bare: _Bare | None = Attribute if of_choice else None
        self._nesting = 0
        self._inside_once = 0

    def whole(self) -> Tree:
        """The tree of all tokens."""
        tree = self._levels_from(1)
        left = self._token
        if left.sort == "end":
            return tree
        if left.value == ")":
            raise _mistake(flaws.EXTRA_BRACKET, left)
        if left.value == "/":
            raise ExpressionMistake(flaws.WRONG_SIGN, left.column, sign="/", right="div")
        raise _mistake(flaws.MISSING_OPERATOR, left)

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _pop(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _take(self, symbol: str) -> bool:
        """Whether `symbol` comes next; if so it is left behind."""
        if self._token.sort != "symbol" or self._token.value != symbol:
            return False
        self._at += 1
        return True

    def _levels_from(self, loosest: int) -> Tree:
        """A tree whose outermost operator is of level `loosest` or tighter."""
        tree = self._signed()
        while (level := self._level()) >= loosest:
            operator = self._pop().value
            tree = Binary(operator, tree, self._levels_from(level + 1))
        return tree

    def _level(self) -> int:
        """The level of the operator that comes next; 0 when none does."""
        token = self._token
        return _LEVELS.get(token.value, 0) if token.sort in ("symbol", "name") else 0

    def _signed(self) -> Tree:
        """A value, perhaps with a minus sign before it."""
        if not self._take("-"):
            return self._value()
        self._go_deeper()
        tree = self._signed()
        self._nesting -= 1
        if isinstance(tree, Literal) and isinstance(tree.value, float):
            return Literal(-tree.value)
        return Binary("-", Literal(0.0), tree)

    def _go_deeper(self) -> None:
        """Count one more bracket, call or minus sign; the caller counts it down when it is closed."""
        self._nesting += 1
        if self._nesting > MOST_NESTING:
            raise _mistake(flaws.TOO_DEEP, self._token)

    def _value(self) -> Tree:
        """A literal, a reference, `.`, a call, or an expression in brackets."""
        token = self._pop()
        match token.sort, token.value:
            case "text", text:
                return Literal(text)
            case "number", _:
                return _number(token)
            case "reference", name:
                return self._reference(name)
            case "name", name if self._take("("):
                return self._named(token)
            case "name", name if self._bare and name not in _LEVELS:
                return self._bare(name)
            case "symbol", ".":
                return This()
            case "symbol", "..":
                return self._path(token)
            case "symbol", "(":
                return self._bracketed(token)
        raise _no_value(token)

    def _named(self, name: Token) -> Tree:
        """A call, or one of the two functions of XLSForm that begin a path; the name and its bracket are behind."""
        if name.value == "instance":
            return self._items(name)
        if name.value != "current":
            return self._call(name)
        if not self._take(")") or not self._take("/"):
            raise _mistake(flaws.PATH, name)
        step = self._pop()
        if step.value == "." and step.sort == "symbol":
            return This()
        if step.value == ".." and step.sort == "symbol":
            return self._path(step)
        raise _no_value(step)

    def _path(self, start: Token) -> Reference:
        """`../name`, `../../group/name`: the answer to `name`; the first `..` is behind."""
        while self._take("/"):
            if not self._take(".."):
                break
        else:
            raise _mistake(flaws.PATH, start)
        name = self._step()
        while self._take("/"):
            name = self._step()
        return Reference(name)

    def _step(self) -> str:
        """The name that follows a slash."""
        token = self._pop()
        if token.sort != "name":
            raise _mistake(flaws.PATH, token)
        return token.value

    def _reference(self, name: str) -> Tree:
        """`${name}`, `${table}/column`, or `${table}[condition]/column`; the name is behind."""
        if self._take("["):
            condition = self._predicate(Reference)
            return Rows(name, condition, self._step() if self._take("/") else "")
        slash, step, behind = (self._tokens + [self._tokens[-1]] * 2)[self._at : self._at + 3]
        if slash.value == "/" and step.sort == "name" and behind.value != "(":
            self._at += 2
            return Reference(f"{name}.{step.value}")
        return Reference(name)

    def _items(self, name: Token) -> Items:
        """`instance('list')/root/item[condition]/attribute`; `instance(` is behind."""
        listed = self._pop()
        for piece in (")", "/", "root", "/", "item", "["):
            if listed.sort != "text" or self._token.sort == "text" or self._token.value != piece:
                raise _mistake(flaws.INSTANCE, name)
            self._pop()
        condition = self._predicate(Attribute)
        return Items(listed.value, condition, self._step() if self._take("/") else "name")

    def _predicate(self, bare: _Bare) -> Tree:
        """The condition in square brackets, where a bare name is `bare`; a number stands for a position."""
        opening, outside = self._tokens[self._at - 1], self._bare
        self._go_deeper()
        self._bare = bare
        condition = self._levels_from(1)
        self._bare = outside
        self._nesting -= 1
        if not self._take("]"):
            raise _mistake(flaws.OPEN_PREDICATE, opening)
        if isinstance(condition, Literal) and isinstance(condition.value, float):
            return Binary("=", Call("position", ()), condition)
        return condition

    def _bracketed(self, opening: Token) -> Tree:
        """The expression in brackets; the opening one is behind."""
        self._go_deeper()
        tree = self._levels_from(1)
        self._nesting -= 1
        if not self._take(")"):
            raise self._unclosed(opening)
        return tree

    def _call(self, name: Token) -> Tree:
        """A call; the name and its bracket are behind."""
        signature = FUNCTIONS.get(name.value)
        if signature is None:
            raise _unknown_function(name)
        if name.value in CHANCES and not self._inside_once:
            raise _mistake(flaws.CHANCE_OUTSIDE_ONCE, name)
        self._go_deeper()
        self._inside_once += name.value == "once"
        found = self._arguments(name)
        self._inside_once -= name.value == "once"
        self._nesting -= 1
        return fitting(name, signature, found)

    def _arguments(self, name: Token) -> list[tuple[Tree, Token]]:
        """The arguments of a call, each with the token it begins at."""
        found: list[tuple[Tree, Token]] = []
        if name.value == "position":
            self._take("..")
        if self._take(")"):
            return found
        while not found or self._take(","):
            place = self._token
            found.append((self._levels_from(1), place))
        if not self._take(")"):
            raise self._unclosed(name)
        return found

    def _unclosed(self, opening: Token) -> ExpressionMistake:
        """What to say when the bracket of `opening` is not closed where it should be."""
        if self._token.sort == "end":
            return _mistake(flaws.OPEN_BRACKET, opening)
        return _mistake(flaws.MISSING_OPERATOR, self._token)


def _number(token: Token) -> Literal:
    """A finite number."""
    value = float(token.value)
    if math.isfinite(value):
        return Literal(value)
    raise _mistake(flaws.NUMBER_TOO_LARGE, token)


def _no_value(token: Token) -> ExpressionMistake:
    """What to say when a value should stand where `token` stands."""
    if token.sort == "end":
        return _mistake(flaws.UNFINISHED, token)
    if token.sort == "name" and token.value not in _LEVELS:
        return _mistake(flaws.BARE_NAME, token)
    return _mistake(flaws.MISSING_VALUE, token)


def _unknown_function(name: Token) -> ExpressionMistake:
    """What to say about a function nobody knows."""
    near = nearest(name.value, FUNCTIONS)
    hint = say("，是不是“{near}”？", near=near) if near else ""
    return ExpressionMistake(flaws.UNKNOWN_FUNCTION, name.column, piece=name.value, near=hint)


def _mistake(flaw: Flaw, token: Token) -> ExpressionMistake:
    """The mistake `flaw` at `token`, which it may name as {piece}."""
    return ExpressionMistake(flaw, token.column, piece=token.value)
