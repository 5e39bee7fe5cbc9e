"""Places of a page: `place` is a question, `visits-0-hazards-1-place` one in a row of a row.

WTForms parts the steps by dashes, refusals (`visits.0.hazards.1.place`) by points; names of questions have neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from forms.definition import Form
from forms.fields.base import Field
from forms.fields.repeat import Repeat

#: Names of repeats and numbers of rows in turn.
Steps: TypeAlias = tuple[str | int, ...]

_NAME = "[a-z][a-z0-9_]*"
#: No page has more than three digits of rows.
_ROWS = re.compile(rf"(?:{_NAME}-[0-9]{{1,3}}-)*")
_STEP = re.compile(rf"({_NAME})-([0-9]{{1,3}})-")


def split_place(name: str) -> tuple[Steps, str]:
    """The rows around a question, and its own name; the name need not be one that any form has."""
    rows = _ROWS.match(name)
    end = rows.end() if rows else 0
    steps: list[str | int] = []
    for repeat, index in _STEP.findall(name[:end]):
        steps += [repeat, int(index)]
    return tuple(steps), name[end:]


def question_at(form: Form, steps: Steps, name: str) -> Field | None:
    """The question of that name in those rows; None: the form has no such rows, or no such question in them."""
    questions: Mapping[str, Field] = form.questions
    for step in steps[::2]:
        repeat = questions.get(str(step))
        if not isinstance(repeat, Repeat):
            return None
        questions = repeat.questions
    return questions.get(name)
