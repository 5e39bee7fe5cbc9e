"""Units, people, roles and the calendar from a YAML file or a table, as `import` takes them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from forms.mistakes import issue_of
from forms.obligations import Span
from kernel.clock import Period
from kernel.nearness import did_you_mean
from kernel.sentences import Sentence, say
from kernel.yamlfile import Place, read_yaml
from records.people import (
    CalendarDay,
    Person,
    Unit,
    all_people,
    all_roles,
    all_units,
    bring_back,
    hash_password,
    mark_units,
    retire_person,
    retired_people,
    retired_units,
    save_calendar,
    save_people,
    save_roles,
    save_units,
)
from records.spans import NamedSpan, drop_spans, save_spans
from webapp.office_table import is_table, read_office_table
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
    #: The first day on which it owes records; not said: as it was, and of a unit that joins the office today.
    since: date | None = None
    #: Out of use, or in use again; not said: as it was.
    retired: bool | None = None


class _Person(_Part):
    id: str
    name: str
    unit: str
    roles: tuple[str, ...]
    phone: str | None = None
    email: str | None = None
    password: str | None = None
    #: Left, or back again; not said: as it was.
    retired: bool | None = None


class _Day(_Part):
    day: date
    kind: Literal["holiday", "workday"]
    name: str


class _Span(_Part):
    id: str
    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    #: Taken out again: on its days no more is owed than on others.
    dropped: bool = False


class _Office(_Part):
    roles: dict[str, dict[str, str]] = {}
    units: tuple[_Unit, ...] = ()
    people: tuple[_Person, ...] = ()
    calendar: tuple[_Day, ...] = ()
    key_periods: tuple[_Span, ...] = ()
    campaigns: tuple[_Span, ...] = ()


def load_office_file(site: Site, path: Path, *, dry_run: bool = False) -> Sentence:
    """Store what the file gives; units and people that are there are changed. Raises `BadSettings`.

    Units and roles may be called by id or by name. With `dry_run` nothing is stored.
    """
    file = read_office_table(path) if is_table(path) else read_yaml(path)
    if file.issues:
        raise BadSettings(file.issues)
    try:
        office = _Office.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        issues = [issue_of(found, file, path, mistake_words(found, file, _Office)) for found in error.errors()]
        raise BadSettings(issues) from error
    with site.database.reading() as conn:
        known = _Known(all_units(conn), retired_units(conn), all_people(conn), retired_people(conn), all_roles(conn))
    office = _by_ids(office, known)
    checks = (_taken_names, _loose_ends, _left_behind, _wrong_spans)
    mistakes = [*_doubled(office), *(one for check in checks for one in check(office, known)), *_bad_passwords(office)]
    if mistakes:
        raise BadSettings([file.issue(path, place, sentence) for place, sentence in mistakes])
    if not dry_run:
        _store(site, office, known)
    counts = {"units": len(office.units), "people": len(office.people)}
    counts |= {"roles": len(office.roles), "days": len(office.calendar)}
    if spans := len(office.key_periods) + len(office.campaigns):
        return _with_spans(counts, spans, dry_run=dry_run)
    if dry_run:
        return say("会收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历", **counts)
    return say("已收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历", **counts)


def _with_spans(counts: Mapping[str, int], spans: int, *, dry_run: bool) -> Sentence:
    if dry_run:
        return say(
            "会收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历、{spans} 段重点时段和专项行动",
            spans=spans,
            **counts,
        )
    return say(
        "已收进 {units} 个单位、{people} 个人、{roles} 种角色、{days} 天日历、{spans} 段重点时段和专项行动",
        spans=spans,
        **counts,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Who there is before the file is taken in."""

    units: Sequence[Unit]
    retired_units: Sequence[Unit]
    people: Sequence[Person]
    retired_people: Sequence[Person]
    roles: Mapping[str, Mapping[str, str]]


