"""Whether the arguments of a call fit the function: their count, and what must be written out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from forms.expressions.functions import Signature
from forms.expressions.mistakes import ExpressionMistake
from forms.expressions.patterns import PatternMistake, plain_pattern
from forms.expressions.tokens import Token
from forms.expressions.tree import Call, Literal, Reference, Tree
from forms.flaws import syntax as flaws

Argument: TypeAlias = tuple[Tree, Token]
"""An argument and the token it begins at."""

_LITERALS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType({"regex": (1,), "pulldata": (0, 1, 2)})
"""Function to the places, from 0, of the arguments that are known when the form is loaded."""
_REFERENCES: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType({"indexed-repeat": (0, 1), "jr:choice-name": (1,)})
"""Function to the places of the arguments that name a question instead of having its value."""
_QUOTED_REFERENCE: Final = re.compile(r"\s*\$\{\s*([^{}]+?)\s*\}\s*")


def fitting(name: Token, signature: Signature, given: Sequence[Argument]) -> Call:
    """The call of `name` with the arguments `given`. Raises ExpressionMistake when they do not fit."""
    too_many = signature.most is not None and len(given) > signature.most
    if len(given) < signature.least or too_many:
        raise ExpressionMistake(
            flaws.ARGUMENT_COUNT, name.column, piece=name.value, usage=signature.usage, count=len(given)
        )
    trees = [tree for tree, _ in given]
    for place in _LITERALS.get(name.value, ()):
        _must_be_literal(name, place, given[place])
    for place in _REFERENCES.get(name.value, ()):
        trees[place] = _reference(name, place, given[place])
    if name.value == "regex":
        trees[1] = _pattern(given[1])
    return Call(name.value, tuple(trees))


def _must_be_literal(name: Token, place: int, argument: Argument) -> None:
    tree, token = argument
    if not isinstance(tree, Literal) or not isinstance(tree.value, str):
        raise ExpressionMistake(flaws.LITERAL_ARGUMENT, token.column, piece=name.value, number=place + 1)


def _reference(name: Token, place: int, argument: Argument) -> Reference:
    """The question that is named, as `${name}` or, as XLSForm has it, in quotes: `'${name}'`."""
    tree, token = argument
    match tree:
        case Reference():
            return tree
        case Literal(str() as text) if found := _QUOTED_REFERENCE.fullmatch(text):
            return Reference(found[1])
    raise ExpressionMistake(flaws.REFERENCE_ARGUMENT, token.column, piece=name.value, number=place + 1)


def _pattern(argument: Argument) -> Literal:
    """The second argument of `regex` in the spelling that both engines share."""
    tree, token = argument
    assert isinstance(tree, Literal)
    try:
        return Literal(plain_pattern(str(tree.value)))
    except PatternMistake as mistake:
        raise ExpressionMistake(mistake.sentence.flaw, token.column, **mistake.sentence.values) from mistake
