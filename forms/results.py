"""From what an expression gives to what is stored."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from forms.expressions.values import day_and_second, has_day, number_of, number_text, text_of
from forms.fields.decimal import canonical, fits, rounded
from forms.fields.integer import LARGEST
from forms.values import Kind, Value


def as_value(result: Any, kind: Kind) -> Value:  # noqa: ANN401 -- whatever an expression may give
    """The result of a default or calculation as a value of `kind`; what does not fit is None.

    A number that is no number (empty operand, division by zero) is no answer.
    """
    if result is None or result == "" or (isinstance(result, float) and not math.isfinite(result)):
        return None
    match kind:
        case Kind.INTEGER:
            number = _number(result)
            return int(number) if number is not None and abs(number) <= LARGEST else None
        case Kind.DECIMAL:
            number = _number(result)
            return canonical(rounded(number)) if number is not None and fits(number) else None
        case Kind.YES_NO:
            return result is True or result in ("true", "1", 1)
        case Kind.LIST:
            return [text_of(item) for item in result] if isinstance(result, list) else [text_of(result)]
        case Kind.DATE | Kind.TIME | Kind.DATETIME:
            return _moment(result, kind)
        case Kind.TABLE | Kind.FILES | Kind.NOTHING:
            return None
        case _:
            return text_of(result) or None


def _number(result: Any) -> Decimal | None:  # noqa: ANN401 -- as above
    number = number_of(result)
    return Decimal(number_text(number)) if math.isfinite(number) else None


def _moment(result: Any, kind: Kind) -> str | None:  # noqa: ANN401 -- as above
    """The day, or the hour and minute, or both, that a date, a moment or a count of days since 1970 stands for."""
    if isinstance(result, list) or (kind is not Kind.TIME and isinstance(result, str) and not has_day(result)):
        return None
    found = day_and_second(number_of(result))
    if found is None:
        return None
    day, second = found
    hour = f"{second // 3600:02}:{second // 60 % 60:02}"
    match kind:
        case Kind.DATE:
            return day.isoformat()
        case Kind.TIME:
            return hour
        case _:
            return f"{day.isoformat()}T{hour}"
