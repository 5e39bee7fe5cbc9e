"""Counting records: one measure is one SELECT, and a second one with the same condition names the records behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, cast, distinct, func, select

from forms.definition import Form, stored_kind
from forms.expressions.parsing import Expression
from forms.fields.choices import ChoiceField
from forms.fields.unit import Unit
from forms.values import Kind
from kernel.clock import Period, utc_text
from kernel.sentences import Sentence, say
from records.access import visible
from records.lookup import CHUNK, DatabaseLookup
from records.model import Actor
from records.people import Unit as OfficeUnit
from records.people import all_units
from records.rows import column_of
from records.tables import submissions
from records.terms import Amount
from records.where import number, told_apart, where
from records.where import refusal as refusal_of_expression

#: What came out: whole, or a fraction where money and hours are added up.
Quantity: TypeAlias = int | Fraction
#: The stored answer that a group has in common; None: the question was not answered.
Group: TypeAlias = str | None

#: When a record was stored, for a measure whose form asks for no date.
CREATED_AT = "created_at"


class Aggregation(StrEnum):
    """How records become a number."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Counting:
    """Which records of a form are counted, and how.

    expr: what is added up or told apart; None for `count`.
    condition: which records count; None: all.
    time: the date question (or `created_at`) that must lie in the period; None: all times.
    """

    form: Form
    aggregation: Aggregation
    expr: Expression | None = None
    condition: Expression | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A number, the SQL that counted it, with its values, and the ids of the records behind it."""

    value: Quantity
    query: str
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A number for each group that has records, all counted by one SQL."""

    query: str
    counted: Mapping[Group, Counted]

    def of(self, group: Group) -> Counted:
        """The number of a group; 0 where there is no record."""
        return self.counted.get(group) or Counted(0, self.query, ())


def count(conn: Connection, counting: Counting, actor: Actor, *, period: Period, now: datetime) -> Counted:
    """Count over the records that `actor` may read; `now` is aware, in the office's zone."""
    condition = _condition(counting, actor, period, now)
    statement = select(_aggregate(counting, now)).where(condition)
    value = conn.execute(statement).scalar_one()
    ids = conn.execute(select(submissions.c.id).where(_behind(counting, condition, now)).order_by(submissions.c.id))
    return Counted(_quantity(counting, value, now), _printed(conn, statement), tuple(ids.scalars()))


def count_by(
    conn: Connection, counting: Counting, dimension: str, actor: Actor, *, period: Period, now: datetime
) -> Grouped:
    """Count for each answer to the question `dimension`; distinct things do not add up over groups."""
    condition = _condition(counting, actor, period, now)
    group = column_of(counting.form, dimension)
    statement = select(group.label("grouped_by"), _aggregate(counting, now)).where(condition).group_by(group)
    values = {row[0]: row[1] for row in conn.execute(statement)}
    behind = select(group, submissions.c.id).where(_behind(counting, condition, now)).order_by(submissions.c.id)
    ids: dict[Group, list[str]] = defaultdict(list)
    for row in conn.execute(behind):
        ids[row[0]].append(row[1])
    query = _printed(conn, statement)
    counted = {key: Counted(_quantity(counting, value, now), query, tuple(ids[key])) for key, value in values.items()}
    return Grouped(query, counted)


def refusal(counting: Counting) -> Sentence | None:
    """Why this cannot be counted; None: it can. Asked when a definition is loaded."""
    if counting.aggregation is Aggregation.COUNT and counting.expr is not None:
        return say("agg: count 数的是记录，不用写 expr；要数不同的对象请用 count_distinct")
    if counting.aggregation is not Aggregation.COUNT and counting.expr is None:
        return say("agg: {agg} 要写 expr，说明对哪一题计算", agg=counting.aggregation)
    write = number if counting.aggregation is Aggregation.SUM else told_apart
    if counting.expr is not None and (sentence := refusal_of_expression(counting.form, counting.expr, write)):
        return say("expr：{why}", why=sentence)
    if counting.condition is not None and (sentence := refusal_of_expression(counting.form, counting.condition)):
        return say("filter：{why}", why=sentence)
    if counting.time not in (None, CREATED_AT):
        field = counting.form.questions.get(str(counting.time))
        if field is None or stored_kind(field) not in (Kind.DATE, Kind.DATETIME):
            return say("time 应是表单“{form}”里的日期题，或 created_at", form=counting.form.title)
    return None


