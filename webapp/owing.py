"""What pages show of owed records: what a person owes now, and the office's table of units and periods."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for

from forms.obligations import Obligation
from forms.owing import Owed, Slot, State
from kernel.clock import Every, Period, period_of
from records.debtors import Debtor
from records.ledger import Ledger
from records.model import Actor
from records.obligations import Owing, Reckoner, Standing, Totals, counted, is_on_behalf, may_file_for, owings
from webapp.guards import site
from webapp.owing_words import Phrases, all_quiet, slot_words, time_left
from webapp.wording import translate

#: Units on one page of the table.
PER_PAGE = 100
#: For how long what is missing stays on a unit's first page.
_LATELY = timedelta(days=3)
#: What is due later than in so long is told in a line.
_FAR = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody owes of one obligation now: what may be filed, what is missing, what was reported today."""

    owing: Owing
    debtor: Debtor
    owed: tuple[Owed, ...]

    @property
    def first(self) -> Owed | None:
        """What is most urgent of what may be filed; none: nothing is."""
        return next((owed for owed in self.owed if owed.state.is_awaited), None)

    def is_far(self, now: datetime) -> bool:
        """Whether it is still some while until it is due, and nothing is missing: a line is enough."""
        first = self.first
        return first is not None and not self.missing and first.slot.due_at - now > _FAR

    @property
    def missing(self) -> tuple[Owed, ...]:
        """What fell due lately and never came."""
        return tuple(owed for owed in self.owed if owed.state is State.MISSING)

    @property
    def later(self) -> Owed | None:
        """What opens today, where there is nothing more urgent."""
        return next((owed for owed in self.owed if owed.state is State.LATER), None)

    @property
    def done(self) -> Owed | None:
        """What was filed last."""
        return next((owed for owed in reversed(self.owed) if owed.filed), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """How one unit stands with one time, as the table says it."""

    letter: str
    #: The class that its colour hangs on.
    tone: str
    #: The same in full words, for whoever points at it or hears the page.
    words: str
    #: These without the unit and the time, for an export.
    state: str
    on_behalf: bool = False
    #: The record, or the form to report on behalf; none: there is nothing to open.
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table; `short` is the name without what those of its kind have in common at its beginning."""

    debtor: Debtor
    short: str
    cells: tuple[Cell | None, ...]
    totals: Totals


def reckoner_of(ledger: Ledger) -> Reckoner:
    """What is owed, by the forms that are served and the office's clock."""
    forms = {form_id: published.form for form_id, published in ledger.catalogue.newest.items()}
    return Reckoner(ledger.conn, forms, site().now())


def all_owings(ledger: Ledger) -> list[Owing]:
    """Every obligation of the forms that are served."""
    return owings(published.form for published in ledger.catalogue.newest.values())


def owing_of(ledger: Ledger, form_id: str, name: str) -> Owing | None:
    """An obligation by its form and name; none: there is none."""
    form = ledger.catalogue[form_id].form
    return Owing(form, name, form.obligations[name]) if name in form.obligations else None


# ---- what a person owes ------------------------------------------------------------------------------------------


def duties(ledger: Ledger, actor: Actor) -> list[Duty]:
    """What the actor's unit, or the actor, owes today, the most urgent first."""
    reckoner = reckoner_of(ledger)
    found = [duty for owing in all_owings(ledger) for duty in _duties(reckoner, owing, actor)]
    return sorted(found, key=_urgency)


def duties_of(ledger: Ledger, owing: Owing, actor: Actor) -> list[Duty]:
    """What the actor's unit, or the actor, owes today of one obligation."""
    return _duties(reckoner_of(ledger), owing, actor)


def _duties(reckoner: Reckoner, owing: Owing, actor: Actor) -> list[Duty]:
    if not owing.form.access.may_fill(actor.roles):
        return []
    now = site().now()
    standing = reckoner.around_now(owing, only={actor.id if owing.obligation.roles else actor.unit_id})
    found = []
    for debtor in standing.debtors:
        known = (standing.of(debtor, slot) for slot in standing.slots)
        today = tuple(owed for owed in known if owed and _is_of_today(owed, now))
        if today:
            found.append(Duty(owing, debtor, today))
    return found


def words_of_duties() -> dict[str, Any]:
    """What the cards of duties are drawn with."""
    return {
        "now": site().now(),
        "time_left": time_left,
        "slot_words": slot_words,
        "fill_address": fill_address,
    }


def _is_of_today(owed: Owed, now: datetime) -> bool:
    """Whether it is to be told today: it may be filed, opens today, is missing lately, or came today."""
    match owed.state:
        case State.OWED | State.OVERDUE:
            return True
        case State.LATER:
            return owed.slot.opens_at.date() == now.date()
        case State.MISSING:
            return owed.slot.due_at >= now - _LATELY
        case _:
            came = owed.filed[-1].at.astimezone(now.tzinfo).date()
            return now.date() in (came, owed.slot.due_at.date())


def _urgency(duty: Duty) -> tuple[bool, datetime]:
    first = duty.first or duty.later or duty.owed[-1]
    return not first.state.is_awaited, first.slot.due_at


def one_tap_raw(owing: Owing, owed: Owed) -> dict[str, str]:
    """What one tap answers: what the form says, and the day that is owed where it is one day."""
    raw = dict(owing.form.one_tap)
    if owing.obligation.date and owed.slot.period.days == 1:
        raw[owing.obligation.date] = owed.slot.period.start.isoformat()
    return raw


def fill_address(owing: Owing, owed: Owed, debtor: Debtor, *, event: str | None = None) -> str:
    """The form with what is known of it filled in: whose, for which day, after which event."""
    obligation = owing.obligation
    known: dict[str, str] = {}
    if obligation.unit:
        known[obligation.unit] = debtor.id
    if obligation.person:
        known[obligation.person] = debtor.id
    if obligation.date and owed.slot.period.days == 1:
        known[obligation.date] = owed.slot.period.start.isoformat()
    if obligation.after and obligation.after.link and event:
        known[obligation.after.link] = event
    return url_for("fill.get_form", form_id=owing.form.id, **known)  # type: ignore[arg-type]  # values for an address


# ---- the table ---------------------------------------------------------------------------------------------------


def days_shown(obligation: Obligation, day: date) -> Period:
    """The days that one page of the table shows around `day`: a day of hours, a month of days, a year of months."""
    match obligation.every:
        case "hour":
            return period_of(Every.DAY, day)
        case "day" if len(obligation.hours) > 1:
            return period_of(Every.WEEK, day)
        case "day":
            return period_of(Every.MONTH, day)
        case "week":
            return period_of(Every.QUARTER, day)
        case None if obligation.after is not None:
            return period_of(Every.MONTH, day)
        case "quarter" | "year":
            return Period(date(day.year - 1, 1, 1), date(day.year, 12, 31))
    return period_of(Every.YEAR, day)


def asked_day(words: str | None, today: date) -> date:
    """The day that an address means with 2026-11 or 2026-11-22; `today` where it means none."""
    if words and re.fullmatch(r"(19|20)\d\d-\d\d(-\d\d)?", words):
        try:
            return date.fromisoformat(words if len(words) > len("2026-11") else f"{words}-01")
        except ValueError:
            return today
    return today


def lines_of(
    ledger: Ledger, actor: Actor, standing: Standing, debtors: Sequence[Debtor], titles: Mapping[str, str]
) -> list[Line]:
    """The rows of the table for some of those who owe."""
    common = _common_beginnings(standing.debtors)
    drawing = _Drawing(ledger, standing, titles)
    found = []
    for debtor in debtors:
        may_file = _may_report_for(standing.owing, actor, debtor)
        own = [standing.of(debtor, slot) for slot in standing.slots]
        cells = tuple(drawing.cell(debtor, owed, may_file=may_file) if owed else None for owed in own)
        totals = counted(standing.owing, ((debtor.id, owed) for owed in own if owed))
        found.append(Line(debtor, debtor.name.removeprefix(common[debtor.kind]), cells, totals))
    return found


def _common_beginnings(debtors: Sequence[Debtor]) -> dict[str, str]:
    """By kind what the names of several all begin with, as 青山县 of its departments; as much is left as tells them."""
    names: dict[str, list[str]] = defaultdict(list)
    for debtor in debtors:
        names[debtor.kind].append(debtor.name)
    return {kind: _beginning(of_kind) for kind, of_kind in names.items()}


def _beginning(names: Sequence[str]) -> str:
    if len(names) == 1:
        return ""
    shared = [first == second for first, second in zip(min(names), max(names), strict=False)]
    length = shared.index(False) if False in shared else len(shared)
    return names[0][:length] if all(len(name) - length > 1 for name in names) else ""


def _may_report_for(owing: Owing, actor: Actor, debtor: Debtor) -> bool:
    """Whether the actor may file what `debtor` owes: their own unit's, or another's where a question says whose."""
    if debtor.id == (actor.id if owing.obligation.roles else actor.unit_id):
        return owing.form.access.may_fill(actor.roles)
    names_whose = owing.obligation.person if owing.obligation.roles else owing.obligation.unit
    return names_whose is not None and may_file_for(owing.form, actor, debtor.unit_id)


class _Drawing:
    """Draws the cells of one table; what all of them share is put into words once."""

    def __init__(self, ledger: Ledger, standing: Standing, titles: Mapping[str, str]) -> None:
        self._owing = standing.owing
        self._quiet = bool(standing.owing.form.one_tap)
        self._phrases = Phrases(ledger, quiet=self._quiet)
        self._whens = {slot.key: translate(slot_words(standing.owing, slot, titles)) for slot in standing.slots}

    def cell(self, debtor: Debtor, owed: Owed, *, may_file: bool) -> Cell:
        on_behalf = is_on_behalf(self._owing, debtor.id, owed)
        full = self._phrases.in_full(owed, on_behalf=on_behalf)
        eventful = self._quiet and owed.state is State.ON_TIME and not all_quiet(owed)
        return Cell(
            self._phrases.letter(owed),
            f"{owed.state} eventful" if eventful else str(owed.state),
            f"{debtor.name} {self._whens[owed.slot.key]}：{full}",
            full,
            on_behalf,
            self._address(debtor, owed, may_file=may_file),
        )

    def _address(self, debtor: Debtor, owed: Owed, *, may_file: bool) -> str | None:
        if owed.filed:
            return url_for("records.get_record", submission_id=owed.filed[0].id)
        if may_file and owed.state is not State.LATER:
            return fill_address(self._owing, owed, debtor, event=owed.slot.event)
        return None


def titles_of(ledger: Ledger, slots: Sequence[Slot]) -> dict[str, str]:
    """The titles of the events that times follow."""
    events = [slot.event for slot in slots if slot.event]
    ledger.lookup.learn_titles(events)
    return {event: ledger.lookup.record_title(event) for event in events}
