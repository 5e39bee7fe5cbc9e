"""What a new version of a form works out of its records anew: titles, words to find them by, unique answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from forms.answers import Reader
from forms.circumstances import Circumstances
from forms.definition import Form
from forms.deriving import Deriver
from forms.privacy import privacy_of, private_questions
from forms.uniqueness import unique_keys_of
from records.lookup import CHUNK, DatabaseLookup
from records.searching import searchable
from records.tables import submissions, unique_keys


def renew(conn: Connection, form: Form, older: Sequence[Form], at: datetime) -> None:
    """Bring records of earlier versions into line with `form`, which is being published."""
    if keeps_more(form, older):
        _call_anew(conn, Reader(form), Deriver(form), at)
    if older and older[-1].unique != form.unique:
        _claim_anew(conn, Reader(form))


def keeps_more(form: Form, older: Sequence[Form]) -> bool:
    """Whether `form` keeps answers from some that a former version told everybody."""
    names = frozenset[str]().union(*privacy_of(form).names.values())
    return any(names & version.questions.keys() - private_questions(version) for version in older)


def _call_anew(conn: Connection, reader: Reader, deriver: Deriver, at: datetime) -> None:
    """Nobody finds a record by what they may not see, nor reads it in a title, although everybody could until now."""
    form, lookup = reader.form, DatabaseLookup(conn)
    changed = []
    for row in conn.execute(select(submissions).where(submissions.c.form_id == form.id)):
        answers = reader.brought_forward(row.answers)
        user = {"id": row.created_by, "name": lookup.person_name(row.created_by), "unit": row.unit_id}
        title = deriver.title(answers, Circumstances(lookup, at, user))
        search = searchable(form, title, answers, lookup)
        changed.append({"record": row.id, "new_title": title, "new_search": search})
    statement = (
        update(submissions)
        .where(submissions.c.id == bindparam("record"))
        .values(title=bindparam("new_title"), search=bindparam("new_search"))
    )
    for start in range(0, len(changed), CHUNK):
        conn.execute(statement, changed[start : start + CHUNK])


def _claim_anew(conn: Connection, reader: Reader) -> None:
    """Records claim what only one may have under the names of now; of two that agree already, the older one."""
    form = reader.form
    living = select(submissions).where(submissions.c.form_id == form.id, submissions.c.withdrawn_at.is_(None))
    claimed: dict[tuple[str, str], str] = {}
    for row in conn.execute(living.order_by(submissions.c.created_at, submissions.c.id)):
        for claim in unique_keys_of(form, reader.brought_forward(row.answers)):
            claimed.setdefault(claim, row.id)
    conn.execute(delete(unique_keys).where(unique_keys.c.form_id == form.id))
    rows = [
        {"form_id": form.id, "fields": fields, "key": key, "submission_id": record}
        for (fields, key), record in claimed.items()
    ]
    if rows:
        conn.execute(unique_keys.insert(), rows)
