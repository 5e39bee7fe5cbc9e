from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from forms.definition import Form
from forms.folder import load_folder
from records.catalogue import Catalogue, open_catalogue, publish
from records.database import Database
from records.ledger import Ledger, open_ledger
from records.listing import Query, each
from records.model import Actor, Door, Occasion
from records.people import Person, Unit, save_people, save_units
from records.seeing import Seeing
from sync import exchange
from sync.exchange import (
    BrokenCsv,
    ImportReport,
    NoTable,
    RefusedRow,
    Table,
    TooLong,
    cells_of,
    headings,
    read_table,
    take_in,
    write_csv,
    write_xlsx,
)
from sync.workbook.book import CellValue
from sync.workbook.package import Damaged, Encrypted, Gone, NotXlsx
from tests.conftest import OFFICE, HandClock
from tests.sync.office import convert_in_office

VISIT = """
id: visit
title: 检查
instance_name: ${place}
fields:
  - {type: text, name: place, label: {zh: 地点, en: Place}, required: true}
  - {type: unit, name: town, label: 乡镇}
  - {type: integer, name: people, label: 人数, constraint: ". >= 1", constraint_message: 至少 1 人}
  - {type: decimal, name: cost, label: 费用（万元）}
  - {type: date, name: day, label: 日期}
  - {type: yes_no, name: covert, label: 暗访}
  - {type: select_one, name: kind, label: 类别, choices: {fire: 消防, gas: 燃气}}
  - {type: text, name: "no", label: 编号, read_only: true}
  - {type: calculate, name: urgent, label: 紧急, calculation: "if(${kind} = 'gas', '急', '')"}
  - type: repeat
    name: finds
    label: 发现
    fields: [{type: text, name: what, label: 什么}]
access: {units: [town], roles: {office: {fill: true, read: all}}}
"""
SUN = Actor("sun", "孙文清", "aw", frozenset({"office"}), frozenset({"aw", "cg"}))
#: What begins like a formula, for every program there is.
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "'=1",
    "''=1",
    "'",
    "''",
]
#: LibreOffice's filter for CSV in UTF-8.
_AS_UTF8 = "csv:Text - txt - csv (StarCalc):44,34,76"
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
CELLS = st.one_of(st.sampled_from(DANGEROUS), TEXTS, st.tuples(st.sampled_from(DANGEROUS), TEXTS).map("".join))


@pytest.fixture
def catalogue(database: Database, tmp_path: Path, now: HandClock) -> Catalogue:
    (tmp_path / "visit.yaml").write_text(VISIT, "utf-8")
    with database.writing() as conn:
        publish(conn, load_folder(tmp_path), actor="system", at=now())
        save_units(conn, [Unit("aw", "县安委办", "office"), Unit("cg", "城关镇", "town", ("aw",))])
        save_people(conn, [Person("sun", "孙文清", "aw", ("office",))])
        return open_catalogue(conn)


@pytest.fixture
def ledger(database: Database, catalogue: Catalogue) -> Iterator[Ledger]:
    with database.writing() as conn:
        yield open_ledger(conn, catalogue, "419926")


@pytest.fixture
def form(catalogue: Catalogue) -> Form:
    return catalogue["visit"].form


@pytest.fixture
def occasion(now: HandClock) -> Occasion:
    return Occasion(SUN, now(), Door.IMPORT)


def table(*rows: list[CellValue], header: str = "地点 乡镇 人数") -> Table:
    return Table(tuple(header.split()), list(enumerate(rows, 2)))


def places(ledger: Ledger, form: Form) -> list[str]:
    return sorted(item.title for item in each(ledger.conn, form, SUN, Query()))


