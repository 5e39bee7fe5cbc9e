"""From a drawn edition to the people who get it: who they are, what the mail says, and what became of it.

Planned twice, an edition goes to each address once; sent twice, a delivery that was sent is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import accumulate
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from kernel.mail import (
    Attachment,
    Mailer,
    MailRefused,
    MailUnknown,
    MailUnreachable,
    Message,
    UnsafeMessage,
)
from kernel.problems import Stale
from kernel.sentences import say
from records.database import Database
from records.deliveries import (
    Delivery,
    Recipient,
    deliveries_of,
    get_delivery,
    mark_failed,
    mark_sending,
    mark_sent,
    mark_unknown,
    mark_waiting,
    plan_deliveries,
)
from records.editions import Edition, get_edition
from records.events import Event, events_of, note, note_many
from records.files import read_file
from records.people import Person, all_people
from reports.compile import pdf_name
from reports.definition import Report, Send

#: The event that a delivery is to be sent: the subject is its id, the details name the edition.
PLANNED: Final = "delivery.planned"
#: The event that an edition's letters were planned: the subject is the edition, `without_address` the names of
#: those who should get it and have no address.
MAIL_PLANNED: Final = "edition.mail_planned"
_QUOTED: Final = 600  # characters of the text that stand in the mail itself


class NotDrawn(Stale):
    """The edition has no PDF, so there is nothing to send."""

    code = "edition.not_drawn"

    def __init__(self, edition: Edition) -> None:
        why = edition.pdf_failure or say("还没有排版")
        super().__init__(
            say("“{title}”第{number}期没有 PDF，没有发送：{why}", title=edition.title, number=edition.number, why=why)
        )


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets an edition, and who should but has no address."""

    recipients: tuple[Recipient, ...]
    without_address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every mail of this installation has in common.

    sender_name, sender_address: 青山县安委办, office@example.cn. host: stands behind the @ of Message-IDs.
    base_url: where the web application is reached; empty: mails have no link. zone: the office's.
    """

    sender_name: str
    sender_address: str
    host: str
    zone: tzinfo
    base_url: str = ""


def audience(people: Iterable[Person], send: Send) -> Audience:
    """The living people whom a report goes to: by role or by name, each address once."""
    wanted = [person for person in people if person.id in send.people or set(person.roles) & set(send.roles)]
    recipients: dict[str, Recipient] = {}
    for person in wanted:
        if person.email:
            recipients.setdefault(person.email.strip().lower(), Recipient(person.name, person.email, person.id))
    return Audience(tuple(recipients.values()), tuple(person.name for person in wanted if not person.email))


def plan_mail(conn: Connection, report: Report, edition_id: str, envelope: Envelope, now: datetime) -> Audience:
    """Plan the deliveries of a drawn edition, and note an event `PLANNED` for each new one. Raises `NotDrawn`."""
    edition = get_edition(conn, edition_id)
    if edition.pdf_digest is None:
        raise NotDrawn(edition)
    found = audience(all_people(conn), report.send)
    before = {delivery.id for delivery in deliveries_of(conn, edition_id)}
    plan_deliveries(conn, edition_id, found.recipients, now, host=envelope.host)
    fresh = [delivery.id for delivery in deliveries_of(conn, edition_id) if delivery.id not in before]
    details = {"edition": edition_id, "report": report.id}
    note_many(conn, [Event(PLANNED, delivery_id, "system", now, details=details) for delivery_id in fresh])
    told = {"report": report.id, "without_address": list(found.without_address)}
    if fresh or found.without_address != without_address(conn, edition_id):
        note(conn, MAIL_PLANNED, subject=edition_id, actor="system", at=now, details=told)
    return found


def without_address(conn: Connection, edition_id: str) -> tuple[str, ...]:
    """The names of those who should have got an edition when its letters were last planned, and have no address."""
    planned = [event for event in events_of(conn, edition_id) if event.action == MAIL_PLANNED]
    return tuple(planned[-1].details["without_address"]) if planned else ()


def compose(edition: Edition, delivery: Delivery, pdf: bytes, envelope: Envelope) -> Message:
    """The mail that brings `edition` to one person; the same each time it is composed."""
    late = "【补发】" if edition.late else ""
    name = f"《{edition.title}》第{edition.number}期"
    return Message(
        sender_name=envelope.sender_name,
        sender_address=envelope.sender_address,
        to_name=delivery.name,
        to_address=delivery.address,
        subject=f"{late}{name}",
        text=_text(edition, delivery, name, envelope),
        message_id=delivery.message_id,
        date=edition.compiled_at.astimezone(envelope.zone),
        attachments=(Attachment(pdf_name(edition), "application/pdf", pdf),),
    )


def send_delivery(
    database: Database, mailer: Mailer, folder: Path, delivery_id: str, envelope: Envelope, now: datetime
) -> None:
    """Send one delivery unless it is settled; what became of it is written down.

    Of several who send it at once one does: who may is decided by `mark_sending`, not by the lease.

    Raises `NotDrawn`, and `MailUnreachable` when it is to be tried again later.
    """
    with database.reading() as conn:
        delivery = get_delivery(conn, delivery_id)
        edition = get_edition(conn, delivery.edition_id)
    if not delivery.is_open:
        return
    if edition.pdf_digest is None:
        raise NotDrawn(edition)
    message = compose(edition, delivery, read_file(folder, edition.pdf_digest), envelope)
    with database.writing() as conn:
        mine = mark_sending(conn, delivery_id, now)
    if not mine:  # a worker whose lease ran out while it read, or a second press of the button
        return
    _hand_over(database, mailer, message, delivery_id, now)


def _hand_over(database: Database, mailer: Mailer, message: Message, delivery_id: str, now: datetime) -> None:
    """Give the message to the mailer and write down its answer."""
    try:
        mailer.send(message)
    except (MailRefused, UnsafeMessage) as problem:
        with database.writing() as conn:
            mark_failed(conn, delivery_id, now, problem.sentence)
    except MailUnknown as problem:
        with database.writing() as conn:
            mark_unknown(conn, delivery_id, now, problem.sentence)
    except MailUnreachable as problem:
        with database.writing() as conn:
            mark_waiting(conn, delivery_id, problem.sentence)
        raise
    else:
        with database.writing() as conn:
            mark_sent(conn, delivery_id, now)


def _text(edition: Edition, delivery: Delivery, name: str, envelope: Envelope) -> str:
    lines = [f"{delivery.name}：", "", f"{name}已印发，全文见附件。", ""]
    lines += [*_opening(edition.text), ""]
    if envelope.base_url:
        lines += [f"每个数字的来源：{envelope.base_url}/editions/{edition.id}", ""]
    return "\n".join([*lines, "本邮件由系统自动发送。", ""])


def _opening(text: str) -> list[str]:
    """The paragraphs with which an edition begins, whole, as far as they are few."""
    paragraphs = [line for line in text.splitlines() if line.endswith("。")]
    lengths = accumulate(len(paragraph) for paragraph in paragraphs)
    return [one for one, length in zip(paragraphs, lengths, strict=True) if length <= _QUOTED] or paragraphs[:1]
