"""Conditions that ODK's clients cannot have together: they wait for one another.

A form here may show a question by an answer, and require that answer by the question; a client works conditions out
in an order, and refuses a form in which there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from forms.definition import Form
from forms.expressions.parsing import Expression
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.repeat import Repeat

#: Those that decide what is asked and stored come first: what is left out is left to the server.
_KEYS: Final = ("relevant", "calculation", "count", "required", "read_only")


def circular(form: Form) -> frozenset[tuple[str, str]]:
    """Questions and keys whose expressions have to be left out, so that the others can be worked out in an order."""
    needs = {one.name: set(around) for one, around in _nested(form.fields, ())}
    left_out: set[tuple[str, str]] = set()
    for key in _KEYS:
        for one, _ in _nested(form.fields, ()):
            expression = getattr(one, key, None)
            if not isinstance(expression, Expression):
                continue
            named = {name.rpartition(".")[2] for name in expression.references}
            if any(_reaches(name, one.name, needs) for name in named):
                left_out.add((one.name, key))
            else:
                needs[one.name] |= named
    return frozenset(left_out)


def _nested(fields: tuple[Field, ...], around: tuple[str, ...]) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """Every question with the names of the groups and repeats around it."""
    for one in fields:
        yield one, around
        if isinstance(one, Group | Repeat):
            yield from _nested(one.fields, (*around, one.name))


def _reaches(start: str, goal: str, needs: Mapping[str, set[str]]) -> bool:
    """Whether `start` is `goal`, or waits for it."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += needs.get(name, ())
    return False
