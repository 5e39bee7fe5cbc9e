"""What happens behind the scenes, on one page: which event sets what going, and at which hours.

Every task may run twice; the second time changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from time import monotonic, sleep
from typing import TypeAlias

from sqlalchemy import Connection

from jobs.schedule import DUE
from jobs.worker import Task, Turn, Worker
from kernel.problems import Problem
from records.deliveries import deliveries_of
from records.events import Event, latest_id, note_many
from records.notices import TOLD
from records.occurrences import notice
from records.queue import Reaction, is_answered
from records.sheets import Binding, all_bindings
from reports.compile import COMPILED, DRAWN
from reports.deliver import PLANNED
from sync.round import Mode, Pair, RoundReport, run_round
from webapp.bulletins import ASKED, DRAWING_ASKED, Bulletins
from webapp.keeping import clear_away
from webapp.reminding import TIMERS_DUE, Reminders
from webapp.sheeting import pairs
from webapp.site import SYSTEM, Site
from webapp.urging import Urging

#: Somebody may have changed a workbook, or asks for a round. The subject is the form's id.
STIRRED = "sheet.stirred"
#: A round that waits although nobody holds the book is tried again after this long.
_TRY_AGAIN = timedelta(minutes=1)
#: Of a day's thorough look among the hours that have come.
_THOROUGH = "sheets:thorough"
#: How often one looks whether another process is done.
_GLANCE = timedelta(milliseconds=100)

#: Hears of a round: the form, and what the round did.
Heard: TypeAlias = Callable[[str, RoundReport], None]

_log = logging.getLogger("taizhang.tasks")


def _sheet_lane(event: Event) -> str:
    return f"sheet:{event.form_id}"


def _form(event: Event) -> str | None:
    return event.form_id


def _mode_and_form(event: Event) -> str | None:
    return f"{event.form_id} {event.details.get('mode', Mode.USUAL.value)}"


def _hour(event: Event) -> str | None:
    report = event.subject.removeprefix("report:")
    told = event.details
    return f"{report} {told['due_at']} {told['day']} {'late' if told['late'] else 'on'}"


def _subject(event: Event) -> str | None:
    return event.subject


def _told_revision(event: Event) -> str | None:
    return f"{event.subject} {event.details['revision']}" if event.details.get("tells") else None


_ROUND = Reaction("sheet.round", _sheet_lane, _form)
_DRAW = Reaction("edition.draw", lambda _: "pdf", _subject)

#: Event to what it sets going: the task, its lane (never two at once in one), its argument.
REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "submission.created": [_ROUND],
    "submission.changed": [_ROUND],
    "submission.moved": [_ROUND, Reaction("notices.step", lambda _: "timers", _told_revision)],
    "submission.signed": [_ROUND],
    "submission.withdrawn": [_ROUND],
    "submission.restored": [_ROUND],
    STIRRED: [Reaction("sheet.round", _sheet_lane, _mode_and_form)],
    DUE: [Reaction("report.compile", lambda _: "reports", _hour)],
    COMPILED: [_DRAW],
    DRAWING_ASKED: [_DRAW],
    DRAWN: [Reaction("edition.mail", lambda _: "reports", _subject)],
    ASKED: [Reaction("edition.mail_asked", lambda _: "reports", _subject)],
    PLANNED: [Reaction("delivery.send", lambda _: "mail", _subject)],
    TIMERS_DUE: [Reaction("timers.act", lambda _: "timers", _subject)],
    TOLD: [Reaction("notices.mail", lambda _: "mail", _subject)],
}


class Behind:
    """The tasks of one site, and what its clocks do."""

    def __init__(self, site: Site, heard: Heard = lambda _form, _report: None) -> None:
        """Nothing runs yet; `heard` is told of each round that was made here."""
        self._site = site
        self._heard = heard
        self._bulletins = Bulletins(site)
        self._reminders = Reminders(site)
        self._urging = Urging(site)
        self._looked: dict[str, tuple[str, str]] = {}
        self._tried: dict[str, datetime] = {}
        self._day: date | None = None

    @property
    def reactions(self) -> Mapping[str, Sequence[Reaction]]:
        """What sets what going."""
        return REACTIONS

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Every task by name."""
        return {
            "sheet.round": self._round,
            "report.compile": lambda turn: self._bulletins.compile_due(turn.argument),
            "edition.draw": self._draw,
            "edition.mail": lambda turn: self._bulletins.mail_if_due(turn.argument),
            "edition.mail_asked": lambda turn: self._bulletins.plan_mail(turn.argument),
            "delivery.send": lambda turn: self._bulletins.send(turn.argument),
            "timers.act": self._reminders.act,
            "notices.step": self._reminders.tell_of_step,
            "notices.mail": lambda turn: self._reminders.mail(turn.argument),
        }

    def note_hours(self, now: datetime) -> None:
        """Note the hours of schedules that have come, one that was missed once; remind those who still owe a record."""
        noted = self._bulletins.note_hours(now)
        told = self._urging.look(now)
        if noted or told:
            self._site.wake()

    def look_at_timers(self, now: datetime) -> None:
        """One look whether some workflow's timer is to act; what was missed is caught up."""
        self._reminders.look(now)

    def look_at_sheets(self, now: datetime) -> None:
        """One look at each workbook; a round is asked for where something stirred since the last look."""
        with self._site.reading() as ledger:
            found = pairs(ledger.conn, ledger.catalogue, self._site.settings)
            known = {binding.sheet: binding for binding in all_bindings(ledger.conn)}
        if self._day != now.date():
            self._day = now.date()
            if self._look_thoroughly(found, now):
                return
        for form_id, pair in found.items():
            if self._has_stirred(pair, known.get(pair.name), now):
                ask_for_round(self._site, form_id, Mode.USUAL)

    def _look_thoroughly(self, forms: Iterable[str], now: datetime) -> bool:
        """Once a day, by whoever is first: units, people and linked records may be called otherwise by now."""
        midnight = datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
        with self._site.database.writing() as conn:
            if not notice(conn, _THOROUGH, midnight, now):
                return False
            note_many(conn, [_stirred(form_id, Mode.THOROUGH, now) for form_id in forms])
        clear_away(self._site)
        self._site.wake()
        return True

    def _has_stirred(self, pair: Pair, binding: Binding | None, now: datetime) -> bool:
        if binding is None:
            return self._is_new_look(pair.form_id, ("", ""))
        try:
            seal, holder = pair.sheet.seal(), pair.sheet.holder(now)
        except Problem:
            seal, holder = "", None
        fresh = self._is_new_look(pair.form_id, (seal, holder.name if holder else ""))
        waits = binding.waiting_since is not None
        tried = self._tried.get(pair.form_id)
        again = waits and holder is None and (tried is None or now - tried >= _TRY_AGAIN)
        if again or (fresh and (waits or seal != binding.seal or holder is not None)):
            self._tried[pair.form_id] = now
            return True
        return False

    def _is_new_look(self, form_id: str, look: tuple[str, str]) -> bool:
        before = self._looked.get(form_id)
        self._looked[form_id] = look
        return before != look

    def close(self) -> None:
        """End what the tasks keep warm."""
        self._bulletins.close()

    def _draw(self, turn: Turn) -> None:
        self._bulletins.draw(turn.argument)

    def _round(self, turn: Turn) -> None:
        form_id, _, mode = turn.argument.partition(" ")
        with self._site.reading() as ledger:
            pair = pairs(ledger.conn, ledger.catalogue, self._site.settings).get(form_id)
            catalogue = ledger.catalogue
        if pair is None:
            return
        report = run_round(
            self._site.database, catalogue, pair, now=self._site.now(), mode=Mode(mode) if mode else Mode.USUAL
        )
        self._heard(form_id, report)
        if report.waiting:
            _log.info("%s: %s", pair.name, report.waiting)


