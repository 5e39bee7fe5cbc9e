"""One whole week of an office: from a phone to a workbook, from a workbook to a record, from records to a letter.

Nothing is stood in for: the pages are asked over HTTP, the workbook is edited by LibreOffice, the PDF is
drawn and read, the letter lies in the outbox.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from pypdf import PdfReader
from werkzeug.test import TestResponse

from forms.folder import load_folder
from jobs.worker import Worker
from records.database import Database
from records.people import all_people, save_people
from sync.workbook.book import CellValue
from sync.workbook.read import read_book
from tests.conftest import OFFICE, HandClock
from tests.sync.office import edit_in_office
from tests.webapp.office import ENTERPRISE, INSPECTION, ROOT, Visitor, open_office
from webapp.app import create_app
from webapp.site import Site
from webapp.tasks import Behind

TAB = "隐患台账"


@dataclass(slots=True)
class Week:
    """The office, its clock, its people at their browsers, and whoever works behind the scenes."""

    site: Site
    now: HandClock
    clerk: Visitor
    office: Visitor
    admin: Visitor
    leader: Visitor
    behind: Behind
    worker: Worker

    @property
    def book(self) -> Path:
        """The hazards' workbook in the shared folder."""
        return self.site.settings.sheets.folder / f"{TAB}.xlsx"

    def work(self) -> None:
        """The clocks tick once, and everything that waits is done."""
        self.behind.note_hours(self.now())
        self.behind.look_at_sheets(self.now())
        while self.worker.run_once():
            continue

    def cells(self) -> list[dict[str, str]]:
        """The workbook's rows by heading, as the office reads them."""
        header, *rows = self._rows()
        return [dict(zip(map(str, header), map(str, row), strict=False)) for row in rows if any(row)]

    def cell(self, heading: str, row: int) -> str:
        """The address of a cell: its column's letter and the row's number."""
        header = self._rows()[0]
        return f"{chr(ord('A') + header.index(heading))}{row}"

    def _rows(self) -> list[list[CellValue]]:
        tab = read_book(self.book).tab(TAB)
        assert tab is not None
        return tab.rows

    def letters(self) -> list[EmailMessage]:
        """What lies in the outbox, the oldest first."""
        folder = self.site.settings.mail.outbox
        files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default) for path in files]


@pytest.fixture
def week(database: Database, now: HandClock, tmp_path: Path) -> Iterator[Week]:
    now.set(datetime(2026, 11, 16, 9, tzinfo=OFFICE))  # a Monday
    site = open_office(database, now, tmp_path, load_folder(ROOT / "forms/definitions"))
    sheets = site.settings.sheets.model_copy(update={"folder": tmp_path / "sheets"})
    site.settings = site.settings.model_copy(update={"sheets": sheets})
    with database.writing() as conn:
        save_people(conn, [replace(one, email=f"{one.id}@qingshan.example") for one in all_people(conn)])
    app = create_app(site)
    people = {}
    for name in ("clerk", "office", "admin", "leader"):
        people[name] = Visitor(app)
        assert people[name].sign_in(name).status_code == 302
    behind = Behind(site)
    yield Week(site, now, **people, behind=behind, worker=Worker(database, behind.tasks, behind.reactions, now))
    behind.close()


def test_a_week(week: Week) -> None:
    _monday_a_visit_is_sent_from_a_phone(week)
    _tuesday_the_office_edits_the_workbook(week)
    _wednesday_both_sides_edit_and_somebody_mistypes(week)
    _thursday_the_hazard_is_closed(week)
    _friday_nothing_happened_with_one_tap(week)
    _next_monday_the_bulletin_comes_by_itself(week)
    _and_every_number_knows_its_records(week)


def _monday_a_visit_is_sent_from_a_phone(week: Week) -> None:
    assert week.clerk.post("/f/enterprise/new", ENTERPRISE).status_code == 302

    unfinished = {**INSPECTION, "date": "2026-11-16", "people": "0", "hazards-0-desc": "短"}
    page = week.clerk.post("/f/inspection/new", unfinished)
    assert page.status_code == 422
    assert page.text.count('class="why"') >= 2, "every mistake is told at once"
    assert "三号车间配电室" in page.text, "what was typed is kept"

    sent = {**INSPECTION, "date": "2026-11-16", "_instance": str(uuid.UUID(int=1, version=4))}
    first = week.clerk.post("/f/inspection/new", sent)
    again = week.clerk.post("/f/inspection/new", sent)
    assert first.location == again.location, "sent twice, kept once"
    receipt = week.clerk.get(first.location).text
    assert re.search(r"JC-419926-20261116-\d{4}", receipt)
    assert "YH-419926-2026-000001" in receipt, "the row became a hazard with a number of its own"

    week.work()
    [row] = week.cells()
    assert row["隐患编号"] == "YH-419926-2026-000001"
    assert row["隐患部位"] == "三号车间配电室"


def _tuesday_the_office_edits_the_workbook(week: Week) -> None:
    week.now.forward(days=1)
    edit_in_office(week.book, TAB, [["insert_col", "C", "科室备注"], ["edit", "C2", "先打电话"]])
    edit_in_office(week.book, TAB, [["edit", week.cell("整改责任人", 2), "钱永兴"]])
    week.work()

    record = _hazard(week)
    assert "钱永兴" in record
    assert "共享表格" in record, "the history says through which door"
    assert "很可能" in record or "可能" in record or "不确定" in record, "and how sure it is who typed it"
    [row] = week.cells()
    assert row["科室备注"] == "先打电话", "the office's own column is left alone"


