from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from tests.webapp.office import HAZARD, SignIn, Visitor
from webapp.views.exchange import attachment

HEADER = ["非单位场所", "隐患部位", "隐患描述", "隐患级别", "隐患类别", "治理类型", "隐患来源", "发现日期", "发现人"]
ROW = [
    "道路路段",
    "人民路口",
    "路口护栏损坏，行人可以随意穿行",
    "一般",
    "现场管理/其他",
    "限期整改",
    "网格巡查",
    "2026-11-20",
    "李桂兰",
]


def hand_in(visitor: Visitor, content: bytes, name: str, do: str) -> TestResponse:
    sent = {"csrf_token": visitor.token(), "_do": do, "table": (io.BytesIO(content), name)}
    return visitor.client.post("/f/hazard/import", data=sent, content_type="multipart/form-data")


def workbook(*rows: list[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_the_records_of_a_list_are_handed_out_as_a_workbook_with_a_chinese_name(as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    as_clerk.store("hazard", {**HAZARD, "place": "人民路口"})
    answer = as_clerk.get("/f/hazard/export.xlsx?q=人民路口")
    _, options = parse_options_header(answer.headers["Content-Disposition"])
    assert options["filename"] == "隐患20261122.xlsx"
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert "人民路口" in [cell.value for cell in sheet[2]]


def test_the_list_s_page_hands_out_what_it_shows(as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    assert "/f/hazard/export.xlsx?q=%E5%BB%BA%E8%AE%BE&amp;sort=-found_at&amp;state=to_assign" in (
        as_clerk.get("/f/hazard?q=建设&state=to_assign").text
    )


def test_no_name_breaks_out_of_its_header() -> None:
    for name in ('a"; filename="b.exe', "a\r\nSet-Cookie: x=1", "火\\..\\a.xlsx", "….xlsx", ""):
        header = attachment(name)
        assert "\r" not in header
        assert "\n" not in header
        assert header.isascii()
        assert header.count('"') == 2


def test_what_cannot_stand_in_a_cell_does_not_break_an_export(as_clerk: Visitor) -> None:
    as_clerk.store(
        "hazard", {**HAZARD, "place": "=1+1|人民\x0b路\x1f口", "desc": "=HYPERLINK(1)\x08路口护栏损坏了没有修"}
    )
    for kind in ("xlsx", "csv"):
        assert as_clerk.get(f"/f/hazard/export.{kind}").status_code == 200
    lines = as_clerk.get("/f/hazard/export.csv").get_data(as_text=True)
    assert "'=HYPERLINK" in lines


def test_a_table_is_tried_and_then_taken_in_once(as_clerk: Visitor) -> None:
    header, row = [*HEADER, "属地乡镇", "监管单位"], [*ROW, "城关镇", "应急管理局"]
    content = workbook(header, row, [*row[:2], "短", *row[3:]])
    trial = hand_in(as_clerk, content, "隐患.xlsx", "try")
    assert trial.status_code == 200
    assert "试导入结果（还没有写入）" in trial.text
    assert "收进 1 条，以前已有 0 条，没有收 1 行" in trial.text
    assert "描述应有 10 至 500 个字" in trial.text
    assert "0 条" in as_clerk.get("/f/hazard").text
    assert "收进 1 条，以前已有 0 条" in hand_in(as_clerk, content, "隐患.xlsx", "import").text
    assert "收进 0 条，以前已有 1 条" in hand_in(as_clerk, content, "隐患.xlsx", "import").text
    assert "1 条" in as_clerk.get("/f/hazard").text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        *((b"", ""), (b"", "a.xlsx"), (b"PK\x03\x04zzzz", "a.xlsx"), (b"<html>", "a.xlsx"), (b'"', "c.csv")),
        *((b"\xff\xfe\x00\x00", "a.csv"), (b"a,b\n1,2\n", "a.csv"), (b"\x00" * 2000, "a.csv")),
        ("题目\n火".encode("gb18030"), "b.CSV"),
    ],
)
def test_what_is_no_table_is_refused_on_the_same_page(as_clerk: Visitor, content: bytes, name: str) -> None:
    for do in ("try", "import"):
        answer = hand_in(as_clerk, content, name, do)
        assert 400 <= answer.status_code < 500
        assert 'role="alert"' in answer.text
        assert 'type="file"' in answer.text


def test_who_may_not_read_or_fill_gets_no_table(sign_in: SignIn) -> None:
    leader = sign_in("leader")
    assert leader.get("/f/hazard/import").status_code == 403
    assert hand_in(leader, b"", "a.csv", "import").status_code == 403
    assert leader.get("/f/hazard/export.xlsx").status_code == 200


def test_what_was_exported_and_is_handed_in_again_adds_nothing(as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    exported = as_office.get("/f/hazard/export.xlsx").data
    page = hand_in(as_office, exported, "隐患.xlsx", "import").text
    assert "收进 0 条，以前已有 1 条" in page
    assert as_office.get("/f/hazard").text.count('<a href="/r/') == 1


def test_a_table_of_too_many_rows_is_refused_before_anything_is_written(as_office: Visitor) -> None:
    page = hand_in(as_office, workbook(HEADER, *[ROW] * 5001), "多.xlsx", "import")
    assert page.status_code == 422
    assert "请分成几份" in page.text
