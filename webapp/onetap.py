"""What a unit may send with one tap: the answers that a form gives for “nothing happened”."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition import Form
from forms.owing import Owed
from kernel.clock import Period
from records.ledger import Ledger
from records.listing import Query, find
from records.model import Actor, Submission
from records.obligations import Owing
from records.store import load_submissions
from webapp.guards import site
from webapp.owing import duties_of, one_tap_raw


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap: what it answers, under which name it is sent, and what was sent already."""

    raw: Mapping[str, str]
    instance_id: str
    sent: Submission | None


def tapped(ledger: Ledger, form: Form, actor: Actor, owed: str) -> Tap:
    """What a tap sends: for the hour that the page says was owed (`name/key`), else for today."""
    duty, due = _meant(ledger, form, actor, owed)
    today = site().now().date().isoformat()
    if duty is None or due is None:
        return Tap(dict(form.one_tap), f"one-tap/{actor.unit_id}/{today}", sent_today(ledger, form, actor))
    key = due.slot.key if len(duty.obligation.hours) > 1 else due.slot.period.start.isoformat()
    sent = load_submissions(ledger.conn, [record.id for record in due.filed])
    instance_id = f"one-tap/{actor.unit_id}/{key}"
    return Tap(one_tap_raw(duty, due), instance_id, next(iter(sent.values()), None))


def sent_today(ledger: Ledger, form: Form, actor: Actor) -> Submission | None:
    """Today's record of the actor's unit, whoever sent it; none, too, when the actor may not see it."""
    owed = next((one for one in form.obligations.values() if one.unit and one.date), None)
    day = owed.date if owed else next((name for name, field in form.questions.items() if field.type == "date"), None)
    if day is None:
        return None
    whose = owed.unit if owed and owed.unit else "unit_id"
    query = Query(filters={day: (site().now().date().isoformat(),), whose: (actor.unit_id,)}, per_page=1)
    return next(iter(find(ledger, form, actor, query).items), None)


def _meant(ledger: Ledger, form: Form, actor: Actor, owed: str) -> tuple[Owing | None, Owed | None]:
    """The time that a page means with `name/key`; where it says nothing, what is owed for today."""
    today = site().now().date()
    for name, obligation in form.obligations.items():
        if obligation.unit is None or (owed and owed.partition("/")[0] != name):
            continue
        owing = Owing(form, name, obligation)
        for due in (due for duty in duties_of(ledger, owing, actor) for due in duty.owed):
            if due.slot.key == owed.partition("/")[2] or (not owed and due.slot.period == Period(today, today)):
                return owing, due
    return None, None
