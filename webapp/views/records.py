"""Records: lists that are searched, filtered, sorted and paged; one record with its history and its steps."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.access import Reach
from forms.definition import Form
from forms.values import Answers, Raw
from forms.workflow import Transition
from kernel.sentences import say
from records.access import NotAllowed, Verb, allows, editable_names, reach
from records.catalogue import Published
from records.ledger import Ledger
from records.listing import children_of, find, get
from records.model import Accepted, Door, Submission
from records.retired import last_served
from records.revise import Change, ChangedMeanwhile, open_steps, restore, revise, withdraw
from records.store import load_revisions
from webapp import guards
from webapp.drawing import blank_entries, blank_rows, controls, page_logic
from webapp.guards import site
from webapp.listing import columns_of, filters_of, link, query_of
from webapp.showing import history, served_form, shown, shown_tables, shown_value
from webapp.templating import label_of
from webapp.webform import as_typed, drawn, typed, with_rows_changed

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
        names = columns_of(form)
        _learn_links(ledger, form, [item.answers for item in found.items], names)
        cells = {item.id: {name: shown(ledger, form, item, name) for name in names} for item in found.items}
        return render_template(
            "list.html",
            form=form,
            found=found,
            query=query,
            columns=names,
            labels={name: label_of(form, name) for name in names},
            retired=not serves,
            kinds={name: str(field.kind) for name, field in form.questions.items()},
            cells=cells,
            filters=filters_of(ledger, form, query),
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
        asked = ledger.catalogue.version(ledger.conn, submission.form_id, submission.form_version).form
        children = children_of(ledger, actor, submission)
        return render_template(
            "record.html",
            form=form,
            retired=not serves,
            asked=asked,
            submission=submission,
            answers={name: shown(ledger, asked, submission, name) for name in asked.questions},
            rows=shown_tables(ledger, asked, submission),
            history=history(ledger, asked, submission),
            steps=open_steps(ledger, submission, site().occasion(actor, Door.WEB)) if serves else {},
            may_edit=serves and bool(editable_names(form, actor, submission)),
            may_withdraw=serves and allows(form, actor, submission, Verb.WITHDRAW),
            children=[(child, served_form(ledger, child)) for child in children],
            links=_links(asked, submission),
        )


@views.get("/r/<submission_id>/edit")
def get_edit(submission_id: str) -> str:
    """The page to change what the person may change."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        names = editable_names(published.form, actor, submission)
        if not names:
            raise NotAllowed(published.form, "edit")
        raw = as_typed(published.form, submission.answers, ledger.lookup)
        return _change_page(ledger, published, submission, raw, {}, names=names)


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
        raw = as_typed(published.form, submission.answers, ledger.lookup)
        return _change_page(ledger, published, submission, raw, {}, names=_asked(step), step=(name, step))


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
        raw = typed(published.form, request.form)
        blanks = blank_rows(ledger, published, occasion)
        changed_rows = with_rows_changed(published.form, raw, request.form, blanks)
    if changed_rows is not None:
        return _again(submission_id, step_name, changed_rows, {}), 200
    comment, revision = request.form.get("_comment"), request.form.get("_revision", 0, type=int)
    change = Change(submission_id, raw, occasion, transition=step_name, comment=comment, revision=revision)
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
        seen = {item.revision: item.answers for item in load_revisions(ledger.conn, submission_id)}
        before = seen.get(revision, submission.answers)
        return {
            name: say("别人刚改成：{now}", now=shown_value(ledger, field, submission.answers.get(name)))
            for name, field in form.questions.items()
            if before.get(name) != submission.answers.get(name)
        }


def _again(submission_id: str, step_name: str | None, raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> str:
    """The page once more, with what was typed over what is stored."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        steps = published.form.workflow.transitions if published.form.workflow else {}
        step = (step_name, steps[step_name]) if step_name in steps and step_name else None
        names = _asked(step[1]) if step else editable_names(published.form, actor, submission)
        kept = {**as_typed(published.form, submission.answers, ledger.lookup), **raw}
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
    return render_template(
        "change.html",
        form=form,
        submission=submission,
        page=drawn(form, made, raw, refusals),
        blanks=blank_entries(made, blank_rows(ledger, published, occasion)),
        refusals=refusals,
        names=names,
        step=step,
        comment=request.form.get("_comment", ""),
        logic=page_logic(published, names),
        stored={name: submission.answers.get(name) for name in form.questions if name not in names},
    )


def _asked(step: Transition) -> frozenset[str]:
    return frozenset(step.fields) | frozenset(step.required)


def _learn_links(ledger: Ledger, form: Form, answers: list[Answers], names: tuple[str, ...]) -> None:
    """Read the titles of all linked records of a page at once."""
    linked = [name for name in names if name in form.questions and form.questions[name].type == "record"]
    ledger.lookup.learn_titles(str(item[name]) for item in answers for name in linked if item.get(name))


def _links(form: Form, submission: Submission) -> dict[str, str]:
    """Link questions to the record they lead to."""
    return {
        name: str(submission.answers[name])
        for name, field in form.questions.items()
        if field.type == "record" and submission.answers.get(name)
    }
