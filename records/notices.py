"""What people are told on the page and by mail: a timer's reminder, a step that could not be taken, a report owed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from forms.access import ADMINISTRATOR
from forms.definition import Form
from forms.workflow import Notice
from kernel.clock import from_utc_text, utc_text
from kernel.names import new_id
from kernel.sentences import Sentence, sentence_from_json, sentence_json
from records.access import Verb, allows, is_within
from records.events import Event, note_many
from records.model import Actor, Submission
from records.people import all_people, units_below
from records.tables import notices, people

#: Somebody was told something that is to be mailed as well; the subject is the person's id.
TOLD = "notices.told"
#: What was not mailed for so long is not mailed any more: it stands on the page.
_STALE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that one person was told."""

    id: str
    person_id: str
    #: A record's id, or form/obligation/unit/period.
    subject: str
    sentence: Sentence
    at: datetime
    read_at: datetime | None


class Audience:
    """Everybody who may be told something, read once for many records."""

    def __init__(self, conn: Connection) -> None:
        """Read who there is, and the units under everybody's."""
        self._people = {person.id: person for person in all_people(conn)}
        under = units_below(conn)
        self._actors = {
            person.id: Actor(person.id, person.name, person.unit_id, frozenset(person.roles), under[person.unit_id])
            for person in self._people.values()
        }

    def of(self, notice: Notice, form: Form, submission: Submission) -> list[str]:
        """The ids of those a notice about a record is for: by role, of its units, who may see it; those it names."""
        wanted = [person for person in self._people.values() if set(person.roles) & set(notice.roles)]
        found = [person.id for person in wanted if self._concerns(notice, form, submission, self._actors[person.id])]
        answers = [submission.answers.get(name) for name in notice.persons]
        named = [str(one) for answer in answers for one in (answer if isinstance(answer, list) else [answer]) if one]
        return list(dict.fromkeys([*found, *(person for person in named if person in self._people)]))

    def administrators(self) -> list[str]:
        """The ids of those who look after the office."""
        return [person.id for person in self._people.values() if ADMINISTRATOR in person.roles]

    def _concerns(self, notice: Notice, form: Form, submission: Submission, actor: Actor) -> bool:
        return is_within(notice.units, actor, submission) and allows(form, actor, submission, Verb.READ)


def tell(conn: Connection, persons: Iterable[str], subject: str, sentence: Sentence, at: datetime) -> None:
    """Tell each of `persons` something about `subject`; one thing about one subject at one moment."""
    said = {"subject": subject, "sentence": sentence_json(sentence), "at": utc_text(at)}
    rows = [{"id": new_id(at), "person_id": person, **said} for person in persons]
    if rows:
        conn.execute(insert(notices), rows)


def tell_once(conn: Connection, persons: Iterable[str], subject: str, sentence: Sentence, at: datetime) -> int:
    """`tell` whoever of `persons` was not told of `subject` at that moment yet; how many these are."""
    query = select(notices.c.person_id).where(notices.c.subject == subject, notices.c.at == utc_text(at))
    told = set(conn.execute(query).scalars())
    untold = [person for person in persons if person not in told]
    tell(conn, untold, subject, sentence, at)
    return len(untold)


def notices_of(conn: Connection, person_id: str, *, page: int = 1, per_page: int = 50) -> list[Told]:
    """What a person was told, the latest first."""
    query = select(notices).where(notices.c.person_id == person_id).order_by(notices.c.at.desc(), notices.c.id.desc())
    return [_told(row) for row in conn.execute(query.limit(per_page).offset((page - 1) * per_page))]


def count_notices(conn: Connection, person_id: str, *, unread: bool = False) -> int:
    """How many things a person was told; only those not read yet where `unread`."""
    query = select(func.count()).select_from(notices).where(notices.c.person_id == person_id)
    return int(conn.execute(query.where(notices.c.read_at.is_(None)) if unread else query).scalar_one())


def mark_read(conn: Connection, person_id: str, now: datetime, ids: Collection[str] | None = None) -> None:
    """A person has read what they were told: all of it, or those `ids` that are theirs."""
    theirs = and_(notices.c.person_id == person_id, notices.c.read_at.is_(None))
    chosen = theirs if ids is None else and_(theirs, notices.c.id.in_(ids))
    conn.execute(update(notices).where(chosen).values(read_at=utc_text(now)))


# ---- by mail -------------------------------------------------------------------------------------------------------


def ask_to_mail(conn: Connection, actor: str, now: datetime) -> int:
    """Have everybody with an address get what they were told and not mailed yet; how many people that is."""
    query = (
        select(notices.c.person_id)
        .join(people, people.c.id == notices.c.person_id)
        .where(_unmailed(now), people.c.email.is_not(None), people.c.email != "", people.c.retired_at.is_(None))
        .distinct()
        .order_by(notices.c.person_id)
    )
    persons = list(conn.execute(query).scalars())
    note_many(conn, [Event(TOLD, person, actor, now) for person in persons])
    return len(persons)


def take_to_mail(conn: Connection, person_id: str, now: datetime) -> list[Told]:
    """What a person is to be mailed now, the first thing first; it is marked as mailed, so that it goes out once."""
    query = select(notices).where(_unmailed(now), notices.c.person_id == person_id).order_by(notices.c.at, notices.c.id)
    found = [_told(row) for row in conn.execute(query.with_for_update())]
    _mark_mailed(conn, found, utc_text(now))
    return found


def put_back(conn: Connection, told: Sequence[Told]) -> None:
    """The mail did not go out: what was to be in it is not mailed yet."""
    _mark_mailed(conn, told, None)


def _mark_mailed(conn: Connection, told: Sequence[Told], at: str | None) -> None:
    conn.execute(update(notices).where(notices.c.id.in_([item.id for item in told])).values(mailed_at=at))


def _unmailed(now: datetime) -> Any:  # noqa: ANN401 -- a condition of SQLAlchemy's
    return and_(notices.c.mailed_at.is_(None), notices.c.read_at.is_(None), notices.c.at >= utc_text(now - _STALE))


def _told(row: Row[Any]) -> Told:
    return Told(
        id=row.id,
        person_id=row.person_id,
        subject=row.subject,
        sentence=sentence_from_json(row.sentence),
        at=from_utc_text(row.at),
        read_at=from_utc_text(row.read_at) if row.read_at else None,
    )
