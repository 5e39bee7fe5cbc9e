"""Numbers of a scale, chosen with a slider."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, model_validator

from forms.fields.base import Field
from forms.fields.decimal import canonical, fits, read_number, rounded
from forms.flaws.shapes import BAD_RANGE, NOT_A_NUMBER
from forms.refused import refused
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import say


def _number(given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise refused(NOT_A_NUMBER.found(key=say("这里")))
    number = Decimal(str(given))
    if not fits(number) or number != rounded(number):
        raise refused(NOT_A_NUMBER.found(key=say("这里")))
    return number


class Range(Field):
    """A number from `start` to `end` in steps; whole where `start`, `end` and `step` are whole.

    Example:
        type: range
        name: order_and_cleanliness
        label: 现场环境评分
        start: 0
        end: 10
        step: 1
    """

    kind: ClassVar[Kind] = Kind.DECIMAL
    widget: ClassVar[str] = "range"

    type: Literal["range"] = "range"
    #: The smallest number.
    start: Annotated[Decimal, BeforeValidator(_number)]
    #: The largest number.
    end: Annotated[Decimal, BeforeValidator(_number)]
    #: How far two numbers are apart.
    step: Annotated[Decimal, BeforeValidator(_number)] = Decimal(1)
    #: What it is measured in: 分, 米. Printed behind the number.
    measure_word: str = ""

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        if self.step <= 0 or self.start + self.step > self.end:
            raise refused(BAD_RANGE.found())
        return self

    @property
    def stored_kind(self) -> Kind:
        """Whole numbers, or numbers with a fraction."""
        whole = all(number == int(number) for number in (self.start, self.end, self.step))
        return Kind.INTEGER if whole else Kind.DECIMAL

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a number of the scale, also full-width; what lies between two steps is refused."""
        del lookup
        number = read_number(text, self.measure_word)
        if not self.start <= number <= self.end or (number - self.start) % self.step:
            start, end, step = (canonical(limit) for limit in (self.start, self.end, self.step))
            raise Rejected(say("应在 {start} 至 {end} 之间，每 {step} 一档", start=start, end=end, step=step))
        return int(number) if self.stored_kind is Kind.INTEGER else canonical(number)
