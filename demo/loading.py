"""Putting the demo county into a database, through the same reader and rules as everybody's records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection

from demo.accounts import showcase
from demo.county import County, found_county, spans_of
from demo.deeds import Deed, Fill, Step
from demo.generator import SEED, Story, tell
from demo.material import load_material
from forms.fields.record import Record
from forms.folder import load_folder
from kernel.problems import Problem
from kernel.sentences import say
from records.catalogue import open_catalogue, publish
from records.database import Database
from records.ledger import Ledger, open_ledger
from records.model import Accepted, Actor, Door, Occasion, Outcome, Refused
from records.people import actor_of, count_people, hash_password, save_calendar, save_people, save_roles, save_units
from records.revise import Change, revise_many
from records.settings import read_setting, write_setting
from records.spans import save_spans
from records.store import submission_ids
from records.submit import Entry, submit_many

#: What is going on, how many are done, of how many (0: not known yet).
Progress: TypeAlias = Callable[[str, int, int], None]

_SETTING = "demo"


class FormsDoNotFit(Problem):
    """The definitions are wrong, or were changed so that they refuse what the demo county fills in."""

    code = "demo.forms_do_not_fit"

    def __init__(self, why: str) -> None:
        super().__init__(say("表单与演示数据不合，演示数据没有装入：{why}", why=why))


class OfficeInUse(Problem):
    """The database has an office of its own; the demo county would be mixed into it."""

    code = "demo.office_in_use"

    def __init__(self) -> None:
        super().__init__(say("这个数据库里已有人员，不是空的；演示数据请装进另一个数据库"))


_BATCH = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """What was put in; nothing when the demo was there already."""

    units: int = 0
    people: int = 0
    #: Form to the records that were filled, those that rows became counted in.
    records: Mapping[str, int] | None = None
    steps: int = 0

    @property
    def loaded(self) -> bool:
        """Whether anything was put in."""
        return self.records is not None


def is_loaded(conn: Connection) -> bool:
    """Whether the demo county is in this database."""
    return read_setting(conn, _SETTING) is not None


def load(
    database: Database,
    *,
    definitions: Path,
    now: datetime,
    progress: Progress,
    profile: str = "county",
    seed: int = SEED,
) -> Summary:
    """Publish the forms of `definitions` and put the county of `profile` in, all of it or nothing.

    A database that has the demo already is left as it is. Raises `OfficeInUse`, `FormsDoNotFit`.
    """
    with database.writing() as conn:
        if is_loaded(conn):
            return Summary()
        if count_people(conn):
            raise OfficeInUse
        material = load_material()
        progress(say("准备{county}的单位和人员", county=material.county.name), 0, 0)
        story = tell(found_county(material), material.profiles[profile], seed)
        _settle(conn, story.county)
        folder = load_folder(definitions)
        published = publish(conn, folder, actor="admin", at=now)
        if issues := [*folder.issues, *published.issues]:
            raise FormsDoNotFit(str(issues[0]))
        summary = _Loader(conn, story, progress).load()
        write_setting(conn, _SETTING, {"profile": profile, "seed": seed})
        return summary


def _settle(conn: Connection, county: County) -> None:
    """Store the county's units, people, roles and calendar; whoever stands for a unit may sign in."""
    save_units(conn, county.units)
    save_roles(conn, county.material.roles)
    save_calendar(conn, county.calendar.values())
    save_spans(conn, spans_of(county.material))
    known = hash_password(county.material.accounts.password)  # one password, so one hash: it takes its time
    able = {county.clerk(unit.id).id for unit in county.units} | {each.sign_in for each in showcase(county.material)}
    save_people(
        conn,
        [replace(person, password_hash=known) if person.id in able else person for person in county.people],
    )


