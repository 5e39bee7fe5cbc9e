"""Which record shows which file: what is uploaded before a form is sent, kept with its record, and cleared away.

A file comes in when it is chosen, before the form that shows it is sent. Until then it belongs to whoever
uploaded it (the event `file.uploaded`); nobody else can attach or open it, even knowing its digest. A record
that shows it attaches it, for good: the record's history goes on showing what was taken off it later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select, update

from forms.access import Sight
from forms.answers import Refusals
from forms.definition import Form, walk
from forms.fields.base import Field
from forms.fields.repeat import Repeat
from forms.values import Answers, Kind, Value
from kernel.clock import utc_text
from kernel.sentences import say
from records.access import Verb, allows
from records.events import note
from records.files import StoredFile, note_file, remove_file, write_file
from records.ledger import Ledger
from records.lookup import CHUNK
from records.model import Actor, Occasion
from records.seeing import Seeing
from records.store import Written, load_submissions
from records.tables import attachments, editions, events, files
from records.upserting import insert_new

#: Somebody sent a file; the subject is its digest, `details` has the name it was sent under.
UPLOADED = "file.uploaded"


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file in an answer: where (`hazards.0.photo`), in which question (`hazards.photo`), which, called what."""

    place: str
    question: str
    digest: str
    name: str


def files_shown(fields: tuple[Field, ...], answers: Mapping[str, Value], *, place: str = "") -> Iterator[ShownFile]:
    """Every file in some answers, those in rows too."""
    for field in walk(fields):
        value, here = answers.get(field.name), f"{place}{field.name}"
        if field.kind is Kind.FILES:
            question = ".".join(step for step in here.split(".") if not step.isdigit())
            yield from (ShownFile(here, question, digest, name) for digest, name in named_files(value))
        elif isinstance(field, Repeat) and isinstance(value, list):
            for index, row in enumerate(value):
                if isinstance(row, Mapping):
                    yield from files_shown(field.fields, row, place=f"{here}.{index}.")


def named_files(value: Value) -> list[tuple[str, str]]:
    """Digest and name of each file in the answer to one question."""
    listed = value if isinstance(value, list) else []
    return [(str(file["digest"]), str(file["name"])) for file in listed if isinstance(file, Mapping)]


# ---- coming in -----------------------------------------------------------------------------------------------------


def note_upload(conn: Connection, folder: Path, file: StoredFile, content: bytes, occasion: Occasion) -> None:
    """Keep a file that somebody sent, for whatever form shows it. It may have been sent before, by anybody.

    The row comes first: who clears away old uploads waits at it, or has taken row and bytes before us.
    """
    note_file(conn, file.digest, name=file.name, media_type=file.media_type, size=file.size, at=occasion.at)
    conn.execute(update(files).where(files.c.digest == file.digest).values(stored_at=utc_text(occasion.at)))
    write_file(folder, content)
    note(conn, UPLOADED, subject=file.digest, actor=occasion.actor.id, at=occasion.at, details={"name": file.name})


def unseen_files(ledger: Ledger, form: Form, answers: Answers, occasion: Occasion, *, before: Answers) -> Refusals:
    """The newly shown files that the actor neither uploaded nor sees elsewhere, refused like files that are not there.

    What was shown before may stay.
    """
    kept = {shown.digest for shown in files_shown(form.fields, before)}
    wanted = [shown for shown in files_shown(form.fields, answers) if shown.digest not in kept]
    theirs = _uploaded_by(ledger.conn, occasion.actor, {shown.digest for shown in wanted})
    return {
        shown.place: say("没有这个文件，或放得太久已清掉，请重新选一次")
        for shown in wanted
        if shown.digest not in theirs and not sees_file(ledger, occasion.actor, shown.digest)
    }


def attach(ledger: Ledger, written: Sequence[Written]) -> None:
    """Keep the files that some records show with these records, in the transaction that stores the records."""
    for item in written:
        found = item.submission
        form = ledger.catalogue.version(ledger.conn, found.form_id, found.form_version).form
        for file in files_shown(form.fields, item.submission.answers):
            row = {"submission_id": item.submission.id, "digest": file.digest, "field": file.question}
            insert_new(ledger.conn, attachments, {**row, "name": file.name})


# ---- going out -----------------------------------------------------------------------------------------------------


def may_open(ledger: Ledger, actor: Actor, digest: str, *, since: datetime) -> bool:
    """Whether the actor may have a file: they uploaded it `since` then, or see a record that shows it."""
    return bool(_uploaded_by(ledger.conn, actor, {digest}, since=since)) or sees_file(ledger, actor, digest)


def sees_file(ledger: Ledger, actor: Actor, digest: str) -> bool:
    """Whether the actor sees a record, and in it the question, that shows a file."""
    seeing = Seeing(ledger, actor)
    rows = ledger.conn.execute(select(attachments).where(attachments.c.digest == digest)).all()
    records = load_submissions(ledger.conn, [row.submission_id for row in rows])
    for row in rows:
        record = records[row.submission_id]
        form = ledger.catalogue.serving(ledger.conn, record.form_id, record.form_version).form
        eyes = seeing.eyes(record)
        if allows(form, actor, record, Verb.READ) and all(
            eyes.sight(step) is Sight.WHOLE for step in row.field.split(".")
        ):
            return True
    return False


# ---- clearing away -------------------------------------------------------------------------------------------------


def purge_uploads(conn: Connection, folder: Path, *, before: datetime) -> int:
    """Take away the files that were uploaded before then and that no record shows; how many.

    The bytes go before the transaction ends, so that nobody finds them between the two and believes them kept.
    """
    uploaded = exists().where(events.c.subject == files.c.digest, events.c.action == UPLOADED)
    shown = exists().where(attachments.c.digest == files.c.digest)
    printed = exists().where(editions.c.pdf_digest == files.c.digest)
    old = and_(files.c.stored_at < utc_text(before), uploaded, ~shown, ~printed)
    gone = list(conn.execute(delete(files).where(old).returning(files.c.digest)).scalars())
    for digest in gone:
        remove_file(folder, digest)
    return len(gone)


def _uploaded_by(conn: Connection, actor: Actor, digests: Collection[str], since: datetime | None = None) -> set[str]:
    """Which of some files the actor sent, if they are still there."""
    wanted = sorted(digests)
    sent: ColumnElement[bool] = and_(events.c.action == UPLOADED, events.c.actor == actor.id)
    if since is not None:
        sent = and_(sent, events.c.at >= utc_text(since))
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        query = select(events.c.subject).join(files, files.c.digest == events.c.subject)
        found |= set(conn.execute(query.where(sent, events.c.subject.in_(some))).scalars())
    return found
