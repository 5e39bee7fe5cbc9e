"""The records as one transaction works with them, and what every write derives alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from random import SystemRandom

from sqlalchemy import Connection

from forms.answers import Circumstances
from forms.deadlines import due_day
from forms.definition import Form, Numbering
from forms.fields.unit import Unit
from forms.fields.units import Units
from forms.values import Answers
from records.catalogue import Catalogue
from records.linked import LinkedRecords
from records.lookup import DatabaseLookup
from records.model import Occasion, Submission


@dataclass(frozen=True, slots=True)
class Ledger:
    """One transaction's view: its connection, the forms that are served, and what was looked up."""

    conn: Connection
    catalogue: Catalogue
    lookup: DatabaseLookup
    #: The office's six-digit area code, for printed numbers (GB/T 2260).
    area: str

    def circumstances(self, occasion: Occasion) -> Circumstances:
        """What reading depends on, for somebody's write."""
        linked = LinkedRecords(self.conn, self.catalogue, occasion.actor)
        return Circumstances(
            self.lookup,
            occasion.at,
            occasion.actor.facts,
            linked,
            calendar=self.lookup.calendar,
            pull=linked.pull,
            chance=SystemRandom(),
        )


def open_ledger(conn: Connection, catalogue: Catalogue, area: str) -> Ledger:
    """A fresh view for one transaction or one page."""
    return Ledger(conn, catalogue, DatabaseLookup(conn), area)


def concerned_units(form: Form, answers: Answers, unit_id: str) -> frozenset[str]:
    """The units a record concerns: the one that filled it and those its unit questions name, one or several."""
    named = [answers.get(name) for name in form.access.units if isinstance(form.questions[name], Unit | Units)]
    units = [unit for answer in named for unit in (answer if isinstance(answer, list) else [answer])]
    return frozenset([unit_id, *(str(unit) for unit in units if unit)])


def facts(submission: Submission, zone: tzinfo | None) -> Answers:
    """What expressions may name of a stored record beside its answers, by the clock of `zone` (`SYSTEM_NAMES`)."""
    wall_clock = submission.created_at.astimezone(zone).replace(tzinfo=None)
    entered = submission.entered_at.astimezone(zone).date() if submission.entered_at else None
    return {
        "state": submission.state,
        "unit_id": submission.unit_id,
        "created_by": submission.created_by,
        "created_at": wall_clock.isoformat(timespec="seconds"),
        "entered_on": entered.isoformat() if entered else None,
        "due_on": submission.due_on,
    }


def due_on(form: Form, submission: Submission, zone: tzinfo | None, lookup: DatabaseLookup) -> str | None:
    """The day (ISO) by which the record should leave its state; None: whenever."""
    state = form.workflow.states.get(submission.state or "") if form.workflow else None
    if state is None or state.deadline is None:
        return None
    entered = submission.entered_at or submission.created_at
    day = due_day(state.deadline, entered.astimezone(zone).date(), submission.answers, lookup.is_workday)
    return day.isoformat() if day else None


def day_of_number(numbering: Numbering, answers: Answers, occasion: Occasion) -> str:
    """The day (ISO) that a printed number belongs to."""
    day = answers.get(numbering.date) if numbering.date else None
    return str(day) if day else occasion.at.date().isoformat()
