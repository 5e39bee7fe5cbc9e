"""Reminding those who still owe a record, and only those: a while before the hour, each reminder once (催报)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from forms.owing import Slot
from kernel.clock import Period
from kernel.sentences import Sentence, say
from records.debtors import Debtor
from records.notices import tell
from records.obligations import Owing, Reckoner
from records.occurrences import notice
from records.people import Person, all_people

#: A day that is not worked moves the hour by no more.
_FARTHEST_SHIFT = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A moment at which those are reminded who still owe for a time."""

    owing: Owing
    slot: Slot
    at: datetime

    @property
    def schedule(self) -> str:
        """What it is called among the hours that have come."""
        return f"owed:{self.owing.key}:{self.slot.key}"


def reminders(reckoner: Reckoner, owings: Iterable[Owing], since: datetime, now: datetime) -> list[Reminder]:
    """The reminders whose moment lies in (since, now] and that are not too late, for the hour is still to come."""
    found: list[Reminder] = []
    for owing in owings:
        minutes = owing.obligation.remind
        if not minutes:
            continue
        farthest = timedelta(minutes=max(minutes))
        days = Period((now - _FARTHEST_SHIFT).date(), (now + farthest + _FARTHEST_SHIFT).date())
        for slot in reckoner.times(owing, days):
            if now < slot.due_at <= now + farthest:
                moments = (slot.due_at - timedelta(minutes=before) for before in minutes)
                found += [Reminder(owing, slot, at) for at in moments if since < at <= now]
    return found


def remind(conn: Connection, reckoner: Reckoner, due: Iterable[Reminder], now: datetime) -> int:
    """Tell the people of those who still owe, each reminder once however often this is said; how many were told.

    Of several reminders of one time that were missed together, one is enough.
    """
    fresh = {
        (reminder.owing.key, reminder.slot.key): reminder
        for reminder in due
        if notice(conn, reminder.schedule, reminder.at, now)
    }
    people = all_people(conn) if fresh else []
    told = 0
    for reminder in fresh.values():
        for debtor in _lacking(reckoner, reminder):
            persons = [person.id for person in _people_of(debtor, reminder.owing, people)]
            subject = f"{reminder.owing.key}/{debtor.id}/{reminder.slot.key}"
            tell(conn, persons, subject, _words(reminder, now), now)
            told += len(persons)
    return told


def _lacking(reckoner: Reckoner, reminder: Reminder) -> Iterator[Debtor]:
    """Who could report for the time of a reminder and has not."""
    slot = reminder.slot
    day = slot.due_at.date() if slot.event else slot.period.start
    named = Period(min(day, slot.opens_at.date()), max(day, slot.due_at.date()))
    standing = reckoner.standing(reminder.owing, named)
    for debtor in standing.debtors:
        owed = standing.owed.get((debtor.id, slot.key))
        if owed is not None and owed.state.is_awaited:
            yield debtor


def _people_of(debtor: Debtor, owing: Owing, people: Iterable[Person]) -> Iterator[Person]:
    """Who is reminded: the person who owes, or everybody of the unit who may fill the form."""
    if owing.obligation.roles:
        return (person for person in people if person.id == debtor.id)
    may_fill = owing.form.access.may_fill
    return (person for person in people if person.unit_id == debtor.id and may_fill(person.roles))


def _words(reminder: Reminder, now: datetime) -> Sentence:
    due = reminder.slot.due_at
    hour = f"{due:%H:%M}" if due.date() == now.date() else f"{due:%m-%d %H:%M}"
    return say("“{title}”还没报，请在 {hour} 前报", title=str(reminder.owing.obligation.title), hour=hour)
