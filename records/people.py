"""Units, people, roles and the calendar: who there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, func, select, update

from kernel.clock import utc_text
from kernel.problems import NotFound
from kernel.sentences import say
from records.model import Actor
from records.tables import calendar_days, people, roles, unit_parents, units
from records.upserting import upsert

#: OWASP's second argon2id setting: 19 MiB, two passes, one lane; about 35 ms on one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the office's tree; `parents` may be two (属地, 行业)."""

    id: str
    name: str
    kind: str
    parents: tuple[str, ...] = ()
    position: int = 0
    #: The first day on which it owes records; none: from the beginning.
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name in a unit; without a password hash they cannot sign in."""

    id: str
    name: str
    unit_id: str
    roles: tuple[str, ...]
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from its weekday: `kind` is holiday or workday."""

    day: date
    kind: str
    name: str


class NoSuchPerson(NotFound):
    """Nobody is called so, or they have left."""

    code = "person.unknown"

    def __init__(self, person_id: str) -> None:
        super().__init__(say("没有“{person}”这个人，或已停用", person=person_id))


def hash_password(password: str) -> str:
    """What is stored instead of a password (argon2id)."""
    return _HASHER.hash(password)


def password_matches(person: Person, password: str) -> bool:
    """Whether `password` is this person's; takes the same time when they have none."""
    try:
        return _HASHER.verify(person.password_hash or _NOBODY, password) and person.password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


#: A hash that no password has, so that a missing account takes as long as a wrong password.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$R0v7QpXKz0Y3hT9tF0b2m1Vd0lq5s8kT9c0dJmQ2w3E"


def save_units(conn: Connection, given: Sequence[Unit]) -> None:
    """Store units as they are given; a unit that is already there is changed."""
    upsert(
        conn,
        units,
        [
            {
                "id": unit.id,
                "name": unit.name,
                "kind": unit.kind,
                "position": unit.position,
                "since": unit.since.isoformat() if unit.since else None,
            }
            for unit in given
        ],
    )
    ids = [unit.id for unit in given]
    conn.execute(delete(unit_parents).where(unit_parents.c.unit_id.in_(ids)))
    links = [{"unit_id": unit.id, "parent_id": parent} for unit in given for parent in unit.parents]
    if links:
        conn.execute(unit_parents.insert(), links)


def save_people(conn: Connection, given: Sequence[Person]) -> None:
    """Store people as they are given; a password that is not given stays as it was, and who left stays away."""
    known = {row.id: row.password_hash for row in conn.execute(select(people.c.id, people.c.password_hash))}
    upsert(
        conn,
        people,
        [
            {
                "id": person.id,
                "name": person.name,
                "unit_id": person.unit_id,
                "roles": list(person.roles),
                "phone": person.phone,
                "email": person.email,
                "language": person.language,
                "password_hash": person.password_hash or known.get(person.id),
            }
            for person in given
        ],
    )


def save_roles(conn: Connection, given: Mapping[str, Mapping[str, str]]) -> None:
    """Store roles: name to its label in each language, in the order given."""
    rows = [
        {"name": name, "label": dict(label), "position": place} for place, (name, label) in enumerate(given.items())
    ]
    upsert(conn, roles, rows)


def save_calendar(conn: Connection, given: Iterable[CalendarDay]) -> None:
    """Store days that differ from the week."""
    upsert(conn, calendar_days, [{"day": item.day.isoformat(), "kind": item.kind, "name": item.name} for item in given])


def set_password(conn: Connection, person_id: str, password: str) -> None:
    """Give a person a new password."""
    conn.execute(update(people).where(people.c.id == person_id).values(password_hash=hash_password(password)))


def set_language(conn: Connection, person_id: str, language: str) -> None:
    """Remember the language a person reads."""
    conn.execute(update(people).where(people.c.id == person_id).values(language=language))


def retire_person(conn: Connection, person_id: str, at: datetime) -> None:
    """Let a person sign in no more; what they wrote stays theirs."""
    conn.execute(update(people).where(people.c.id == person_id).values(retired_at=utc_text(at)))


def get_person(conn: Connection, person_id: str) -> Person:
    """One living person. Raises `NoSuchPerson`."""
    row = conn.execute(select(people).where(people.c.id == person_id, people.c.retired_at.is_(None))).first()
    if row is None:
        raise NoSuchPerson(person_id)
    return _person(row)


def all_people(conn: Connection) -> list[Person]:
    """Every living person, by unit and name."""
    query = (
        select(people)
        .join(units, units.c.id == people.c.unit_id)
        .where(people.c.retired_at.is_(None))
        .order_by(units.c.position, units.c.id, people.c.name, people.c.id)
    )
    return [_person(row) for row in conn.execute(query)]


