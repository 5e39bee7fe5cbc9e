"""Definitions that somebody is writing in the page: kept until they are published or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, select, update

from kernel.clock import from_utc_text, utc_text
from kernel.problems import Stale
from kernel.sentences import say
from records.tables import form_drafts
from records.upserting import insert_new


class SavedMeanwhile(Stale):
    """Somebody else saved the draft after this one was opened."""

    code = "draft.saved_meanwhile"

    def __init__(self, draft: Draft | None) -> None:
        self.draft = draft
        who = draft.changed_by if draft else ""
        super().__init__(say("这份草稿刚被{who}改过或已发布，您的改动还在页面上；请先复制，再打开最新的一份", who=who))


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition's text as it was saved last; `revision` grows with every save."""

    form_id: str
    source: str
    revision: int
    changed_at: datetime
    changed_by: str


def load_draft(conn: Connection, form_id: str) -> Draft | None:
    """The draft of a form; None: nobody is writing one."""
    row = conn.execute(select(form_drafts).where(form_drafts.c.form_id == form_id)).first()
    return _draft(row) if row else None


def all_drafts(conn: Connection) -> Mapping[str, Draft]:
    """Every draft by its form's id."""
    return {row.form_id: _draft(row) for row in conn.execute(select(form_drafts).order_by(form_drafts.c.form_id))}


def save_draft(conn: Connection, draft: Draft) -> Draft:
    """Keep `draft`, which was made from its `revision` (0: there was none). Raises `SavedMeanwhile`."""
    row = {
        "form_id": draft.form_id,
        "source": draft.source,
        "revision": draft.revision + 1,
        "changed_at": utc_text(draft.changed_at),
        "changed_by": draft.changed_by,
    }
    if draft.revision == 0:
        written = insert_new(conn, form_drafts, row)
    else:
        same = (form_drafts.c.form_id == draft.form_id) & (form_drafts.c.revision == draft.revision)
        written = conn.execute(update(form_drafts).where(same).values(row)).rowcount == 1
    kept = load_draft(conn, draft.form_id)
    if not written or kept is None:
        raise SavedMeanwhile(kept)
    return kept


def drop_draft(conn: Connection, form_id: str) -> None:
    """Throw a draft away; when there is none, nothing happens."""
    conn.execute(delete(form_drafts).where(form_drafts.c.form_id == form_id))


def _draft(row: Row[tuple[str, str, int, str, str]]) -> Draft:
    return Draft(row.form_id, row.source, row.revision, from_utc_text(row.changed_at), row.changed_by)
