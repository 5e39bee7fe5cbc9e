"""What the address of a list asks for, and the columns, filters and links of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for

from forms.access import Sight
from forms.definition import Form, stored_kind
from forms.fields.choices import ChoiceField
from forms.fields.unit import Unit
from forms.fields.units import Units
from forms.values import Kind
from kernel.sentences import say
from records.access import sees_column
from records.ledger import Ledger
from records.listing import Query
from records.model import Actor
from records.people import all_people, all_units
from webapp.guards import site
from webapp.templating import system_labels

#: How many questions a list shows when its form does not say which.
_FEW = 5
#: What is not shown in a list unless its form says so.
_TOO_LARGE = frozenset({Kind.TABLE, Kind.FILES})
_DAYS = frozenset({"created_at", "changed_at", "withdrawn_at", "entered_on", "due_on"})


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as the list shows it: by choices, or by a span of days or numbers."""

    name: str
    label: str
    choices: Mapping[str, str]
    #: Names of choices; of a span its two ends, "" where it is open.
    chosen: tuple[str, ...]
    #: The kind of input that a span's ends are typed into; none: by choices.
    span: str | None = None


def query_of(form: Form) -> Query:
    """What the address of a list asks for; what it cannot mean is left out."""
    filters = {}
    for name in (*form.listing.filters, "state"):
        if values := _asked_for(form, name):
            filters[name] = values
    return Query(
        search=request.args.get("q", "").strip(),
        filters=filters,
        sort=request.args.get("sort", form.listing.sort),
        page=request.args.get("page", 1, type=int),
        withdrawn="withdrawn" in request.args,
        zone=site().settings.zone,
    )


def link(form: Form, query: Query, endpoint: str = "records.get_list", **changed: object) -> str:
    """The address of the same list with something changed, or of what else can be had of it."""
    arguments: dict[str, object] = {"q": query.search or None, "sort": query.sort}
    for name, values in query.filters.items():
        if _is_span(form, name):
            arguments[f"{name}_from"], _, arguments[f"{name}_to"] = values[0].partition("..")
        else:
            arguments[name] = list(values)
    if query.withdrawn:
        arguments["withdrawn"] = "1"
    arguments |= changed
    return url_for(endpoint, form_id=form.id, **arguments)  # type: ignore[arg-type]  # values for an address


def columns_of(form: Form, actor: Actor) -> tuple[str, ...]:
    """The columns of a form's list that are there for the actor at all."""
    names = form.listing.columns
    if not names:
        first = [name for name, field in form.questions.items() if stored_kind(field) not in _TOO_LARGE][:_FEW]
        names = (*first, "state") if form.workflow else tuple(first)
    return tuple(name for name in names if sees_column(form, actor, name) is not Sight.HIDDEN)


def filters_of(ledger: Ledger, form: Form, actor: Actor, query: Query) -> list[Filter]:
    """The filters of a form's list, with what is chosen in them; only by what the actor sees in all."""
    names = tuple(name for name in form.listing.filters if sees_column(form, actor, name) is Sight.WHOLE)
    if form.workflow and "state" not in names:
        names = ("state", *names)
    return [_filter(ledger, form, name, query.filters.get(name, ())) for name in names]


def _filter(ledger: Ledger, form: Form, name: str, chosen: tuple[str, ...]) -> Filter:
    label = form.questions[name].label if name in form.questions else system_labels()[name]
    if not _is_span(form, name):
        return Filter(name, label, _choices(ledger, form, name), chosen)
    first, _, last = chosen[0].partition("..") if chosen else ("", "", "")
    of_days = name in _DAYS or stored_kind(form.questions[name]) in (Kind.DATE, Kind.DATETIME)
    return Filter(name, label, {}, (first, last), span="date" if of_days else "text")


def _choices(ledger: Ledger, form: Form, name: str) -> Mapping[str, str]:
    field = form.questions.get(name)
    if isinstance(field, ChoiceField):
        return field.choices
    if isinstance(field, Unit | Units) or name == "unit_id":
        kinds = field.unit_kinds if isinstance(field, Unit | Units) else ()
        return {unit.id: unit.name for unit in all_units(ledger.conn) if not kinds or unit.kind in kinds}
    if name == "state":
        return {state: found.title for state, found in form.workflow.states.items()} if form.workflow else {}
    if name == "created_by":
        return {person.id: person.name for person in all_people(ledger.conn)}
    return {"true": say("是"), "false": say("否")}


def _asked_for(form: Form, name: str) -> tuple[str, ...]:
    if _is_span(form, name):
        first, last = request.args.get(f"{name}_from", ""), request.args.get(f"{name}_to", "")
        return (f"{first}..{last}",) if first or last else ()
    return tuple(value for value in request.args.getlist(name) if value and ".." not in value)


def _is_span(form: Form, name: str) -> bool:
    field = form.questions.get(name)
    if field is None:
        return name in _DAYS
    return not isinstance(field, ChoiceField | Unit | Units) and stored_kind(field) is not Kind.YES_NO
