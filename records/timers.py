"""Workflows' timers: what is due is found by indexes, and done once for each day it is due, whatever happens.

A timer counts from a day of the record: a date question, the day it came into its state, the day it is due. What
stands there is the firing's key, so that it acts once for each such day; another day begins anew. The firing is
written in the transaction of what the timer does. What the office missed is caught up: steps and new records in
their order, of reminders only the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from forms.deadlines import acts_at, latest_day
from forms.definition import Form
from forms.expressions.parsing import Expression
from forms.workflow import ENTERED_ON, Timer, Trigger
from kernel.clock import from_utc_text, utc_text
from kernel.sentences import Sentence, say
from records.catalogue import Published
from records.filing import file_children
from records.ledger import Ledger
from records.model import Occasion, Refused, Submission
from records.notices import Audience, tell
from records.revise import Change, revise
from records.rows import column_of
from records.steps import Wish, as_now, known, why_closed
from records.store import load_submissions
from records.tables import submissions, timer_firings
from records.upserting import insert_new
from records.where import refusal, where

#: Behind a timer's name: it could not do what it should, and whoever looks after the office was told.
_TOLD = "!"
#: Whoever acts so long after the hour catches up, and says so.
_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that is to act on a record now."""

    name: str
    timer: Timer
    #: When it should have acted.
    at: datetime
    #: What it counts from as it is stored: the firing's key.
    key: str
    #: The day it counts from.
    day: date

    @property
    def is_reminder(self) -> bool:
        """Whether it only tells people something."""
        return self.timer.transition is None and self.timer.entity is None


def records_due(ledger: Ledger, occasion: Occasion, *, limit: int | None = None) -> list[str]:
    """The ids of records that some timer is to act on now, at most `limit`."""
    found: dict[str, None] = {}
    for published in ledger.catalogue.newest.values():
        workflow = published.form.workflow
        for name in workflow.timers if workflow else ():
            for submission_id in _records_of(ledger, published, name, occasion):
                found[submission_id] = None
                if limit is not None and len(found) >= limit:
                    return list(found)
    return list(found)


def fire(ledger: Ledger, submission_id: str, occasion: Occasion, audience: Audience) -> list[str]:
    """Let every timer that is due act on a record, in order; the names of those that did, or were overtaken."""
    found = load_submissions(ledger.conn, [submission_id], lock=True).get(submission_id)
    published = ledger.catalogue.newest.get(found.form_id) if found else None
    workflow = published.form.workflow if published else None
    fired: list[str] = []
    if found is None or published is None or workflow is None:
        return fired
    for turn in range(len(workflow.timers) + len(workflow.states)):
        submission = as_now(ledger, load_submissions(ledger.conn, [submission_id])[submission_id])
        due = _due_now(ledger, published, submission, occasion)
        if not due:
            break
        at = occasion.at + timedelta(microseconds=turn)  # nobody is told two things of one record at one moment
        _act(ledger, published, submission, due, replace(occasion, at=at), audience)
        fired.append(due[0].name)
    return fired


# ---- finding -------------------------------------------------------------------------------------------------------


def _records_of(ledger: Ledger, published: Published, name: str, occasion: Occasion) -> Iterator[str]:
    """The records that one timer is to act on; what SQL cannot say is looked at record by record."""
    form = published.form
    assert form.workflow is not None
    timer = form.workflow.timers[name]
    conditions = [condition for condition in (timer.expr, _guard(form, timer)) if condition is not None]
    unsaid = [condition for condition in conditions if refusal(form, condition) is not None]
    query = due_query(ledger, form, name, occasion.at)
    query = query.where(
        *(where(form, each, occasion.at, occasion.actor.facts) for each in conditions if each not in unsaid)
    )
    ids = list(ledger.conn.execute(query).scalars())
    if not unsaid:
        yield from ids
        return
    for submission in load_submissions(ledger.conn, ids).values():
        if _acts(ledger, published, as_now(ledger, submission), name, occasion):
            yield submission.id