def _wednesday_both_sides_edit_and_somebody_mistypes(week: Week) -> None:
    week.now.forward(days=1)
    hazard = _hazard_path(week)
    assert _changed(week.office, f"{hazard}/edit", {"owner": "钱永发"}).status_code == 302
    level, owner = week.cell("隐患级别", 2), week.cell("整改责任人", 2)
    edit_in_office(week.book, TAB, [["edit", owner, "钱永旺"], ["edit", level, "特别大"]])
    week.work()

    state = week.office.get("/sheets/hazard").text
    assert "钱永发" in state, "the loser is kept and shown"
    assert "特别大" in state, "a wrong value is listed"
    record = _hazard(week)
    assert "钱永旺" in record, "the valid edit in the sheet won"
    [row] = week.cells()
    assert row["隐患级别"] == "特别大", "a wrong value stays where it was typed"
    assert "没有" in row["问题"], "and the sheet says what is wrong with it"

    edit_in_office(week.book, TAB, [["edit", week.cell("隐患级别", 2), "一般"]])
    week.work()
    assert "特别大" not in week.office.get("/sheets/hazard").text, "mended, it is gone from the list"


def _thursday_the_hazard_is_closed(week: Week) -> None:
    week.now.forward(days=1)
    hazard = _hazard_path(week)
    assignment = {
        "owner_org": "cg",
        "owner": "钱永兴",
        "measure": "更换老化线路，配电箱加锁",
        "fund": "0.5",
        "deadline": "2026-11-25",
        "tracker": "王建国",
    }
    _step(week.office, hazard, "assign", assignment)
    _step(week.clerk, hazard, "report_fixed", {"fixed_at": "2026-11-19", "fix_desc": "线路已更换，配电箱已上锁"})
    own = _changed(week.clerk, f"{hazard}/step/pass_recheck", {"recheck_by": "李桂兰", "recheck_at": "2026-11-19"})
    assert own.status_code == 409, "nobody accepts their own work"
    _step(week.admin, hazard, "pass_recheck", {"recheck_by": "孙文清 王建国", "recheck_at": "2026-11-19"})
    _step(week.office, hazard, "sign", {"sign_by": "郑国强", "sign_at": "2026-11-19"})
    week.work()
    [row] = week.cells()
    assert row["状态"] == "已销号"


def _friday_nothing_happened_with_one_tap(week: Week) -> None:
    week.now.forward(days=1)
    first = week.clerk.post("/f/daily_report/one-tap")
    again = week.clerk.post("/f/daily_report/one-tap")
    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    assert "今天已报" in week.clerk.get("/").text


def _next_monday_the_bulletin_comes_by_itself(week: Week) -> None:
    week.work()  # the clock has seen the schedules by now, so that their hours count from here on
    before = len(week.letters())
    week.now.set(datetime(2026, 11, 23, 8, 20, tzinfo=OFFICE))  # it was off at eight
    week.work()
    week.work()
    [letter] = [one for one in week.letters()[before:] if "安全生产情况通报" in str(one["Subject"])]
    assert "补发" in str(letter["Subject"]), "a missed hour is caught up, once, and says so"
    assert "leader@qingshan.example" in str(letter["To"])
    [attached] = letter.iter_attachments()
    assert attached.get_filename() == "《安全生产情况通报》第1期.pdf"
    words = _words(attached)
    assert "全县共检查生产经营单位1家次，督促整改安全隐患1处" in words


def _and_every_number_knows_its_records(week: Week) -> None:
    edition = re.search(r'href="(/editions/[0-9A-Z]+)">《安全生产情况通报》', week.leader.get("/editions").text)
    assert edition
    page = week.leader.get(f"{edition[1]}/figures/hazards").text
    assert "YH-419926-2026-000001" in page, "which ones? these"

    sent = {
        **INSPECTION,
        "date": "2026-11-23",
        "_instance": str(uuid.UUID(int=2, version=4)),
        "hazards-0-place": "二号车间提升机",
    }
    assert week.clerk.post("/f/inspection/new", sent).status_code == 302
    compiled = week.office.post("/reports/safety_bulletin", {"period": ""})
    week.work()
    assert "全县共检查生产经营单位2家次，督促整改安全隐患2处" in week.leader.get(compiled.location).text
    pdf = week.leader.get(f"{compiled.location}/bulletin.pdf")
    assert "第2期" in _text(pdf.data)
    assert "全县共检查生产经营单位1家次" in week.leader.get(edition[1]).text, "what was issued stays as it was"


def _step(who: Visitor, hazard: str, name: str, answers: dict[str, str]) -> None:
    done = _changed(who, f"{hazard}/step/{name}", answers)
    assert done.status_code == 302, re.findall(r'class="why"[^>]*>(.*?)<|<h1[^>]*>(.*?)</h1>', done.text)


def _changed(who: Visitor, path: str, answers: dict[str, str]) -> TestResponse:
    """Open the page of a change and send it with the revision it was opened at."""
    opened = re.search(r'name="_revision" value="(\d+)"', who.get(path).text)
    return who.post(path, {**answers, "_revision": opened[1] if opened else ""})


def _hazard_path(week: Week) -> str:
    found = re.search(r'href="(/r/[0-9A-Z]{18})"', week.office.get("/f/hazard?q=永兴").text)
    assert found
    return found[1]


def _hazard(week: Week) -> str:
    return week.office.get(_hazard_path(week)).text


def _words(attached: EmailMessage) -> str:
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    return _text(content)


def _text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