def refusal_of_dimension(form: Form, name: str) -> Sentence | None:
    """Why records of `form` cannot be grouped by the question `name`; None: they can."""
    field = form.questions.get(name)
    if field is None:
        return say("表单“{form}”没有 {name} 这一题", form=form.title, name=name)
    if stored_kind(field) in (Kind.LIST, Kind.TABLE, Kind.FILES):
        return say("不能按 {name} 分组：它一条记录里有几个值", name=name)
    return None


def members(conn: Connection, form: Form, dimension: str) -> dict[Group, str]:
    """Every group there can be, in the office's order, with its name: also those without a record.

    For a question that has no list of answers there are none: its groups are those that occur.
    """
    field = form.questions[dimension]
    if isinstance(field, ChoiceField):
        return {name: str(label) for name, label in field.choices.items()}
    if isinstance(field, Unit) and field.unit_kinds:
        return {unit.id: unit.name for unit in all_units(conn) if _is_of_kind(unit, field)}
    return {}


def group_name(lookup: DatabaseLookup, form: Form, dimension: str, group: Group) -> str:
    """What people call a group."""
    return form.questions[dimension].show(group, lookup) or say("未填")


def visible_ids(conn: Connection, form: Form, ids: Iterable[str], actor: Actor) -> list[str]:
    """Which of these records `actor` may read, in the order of their ids."""
    wanted = sorted(set(ids))
    found: list[str] = []
    for start in range(0, len(wanted), CHUNK):
        some = submissions.c.id.in_(wanted[start : start + CHUNK])
        found += conn.execute(
            select(submissions.c.id).where(some, submissions.c.form_id == form.id, visible(form, actor))
        ).scalars()
    return sorted(found)


def _is_of_kind(unit: OfficeUnit, field: Unit) -> bool:
    return unit.kind in field.unit_kinds


def _condition(counting: Counting, actor: Actor, period: Period, now: datetime) -> ColumnElement[bool]:
    conditions = [submissions.c.form_id == counting.form.id, submissions.c.withdrawn_at.is_(None)]
    if counting.time == CREATED_AT:
        conditions.append(submissions.c.created_at >= utc_text(_midnight(period.start, now)))
        conditions.append(submissions.c.created_at < utc_text(_midnight(period.end + timedelta(days=1), now)))
    elif counting.time is not None:
        day = column_of(counting.form, counting.time)
        if stored_kind(counting.form.questions[counting.time]) is Kind.DATETIME:
            day = func.substr(day, 1, len("2026-11-22"))
        conditions.append(day.between(period.start.isoformat(), period.end.isoformat()))
    if counting.condition is not None:
        conditions.append(where(counting.form, counting.condition, now))
    return and_(*conditions, visible(counting.form, actor))


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), tzinfo=now.tzinfo)


def _aggregate(counting: Counting, now: datetime) -> ColumnElement[Any]:
    form, expr = counting.form, counting.expr
    match counting.aggregation, expr:
        case Aggregation.COUNT_DISTINCT, Expression():
            return func.count(distinct(told_apart(form, expr, now)))
        case Aggregation.SUM, Expression():
            return _sum(number(form, expr, now))
        case _:
            return func.count()


#: Hours and money have at most four places (`forms.fields.decimal`): they are added up as whole numbers.
_PARTS = 10_000


def _sum(term: Amount) -> ColumnElement[Any]:
    parts = term.sql if term.whole else func.round(term.sql * _PARTS)
    return func.coalesce(func.sum(cast(parts, BigInteger)), 0)


def _quantity(counting: Counting, value: Any, now: datetime) -> Quantity:  # noqa: ANN401 -- int, or PostgreSQL's Decimal
    """The number that the database gave, in the measure's own unit."""
    if counting.aggregation is not Aggregation.SUM or counting.expr is None:
        return int(value)
    parts = 1 if number(counting.form, counting.expr, now).whole else _PARTS
    quantity = Fraction(int(value), parts)
    return int(quantity) if quantity.denominator == 1 else quantity


def _behind(counting: Counting, condition: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    """The records that a number was made of: those that count, and have what is added up or told apart."""
    form, expr = counting.form, counting.expr
    match counting.aggregation, expr:
        case Aggregation.COUNT_DISTINCT, Expression():
            return and_(condition, told_apart(form, expr, now).is_not(None))
        case Aggregation.SUM, Expression():
            return and_(condition, number(form, expr, now).sql.is_not(None))
        case _:
            return condition


def _printed(conn: Connection, statement: Select[Any]) -> str:
    """The SQL as it could be typed, its values in their places."""
    return str(statement.compile(dialect=conn.dialect, compile_kwargs={"literal_binds": True}))
