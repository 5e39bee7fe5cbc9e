"""The functions of the expression language: how each is called and what kind of value it gives.

What they mean is written for people in `docs/reference/expressions.md`, and done by
`forms.expressions.calls`, `forms.expressions.lookups` and `webapp/static/expression_functions.js`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is called."""

    usage: str
    """Name and arguments as the reference page prints them; `…` means that the last one may be repeated."""
    least: int
    """The smallest count of arguments."""
    most: int | None
    """The largest count of arguments; None when there is no limit."""
    gives: str
    """`text`, `number`, `date` or `yes_no`; `any` when it depends on the arguments."""


FUNCTIONS: Final[Mapping[str, Signature]] = MappingProxyType(
    {
        "abs": Signature("abs(number)", 1, 1, "number"),
        "acos": Signature("acos(number)", 1, 1, "number"),
        "add-workdays": Signature("add-workdays(date, count)", 2, 2, "date"),
        "asin": Signature("asin(number)", 1, 1, "number"),
        "atan": Signature("atan(number)", 1, 1, "number"),
        "atan2": Signature("atan2(y, x)", 2, 2, "number"),
        "boolean": Signature("boolean(value)", 1, 1, "yes_no"),
        "boolean-from-string": Signature("boolean-from-string(text)", 1, 1, "yes_no"),
        "ceiling": Signature("ceiling(number)", 1, 1, "number"),
        "checklist": Signature("checklist(least, most, condition, …)", 3, None, "yes_no"),
        "coalesce": Signature("coalesce(value, value, …)", 2, None, "any"),
        "concat": Signature("concat(value, …)", 1, None, "text"),
        "contains": Signature("contains(text, part)", 2, 2, "yes_no"),
        "cos": Signature("cos(number)", 1, 1, "number"),
        "count": Signature("count(list)", 1, 1, "number"),
        "count-non-empty": Signature("count-non-empty(list)", 1, 1, "number"),
        "count-selected": Signature("count-selected(list)", 1, 1, "number"),
        "date": Signature("date(value)", 1, 1, "date"),
        "date-time": Signature("date-time(value)", 1, 1, "date"),
        "decimal-date-time": Signature("decimal-date-time(value)", 1, 1, "number"),
        "decimal-time": Signature("decimal-time(value)", 1, 1, "number"),
        "difference-in-days": Signature("difference-in-days(from, to)", 2, 2, "number"),
        "difference-in-months": Signature("difference-in-months(from, to)", 2, 2, "number"),
        "distance": Signature("distance(points, …)", 1, None, "number"),
        "ends-with": Signature("ends-with(text, ending)", 2, 2, "yes_no"),
        "exp": Signature("exp(number)", 1, 1, "number"),
        "exp10": Signature("exp10(number)", 1, 1, "number"),
        "false": Signature("false()", 0, 0, "yes_no"),
        "floor": Signature("floor(number)", 1, 1, "number"),
        "format-date": Signature("format-date(date, pattern)", 2, 2, "text"),
        "format-date-time": Signature("format-date-time(date, pattern)", 2, 2, "text"),
        "has-role": Signature("has-role(role)", 1, 1, "yes_no"),
        "if": Signature("if(condition, then, otherwise)", 3, 3, "any"),
        "indexed-repeat": Signature("indexed-repeat(${column}, ${table}, position)", 3, 3, "any"),
        "int": Signature("int(number)", 1, 1, "number"),
        "join": Signature("join(separator, value, …)", 2, None, "text"),
        "jr:choice-name": Signature("jr:choice-name(choice, ${question})", 2, 2, "text"),
        "log": Signature("log(number)", 1, 1, "number"),
        "log10": Signature("log10(number)", 1, 1, "number"),
        "max": Signature("max(value, …)", 1, None, "number"),
        "min": Signature("min(value, …)", 1, None, "number"),
        "normalize-space": Signature("normalize-space(text)", 1, 1, "text"),
        "not": Signature("not(condition)", 1, 1, "yes_no"),
        "now": Signature("now()", 0, 0, "date"),
        "number": Signature("number(value)", 1, 1, "number"),
        "once": Signature("once(value)", 1, 1, "any"),
        "pi": Signature("pi()", 0, 0, "number"),
        "position": Signature("position(..)", 0, 0, "number"),
        "pow": Signature("pow(number, exponent)", 2, 2, "number"),
        "pulldata": Signature("pulldata('form', 'question', 'key question', value)", 4, 4, "any"),
        "random": Signature("random()", 0, 0, "number"),
        "regex": Signature("regex(text, 'pattern')", 2, 2, "yes_no"),
        "round": Signature("round(number, places)", 1, 2, "number"),
        "selected": Signature("selected(list, choice)", 2, 2, "yes_no"),
        "selected-at": Signature("selected-at(list, position)", 2, 2, "text"),
        "sin": Signature("sin(number)", 1, 1, "number"),
        "sqrt": Signature("sqrt(number)", 1, 1, "number"),
        "starts-with": Signature("starts-with(text, beginning)", 2, 2, "yes_no"),
        "string": Signature("string(value)", 1, 1, "text"),
        "string-length": Signature("string-length(text)", 1, 1, "number"),
        "substr": Signature("substr(text, start, end)", 2, 3, "text"),
        "substring-after": Signature("substring-after(text, part)", 2, 2, "text"),
        "substring-before": Signature("substring-before(text, part)", 2, 2, "text"),
        "sum": Signature("sum(list)", 1, 1, "number"),
        "tan": Signature("tan(number)", 1, 1, "number"),
        "today": Signature("today()", 0, 0, "date"),
        "translate": Signature("translate(text, from, to)", 3, 3, "text"),
        "true": Signature("true()", 0, 0, "yes_no"),
        "user": Signature("user('name'|'id'|'role'|'unit'|'unit_name'|'unit_kind'|'town')", 1, 1, "text"),
        "uuid": Signature("uuid()", 0, 0, "text"),
        "weighted-checklist": Signature("weighted-checklist(least, most, condition, weight, …)", 4, None, "yes_no"),
        "workdays-between": Signature("workdays-between(from, to)", 2, 2, "number"),
    }
)
"""Every function by its name."""

CHANCES: Final = frozenset({"random", "uuid"})
"""Functions that give another value each time: the server decides once, inside `once(…)`."""

OF_THE_ASKER: Final = frozenset({"has-role", "user"})
"""Functions of the person who looks."""

OF_SOURCES: Final = frozenset({"add-workdays", "jr:choice-name", "pulldata", "workdays-between"})
"""Functions that look something up beside the record (`forms.expressions.scope.Sources`)."""
