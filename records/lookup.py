"""The office's answers to what reading and showing must ask: units, people, records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, or_, select

from forms.values import FileFacts
from records.people import units_under
from records.tables import calendar_days, files, people, submissions, units

#: Below this many ids one question is asked for all of them at once.
CHUNK = 500
#: Monday to Friday.
_WORKED_OF_A_WEEK = 5


class _Calendar(Mapping[str, bool]):
    """The days that differ from the week, read when they are first looked at."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    @cached_property
    def _days(self) -> dict[str, bool]:
        return {row.day: row.kind == "workday" for row in self._conn.execute(select(calendar_days))}

    def __getitem__(self, day: str) -> bool:
        return self._days[day]

    def __iter__(self) -> Iterator[str]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)


class DatabaseLookup:
    """Answers from the database, remembering what was asked: make one for a request, a round, a batch."""

    def __init__(self, conn: Connection) -> None:
        """Units and people are few and read at once, when first asked for."""
        self._conn = conn
        self._units: dict[str, tuple[str, str]] | None = None
        self._unit_ids: dict[str, str] = {}
        self._people: dict[str, str] | None = None
        self._person_ids: dict[str, list[str]] = {}
        self._posts: dict[str, tuple[str, frozenset[str]]] = {}
        self._under: dict[str, frozenset[str]] = {}
        self._calendar = _Calendar(conn)
        self._titles: dict[str, str] = {}
        self._found: dict[tuple[str, str], list[str]] = {}

    def find_unit(self, text: str) -> str | None:
        """The id of the living unit whose id or name is `text`."""
        self._read_units()
        return self._unit_ids.get(text)

    def unit_name(self, unit_id: str) -> str:
        """The name of a unit, or the id itself."""
        return self._read_units().get(unit_id, (unit_id, ""))[0]

    def unit_kind(self, unit_id: str) -> str:
        """The kind of a unit, or nothing."""
        return self._read_units().get(unit_id, ("", ""))[1]

    def find_person(self, text: str) -> str | None:
        """The id of the living person whose id or (unique) name is `text`."""
        self._read_people()
        same = self._person_ids.get(text, [])
        return same[0] if len(same) == 1 else None

    def person_name(self, person_id: str) -> str:
        """The name of a person, or the id itself."""
        return self._read_people().get(person_id, person_id)

    def person_roles(self, person_id: str) -> frozenset[str]:
        """The roles of a person; nobody's are none."""
        self._read_people()
        return self._posts.get(person_id, ("", frozenset()))[1]

    def works_in(self, person_id: str, unit_id: str) -> bool:
        """Whether a person belongs to a unit, or to one under it by either kind of parent."""
        self._read_people()
        if unit_id not in self._under:
            self._under[unit_id] = units_under(self._conn, unit_id)
        return self._posts.get(person_id, ("", frozenset()))[0] in self._under[unit_id]

    @property
    def calendar(self) -> Mapping[str, bool]:
        """Day (ISO) to whether it is worked, for the days that differ from the week; read when first looked at."""
        return self._calendar

    def find_file(self, digest: str) -> FileFacts | None:
        """What is known of a stored file."""
        row = self._conn.execute(select(files).where(files.c.digest == digest)).first()
        return FileFacts(row.name, row.media_type, row.size) if row else None

    def is_workday(self, day: date) -> bool:
        """Whether the office works on `day`: its calendar decides, else the week."""
        return self._calendar.get(day.isoformat(), day.weekday() < _WORKED_OF_A_WEEK)

    def find_records(self, form_id: str, text: str) -> Sequence[str]:
        """Ids of the living records of a form whose id or title is `text`."""
        key = (form_id, text)
        if key not in self._found:
            query = select(submissions.c.id).where(
                submissions.c.form_id == form_id,
                submissions.c.withdrawn_at.is_(None),
                or_(submissions.c.id == text, submissions.c.title == text),
            )
            self._found[key] = list(self._conn.execute(query.order_by(submissions.c.id).limit(9)).scalars())
        return self._found[key]

    def record_title(self, record_id: str) -> str:
        """The title of a record, or the id itself."""
        if record_id not in self._titles:
            self.learn_titles([record_id])
        return self._titles[record_id]

    def learn_titles(self, record_ids: Iterable[str]) -> None:
        """Read many titles at once, so that showing a list asks once and not once a row."""
        wanted = sorted(set(record_ids) - self._titles.keys())
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            query = select(submissions.c.id, submissions.c.title, submissions.c.form_id).where(
                submissions.c.id.in_(some)
            )
            known = self._conn.execute(query).all()
            self._titles |= {record_id: record_id for record_id in some}
            self._titles |= {row.id: row.title for row in known}

    def learn_records(self, form_id: str) -> None:
        """Read the ids and titles of a whole form at once, for a bulk of links to it."""
        same: dict[str, list[str]] = defaultdict(list)
        query = select(submissions.c.id, submissions.c.title).where(
            submissions.c.form_id == form_id, submissions.c.withdrawn_at.is_(None)
        )
        for row in self._conn.execute(query.order_by(submissions.c.id)):
            same[row.title].append(row.id)
            self._found[form_id, row.id] = [row.id]
            self._titles[row.id] = row.title
        self._found |= {(form_id, title): ids for title, ids in same.items()}

    def note_record(self, form_id: str, record_id: str, title: str) -> None:
        """Know a record that is just being stored."""
        self._titles[record_id] = title
        self._found[form_id, record_id] = [record_id]
        self._found.pop((form_id, title), None)

    def _read_units(self) -> dict[str, tuple[str, str]]:
        if self._units is None:
            rows = self._conn.execute(select(units)).all()
            self._units = {row.id: (row.name, row.kind) for row in rows}
            living = [row for row in rows if row.retired_at is None]
            self._unit_ids = {row.name: row.id for row in living} | {row.id: row.id for row in living}
        return self._units

    def _read_people(self) -> dict[str, str]:
        if self._people is None:
            rows = self._conn.execute(select(people)).all()
            self._people = {row.id: row.name for row in rows}
            self._posts = {row.id: (row.unit_id, frozenset(row.roles)) for row in rows}
            ids: dict[str, list[str]] = defaultdict(list)
            for row in rows:
                if row.retired_at is None:
                    ids[row.name].append(row.id)
            self._person_ids = ids | {row.id: [row.id] for row in rows if row.retired_at is None}
        return self._people
