"""Reads the text of an expression into its tree.

The grammar, from loose to tight: `or`; `and`; `= !=`; `< <= > >=`; `+ -`; `* div mod`; a minus sign;
a value. A value is a text, a number, `${field}`, `.`, a call `name(…)` or an expression in brackets.
Operators of one level are read from left to right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from forms.expressions.functions import FUNCTIONS, Signature
from forms.expressions.mistakes import ExpressionMistake
from forms.expressions.names import nearest
from forms.expressions.patterns import PatternMistake, plain_pattern
from forms.expressions.tokens import Token, tokens
from forms.expressions.tree import Attribute, Binary, Call, Literal, Reference, This, Tree, references
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


def parse(text: str, *, of_choice: bool = False) -> Expression:
    """The expression written in `text`.

    `of_choice` allows bare names, as a `choice_filter` uses them for attributes of a choice.
    Raises ExpressionMistake.
    """
    found = tokens(text)
    if found[0].sort == "end":
        raise ExpressionMistake(say("表达式是空的，请写出条件或算式。"), 1)
    parser = _Parser(found, of_choice=of_choice)
    tree = parser.whole()
    return Expression(text, tree, references(tree))


class _Parser:
    """Climbs the levels of the grammar over a list of tokens."""

    def __init__(self, found: list[Token], *, of_choice: bool) -> None:
        self._tokens = found
        self._at = 0
        self._of_choice = of_choice
        self._nesting = 0

    def whole(self) -> Tree:
        """The tree of all tokens."""
        tree = self._levels_from(1)
        left = self._token
        if left.sort == "end":
            return tree
        if left.value == ")":
            raise _mistake(left, "第{column}个字：多了一个“)”，请删去，或在前面补“(”。")
        raise _mistake(left, "第{column}个字：“{piece}”前面缺少运算符或逗号。")

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
            raise _mistake(self._token, "第{column}个字：括号套得太深，请拆成几个计算字段。")

    def _value(self) -> Tree:
        """A literal, a reference, `.`, a call, or an expression in brackets."""
        token = self._pop()
        if token.sort == "text":
            return Literal(token.value)
        if token.sort == "number":
            return _number(token)
        if token.sort == "reference":
            return Reference(token.value)
        if token.sort == "name" and self._take("("):
            return self._call(token)
        if token.sort == "name" and self._of_choice and token.value not in _LEVELS:
            return Attribute(token.value)
        if token.sort == "symbol" and token.value == ".":
            return This()
        if token.sort == "symbol" and token.value == "(":
            return self._bracketed(token)
        raise _no_value(token)

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
        self._go_deeper()
        places = [self._token]
        arguments: list[Tree] = []
        if not self._take(")"):
            arguments.append(self._levels_from(1))
            while self._take(","):
                places.append(self._token)
                arguments.append(self._levels_from(1))
            if not self._take(")"):
                raise self._unclosed(name)
        self._nesting -= 1
        return _fitting(name, signature, arguments, places)

    def _unclosed(self, opening: Token) -> ExpressionMistake:
        """What to say when the bracket of `opening` is not closed where it should be."""
        if self._token.sort == "end":
            return _mistake(opening, "第{column}个字“{piece}”的括号没有配对，请在后面补“)”。")
        return _mistake(self._token, "第{column}个字：“{piece}”前面缺少运算符、逗号或“)”。")


def _fitting(name: Token, signature: Signature, arguments: list[Tree], places: list[Token]) -> Call:
    """The call, when its arguments fit the signature."""
    too_many = signature.most is not None and len(arguments) > signature.most
    if len(arguments) < signature.least or too_many:
        template = "第{column}个字：{piece} 的参数个数不对，应写成 {usage}，现在有 {count} 个。"
        sentence = say(template, column=name.column, piece=name.value, usage=signature.usage, count=len(arguments))
        raise ExpressionMistake(sentence, name.column)
    if name.value == "regex":
        arguments[1] = _pattern(arguments[1], places[1])
    return Call(name.value, tuple(arguments))


def _pattern(argument: Tree, place: Token) -> Literal:
    """The second argument of `regex` in the common spelling."""
    if not isinstance(argument, Literal) or not isinstance(argument.value, str):
        raise _mistake(place, "第{column}个字：regex 的第二个参数要直接写成带引号的文字。")
    try:
        return Literal(plain_pattern(argument.value))
    except PatternMistake as mistake:
        sentence = say("第{column}个字：{mistake}", column=place.column, mistake=mistake.sentence)
        raise ExpressionMistake(sentence, place.column) from mistake


def _number(token: Token) -> Literal:
    """A finite number."""
    value = float(token.value)
    if math.isfinite(value):
        return Literal(value)
    raise _mistake(token, "第{column}个字：数太大了。")


def _no_value(token: Token) -> ExpressionMistake:
    """What to say when a value should stand where `token` stands."""
    if token.sort == "end":
        return _mistake(token, "第{column}个字：表达式没有写完，末尾缺少一个值。")
    if token.sort == "name" and token.value not in _LEVELS:
        return _mistake(token, "第{column}个字：字段要写成 ${{{piece}}}，文字要加引号，函数后面要有括号。")
    return _mistake(token, "第{column}个字：“{piece}”的前面缺少一个值。")


def _unknown_function(name: Token) -> ExpressionMistake:
    """What to say about a function nobody knows."""
    near = nearest(name.value, FUNCTIONS)
    if near is None:
        return _mistake(name, "第{column}个字：没有函数“{piece}”，请查看函数表。")
    sentence = say(
        "第{column}个字：没有函数“{piece}”，是不是“{near}”？", column=name.column, piece=name.value, near=near
    )
    return ExpressionMistake(sentence, name.column)


def _mistake(token: Token, template: str) -> ExpressionMistake:
    """A mistake at `token`; `template` names {column} and may name {piece}."""
    return ExpressionMistake(say(template, column=token.column, piece=token.value), token.column)
