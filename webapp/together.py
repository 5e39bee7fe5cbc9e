"""One step for several records at once: each is taken by itself, with its own permission, guard and transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from forms.definition import Form
from forms.workflow import Comment, Transition, Trigger
from kernel.problems import Problem, Unprocessable
from kernel.sentences import say
from records.access import Verb, allows
from records.ledger import Ledger
from records.listing import get
from records.model import Actor, Door, Occasion, Refused, Submission
from records.revise import Change, NoSuchRecord, revise, withdraw
from records.steps import open_steps_of
from webapp.site import Site

#: More than two pages of a list; what is done one by one keeps its person waiting.
MOST: Final = 100
WITHDRAW: Final = "withdraw"
_STEP: Final = "step:"


class TooMany(Unprocessable):
    """More records were ticked than are taken at once."""

    code = "together.too_many"

    def __init__(self, count: int) -> None:
        super().__init__(say("一次最多办 {most} 条，现在选了 {count} 条；请分几次办", most=MOST, count=count))


class OneByOne(Unprocessable):
    """The step is none that is taken with several records: it asks for answers, or nobody takes it by hand."""

    code = "together.one_by_one"

    def __init__(self, title: str) -> None:
        super().__init__(say("“{step}”不能几条一起办，请到每条记录的页面上办理", step=title))


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with each of the ticked records: a step of their workflow, or that they are withdrawn."""

    name: str
    title: str
    #: Whether a comment, the same for all, may or must be given.
    comment: Comment
    #: The workflow's step; none: they are withdrawn.
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Ticked:
    """A record that was ticked, as its page showed it."""

    id: str
    #: The revision that was shown; none: whatever is there.
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class NotDone:
    """A record with which it was not done: what it is called to whoever may see it, and why."""

    id: str
    title: str | None
    #: The question (or none) that stands in the way, and what there is to say of it.
    why: Sequence[tuple[str | None, str]]


@dataclass(slots=True)
class Report:
    """What became of each record."""

    done: list[Submission] = field(default_factory=list)
    not_done: list[NotDone] = field(default_factory=list)


def ticked(values: Iterable[str]) -> list[Ticked]:
    """The records that a page names, `id` or `id.revision`, each once. Raises `TooMany`."""
    found: dict[str, Ticked] = {}
    for value in values:
        submission_id, _, revision = value.partition(".")
        shown = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < len("1000000") else None
        found[submission_id] = Ticked(submission_id, shown)
    if len(found) > MOST:
        raise TooMany(len(found))
    return list(found.values())


def deed_of(form: Form, name: str) -> Deed:
    """What a button of the list does. Raises `OneByOne` where that is not done with several records."""
    if name == WITHDRAW:
        return Deed(WITHDRAW, say("作废"), Comment.OPTIONAL)
    step_name = name.removeprefix(_STEP)
    step = form.workflow.transitions.get(step_name) if form.workflow else None
    if step is None or not _asks_nothing(step):
        raise OneByOne(step.title if step else step_name)
    return Deed(name, step.title, step.comment, step=step_name)


def open_deeds(ledger: Ledger, form: Form, items: Sequence[Submission], occasion: Occasion) -> dict[str, list[Deed]]:
    """By record, what the actor may do with it together with others."""
    steps = open_steps_of(ledger, items, occasion)
    found = {
        item.id: [deed_of(form, _STEP + name) for name, step in steps[item.id].items() if _asks_nothing(step)]
        for item in items
    }
    for item in items:
        if item.withdrawn_at is None and allows(form, occasion.actor, item, Verb.WITHDRAW):
            found[item.id].append(deed_of(form, WITHDRAW))
    return found


def buttons(form: Form, deeds: Mapping[str, Sequence[Deed]]) -> list[Deed]:
    """Every deed that some record of a page has open, each once, in the workflow's order."""
    offered = {deed.name: deed for of_record in deeds.values() for deed in of_record}
    order = [_STEP + name for name in (form.workflow.transitions if form.workflow else ())]
    return [offered[name] for name in (*order, WITHDRAW) if name in offered]


def load_ticked(ledger: Ledger, actor: Actor, form: Form, chosen: Sequence[Ticked]) -> dict[str, Submission]:
    """Those of the ticked records that are of `form` and that the actor may see, by id."""
    found = {}
    for one in chosen:
        try:
            submission = get(ledger, actor, one.id)
        except NoSuchRecord:
            continue  # whoever may not see it is told so, as of one that is not there
        if submission.form_id == form.id:
            found[one.id] = submission
    return found


def do_together(
    site: Site, actor: Actor, deed: Deed, shown: Mapping[str, Submission], chosen: Sequence[Ticked], comment: str | None
) -> Report:
    """Do it with each of the records, in an own transaction; `shown`: those that the actor may see."""
    report = Report()
    for one in chosen:
        submission = shown.get(one.id)
        if submission is None:
            report.not_done.append(NotDone(one.id, None, [(None, NoSuchRecord(one.id).sentence)]))
            continue
        try:
            outcome = _do(site, site.occasion(actor, Door.WEB), deed, one, comment)
        except Problem as problem:  # whatever refuses one record says why, and the others go on
            report.not_done.append(NotDone(one.id, submission.title, [(None, problem.sentence)]))
            continue
        if isinstance(outcome, Refused):
            report.not_done.append(NotDone(one.id, submission.title, _in_words(site, submission, outcome)))
        else:
            report.done.append(submission)
    return report


def _do(site: Site, occasion: Occasion, deed: Deed, one: Ticked, comment: str | None) -> Refused | None:
    if deed.step is None:
        site.attempt(lambda ledger: withdraw(ledger, one.id, occasion, comment))
        return None
    change = Change(one.id, {}, occasion, transition=deed.step, comment=comment, revision=one.revision)
    outcome = site.attempt(lambda ledger: revise(ledger, change))
    return outcome if isinstance(outcome, Refused) else None


def _in_words(site: Site, submission: Submission, refused: Refused) -> list[tuple[str | None, str]]:
    with site.reading() as ledger:
        asked = ledger.catalogue[submission.form_id].form.questions
    labels = {place: asked.get(place.partition(".")[0]) for place in refused.refusals}
    return [(found.label if (found := labels[place]) else None, words) for place, words in refused.refusals.items()]


def _asks_nothing(step: Transition) -> bool:
    return step.trigger is Trigger.USER and not step.required