class _Loader:
    """Hands the deeds of a story to the records, batch by batch, in one transaction."""

    def __init__(self, conn: Connection, story: Story, progress: Progress) -> None:
        self._ledger: Ledger = open_ledger(conn, open_catalogue(conn), story.county.material.county.area)
        self._story = story
        self._progress = progress
        self._people = {person.id: person for person in story.county.people}
        self._actors: dict[str, Actor] = {}
        self._ids: dict[str, str] = {}
        self._records: dict[str, int] = {}
        self._steps = 0
        #: Forms that got records since their titles were read.
        self._fresh: set[str] = set()

    def load(self) -> Summary:
        """Put every deed in; each must be accepted."""
        deeds = list(self._story.deeds())
        done = 0
        for batch in _batches(deeds):
            first = batch[0]
            if isinstance(first, Fill):
                self._fill(first.form, [deed for deed in batch if isinstance(deed, Fill)])
            else:
                self._take([deed for deed in batch if isinstance(deed, Step)])
            done += len(batch)
            self._progress(say("录入演示数据"), done, len(deeds))
        county = self._story.county
        return Summary(len(county.units), len(county.people), self._records, self._steps)

    def _fill(self, form_id: str, fills: Sequence[Fill]) -> None:
        self._learn_links(form_id, fills)
        entries = [Entry(fill.raw, fill.key, self._occasion(fill)) for fill in fills]
        outcomes = submit_many(self._ledger, form_id, entries)
        for accepted in _all_accepted(fills, outcomes):
            self._ids[accepted.submission.instance_id] = accepted.submission.id
        self._records[form_id] = self._records.get(form_id, 0) + len(fills)
        self._fresh.add(form_id)
        self._learn_children(form_id, fills)

    def _learn_links(self, form_id: str, fills: Sequence[Fill]) -> None:
        """Read the titles of what these entries link to, all at once."""
        used = {name for fill in fills for name in fill.raw}
        questions = self._ledger.catalogue[form_id].form.questions
        links = {field.form for name, field in questions.items() if name in used and isinstance(field, Record)}
        for linked in sorted(links & self._fresh):
            self._ledger.lookup.learn_records(linked)
        self._fresh -= links

    def _learn_children(self, form_id: str, fills: Sequence[Fill]) -> None:
        """Rows that became records have instance ids of their own."""
        for entity in self._ledger.catalogue[form_id].form.entities:
            if entity.repeat is None or entity.transition is not None:
                continue
            keys = [f"{fill.key}/{entity.repeat}/{row}" for fill in fills for row in range(_rows(fill, entity.repeat))]
            found = submission_ids(self._ledger.conn, entity.form, keys)
            self._ids |= found
            self._records[entity.form] = self._records.get(entity.form, 0) + len(found)

    def _take(self, steps: Sequence[Step]) -> None:
        changes = [
            Change(self._ids[step.key], step.raw, self._occasion(step), step.transition, step.comment) for step in steps
        ]
        _all_accepted(steps, revise_many(self._ledger, changes))
        self._steps += len(steps)

    def _occasion(self, deed: Deed) -> Occasion:
        if deed.actor not in self._actors:
            self._actors[deed.actor] = actor_of(self._ledger.conn, self._people[deed.actor])
        return Occasion(self._actors[deed.actor], deed.at, Door.DEMO)


def _all_accepted(deeds: Sequence[Deed], outcomes: Iterable[Outcome]) -> list[Accepted]:
    """The outcomes, every one of which must be an acceptance. Raises `FormsDoNotFit`."""
    accepted = []
    for deed, outcome in zip(deeds, outcomes, strict=True):
        if isinstance(outcome, Refused):
            place, why = next(iter(outcome.refusals.items()))
            raise FormsDoNotFit(f"{deed.form} {deed.key} {place}: {why}")
        accepted.append(outcome)
    return accepted


def _rows(fill: Fill, repeat: str) -> int:
    rows = fill.raw.get(repeat)
    return len(rows) if isinstance(rows, Sequence) else 0


def _batches(deeds: Iterable[Deed]) -> Iterator[list[Deed]]:
    """Runs of deeds of one sort with records of one form, each record at most once in a run."""
    for _, run in groupby(deeds, key=lambda deed: (type(deed), deed.form)):
        batch: list[Deed] = []
        keys: set[str] = set()
        for deed in run:
            if deed.key in keys or len(batch) == _BATCH:
                yield batch
                batch, keys = [], set()
            batch.append(deed)
            keys.add(deed.key)
        yield batch
