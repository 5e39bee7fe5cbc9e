"""Everything about shared sheets that the database keeps: bindings, shadows, conflicts, refusals.

A binding joins one form to one tab. Its shadow is what both sides read when they last agreed, kept
for each generation of the sheet, so that also a copy saved back days later is compared with what
its owner saw. The rows of generation n+1 are written before the sheet is (they say what is about
to be true) and count from the moment the sheet carries that number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Row, and_, delete, exists, func, or_, select, update

from forms.values import Answers
from kernel.clock import from_utc_text, utc_text
from kernel.names import new_id
from kernel.problems import NotFound
from kernel.sentences import Sentence, say, sentence_from_json, sentence_json
from records.ledger import Ledger
from records.lookup import CHUNK
from records.model import Accepted, Author, Occasion, Outcome, Refused
from records.revise import Change, restore, revise, withdraw
from records.store import load_submissions
from records.tables import bindings, shadows, sheet_conflicts, sheet_refusals, submissions
from records.upserting import insert_new

#: How many generations back a copy of a sheet can still be merged.
KEPT_GENERATIONS = 300
#: A cell longer than this is for reading, not for a sheet (characters); the format ends at 32,767.
LONGEST_CELL = 20_000

_RECORD = (
    "id",
    "revision",
    "state",
    "answers",
    "withdrawn_at",
    "instance_id",
    "created_by",
    "unit_id",
    "created_at",
    "entered_at",
    "due_on",
)

Cells: TypeAlias = Mapping[str, str]
Side: TypeAlias = Literal["record", "sheet"]


class NoSuchConflict(NotFound):
    """There is no such conflict, or it belongs to a record that is gone."""

    code = "sheet.no_such_conflict"

    def __init__(self) -> None:
        super().__init__(say("没有这条冲突记录，可能已经处理过了，请刷新页面"))


@dataclass(frozen=True, slots=True)
class Binding:
    """One form joined to one tab, and how far they have come.

    `sheet` is its name in config.yaml with the form: ledger/hazard. `seal` is what the sheet looked like
    when it was last left; none: it was never made. `round` is what the last rounds left to be remembered.
    """

    id: str
    sheet: str
    generation: int
    seal: str | None
    round_at: datetime | None
    round: Mapping[str, Any]
    waiting_since: datetime | None
    waiting_why: Sentence | None


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """As much of a submission as a sheet needs."""

    id: str
    revision: int
    state: str | None
    answers: Answers
    withdrawn: bool
    instance_id: str
    created_by: str
    unit_id: str
    created_at: str
    #: When it came into its state (UTC text), and the day by which it should leave it.
    entered_at: str | None = None
    due_on: str | None = None


@dataclass(frozen=True, slots=True)
class SheetConflict:
    """A cell that both sides changed; `field` empty: the whole row. Values are as people read them."""

    submission_id: str
    field: str
    base: str
    record_value: str
    sheet_value: str
    winner: Side
    author: Author | None
    at: datetime
    id: str = ""
    settled_at: datetime | None = None
    settled_by: str | None = None


@dataclass(frozen=True, slots=True)
class SheetRefusal:
    """A cell (`field` empty: a row) that could not be taken in. `row_key`: the record's id, or row:17."""

    row_key: str
    field: str
    row_number: int
    value: str
    sentence: str
    since: datetime


# ---- bindings ------------------------------------------------------------------------------------------------------


def ensure_binding(conn: Connection, sheet: str, at: datetime) -> Binding:
    """The binding of that name, made when it is not there yet."""
    insert_new(conn, bindings, {"id": new_id(at), "sheet": sheet, "generation": 0})
    found = binding_state(conn, sheet)
    assert found is not None
    return found


def binding_state(conn: Connection, sheet: str, *, lock: bool = False) -> Binding | None:
    """The binding of that name as it stands; with `lock` nobody else may change it until the caller commits."""
    query = select(bindings).where(bindings.c.sheet == sheet)
    row = conn.execute(query.with_for_update() if lock else query).first()
    return _binding(row) if row else None


def all_bindings(conn: Connection) -> list[Binding]:
    """Every binding, by name."""
    return [_binding(row) for row in conn.execute(select(bindings).order_by(bindings.c.sheet))]


