"""What no two living records of a form may share."""

from __future__ import annotations

from forms.definition import Form
from forms.values import Answers
from kernel.canonical import digest


def unique_keys_of(form: Form, answers: Answers) -> tuple[tuple[str, str], ...]:
    """(names, key) for each set of questions that must be unique; an unanswered set is never doubled."""
    found = []
    for names in form.unique:
        values = [answers.get(name) for name in names]
        if all(value is not None for value in values):
            found.append((",".join(names), digest(values)))
    return tuple(found)
