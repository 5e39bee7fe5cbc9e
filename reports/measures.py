"""What a report counts, in the words of MetricFlow: measures are counted from records, metrics made of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Self, TypeAlias

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from forms.definition import Form
from forms.expressions.parsing import parse
from forms.fields.base import Condition, Definition, FieldName
from forms.labels import Label
from kernel.names import NAME
from records.measuring import Aggregation, Counting
from reports.numbers import Style


def _of_field(given: object) -> object:
    """A bare name stands for the answer to that question."""
    return parse(f"${{{given}}}") if isinstance(given, str) and NAME.fullmatch(given) else given


#: What is added up or told apart: a question's name, or an expression such as `count(${persons})`.
Expr: TypeAlias = Annotated[Condition, BeforeValidator(_of_field)]


class Measure(Definition):
    """A number counted from the records of one form."""

    #: What it is called in heads of tables and beside the records behind it.
    label: Label
    #: The id of the form whose records are counted.
    form: FieldName
    #: Records are counted; different answers are counted; answers are added up.
    agg: Aggregation = Aggregation.COUNT
    #: What is added up or told apart: a question's name, or an expression such as `count(${persons})`.
    expr: Expr | None = None
    #: Which records count: an expression over their answers, `state`, `created_at` …
    filter: Condition | None = None
    #: The date question, or `created_at`, that must lie in the period; none: all times.
    time: FieldName | None = None
    #: 家次, 处, 人: stands in the heads of tables.
    measure_word: str = ""
    #: How it is printed where a sentence says nothing else.
    format: Style = Style.EXACT
    #: Where the form calls the question otherwise by which a table is grouped: {town: place_town}.
    dimensions: Mapping[FieldName, FieldName] = {}

    def counting(self, form: Form) -> Counting:
        """What the database is asked."""
        return Counting(form, self.agg, self.expr, self.filter, self.time)

    def dimension(self, name: str) -> str:
        """The question of this measure's form by which a table grouped by `name` is grouped."""
        return self.dimensions.get(name, name)


class Metric(Definition):
    """A number made of measures: a ratio in percent, or measures added and taken away."""

    #: What it is called in heads of tables.
    label: Label
    #: Numerator and denominator: their ratio in percent; of nothing there is none.
    ratio: tuple[FieldName, FieldName] | None = None
    #: Measures that are added.
    plus: tuple[FieldName, ...] = ()
    #: Measures that are taken away from them.
    minus: tuple[FieldName, ...] = ()
    #: As of a measure; a ratio has %.
    measure_word: str = ""
    #: How it is printed where a sentence says nothing else; a ratio with one place.
    format: Style = Style.EXACT

    @model_validator(mode="before")
    @classmethod
    def _as_percent(cls, given: object) -> object:
        """A ratio is printed with one place, unless it says otherwise."""
        if isinstance(given, dict) and "ratio" in given:
            return {"format": Style.PCT1, "measure_word": "%", **given}
        return given

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.ratio is None) == (not self.plus):
            raise PydanticCustomError("metric", "请写 ratio: [分子, 分母]，或者 plus（和 minus）")
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """The measures it is made of."""
        return self.ratio or (*self.plus, *self.minus)

    @property
    def whole(self) -> str:
        """The measure whose form has the records behind it."""
        return self.ratio[1] if self.ratio else self.plus[0]

    def behind(self, parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The records behind it, given those behind `parts`: of a ratio, the ones it is a ratio of."""
        if self.ratio is not None:
            return parts[1]
        added = {record for some in parts[: len(self.plus)] for record in some}
        taken = {record for some in parts[len(self.plus) :] for record in some}
        return tuple(sorted(added - taken))

    def formula(self, labels: Mapping[str, str]) -> str:
        """How it is worked out, in words."""
        if self.ratio is not None:
            return f"{labels[self.ratio[0]]} ÷ {labels[self.ratio[1]]} × 100"
        return " - ".join([" + ".join(labels[name] for name in self.plus), *(labels[name] for name in self.minus)])
