"""The steps that are for the records, carried out: what the sheet says goes through the same doors as a web form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from forms.access import Reach
from kernel.sentences import say
from records.ledger import Ledger
from records.model import Accepted, Occasion, Refused
from records.revise import AnswersTaken, Change, restore, revise_many, withdraw
from records.store import load_submissions
from records.submit import Entry, submit_many
from sync.layout import Layout
from sync.merge import NewRecord, RefuseCell, RestoreRecord, Step, TakeCell, WithdrawRecord


@dataclass(frozen=True, slots=True)
class Place:
    """What taking needs to know of the rows: where a record's row is, its revision, a new row's name."""

    numbers: Mapping[str, int]
    revisions: Mapping[str, int]
    names: Mapping[int, str]


@dataclass(slots=True)
class Taken:
    """What became of the steps.

    Attributes:
        taken: the cells whose values the records have now, by record.
        created: row number to the record it has become.
        refused: the cells (or, with an empty column, rows) that were not accepted, and why.
    """

    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    created: dict[int, str] = field(default_factory=dict)
    refused: list[RefuseCell] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)

    @property
    def touched(self) -> Collection[str]:
        """The records that may read otherwise now."""
        return {*self.taken, *self.created.values(), *self.withdrawn, *self.restored}


def take(ledger: Ledger, layout: Layout, steps: Sequence[Step], place: Place, occasion: Occasion) -> Taken:
    """Carry out what `steps` say about the records.

    Raises `ChangedMeanwhile` when somebody changed one of them after it was read for this round.
    """
    taken = Taken()
    revisions = dict(place.revisions)
    for step in steps:
        match step:
            case RestoreRecord(key):
                revisions[key] = _restore(ledger, key, place, occasion, taken)
            case WithdrawRecord(key):
                withdraw(ledger, key, occasion, say("在共享表格里删除了这一行"))
                taken.withdrawn.append(key)
    _take_cells(ledger, layout, steps, Place(place.numbers, revisions, place.names), occasion, taken)
    _take_rows(ledger, layout, steps, place, occasion, taken)
    return taken


def _restore(ledger: Ledger, key: str, place: Place, occasion: Occasion, taken: Taken) -> int:
    """Bring a withdrawn record back; its revision, or 0 when another has taken its place."""
    try:
        restored = restore(ledger, key, occasion, say("作废之后，共享表格里又修改了这一行"))
    except AnswersTaken:
        why = say("这条记录已作废，且另有一条相同的记录，不能恢复")
        taken.refused.append(RefuseCell(place.numbers[key], key, "", "", why))
        return 0
    taken.restored.append(key)
    return restored.revision


def _take_cells(
    ledger: Ledger, layout: Layout, steps: Sequence[Step], place: Place, occasion: Occasion, taken: Taken
) -> None:
    """Change records cell by cell; a cell that is refused does not keep its neighbours back."""
    waiting: dict[str, dict[str, str]] = defaultdict(dict)
    for step in steps:
        if isinstance(step, TakeCell) and place.revisions[step.id] > 0:
            waiting[step.id][step.column] = step.value
    _refuse_closed(ledger, layout, waiting, place, taken)
    while waiting:
        changes = [
            Change(key, dict(values), occasion, revision=place.revisions[key]) for key, values in waiting.items()
        ]
        outcomes = revise_many(ledger, changes)
        again: dict[str, dict[str, str]] = {}
        for (key, values), outcome in zip(waiting.items(), outcomes, strict=True):
            if isinstance(outcome, Accepted):
                taken.taken[key] = values
                continue
            refused = _refused_cells(layout, values, outcome)
            taken.refused += [
                RefuseCell(place.numbers[key], key, column, values[column], why) for column, why in refused.items()
            ]
            rest = {column: value for column, value in values.items() if column not in refused}
            if rest:
                again[key] = rest
        waiting = again


def _refuse_closed(
    ledger: Ledger, layout: Layout, waiting: dict[str, dict[str, str]], place: Place, taken: Taken
) -> None:
    """Take the cells out that the record's state no longer lets the office change, as it would not in the pages."""
    workflow = layout.form.workflow
    if workflow is None:
        return
    office = [role for role, may in layout.form.access.roles.items() if may.edit is Reach.ALL]
    for key, submission in load_submissions(ledger.conn, waiting).items():
        open_names = workflow.editable(submission.state, office)
        closed = [] if open_names is None else [column for column in waiting[key] if column not in open_names]
        why = say("记录已在“{state}”，这一项不能再改", state=workflow.states[submission.state or ""].title)
        taken.refused += [
            RefuseCell(place.numbers[key], key, column, waiting[key].pop(column), why) for column in closed
        ]
        if not waiting[key]:
            del waiting[key]


def _refused_cells(layout: Layout, values: Mapping[str, str], outcome: Refused) -> dict[str, str]:
    """Which of the changed cells are refused; all of them when what is wrong is elsewhere in the record."""
    own = {column: why for column, why in outcome.refusals.items() if column in values}
    if own:
        return own
    place, why = next(iter(outcome.refusals.items()))
    question = layout.form.questions.get(place.split(".", maxsplit=1)[0])
    sentence = say("“{label}”：{why}", label=question.label, why=why) if question else why
    return dict.fromkeys(values, sentence)


def _take_rows(
    ledger: Ledger, layout: Layout, steps: Sequence[Step], place: Place, occasion: Occasion, taken: Taken
) -> None:
    """Make records of rows that somebody typed."""
    rows = [step for step in steps if isinstance(step, NewRecord)]
    if not rows:
        return
    entries = [Entry(_raw(layout, step), place.names[step.number], occasion) for step in rows]
    for step, outcome in zip(rows, submit_many(ledger, layout.form.id, entries), strict=True):
        if isinstance(outcome, Accepted):
            taken.created[step.number] = outcome.submission.id
        else:
            taken.refused += _refused_row(layout, step, outcome)


def _raw(layout: Layout, step: NewRecord) -> dict[str, str]:
    """What a typed row answers; the system's own columns are left out."""
    return {key: text for key, text in step.cells.items() if text and not layout.by_key[key].computed}


def _refused_row(layout: Layout, step: NewRecord, outcome: Refused) -> list[RefuseCell]:
    found = []
    for place, why in outcome.refusals.items():
        name = place.split(".", maxsplit=1)[0]
        if name in layout.by_key:
            found.append(RefuseCell(step.number, "", name, step.cells.get(name, ""), why))
            continue
        question = layout.form.questions.get(name)
        sentence = say("“{label}”：{why}", label=question.label, why=why) if question else why
        found.append(RefuseCell(step.number, "", "", "", sentence))
    return found
