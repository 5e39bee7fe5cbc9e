"""Units, people, roles and the calendar from a YAML file, as `import` takes them in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.sentences import Sentence, say
from kernel.yamlfile import Issue, read_yaml
from records.people import (
    CalendarDay,
    Person,
    Unit,
    hash_password,
    save_calendar,
    save_people,
    save_roles,
    save_units,
)
from webapp.settings import BadSettings
from webapp.site import Site


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Unit(_Part):
    id: str
    name: str
    kind: str
    parents: tuple[str, ...] = ()


class _Person(_Part):
    id: str
    name: str
    unit: str
    roles: tuple[str, ...]
    phone: str | None = None
    email: str | None = None
    password: str | None = None


class _Day(_Part):
    day: date
    kind: str
    name: str


class _Office(_Part):
    roles: dict[str, dict[str, str]] = {}
    units: tuple[_Unit, ...] = ()
    people: tuple[_Person, ...] = ()
    calendar: tuple[_Day, ...] = ()


def load_office_file(site: Site, path: Path) -> Sentence:
    """Store what the file gives; units and people that are there are changed. Raises `BadSettings`."""
    file = read_yaml(path)
    if file.issues:
        raise BadSettings(file.issues)
    try:
        office = _Office.model_validate(file.data or {})
    except ValidationError as error:
        issues = [Issue(path, file.line(found["loc"]), _words(found["loc"], found["msg"])) for found in error.errors()]
        raise BadSettings(issues) from error
    _check_links(path, office, site)
    with site.database.writing() as conn:
        save_roles(conn, office.roles)
        save_units(
            conn, [Unit(item.id, item.name, item.kind, item.parents, place) for place, item in enumerate(office.units)]
        )
        save_people(conn, [_person(item) for item in office.people])
        save_calendar(conn, [CalendarDay(item.day, item.kind, item.name) for item in office.calendar])
    return say(
        "已收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历",
        units=len(office.units),
        people=len(office.people),
        roles=len(office.roles),
        days=len(office.calendar),
    )


def _check_links(path: Path, office: _Office, site: Site) -> None:
    """Refuse parents and units that nobody knows, before anything is stored."""
    with site.reading() as ledger:
        known = {unit.id for unit in office.units}
        wanted = [parent for unit in office.units for parent in unit.parents] + [one.unit for one in office.people]
        missing = sorted({unit for unit in wanted if unit not in known and ledger.lookup.find_unit(unit) != unit})
    if missing:
        raise BadSettings([Issue(path, 1, say("没有这些单位：{units}", units="、".join(missing)))])


def _person(item: _Person) -> Person:
    password = hash_password(item.password) if item.password else None
    return Person(item.id, item.name, item.unit, item.roles, item.phone, item.email, password_hash=password)


def _words(place: tuple[int | str, ...], why: str) -> Sentence:
    return say("{key}：{why}", key=".".join(str(step) for step in place), why=why)
