"""An office with one ledger: hazards, kept in step with a sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from forms.folder import load_folder
from kernel.clock import Clock
from records.catalogue import Catalogue, open_catalogue, publish
from records.database import Database
from records.ledger import open_ledger
from records.model import Accepted, Actor, Door, Occasion, Submission
from records.people import Unit, save_units
from records.revise import Change, restore, revise, withdraw
from records.sheets import Binding, SheetConflict, SheetRefusal, binding_state, conflicts_of, refusals_of
from records.store import load_revisions, load_submissions
from records.submit import Entry, submit_many
from records.tables import submissions
from sync.backends.base import Sheet
from sync.layout import Layout, layout_of
from sync.round import Mode, Pair, RoundReport, run_round

HAZARD = """
id: hazard
title: 隐患
instance_name: ${desc}
numbering: {field: "no", format: "YH-{area}-{yyyy}-{seq:6}"}
fields:
  - {type: text, name: "no", label: 隐患编号, read_only: true}
  - {type: text, name: desc, label: 隐患描述, required: true}
  - {type: select_one, name: level, label: 级别, required: true, choices: {general: 一般, major: 重大}}
  - {type: unit, name: town, label: 属地}
  - {type: integer, name: people, label: 涉及人数, constraint: ". >= 0", constraint_message: 应为 0 以上的整数}
  - {type: decimal, name: cost, label: 整改资金}
  - {type: date, name: found_at, label: 发现日期}
  - type: date
    name: fixed_at
    label: 整改日期
    constraint: ". >= ${found_at}"
    constraint_message: 不能早于发现日期
  - {type: text, format: phone, name: phone, label: 联系电话}
  - {type: yes_no, name: stopped, label: 是否停产}
  - {type: calculate, name: urgent, label: 紧急, calculation: "if(${level} = 'major', '急', '')"}
workflow:
  initial_state: fixing
  states:
    fixing: {title: 整改中, transitions: [fix], edit: {office: all}}
    done: {title: 已完成}
  transitions:
    fix: {title: 整改完成, new_state: done}
access:
  units: [town]
  roles: {office: {fill: true, read: all, edit: all, withdraw: all}}
unique: [[desc]]
sheet:
  tab: 隐患台账
  columns: ["no", desc, level, town, people, cost, found_at, fixed_at, phone, stopped, urgent]
  locked: [town]
  filter: "${level} != 'general' or ${stopped} != true()"
"""

OFFICE = Actor("lin", "林青", "O", frozenset({"office", "administrator"}), frozenset({"O", "T1", "T2"}))


@dataclass
class Office:
    """A database with the ledger in it, a sheet beside it, and people on both sides."""

    database: Database
    catalogue: Catalogue
    sheet: Sheet
    now: Clock
    _sent: list[str] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        found = layout_of(self.catalogue["hazard"].form)
        assert found is not None
        return found

    def agreed(self) -> bool:
        """Whether nothing is left to do: the next thorough round writes nothing."""
        before = self.sheet.seal()
        report = self.round(Mode.THOROUGH)
        return report.waiting is None and self.sheet.seal() == before

    def round(self, mode: Mode = Mode.USUAL) -> RoundReport:
        pair = Pair("ledger/hazard", "hazard", self.sheet, "419926", "O")
        return run_round(self.database, self.catalogue, pair, now=self.now(), mode=mode)

    def fill(self, *descriptions: str, **answers: str) -> list[str]:
        """Somebody reports hazards on the web; their ids."""
        raw = {"level": "一般", "town": "城关镇", "people": "3", "found_at": "2026-11-01", "phone": "13800138000"}
        entries = []
        for description in descriptions:
            self._sent.append(description)
            mine = {**raw, "desc": description, **answers}
            entries.append(Entry(mine, f"web-{len(self._sent)}", self._occasion()))
        with self.database.writing() as conn:
            outcomes = submit_many(open_ledger(conn, self.catalogue, "419926"), "hazard", entries)
        assert all(isinstance(outcome, Accepted) for outcome in outcomes), outcomes
        return [outcome.submission.id for outcome in outcomes if isinstance(outcome, Accepted)]

    def change(self, record_id: str, transition: str | None = None, **answers: str) -> None:
        """Somebody changes a record on the web."""
        with self.database.writing() as conn:
            ledger = open_ledger(conn, self.catalogue, "419926")
            outcome = revise(ledger, Change(record_id, answers, self._occasion(), transition=transition))
        assert isinstance(outcome, Accepted), outcome

    def withdraw(self, record_id: str) -> None:
        with self.database.writing() as conn:
            withdraw(open_ledger(conn, self.catalogue, "419926"), record_id, self._occasion())

    def restore(self, record_id: str) -> None:
        with self.database.writing() as conn:
            restore(open_ledger(conn, self.catalogue, "419926"), record_id, self._occasion())

    def record(self, record_id: str) -> Submission:
        with self.database.reading() as conn:
            return load_submissions(conn, [record_id])[record_id]

    def records(self) -> dict[str, Submission]:
        """Every living record, by its description."""
        with self.database.reading() as conn:
            ids = conn.execute(select(submissions.c.id).where(submissions.c.withdrawn_at.is_(None))).scalars().all()
            return {str(item.answers["desc"]): item for item in load_submissions(conn, ids).values()}

    def last_author(self, record_id: str) -> str:
        with self.database.reading() as conn:
            author = load_revisions(conn, record_id)[-1].author
        assert author is not None
        return f"{author.name} {author.certainty}"

    def binding(self) -> Binding:
        with self.database.reading() as conn:
            found = binding_state(conn, "ledger/hazard")
        assert found is not None
        return found

    def conflicts(self) -> list[SheetConflict]:
        with self.database.reading() as conn:
            return conflicts_of(conn, self.binding().id)

    def refusals(self) -> list[SheetRefusal]:
        with self.database.reading() as conn:
            return refusals_of(conn, self.binding().id)

    def _occasion(self) -> Occasion:
        return Occasion(OFFICE, self.now(), Door.WEB)


def hazard_catalogue(database: Database, folder: Path, now: Clock, source: str = HAZARD) -> Catalogue:
    """The hazards' form, published; and two towns."""
    definitions = folder / "definitions"
    definitions.mkdir(exist_ok=True)
    (definitions / "hazard.yaml").write_text(source, encoding="utf-8")
    loaded = load_folder(definitions)
    assert not loaded.issues, loaded.issues
    with database.writing() as conn:
        towns = [Unit("T1", "城关镇", "town", ("O",)), Unit("T2", "东山镇", "town", ("O",))]
        save_units(conn, [Unit("O", "县安委办", "office"), *towns])
        publish(conn, loaded, actor="lin", at=now())
        return open_catalogue(conn)


def open_office(database: Database, folder: Path, now: Clock, opened: Callable[[Layout], Sheet]) -> Office:
    """An office whose sheet is `opened` for the hazards' layout."""
    catalogue = hazard_catalogue(database, folder, now)
    layout = layout_of(catalogue["hazard"].form)
    assert layout is not None
    return Office(database, catalogue, opened(layout), now)
