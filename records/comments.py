"""What people say to each other under a record: it changes no answer and no state, and nobody takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from kernel.clock import from_utc_text, utc_text
from kernel.names import new_id
from kernel.problems import Unprocessable
from kernel.sentences import say
from records.events import note
from records.ledger import Ledger
from records.listing import get
from records.model import Occasion
from records.tables import comments

#: An event: somebody wrote under the record that is its subject.
COMMENTED = "submission.commented"
#: The longest comment, in characters.
LONGEST = 2000


class NothingSaid(Unprocessable):
    """A comment has words, and not a book of them."""

    code = "comment.length"

    def __init__(self) -> None:
        super().__init__(say("留言要有 1 至 {most} 个字", most=LONGEST))


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment."""

    actor: str
    text: str
    at: datetime


def comment(ledger: Ledger, submission_id: str, text: str, occasion: Occasion) -> Remark:
    """Say something under a record that the actor sees. Raises `NoSuchRecord`, `NothingSaid`."""
    submission = get(ledger, occasion.actor, submission_id)
    said = text.replace("\r\n", "\n").strip()
    if not 1 <= len(said) <= LONGEST:
        raise NothingSaid
    row = {"id": new_id(occasion.at), "submission_id": submission.id, "actor": occasion.actor.id}
    ledger.conn.execute(comments.insert().values(row | {"text": said, "at": utc_text(occasion.at)}))
    note(ledger.conn, COMMENTED, subject=submission.id, actor=occasion.actor.id, at=occasion.at, details={})
    return Remark(occasion.actor.id, said, occasion.at)


def comments_of(conn: Connection, submission_id: str) -> Sequence[Remark]:
    """Everything said under a record, the latest first; whoever asks sees the record."""
    query = select(comments).where(comments.c.submission_id == submission_id)
    rows = conn.execute(query.order_by(comments.c.at.desc(), comments.c.id.desc()))
    return [Remark(row.actor, row.text, from_utc_text(row.at)) for row in rows]
