"""What a person answered last time: proposed again, so that nobody types the same thing every day."""

from __future__ import annotations

from sqlalchemy import select

from forms.definition import Form
from forms.privacy import privacy_of
from forms.values import Answers
from records.ledger import Ledger
from records.model import Actor
from records.tables import submissions


def remembered(ledger: Ledger, form: Form, actor: Actor) -> Answers:
    """The answers of the actor's latest living record of a form to the questions that are to be remembered."""
    names = [name for name, field in form.questions.items() if field.remember]
    if not names:
        return {}
    query = (
        select(submissions.c.answers, submissions.c.state)
        .where(
            submissions.c.form_id == form.id,
            submissions.c.created_by == actor.id,
            submissions.c.withdrawn_at.is_(None),
        )
        .order_by(submissions.c.created_at.desc(), submissions.c.id.desc())
        .limit(1)
    )
    last = ledger.conn.execute(query).first()
    if last is None:
        return {}
    eyes = privacy_of(form).eyes(actor.roles, state=last.state, own=True)
    brought = ledger.catalogue[form.id].reader.brought_forward(last.answers)
    return {name: brought[name] for name in names if brought.get(name) is not None and eyes.whole(form.questions[name])}
