"""What expressions are made of when a database works them out: typed pieces of SQL, and three functions.

A piece says as much as the language's value at that place can differ: what is NULL is a blank (a question
without an answer, the empty text) or NaN, and the two are told apart where the language tells them apart
(`forms.expressions.values`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Boolean, ColumnElement, Double, Integer, Text, case, cast, literal, null
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from forms.expressions.values import Value
from kernel.sentences import Sentence

Sql: TypeAlias = ColumnElement[Any]


class NotInSql(ValueError):
    """An expression that the database cannot work out; caught by whoever was given its text."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that does not depend on the record."""

    value: Value


@dataclass(frozen=True, slots=True)
class Words:
    """A text; never NULL, a blank is the empty text."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Day:
    """A date as ISO text; NULL is a blank."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day as `HH:MM`; NULL is a blank."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Wall:
    """A day and an hour by the office's clock as `2026-11-22T08:30`; NULL is a blank."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Shifted:
    """A date that was reckoned, as the number of days since 1970-01-01; NULL is none."""

    sql: Sql


@dataclass(frozen=True, slots=True)
class Amount:
    """A number (a double). `blank`: NULL is a blank (True), NaN (False), or either (None)."""

    sql: Sql
    blank: bool | None = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """A yes or no. `blank`: it may be NULL, which is a blank."""

    sql: Sql
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """The choices of a list, or the `rows` of a table (or the files of an answer), as JSON; NULL has none."""

    sql: Sql
    rows: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened to the record, as UTC text (`kernel.clock.utc_text`); never NULL."""

    sql: Sql


Term: TypeAlias = Constant | Words | Day | Hour | Wall | Shifted | Amount | Truth | Several | Moment


def no_number() -> Sql:
    """NaN; SQLAlchemy lets a bare NULL be compared with `=` alone."""
    return cast(null(), Double)


def no_truth() -> Sql:
    """A yes or no that was not answered."""
    return cast(null(), Boolean)


def as_double(number: Sql) -> Sql:
    """A number as the language reckons with it."""
    return cast(number, Double)


def number_of_truth(truth: Sql) -> Sql:
    """1 for yes, 0 for no, NULL for a blank."""
    return case((truth.is_(True), literal(1.0, Double)), (truth.is_(False), literal(0.0, Double)))


def text_of_truth(truth: Sql) -> Sql:
    """`true`, `false`, or the empty text."""
    return case((truth.is_(True), "true"), (truth.is_(False), "false"), else_="")


class DaysOf(FunctionElement[float]):
    """`DaysOf(date)`: the days from 1970-01-01 to a date written in ISO."""

    inherit_cache = True
    type = Double()


class LocalDay(FunctionElement[str]):
    """`LocalDay(moment, minutes)`: the date, in ISO, of UTC text on clocks that are so many minutes ahead of UTC.

    The same all year: China's clocks have not been put forward in summer since 1991.
    """

    inherit_cache = True
    type = Text()


class ListHas(FunctionElement[bool]):
    """`ListHas(json, text)`: whether a list has this item."""

    inherit_cache = True


class ListLength(FunctionElement[int]):
    """`ListLength(json)`: how many items a list has."""

    inherit_cache = True
    type = Integer()


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, Any]) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(DaysOf, "sqlite")
def _days_sqlite(element: DaysOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's own
    (day,) = _arguments(element, compiler, options)
    return f"(julianday({day}) - 2440587.5)"


@compiles(DaysOf, "postgresql")
def _days_postgresql(element: DaysOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    (day,) = _arguments(element, compiler, options)
    return f"CAST(CAST({day} AS DATE) - DATE '1970-01-01' AS DOUBLE PRECISION)"


@compiles(LocalDay, "sqlite")
def _local_sqlite(element: LocalDay, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    moment, minutes = _arguments(element, compiler, options)
    return f"date({moment}, {minutes} || ' minutes')"


@compiles(LocalDay, "postgresql")
def _local_postgresql(element: LocalDay, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    moment, minutes = _arguments(element, compiler, options)
    utc = f"CAST({moment} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    return f"to_char({utc} + {minutes} * INTERVAL '1 minute', 'YYYY-MM-DD')"


@compiles(ListHas, "sqlite")
def _has_sqlite(element: ListHas, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    items, item = _arguments(element, compiler, options)
    return f"EXISTS (SELECT 1 FROM json_each({items}) AS item WHERE item.value = {item})"  # noqa: S608 -- of SQL, not of input


@compiles(ListHas, "postgresql")
def _has_postgresql(element: ListHas, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    items, item = _arguments(element, compiler, options)
    return f"coalesce({items} @> to_jsonb(CAST({item} AS TEXT)), false)"


@compiles(ListLength, "sqlite")
def _length_sqlite(element: ListLength, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    (items,) = _arguments(element, compiler, options)
    return f"coalesce(json_array_length({items}), 0)"


@compiles(ListLength, "postgresql")
def _length_postgresql(element: ListLength, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    (items,) = _arguments(element, compiler, options)
    return f"CASE WHEN jsonb_typeof({items}) = 'array' THEN jsonb_array_length({items}) ELSE 0 END"
