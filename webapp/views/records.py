"""Records: lists that are searched, filtered, sorted and paged; one record with its history and its steps."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.access import Reach, Sight
from forms.definition import stored_kind
from forms.fields.record import Record
from forms.values import Raw
from forms.workflow import Transition
from kernel.sentences import say
from records.access import NotAllowed, Verb, allows, editable_names, eyes, reach
from records.catalogue import Published
from records.comments import comments_of
from records.ledger import Ledger
from records.listing import children_of, find, get
from records.model import Accepted, Door, Submission
from records.retired import last_served
from records.revise import Change, ChangedMeanwhile, restore, revise, withdraw
from records.seeing import Seeing
from records.steps import open_steps
from records.store import load_revisions
from webapp import guards
from webapp.drawing import blank_entries, blank_rows, controls, page_logic, rows_asked_for
from webapp.guards import site
from webapp.listing import columns_of, filters_of, link, query_of
from webapp.receiving import received
from webapp.showing import history, photos_shown, served_form, shown, shown_answers, shown_tables, shows
from webapp.stepping import deadline, offices_to_sign, signed_steps
from webapp.templating import label_of
from webapp.together import buttons, open_deeds
from webapp.webform import as_typed, drawn

views = Blueprint("records", __name__)


@views.get("/f/<form_id>")
def get_list(form_id: str) -> str:
    """The records of a form that the person may see."""
    actor = guards.actor()
    with site().reading() as ledger:
        serves = form_id in ledger.catalogue.newest
        form = last_served(ledger.conn, ledger.catalogue, form_id).form
        if reach(form, actor, Verb.READ) is Reach.NONE:
            raise NotAllowed(form, "read")
        query = query_of(form)
        found = find(ledger, form, actor, query)
        names = columns_of(form, actor)
        seeing = Seeing(ledger, actor)
        seeing.learn_links(form, found.items, names)
        asked_in = [form.questions[name] for name in names if name in form.questions]
        cells = {item.id: {name: shown(seeing, form, item, name) for name in names} for item in found.items}
        deeds = open_deeds(ledger, form, found.items, site().occasion(actor, Door.WEB)) if serves else {}
        return render_template(
            "list.html",
            form=form,
            found=found,
            query=query,
            columns=names,
            labels={name: label_of(form, name) for name in names},
            retired=not serves,
            kinds={name: str(stored_kind(field)) for name, field in form.questions.items()},
            cells=cells,
            photos={item.id: photos_shown(seeing, item, asked_in) for item in found.items},
            filters=filters_of(ledger, form, actor, query),
            deeds=deeds,
            buttons=buttons(form, deeds),
            ticked="ticked" in request.args,
            link=functools.partial(link, form, query),
            may_fill=serves and form.access.may_fill(actor.roles),
        )


@views.get("/r/<submission_id>")
def get_record(submission_id: str) -> str:
    """One record: its answers, its history, the steps the person may take."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        form, serves = served_form(ledger, submission), submission.form_id in ledger.catalogue.newest
        seeing = Seeing(ledger, actor)
        asked = seeing.asked(submission)
        children = children_of(ledger, actor, submission)
        return render_template(
            "record.html",
            form=form,
            retired=not serves,
            asked=asked,
            submission=submission,
            eyes=seeing.eyes(submission),
            answers=shown_answers(seeing, asked, submission),
            rows=shown_tables(seeing, asked, submission),
            tell_row=functools.partial(seeing.row, seeing.eyes(submission), show=shows(ledger)),
            history=history(seeing, submission),
            steps=open_steps(ledger, submission, site().occasion(actor, Door.WEB)) if serves else {},
            signed=signed_steps(ledger, submission),
            deadline=deadline(submission, site().now().date()),
            may_edit=serves and bool(editable_names(form, actor, submission)),
            may_withdraw=serves and allows(form, actor, submission, Verb.WITHDRAW),
            children=[(child, served_form(ledger, child)) for child in children],
            links=_links(seeing, submission),
            remarks=[(ledger.lookup.person_name(one.actor), one) for one in comments_of(ledger.conn, submission.id)],
        )


@views.get("/r/<submission_id>/edit")
def get_edit(submission_id: str) -> str:
    """The page to change what the person may change; with `?from=3` it holds what the third revision said."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        names = editable_names(published.form, actor, submission)
        if not names:
            raise NotAllowed(published.form, "edit")
        raw = _as_stored(ledger, published, submission)
        former = _as_of(ledger, published, submission, request.args.get("from", 0, type=int))
        shown_again = {name: former.get(name, raw.get(name)) for name in raw}
        return _change_page(ledger, published, submission, shown_again, {}, names=names)


@views.post("/r/<submission_id>/edit")
def post_edit(submission_id: str) -> Response | tuple[str, int]:
    """Store what was changed, or show every mistake beside its question."""
    return _change(submission_id, None)


@views.get("/r/<submission_id>/step/<name>")
def get_step(submission_id: str, name: str) -> str | Response:
    """The page of a workflow step: what it asks for, and a comment."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        step = open_steps(ledger, submission, site().occasion(actor, Door.WEB)).get(name)
        if step is None:
            return redirect(url_for("records.get_record", submission_id=submission_id))
        raw = _as_stored(ledger, published, submission)
        names = _asked(published, submission, step)
        return _change_page(ledger, published, submission, raw, {}, names=names, step=(name, step))


@views.post("/r/<submission_id>/step/<name>")
def post_step(submission_id: str, name: str) -> Response | tuple[str, int]:
    """Take a record one step along its workflow."""
    return _change(submission_id, name)


