"""Rows of submissions and revisions: written in bulk, read back as dataclasses. Decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from kernel.clock import from_utc_text, utc_text
from records.lookup import CHUNK
from records.model import Author, Door, Occasion, Revision, Submission
from records.tables import revisions, submission_units, submissions, unique_keys


@dataclass(frozen=True, slots=True)
class Written:
    """A submission as it is to be stored, and the step of history that made it so."""

    submission: Submission
    search: str
    occasion: Occasion
    action: str
    transition: str | None = None
    comment: str | None = None
    sign_off: str | None = None
    unique: tuple[tuple[str, str], ...] = ()


def insert_submissions(conn: Connection, written: Sequence[Written]) -> None:
    """Store new submissions with their first revisions."""
    if not written:
        return
    conn.execute(submissions.insert(), [_submission_row(item) for item in written])
    _insert_units(conn, written)
    _insert_keys(conn, written)
    conn.execute(revisions.insert(), [_revision_row(item) for item in written])


def update_submissions(conn: Connection, written: Sequence[Written]) -> None:
    """Store submissions as they are now, each with the next step of its history."""
    if not written:
        return
    rows = [{f"new_{name}": value for name, value in _submission_row(item).items()} for item in written]
    conn.execute(
        update(submissions)
        .where(submissions.c.id == bindparam("new_id"))
        .values({name: bindparam(f"new_{name}", type_=submissions.c[name].type) for name in _CHANGING}),
        [{name: row[name] for name in ("new_id", *(f"new_{item}" for item in _CHANGING))} for row in rows],
    )
    ids = [item.submission.id for item in written]
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        conn.execute(delete(submission_units).where(submission_units.c.submission_id.in_(some)))
        conn.execute(delete(unique_keys).where(unique_keys.c.submission_id.in_(some)))
    _insert_units(conn, written)
    _insert_keys(conn, written)
    conn.execute(revisions.insert(), [_revision_row(item) for item in written])


#: What a step may change of a submission; all else stays as it was first stored.
_CHANGING = (
    "form_version",
    "revision",
    "state",
    "title",
    "answers",
    "search",
    "changed_at",
    "withdrawn_at",
    "entered_at",
    "due_on",
)


def load_submissions(conn: Connection, ids: Iterable[str], *, lock: bool = False) -> dict[str, Submission]:
    """Submissions by id, with the units they concern; those that are not there are left out."""
    wanted = sorted(set(ids))
    found: dict[str, Submission] = {}
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        query = select(submissions).where(submissions.c.id.in_(some)).order_by(submissions.c.id)
        found_rows = conn.execute(query.with_for_update() if lock else query).all()
        concerns = units_of(conn, some)
        found |= {row.id: submission_of(row, concerns[row.id]) for row in found_rows}
    return found


def submission_ids(conn: Connection, form_id: str, instance_ids: Sequence[str]) -> dict[str, str]:
    """The ids of a form's submissions by the instance ids they came with."""
    found: dict[str, str] = {}
    for start in range(0, len(instance_ids), CHUNK):
        query = select(submissions.c.instance_id, submissions.c.id).where(
            submissions.c.form_id == form_id, submissions.c.instance_id.in_(instance_ids[start : start + CHUNK])
        )
        found |= {row.instance_id: row.id for row in conn.execute(query)}
    return found


def units_of(conn: Connection, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The units that each of some submissions concerns."""
    grouped: dict[str, set[str]] = defaultdict(set)
    for row in conn.execute(select(submission_units).where(submission_units.c.submission_id.in_(ids))):
        grouped[row.submission_id].add(row.unit_id)
    return defaultdict(frozenset, {key: frozenset(value) for key, value in grouped.items()})


def load_revisions(conn: Connection, submission_id: str) -> list[Revision]:
    """The history of a submission, oldest first."""
    return load_histories(conn, [submission_id])[submission_id]


def load_histories(conn: Connection, ids: Sequence[str]) -> dict[str, list[Revision]]:
    """The histories of some submissions, each oldest first."""
    found: dict[str, list[Revision]] = {submission_id: [] for submission_id in ids}
    for start in range(0, len(ids), CHUNK):
        query = select(revisions).where(revisions.c.submission_id.in_(ids[start : start + CHUNK]))
        for row in conn.execute(query.order_by(revisions.c.submission_id, revisions.c.revision)):
            found[row.submission_id].append(_revision(row))
    return found


def submission_of(row: Row[Any], concerns: frozenset[str] = frozenset()) -> Submission:
    """A row of `submissions` as a dataclass."""
    return Submission(
        id=row.id,
        form_id=row.form_id,
        form_version=row.form_version,
        revision=row.revision,
        state=row.state,
        title=row.title,
        answers=row.answers,
        unit_id=row.unit_id,
        created_by=row.created_by,
        created_at=from_utc_text(row.created_at),
        changed_at=from_utc_text(row.changed_at),
        withdrawn_at=from_utc_text(row.withdrawn_at) if row.withdrawn_at else None,
        parent_id=row.parent_id,
        instance_id=row.instance_id,
        body_digest=row.body_digest,
        concerns=concerns,
        entered_at=from_utc_text(row.entered_at) if row.entered_at else None,
        due_on=row.due_on,
    )


def _submission_row(item: Written) -> dict[str, Any]:
    found = item.submission
    return {
        "id": found.id,
        "form_id": found.form_id,
        "form_version": found.form_version,
        "revision": found.revision,
        "state": found.state,
        "title": found.title,
        "answers": found.answers,
        "search": item.search,
        "unit_id": found.unit_id,
        "created_by": found.created_by,
        "created_at": utc_text(found.created_at),
        "changed_at": utc_text(found.changed_at),
        "withdrawn_at": utc_text(found.withdrawn_at) if found.withdrawn_at else None,
        "parent_id": found.parent_id,
        "entered_at": utc_text(found.entered_at) if found.entered_at else None,
        "due_on": found.due_on,
        "instance_id": found.instance_id,
        "body_digest": found.body_digest,
    }


def _revision_row(item: Written) -> dict[str, Any]:
    found, occasion = item.submission, item.occasion
    return {
        "submission_id": found.id,
        "revision": found.revision,
        "form_version": found.form_version,
        "state": found.state,
        "answers": found.answers,
        "action": item.action,
        "transition": item.transition,
        "sign_off": item.sign_off,
        "comment": item.comment,
        "door": str(occasion.door),
        "actor": occasion.actor.id,
        "author": occasion.author.as_json() if occasion.author else None,
        "at": utc_text(occasion.at),
    }


def _insert_units(conn: Connection, written: Sequence[Written]) -> None:
    rows = [
        {"submission_id": item.submission.id, "unit_id": unit}
        for item in written
        for unit in sorted(item.submission.concerns)
    ]
    if rows:
        conn.execute(submission_units.insert(), rows)


def _insert_keys(conn: Connection, written: Sequence[Written]) -> None:
    rows = [
        {"form_id": item.submission.form_id, "fields": fields, "key": key, "submission_id": item.submission.id}
        for item in written
        for fields, key in item.unique
    ]
    if rows:
        conn.execute(unique_keys.insert(), rows)


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        revision=row.revision,
        form_version=row.form_version,
        state=row.state,
        answers=row.answers,
        action=row.action,
        transition=row.transition,
        comment=row.comment,
        door=Door(row.door),
        actor=row.actor,
        author=Author(**row.author) if row.author else None,
        at=from_utc_text(row.at),
        sign_off=row.sign_off,
    )
