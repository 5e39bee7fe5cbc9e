"""From what an expression gives to what is stored."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.expressions.values import text_of
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
            number = _number(result)
            return int(number) if number is not None else None
        case Kind.DECIMAL:
            number = _number(result)
            return canonical(number.quantize(Decimal("0.0001"))) if number is not None else None
        case Kind.YES_NO:
            return result is True or result in ("true", "1", 1)
        case Kind.LIST:
            return [text_of(item) for item in result] if isinstance(result, list) else [text_of(result)]
        case Kind.TABLE | Kind.NOTHING:
            return None
        case _:
            return text_of(result)


def _number(result: Any) -> Decimal | None:  # noqa: ANN401 -- as above
    try:
        return Decimal(text_of(result))
    except InvalidOperation:
        return None
