"""Who owes which record, and how each stands: worked out from the records themselves whenever somebody asks.

There is no table of what is owed that could disagree with them; what is asked of the database is only what was
filed around the days that are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, literal, null, select

from forms.access import Reach
from forms.definition import Form
from forms.obligations import Obligation
from forms.owing import Filed, Opening, Owed, Schedule, Slot, State, first_day, last_day, only_while, slots
from kernel.clock import Every, Period, from_utc_text, period_before, period_of, utc_text
from records.access import Verb, reach
from records.debtors import Debtor, every_person, every_unit
from records.model import Actor
from records.openings import Elsewhere, moment_of
from records.people import CalendarDay, calendar, is_workday
from records.rows import column_of
from records.spans import NamedSpan, all_spans, spans_meant
from records.tables import form_versions, submission_units, submissions
from records.where import where

#: Nobody reports longer than this before it can be filed.
_EARLIEST = timedelta(days=31)
#: As many units are named to the database; more are looked through here.
_FEW = 100
_DAY = timedelta(days=1)
#: A day's text is as long.
_DAY_LONG = len("2026-11-22")


@dataclass(frozen=True, slots=True)
class Owing:
    """An obligation of a form, by name."""

    form: Form
    name: str
    obligation: Obligation

    @property
    def key(self) -> str:
        """What an address and a log call it: daily_report/daily."""
        return f"{self.form.id}/{self.name}"


@dataclass(frozen=True, slots=True)
class Totals:
    """How many records are owed, and how that stands."""

    owed: int = 0
    reported: int = 0
    quiet: int = 0
    late: int = 0
    missing: int = 0
    on_behalf: int = 0

    @property
    def eventful(self) -> int:
        """How many of those reported are no zero reports."""
        return self.reported - self.quiet

    @property
    def awaited(self) -> int:
        """How many may still come in time, or late."""
        return self.owed - self.reported - self.missing

    @property
    def rate(self) -> Fraction | None:
        """Which part of what is owed is reported; none where nothing is owed."""
        return Fraction(self.reported, self.owed) if self.owed else None


@dataclass(frozen=True, slots=True)
class Standing:
    """An obligation over some days: its times, who owes, and how each stands."""

    owing: Owing
    #: Rising by `due_at`.
    slots: tuple[Slot, ...]
    #: In the office's order.
    debtors: tuple[Debtor, ...]
    #: By debtor and `Slot.key`; what a debtor does not owe is not there.
    owed: Mapping[tuple[str, str], Owed]

    def of(self, debtor: Debtor, slot: Slot) -> Owed | None:
        """How `debtor` stands with `slot`; none: it does not owe that."""
        return self.owed.get((debtor.id, slot.key))

    def owing_now(self, now: datetime) -> Iterator[tuple[Debtor, Owed]]:
        """Who could report now and has not, the most urgent first."""
        found = [(debtor, owed) for slot in self.slots for debtor in self.debtors if (owed := self.of(debtor, slot))]
        return (pair for pair in found if pair[1].state.is_awaited and pair[1].slot.opens_at <= now)

    def totals(self, keys: Collection[str] | None = None) -> Totals:
        """The counts over all its times, or those with one of these keys."""
        pairs = ((debtor, owed) for (debtor, key), owed in self.owed.items() if keys is None or key in keys)
        return counted(self.owing, pairs)


def counted(owing: Owing, pairs: Iterable[tuple[str, Owed]]) -> Totals:
    """The counts over what some debtors (by id) owe; what cannot be filed yet is not owed yet."""
    now = [pair for pair in pairs if pair[1].state is not State.LATER]
    reported = [pair for pair in now if pair[1].state.is_reported]
    return Totals(
        owed=len(now),
        reported=len(reported),
        quiet=sum(all(record.quiet for record in owed.filed) for _, owed in reported),
        late=sum(owed.state is State.LATE for _, owed in reported),
        missing=sum(owed.state in (State.MISSING, State.MADE_UP) for _, owed in now),
        on_behalf=sum(is_on_behalf(owing, debtor, owed) for debtor, owed in reported),
    )


def is_on_behalf(owing: Owing, debtor_id: str, owed: Owed) -> bool:
    """Whether somebody else filed what a debtor owed: another unit for a unit, another person for a person."""
    by_people = bool(owing.obligation.roles)
    return any(debtor_id != (record.by if by_people else record.unit_id) for record in owed.filed)


def owings(forms: Iterable[Form]) -> list[Owing]:
    """Every obligation of `forms`, in their order."""
    return [Owing(form, name, obligation) for form in forms for name, obligation in form.obligations.items()]


def may_file_for(form: Form, actor: Actor, unit_id: str) -> bool:
    """Whether `actor` may report on behalf of a unit: whoever may change its records may, and fills the form."""
    if not form.access.may_fill(actor.roles):
        return False
    match reach(form, actor, Verb.EDIT):
        case Reach.ALL:
            return True
        case Reach.UNIT:
            return unit_id in actor.units
        case _:
            return False


class Reckoner:
    """Works out what is owed, for one page or one tick: what it read once it does not ask again."""

    def __init__(self, conn: Connection, forms: Mapping[str, Form], now: datetime) -> None:
        """`forms` as they are served, by id; `now` in the office's zone."""
        assert now.tzinfo is not None
        self._conn = conn
        self._forms = forms
        self._now = now
        self._zone = now.tzinfo
        self._runs: dict[str, Callable[[datetime], bool]] = {}

    def standing(self, owing: Owing, days: Period, *, only: Collection[str] | None = None) -> Standing:
        """How an obligation stands on `days`: those on which a record falls due before a `shift` moved it.

        only: units or people by id; none: all.
        """
        known = self._slots(owing, days)
        wanted = [slot for slot in known if _falls_on(slot, days)]
        debtors = [debtor for debtor in self._debtors(owing.obligation) if only is None or debtor.id in only]
        debtors = _concerned(owing.obligation, debtors, wanted)
        filed = self._filed(owing, known, wanted, [debtor.id for debtor in debtors]) if wanted else {}
        schedule = Schedule(known, owing.obligation)
        keys = {slot.key for slot in wanted}
        owed = {
            (debtor.id, key): found
            for debtor in debtors
            for key, found in schedule.judged(debtor.id, filed.get(debtor.id, ()), self._now).items()
            if key in keys and (debtor.was_always_there or debtor.owes(found.slot))
        }
        there = {debtor for debtor, _ in owed}
        return Standing(owing, tuple(wanted), tuple(one for one in debtors if one.id in there), owed)

    def seen_by(self, owing: Owing, actor: Actor) -> Collection[str] | None:
        """Whose rows `actor` sees: one's own, those of one's unit and the units under it, or all (None)."""
        own = {actor.id} if owing.obligation.roles else {actor.unit_id}
        match reach(owing.form, actor, Verb.READ):
            case Reach.ALL:
                return None
            case Reach.UNIT:
                within = {*actor.units, actor.unit_id}
                return own | {one.id for one in self._debtors(owing.obligation) if one.unit_id in within}
            case _:
                return own

    def around_now(self, owing: Owing, *, only: Collection[str] | None = None) -> Standing:
        """How it stands with what can be filed now, fell due in the last three days, or still comes in its period."""
        today, obligation = self._now.date(), owing.obligation
        if obligation.after is not None:
            return self.standing(
                owing, Period(today - 3 * _DAY, today + timedelta(obligation.after.hours // 24 + 1)), only=only
            )
        current = period_of(_every(obligation) or Every.YEAR, today)
        back = max(3, obligation.late_days)
        days = Period(min(current.start, today - timedelta(back)), current.end + timedelta(obligation.opens_days or 0))
        return self.standing(owing, days, only=only)

    def times(self, owing: Owing, days: Period) -> list[Slot]:
        """The times of an obligation that fall on `days`, rising; nobody's records are looked at."""
        return [slot for slot in self._slots(owing, days) if _falls_on(slot, days)]

    def reporting(self, owing: Owing, days: Period) -> Totals:
        """The counts that a report's reporting rate is made of."""
        return self.standing(owing, days).totals()

    def runs(self, form_id: str) -> Callable[[datetime], bool]:
        """Whether the office had begun with a form at a moment.

        It began with its first publication; over records taken over from before, from the oldest to the newest of them.
        """
        if form_id not in self._runs:
            self._runs[form_id] = self._read_runs(form_id)
        return self._runs[form_id]

    def _read_runs(self, form_id: str) -> Callable[[datetime], bool]:
        published = self._conn.execute(
            select(func.min(form_versions.c.published_at)).where(form_versions.c.form_id == form_id)
        ).scalar()
        begun = from_utc_text(published) if published else self._now
        before = select(func.min(submissions.c.created_at), func.max(submissions.c.created_at)).where(
            submissions.c.form_id == form_id, submissions.c.created_at < utc_text(begun)
        )
        oldest, newest = (moment_of(text, self._zone) for text in self._conn.execute(before).one())
        if oldest is None or newest is None:
            return lambda at: at >= begun
        taken_over = Period(oldest.date(), newest.date())
        return lambda at: at >= begun or at.date() in taken_over

    # ---- times ----------------------------------------------------------------------------------------------------

    def _slots(self, owing: Owing, days: Period) -> list[Slot]:
        """The times that fall on `days`, and those beside them, for a record is filed for the one or the other."""
        obligation, runs = owing.obligation, self.runs(owing.form.id)
        if obligation.after is not None:
            following = self._elsewhere.slots_after(obligation.after, days)
            owed_then = Period(first_day(obligation), last_day(obligation))
            return [slot for slot in following if runs(slot.due_at) and slot.opens_at.date() in owed_then]
        found: Iterable[Slot] = slots(obligation, _with_neighbours(obligation, days), self._zone, self._is_workday)
        found = [slot for slot in found if runs(slot.due_at)]
        if obligation.during is not None:
            found = only_while(found, self._openings_of_spans(obligation.during))
        if obligation.within is not None:
            found = only_while(found, self._elsewhere.openings(obligation.within, days))
        return list(found)

    def _is_workday(self, day: date) -> bool:
        return is_workday(day, self._calendar)

    @cached_property
    def _calendar(self) -> dict[date, CalendarDay]:
        return calendar(self._conn)

    def _openings_of_spans(self, during: str) -> list[Opening]:
        meant = spans_meant(self._spans, during)
        return [
            Opening(
                datetime.combine(span.days.start, time(), self._zone),
                datetime.combine(span.days.end, time.max, self._zone),
            )
            for span in meant
        ]

    @cached_property
    def _spans(self) -> list[NamedSpan]:
        return all_spans(self._conn)

    @property
    def _elsewhere(self) -> Elsewhere:
        return Elsewhere(self._conn, self._forms, self._now)

    # ---- who ------------------------------------------------------------------------------------------------------

    def _debtors(self, obligation: Obligation) -> list[Debtor]:
        if obligation.roles:
            return [person for person, roles in self._people if not roles.isdisjoint(obligation.roles)]
        if not obligation.unit_kinds and not obligation.units:
            return self._units
        return [unit for unit in self._units if unit.kind in obligation.unit_kinds or unit.id in obligation.units]

    @cached_property
    def _units(self) -> list[Debtor]:
        return every_unit(self._conn)

    @cached_property
    def _people(self) -> list[tuple[Debtor, frozenset[str]]]:
        return every_person(self._conn)

    # ---- what was filed -------------------------------------------------------------------------------------------

    def _filed(self, owing: Owing, known: list[Slot], wanted: list[Slot], debtors: list[str]) -> dict[str, list[Filed]]:
        """The records that may be for one of these times, by debtor, the first filed first."""
        form, obligation = owing.form, owing.obligation
        debtor = _debtor_column(owing)
        about = column_of(form, obligation.date) if obligation.date else null()
        link = obligation.after.link if obligation.after else None
        event = column_of(form, link) if link else null()
        conditions = [submissions.c.form_id == form.id, submissions.c.withdrawn_at.is_(None)]
        conditions += _filed_around(known, wanted, None if obligation.date is None else about)
        if obligation.where is not None:
            conditions.append(where(form, obligation.where, self._now))
        if len(debtors) <= _FEW:
            conditions += _of_few(owing, debtor, debtors)
        system = (submissions.c.id, submissions.c.created_at, submissions.c.created_by, submissions.c.unit_id)
        query = select(debtor, about, event, _is_quiet(form), *system).where(*conditions)
        found: dict[str, list[Filed]] = defaultdict(list)
        for row in self._conn.execute(query.order_by(submissions.c.created_at, submissions.c.id)):
            whose, day, answers, quiet, record, at, by, unit_id = row
            filed = Filed(
                record, whose, self._about(day), datetime.fromisoformat(at), by, unit_id, bool(quiet), answers
            )
            found[whose].append(filed)
        return found

    def _about(self, text: str | None) -> date | datetime | None:
        if not text:
            return None
        return date.fromisoformat(text) if len(text) == _DAY_LONG else moment_of(text, self._zone)


def _every(obligation: Obligation) -> Every | None:
    if obligation.every is None:
        return None
    return Every.DAY if obligation.every == "hour" else Every(obligation.every)


def _falls_on(slot: Slot, days: Period) -> bool:
    return (slot.due_at.date() if slot.event else date.fromisoformat(slot.key[:10])) in days


def _with_neighbours(obligation: Obligation, days: Period) -> Period:
    every = _every(obligation)
    if every is None:
        return days
    following = period_of(every, period_of(every, days.end).end + _DAY)
    return Period(
        period_before(every, days.start).start - timedelta(obligation.late_days),
        following.end + timedelta(obligation.opens_days or 0),
    )


def _concerned(obligation: Obligation, debtors: list[Debtor], wanted: list[Slot]) -> list[Debtor]:
    """Where an event alone says who owes, only those whom one of the times names."""
    if obligation.unit_kinds or obligation.units or obligation.roles:
        return debtors
    named = frozenset[str]().union(*(slot.only or () for slot in wanted))
    return [debtor for debtor in debtors if debtor.id in named]


def _debtor_column(owing: Owing) -> ColumnElement[Any]:
    obligation = owing.obligation
    if obligation.roles:
        return column_of(owing.form, obligation.person or "created_by")
    return column_of(owing.form, obligation.unit or "unit_id")


def _filed_around(known: list[Slot], wanted: list[Slot], about: ColumnElement[Any] | None) -> list[ColumnElement[bool]]:
    """That a record may be for one of `wanted`: by the day it is about, or by when it was filed."""
    earliest = min(slot.claims_from for slot in known)
    if about is not None:
        first = min(slot.period.start for slot in wanted).isoformat()
        last = max(slot.period.end for slot in wanted) + _DAY
        begun = utc_text(min(earliest, *(slot.opens_at for slot in wanted)) - _EARLIEST)
        return [about >= first, about < last.isoformat(), submissions.c.created_at >= begun]
    limits = [submissions.c.created_at >= utc_text(earliest)]
    if known[-1] not in wanted:
        limits.append(submissions.c.created_at <= utc_text(max(slot.due_at for slot in known)))
    return limits


def _of_few(owing: Owing, debtor: ColumnElement[Any], ids: list[str]) -> list[ColumnElement[bool]]:
    """That a record is of one of these; found by the units it concerns where it concerns the one that it is of."""
    unit = owing.obligation.unit
    if owing.obligation.roles or (unit is not None and unit not in owing.form.access.units):
        return [debtor.in_(ids)]
    concerned = select(submission_units.c.submission_id).where(submission_units.c.unit_id.in_(ids))
    return [debtor.in_(ids), submissions.c.id.in_(concerned)]


def _is_quiet(form: Form) -> ColumnElement[bool]:
    """Whether a record answers as the form's one tap does."""
    if not form.one_tap:
        return false()
    return and_(*(submissions.c.answers[name].as_string() == literal(value) for name, value in form.one_tap.items()))
