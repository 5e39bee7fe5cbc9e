"""One round: a form's records and its tab are brought together, and killed anywhere nothing is lost or doubled.

    1  look      one look at the sheet's seal and the records' stamp: unchanged, and that was all
    2  read      the sheet, once
    3  settle    one transaction: what the sheet says goes into the records; what the sheet will read
                 after the writing is kept as the shadow of generation n+1; so are conflicts and refusals
    4  write     the sheet, once, which also stamps n+1 into it
    5  close     one transaction: the binding is of generation n+1

The records come first because they can be asked. Killed before 3 nothing has happened. Killed between
3 and 4 the sheet is of generation n: what was taken reads alike on both sides and is settled by
being equal, and a typed row that became a record is known by the name under which it was sent in
(`adopting`). Killed between 4 and 5 the sheet says n+1, whose shadow is there, and is merged with it.
Written the other way round, a sheet would say what no record knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from forms.access import ADMINISTRATOR
from kernel.clock import from_utc_text, utc_text
from kernel.problems import NotFound, Problem, Unavailable
from kernel.sentences import Sentence, say
from records.catalogue import Catalogue
from records.database import Database
from records.ledger import open_ledger
from records.model import Actor, Author, Door, Occasion
from records.revise import ChangedMeanwhile
from records.sheets import Binding, binding_state, ensure_binding, finish_round, put_off, remember
from sync.authors import Sighting, likeliest_author
from sync.backends.base import Sheet, Snapshot
from sync.layout import SHEET_ACTOR, Layout, layout_of
from sync.locks import Holder
from sync.merge import Step
from sync.planning import Desk, Plan, settle, stamp_of
from sync.replace import BookChanged, BookHeld
from sync.workbook.package import Gone

#: How long a vanished sheet is waited for before it is made anew from the records.
RECREATED_AFTER = timedelta(minutes=10)
#: How often a round is begun again because somebody was quicker.
ATTEMPTS = 3
#: How long the page tells that a sheet was made anew.
_REMADE_TOLD = timedelta(days=7)
#: How often a sighting of the same person is written down.
_SIGHTED_EVERY = timedelta(minutes=1)


class NoTab(NotFound):
    """The form has no `sheet:`, so there is nothing to keep in step."""

    code = "sheet.no_tab"

    def __init__(self, form_id: str) -> None:
        super().__init__(say("表单 {form} 没有写 sheet，不与共享表格同步", form=form_id))


@dataclass(frozen=True, slots=True)
class Pair:
    """A form and the sheet it is kept in step with.

    Attributes:
        name: of the binding: the sheet's name in config.yaml, with the form: ledger/hazard.
        area: the office's six-digit area code, for printed numbers.
        unit_id: the unit that rows typed into the sheet are filed under.
    """

    name: str
    form_id: str
    sheet: Sheet
    area: str
    unit_id: str = ""


class Mode(Enum):
    """How a round goes about it."""

    USUAL = "usual"
    #: Also when nothing seems to have changed: names of units, lists of choices, days that have passed.
    THOROUGH = "thorough"
    #: Also when so much is gone that it looks like an accident: a person has said that it is meant.
    TRUSTING = "trusting"
    #: Only to see what it would do; nothing is changed anywhere.
    REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What a round did.

    Attributes:
        counts: taken, put, created, appended, withdrawn, restored, dropped, conflicts, refused; zeros left out.
        steps: what the sheet and the records had to say to each other.
        missing: labels of the columns that the sheet has lost.
        unchanged: one look was enough.
        waiting: why the round was put off, and `code` of the problem; none when it was not.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    unchanged: bool = False
    waiting: str | None = None
    code: str | None = None


def run_round(
    database: Database, catalogue: Catalogue, pair: Pair, *, now: datetime, mode: Mode = Mode.USUAL
) -> RoundReport:
    """Bring a form's records and its sheet together. A round that cannot be made now is put off and says why.

    Only one round of a pair may run at a time (the queue's lane sees to it). Raises `NoTab`, `NoSuchForm`.
    """
    layout = layout_of(catalogue[pair.form_id].form)
    if layout is None:
        raise NoTab(pair.form_id)
    running = _Round(database, catalogue, pair, layout, now, mode)
    return running.run()


def remade_at(binding: Binding, now: datetime) -> datetime | None:
    """When the sheet was made anew because it had vanished; none when it never was, or long ago."""
    stored = binding.round.get("remade_at")
    at = from_utc_text(stored) if stored else None
    return at if at and now - at <= _REMADE_TOLD else None


class _Round:
    """A round under way: what stays the same in it."""

    def __init__(
        self, database: Database, catalogue: Catalogue, pair: Pair, layout: Layout, now: datetime, mode: Mode
    ) -> None:
        self._database, self._catalogue, self._pair = database, catalogue, pair
        self._layout, self._now = layout, now
        self._binding = self._bound()
        self._mode = _wanted(mode, self._stored("asked"))
        self._sighting = _sighting(self._binding)

    def run(self) -> RoundReport:
        """The round, or why it was put off."""
        try:
            return self._look()
        except Problem as problem:
            self._put_off(problem)
            return RoundReport(waiting=problem.sentence, code=problem.code)

    # ---- look ------------------------------------------------------------------------------------------------------

    def _look(self) -> RoundReport:
        try:
            seal = self._pair.sheet.seal()
        except Gone:
            return self._make(again=self._binding.seal is not None)
        holder = self._pair.sheet.holder(self._now)
        sighted = self._sight(holder)
        if self._mode is Mode.USUAL and seal == self._binding.seal and self._stamp() == self._stored("stamp"):
            if sighted or self._binding.waiting_since is not None:
                self._remember()
            return RoundReport(unchanged=True)
        if holder is not None and self._mode is not Mode.REHEARSAL:
            raise BookHeld(self._held_words(holder))
        return self._repeatedly()

    def _repeatedly(self) -> RoundReport:
        """Somebody may save the sheet or change a record at any moment; then it is read and merged again."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._go()
            except (BookChanged, ChangedMeanwhile):
                continue
        return self._go()

    # ---- read, settle, write, close --------------------------------------------------------------------------------

    def _go(self) -> RoundReport:
        snapshot = self._pair.sheet.read()
        plan = self._settle(snapshot)
        if self._mode is Mode.REHEARSAL:
            return _report(plan)
        seal = snapshot.seal
        if plan.writing is not None:
            seal = self._pair.sheet.write(plan.writing, snapshot, self._now)
        return self._close(plan, seal, remade_at=self._stored("remade_at"))

    def _make(self, *, again: bool) -> RoundReport:
        """Make the sheet from the records: the first time at once, later only when it stays away."""
        if again and self._mode is not Mode.REHEARSAL:
            self._wait_for_it()
        everything = frozenset(column.key for column in self._layout.columns)
        plan = self._settle(Snapshot((), everything, self._binding.id, None, ""), fresh=True)
        if self._mode is Mode.REHEARSAL:
            return _report(plan)
        assert plan.writing is not None
        try:
            seal = self._pair.sheet.create(self._binding.id, plan.writing, self._now, again=again)
        except FileExistsError:
            return self._repeatedly()
        return self._close(plan, seal, remade_at=utc_text(self._now) if again else None)

    def _wait_for_it(self) -> None:
        """Raises `Gone` until the sheet has been away for `RECREATED_AFTER`."""
        since = self._binding.waiting_since if self._stored("code") == Gone.code else None
        if since is None or self._now - since < RECREATED_AFTER:
            raise Gone(
                say(
                    "“{name}”不见了，请放回原处；{minutes} 分钟后仍不在，系统会按记录重新做一份，不会丢内容",
                    name=self._pair.sheet.name,
                    minutes=RECREATED_AFTER // timedelta(minutes=1),
                )
            )

    def _settle(self, snapshot: Snapshot, *, fresh: bool = False) -> Plan:
        author = likeliest_author(self._sighting, snapshot.saving, since=self._binding.round_at)
        with self._database.writing() as conn:
            ledger = open_ledger(conn, self._catalogue, self._pair.area)
            locked = binding_state(conn, self._pair.name, lock=True)
            assert locked is not None
            desk = Desk(ledger, self._catalogue[self._pair.form_id], self._layout, locked, self._occasion(author))
            plan = settle(desk, snapshot, fresh=fresh, trusting=self._mode is Mode.TRUSTING)
            if self._mode is Mode.REHEARSAL:
                conn.rollback()
        return plan

    def _close(self, plan: Plan, seal: str, *, remade_at: str | None) -> RoundReport:
        remembered: dict[str, Any] = {"stamp": plan.stamp, "done": dict(plan.counts), "missing": list(plan.missing)}
        if remade_at is not None:
            remembered["remade_at"] = remade_at
        with self._database.writing() as conn:
            finish_round(
                conn, self._binding, generation=plan.generation, seal=seal, at=self._now, remembered=remembered
            )
        return _report(plan)

    # ---- what is remembered between rounds -------------------------------------------------------------------------

    def _bound(self) -> Binding:
        with self._database.reading() as conn:
            binding = binding_state(conn, self._pair.name)
        if binding is not None:
            return binding
        with self._database.writing() as conn:
            return ensure_binding(conn, self._pair.name, self._now)

    def _stamp(self) -> str:
        with self._database.reading() as conn:
            ledger = open_ledger(conn, self._catalogue, self._pair.area)
            occasion = self._occasion(None)
            return stamp_of(Desk(ledger, self._catalogue[self._pair.form_id], self._layout, self._binding, occasion))

    def _stored(self, name: str) -> Any:  # noqa: ANN401 -- JSON
        return self._binding.round.get(name)

    def _sight(self, holder: Holder | None) -> bool:
        """Note who has the sheet open; whether that is worth writing down."""
        if holder is None:
            return False
        before = self._sighting
        self._sighting = Sighting(holder.name, holder.since, self._now)
        return before is None or before.name != holder.name or self._now - before.seen_at >= _SIGHTED_EVERY

    def _remembered(self) -> dict[str, Any]:
        kept = {name: value for name, value in self._binding.round.items() if name not in ("code", "asked")}
        if self._sighting is not None:
            kept["sighting"] = {
                "name": self._sighting.name,
                "since": utc_text(self._sighting.since),
                "seen_at": utc_text(self._sighting.seen_at),
            }
        return kept

    def _remember(self) -> None:
        with self._database.writing() as conn:
            remember(conn, self._binding, self._remembered(), waits=False)

    def _put_off(self, problem: Problem) -> None:
        if self._mode is Mode.REHEARSAL:
            return
        remembered = {**self._remembered(), "code": problem.code}
        if isinstance(problem, Unavailable):  # what was asked for is still to be done
            remembered["asked"] = self._mode.value
        with self._database.writing() as conn:
            put_off(conn, self._binding, problem.sentence, self._now, remembered)

    # ---- words and people ------------------------------------------------------------------------------------------

    def _occasion(self, author: Author | None) -> Occasion:
        actor = Actor(SHEET_ACTOR, "共享表格", self._pair.unit_id, frozenset({ADMINISTRATOR}))
        return Occasion(actor, self._now, Door.SHEET, author)

    def _held_words(self, holder: Holder) -> Sentence:
        since = holder.since.astimezone(self._now.tzinfo)
        return say(
            "“{name}”正由{who}打开（{since} 起）。改动都已留存，关闭后自动同步",
            name=self._pair.sheet.name,
            who=holder.name,
            since=f"{since:%H:%M}" if since.date() == self._now.date() else f"{since:%m-%d %H:%M}",
        )


def _report(plan: Plan) -> RoundReport:
    return RoundReport(plan.counts, plan.steps, plan.missing)


def _wanted(mode: Mode, asked: str | None) -> Mode:
    """How a round goes about it that also makes up for one that was asked for and put off."""
    if asked is None or mode in (Mode.TRUSTING, Mode.REHEARSAL):
        return mode
    return mode if Mode(asked) is Mode.USUAL else Mode(asked)


def _sighting(binding: Binding) -> Sighting | None:
    stored = binding.round.get("sighting")
    if not stored:
        return None
    return Sighting(stored["name"], from_utc_text(stored["since"]), from_utc_text(stored["seen_at"]))