def all_units(conn: Connection) -> list[Unit]:
    """Every living unit in the office's order."""
    parents = defaultdict(list)
    for row in conn.execute(select(unit_parents).order_by(unit_parents.c.parent_id)):
        parents[row.unit_id].append(row.parent_id)
    query = select(units).where(units.c.retired_at.is_(None)).order_by(units.c.position, units.c.id)
    return [_unit(row, tuple(parents[row.id])) for row in conn.execute(query)]


def all_roles(conn: Connection) -> dict[str, dict[str, str]]:
    """Every role with its label in each language."""
    return {row.name: row.label for row in conn.execute(select(roles).order_by(roles.c.position))}


def calendar(conn: Connection) -> dict[date, CalendarDay]:
    """The days that differ from the week."""
    rows = conn.execute(select(calendar_days))
    return {date.fromisoformat(row.day): CalendarDay(date.fromisoformat(row.day), row.kind, row.name) for row in rows}


def is_workday(day: date, special: Mapping[date, CalendarDay]) -> bool:
    """Whether `day` is worked: the calendar decides, else the week."""
    return special[day].kind == "workday" if day in special else day.weekday() < 5


def actor_of(conn: Connection, person: Person) -> Actor:
    """A person as somebody who acts, with the units under theirs and the town they lie in."""
    links = [(row.unit_id, row.parent_id) for row in conn.execute(select(unit_parents))]
    above = _reached(person.unit_id, links)
    query = select(units.c.id, units.c.name, units.c.kind).where(units.c.id.in_(above))
    known = {row.id: row for row in conn.execute(query)}
    own = known.get(person.unit_id)
    return Actor(
        person.id,
        person.name,
        person.unit_id,
        frozenset(person.roles),
        frozenset(_reached(person.unit_id, [(parent, child) for child, parent in links])),
        own.name if own else "",
        own.kind if own else "",
        next((unit for unit in above if unit in known and known[unit].kind == "town"), ""),
    )


def units_under(conn: Connection, unit_id: str) -> frozenset[str]:
    """A unit and every unit under it, by either kind of parent."""
    return frozenset(_reached(unit_id, [(row.parent_id, row.unit_id) for row in conn.execute(select(unit_parents))]))


def units_below(conn: Connection) -> dict[str, frozenset[str]]:
    """Every unit with itself and the units under it, as `units_under` finds them; read once for all."""
    links = [(row.parent_id, row.unit_id) for row in conn.execute(select(unit_parents))]
    return {unit_id: frozenset(_reached(unit_id, links)) for unit_id in conn.execute(select(units.c.id)).scalars()}


def _reached(start: str, links: Iterable[tuple[str, str]]) -> list[str]:
    """`start` and every unit that a way of links, from the first to the second, leads to; the nearest first."""
    nexts = defaultdict(list)
    for here, there in links:
        nexts[here].append(there)
    found = [start]
    for unit in found:
        found += [there for there in nexts[unit] if there not in found]
    return found


def count_people(conn: Connection) -> int:
    """How many people there are, living or not; 0 means that the office is still to be set up."""
    return int(conn.execute(select(func.count()).select_from(people)).scalar_one())


def set_contact(
    conn: Connection, person_id: str, *, phone: str | None, email: str | None, language: str | None
) -> None:
    """Change what people change of themselves, and nothing that the office looks after."""
    chosen = {"phone": phone, "email": email, "language": language}
    conn.execute(update(people).where(people.c.id == person_id).values(chosen))


def bring_back(conn: Connection, person_id: str) -> None:
    """Let somebody who left sign in again, as they were."""
    conn.execute(update(people).where(people.c.id == person_id).values(retired_at=None))


def retired_people(conn: Connection) -> list[Person]:
    """Everybody who left, by name."""
    query = select(people).where(people.c.retired_at.is_not(None)).order_by(people.c.name, people.c.id)
    return [_person(row) for row in conn.execute(query)]


def mark_units(conn: Connection, unit_ids: Sequence[str], retired_at: datetime | None) -> None:
    """Take units out of use, or with no moment into use again; records keep the units they name."""
    at = utc_text(retired_at) if retired_at else None
    conn.execute(update(units).where(units.c.id.in_(unit_ids)).values(retired_at=at))


def retired_units(conn: Connection) -> list[Unit]:
    """Every unit out of use, without its parents."""
    query = select(units).where(units.c.retired_at.is_not(None)).order_by(units.c.position, units.c.id)
    return [_unit(row) for row in conn.execute(query)]


def _unit(row: Row[Any], parents: tuple[str, ...] = ()) -> Unit:
    since = date.fromisoformat(row.since) if row.since else None
    return Unit(row.id, row.name, row.kind, parents, row.position, since)


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(
        row.id, row.name, row.unit_id, tuple(row.roles), row.phone, row.email, row.language, row.password_hash
    )
