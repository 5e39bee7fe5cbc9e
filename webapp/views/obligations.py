"""Who owes which record: every obligation at a glance, and for each the table of units and periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from flask import Blueprint, Response, render_template, request

from forms.access import Reach
from forms.labels import Label
from forms.owing import Owed, Slot, State
from kernel.clock import Period
from kernel.problems import NotFound
from kernel.sentences import say
from records.access import NotAllowed, Verb, reach
from records.debtors import Debtor
from records.ledger import Ledger
from records.model import Actor
from records.obligations import Owing, Reckoner, Standing, Totals
from records.people import all_roles
from sync.exchange import write_csv, write_xlsx
from webapp import guards
from webapp.guards import site
from webapp.owing import (
    PER_PAGE,
    Line,
    all_owings,
    asked_day,
    days_shown,
    duties,
    lines_of,
    owing_of,
    reckoner_of,
    titles_of,
    words_of_duties,
)
from webapp.owing_words import head_line, heading_words, rate_words, slot_words
from webapp.views.exchange import NoSuchKind, attachment
from webapp.wording import translate

views = Blueprint("obligations", __name__, url_prefix="/owed")

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
_DAY = timedelta(days=1)


class NoSuchObligation(NotFound):
    """The form has no obligation of this name."""

    code = "obligation.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(say("这张表单没有“{name}”这一项应报", name=name))


@dataclass(frozen=True, slots=True)
class Glance:
    """An obligation as the list of them shows it: the time that runs or ran last, and the counts of that."""

    owing: Owing
    slot: Slot
    words: str
    totals: Totals
    #: Whether everybody's rows are counted, or only those that the person sees.
    whole: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One page of an obligation's table, and what stands around it."""

    owing: Owing
    days: Period
    standing: Standing
    #: Of all who owe in the view, those of the chosen kind.
    debtors: Sequence[Debtor]
    kinds: Sequence[str]
    kind: str
    page: int

    @property
    def pages(self) -> int:
        """How many pages of units there are."""
        return max(1, -(-len(self.debtors) // PER_PAGE))

    @property
    def shown(self) -> Sequence[Debtor]:
        """The units of this page."""
        start = (min(self.page, self.pages) - 1) * PER_PAGE
        return self.debtors[start : start + PER_PAGE]

    @property
    def before(self) -> str:
        """What the address calls the page of days before this one."""
        return (self.days.start - _DAY).isoformat()

    @property
    def after(self) -> str:
        """What the address calls the page of days after this one."""
        return (self.days.end + _DAY).isoformat()


@views.get("")
def get_obligations() -> str:
    """What the person owes, and every obligation whose rows they may see."""
    actor = guards.actor()
    with site().reading() as ledger:
        reckoner = reckoner_of(ledger)
        glances = [
            glance
            for owing in all_owings(ledger)
            if _may_look(owing, actor) and (glance := _glance(ledger, reckoner, owing, actor))
        ]
        return render_template(
            "obligations.html",
            glances=glances,
            duties=duties(ledger, actor),
            head_line=head_line,
            rate_words=rate_words,
            **words_of_duties(),
        )


@views.get("/<form_id>/<name>")
def get_board(form_id: str, name: str) -> str:
    """The table of units and periods of one obligation."""
    actor, now = guards.actor(), site().now()
    with site().reading() as ledger:
        board = _board(ledger, actor, form_id, name)
        standing = board.standing
        titles = titles_of(ledger, standing.slots)
        slot = _running(standing, is_past=board.days.end < now.date())
        waiting = [] if slot is None else _waiting(board, slot)
        return render_template(
            "obligation.html",
            board=board,
            owing=board.owing,
            now=now,
            columns=[(slot, heading_words(board.owing, slot, titles)) for slot in standing.slots],
            lines=lines_of(ledger, actor, standing, board.shown, titles),
            running=slot,
            running_words=slot_words(board.owing, slot, titles) if slot else "",
            running_totals=standing.totals({slot.key}) if slot else None,
            totals=standing.totals(),
            waiting=waiting,
            waiting_lines=lines_of(ledger, actor, _narrowed(standing, slot), [one for one, _ in waiting], titles)
            if slot
            else [],
            head_line=head_line,
            rate_words=rate_words,
            kind_names=_kind_names(ledger),
            quiet=bool(board.owing.form.one_tap),
        )


@views.get("/<form_id>/<name>.<kind>")
def get_export(form_id: str, name: str, kind: Literal["xlsx", "csv"]) -> Response:
    """The table of one obligation, all its units, as a file."""
    if kind not in _TYPES:
        raise NoSuchKind(kind)
    actor = guards.actor()
    with site().reading() as ledger:
        board = _board(ledger, actor, form_id, name)
        titles = titles_of(ledger, board.standing.slots)
        header = [
            translate(say("单位")),
            *(translate(slot_words(board.owing, slot, titles)) for slot in board.standing.slots),
            *map(translate, (say("应报"), say("已报"), say("迟报"), say("漏报"), say("代报"), say("报告率"))),
        ]
        rows = [_exported(line) for line in lines_of(ledger, actor, board.standing, board.debtors, titles)]
    title = translate(board.owing.obligation.title)
    content = write_xlsx(title, header, rows) if kind == "xlsx" else write_csv(header, rows)
    name = f"{title}{board.days.start:%Y%m%d}-{board.days.end:%Y%m%d}.{kind}"
    return Response(content, mimetype=_TYPES[kind], headers={"Content-Disposition": attachment(name)})


def _exported(line: Line) -> list[str | int]:
    """A row of the file: who, in words how each time stands, the counts."""
    totals = line.totals
    counts = [totals.owed, totals.reported, totals.late, totals.missing, totals.on_behalf]
    return [line.debtor.name, *(cell.state if cell else "" for cell in line.cells), *counts, rate_words(totals)]


def _board(ledger: Ledger, actor: Actor, form_id: str, name: str) -> Board:
    owing = owing_of(ledger, form_id, name)
    if owing is None:
        raise NoSuchObligation(name)
    if not _may_look(owing, actor):
        raise NotAllowed(owing.form, "read")
    days = days_shown(owing.obligation, asked_day(request.args.get("at"), site().now().date()))
    reckoner = reckoner_of(ledger)
    standing = reckoner.standing(owing, days, only=reckoner.seen_by(owing, actor))
    kinds = list(dict.fromkeys(debtor.kind for debtor in standing.debtors))
    kind = request.args.get("of", "")
    debtors = [debtor for debtor in standing.debtors if kind not in kinds or debtor.kind == kind]
    page = max(1, request.args.get("page", 1, type=int))
    return Board(owing, days, standing, debtors, kinds, kind if kind in kinds else "", page)


def _kind_names(ledger: Ledger) -> dict[str, str]:
    """What people call a kind of unit: as the role of that name, else the office's own word."""
    return {role: translate(Label(words)) for role, words in all_roles(ledger.conn).items()}


def _may_look(owing: Owing, actor: Actor) -> bool:
    return reach(owing.form, actor, Verb.READ) is not Reach.NONE or owing.form.access.may_fill(actor.roles)


def _glance(ledger: Ledger, reckoner: Reckoner, owing: Owing, actor: Actor) -> Glance | None:
    only = reckoner.seen_by(owing, actor)
    standing = reckoner.around_now(owing, only=only)
    slot = _running(standing, is_past=False)
    if slot is None:
        return None
    words = translate(slot_words(owing, slot, titles_of(ledger, [slot])))
    return Glance(owing, slot, words, standing.totals({slot.key}), whole=only is None)


def _running(standing: Standing, *, is_past: bool) -> Slot | None:
    """The time that is awaited now, else the one that was due last; none: there is none in the view."""
    now = site().now()
    begun = [slot for slot in standing.slots if slot.opens_at <= now]
    if not begun:
        return None
    if is_past:
        return begun[-1]
    return next((slot for slot in begun if now <= (slot.late_until or slot.due_at)), begun[-1])


def _waiting(board: Board, slot: Slot) -> list[tuple[Debtor, Owed]]:
    """Who has not reported for `slot`, of the chosen kind."""
    lacking = (State.OWED, State.OVERDUE, State.MISSING)
    found = [(debtor, owed) for debtor in board.debtors if (owed := board.standing.of(debtor, slot))]
    return [pair for pair in found if pair[1].state in lacking]


def _narrowed(standing: Standing, slot: Slot) -> Standing:
    """The same of one time alone."""
    return Standing(standing.owing, (slot,), standing.debtors, standing.owed)
