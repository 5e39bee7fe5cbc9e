"""What every sheet must do, whatever it is made of. A new kind passes these or is not one.

A test module of a kind inherits `SheetContract` and gives `place`: where a sheet can be made, and how a
colleague edits it there.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Protocol

import pytest

from forms.definition import Form
from forms.loading import parse_form
from sync.backends.base import Sheet, SheetRow, Writing
from sync.layout import ID, PROBLEM, CellValue, Layout, layout_of
from sync.replace import BookChanged
from sync.workbook.package import Gone
from tests.conftest import HandClock
from tests.sync.ledgers import HAZARD

A, B, C = "1M80FPM80XVMSK55K9", "1M80FPM809RVZXX0ES", "1M80FPM80WVE19Z3BE"


def hazard_form() -> Form:
    form = parse_form(HAZARD, {}, name="hazard.yaml")
    assert isinstance(form, Form)
    return form


def hazard_layout() -> Layout:
    layout = layout_of(hazard_form())
    assert layout is not None
    return layout


class Place(Protocol):
    """Where a sheet can be, and a colleague who edits it."""

    sheet: Sheet

    def edit(self, cells: dict[tuple[int, str], CellValue]) -> None:
        """Set cells by row and column key, and save."""

    def delete(self, row: int) -> None:
        """Delete a row, and save."""

    def lose(self) -> None:
        """Delete the sheet."""


def written(*rows: dict[str, CellValue], generation: int = 1) -> Writing:
    return Writing(generation=generation, append=rows)


def row(key: str, desc: str, **cells: CellValue) -> dict[str, CellValue]:
    return {ID: key, "desc": desc, **cells}


class SheetContract:
    """The tests."""

    def test_a_sheet_that_is_not_there_is_gone(self, place: Place) -> None:
        with pytest.raises(Gone):
            place.sheet.seal()
        with pytest.raises(Gone):
            place.sheet.read()

    def test_a_sheet_that_is_made_reads_as_it_was_written(self, place: Place, now: HandClock) -> None:
        seal = place.sheet.create("B1", written(row(A, "甲"), row(B, "乙", people=3), generation=7), now(), again=False)
        snapshot = place.sheet.read()
        assert snapshot.seal == place.sheet.seal() == seal
        assert (snapshot.binding, snapshot.generation) == ("B1", 7)
        assert snapshot.columns == set(hazard_layout().by_key)
        assert [(each.id, each.cells["desc"]) for each in snapshot.rows] == [(A, "甲"), (B, "乙")]
        assert snapshot.rows[1].cells["people"] == 3

    def test_an_empty_sheet_has_no_rows(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(), now(), again=False)
        assert list(place.sheet.read().rows) == []

    def test_a_sheet_is_never_made_over_another(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(row(A, "甲")), now(), again=False)
        with pytest.raises(FileExistsError):
            place.sheet.create("B1", written(), now(), again=False)
        assert len(place.sheet.read().rows) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "0012",
            "110101199003070012",
            "=1+1",
            "+86 138",
            "-3",
            "@SUM(A1)",
            "1e5",
            "TRUE",
            "甲\n乙",
            "🚒",
            "\u00a0x",
            "＝1",
            "2026-11-22",
            "<&>\"'",
        ],
    )
    def test_texts_stay_what_they_are(self, place: Place, now: HandClock, text: str) -> None:
        place.sheet.create("B1", written(row(A, text)), now(), again=False)
        assert place.sheet.read().rows[0].cells["desc"] == text

    def test_days_and_numbers_stay_what_they_are(self, place: Place, now: HandClock) -> None:
        cells: dict[str, CellValue] = {"found_at": date(2026, 11, 1), "people": 12, "cost": 3.25}
        place.sheet.create("B1", written(row(A, "甲", **cells)), now(), again=False)
        found = place.sheet.read().rows[0].cells
        assert {key: found[key] for key in cells} == cells

    def test_the_seal_changes_with_every_saving_and_with_nothing_else(self, place: Place, now: HandClock) -> None:
        seal = place.sheet.create("B1", written(row(A, "甲")), now(), again=False)
        place.sheet.read()
        assert place.sheet.seal() == seal
        place.edit({(2, "desc"): "甲甲"})
        assert place.sheet.seal() != seal
        assert place.sheet.read().rows[0].cells["desc"] == "甲甲"

    def test_everything_is_written_at_once(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(row(A, "甲"), row(B, "乙"), row(C, "丙")), now(), again=False)
        writing = Writing(
            generation=2,
            cells={(2, "desc"): "甲二", (4, PROBLEM): "不对", (4, "people"): 9},
            append=[row("1M80FPM8086412C5F9", "丁")],
            drop=[3],
            mark=[(4, "people")],
        )
        seal = place.sheet.write(writing, place.sheet.read(), now())
        snapshot = place.sheet.read()
        assert snapshot.seal == seal
        assert snapshot.generation == 2
        assert [each.cells["desc"] for each in snapshot.rows] == ["甲二", "丙", "丁"]
        assert (snapshot.rows[1].cells["people"], snapshot.rows[1].cells[PROBLEM]) == (9, "不对")

    def test_a_cell_is_emptied_by_none(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(row(A, "甲", people=3)), now(), again=False)
        place.sheet.write(Writing(2, cells={(2, "people"): None}), place.sheet.read(), now())
        assert place.sheet.read().rows[0].cells.get("people") is None

    def test_nothing_is_written_into_a_sheet_that_was_saved_since(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(row(A, "甲"), row(B, "乙")), now(), again=False)
        seen = place.sheet.read()
        place.edit({(3, "desc"): "乙二"})
        with pytest.raises(BookChanged):
            place.sheet.write(Writing(2, cells={(2, "desc"): "甲二"}), seen, now())
        snapshot = place.sheet.read()
        assert [each.cells["desc"] for each in snapshot.rows] == ["甲", "乙二"]
        assert snapshot.generation == 1

    def test_a_colleague_adds_and_deletes_rows(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(row(A, "甲"), row(B, "乙")), now(), again=False)
        place.edit({(4, "desc"): "新的"})
        place.delete(2)
        rows = place.sheet.read().rows
        assert [(each.id, each.cells["desc"]) for each in rows] == [(B, "乙"), ("", "新的")]

    def test_two_thousand_rows(self, place: Place, now: HandClock) -> None:
        rows = [row(A, f"第{number}处", people=number) for number in range(2000)]
        began = perf_counter()
        place.sheet.create("B1", written(*rows), now(), again=False)
        seen = place.sheet.read()
        place.sheet.write(Writing(2, cells={(number, "people"): 0 for number in range(2, 102)}), seen, now())
        taken = perf_counter() - began
        found = place.sheet.read().rows
        assert len(found) == 2000
        assert [each.cells["people"] for each in found[99:101]] == [0, 100]
        assert taken < 5

    def test_a_lost_sheet_is_made_again(self, place: Place, now: HandClock) -> None:
        place.sheet.create("B1", written(row(A, "甲")), now(), again=False)
        place.lose()
        with pytest.raises(Gone):
            place.sheet.seal()
        place.sheet.create("B1", written(row(A, "甲"), generation=2), now(), again=True)
        assert first(place.sheet).id == A


def first(sheet: Sheet) -> SheetRow:
    return sheet.read().rows[0]


def tmp_book(folder: Path) -> Path:
    """Where a test's workbook lies."""
    return folder / "共享" / "隐患台账.xlsx"
