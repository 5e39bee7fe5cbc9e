"""Deliveries: each edition to each address once, and what became of it.

A delivery is open until it is sent, failed or unknown. Whoever sends says so first
(`mark_sending`) and stands on “unknown” until the server has answered: a process that dies in
between leaves a delivery that a person looks at, never a second copy that nobody ordered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from kernel.canonical import to_json
from kernel.clock import from_utc_text, utc_text
from kernel.names import new_id
from kernel.problems import NotFound
from kernel.sentences import Sentence, say, sentence_from_json, sentence_json
from records.tables import deliveries
from records.upserting import insert_new


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody an edition goes to."""

    name: str
    address: str
    person_id: str | None = None  # none: somebody without an account


@dataclass(frozen=True, slots=True)
class Delivery:
    """One edition to one address. Times are in UTC."""

    id: str
    edition_id: str
    person_id: str | None
    name: str
    address: str
    message_id: str  # <id@host>: the same however often it is sent
    attempts: int
    sent_at: datetime | None
    failed_at: datetime | None
    unknown_at: datetime | None  # since when it may or may not have arrived
    failure: Sentence | None  # of the last attempt that failed

    @property
    def is_open(self) -> bool:
        """Whether it is still to be sent."""
        return self.sent_at is None and self.failed_at is None and self.unknown_at is None


class NoSuchDelivery(NotFound):
    """There is no delivery with this id."""

    code = "delivery.not_found"

    def __init__(self, delivery_id: str) -> None:
        super().__init__(say("没有编号为 {id} 的投递记录", id=delivery_id))


def plan_deliveries(
    conn: Connection, edition_id: str, recipients: Iterable[Recipient], at: datetime, *, host: str
) -> int:
    """Plan to send the edition to `recipients`, each address once, however often this is said; how many are new.

    `host` stands behind the @ of the Message-ID.
    """
    planned = 0
    for recipient in recipients:
        delivery_id = new_id(at)
        row = {
            "id": delivery_id,
            "edition_id": edition_id,
            "person_id": recipient.person_id,
            "name": recipient.name,
            "address": recipient.address.strip().lower(),
            "message_id": f"<{delivery_id}@{host}>",
            "attempts": 0,
        }
        planned += insert_new(conn, deliveries, row)
    return planned


def deliveries_of(conn: Connection, edition_id: str) -> list[Delivery]:
    """Every delivery of the edition, in an order that stays."""
    rows = conn.execute(select(deliveries).where(deliveries.c.edition_id == edition_id).order_by(deliveries.c.id))
    return [_from_row(row) for row in rows]


def get_delivery(conn: Connection, delivery_id: str) -> Delivery:
    """One delivery. Raises `NoSuchDelivery`."""
    row = conn.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()
    if row is None:
        raise NoSuchDelivery(delivery_id)
    return _from_row(row)


def mark_sending(conn: Connection, delivery_id: str, at: datetime) -> bool:
    """It is about to be handed to the mail server: until another mark is made, nobody knows.

    True for the one caller who may send it; False: it is no longer open, somebody else was first.
    """
    still_open = (deliveries.c.sent_at.is_(None), deliveries.c.failed_at.is_(None), deliveries.c.unknown_at.is_(None))
    taken = conn.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, *still_open)
        .values(unknown_at=utc_text(at), attempts=deliveries.c.attempts + 1)
    )
    return taken.rowcount == 1


def mark_sent(conn: Connection, delivery_id: str, at: datetime) -> None:
    """The mail server has taken it."""
    _mark(conn, delivery_id, sent_at=utc_text(at), unknown_at=None, failed_at=None, failure=None)


def mark_waiting(conn: Connection, delivery_id: str, sentence: str) -> None:
    """The mail server did not take it this time: it is open again."""
    _mark(conn, delivery_id, unknown_at=None, failure=_stored(sentence))


def mark_failed(conn: Connection, delivery_id: str, at: datetime, sentence: str) -> None:
    """The mail server will never take it."""
    _mark(conn, delivery_id, failed_at=utc_text(at), unknown_at=None, failure=_stored(sentence))


def mark_unknown(conn: Connection, delivery_id: str, at: datetime, sentence: str) -> None:
    """The mail server may have taken it: a person decides (`send_again`)."""
    _mark(conn, delivery_id, unknown_at=utc_text(at), failure=_stored(sentence))


def send_again(conn: Connection, delivery_id: str) -> None:
    """A person wants it sent, again or after all: it is open, under its old Message-ID."""
    _mark(conn, delivery_id, sent_at=None, failed_at=None, unknown_at=None)


def _mark(conn: Connection, delivery_id: str, **values: object) -> None:
    marked = conn.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))
    if marked.rowcount != 1:
        raise NoSuchDelivery(delivery_id)


def _stored(sentence: str) -> str:
    return to_json(sentence_json(sentence))


def _from_row(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        edition_id=row.edition_id,
        person_id=row.person_id,
        name=row.name,
        address=row.address,
        message_id=row.message_id,
        attempts=row.attempts,
        sent_at=_moment(row.sent_at),
        failed_at=_moment(row.failed_at),
        unknown_at=_moment(row.unknown_at),
        failure=sentence_from_json(json.loads(row.failure)) if row.failure else None,
    )


def _moment(text: str | None) -> datetime | None:
    return from_utc_text(text) if text else None
