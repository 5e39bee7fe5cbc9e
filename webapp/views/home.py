"""The first page: what there is to fill, what waits for this person, what came out lately."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forms.access import Reach
from forms.definition import Form
from records.access import Verb, reach
from records.ledger import Ledger
from records.listing import count_by_state
from records.model import Actor, Door, Submission
from records.worklists import waiting_for
from webapp import guards
from webapp.guards import site
from webapp.onetap import sent_today
from webapp.owing import duties, words_of_duties

views = Blueprint("home", __name__)

#: How many of the records that wait for the person the first page shows.
_MOST_URGENT = 5


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form as the first page shows it."""

    form: Form
    may_fill: bool
    may_read: bool
    #: State to how many records are in it; only states that somebody still has to act on.
    waiting: dict[str, int]


@dataclass(frozen=True, slots=True)
class OneTap:
    """A form that can be sent with one tap today, and what was sent."""

    form: Form
    sent: Submission | None


@views.get("/")
def get_home() -> str | Response:
    """What there is to do."""
    if not guards.signed_in():
        return redirect(url_for("session.get_sign_in"))
    actor = guards.actor()
    with site().reading() as ledger:
        cards = [_card(ledger, published.form, actor) for published in ledger.catalogue.newest.values()]
        owed = duties(ledger, actor)
        waiting = waiting_for(ledger, site().occasion(actor, Door.WEB), per_page=_MOST_URGENT)
        forms = {form_id: published.form for form_id, published in ledger.catalogue.newest.items()}
        units = {item.submission.unit_id: ledger.lookup.unit_name(item.submission.unit_id) for item in waiting.items}
        taps = [
            OneTap(card.form, sent_today(ledger, card.form, actor))
            for card in cards
            if card.may_fill and card.form.one_tap and not card.form.obligations
        ]
    shown = [card for card in cards if card.may_fill or card.may_read]
    return render_template(
        "home.html",
        cards=_in_groups(shown),
        taps=taps,
        duties=owed,
        waiting=waiting,
        forms=forms,
        units=units,
        **words_of_duties(),
    )


def _card(ledger: Ledger, form: Form, actor: Actor) -> FormCard:
    may_read = reach(form, actor, Verb.READ) is not Reach.NONE
    counts = count_by_state(ledger, form, actor) if may_read and form.workflow else {}
    workflow = form.workflow
    waiting = {
        state: n
        for state, n in counts.items()
        if workflow and state in workflow.states and not workflow.is_final(state)
    }
    return FormCard(form, form.access.may_fill(actor.roles), may_read, waiting)


def _in_groups(cards: list[FormCard]) -> list[FormCard]:
    """The cards with those of a group beside each other; groups in the order in which they first appear."""
    order = list(dict.fromkeys(card.form.group for card in cards))
    return sorted(cards, key=lambda card: order.index(card.form.group))
