"""The functions of the expression language that look at the scope, or need not evaluate every argument.

Each is made from its arguments before they have values. `regex`, `once`, `indexed-repeat` and `jr:choice-name`
need more than their arguments and are put together in `forms.expressions.evaluation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

import re2

from forms.expressions.calls import choices_of
from forms.expressions.operators import Evaluate
from forms.expressions.scope import Scope
from forms.expressions.spans import add_workdays, workdays_between
from forms.expressions.values import NAN, Value, text_of, truth, value_of, words_of

Ready: TypeAlias = Callable[[tuple[Evaluate, ...]], Evaluate]
"""Makes a call of its ready arguments."""


def _if(arguments: tuple[Evaluate, ...]) -> Evaluate:
    condition, then, otherwise = arguments
    return lambda scope: then(scope) if truth(condition(scope)) else otherwise(scope)


def _coalesce(arguments: tuple[Evaluate, ...]) -> Evaluate:
    """The first that is not blank; the last when all are."""
    *firsts, last = arguments

    def coalesced(scope: Scope) -> Value:
        for argument in firsts:
            value = argument(scope)
            if text_of(value) != "":
                return value
        return last(scope)

    return coalesced


def kept(this: Evaluate, argument: Evaluate) -> Evaluate:
    """`once(argument)`: the answer that is there, `this`, or else the argument."""

    def found(scope: Scope) -> Value:
        answer = this(scope)
        return answer if text_of(answer) != "" else argument(scope)

    return found


def _today(_: tuple[Evaluate, ...]) -> Evaluate:
    return lambda scope: scope.now.date().isoformat()


def _now(_: tuple[Evaluate, ...]) -> Evaluate:
    return lambda scope: scope.now.replace(tzinfo=None).isoformat(timespec="seconds")


def _user(arguments: tuple[Evaluate, ...]) -> Evaluate:
    (key,) = arguments
    return lambda scope: scope.user.get(text_of(key(scope)), "")


def _has_role(arguments: tuple[Evaluate, ...]) -> Evaluate:
    (role,) = arguments
    return lambda scope: text_of(role(scope)) in words_of(scope.user.get("role", ""))


def _position(_: tuple[Evaluate, ...]) -> Evaluate:
    return lambda scope: float(scope.position) if scope.position else NAN


def _pulled(arguments: tuple[Evaluate, ...]) -> Evaluate:
    def pulled(scope: Scope) -> Value:
        form, question, key, value = [text_of(argument(scope)) for argument in arguments]
        return value_of(scope.sources.pull(form, question, key, value)) if value else ""

    return pulled


def _random(_: tuple[Evaluate, ...]) -> Evaluate:
    return lambda scope: scope.sources.chance.random() if scope.sources.chance else NAN


def _uuid(_: tuple[Evaluate, ...]) -> Evaluate:
    def made(scope: Scope) -> str:
        chance = scope.sources.chance
        return str(UUID(int=chance.getrandbits(128), version=4)) if chance else ""

    return made


def _workdays_between(arguments: tuple[Evaluate, ...]) -> Evaluate:
    start, end = arguments
    return lambda scope: workdays_between(start(scope), end(scope), scope.sources.calendar)


def _add_workdays(arguments: tuple[Evaluate, ...]) -> Evaluate:
    start, count = arguments
    return lambda scope: add_workdays(start(scope), count(scope), scope.sources.calendar)


READY: Final[Mapping[str, Ready]] = MappingProxyType(
    {
        "add-workdays": _add_workdays,
        "coalesce": _coalesce,
        "has-role": _has_role,
        "if": _if,
        "now": _now,
        "position": _position,
        "pulldata": _pulled,
        "random": _random,
        "today": _today,
        "user": _user,
        "uuid": _uuid,
        "workdays-between": _workdays_between,
    }
)
"""Functions of ready arguments."""


def choice_words(value: Evaluate, question: str) -> Evaluate:
    """`jr:choice-name(value, ${question})`: what the choices are called, or they themselves where that is not known."""

    def found(scope: Scope) -> str:
        known = scope.sources.labels.get(question, {})
        return "、".join([known.get(choice, choice) for choice in choices_of(value(scope))])

    return found


def matching(value: Evaluate, pattern: str) -> Evaluate:
    """`regex(value, 'pattern')`: whether the whole text matches; `pattern` is in the common subset.

    Bytes without captures are what RE2 takes in least time.
    """
    options = re2.Options()
    options.never_capture = True
    fullmatch = re2.compile(pattern.encode(), options).fullmatch
    return lambda scope: fullmatch(text_of(value(scope)).encode(errors="replace")) is not None
