"""What a page's expressions may look up beside the answers: no more than they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms.definition import Form
from forms.expressions.tree import Call, Items, Reference, Tree, walk
from forms.linting import expressions_of, placed_fields
from forms.sources import FormLists

_OF_THE_CALENDAR: Final = frozenset({"add-workdays", "workdays-between"})


@dataclass(frozen=True, slots=True)
class Lookups:
    """The parts of a form's lists that its expressions name, and whether they count workdays."""

    labels: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, Any]
    counts_workdays: bool

    def told(self, calendar: Mapping[str, bool]) -> dict[str, Any]:
        """What the page is given. Other forms' records (`pulldata`) and chance are left to the server."""
        told: dict[str, Any] = {"labels": self.labels, "lists": self.lists}
        return {**told, "calendar": dict(calendar)} if self.counts_workdays else told


def lookups_of(form: Form) -> Lookups:
    """What the expressions of a form's questions and rules look up."""
    lists = FormLists(form)
    nodes = list(_nodes(form))
    calls = [node for node in nodes if isinstance(node, Call)]
    named = {node.arguments[1] for node in calls if node.name == "jr:choice-name"}
    questions = {node.name.rpartition(".")[2] for node in named if isinstance(node, Reference)}
    listed = {node.listed for node in nodes if isinstance(node, Items)}
    return Lookups(
        labels={name: lists.labels[name] for name in sorted(questions) if name in lists.labels},
        lists={name: lists.items[name] for name in sorted(listed) if name in lists.items},
        counts_workdays=any(node.name in _OF_THE_CALENDAR for node in calls),
    )


def _nodes(form: Form) -> Iterator[Tree]:
    for _, field in placed_fields(form.fields):
        for expression in expressions_of(field).values():
            yield from walk(expression.tree)
    for rule in form.rules:
        yield from walk(rule.rule.tree)