def _by_ids(office: _Office, known: _Known) -> _Office:
    """The same with units and roles by their ids, where the file calls them by name."""
    named = {unit.name: unit.id for unit in (*known.units, *known.retired_units)}
    named |= {unit.name: unit.id for unit in office.units}
    units = {name: unit_id for name, unit_id in named.items() if name not in named.values()}
    labels = {**known.roles, **office.roles}
    roles = {words: name for name, label in labels.items() for words in label.values() if words not in labels}

    def unit(item: _Unit) -> _Unit:
        return item.model_copy(update={"parents": tuple(units.get(parent, parent) for parent in item.parents)})

    def person(item: _Person) -> _Person:
        own = {"unit": units.get(item.unit, item.unit), "roles": tuple(roles.get(role, role) for role in item.roles)}
        return item.model_copy(update=own)

    changed = {"units": tuple(map(unit, office.units)), "people": tuple(map(person, office.people))}
    return office.model_copy(update=changed)


def _store(site: Site, office: _Office, known: _Known) -> None:
    units = _placed(office, known, site.now().date())
    before = {person.id: person for person in (*known.people, *known.retired_people)}
    # Hashing takes its time: it is done before anybody has to wait for us.
    people = [_person(item, before.get(item.id)) for item in office.people]
    with site.database.writing() as conn:
        save_roles(conn, office.roles)
        save_units(conn, units)
        save_people(conn, people)
        save_calendar(conn, [CalendarDay(item.day, item.kind, item.name) for item in office.calendar])
        save_spans(conn, [span for span, dropped in _spans(office) if not dropped])
        drop_spans(conn, [span.id for span, dropped in _spans(office) if dropped])
        _retire(conn, office, known, site.now())


def _spans(office: _Office) -> Iterator[tuple[NamedSpan, bool]]:
    """Each key period and campaign of the file, and whether it is taken out."""
    for kind, items in ((Span.KEY_PERIOD, office.key_periods), (Span.CAMPAIGN, office.campaigns)):
        for item in items:
            yield NamedSpan(item.id, kind, item.name, Period(item.first, item.last)), item.dropped


def _retire(conn: Connection, office: _Office, known: _Known, at: datetime) -> None:
    """Take out of use what the file says, and back into use; who has left already keeps the day."""
    away = {unit.id for unit in known.retired_units}
    mark_units(conn, [item.id for item in office.units if item.retired is False], None)
    mark_units(conn, [item.id for item in office.units if item.retired and item.id not in away], at)
    left = {person.id for person in known.retired_people}
    for item in office.people:
        if item.retired is False:
            bring_back(conn, item.id)
        elif item.retired and item.id not in left:
            retire_person(conn, item.id, at)


def _placed(office: _Office, known: _Known, today: date) -> list[Unit]:
    """The units to be stored: those of the file, and those that only stand elsewhere now.

    The order in the file is the order in the office. Units that the file leaves out stay where they are; one that is
    new stands behind the one before it in the file, or behind all when the file names none that is there.
    """
    order = _merged([item.id for item in office.units], [unit.id for unit in known.units])
    places = {unit_id: place for place, unit_id in enumerate(order)}
    since = {unit.id: unit.since for unit in (*known.units, *known.retired_units)}
    joining = today if since else None  # the units of a new office are there from the beginning
    given = [
        Unit(item.id, item.name, item.kind, item.parents, places[item.id], item.since or since.get(item.id, joining))
        for item in office.units
    ]
    listed = {item.id for item in office.units}
    others = [unit for unit in known.units if unit.id not in listed and unit.position != places[unit.id]]
    return [*given, *(replace(unit, position=places[unit.id]) for unit in others)]


def _merged(listed: Sequence[str], known: Sequence[str]) -> list[str]:
    """`known` with those that are `listed` in the list's order, and what is new beside its neighbours in the list."""
    there, turn = set(known), iter([one for one in listed if one in set(known)])
    order = [next(turn) if one in set(listed) else one for one in known]
    behind = next((order.index(one) for one in listed if one in there), len(order))
    for one in listed:
        if one in there:
            behind = order.index(one) + 1
        else:
            order.insert(behind, one)
            behind += 1
    return order


def _doubled(office: _Office) -> Iterator[_Mistake]:
    """Ids, names of units and days that stand in the file twice."""
    listed: dict[tuple[str, str], list[str]] = {
        ("units", "id"): [unit.id for unit in office.units],
        ("units", "name"): [unit.name for unit in office.units],
        ("people", "id"): [person.id for person in office.people],
        ("calendar", "day"): [item.day.isoformat() for item in office.calendar],
    }
    listed["key_periods", "id"] = [span.id for span in office.key_periods]
    listed["campaigns", "id"] = [span.id for span in office.campaigns]
    for (part, key), values in listed.items():
        for place, value in enumerate(values):
            if value in values[:place]:
                yield (part, place, key), say("“{value}”写了两次", value=value)


