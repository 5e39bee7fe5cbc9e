from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import sync.planning
import sync.round
from records.database import Database
from sync.backends.base import Snapshot, Writing
from sync.backends.memory import MemorySheet
from sync.layout import ID, CellValue
from sync.locks import Holder
from sync.round import RECREATED_AFTER, Mode, remade_at
from sync.taking import Taken, take
from tests.conftest import HandClock
from tests.sync.ledgers import Office, open_office

# ---- accidents -----------------------------------------------------------------------------------------------------

Rows = list[dict[str, CellValue]]


def test_when_many_rows_are_gone_nothing_is_done_until_a_person_says_so(office: Office, sheet: MemorySheet) -> None:
    office.fill(*(f"第{at}处" for at in range(8)))
    office.round()
    sheet.edit(lambda rows: rows.__delitem__(slice(0, 6)))
    report = office.round()
    assert report.code == "sheet.mass_disappearance"
    assert len(office.records()) == 8
    assert "少了 6 行（共 8 行）" in str(office.binding().waiting_why)
    assert office.round(Mode.TRUSTING).counts == {"withdrawn": 6}
    assert office.binding().waiting_why is None


def test_without_the_column_of_ids_nothing_is_done(office: Office, sheet: MemorySheet) -> None:
    office.fill("电线老化")
    office.round()
    assert sheet.content
    sheet.content.columns.remove(ID)
    sheet.edit(lambda rows: rows[0].pop(ID))
    assert office.round().code == "sheet.mass_disappearance"
    assert list(office.records()) == ["电线老化"]


def test_a_lost_column_is_told_and_neither_read_nor_written(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    assert sheet.content
    sheet.content.columns.remove("people")
    sheet.edit(lambda rows: rows[0].pop("people"))
    office.change(one, level="重大")
    assert office.round().missing == ("涉及人数",)
    assert office.record(one).answers["people"] == 3
    assert "people" not in sheet.row(one)


def test_a_copy_saved_back_reverts_nothing(office: Office, sheet: MemorySheet) -> None:
    one, two = office.fill("电线老化", "通道堵塞")
    office.round()
    old = sheet.copy()
    office.change(one, level="重大")
    (three,) = office.fill("灭火器过期")
    office.round()
    old.rows[1]["people"] = 20
    old.rows.append({"desc": "在副本里添的", "level": "一般"})
    sheet.put_back(old)
    office.round()
    assert office.record(one).answers["level"] == "major"
    assert office.record(two).answers["people"] == 20
    assert set(office.records()) == {"电线老化", "通道堵塞", "灭火器过期", "在副本里添的"}
    assert sheet.row(one)["level"] == "重大"
    assert sheet.row(three)["desc"] == "灭火器过期"
    assert office.conflicts() == []
    assert office.agreed()


def test_a_new_row_saved_again_from_memory_does_not_become_a_second_record(office: Office, sheet: MemorySheet) -> None:
    office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows.append({"desc": "灭火器过期", "level": "一般"}))
    in_memory = sheet.copy()
    office.round()
    in_memory.rows[1]["people"] = 5
    sheet.put_back(in_memory)
    office.round()
    assert set(office.records()) == {"电线老化", "灭火器过期"}
    assert office.records()["灭火器过期"].answers["people"] == 5
    assert office.agreed()


def test_a_copy_from_long_ago_halts(office: Office, sheet: MemorySheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync.planning, "KEPT_GENERATIONS", 2)
    (one,) = office.fill("电线老化")
    office.round()
    old = sheet.copy()
    for people in range(4):
        office.change(one, people=str(people + 10))
        office.round()
    sheet.put_back(old)
    assert office.round().code == "sheet.too_old"
    assert office.record(one).answers["people"] == 13


def test_the_sheet_of_another_ledger_is_not_read(office: Office, sheet: MemorySheet) -> None:
    office.fill("电线老化")
    office.round()
    assert sheet.content
    sheet.content.binding = "别的"
    sheet.edit(lambda rows: rows.clear())
    assert office.round().code == "sheet.foreign"


# ---- held, vanished, changed under one's hands ---------------------------------------------------------------------


def test_a_round_is_put_off_while_somebody_has_the_sheet_open(
    office: Office, sheet: MemorySheet, now: HandClock
) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.held_by = Holder("周宁", "LibreOffice", now().astimezone(UTC))
    assert office.round().unchanged
    office.change(one, level="重大")
    report = office.round()
    assert report.code == "sheet.book_held"
    assert report.waiting == "“隐患台账”正由周宁打开（10:00 起）。改动都已留存，关闭后自动同步"
    began = now()
    now.forward(minutes=20)
    office.round()
    assert office.binding().waiting_since == began
    sheet.held_by = None
    sheet.edit(lambda rows: rows[0].update(people=9))
    office.round()
    assert sheet.row(one)["level"] == "重大"
    assert office.last_author(one) == "周宁 likely"
    assert office.binding().waiting_since is None


