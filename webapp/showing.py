"""What a record says, in the reader's language: cells, rows, history."""

from __future__ import annotations

from dataclasses import dataclass

from forms.definition import Form
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.repeat import Repeat
from forms.values import Answers, Kind, Value
from kernel.sentences import say
from records.ledger import Ledger
from records.model import Revision, Submission
from records.store import load_revisions
from webapp.wording import moment, translate


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A step of a record's history with what it changed: question, before, after."""

    revision: Revision
    who: str
    changes: list[tuple[Field, str, str]]


def served_form(ledger: Ledger, submission: Submission) -> Form:
    """The form that a record is told by: as it is served now, or as it was last known to the record when retired."""
    return ledger.catalogue.serving(ledger.conn, submission.form_id, submission.form_version).form


def shown(ledger: Ledger, form: Form, submission: Submission, name: str) -> str:
    """What a list's or record's cell says of a question or a system column."""
    match name:
        case "state":
            return state_words(form, submission.state)
        case "created_at" | "changed_at":
            return moment(getattr(submission, name))
        case "created_by":
            return ledger.lookup.person_name(submission.created_by)
        case "unit_id":
            return ledger.lookup.unit_name(submission.unit_id)
        case _:
            return shown_value(ledger, form.questions[name], submission.answers.get(name))


def shown_value(ledger: Ledger, field: Field, value: Value) -> str:
    """An answer as people read it; rows of a repeat on a line each."""
    if value is None:
        return ""
    if isinstance(field, ChoiceField):
        chosen = value if isinstance(value, list) else [value]
        return translate(say("、")).join(translate(field.label_of(name)) for name in chosen)
    if field.kind is Kind.YES_NO:
        return translate(say("是") if value else say("否"))
    if isinstance(field, Repeat) and isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        return "\n".join(" ".join(filter(None, shown_row(ledger, field, row).values())) for row in rows)
    return field.show(value, ledger.lookup)


def shown_row(ledger: Ledger, field: Repeat, row: Answers) -> dict[str, str]:
    """A row of a repeat, by question."""
    return {inner.name: shown_value(ledger, inner, row.get(inner.name)) for inner in field.fields}


def shown_tables(ledger: Ledger, form: Form, submission: Submission) -> dict[str, list[dict[str, str]]]:
    """The rows of every repeat of a record."""
    tables = {}
    for field in form.questions.values():
        rows = submission.answers.get(field.name)
        if isinstance(field, Repeat):
            found = rows if isinstance(rows, list) else []
            tables[field.name] = [shown_row(ledger, field, row) for row in found if isinstance(row, dict)]
    return tables


def state_words(form: Form, state: str | None) -> str:
    """What people call a state; one that the form no longer knows stands for itself."""
    states = form.workflow.states if form.workflow else {}
    return translate(states[state].title) if state in states and state else state or ""


def history(ledger: Ledger, form: Form, submission: Submission) -> list[HistoryStep]:
    """Every revision of a record, newest first, with what it changed."""
    steps: list[HistoryStep] = []
    before: Answers = {}
    for revision in load_revisions(ledger.conn, submission.id):
        after = revision.answers
        changes = [
            (field, shown_value(ledger, field, before.get(name)), shown_value(ledger, field, after.get(name)))
            for name, field in form.questions.items()
            if revision.revision > 1 and before.get(name) != after.get(name)
        ]
        who = revision.author.name if revision.author else ledger.lookup.person_name(revision.actor)
        steps.append(HistoryStep(revision, who, changes))
        before = after
    return steps[::-1]
