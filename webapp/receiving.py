"""What a page of a form sent: what was typed and, from a page without scripts, the files that came along."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from forms.answers import Refusals
from forms.definition import Form
from forms.fields.files import FilesField
from forms.values import Raw
from kernel.problems import Problem
from webapp.controls.places import question_at, split_place
from webapp.controls.typing import typed
from webapp.keeping import keep


@dataclass(frozen=True, slots=True)
class Received:
    """What was typed, with every file that came along kept already; files that were not taken, by place."""

    raw: dict[str, Raw]
    refusals: Refusals


def received(form: Form) -> Received:
    """What this request's page sent. A name that is no question of files takes none: the reader refuses it."""
    posted = MultiDict(request.form)
    refusals: Refusals = {}
    for name, sent in request.files.items(multi=True):
        if not sent.filename:
            continue  # nothing was chosen
        steps, last = split_place(name)
        field = question_at(form, steps, last)
        if not isinstance(field, FilesField):
            posted.add(name, sent.filename)
            continue
        try:
            file = keep(sent.read(), sent.filename)
        except Problem as problem:
            refusals[name.replace("-", ".")] = problem.sentence
        else:
            if field.most == 1:  # a new one takes the place of the one that was kept
                posted.setlist(name, [])
            posted.add(name, f"{file.digest} {file.name}")
    return Received(typed(form, posted), refusals)