# ---- out -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
@example([['a,b\r\n"c"', "d\re"], ["=cmd|' /C calc'!A0", ""]])
def test_a_csv_is_read_as_it_was_written_and_nothing_in_it_begins_like_a_formula(rows: list[list[str]]) -> None:
    content = write_csv(["题目"], rows)
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row)
    read = [row for _, row in read_table(content, name="a.csv").rows]
    assert read == [row for row in rows if any(row)]


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_workbook_holds_typed_text_whatever_it_begins_with(rows: list[list[str]]) -> None:
    content = write_xlsx("检查", ["题目"], rows)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    written = {str(cell.value).strip() for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert written >= {cell.strip() for row in rows for cell in row if cell.strip() and "_x" not in cell}


@pytest.mark.parametrize("title", ["检查/走访", "a" * 40, "[检查]:*?\\", "'检查'"])
def test_every_title_makes_a_tab(title: str) -> None:
    assert load_workbook(io.BytesIO(write_xlsx(title, ["题目"], [["a\x00b\x0bc"]]))).worksheets[0]["A2"].value == "abc"


def test_a_real_program_sees_text_where_a_formula_could_be(tmp_path: Path) -> None:
    book = tmp_path / "出来.xlsx"
    book.write_bytes(write_xlsx("检查", ["题目"], [["=1+1"], ["@SUM(1)"], ["-2"]]))
    seen = convert_in_office(book, tmp_path, _AS_UTF8).read_text("utf-8")
    assert seen.splitlines() == ["题目", "=1+1", "@SUM(1)", "-2"]


def test_a_record_is_told_as_people_read_it(ledger: Ledger, form: Form, occasion: Occasion) -> None:
    header = "地点 乡镇 人数 费用（万元） 日期 暗访 类别"
    row: list[CellValue] = ["粮库", "城关镇", 3, 0.25, datetime(2026, 11, 20, 8), "是", "燃气"]  # noqa: DTZ001 -- a cell
    assert take_in(ledger, form, table(row, header=header), occasion).accepted == 1
    [record] = each(ledger.conn, form, SUN, Query())
    told = dict(zip(headings(form, SUN), cells_of(Seeing(ledger, SUN), form, record, OFFICE), strict=True))
    assert told == {
        "编号ID": record.id,
        "地点": "粮库",
        "乡镇": "城关镇",
        "人数": 3,
        "费用（万元）": "0.25",
        "日期": "2026-11-20",
        "暗访": "是",
        "类别": "燃气",
        "编号": "",
        "紧急": "急",
        "发现": "",
        "填报单位": "县安委办",
        "填报人": "孙文清",
        "填报时间": "2026-11-22 10:00",
    }


# ---- in: files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_of_any_office_program_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "青山县 检查（一）.CSV"
    path.write_bytes("地点,人数\r\n面粉厂,3\r\n".encode(encoding))
    assert read_table(path) == Table(("地点", "人数"), [(2, ["面粉厂", "3"])])


def test_a_character_beyond_gbk_is_read_too() -> None:
    assert read_table("地点\r\n㙍镇𠮷村\r\n".encode("gb18030"), name="a.csv").rows == [(2, ["㙍镇𠮷村"])]


def test_lines_may_end_as_on_any_machine() -> None:
    for end in ("\r\n", "\n", "\r"):
        assert read_table(end.join(["地点", "粮库"]).encode(), name="a.csv").rows == [(2, ["粮库"])]


def test_rows_keep_their_numbers_where_lines_are_empty() -> None:
    text = "\r\n,,\r\n地点,人数\r\n\r\n粮库,3\r\n,\r\n面粉厂,2\r\n"
    assert read_table(text.encode(), name="a.csv") == Table(
        ("地点", "人数"), [(5, ["粮库", "3"]), (7, ["面粉厂", "2"])]
    )


def test_the_first_tab_that_is_seen_is_read(tmp_path: Path) -> None:
    book = Workbook()
    hidden, seen = book.worksheets[0], book.create_sheet("名单")
    hidden.sheet_state = "hidden"
    hidden.append(["别的"])
    for row in ([], ["地点"], ["粮库"]):
        seen.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx") == Table(("地点",), [(3, ["粮库"])])


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", NoTable),
        ("a.csv", b"\r\n,,\r\n", NoTable),
        ("a.csv", b"\x81", BrokenCsv),
        ("a.csv", b"x" * 200_000, BrokenCsv),
        ("a.xlsx", b"", NotXlsx),
        ("a.xlsx", "地点\r\n粮库\r\n".encode(), NotXlsx),
        ("a.xlsx", b"PK\x03\x04", Damaged),
        ("a.xlsx", bytes.fromhex("D0CF11E0A1B11AE1"), NotXlsx),
        ("a.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), Encrypted),
    ],
)
def test_what_is_no_table_is_refused_by_its_kind(name: str, content: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        read_table(content, name=name)


def test_a_workbook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Gone):
        read_table(tmp_path / "none.xlsx")