def due_query(ledger: Ledger, form: Form, name: str, now: datetime) -> Select[str]:
    """The ids of records in a timer's states whose day has come and for which it has not acted."""
    assert form.workflow is not None
    timer = form.workflow.timers[name]
    last = latest_day(timer, now, ledger.lookup.is_workday)
    counted_from = column_of(form, timer.date)
    until = datetime.combine(last + timedelta(days=1), time(), tzinfo=now.tzinfo)
    has_come = counted_from < utc_text(until) if timer.date == ENTERED_ON else counted_from <= last.isoformat()
    return (
        select(submissions.c.id)
        .where(
            submissions.c.form_id == form.id,
            submissions.c.state.in_(timer.states),
            submissions.c.withdrawn_at.is_(None),
            has_come,
            ~_has_fired(name, counted_from),
        )
        .order_by(submissions.c.id)
    )


def _has_fired(name: str, counted_from: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a timer has acted for that day; what could not be done is tried again when the record was changed."""
    told = and_(timer_firings.c.timer == name + _TOLD, timer_firings.c.fired_at >= submissions.c.changed_at)
    return exists().where(
        timer_firings.c.submission_id == submissions.c.id,
        timer_firings.c.due_at == counted_from,
        or_(timer_firings.c.timer == name, told),
    )


def _guard(form: Form, timer: Timer) -> Expression | None:
    if timer.transition is None or form.workflow is None:
        return None
    return form.workflow.transitions[timer.transition].guard.expr


def _due_now(ledger: Ledger, published: Published, submission: Submission, occasion: Occasion) -> list[Due]:
    """The timers that are to act on a record, in the order of their hours."""
    workflow = published.form.workflow
    if workflow is None or submission.withdrawn_at is not None:
        return []
    rows = ledger.conn.execute(select(timer_firings).where(timer_firings.c.submission_id == submission.id))
    fired = {(row.timer, row.due_at): from_utc_text(row.fired_at) for row in rows}
    found = []
    for name, timer in workflow.timers.items():
        due = _due(ledger, submission, name, timer, occasion.at)
        if due is None or due.at > occasion.at or submission.state not in timer.states or (name, due.key) in fired:
            continue
        told = fired.get((name + _TOLD, due.key))
        if (told is None or told < submission.changed_at) and _acts(ledger, published, submission, name, occasion):
            found.append(due)
    return sorted(found, key=lambda due: due.at)


def _due(ledger: Ledger, submission: Submission, name: str, timer: Timer, now: datetime) -> Due | None:
    assert now.tzinfo is not None
    match timer.date:
        case "entered_on":
            key = utc_text(submission.entered_at) if submission.entered_at else None
            day = submission.entered_at.astimezone(now.tzinfo).date() if submission.entered_at else None
        case "due_on":
            key = submission.due_on
            day = date.fromisoformat(key) if key else None
        case question:
            answer = submission.answers.get(question)
            key = answer if isinstance(answer, str) else None
            day = date.fromisoformat(key) if key else None
    if key is None or day is None:
        return None
    if day > latest_day(timer, now, ledger.lookup.is_workday):
        return None
    return Due(name, timer, acts_at(timer, day, now.tzinfo, ledger.lookup.is_workday), key, day)


def _acts(ledger: Ledger, published: Published, submission: Submission, name: str, occasion: Occasion) -> bool:
    """Whether what must hold for a timer, and for the step it takes, holds for the record."""
    circumstances = ledger.circumstances(occasion)
    if not published.deriver.timer_holds(name, known(submission, occasion), circumstances):
        return False
    assert published.form.workflow is not None
    step = published.form.workflow.timers[name].transition
    return step is None or why_closed(ledger, submission, Wish(step, occasion, Trigger.TIMER), ()) is None


# ---- acting --------------------------------------------------------------------------------------------------------


def _act(
    ledger: Ledger,
    published: Published,
    submission: Submission,
    due: Sequence[Due],
    occasion: Occasion,
    audience: Audience,
) -> None:
    """Let the first of the timers that are due act, unless it is a reminder that a later one overtakes."""
    first = due[0]
    if first.is_reminder and _is_overtaken(first, due[1:], occasion.at.date()):
        _note_firing(ledger, submission, first.name, first.key, occasion)
        return
    done = ledger.conn.begin_nested()
    refusals = _do(ledger, published, submission, first, occasion)
    if refusals:
        done.rollback()
        _note_firing(ledger, submission, first.name + _TOLD, first.key, occasion)
        sentence = _not_done(published.form, submission, first, refusals)
        tell(ledger.conn, audience.administrators(), submission.id, sentence, occasion.at)
        return
    done.commit()
    _note_firing(ledger, submission, first.name, first.key, occasion)
    if first.timer.notify is not None:
        now = as_now(ledger, load_submissions(ledger.conn, [submission.id])[submission.id])
        persons = audience.of(first.timer.notify, published.form, now)
        tell(ledger.conn, persons, submission.id, _reminder(now, first, occasion.at), occasion.at)


def _is_overtaken(reminder: Due, later: Sequence[Due], today: date) -> bool:
    """Whether a later reminder says more, or the day that it announces has already gone by."""
    said_anew = any(each.is_reminder and each.timer.date == reminder.timer.date for each in later)
    return said_anew or (reminder.timer.days < 0 and reminder.day < today)


def _do(
    ledger: Ledger, published: Published, submission: Submission, due: Due, occasion: Occasion
) -> Mapping[str, str]:
    """File the timer's record and take its step; what was refused, so that nothing of it may stay."""
    facts = known(submission, occasion)
    child = published.deriver.filed_by(due.name, due.key, facts, ledger.circumstances(occasion))
    if child is not None:
        filed = file_children(ledger, submission, [child], occasion)
        if isinstance(filed, Refused):
            return filed.refusals
    if due.timer.transition is not None:
        comment = _lateness(due, occasion.at)
        change = Change(submission.id, {}, occasion, due.timer.transition, comment, trigger=Trigger.TIMER)
        outcome = revise(ledger, change)
        if isinstance(outcome, Refused):
            return outcome.refusals
    return {}


def _note_firing(ledger: Ledger, submission: Submission, timer: str, key: str, occasion: Occasion) -> None:
    row = {"submission_id": submission.id, "timer": timer, "due_at": key, "fired_at": utc_text(occasion.at)}
    if not insert_new(ledger.conn, timer_firings, row):
        same = and_(*(timer_firings.c[name] == row[name] for name in ("submission_id", "timer", "due_at")))
        ledger.conn.execute(timer_firings.update().where(same).values(fired_at=row["fired_at"]))


# ---- in words ------------------------------------------------------------------------------------------------------


def _lateness(due: Due, now: datetime) -> str | None:
    """What the record's history says of a step that was caught up."""
    return say("补办：应于 {due} 办理", due=_minute(due.at)) if now - due.at > _LATE else None


def _reminder(submission: Submission, due: Due, now: datetime) -> Sentence:
    title, message = submission.title, due.timer.message or due.timer.title
    if now - due.at > _LATE:
        hour = _minute(due.at)
        return say("“{record}”：{message}（补发，应于 {due} 提醒）", record=title, message=message, due=hour)
    return say("“{record}”：{message}", record=title, message=message)


def _not_done(form: Form, submission: Submission, due: Due, refusals: Mapping[str, str]) -> Sentence:
    asked = form.questions
    why = [
        f"{asked[name].label}：{words}" if (name := place.partition(".")[0]) in asked else words
        for place, words in refusals.items()
    ]
    return say(
        "“{record}”到期没有自动办理“{timer}”（{why}）；补上后会自动办理",
        record=submission.title,
        timer=due.timer.title,
        why=say("；").join(why),
    )


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
