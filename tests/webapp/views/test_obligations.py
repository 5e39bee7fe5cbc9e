from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from openpyxl import load_workbook

from records.people import mark_units
from tests.conftest import OFFICE, HandClock
from tests.webapp.office import SignIn, Visitor
from webapp.site import Site

BOARD = "/owed/daily_report/daily"


def cells(page: str, unit: str) -> list[str]:
    """The letters of a unit's row, from today on: the office began with the form today."""
    row = re.search(rf'<tr><th scope="row"[^>]*>{unit}</th>(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    found = re.findall(r"<td[^>]*>(.*?)</td>", row[1], re.DOTALL)
    plain = [re.sub(r'<span class="unseen">.*?</span>|<[^>]*>', "", cell).strip() for cell in found]
    return plain[:-1]


def on_behalf(who: Visitor, **answers: str) -> str:
    """Send a report for 东河镇 and return where that led, or the page with what is wrong."""
    sent = {"mode": "safe", "org": "dh", "date": "2026-11-22", "reporter": "孙文清", **answers}
    answer = who.post("/f/daily_report/new", sent)
    return answer.location or answer.text


def test_a_unit_reads_by_when_and_taps_once(as_clerk: Visitor, now: HandClock) -> None:
    now.set(datetime(2026, 11, 22, 15, 15, tzinfo=OFFICE))
    page = as_clerk.get("/").text
    assert "16:00 前报，还有 45 分钟" in page
    key = re.search(r'name="_owed" value="(daily/[^"]+)"', page)
    assert key is not None
    assert as_clerk.post("/f/daily_report/one-tap", {"_owed": key[1]}).status_code == 302
    page = as_clerk.get("/").text
    assert "今天已报" in page
    assert "一键上报" not in page


def test_before_it_opens_the_page_says_when(as_clerk: Visitor, now: HandClock) -> None:
    now.set(datetime(2026, 11, 23, 7, tzinfo=OFFICE))
    page = as_clerk.get("/").text
    assert "08:00 起可以报，16:00 前报完" in page
    assert "一键上报" not in page


def test_what_is_overdue_still_takes_a_tap_and_what_is_missing_is_made_up_for(
    as_clerk: Visitor, now: HandClock
) -> None:
    now.set(datetime(2026, 11, 22, 17, 5, tzinfo=OFFICE))
    page = as_clerk.get("/").text
    assert "已过 16:00 1 小时 5 分；18:00 前补上算迟报" in page
    assert "一键上报" in page
    now.set(datetime(2026, 11, 23, 9, tzinfo=OFFICE))
    page = as_clerk.get("/").text
    assert "11月22日 · 补报" in page
    assert "/f/daily_report/new?org=cg&amp;date=2026-11-22" in page


def test_the_office_owes_nothing_and_sees_who_does(as_office: Visitor, as_clerk: Visitor) -> None:
    as_clerk.post("/f/daily_report/one-tap")
    assert "一键上报" not in as_office.get("/").text
    listed = as_office.get("/owed").text
    assert "应报 3 · 已报 1 · 平安 1 · 有事 0 · 迟报 0 · 漏报 0 · 待报 2 · 代报 0" in listed
    page = as_office.get(BOARD).text
    assert "还没报的 2 个" in page
    assert "33.3%" in page
    assert cells(page, "城关镇")[0] == "平"
    assert cells(page, "东河镇")[0] == "待"


def test_the_table_tells_late_missing_and_on_behalf_apart_without_colour(
    as_office: Visitor, as_clerk: Visitor, as_neighbour: Visitor, now: HandClock
) -> None:
    as_neighbour.store(
        "daily_report", {"mode": "eventful", "accidents": "0", "events": "0", "work": "排查", "reporter": "赵"}
    )
    now.set(datetime(2026, 11, 22, 16, 30, tzinfo=OFFICE))
    as_clerk.post("/f/daily_report/one-tap")
    now.set(datetime(2026, 11, 23, 9, tzinfo=OFFICE))
    on_behalf(as_office, org="yj", _reason="电话报来")
    page = as_office.get(BOARD).text
    assert [cells(page, unit)[0] for unit in ("城关镇", "东河镇", "应急管理局")] == ["迟", "事", "补代"]
    assert "东河镇 11月22日：按时，有事，11-22 10:00，赵" in page


def test_the_office_reports_on_behalf_and_says_why(as_office: Visitor) -> None:
    page = as_office.get(BOARD).text
    assert "/f/daily_report/new?org=dh&amp;date=2026-11-22" in page
    form = as_office.get("/f/daily_report/new?org=dh&date=2026-11-22").text
    assert 'name="_reason"' in form
    assert "这是替别的单位报，请在页末写明代报原因" in on_behalf(as_office)
    receipt = on_behalf(as_office, _reason="电话报来")
    record = as_office.get(receipt.removesuffix("/receipt")).text
    assert "代报：电话报来" in record
    assert cells(as_office.get(BOARD).text, "东河镇")[0] == "平代"


def test_a_unit_reports_for_itself_alone(as_clerk: Visitor) -> None:
    assert 'name="_reason"' not in as_clerk.get("/f/daily_report/new?org=dh").text
    receipt = on_behalf(as_clerk)
    assert receipt.endswith("/receipt")
    assert "城关镇 2026-11-22" in as_clerk.get(receipt).text


def test_for_its_own_unit_the_office_needs_no_reason(as_office: Visitor) -> None:
    assert on_behalf(as_office, org="aw").endswith("/receipt")


def test_a_unit_sees_its_own_row_and_a_leader_all_without_a_way_to_file(as_clerk: Visitor, sign_in: SignIn) -> None:
    own = as_clerk.get(BOARD).text
    assert cells(own, "城关镇")[0] == "待"
    assert "东河镇" not in own
    every = sign_in("leader").get(BOARD).text
    assert cells(every, "东河镇")[0] == "待"
    assert "/f/daily_report/new" not in every


def test_months_are_paged_and_kinds_chosen(as_office: Visitor) -> None:
    page = as_office.get(f"{BOARD}?at=2026-11-22&of=town").text
    assert "应急管理局" not in page
    assert 'rel="prev" href="/owed/daily_report/daily?at=2026-10-31&amp;of=town"' in page
    assert 'rel="next" href="/owed/daily_report/daily?at=2026-12-01&amp;of=town"' in page
    before = as_office.get(f"{BOARD}?at=2026-10").text
    assert "这段日子没有要报的" in before  # the office had not begun with the form
    for nonsense in ("2026-13", "0000-00", "x", "2026-02-30"):
        assert as_office.get(f"{BOARD}?at={nonsense}&page=9&of=nobody").status_code == 200


def test_the_table_is_exported_with_no_formula_in_it(as_office: Visitor, as_clerk: Visitor, site: Site) -> None:
    as_clerk.post("/f/daily_report/one-tap")
    with site.database.writing() as conn:
        conn.exec_driver_sql("UPDATE units SET name = '=1+1' WHERE id = 'dh'")
    answer = as_office.get(f"{BOARD}.csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("单位,11月22日,11月23日,")
    assert lines[0].endswith("应报,已报,迟报,漏报,代报,报告率")
    assert "按时，平安，11-22 10:00，李桂兰" in answer.text
    assert any(line.startswith("'=1+1,待报,") for line in lines)
    book = load_workbook(io.BytesIO(as_office.get(f"{BOARD}.xlsx").data))
    names = [row[0].value for row in book.worksheets[0].iter_rows()]
    assert "=1+1" in names
    assert all(row[0].data_type != "f" for row in book.worksheets[0].iter_rows())
    assert as_office.get(f"{BOARD}.pdf").status_code == 404


def test_a_unit_out_of_use_is_asked_no_more(as_office: Visitor, site: Site, now: HandClock) -> None:
    with site.database.writing() as conn:
        mark_units(conn, ["dh"], now())
    assert "东河镇" not in as_office.get(BOARD).text


@pytest.mark.parametrize("address", ["/owed/daily_report/hourly", "/owed/nothing/daily", "/owed/hazard/daily.csv"])
def test_what_is_not_there_is_not_found(as_office: Visitor, address: str) -> None:
    assert as_office.get(address).status_code == 404
