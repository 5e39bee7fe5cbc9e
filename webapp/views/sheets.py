"""The shared sheets: what the last round did, what waits and why, what is wrong, what was decided."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from forms.access import ADMINISTRATOR, Sight
from forms.definition import Form
from kernel.names import is_id
from kernel.problems import Forbidden, NotFound, Problem, Unprocessable
from kernel.sentences import say
from records.access import sees_column, sees_every_record
from records.ledger import Ledger
from records.measuring import visible_ids
from records.model import Actor, Door, Refused
from records.queue import is_answered
from records.sheets import (
    Binding,
    NoSuchConflict,
    SheetConflict,
    SheetRefusal,
    Side,
    binding_state,
    conflicts_of,
    refusals_of,
    settle_conflict,
)
from sync.locks import Holder
from sync.round import Mode, Pair, RoundReport, remade_at, run_round
from webapp import guards
from webapp.guards import site
from webapp.permission import staff_only
from webapp.sheeting import pairs
from webapp.tasks import ask_for_round
from webapp.views.exchange import attachment

views = Blueprint("sheets", __name__)
views.before_request(staff_only)

#: How often, and with what pause, a page looks whether the round it asked for is over.
_LOOKS, _PAUSE_SECONDS = 25, 0.2
_SETTLED_SHOWN = 50
_CHOICES: Mapping[str, Side] = {"record": "record", "sheet": "sheet"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoSuchSheet(NotFound):
    """The form has no shared sheet, or the file is not there yet."""

    code = "sheet.unknown"

    def __init__(self, form_id: str) -> None:
        super().__init__(say("表单 {form} 还没有共享表格", form=form_id))


class NotForYou(Forbidden):
    """The sheet shows answers that the person sees masked in the pages, or not at all."""

    code = "sheet.not_for_you"

    def __init__(self, name: str) -> None:
        super().__init__(say("“{name}”里有您看不全的内容，不能下载；请在网页里查看", name=name))


class NoChoice(Unprocessable):
    """A conflict is settled by saying which side is right."""

    code = "conflict.no_choice"

    def __init__(self) -> None:
        super().__init__(say("请选“用记录的”或“用表格的”"))


#: A cell that something is the matter with.
Cell = TypeVar("Cell", SheetConflict, SheetRefusal)


@dataclass(frozen=True, slots=True)
class SheetState:
    """A shared sheet as its page shows it."""

    form: Form
    name: str
    binding: Binding | None
    holder: Holder | None
    conflicts: list[SheetConflict]
    refusals: list[SheetRefusal]
    #: When the book had to be made anew because it was gone; none: not lately.
    remade_at: datetime | None = None


@views.get("/sheets")
def get_sheets() -> str:
    """Every shared sheet at a glance."""
    with site().reading() as ledger:
        found = pairs(ledger.conn, ledger.catalogue, site().settings)
        states = [_state(ledger, pair) for pair in found.values()]
    return render_template("sheets.html", states=states, every=site().settings.sheets.every)


@views.get("/sheets/<form_id>")
def get_sheet(form_id: str) -> str:
    """One shared sheet: conflicts with both values, wrong cells with the remedy."""
    with site().reading() as ledger:
        return _page(ledger, _pair(ledger, form_id))


@views.post("/sheets/<form_id>/round")
def post_round(form_id: str) -> str | Answer:
    """Have a round made now, or only show what it would do."""
    mode = {"try": Mode.REHEARSAL, "trust": Mode.TRUSTING}.get(request.form.get("_do", ""), Mode.THOROUGH)
    with site().reading() as ledger:
        pair, catalogue = _pair(ledger, form_id), ledger.catalogue
    if mode is Mode.REHEARSAL:
        report = run_round(site().database, catalogue, pair, now=site().now(), mode=mode)
        with site().reading() as ledger:
            return _page(ledger, pair, report)
    _wait_for(ask_for_round(site(), form_id, mode))
    return redirect(url_for("sheets.get_sheet", form_id=form_id))


@views.post("/sheets/<form_id>/conflicts/<conflict_id>")
def post_conflict(form_id: str, conflict_id: str) -> Answer | tuple[str, int]:
    """Let the record say what one of the two sides said."""
    choice = _CHOICES.get(request.form.get("choice", ""))
    if choice is None:
        raise NoChoice
    occasion = site().occasion(guards.actor(), Door.WEB)
    with site().writing() as ledger:
        state = _state(ledger, _pair(ledger, form_id))
        known = [*state.conflicts, *_settled(ledger, state)]
        if conflict_id not in {conflict.id for conflict in known}:
            raise NoSuchConflict
        outcome = settle_conflict(ledger, conflict_id, choice, occasion)
    if isinstance(outcome, Refused):
        sentence = next(iter(outcome.refusals.values()))
        return render_template("problem.html", status=422, code="conflict.refused", sentence=sentence), 422
    return redirect(url_for("sheets.get_sheet", form_id=form_id))


@views.get("/sheets/<form_id>/file")
def get_file(form_id: str) -> Response:
    """The workbook itself, for who has no shared folder."""
    with site().reading() as ledger:
        path = site().settings.sheets.folder / _pair(ledger, form_id).sheet.name
        if not _sees_sheet(ledger.catalogue[form_id].form, guards.actor()):
            raise NotForYou(path.name)
    if not path.is_file():
        raise NoSuchSheet(form_id)
    headers = {"Content-Disposition": attachment(path.name)}
    return Response(path.read_bytes(), mimetype=_XLSX, headers=headers)


def _wait_for(asked: int) -> None:
    """Give the round a moment, so that the page that follows shows what it did."""
    for _ in range(_LOOKS):
        with site().database.reading() as conn:
            if is_answered(conn, asked):
                return
        time.sleep(_PAUSE_SECONDS)


def _page(ledger: Ledger, pair: Pair, report: RoundReport | None = None) -> str:
    """The page of one sheet, with what a rehearsed round would do."""
    state = _state(ledger, pair)
    settled = _settled(ledger, state)[:_SETTLED_SHOWN]
    shown = {conflict.submission_id for conflict in (*state.conflicts, *settled)}
    ledger.lookup.learn_titles(shown)
    titles = {submission_id: ledger.lookup.record_title(submission_id) for submission_id in shown}
    return render_template("sheet.html", state=state, settled=settled, titles=titles, report=report)


def _settled(ledger: Ledger, state: SheetState) -> list[SheetConflict]:
    found = conflicts_of(ledger.conn, state.binding.id, settled=True) if state.binding else []
    return _seen(ledger, state.form, found)


def _pair(ledger: Ledger, form_id: str) -> Pair:
    found = pairs(ledger.conn, ledger.catalogue, site().settings)
    if form_id not in found:
        raise NoSuchSheet(form_id)
    return found[form_id]


def _state(ledger: Ledger, pair: Pair) -> SheetState:
    binding, form = binding_state(ledger.conn, pair.name), ledger.catalogue[pair.form_id].form
    return SheetState(
        form=form,
        name=pair.sheet.name,
        binding=binding,
        holder=_holder(pair, site().now()),
        conflicts=_seen(ledger, form, conflicts_of(ledger.conn, binding.id)) if binding else [],
        refusals=_seen(ledger, form, refusals_of(ledger.conn, binding.id)) if binding else [],
        remade_at=remade_at(binding, site().now()) if binding else None,
    )


def _seen(ledger: Ledger, form: Form, items: list[Cell]) -> list[Cell]:
    """Of wrong and doubtful cells those whose record and question the person may see whole."""
    actor = guards.actor()
    records = {_record(item) for item in items}
    reached = set(visible_ids(ledger.conn, form, [record for record in records if is_id(record)], actor))
    return [
        item
        for item in items
        if sees_column(form, actor, item.field) is Sight.WHOLE
        and (_record(item) in reached or not is_id(_record(item)))
    ]


def _record(item: SheetConflict | SheetRefusal) -> str:
    return item.submission_id if isinstance(item, SheetConflict) else item.row_key


def _sees_sheet(form: Form, actor: Actor) -> bool:
    """Whether the person may see everything that stands in a form's sheet."""
    sheet = form.sheet
    if sheet is None or ADMINISTRATOR in actor.roles or sheet.role in actor.roles:
        return True
    return sees_every_record(form, actor) and all(
        sees_column(form, actor, name) is Sight.WHOLE for name in sheet.columns
    )


def _holder(pair: Pair, now: datetime) -> Holder | None:
    """Who has the sheet open; none when it cannot be reached, which the round that waits for it says."""
    try:
        return pair.sheet.holder(now)
    except Problem:
        return None
