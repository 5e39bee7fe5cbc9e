"""What can be wrong with a form's obligations: who, which questions, which hours, which other form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from operator import lt
from typing import TypeAlias

from forms.definition import Form, stored_kind
from forms.expressions.parsing import Expression
from forms.flaws import obligations as flaws
from forms.obligations import After, Obligation, Which, Within
from forms.values import Kind
from kernel.nearness import did_you_mean, meant_or_known
from kernel.sentences import Sentence
from kernel.timetable import Mistake
from kernel.yamlfile import Place

Found: TypeAlias = tuple[Place, Sentence]

_DAYS = frozenset({Kind.DATE, Kind.DATETIME})
#: What goes with hours of the calendar and not with an event.
_OF_THE_CALENDAR = ("every", "on", "which", "at", "shift", "opens", "opens_days", "late_until", "late_days")


def lint_obligations(form: Form) -> Iterator[Found]:
    """Everything wrong with the obligations of `form` that can be seen without other forms."""
    for name, obligation in form.obligations.items():
        here = ("obligations", name)
        checks = (_who(form, obligation), _when(obligation), _days(obligation), _questions(form, obligation))
        for key, sentence in (found for check in checks for found in check):
            yield (*here, *key), sentence


def obligation_expressions(form: Form) -> Iterator[tuple[Place, Expression]]:
    """The conditions over records of `form` itself."""
    for name, obligation in form.obligations.items():
        if obligation.where is not None:
            yield ("obligations", name, "where"), obligation.where


def event_expressions(form: Form, forms: Mapping[str, Form]) -> Iterator[tuple[Place, Expression, Form]]:
    """The conditions over records of the other forms that obligations of `form` look at."""
    for place, event in _events(form):
        if event.where is not None and event.form in forms:
            yield (*place, "where"), event.where, forms[event.form]


def lint_events(form: Form, forms: Mapping[str, Form]) -> Iterator[Found]:
    """Events and windows of forms that are not there, or of questions that those do not ask."""
    for place, event in _events(form):
        if event.form not in forms:
            near = did_you_mean(event.form, forms)
            yield (*place, "form"), flaws.NO_FORM.found(form=event.form, near=near)
            continue
        for key, sentence in _asked(event, forms[event.form]):
            yield (*place, key), sentence
    for name, obligation in form.obligations.items():
        after = obligation.after
        link = form.questions.get(after.link or "") if after else None
        if after and link and getattr(link, "form", None) != after.form:
            said = flaws.NOT_A_LINK.found(link=after.link, form=after.form)
            yield ("obligations", name, "after", "link"), said


def _events(form: Form) -> Iterator[tuple[Place, After | Within]]:
    for name, obligation in form.obligations.items():
        if obligation.after is not None:
            yield ("obligations", name, "after"), obligation.after
        if obligation.within is not None:
            yield ("obligations", name, "within"), obligation.within


def _asked(event: After | Within, other: Form) -> Iterator[tuple[str, Sentence]]:
    days = {"date": event.date} if isinstance(event, After) else {"start": event.start, "end": event.end}
    for key, name in days.items():
        if name is not None and name not in _of_kinds(other, _DAYS):
            yield key, flaws.NOT_A_DATE.found(**_told(name, other, _of_kinds(other, _DAYS)))
    units = [*_of_type(other, ("unit", "units")), "unit_id"]
    if event.unit is not None and event.unit not in units:
        yield "unit", flaws.NOT_A_UNIT.found(**_told(event.unit, other, units))


def _who(form: Form, obligation: Obligation) -> Iterator[Found]:
    names_units = bool(obligation.unit_kinds or obligation.units)
    event = obligation.after or obligation.within
    if obligation.roles and names_units:
        yield ("roles",), flaws.TWO_KINDS_OF_WHO.found()
    if not obligation.roles and not names_units and (event is None or event.unit is None):
        yield (), flaws.NOBODY.found()
    for role in obligation.roles:
        if role not in form.access.roles:
            near = meant_or_known(role, list(form.access.roles))
            yield ("roles",), flaws.UNKNOWN_ROLE.found(role=role, near=near)
    if obligation.roles and obligation.unit:
        yield ("unit",), flaws.UNIT_OF_PEOPLE.found()
    if obligation.person and not obligation.roles:
        yield ("person",), flaws.PERSON_WITHOUT_ROLES.found()


def _when(obligation: Obligation) -> Iterator[Found]:
    if obligation.after is not None:
        for key in _OF_THE_CALENDAR:
            if key in obligation.model_fields_set:
                yield (key,), flaws.BOTH_WHENS.found(key=key)
        if obligation.within or obligation.during:
            yield ("after",), flaws.EVENT_AND_WINDOW.found()
        return
    timetable = obligation.timetable
    if isinstance(timetable, Mistake):
        yield (timetable.key,), timetable.sentence
        return
    if obligation.every == "hour" and not obligation.model_fields_set.isdisjoint({"at", "on"}):
        yield ("every",), flaws.EVERY_HOUR.found()
    yield from _limits(obligation)


def _limits(obligation: Obligation) -> Iterator[Found]:
    late = obligation.late_hours
    if late and len(late) != len(obligation.hours):
        yield ("late_until",), flaws.LATE_COUNT.found()
    elif obligation.late_days == 0 and any(map(lt, late, obligation.hours)):
        yield ("late_until",), flaws.LATE_BEFORE.found()
    if (
        obligation.opens
        and min(obligation.hours) < time.fromisoformat(obligation.opens)
        and obligation.opens_days is None
    ):
        yield ("opens",), flaws.OPENS_AFTER.found()
    several = isinstance(obligation.on, tuple) and len(obligation.on) > 1
    if several and obligation.which is not Which.CURRENT:
        yield ("which",), flaws.WHICH_OF_SEVERAL.found()


def _days(obligation: Obligation) -> Iterator[Found]:
    days: list[date] = []
    for key in ("since", "until"):
        words = getattr(obligation, key)
        if words is None:
            continue
        try:
            days.append(date.fromisoformat(words))
        except ValueError:
            yield (key,), flaws.BAD_DAY.found(key=key)
    if len(days) == 2 and days[1] < days[0]:
        yield ("until",), flaws.ENDS_BEFORE.found()


def _questions(form: Form, obligation: Obligation) -> Iterator[Found]:
    units, people = _of_type(form, ("unit",)), _of_type(form, ("person",))
    if obligation.unit is not None and obligation.unit not in units:
        yield ("unit",), flaws.NOT_A_UNIT.found(**_told(obligation.unit, form, units))
    if obligation.person is not None and obligation.person not in people:
        yield ("person",), flaws.NOT_A_PERSON.found(**_told(obligation.person, form, people))
    if obligation.date is not None and obligation.date not in _of_kinds(form, _DAYS):
        told = _told(obligation.date, form, _of_kinds(form, _DAYS))
        yield ("date",), flaws.NOT_A_DATE.found(**told)
    after = obligation.after
    if after is not None and after.link is not None and after.link not in _of_type(form, ("record",)):
        told = _told(after.link, form, _of_type(form, ("record",)))
        yield ("after", "link"), flaws.NOT_A_LINK_HERE.found(**told)


def _told(name: str, form: Form, known: Iterable[str]) -> dict[str, object]:
    return {"name": name, "form": form.title, "near": meant_or_known(name, list(known))}


def _of_kinds(form: Form, kinds: frozenset[Kind]) -> list[str]:
    return [name for name, field in form.questions.items() if stored_kind(field) in kinds]


def _of_type(form: Form, types: tuple[str, ...]) -> list[str]:
    return [name for name, field in form.questions.items() if field.type in types]