def finish_round(
    conn: Connection, binding: Binding, *, generation: int, seal: str, at: datetime, remembered: Mapping[str, Any]
) -> None:
    """A round has come to its end: the sheet is of `generation` and looks like `seal`; nothing waits."""
    conn.execute(
        update(bindings)
        .where(bindings.c.id == binding.id)
        .values(
            generation=generation,
            seal=seal,
            round_at=utc_text(at),
            round=dict(remembered),
            waiting_since=None,
            waiting_why=None,
        )
    )


def put_off(conn: Connection, binding: Binding, why: str, at: datetime, remembered: Mapping[str, Any]) -> None:
    """A round could not be made: since when and why; the first moment of one waiting is kept."""
    since = binding.waiting_since or at
    conn.execute(
        update(bindings)
        .where(bindings.c.id == binding.id)
        .values(waiting_since=utc_text(since), waiting_why=sentence_json(why), round=dict(remembered))
    )


def remember(conn: Connection, binding: Binding, remembered: Mapping[str, Any], *, waits: bool) -> None:
    """Note what is to be remembered between rounds; without `waits` nothing is waited for any more."""
    values: dict[str, Any] = {"round": dict(remembered)}
    if not waits:
        values |= {"waiting_since": None, "waiting_why": None}
    conn.execute(update(bindings).where(bindings.c.id == binding.id).values(**values))


# ---- records and shadows -------------------------------------------------------------------------------------------


def records_stamp(conn: Connection, form_id: str) -> str:
    """Changes whenever a record of the form does: every write adds a record or raises a revision."""
    query = select(func.count(), func.coalesce(func.sum(submissions.c.revision), 0))
    count, revisions = conn.execute(query.where(submissions.c.form_id == form_id)).one()
    return _stamp(count, revisions)


def stamp_of_records(found: Collection[SheetRecord]) -> str:
    """The stamp of exactly these records: `records_stamp`, were they all there are of their form."""
    return _stamp(len(found), sum(item.revision for item in found))


def _stamp(count: int, revisions: int) -> str:
    return f"{count}/{revisions}"


def sheet_records(conn: Connection, form_id: str, ids: Collection[str] | None = None) -> dict[str, SheetRecord]:
    """Every record of a form, or those with `ids`, by id, in the order in which they came; withdrawn ones too."""
    query = select(*(submissions.c[name] for name in _RECORD)).where(submissions.c.form_id == form_id)
    query = query.order_by(submissions.c.created_at, submissions.c.id)
    if ids is None:
        return {row.id: _sheet_record(row) for row in conn.execute(query)}
    wanted = sorted(ids)
    found: dict[str, SheetRecord] = {}
    for start in range(0, len(wanted), CHUNK):
        some = query.where(submissions.c.id.in_(wanted[start : start + CHUNK]))
        found |= {row.id: _sheet_record(row) for row in conn.execute(some)}
    return found


def load_shadows(conn: Connection, binding_id: str, generation: int) -> dict[str, dict[str, str]]:
    """Record to cells as the sheet of that generation read; rows it had not are left out."""
    query = (
        select(shadows.c.submission_id, shadows.c.cells)
        .where(shadows.c.binding_id == binding_id, shadows.c.generation <= generation)
        .order_by(shadows.c.generation)
    )
    latest = {row.submission_id: row.cells for row in conn.execute(query)}
    return {key: cells for key, cells in latest.items() if cells is not None}


def write_shadows(conn: Connection, binding_id: str, generation: int, rows: Mapping[str, Cells | None]) -> None:
    """What the sheet of `generation` will read where it differs from the one before; replaces a former preparation."""
    conn.execute(delete(shadows).where(shadows.c.binding_id == binding_id, shadows.c.generation >= generation))
    if rows:
        conn.execute(
            shadows.insert(),
            [
                {
                    "binding_id": binding_id,
                    "submission_id": key,
                    "generation": generation,
                    "cells": None if cells is None else dict(cells),
                }
                for key, cells in rows.items()
            ],
        )


