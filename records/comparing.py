"""How pieces of SQL compare: the rules of `forms.expressions.operators`, kept where a database would differ.

No comparison here is ever NULL, so that `not` means what it means in the language.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Double, Integer, Text, and_, case, cast, false, func, literal

from forms.expressions.values import SECONDS_OF_DAY, day_and_second, moment_text, number_of, text_of
from kernel.clock import utc_text
from kernel.sentences import Sentence, say
from records.terms import (
    Amount,
    Constant,
    Day,
    DaysOf,
    Hour,
    ListLength,
    Moment,
    NotInSql,
    Several,
    Shifted,
    Sql,
    Term,
    Truth,
    Wall,
    Words,
    no_number,
    number_of_truth,
    text_of_truth,
)

_ORDERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)
_MIRRORED: Final[Mapping[str, str]] = MappingProxyType({"<": ">", "<=": ">=", ">": "<", ">=": "<="})


# ---- pieces read as something else ---------------------------------------------------------------------------------


def as_text(term: Term) -> Sql:
    """The piece as text, never NULL. Raises `NotInSql`."""
    match term:
        case Constant(value):
            return literal(text_of(value), Text)
        case Words(sql):
            return sql
        case Day(sql) | Hour(sql) | Wall(sql):
            return func.coalesce(sql, literal("", Text))
        case Truth(sql):
            return text_of_truth(sql)
        case _:
            raise NotInSql(say("数字、多选、表格和系统时间不能当作文字用"))


def as_number(term: Term) -> Sql:
    """The piece as a double; NULL is NaN. Raises `NotInSql`."""
    match term:
        case Constant(value):
            number = number_of(value)
            return no_number() if math.isnan(number) else literal(number, Double)
        case Amount(sql) | Shifted(sql):
            return sql
        case Truth(sql):
            return number_of_truth(sql)
        case Day(sql):
            return DaysOf(sql)
        case Wall(sql):
            return _days_and_hours(sql)
        case _:
            raise NotInSql(say("文字题、时间题、多选题和表格不能当作数字用，请在表单里加一道计算题"))


def as_condition(term: Term) -> ColumnElement[bool]:
    """Whether the piece holds as a condition."""
    match term:
        case Truth(sql, blank):
            return func.coalesce(sql, false()) if blank else sql
        case Words(sql):
            return sql != ""
        case Amount(sql):
            return func.coalesce(sql != 0, false())
        case Day(sql) | Hour(sql) | Wall(sql) | Shifted(sql) | Moment(sql):
            return sql.is_not(None)
        case Several(sql):
            return ListLength(sql) > 0
        case Constant():
            message = "constants are worked out by the interpreter"
            raise AssertionError(message)


# ---- equal or not --------------------------------------------------------------------------------------------------


def equal(left: Term, right: Term) -> ColumnElement[bool]:
    """`left = right`: as numbers when either is a number, else as texts. Raises `NotInSql`."""
    for one, other in ((left, right), (right, left)):
        match one, other:
            case Several(sql), Constant(""):
                return ListLength(sql) == 0
            case (Several() | Moment(), _) | (Words(), Constant(float())) | (Hour(), Constant(float())):
                raise NotInSql(_no_equality(one))
            case Shifted(sql), _:
                return _equal_days(sql, other)
            case Amount(blank=None), _ if not _is_surely_number(other):
                raise NotInSql(say("请先用 coalesce(…, 0) 补上空的数，再比较是否相等"))
            case Amount(sql, True), _:
                return _equal_or_blank(sql, other)
    if _is_number(left) or _is_number(right):
        return _sure(as_number(left) == as_number(right))
    return as_text(left) == as_text(right)


def _is_number(term: Term) -> bool:
    return isinstance(term, Amount) or (isinstance(term, Constant) and isinstance(term.value, float))


def _is_surely_number(term: Term) -> bool:
    return term.blank is False if isinstance(term, Amount) else _is_number(term)


def _equal_days(days: Sql, other: Term) -> ColumnElement[bool]:
    """Whether a reckoned date is `other`; where both may be blank it is not known which kind of blank."""
    match other:
        case Constant(float() as number):
            return _sure(days == number)
        case Constant(str() as text) if text and moment_text(number_of(text)) == text:
            return _sure(days == number_of(text))
        case _:
            raise NotInSql(say("推算出来的日期请用 <、<=、>、>= 比较"))


def _equal_or_blank(number: Sql, other: Term) -> ColumnElement[bool]:
    """Whether a number that may be a blank is `other`: a blank is the empty text."""
    match other:
        case Amount(sql, True):
            return number.is_not_distinct_from(sql)
        case Amount(sql, False):
            return _sure(number == sql)
        case Constant(float() as value):
            return _sure(number == value)
        case Constant(value) if text_of(value) == "":
            return number.is_(None)
        case Constant() | Truth():
            return case((number.is_(None), as_text(other) == ""), else_=_sure(number == as_number(other)))
        case _:
            raise NotInSql(say("文字题不能与数字题比较，请在表单里加一道计算题"))


def _no_equality(term: Term) -> Sentence:
    if isinstance(term, Several):
        return say("多选题要用 selected(…, '选项') 判断，表格要用 count(…)")
    if isinstance(term, Moment):
        return say("创建时间请用 >= 和 < 与日期比较")
    return say("文字题与数字比较时，请把数字写成带引号的文字")


# ---- before and after ----------------------------------------------------------------------------------------------


def ordered(sign: str, left: Term, right: Term, zone: tzinfo) -> ColumnElement[bool]:
    """`left < right` and its like: as numbers, and as days and hours where both are. Raises `NotInSql`."""
    match left, right:
        case Constant(), Day() | Hour() | Wall() | Moment():
            return ordered(_MIRRORED[sign], right, left, zone)
        case Moment(sql), Constant(value):
            return _moment_ordered(sign, sql, number_of(value), zone)
        case Hour(sql), Constant(value):
            return _hour_ordered(sign, sql, text_of(value))
        case Day(sql), Constant(value):
            return _day_ordered(sign, sql, number_of(value))
        case Wall(sql), Constant(value):
            return _wall_ordered(sign, sql, number_of(value))
        case (Day(first), Day(second)) | (Hour(first), Hour(second)) | (Wall(first), Wall(second)):
            return _sure(_ORDERS[sign](first, second))
        case (Moment(), _) | (_, Moment()):
            raise NotInSql(say("创建时间请用 >= 和 < 与日期比较"))
        case _:
            return _sure(_ORDERS[sign](as_number(left), as_number(right)))


def _day_ordered(sign: str, day: Sql, number: float) -> ColumnElement[bool]:
    """A date against a constant; against a whole day as texts, which everybody can read."""
    found = day_and_second(number)
    if math.isnan(number):
        return false()
    if found is None or not number.is_integer():
        return _sure(_ORDERS[sign](DaysOf(day), number))
    return _sure(_ORDERS[sign](day, found[0].isoformat()))


def _wall_ordered(sign: str, wall: Sql, number: float) -> ColumnElement[bool]:
    """A day with an hour against a constant; against a whole minute as texts, which everybody can read."""
    found = day_and_second(number)
    if math.isnan(number):
        return false()
    if found is not None:
        day, second = found
        text = f"{day.isoformat()}T{second // 3600:02d}:{second // 60 % 60:02d}"
        if number_of(text) == number:
            return _sure(_ORDERS[sign](wall, text))
    return _sure(_ORDERS[sign](_days_and_hours(wall), number))


def _days_and_hours(wall: Sql) -> Sql:
    """The days from 1970-01-01 to a day with an hour: reckoned as `forms.expressions.values` does, to the last bit."""
    hours, minutes = (cast(func.substr(wall, start, 2), Integer) for start in (12, 15))
    seconds = cast(hours * 3600 + minutes * 60, Double)
    return DaysOf(func.substr(wall, 1, 10)) + seconds / literal(SECONDS_OF_DAY, Double)


def _hour_ordered(sign: str, hour: Sql, text: str) -> ColumnElement[bool]:
    number = number_of(text)
    if math.isnan(number):
        return false()
    found = day_and_second(number)
    if found is None or not 0 <= number < 1 or found[1] % 60:
        raise NotInSql(say("时间请与 '16:00' 这样的几点几分比较"))
    return _sure(_ORDERS[sign](hour, f"{found[1] // 3600:02d}:{found[1] // 60 % 60:02d}"))


def _moment_ordered(sign: str, moment: Sql, number: float, zone: tzinfo) -> ColumnElement[bool]:
    """A moment, read to the second by the office's clock, against a constant."""
    found = day_and_second(number)
    if found is None:
        return false()
    day, second = min(max(found[0], _FIRST_MOMENT), _LAST_MOMENT), found[1]
    wall = datetime.combine(day, time(), tzinfo=zone) + timedelta(seconds=second)
    next_second = utc_text(wall.astimezone(UTC) + timedelta(seconds=1))
    match sign:
        case ">=":
            return moment >= utc_text(wall)
        case "<":
            return moment < utc_text(wall)
        case ">":
            return moment >= next_second
        case _:
            return moment < next_second


def _sure(comparison: ColumnElement[bool]) -> ColumnElement[bool]:
    """A comparison that is false where an operand is missing."""
    return func.coalesce(comparison, false())


def within_calendar(days: Sql) -> Sql:
    """A count of days, NULL where no calendar has it."""
    return case((and_(days >= _FIRST_DAY, days <= _LAST_DAY), days))


#: Beyond these nothing was ever stored, and they can be told in every zone.
_FIRST_MOMENT: Final = date(1900, 1, 1)
_LAST_MOMENT: Final = date(9998, 12, 31)
_FIRST_DAY: Final = -719162  # 0001-01-01
_LAST_DAY: Final = 2932896  # 9999-12-31
