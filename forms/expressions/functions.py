"""The functions of the expression language: how each is called and what kind of value it gives.

What they mean is written for people in `docs/reference/expressions.md`, and done by
`forms.expressions.calls` and `webapp/static/expressions.js`.
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
        "boolean-from-string": Signature("boolean-from-string(text)", 1, 1, "yes_no"),
        "coalesce": Signature("coalesce(value, value, …)", 2, None, "any"),
        "concat": Signature("concat(value, …)", 1, None, "text"),
        "contains": Signature("contains(text, part)", 2, 2, "yes_no"),
        "count": Signature("count(list)", 1, 1, "number"),
        "count-non-empty": Signature("count-non-empty(list)", 1, 1, "number"),
        "count-selected": Signature("count-selected(list)", 1, 1, "number"),
        "date": Signature("date(value)", 1, 1, "date"),
        "ends-with": Signature("ends-with(text, ending)", 2, 2, "yes_no"),
        "false": Signature("false()", 0, 0, "yes_no"),
        "format-date": Signature("format-date(date, pattern)", 2, 2, "text"),
        "if": Signature("if(condition, then, otherwise)", 3, 3, "any"),
        "int": Signature("int(number)", 1, 1, "number"),
        "join": Signature("join(separator, value, …)", 2, None, "text"),
        "max": Signature("max(value, …)", 1, None, "number"),
        "min": Signature("min(value, …)", 1, None, "number"),
        "not": Signature("not(condition)", 1, 1, "yes_no"),
        "now": Signature("now()", 0, 0, "date"),
        "number": Signature("number(value)", 1, 1, "number"),
        "once": Signature("once(value)", 1, 1, "any"),
        "regex": Signature("regex(text, 'pattern')", 2, 2, "yes_no"),
        "round": Signature("round(number, places)", 1, 2, "number"),
        "selected": Signature("selected(list, choice)", 2, 2, "yes_no"),
        "selected-at": Signature("selected-at(list, position)", 2, 2, "text"),
        "starts-with": Signature("starts-with(text, beginning)", 2, 2, "yes_no"),
        "string": Signature("string(value)", 1, 1, "text"),
        "string-length": Signature("string-length(text)", 1, 1, "number"),
        "substr": Signature("substr(text, start, end)", 2, 3, "text"),
        "sum": Signature("sum(list)", 1, 1, "number"),
        "today": Signature("today()", 0, 0, "date"),
        "true": Signature("true()", 0, 0, "yes_no"),
        "user": Signature("user('name'|'unit'|'id')", 1, 1, "text"),
    }
)
"""Every function by its name."""
