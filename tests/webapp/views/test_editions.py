from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from jobs.worker import Worker
from kernel.mail import MailUnknown, Message
from kernel.sentences import say
from records.deliveries import deliveries_of
from records.editions import find_editions
from records.people import get_person, save_people
from reports.pdf import NoFont
from tests.conftest import HandClock
from tests.webapp.office import HAZARD, SignIn, Visitor
from webapp.site import Site
from webapp.tasks import Behind

MONTHLY = """\
id: monthly
title: {zh: 每月隐患, en: Monthly}
masthead: 每月隐患
issuer: 青山县安委办
scope: 全县
period: {every: month, which: current}
measures:
  hazards: {label: 隐患, form: hazard, time: found_at, measure_word: 处}
body:
  - {type: paragraph, text: "{period}发现隐患{hazards}处。"}
  - {type: table, by: town, head: 乡镇, measures: [hazards], total: 合计}
send: {roles: [leader]}
"""
PRIVATE = MONTHLY.replace("id: monthly", "id: private").replace("每月隐患", "内部情况").replace("[leader]", "[]")


@pytest.fixture
def office(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The small office with a bulletin for its leaders and one for nobody; pages are drawn without a press."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "monthly.yaml").write_text(MONTHLY, "utf-8")
    (folder / "private.yaml").write_text(PRIVATE, "utf-8")
    site.settings = site.settings.model_copy(update={"reports": folder})
    with site.database.writing() as conn:
        save_people(conn, [replace(get_person(conn, "leader"), email="zheng@qingshan.example")])
    monkeypatch.setattr("reports.pdf.Press.draw", lambda *_, **__: b"%PDF-1.7 drawn")
    return site


def work(site: Site) -> None:
    behind = Behind(site)
    worker = Worker(site.database, {**behind.tasks, "sheet.round": lambda _: None}, behind.reactions, site.now)
    while worker.run_once():
        continue
    behind.close()


def compiled(visitor: Visitor, report: str = "monthly", period: str = "") -> str:
    """Have a report compiled; its page's path."""
    done = visitor.post(f"/reports/{report}", {"period": period})
    assert done.status_code == 302, done.text
    return done.location


def sentence(answer: TestResponse) -> str:
    return re.sub(r"<[^>]*>|\s+", " ", answer.text)


# ---- editions ------------------------------------------------------------------------------------------------------


def test_a_bulletin_is_compiled_by_hand_and_then_drawn(office: Site, as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    assert "还没有通报" in as_office.get("/editions").text
    where = compiled(as_office)
    page = as_office.get(where).text
    assert "2026年11月发现隐患1处。" in page
    assert "PDF 正在排版" in page
    waiting = as_office.get(f"{where}/bulletin.pdf")
    assert (waiting.status_code, "PDF 还在排版，请稍后再看" in waiting.text) == (422, True)

    work(office)
    assert "打开 PDF" in as_office.get(where).text
    pdf = as_office.get(f"{where}/bulletin.pdf")
    kind, options = parse_options_header(pdf.headers["Content-Disposition"])
    assert (pdf.data, pdf.mimetype) == (b"%PDF-1.7 drawn", "application/pdf")
    assert (kind, options["filename"]) == ("inline", "《每月隐患》第1期.pdf")


def test_editions_are_listed_the_newest_first_and_found_by_their_words(
    office: Site, as_office: Visitor, now: HandClock
) -> None:
    compiled(as_office, period="2026-10")
    now.forward(minutes=1)
    compiled(as_office, period="2026-11")
    page = as_office.get("/editions").text
    assert page.index("第2期") < page.index("第1期")
    assert "已编 2 期" in page
    found = as_office.get("/editions?q=2026年10月").text
    assert "第1期" in found
    assert "第2期" not in found


def test_a_period_that_cannot_be_is_refused_with_how_to_write_one(office: Site, as_office: Visitor) -> None:
    for period in ("2026-13", "十月", "2026-11-30..2026-11-01", "2026-10.."):
        done = as_office.post("/reports/monthly", {"period": period})
        assert (done.status_code, "2026-10-01..2026-10-31" in done.text) == (422, True)
    with office.database.reading() as conn:
        assert find_editions(conn) == []


def test_a_report_with_a_mistake_is_told_to_the_office_while_the_others_go_on(
    office: Site, as_office: Visitor, sign_in: SignIn
) -> None:
    where = compiled(as_office)
    broken = MONTHLY.replace("found_at", "found_on")
    (office.settings.reports / "monthly.yaml").write_text(broken, "utf-8")
    page = as_office.get("/editions").text
    assert "monthly.yaml:8" in page
    assert "内部情况" in page
    assert as_office.post("/reports/monthly").status_code == 404
    assert as_office.get(where).status_code == 200, "what was issued stays readable"
    assert "monthly.yaml" not in sign_in("leader").get("/editions").text


def test_an_edition_without_a_pdf_says_why(office: Site, as_office: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise NoFont(say("服务器没有中文字体，排不出 PDF"))

    monkeypatch.setattr("reports.pdf.Press.draw", refuse)
    where = compiled(as_office)
    work(office)
    assert "服务器没有中文字体，排不出 PDF" in as_office.get(where).text
    assert "打开 PDF" not in as_office.get(where).text
    assert "排不出" in as_office.get("/editions").text
    pdf = as_office.get(f"{where}/bulletin.pdf")
    assert (pdf.status_code, "服务器没有中文字体" in pdf.text) == (422, True)
    assert as_office.post(f"{where}/mail").status_code == 422


# ---- readers -------------------------------------------------------------------------------------------------------


def test_leaders_read_what_is_sent_to_them_and_nothing_else(office: Site, as_office: Visitor, sign_in: SignIn) -> None:
    monthly, private = compiled(as_office), compiled(as_office, "private")
    work(office)
    leader = sign_in("leader")
    listed = leader.get("/editions").text
    assert "每月隐患" in listed
    assert "内部情况" not in listed
    assert "现在编一期" not in listed
    assert leader.get(monthly).status_code == leader.get(f"{monthly}/bulletin.pdf").status_code == 200
    assert leader.get(f"{monthly}/figures/hazards").status_code == 200
    assert "送达" not in leader.get(monthly).text
    for path in (private, f"{private}/bulletin.pdf", f"{private}/figures/hazards"):
        assert leader.get(path).status_code == 403
        assert "这份通报不发给您的岗位" in leader.get(path).text
    for path in ("/reports/monthly", f"{monthly}/mail", f"{monthly}/deliveries/x", f"{monthly}/drawing"):
        assert leader.post(path).status_code == 403


def test_a_leader_s_editions_are_found_however_many_others_there_are(
    office: Site, as_office: Visitor, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.views.editions._SHOWN", 2)
    compiled(as_office)
    for _ in range(3):
        office.now.forward(minutes=1)  # type: ignore[attr-defined]  # the hand clock
        compiled(as_office, "private")
    assert "每月隐患" in sign_in("leader").get("/editions").text


def test_whoever_gets_no_bulletin_sees_none(office: Site, as_office: Visitor, as_clerk: Visitor) -> None:
    where = compiled(as_office)
    assert "每月隐患" not in as_clerk.get("/editions").text
    assert as_clerk.get(where).status_code == 403


def test_what_is_not_there_is_not_found(office: Site, as_office: Visitor, visitor: Visitor) -> None:
    where = compiled(as_office)
    assert as_office.get("/editions/nothing").status_code == 404
    assert as_office.get(f"{where}/figures/nothing").status_code == 404
    assert as_office.post("/reports/nothing").status_code == 404
    assert visitor.get(where).status_code == 302


# ---- figures -------------------------------------------------------------------------------------------------------


def test_a_figure_shows_its_records_as_far_as_one_may_see_them_and_counts_the_others(
    office: Site, as_office: Visitor, as_clerk: Visitor, as_neighbour: Visitor
) -> None:
    (office.settings.reports / "monthly.yaml").write_text(MONTHLY.replace("[leader]", "[leader, town]"), "utf-8")
    own = as_clerk.store("hazard", HAZARD)
    others = as_neighbour.store("hazard", {**HAZARD, "town": "dh", "place": "河东路口"})
    where = compiled(as_office)
    seen = as_clerk.get(f"{where}/figures/hazards").text
    assert own in seen
    assert others not in seen
    assert "由 2 条记录得出" in seen
    assert "另有 1 条您没有查看的权限" in seen
    everything = as_office.get(f"{where}/figures/hazards").text
    assert own in everything
    assert others in everything
    assert "您没有查看的权限" not in everything
    assert "SELECT" in everything
    assert "SELECT" not in seen, "how it is counted is for the office"


def test_each_cell_of_a_table_leads_to_its_own_records(office: Site, as_office: Visitor) -> None:
    here = as_office.store("hazard", HAZARD)
    there = as_office.store("hazard", {**HAZARD, "town": "dh", "place": "河东路口"})
    page = as_office.get(compiled(as_office)).text
    [path] = set(re.findall(r'href="(/editions/\w+/figures/hazards(?:%5B|\[)town=dh(?:%5D|\]))"', page))
    shown = as_office.get(path).text
    assert there in shown
    assert here not in shown


def test_a_record_that_was_withdrawn_since_still_stands_behind_its_number(office: Site, as_admin: Visitor) -> None:
    hazard = as_admin.store("hazard", HAZARD)
    where = compiled(as_admin)
    assert as_admin.post(f"/r/{hazard}/withdraw").status_code == 302
    shown = as_admin.get(f"{where}/figures/hazards").text
    assert hazard in shown
    assert "已作废" in shown
    assert "发现隐患1处" in as_admin.get(where).text
    assert "发现隐患0处" in as_admin.get(compiled(as_admin)).text


def test_a_page_that_is_not_there_is_the_nearest_one(
    office: Site, as_office: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.views.editions._SHOWN", 1)
    for number in range(2):
        as_office.store("hazard", {**HAZARD, "place": f"建设路{number}号"})
    where = compiled(as_office)
    for page in ("0", "-1", "²", "9" * 5000, "abc", "2", "99"):
        answer = as_office.get(f"{where}/figures/hazards?page={page}")
        assert answer.status_code == 200
        assert f"第 {2 if page in ('2', '99') else 1} 页，共 2 页" in sentence(answer)


# ---- letters -------------------------------------------------------------------------------------------------------


class Doubtful:
    """A mail server that takes a letter and does not answer."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: Message) -> None:
        self.sent.append(message.to_address)
        reason = "timed out"
        raise MailUnknown(reason)


def test_a_letter_of_which_nobody_knows_is_shown_and_sent_again_once_on_demand(
    office: Site, as_office: Visitor
) -> None:
    office.mailer = server = Doubtful()
    where = compiled(as_office)
    work(office)
    for _ in range(2):
        as_office.post(f"{where}/mail")
        work(office)
    assert server.sent == ["zheng@qingshan.example"], "asked for twice, sent once"
    page = as_office.get(where).text
    assert "不确定是否送到" in page
    again = re.search(rf'action="({where}/deliveries/\w+)"', page)
    assert again
    for _ in range(2):
        as_office.post(again[1])  # a double click
    work(office)
    assert len(server.sent) == 2

    taken: list[str] = []
    office.mailer = type("Server", (), {"send": lambda _, message: taken.append(message.to_address)})()
    as_office.post(again[1])
    work(office)
    assert "已发" in as_office.get(where).text
    assert "再发一次" not in as_office.get(where).text
    as_office.post(again[1])
    work(office)
    assert len(taken) == 1, "a letter that arrived is not sent again"
    with office.database.reading() as conn:
        [edition] = find_editions(conn)
        [letter] = deliveries_of(conn, edition.id)
    assert letter.attempts == 3


def test_what_is_compiled_by_hand_is_mailed_only_when_that_is_wanted(office: Site, as_office: Visitor) -> None:
    where = compiled(as_office)
    work(office)
    assert "还没有发送" in as_office.get(where).text
    assert not list(office.settings.mail.outbox.glob("*.eml"))
    as_office.post(f"{where}/mail")
    work(office)
    [letter] = office.settings.mail.outbox.glob("*.eml")
    assert "每月隐患" in letter.name
    assert "郑国强" in as_office.get(where).text