def _wrong_spans(office: _Office, known: _Known) -> Iterator[_Mistake]:
    """Key periods and campaigns that end before they begin, or are called as a definition calls them all."""
    del known
    for part, items in (("key_periods", office.key_periods), ("campaigns", office.campaigns)):
        for place, item in enumerate(items):
            if item.last < item.first:
                yield (part, place, "to"), say("“{name}”的 to 不能早于 from", name=item.name)
            if item.id in set(Span):
                yield (part, place, "id"), say("“{id}”是这一类的统称，请另取一个编号", id=item.id)


def _taken_names(office: _Office, known: _Known) -> Iterator[_Mistake]:
    """Names that belong to another unit already; a unit that the file renames gives its name free."""
    given = {unit.id for unit in office.units}
    there = (*known.units, *known.retired_units)
    owners = {unit.name: unit.id for unit in there if unit.id not in given}
    for place, unit in enumerate(office.units):
        if unit.name in owners:
            yield (
                ("units", place, "name"),
                say("已有叫“{name}”的单位（{id}）", name=unit.name, id=owners[unit.name]),
            )


def _loose_ends(office: _Office, known: _Known) -> Iterator[_Mistake]:
    """Parents, units and roles that nobody knows."""
    units = _in_use(office, known)
    roles = {*office.roles, *known.roles}
    for place, unit in enumerate(office.units):
        for number, parent in enumerate(unit.parents):
            if parent not in units and not unit.retired:
                yield ("units", place, "parents", number), _unknown_unit(parent, units)
    for place, person in enumerate(office.people):
        if person.unit not in units and not person.retired:
            yield ("people", place, "unit"), _unknown_unit(person.unit, units)
        for number, role in enumerate(person.roles):
            if role not in roles:
                near = did_you_mean(role, sorted(roles))
                yield ("people", place, "roles", number), say("没有“{role}”这种角色{near}", role=role, near=near)


def _left_behind(office: _Office, known: _Known) -> Iterator[_Mistake]:
    """Units that go out of use while people are still in them."""
    away = {person.id for person in known.retired_people}
    living = {person.id: person.unit_id for person in known.people}
    for item in office.people:
        if item.retired or (item.retired is None and item.id in away):
            living.pop(item.id, None)
        else:
            living[item.id] = item.unit
    people = Counter(living.values())
    for place, unit in enumerate(office.units):
        if unit.retired and people[unit.id]:
            why = say("“{unit}”还有 {count} 个人，请先把人调走或停用", unit=unit.name, count=people[unit.id])
            yield ("units", place), why


def _in_use(office: _Office, known: _Known) -> set[str]:
    """The units in use when the file is taken in."""
    away = {unit.id for unit in known.retired_units}
    given = {item.id for item in office.units if not (item.retired or (item.retired is None and item.id in away))}
    going = {item.id for item in office.units if item.retired}
    return ({unit.id for unit in known.units} | given) - going


def _bad_passwords(office: _Office) -> Iterator[_Mistake]:
    for place, item in enumerate(office.people):
        if item.password is not None:
            mistake = password_mistake(Person(item.id, item.name, item.unit, item.roles), item.password)
            if mistake is not None:
                yield ("people", place, "password"), mistake


def _unknown_unit(unit: str, known: Collection[str]) -> Sentence:
    return say(
        "没有“{unit}”这个单位（写编号或全名），或已停用{near}", unit=unit, near=did_you_mean(unit, sorted(known))
    )


def _person(item: _Person, before: Person | None) -> Person:
    """Somebody as the file says; what it does not say of a person who is there stays."""
    said = item.model_fields_set
    return Person(
        item.id,
        item.name,
        item.unit,
        item.roles,
        phone=item.phone if "phone" in said or before is None else before.phone,
        email=item.email if "email" in said or before is None else before.email,
        language=before.language if before else None,
        password_hash=hash_password(item.password) if item.password else None,
    )
