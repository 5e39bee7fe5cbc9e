"""Submissions of one form as a typed table that SQL can count."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Numeric, Select, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from forms.definition import Form, stored_kind
from forms.fields.base import Field
from forms.fitting import SHAPES
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
    return select(*system_columns(), *(column_of(form, name).label(name) for name in form.questions)).where(
        submissions.c.form_id == form.id, submissions.c.withdrawn_at.is_(None)
    )


def system_columns() -> list[ColumnElement[Any]]:
    """The columns that every form's rows have."""
    return [submissions.c[name] for name in SYSTEM_COLUMNS]


def column_of(form: Form, name: str) -> ColumnElement[Any]:
    """The column called `name` in the rows of `form`: an answer, or a system column; of a day its moment (UTC text)."""
    stored = _DAYS_OF.get(name, name)
    if stored in SYSTEM_COLUMNS:
        return submissions.c[stored]
    return answer_column(form.questions[name], retyped=name in form.retyped)


def is_system_column(name: str) -> bool:
    """Whether `column_of` knows `name` of every form."""
    return name in SYSTEM_COLUMNS or name in _DAYS_OF


def answer_column(field: Field, *, retyped: bool = False) -> ColumnElement[Any]:
    """One question's answers as a typed column.

    retyped: records may answer it that were asked for another type; what cannot be read is NULL (`forms.fitting`).
    """
    kind = stored_kind(field)
    read = _fitting if retyped else _typed
    found = [read(name, kind) for name in (field.name, *field.was)]
    return func.coalesce(*found) if len(found) > 1 else found[0]


def _fitting(name: str, kind: Kind) -> ColumnElement[Any]:
    """An answer where it is one of `kind`; a cast of anything else would end the whole query in PostgreSQL."""
    answer: Any = submissions.c.answers[name]
    fits: ColumnElement[bool] = JsonType(submissions.c.answers, literal(name)).in_(_JSON_TYPES.get(kind, ("text",)))
    if kind in SHAPES:
        shaped = answer.as_string().regexp_match(SHAPES[kind])
        fits = and_(fits, or_(JsonType(submissions.c.answers, literal(name)) == "number", shaped))
    return case((fits, _typed(name, kind)))


class JsonType(FunctionElement[str]):
    """`JsonType(answers, name)`: of what kind an answer is as JSON: number, text, truth, list, rows, blank.

    An empty list is both a list and rows: it is told as `empty`.
    """

    inherit_cache = True
    type = Text()


#: What answers of a kind are as JSON, where they are not texts alone.
_JSON_TYPES = MappingProxyType(
    {
        Kind.INTEGER: ("number",),
        Kind.DECIMAL: ("number", "text"),
        Kind.TEXT: ("number", "text"),
        Kind.YES_NO: ("truth",),
        Kind.LIST: ("list", "empty"),
        Kind.TABLE: ("rows", "empty"),
        Kind.FILES: ("rows", "empty"),
    }
)


@compiles(JsonType, "sqlite")
def _json_type_sqlite(element: JsonType, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's own
    answers, name = (compiler.process(clause, **options) for clause in element.clauses)
    return (
        f"CASE json_type({answers}, '$.' || {name})"
        " WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'text' THEN 'text'"
        " WHEN 'true' THEN 'truth' WHEN 'false' THEN 'truth'"
        f" WHEN 'array' THEN CASE json_type({answers}, '$.' || {name} || '[0]')"
        " WHEN 'object' THEN 'rows' WHEN 'text' THEN 'list' ELSE 'empty' END ELSE 'blank' END"
    )


@compiles(JsonType, "postgresql")
def _json_type_postgresql(element: JsonType, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    answers, name = (compiler.process(clause, **options) for clause in element.clauses)
    return (
        f"CASE jsonb_typeof({answers} -> {name})"
        " WHEN 'number' THEN 'number' WHEN 'string' THEN 'text' WHEN 'boolean' THEN 'truth'"
        f" WHEN 'array' THEN CASE jsonb_typeof({answers} -> {name} -> 0)"
        " WHEN 'object' THEN 'rows' WHEN 'string' THEN 'list' ELSE 'empty' END ELSE 'blank' END"
    )


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