def test_a_vanished_sheet_is_waited_for_and_then_made_anew(office: Office, sheet: MemorySheet, now: HandClock) -> None:
    office.fill("电线老化", "通道堵塞")
    office.round()
    old = sheet.copy()
    sheet.lose()
    assert office.round().code == "sheet.gone"
    now.forward(minutes=5)
    assert office.round().code == "sheet.gone"
    now.forward(seconds=RECREATED_AFTER.total_seconds())
    assert office.round().counts == {"appended": 2}
    assert len(sheet.rows) == 2
    old.rows[0]["level"] = "重大"
    sheet.put_back(old)
    office.round()
    assert office.records()["电线老化"].answers["level"] == "major"
    assert office.agreed()


def test_a_sheet_that_was_made_anew_says_so_for_a_week(office: Office, sheet: MemorySheet, now: HandClock) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    assert remade_at(office.binding(), now()) is None
    sheet.lose()
    office.round()
    now.forward(hours=1)
    office.round()
    made = now()
    assert remade_at(office.binding(), now()) == made
    now.forward(days=1)
    office.change(one, level="重大")
    office.round()
    assert remade_at(office.binding(), now()) == made
    now.forward(days=7)
    assert remade_at(office.binding(), now()) is None


@pytest.mark.parametrize("asked", [Mode.THOROUGH, Mode.TRUSTING])
def test_what_a_person_asked_for_is_done_by_the_next_round_that_can_be_made(
    office: Office, sheet: MemorySheet, asked: Mode, now: HandClock
) -> None:
    office.fill(*(f"第{at}处" for at in range(8)))
    office.round()
    sheet.edit(lambda rows: rows.__delitem__(slice(0, 6)))
    office.round()
    sheet.held_by = Holder("周宁", "LibreOffice", now())
    assert office.round(asked).code == "sheet.book_held"
    assert office.round().code == "sheet.book_held"
    sheet.held_by = None
    report = office.round()
    if asked is Mode.TRUSTING:
        assert report.counts == {"withdrawn": 6}
    else:
        assert report.code == "sheet.mass_disappearance"
        assert len(office.records()) == 8
    assert office.round().counts == {}


def test_a_person_who_trusted_one_sheet_has_not_trusted_the_next_accident(office: Office, sheet: MemorySheet) -> None:
    office.fill(*(f"第{at}处" for at in range(20)))
    office.round()
    for _ in range(2):
        sheet.edit(lambda rows: rows.__delitem__(slice(0, 7)))
        assert office.round().code == "sheet.mass_disappearance"
        assert office.round(Mode.TRUSTING).counts == {"withdrawn": 7}


def test_a_sheet_that_comes_back_in_time_is_taken_up_again(office: Office, sheet: MemorySheet) -> None:
    office.fill("电线老化")
    office.round()
    away = sheet.content
    sheet.lose()
    office.round()
    sheet.content = away
    assert office.round().unchanged
    assert office.binding().waiting_why is None


class Meddled(MemorySheet):
    """A sheet that a colleague saves at the worst moment: between reading and writing."""

    meddle: Callable[[Rows], object] | None = None

    def write(self, writing: Writing, seen: Snapshot, now: datetime) -> str:
        if self.meddle is not None:
            change, self.meddle = self.meddle, None
            self.edit(change)
        return super().write(writing, seen, now)


def test_what_is_saved_between_reading_and_writing_is_taken_in_too(
    database: Database, tmp_path: Path, now: HandClock
) -> None:
    office = open_office(database, tmp_path, now, Meddled)
    sheet = office.sheet
    assert isinstance(sheet, Meddled)
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows.append({"desc": "灭火器过期", "level": "一般"}))

    def meddle(rows: Rows) -> None:
        rows[0]["level"] = "重大"
        rows[1]["people"] = 8
        rows.insert(1, {"desc": "又一处", "level": "一般"})

    sheet.meddle = meddle
    office.round()
    assert office.record(one).answers["level"] == "major"
    assert set(office.records()) == {"电线老化", "灭火器过期", "又一处"}
    assert office.records()["灭火器过期"].answers["people"] == 8
    assert office.agreed()


def test_a_record_that_is_reported_while_a_round_settles_is_in_the_next_one(
    postgresql_url: str, tmp_path: Path, now: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, elsewhere = Database(postgresql_url), Database(postgresql_url)
    office = open_office(database, tmp_path, now, MemorySheet)
    office.fill("电线老化")
    office.round()
    web = replace(office, database=elsewhere)

    def take_late(*given: Any, **named: Any) -> Taken:
        taken = take(*given, **named)
        with ThreadPoolExecutor() as pool:
            pool.submit(web.fill, "网上新报的", "网上又报的").result(timeout=20)
        return taken

    assert isinstance(office.sheet, MemorySheet)
    office.sheet.edit(lambda rows: rows[0].update(people=9))
    with monkeypatch.context() as patched:
        patched.setattr(sync.planning, "take", take_late)
        assert office.round().counts == {"taken": 1}
    assert len(office.sheet.rows) == 1
    assert office.round().counts == {"appended": 2}
    assert office.round().unchanged
    database.close()
    elsewhere.close()