def prune_shadows(conn: Connection, binding_id: str, generation: int) -> None:
    """Forget what only sheets older than `KEPT_GENERATIONS` before `generation` would need."""
    oldest = generation - KEPT_GENERATIONS
    newer = shadows.alias()
    replaced = exists().where(
        newer.c.binding_id == shadows.c.binding_id,
        newer.c.submission_id == shadows.c.submission_id,
        newer.c.generation > shadows.c.generation,
        newer.c.generation <= oldest,
    )
    conn.execute(delete(shadows).where(shadows.c.binding_id == binding_id, shadows.c.generation < oldest, replaced))


# ---- conflicts -----------------------------------------------------------------------------------------------------


def note_conflicts(conn: Connection, binding_id: str, found: Sequence[SheetConflict]) -> None:
    """Keep conflicts for a person; one that is open with the same values already is not kept twice."""
    if not found:
        return
    known = {_values_of(conflict) for conflict in conflicts_of(conn, binding_id)}
    rows = [
        {
            "id": new_id(conflict.at),
            "binding_id": binding_id,
            "submission_id": conflict.submission_id,
            "field": conflict.field,
            "base": conflict.base,
            "record_value": conflict.record_value,
            "sheet_value": conflict.sheet_value,
            "winner": conflict.winner,
            "author": conflict.author.as_json() if conflict.author else None,
            "at": utc_text(conflict.at),
        }
        for conflict in found
        if _values_of(conflict) not in known
    ]
    if rows:
        conn.execute(sheet_conflicts.insert(), rows)


def conflicts_of(conn: Connection, binding_id: str, *, settled: bool = False) -> list[SheetConflict]:
    """The conflicts of a binding that are open (or settled), the newest first."""
    done = sheet_conflicts.c.settled_at.is_not(None) if settled else sheet_conflicts.c.settled_at.is_(None)
    query = select(sheet_conflicts).where(sheet_conflicts.c.binding_id == binding_id, done)
    rows = conn.execute(query.order_by(sheet_conflicts.c.at.desc(), sheet_conflicts.c.id.desc()))
    return [_conflict(row) for row in rows]


def settle_conflict(ledger: Ledger, conflict_id: str, choice: Side, occasion: Occasion) -> Outcome:
    """Let the record say what `choice` said; a refusal leaves the conflict open.

    A record that by now says something else than either side is left alone: the conflict is refused
    and brought up to date, to be looked at again. A whole row that was deleted in the sheet is
    withdrawn by choosing the sheet, and restored by choosing the record. Raises `NoSuchConflict`,
    and what `revise` raises.
    """
    query = select(sheet_conflicts).where(sheet_conflicts.c.id == conflict_id)
    row = ledger.conn.execute(query.with_for_update()).first()
    if row is None or row.submission_id not in load_submissions(ledger.conn, [row.submission_id]):
        raise NoSuchConflict
    outcome = _choose(ledger, _conflict(row), choice, occasion)
    if isinstance(outcome, Accepted):
        ledger.conn.execute(
            update(sheet_conflicts)
            .where(sheet_conflicts.c.id == conflict_id)
            .values(winner=choice, settled_at=utc_text(occasion.at), settled_by=occasion.actor.id)
        )
    return outcome


def _choose(ledger: Ledger, conflict: SheetConflict, choice: Side, occasion: Occasion) -> Outcome:
    value = conflict.record_value if choice == "record" else conflict.sheet_value
    if not conflict.field:
        mark = restore if value else withdraw
        return Accepted(mark(ledger, conflict.submission_id, occasion))
    current = load_submissions(ledger.conn, [conflict.submission_id], lock=True)[conflict.submission_id]
    published = ledger.catalogue[current.form_id]
    field = published.form.questions.get(conflict.field)
    if field is None and choice == "sheet":
        return Refused({conflict.field: say("这一列由系统填写，不能按表格里的改，请选“用记录的”")})
    if field is None:
        return Accepted(current, repeated=True)
    if current.withdrawn_at is not None:
        restore(ledger, conflict.submission_id, occasion)
    answers = published.reader.brought_forward(current.answers)
    shown = field.show(answers.get(conflict.field), ledger.lookup)[:LONGEST_CELL]
    if shown not in (conflict.record_value, conflict.sheet_value):
        return _renewed(ledger.conn, conflict, shown)
    if shown == value:
        return Accepted(current, repeated=True)
    return revise(ledger, Change(conflict.submission_id, {conflict.field: value}, occasion))