def ask_for_round(site: Site, form_id: str, mode: Mode) -> int:
    """Have a form's sheet looked at by whoever works its lane, so that no two rounds run at once; the event's id."""
    with site.database.writing() as conn:
        note_many(conn, [_stirred(form_id, mode, site.now())])
        asked = latest_id(conn, STIRRED, form_id)
    site.wake()
    return asked


def work_off(
    site: Site, is_over: Callable[[Connection], bool], patience: timedelta, heard: Heard = lambda _form, _report: None
) -> None:
    """Work on what waits until `is_over`: here, or in the server that runs beside this and works the same lanes."""
    behind = Behind(site, heard)
    worker = Worker(site.database, behind.tasks, behind.reactions, site.now)
    until = monotonic() + patience.total_seconds()
    try:
        while monotonic() < until:
            worked = worker.run_once()
            with site.database.reading() as conn:
                if is_over(conn):
                    return
            if not worked:
                sleep(_GLANCE.total_seconds())
    finally:
        behind.close()


def mail_is_over(conn: Connection, asked: int, edition_id: str) -> bool:
    """Whether the letters of an edition are planned, as the event `asked` wanted, and each was tried."""
    letters = [latest_id(conn, PLANNED, delivery.id) for delivery in deliveries_of(conn, edition_id)]
    return all(is_answered(conn, event_id) for event_id in (asked, *letters))


def _stirred(form_id: str, mode: Mode, at: datetime) -> Event:
    return Event(STIRRED, form_id, SYSTEM.id, at, form_id=form_id, details={"mode": mode.value})
