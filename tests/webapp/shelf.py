"""The shared folder of the small office: its workbook of hazards, typed into and handed about like any file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from jobs.worker import Worker
from records.listing import Query, each
from records.model import Submission
from records.sheets import Binding, binding_state
from sync.round import Mode, RoundReport, run_round
from sync.workbook.book import CellValue
from sync.workbook.read import read_book
from tests.conftest import HandClock
from webapp.sheeting import pairs
from webapp.site import SYSTEM, Site
from webapp.tasks import Behind

TAB = "隐患台账"


@dataclass(slots=True)
class Shelf:
    """The workbook of hazards of one office, its clocks, and whoever works behind the scenes."""

    site: Site
    now: HandClock
    behind: Behind
    worker: Worker

    @property
    def book(self) -> Path:
        """The hazards' workbook."""
        return self.site.settings.sheets.folder / f"{TAB}.xlsx"

    @property
    def mark(self) -> Path:
        """What Excel leaves beside the workbook while somebody has it open."""
        return self.book.with_name(f"~${self.book.name}")

    def open_in_excel(self, who: str) -> None:
        """Somebody opens the workbook."""
        named = who.encode("utf-16-le")
        self.mark.write_bytes(bytes(55) + bytes([len(named) // 2, 0]) + named.ljust(108, b"\0"))

    def work(self) -> int:
        """Do what waits; how many tasks."""
        done = 0
        while self.worker.run_once():
            done += 1
        return done

    def tick(self, **later: float) -> None:
        """Some time goes by, then there is one look at every workbook and its consequences."""
        self.now.forward(**later)
        self.behind.look_at_sheets(self.now())
        self.work()

    def round(self, mode: Mode = Mode.USUAL) -> RoundReport:
        """One round of hazards."""
        with self.site.reading() as ledger:
            pair, catalogue = pairs(ledger.conn, ledger.catalogue, self.site.settings)["hazard"], ledger.catalogue
        return run_round(self.site.database, catalogue, pair, now=self.now(), mode=mode)

    def binding(self) -> Binding:
        """What is kept about the workbook."""
        with self.site.database.reading() as conn:
            found = binding_state(conn, "shared/hazard")
        assert found is not None
        return found

    def rows(self) -> list[dict[str, CellValue]]:
        """The rows by heading."""
        header, *rows = read_book(self.book).tabs[0].rows
        return [dict(zip(map(str, header), row, strict=False)) for row in rows if any(row)]

    def type_in(self, heading: str, value: str | None, row: int = 2) -> None:
        """Somebody changes a cell and saves."""
        book = load_workbook(self.book)
        sheet = book.worksheets[0]
        place = [cell.value for cell in sheet[1]].index(heading) + 1
        sheet.cell(row, place).value = value
        book.save(self.book)

    def drop_rows(self, first: int, count: int) -> None:
        """Somebody deletes rows and saves."""
        book = load_workbook(self.book)
        book.worksheets[0].delete_rows(first, count)
        book.save(self.book)

    def hazards(self) -> list[Submission]:
        """Every living hazard."""
        with self.site.reading() as ledger:
            return list(each(ledger.conn, ledger.catalogue["hazard"].form, SYSTEM, Query()))