@views.post("/r/<submission_id>/withdraw")
def post_withdraw(submission_id: str) -> Response:
    """Take a record out of every list."""
    occasion = site().occasion(guards.actor(), Door.WEB)
    comment = request.form.get("comment")
    site().attempt(lambda ledger: withdraw(ledger, submission_id, occasion, comment))
    return redirect(url_for("records.get_record", submission_id=submission_id))


@views.post("/r/<submission_id>/restore")
def post_restore(submission_id: str) -> Response:
    """Put a withdrawn record back."""
    occasion = site().occasion(guards.actor(), Door.WEB)
    comment = request.form.get("comment")
    site().attempt(lambda ledger: restore(ledger, submission_id, occasion, comment))
    return redirect(url_for("records.get_record", submission_id=submission_id))


def _change(submission_id: str, step_name: str | None) -> Response | tuple[str, int]:
    """Store what a page of changes sent, or draw it again."""
    actor = guards.actor()
    occasion = site().occasion(actor, Door.WEB)
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
    sent = received(published.form)
    raw = sent.raw
    with site().reading() as ledger:
        changed_rows = rows_asked_for(ledger, published, raw, occasion)
    if changed_rows is not None:
        return _again(submission_id, step_name, changed_rows, sent.refusals), 200
    if sent.refusals:
        return _again(submission_id, step_name, raw, sent.refusals), 422
    comment, revision = request.form.get("_comment"), request.form.get("_revision", 0, type=int)
    change = Change(
        submission_id,
        raw,
        occasion,
        transition=step_name,
        comment=comment,
        revision=revision,
        sign_off=request.form.get("_office") or None,
    )
    try:
        outcome = site().attempt(lambda ledger: revise(ledger, change))
    except ChangedMeanwhile as problem:
        refusals = {"": problem.sentence, **_changed_meanwhile(submission_id, revision)}
        return _again(submission_id, step_name, raw, refusals), problem.status
    if isinstance(outcome, Accepted):
        return redirect(url_for("records.get_record", submission_id=submission_id))
    return _again(submission_id, step_name, raw, outcome.refusals), 422


def _changed_meanwhile(submission_id: str, revision: int) -> dict[str, str]:
    """Beside each question that others answered anew since `revision`, what it says now."""
    with site().reading() as ledger:
        submission = get(ledger, guards.actor(), submission_id)
        form = ledger.catalogue[submission.form_id].form
        seeing = Seeing(ledger, guards.actor())
        sees, show = seeing.eyes(submission), shows(ledger)
        seen = {item.revision: item.answers for item in load_revisions(ledger.conn, submission_id)}
        before = seen.get(revision, submission.answers)
        return {
            name: say("别人刚改成：{now}", now=seeing.text(sees, field, submission.answers.get(name), show))
            for name, field in form.questions.items()
            if before.get(name) != submission.answers.get(name) and sees.sight(name) is not Sight.HIDDEN
        }


def _again(submission_id: str, step_name: str | None, raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> str:
    """The page once more, with what was typed over what is stored."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        steps = published.form.workflow.transitions if published.form.workflow else {}
        step = (step_name, steps[step_name]) if step_name in steps and step_name else None
        may = editable_names(published.form, actor, submission)
        names = _asked(published, submission, step[1]) if step else may
        kept = {**_as_stored(ledger, published, submission), **raw}
        return _change_page(ledger, published, submission, kept, refusals, names=names, step=step)


def _change_page(
    ledger: Ledger,
    published: Published,
    submission: Submission,
    raw: Mapping[str, Raw],
    refusals: Mapping[str, str],
    *,
    names: frozenset[str],
    step: tuple[str, Transition] | None = None,
) -> str:
    form, made = published.form, controls(ledger, published)
    occasion = site().occasion(guards.actor(), Door.WEB)
    seen = Seeing(ledger, guards.actor()).whole_answers(form, submission)
    return render_template(
        "change.html",
        form=form,
        submission=submission,
        page=drawn(form, made, raw, refusals),
        blanks=blank_entries(made, blank_rows(ledger, published, occasion)),
        refusals=refusals,
        names=names,
        step=step,
        offices=offices_to_sign(ledger, submission, step[0], occasion) if step else {},
        office=request.form.get("_office", ""),
        comment=request.form.get("_comment", ""),
        logic=page_logic(ledger, published, names),
        stored={name: value for name, value in seen.items() if name not in names},
    )


def _asked(published: Published, submission: Submission, step: Transition) -> frozenset[str]:
    """What a step asks of the actor: nobody answers anew what they do not see."""
    whole = eyes(published.form, guards.actor(), submission).whole_names(published.form)
    return (frozenset(step.fields) | frozenset(step.required)) & whole


def _as_stored(ledger: Ledger, published: Published, submission: Submission) -> dict[str, Raw]:
    """What the actor sees of a record as a page's controls hold it; the other questions are not drawn."""
    seen = Seeing(ledger, guards.actor()).whole_answers(published.form, submission)
    return as_typed(published.form, seen, ledger.lookup)


def _as_of(ledger: Ledger, published: Published, submission: Submission, revision: int) -> dict[str, Raw]:
    """What the actor sees of an earlier revision as a page's controls hold it; none: there is no such revision."""
    answers = {item.revision: item.answers for item in load_revisions(ledger.conn, submission.id)}.get(revision)
    if answers is None:
        return {}
    former = Seeing(ledger, guards.actor()).whole_answers(published.form, replace(submission, answers=answers))
    return as_typed(published.form, former, ledger.lookup)


def _links(seeing: Seeing, submission: Submission) -> dict[str, str]:
    """Link questions to the record they lead to, where the actor sees both."""
    sees = seeing.eyes(submission)
    return {
        name: str(submission.answers[name])
        for name, field in seeing.asked(submission).questions.items()
        if isinstance(field, Record) and submission.answers.get(name) and sees.whole(field)
        if seeing.may_open(field.form, str(submission.answers[name]))
    }
