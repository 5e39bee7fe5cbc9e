"""What a unit may send once a day with one tap."""

from __future__ import annotations

from forms.definition import Form
from records.ledger import Ledger
from records.listing import Query, find
from records.model import Actor, Submission
from webapp.guards import site


def sent_today(ledger: Ledger, form: Form, actor: Actor) -> Submission | None:
    """Today's record of the actor's unit, whoever of the unit sent it; none, too, when the actor may not see it."""
    day = next((name for name, field in form.questions.items() if field.type == "date"), None)
    if day is None:
        return None
    today = site().now().date().isoformat()
    query = Query(filters={day: (today,), "unit_id": (actor.unit_id,)}, per_page=1)
    return next(iter(find(ledger, form, actor, query).items), None)
