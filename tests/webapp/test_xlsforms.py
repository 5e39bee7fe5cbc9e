from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from forms.folder import load_folder
from forms.xlsform.exporting import export_xlsform
from forms.xlsform.sheets import EXTRAS, Sheet, Sheets
from tests.forms.xlsform.test_importing import CHOICES, EVERY_TYPE
from tests.forms.xlsform.workbook import book, sheet, taken
from tests.webapp.odk import odk_mistakes
from webapp.xlsforms import NotAWorkbook, NoXForm, read_workbook, write_workbook, xform_of

SHIPPED = load_folder(Path(__file__).parents[2] / "forms/definitions")


def test_odk_validate_accepts_every_shipped_form(tmp_path: Path) -> None:
    paths = []
    for form in SHIPPED.forms.values():
        paths.append(tmp_path / f"{form.id}.xml")
        xform = xform_of(export_xlsform(form, SHIPPED.vocabularies, version="1"), name=form.id)
        paths[-1].write_text(xform, "utf-8")
    assert paths
    assert odk_mistakes(paths) == ""


def test_odk_validate_refuses_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xml"
    sheets = book("type|name|label|relevant\ntext|a|A|${a} = 1")
    path.write_text(xform_of(sheets, name="wrong"), "utf-8")
    assert "Cycle detected" in odk_mistakes([path])


def test_odk_validate_accepts_a_form_with_every_type_that_came_in(tmp_path: Path) -> None:
    path = tmp_path / "every.xml"
    path.write_text(xform_of(export_xlsform(taken(book(EVERY_TYPE, choices=CHOICES)), {}), name="every"), "utf-8")
    assert odk_mistakes([path]) == ""


def stripped(sheets: Sheets) -> dict[str, list[dict[str, str]]]:
    return {name: [dict(row.cells) for row in one.rows] for name, one in sheets.items()}


def test_a_workbook_is_read_as_it_was_written(tmp_path: Path) -> None:
    form = SHIPPED.forms["hazard"]
    sheets = export_xlsform(form, SHIPPED.vocabularies)
    path = tmp_path / "hazard.xlsx"
    path.write_bytes(write_workbook(sheets))
    assert stripped(read_workbook(path)) == stripped(sheets)
    assert load_workbook(path).sheetnames == ["survey", "choices", "settings", EXTRAS, "notes"]


def test_cells_of_every_kind_are_read_as_the_standard_s_tools_read_them(tmp_path: Path) -> None:
    workbook = Workbook()
    tab = workbook.active
    assert tab is not None
    tab.title = "Survey"
    tab.append(["type", None, "a", "b", "c", "d", "e"])
    tab.append(["text", None, 3, 2.5, True, date(2026, 11, 22), time(8, 30)])
    tab.append(["text", "words", 3.0, "=1+1", False, datetime(2026, 11, 22, 8, 30), None])  # noqa: DTZ001 -- a cell has no zone
    tab["D3"].data_type = "s"
    workbook.save(tmp_path / "a.xlsx")
    found = read_workbook(tmp_path / "a.xlsx")
    assert found["survey"].header == ("type", "column_2", "a", "b", "c", "d", "e")
    assert [dict(row.cells) for row in found["survey"].rows] == [
        {"type": "text", "a": "3", "b": "2.5", "c": "TRUE", "d": "2026-11-22", "e": "08:30:00"},
        {"type": "text", "column_2": "words", "a": "3", "b": "=1+1", "c": "FALSE", "d": "2026-11-22T08:30:00"},
    ]


def test_what_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_workbook({"survey": sheet("type|name|label\ntext|a|=1+1")}))
    cell = load_workbook(path)["survey"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_an_old_workbook_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"neither old nor new")
    with pytest.raises(NotAWorkbook, match=r"\.xlsx 或 \.xls"):
        read_workbook(path)


def test_why_pyxform_makes_no_xform_is_told() -> None:
    empty: dict[str, Sheet] = {"survey": sheet("type|name\nselect_one x|a")}
    with pytest.raises(NoXForm, match="不能写成 XForm"):
        xform_of(empty, name="empty")
