"""A WTForms form for one `Form`: it draws and it carries what was typed; it never judges.

A page's names are `place`, or `hazards-0-place` inside a repeat (WTForms' own separator);
a refusal's place `hazards.0.place` is the same with points.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wtforms

from forms.definition import Form
from forms.values import Raw
from webapp.controls.holding import as_typed, fitting, held_row
from webapp.controls.making import Drawing, form_class
from webapp.controls.typing import typed, with_rows_changed

__all__ = ["Drawing", "as_typed", "drawn", "form_class", "held_row", "typed", "with_rows_changed"]


def drawn(form: Form, made: type[wtforms.Form], raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> wtforms.Form:
    """The page's form with what was typed in it, and beside each control why it was refused.

    A program may have sent anything under a question's name: what a control cannot hold is left out.
    """
    page = made(data={name: fitting(field, raw.get(name)) for name, field in form.questions.items()})
    for place, sentence in refusals.items():
        control = _find(page, place.split("."))
        if control is not None:
            control.errors = [sentence]
    return page


def _find(page: wtforms.Form, steps: list[str]) -> Any:  # noqa: ANN401 -- WTForms' own classes have no common type
    control: Any = page
    for step in steps:
        if isinstance(control, wtforms.FieldList):
            entries = control.entries
            control = entries[int(step)] if step.isdigit() and int(step) < len(entries) else None
        elif isinstance(control, wtforms.FormField):
            control = control.form._fields.get(step)
        elif isinstance(control, wtforms.Form):
            control = control._fields.get(step)
        if control is None:
            return None
    return None if control is page else control
