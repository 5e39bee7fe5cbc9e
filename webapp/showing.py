"""What a record says, in the reader's language and with the reader's eyes: cells, rows, history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from forms.access import Sight
from forms.definition import Form, stored_kind, walk
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.geopoint import Geopoint
from forms.fields.repeat import Repeat
from forms.privacy import Eyes, Show
from forms.values import Answers, Kind, Value
from kernel.sentences import say
from records.ledger import Ledger
from records.model import Door, Revision, Submission
from records.seeing import Seeing
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


def shown(seeing: Seeing, form: Form, submission: Submission, name: str) -> str:
    """What a list's or record's cell says of a question of `form` or a system column."""
    match name:
        case "state":
            return state_words(form, submission.state)
        case "entered_on":
            return moment(submission.entered_at)[: len("2026-11-22")] if submission.entered_at else ""
        case "due_on":
            return submission.due_on or ""
        case "created_at" | "changed_at":
            return moment(getattr(submission, name))
        case "created_by":
            return seeing.ledger.lookup.person_name(submission.created_by)
        case "unit_id":
            return seeing.ledger.lookup.unit_name(submission.unit_id)
        case _:
            return seeing.column(form.questions[name], submission, shows(seeing.ledger))


def shows(ledger: Ledger) -> Show:
    """Shows one answer in the language of this page."""
    return partial(shown_value, ledger)


def shown_value(ledger: Ledger, field: Field, value: Value) -> str:
    """An answer as people read it, whoever they are: ask `Seeing` whether they may."""
    if value is None:
        return ""
    if isinstance(field, ChoiceField):
        chosen = value if isinstance(value, list) else [value]
        return translate(say("、")).join(translate(field.label_of(name)) for name in chosen)
    if stored_kind(field) is Kind.YES_NO:
        return translate(say("是") if value else say("否"))
    if isinstance(field, Geopoint):
        return point_words(str(value))
    if isinstance(field, Repeat) and isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        said = [[shown_value(ledger, inner, row.get(inner.name)) for inner in walk(field.fields)] for row in rows]
        return "\n".join(" ".join(filter(None, words)) for words in said)
    return field.show(value, ledger.lookup)


def point_words(value: str) -> str:
    """A place on the map as people read it; one that a phone found, with how far it may be off."""
    latitude, longitude, _, accuracy = (*value.split(), "0", "0")[:4]
    said = translate(say("纬度 {latitude}，经度 {longitude}", latitude=latitude, longitude=longitude))
    return said if accuracy == "0" else said + translate(say("（误差 {metres} 米）", metres=accuracy))


def photos_shown(seeing: Seeing, submission: Submission, fields: Iterable[Field]) -> dict[str, list[Value]]:
    """The photos that a record shows in the columns of some questions of the present form, by question."""
    found: dict[str, list[Value]] = {}
    for field in fields:
        told, value = seeing.told(field, submission)
        seen = seeing.eyes(submission).sight(told.name) is Sight.WHOLE
        if told.type in ("image", "signature") and isinstance(value, list) and seen:
            found[field.name] = value
    return found


def shown_answers(seeing: Seeing, form: Form, submission: Submission) -> dict[str, str]:
    """What a record says to the questions of its own version `form`; what is hidden says nothing."""
    eyes, show = seeing.eyes(submission), shows(seeing.ledger)
    return {
        name: seeing.text(eyes, field, submission.answers.get(name), show) for name, field in form.questions.items()
    }


def shown_tables(seeing: Seeing, form: Form, submission: Submission) -> dict[str, list[dict[str, str]]]:
    """The rows of every repeat of a record that is seen in rows at all."""
    eyes, show = seeing.eyes(submission), shows(seeing.ledger)
    tables = {}
    for field in form.questions.values():
        if isinstance(field, Repeat) and eyes.sight(field.name) is Sight.WHOLE:
            rows = submission.answers.get(field.name)
            found = rows if isinstance(rows, list) else []
            tables[field.name] = [seeing.row(eyes, field, row, show) for row in found if isinstance(row, dict)]
    return tables


def state_words(form: Form, state: str | None) -> str:
    """What people call a state; one that the form no longer knows stands for itself."""
    states = form.workflow.states if form.workflow else {}
    return translate(states[state].title) if state in states and state else state or ""


def _who(ledger: Ledger, revision: Revision) -> str:
    """Who took a step of history, in words; a timer is nobody."""
    if revision.door is Door.TIMER:
        return translate(say("到期自动办理"))
    return revision.author.name if revision.author else ledger.lookup.person_name(revision.actor)


def history(seeing: Seeing, submission: Submission) -> list[HistoryStep]:
    """Every revision of a record, newest first, with what it changed; each told by its own version of the form."""
    ledger = seeing.ledger
    steps: list[HistoryStep] = []
    before: Revision | None = None
    for revision in load_revisions(ledger.conn, submission.id):
        changes = list(_changes(seeing, submission, before, revision)) if before else []
        steps.append(HistoryStep(revision, _who(ledger, revision), changes))
        before = revision
    return steps[::-1]


def _changes(
    seeing: Seeing, submission: Submission, before: Revision, after: Revision
) -> Iterator[tuple[Field, str, str]]:
    """What a step changed as far as it is seen; a question that a new version asks no more was cleared by it."""
    then, now = _told(seeing, submission, before), _told(seeing, submission, after)
    former = set[str]()
    for name, field in now.form.questions.items():
        old = next((known for known in (name, *field.was) if known in then.form.questions), "")
        former.add(old)
        if field.type == "hidden":
            continue
        if then.answers.get(old) != now.answers.get(name) and now.eyes.sight(name) is not Sight.HIDDEN:
            yield field, then.text(old), now.text(name)
    for name, field in then.form.questions.items():
        if name not in former and (text := then.text(name)):
            yield field, text, ""


@dataclass(frozen=True, slots=True)
class _Told:
    """A revision by its own version of the form."""

    seeing: Seeing
    form: Form
    eyes: Eyes
    answers: Answers

    def text(self, name: str) -> str:
        if name not in self.form.questions:
            return ""
        show = shows(self.seeing.ledger)
        return self.seeing.text(self.eyes, self.form.questions[name], self.answers.get(name), show)


def _told(seeing: Seeing, submission: Submission, revision: Revision) -> _Told:
    ledger = seeing.ledger
    form = ledger.catalogue.version(ledger.conn, submission.form_id, revision.form_version).form
    return _Told(seeing, form, seeing.eyes(submission, version=revision.form_version), revision.answers)