def _renewed(conn: Connection, conflict: SheetConflict, shown: str) -> Refused:
    """Show the conflict with what the record says by now."""
    conn.execute(update(sheet_conflicts).where(sheet_conflicts.c.id == conflict.id).values(record_value=shown))
    why = say("记录里现在是“{now}”，与这条冲突的两边都不同。已换成新内容，请看过再选", now=shown)
    return Refused({conflict.field: why})


def _values_of(conflict: SheetConflict) -> tuple[str, ...]:
    return (conflict.submission_id, conflict.field, conflict.record_value, conflict.sheet_value)


# ---- refusals ------------------------------------------------------------------------------------------------------


def replace_refusals(conn: Connection, binding_id: str, found: Iterable[SheetRefusal]) -> None:
    """What cannot be taken in now; whatever is not among it has been mended. Since when a value stands is kept."""
    before = {(old.row_key, old.field): old for old in refusals_of(conn, binding_id)}
    now = {(new.row_key, new.field): new for new in found}
    gone = [key for key in before if key not in now]
    changed = {key: new for key, new in now.items() if key not in before or _as_told(before[key]) != _as_told(new)}
    outdated = [*gone, *changed]
    for start in range(0, len(outdated), CHUNK):
        some = outdated[start : start + CHUNK]
        either = [and_(sheet_refusals.c.row_key == row_key, sheet_refusals.c.field == field) for row_key, field in some]
        conn.execute(delete(sheet_refusals).where(sheet_refusals.c.binding_id == binding_id, or_(*either)))
    if changed:
        rows = [_refusal_row(binding_id, new, before.get(key)) for key, new in changed.items()]
        conn.execute(sheet_refusals.insert(), rows)


def refusals_of(conn: Connection, binding_id: str) -> list[SheetRefusal]:
    """What could not be taken in, by row."""
    query = select(sheet_refusals).where(sheet_refusals.c.binding_id == binding_id)
    rows = conn.execute(query.order_by(sheet_refusals.c.row_number, sheet_refusals.c.field))
    return [
        SheetRefusal(
            row.row_key,
            row.field,
            row.row_number,
            row.value,
            sentence_from_json(row.sentence),
            from_utc_text(row.since),
        )
        for row in rows
    ]


def _as_told(refusal: SheetRefusal) -> tuple[object, ...]:
    return (refusal.row_number, refusal.value, refusal.sentence)


def _refusal_row(binding_id: str, new: SheetRefusal, old: SheetRefusal | None) -> dict[str, Any]:
    since = old.since if old and old.value == new.value else new.since
    return {
        "binding_id": binding_id,
        "row_key": new.row_key,
        "field": new.field,
        "row_number": new.row_number,
        "value": new.value,
        "sentence": sentence_json(new.sentence),
        "since": utc_text(since),
    }


# ---- rows as dataclasses -------------------------------------------------------------------------------------------


def _binding(row: Row[Any]) -> Binding:
    return Binding(
        id=row.id,
        sheet=row.sheet,
        generation=row.generation,
        seal=row.seal,
        round_at=from_utc_text(row.round_at) if row.round_at else None,
        round=row.round or {},
        waiting_since=from_utc_text(row.waiting_since) if row.waiting_since else None,
        waiting_why=sentence_from_json(row.waiting_why) if row.waiting_why else None,
    )


def _sheet_record(row: Row[Any]) -> SheetRecord:
    return SheetRecord(
        id=row.id,
        revision=row.revision,
        state=row.state,
        answers=row.answers,
        withdrawn=row.withdrawn_at is not None,
        instance_id=row.instance_id,
        created_by=row.created_by,
        unit_id=row.unit_id,
        created_at=row.created_at,
        entered_at=row.entered_at,
        due_on=row.due_on,
    )


def _conflict(row: Row[Any]) -> SheetConflict:
    return SheetConflict(
        submission_id=row.submission_id,
        field=row.field,
        base=row.base,
        record_value=row.record_value,
        sheet_value=row.sheet_value,
        winner=row.winner,
        author=Author(**row.author) if row.author else None,
        at=from_utc_text(row.at),
        id=row.id,
        settled_at=from_utc_text(row.settled_at) if row.settled_at else None,
        settled_by=row.settled_by,
    )