# ---- in: rows ------------------------------------------------------------------------------------------------------


def test_rows_are_read_by_the_form_and_the_same_row_again_adds_nothing(
    ledger: Ledger, form: Form, occasion: Occasion
) -> None:
    rows = table(["粮库", "城关镇", "3"], ["面粉厂", "", "二十"], ["", "", "1"])
    report = take_in(ledger, form, rows, occasion)
    assert (report.accepted, report.repeated, report.unknown) == (1, 0, ())
    assert [(row.number, list(row.refusals)) for row in report.refused] == [(3, ["people"]), (4, ["place"])]
    assert take_in(ledger, form, rows, occasion).repeated == 1
    assert places(ledger, form) == ["粮库"]


def test_the_same_row_twice_in_one_file_is_told(
    ledger: Ledger, form: Form, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_BATCH", 2)
    report = take_in(ledger, form, table(["粮库"], ["油坊"], ["粮库"], header="地点"), occasion)
    assert report == ImportReport(2, 0, (RefusedRow(4, {"": "与第 2 行完全相同"}),), ())


def test_a_dry_run_says_what_would_be_and_leaves_nothing(
    database: Database, catalogue: Catalogue, form: Form, occasion: Occasion
) -> None:
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        report = take_in(ledger, form, table(["粮库", "", "0"], ["油坊", "", "1"]), occasion, dry_run=True)
    assert (report.accepted, len(report.refused)) == (1, 1)
    with database.reading() as conn:
        assert places(open_ledger(conn, catalogue, "419926"), form) == []


def test_headings_are_known_in_any_language_width_and_case(ledger: Ledger, form: Form, occasion: Occasion) -> None:
    rows = Table(("ＰＬＡＣＥ", "费用(万元)", "Town"), [(2, ["粮库", "1.5", "城关镇"])])
    report = take_in(ledger, form, rows, occasion)
    [record] = each(ledger.conn, form, SUN, Query())
    assert report.unknown == ()
    assert (record.answers["place"], str(record.answers["cost"]), record.answers["town"]) == ("粮库", "1.5", "cg")


def test_what_nobody_is_asked_is_not_taken_in_and_a_doubled_heading_is_told(
    ledger: Ledger, form: Form, occasion: Occasion
) -> None:
    rows = table(["粮库", "JC-1", "急", "甲", "油坊"], header="地点 编号 紧急 发现 place")
    report = take_in(ledger, form, rows, occasion)
    assert report.unknown == ("编号", "紧急", "发现", "place")
    assert places(ledger, form) == ["粮库"]


def test_a_table_that_names_no_question_is_refused_with_names_to_use(
    ledger: Ledger, form: Form, occasion: Occasion
) -> None:
    with pytest.raises(NoTable, match="第一行应写题目，例如：地点、乡镇、人数"):
        take_in(ledger, form, table(["晴"], header="天气"), occasion)


def test_records_that_were_exported_are_left_alone_and_new_rows_below_them_come_in(
    ledger: Ledger, form: Form, occasion: Occasion
) -> None:
    take_in(ledger, form, table(["粮库", "城关镇", "3"]), occasion)
    exported = [cells_of(Seeing(ledger, SUN), form, item, OFFICE) for item in each(ledger.conn, form, SUN, Query())]
    content = write_csv(headings(form, SUN), [*exported, ["", "油坊"], ["no id", "面粉厂"]])
    report = take_in(ledger, form, read_table(content, name="a.csv"), occasion)
    assert (report.accepted, report.repeated, report.refused) == (2, 1, ())
    assert places(ledger, form) == ["油坊", "粮库", "面粉厂"]


def test_a_file_that_is_too_long_is_refused_before_anything_is_read(
    ledger: Ledger, form: Form, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MOST_ROWS", 1)
    with pytest.raises(TooLong):
        take_in(ledger, form, table(["粮库"], ["油坊"], header="地点"), occasion)
    assert places(ledger, form) == []


def test_who_waits_hears_how_far_it_is(
    ledger: Ledger, form: Form, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_BATCH", 2)
    heard: list[int] = []
    take_in(ledger, form, table(["甲"], ["乙"], ["丙"], header="地点"), occasion, tell=heard.append)
    assert heard == [2, 3]
