"""青山县: its units, its people, its calendar. The county is invented, and so is everybody in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random

from demo.material import Material, NamePlan, UnitPlan
from forms.obligations import Span
from kernel.clock import Period
from records.people import CalendarDay, Person, Unit
from records.spans import NamedSpan

#: Mail to this domain goes nowhere (RFC 2606).
MAIL = "qingshan.example"
_LEADERS_WITH_MAIL = 6


@dataclass(frozen=True)
class County:
    """The county as it is set up before anybody fills a form."""

    material: Material
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    calendar: Mapping[date, CalendarDay]

    @cached_property
    def staff(self) -> dict[str, tuple[Person, ...]]:
        """The people of each unit: first who signs in for it, last its head."""
        found: dict[str, list[Person]] = {unit.id: [] for unit in self.units}
        for person in self.people:
            found[person.unit_id].append(person)
        return {unit: tuple(people) for unit, people in found.items()}

    @cached_property
    def _unit_names(self) -> dict[str, str]:
        return {unit.id: unit.name for unit in self.units}

    def unit_name(self, unit: str) -> str | None:
        """What a unit is called; None: there is none of this id."""
        return self._unit_names.get(unit)

    def clerk(self, unit: str) -> Person:
        """Who signs in for a unit."""
        return self.staff[unit][0]

    def head(self, unit: str) -> Person:
        """The head of a unit."""
        return self.staff[unit][-1]

    def with_units(self, units: Sequence[Unit], people: Sequence[Person]) -> County:
        """The county with more units and people."""
        return replace(self, units=(*self.units, *units), people=(*self.people, *people))


def found_county(material: Material) -> County:
    """Set the county up: always the same units and the same people."""
    random = Random("people")  # noqa: S311 -- the demo is to be the same every time
    plan = material.county
    units = [Unit(plan.office.id, plan.office.name, "office", (), 1)]
    units.append(Unit(plan.leadership.id, plan.leadership.name, "leadership", (plan.office.id,), 2))
    kinds = [("department", unit) for unit in plan.departments] + [("town", unit) for unit in plan.towns]
    units += [
        Unit(unit.id, unit.name, kind, (plan.office.id,), place) for place, (kind, unit) in enumerate(kinds, start=3)
    ]
    units += [
        Unit(unit.id, unit.name, unit.kind, (unit.parent or plan.office.id,), place)
        for place, unit in enumerate(plan.others, start=len(units) + 1)
    ]
    names = invented_names(material.names, random)
    clerk, *others = _staff(plan.office, "office", names)
    people = [
        clerk,
        Person("admin", names.pop(), plan.office.id, ("administrator", "office"), email=f"admin@{MAIL}"),
        *others,
        *_staff(plan.leadership, "leader", names),
        *(person for kind, unit in kinds for person in _staff(unit, kind, names)),
        *(person for unit in plan.others for person in _staff(unit, unit.role, names)),
    ]
    return County(material, tuple(units), tuple(people), _calendar(material))


def invented_names(plan: NamePlan, random: Random) -> list[str]:
    """Every name that can be put together, each once, shuffled."""
    given = [word for line in plan.given for word in line.split()]
    names = sorted({surname + name for surname in plan.surnames for name in given})
    random.shuffle(names)
    return names


def _staff(unit: UnitPlan, role: str, names: list[str]) -> list[Person]:
    clerk = Person(unit.id, names.pop(), unit.id, (role,), email=f"{unit.id}@{MAIL}")
    others = [_colleague(f"{unit.id}{place:02}", names.pop(), unit, role, place) for place in range(2, unit.people + 1)]
    return [clerk, *others]


def _colleague(sign_in: str, name: str, unit: UnitPlan, role: str, place: int) -> Person:
    """One more person of a unit; of the leaders the first few get bulletins by mail."""
    mailed = role == "leader" and place <= _LEADERS_WITH_MAIL
    return Person(sign_in, name, unit.id, (role,), email=f"{sign_in}@{MAIL}" if mailed else None)


def spans_of(material: Material) -> list[NamedSpan]:
    """The county's key periods and campaigns."""
    plan = material.calendar
    kinds = ((Span.KEY_PERIOD, plan.key_periods), (Span.CAMPAIGN, plan.campaigns))
    return [
        NamedSpan(days.id, kind, days.name, Period(days.start, days.end)) for kind, listed in kinds for days in listed
    ]


def _calendar(material: Material) -> dict[date, CalendarDay]:
    days: dict[date, CalendarDay] = {}
    for holiday in material.calendar.holidays:
        for offset in range((holiday.end - holiday.start).days + 1):
            day = holiday.start + timedelta(days=offset)
            days[day] = CalendarDay(day, "holiday", holiday.name)
    for extra in material.calendar.workdays:
        days[extra.day] = CalendarDay(extra.day, "workday", extra.name)
    return days
