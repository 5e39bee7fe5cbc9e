"""Units, people, roles and the calendar from a YAML file, as `import` takes them in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.sentences import Sentence, say
from kernel.yamlfile import Issue, Place, read_yaml
from records.people import (
    CalendarDay,
    Person,
    Unit,
    all_roles,
    all_units,
    hash_password,
    save_calendar,
    save_people,
    save_roles,
    save_units,
)
from webapp.passwords import password_mistake
from webapp.settings import BadSettings, mistake_words
from webapp.site import Site

_Mistake: TypeAlias = tuple[Place, Sentence]


class _Part(BaseModel):
    # A telephone number is a number to YAML; here it is what somebody typed.
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


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
    kind: Literal["holiday", "workday"]
    name: str


class _Office(_Part):
    roles: dict[str, dict[str, str]] = {}
    units: tuple[_Unit, ...] = ()
    people: tuple[_Person, ...] = ()
    calendar: tuple[_Day, ...] = ()


def load_office_file(site: Site, path: Path, *, dry_run: bool = False) -> Sentence:
    """Store what the file gives; units and people that are there are changed. Raises `BadSettings`.

    With `dry_run` nothing is stored.
    """
    file = read_yaml(path)
    if file.issues:
        raise BadSettings(file.issues)
    try:
        office = _Office.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        issues = [Issue(path, file.line(found["loc"]), mistake_words(found, file, _Office)) for found in error.errors()]
        raise BadSettings(issues) from error
    with site.database.reading() as conn:
        known = _Known(all_units(conn), frozenset(all_roles(conn)))
    mistakes = [*_doubled(office), *_taken_names(office, known), *_loose_ends(office, known), *_bad_passwords(office)]
    if mistakes:
        raise BadSettings([Issue(path, file.line(place), sentence) for place, sentence in mistakes])
    if not dry_run:
        _store(site, office, known)
    counts = {"units": len(office.units), "people": len(office.people)}
    counts |= {"roles": len(office.roles), "days": len(office.calendar)}
    if dry_run:
        return say("会收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历", **counts)
    return say("已收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历", **counts)


@dataclass(frozen=True, slots=True)
class _Known:
    """Who there is before the file is taken in."""

    units: Sequence[Unit]
    roles: frozenset[str]


def _store(site: Site, office: _Office, known: _Known) -> None:
    """Units that are new come after those there are, so that the office itself stays the first."""
    places = {unit.id: unit.position for unit in known.units}
    behind = max(places.values(), default=-1) + 1
    units = [
        Unit(item.id, item.name, item.kind, item.parents, places.get(item.id, behind + place))
        for place, item in enumerate(office.units)
    ]
    people = [_person(item) for item in office.people]  # hashing takes its time: before anybody has to wait for us
    with site.database.writing() as conn:
        save_roles(conn, office.roles)
        save_units(conn, units)
        save_people(conn, people)
        save_calendar(conn, [CalendarDay(item.day, item.kind, item.name) for item in office.calendar])


def _doubled(office: _Office) -> Iterator[_Mistake]:
    """Ids, names of units and days that stand in the file twice."""
    listed: dict[tuple[str, str], list[str]] = {
        ("units", "id"): [unit.id for unit in office.units],
        ("units", "name"): [unit.name for unit in office.units],
        ("people", "id"): [person.id for person in office.people],
        ("calendar", "day"): [item.day.isoformat() for item in office.calendar],
    }
    for (part, key), values in listed.items():
        for place, value in enumerate(values):
            if value in values[:place]:
                yield (part, place, key), say("“{value}”写了两次", value=value)


def _taken_names(office: _Office, known: _Known) -> Iterator[_Mistake]:
    """Names that belong to another unit already; a unit that the file renames gives its name free."""
    given = {unit.id for unit in office.units}
    owners = {unit.name: unit.id for unit in known.units if unit.id not in given}
    for place, unit in enumerate(office.units):
        if unit.name in owners:
            yield (
                ("units", place, "name"),
                say("已有叫“{name}”的单位（{id}）", name=unit.name, id=owners[unit.name]),
            )


def _loose_ends(office: _Office, known: _Known) -> Iterator[_Mistake]:
    """Parents, units and roles that nobody knows."""
    units = {unit.id for unit in office.units} | {unit.id for unit in known.units}
    roles = {*office.roles, *known.roles}
    for place, unit in enumerate(office.units):
        for number, parent in enumerate(unit.parents):
            if parent not in units:
                yield ("units", place, "parents", number), _unknown_unit(parent, units)
    for place, person in enumerate(office.people):
        if person.unit not in units:
            yield ("people", place, "unit"), _unknown_unit(person.unit, units)
        for number, role in enumerate(person.roles):
            if role not in roles:
                near = _near(role, roles)
                yield ("people", place, "roles", number), say("没有“{role}”这种角色{near}", role=role, near=near)


def _bad_passwords(office: _Office) -> Iterator[_Mistake]:
    for place, item in enumerate(office.people):
        if item.password is not None:
            mistake = password_mistake(Person(item.id, item.name, item.unit, item.roles), item.password)
            if mistake is not None:
                yield ("people", place, "password"), mistake


def _unknown_unit(unit: str, known: Collection[str]) -> Sentence:
    return say("没有“{unit}”这个单位（要写单位的 id）{near}", unit=unit, near=_near(unit, known))


def _near(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, sorted(known), n=1)
    return f"，是不是 {near[0]}？" if near else ""


def _person(item: _Person) -> Person:
    password = hash_password(item.password) if item.password else None
    return Person(item.id, item.name, item.unit, item.roles, item.phone, item.email, password_hash=password)
