"""From what an expression gives to what is stored."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forms.fields.decimal import canonical
from forms.values import Kind, Value


def as_value(result: Any, kind: Kind) -> Value:  # noqa: ANN401 -- whatever an expression may give
    """The result of a default or calculation as a value of `kind`; what does not fit is None.

    A number that is no number (empty operand, division by zero) is no answer.
    """
    if result is None or result == "" or (isinstance(result, float) and not math.isfinite(result)):
        return None
    match kind:
        case Kind.INTEGER:
            return _integer(result)
        case Kind.DECIMAL:
            return canonical(
                Decimal(repr(result) if isinstance(result, float) else str(result)).quantize(Decimal("0.0001"))
            )
        case Kind.YES_NO:
            return result is True or result in ("true", "1", 1)
        case Kind.DATE:
            return _day(result)
        case Kind.LIST:
            return [str(item) for item in result] if isinstance(result, list) else [str(result)]
        case Kind.TABLE | Kind.NOTHING:
            return None
        case _:
            return _text(result)


def _integer(result: Any) -> int | None:  # noqa: ANN401 -- as above
    try:
        return int(float(result))
    except ValueError:
        return None


def _day(result: Any) -> str:  # noqa: ANN401 -- as above
    if isinstance(result, datetime):
        return result.date().isoformat()
    return result.isoformat() if isinstance(result, date) else str(result)


def _text(result: Any) -> str:  # noqa: ANN401 -- as above
    if isinstance(result, bool):
        return "true" if result else "false"
    if isinstance(result, float):
        return str(int(result)) if result.is_integer() else repr(result)
    return str(result)
