"""Submissions of one form as a typed table that SQL can count."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Numeric, Select, cast, func, select

from forms.definition import Form, stored_kind
from forms.fields.base import Field
from forms.values import Kind
from records.tables import submissions

#: What every form's rows have beside the answers.
SYSTEM_COLUMNS = (
    "id",
    "state",
    "unit_id",
    "created_by",
    "created_at",
    "changed_at",
    "title",
    "withdrawn_at",
    "entered_at",
    "due_on",
)
#: What lists and expressions call the day of a moment that is stored.
_DAYS_OF = MappingProxyType({"entered_on": "entered_at"})


def rows(form: Form) -> Select[Any]:
    """One column for each question and each system column, one row for each living submission.

    Nothing migrates when a form changes: the select is written anew. A renamed question
    (`was:`) reads its former name where the new one is missing.
    """
    return select(
        *system_columns(), *(answer_column(field).label(field.name) for field in form.questions.values())
    ).where(submissions.c.form_id == form.id, submissions.c.withdrawn_at.is_(None))


def system_columns() -> list[ColumnElement[Any]]:
    """The columns that every form's rows have."""
    return [submissions.c[name] for name in SYSTEM_COLUMNS]


def column_of(form: Form, name: str) -> ColumnElement[Any]:
    """The column called `name` in the rows of `form`: an answer, or a system column; of a day its moment (UTC text)."""
    stored = _DAYS_OF.get(name, name)
    return submissions.c[stored] if stored in SYSTEM_COLUMNS else answer_column(form.questions[name])


def is_system_column(name: str) -> bool:
    """Whether `column_of` knows `name` of every form."""
    return name in SYSTEM_COLUMNS or name in _DAYS_OF


def answer_column(field: Field) -> ColumnElement[Any]:
    """One question's answers as a typed column."""
    found = [_typed(name, stored_kind(field)) for name in (field.name, *field.was)]
    return func.coalesce(*found) if len(found) > 1 else found[0]


def _typed(name: str, kind: Kind) -> ColumnElement[Any]:
    answer: Any = submissions.c.answers[name]
    column: ColumnElement[Any]
    match kind:
        case Kind.INTEGER:
            column = cast(answer.as_string(), BigInteger)  # as_integer() has only four bytes in PostgreSQL
        case Kind.DECIMAL:
            column = cast(answer.as_string(), Numeric(18, 4))
        case Kind.YES_NO:
            column = answer.as_boolean()
        case Kind.LIST | Kind.TABLE | Kind.FILES:
            column = answer.as_json()
        case _:
            column = answer.as_string()
    return column
