from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from jobs.schedule import DUE
from jobs.worker import Worker
from kernel.clock import Period
from kernel.problems import Problem
from kernel.sentences import say
from records import measuring
from records.deliveries import deliveries_of
from records.editions import Edition, find_editions
from records.measuring import Counted
from records.people import Person, get_person, save_people
from records.tables import events
from reports import pdf
from tests.conftest import HandClock
from tests.webapp.office import HAZARD, SignIn, Visitor
from webapp.bulletins import Bulletins
from webapp.site import Site
from webapp.tasks import REACTIONS, Behind

MONTHLY = """
id: monthly
title: {zh: 每月隐患, en: Monthly}
masthead: 每月隐患
issuer: 青山县安委办
scope: 全县
period: {every: month, which: current}
measures:
  hazards: {label: 隐患, form: hazard, time: found_at, measure_word: 处}
  major: {label: 重大隐患, form: hazard, filter: "${level} = 'major'", time: found_at, measure_word: 处}
  general: {label: 一般隐患, form: hazard, filter: "${level} = 'general'", time: found_at, measure_word: 处}
body:
  - {type: paragraph, text: "{period}发现隐患{hazards}处，其中一般{general}处、重大{major}处。"}
schedule: {every: month, on: last, at: "08:00", shift: next_workday}
send: {roles: [leader]}
"""


@pytest.fixture
def monthly(site: Site, tmp_path: Path) -> Site:
    """The small office with one report, which its leaders get when a month is over; one of them has an address."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "monthly.yaml").write_text(MONTHLY, encoding="utf-8")
    site.settings = site.settings.model_copy(update={"reports": tmp_path / "reports"})
    with site.database.writing() as conn:
        known = get_person(conn, "leader")
        save_people(conn, [replace(known, email="zheng@qingshan.example")])
        save_people(
            conn, [Person("deputy", "吴县长", "aw", ("leader",)), Person("schedule", "常青", "aw", ("office",))]
        )
    return site


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A press that notes what it is given; every page is the same few bytes."""
    given: list[str] = []

    def draw(_: object, html: str, *, timeout: float) -> bytes:
        assert timeout > 0
        given.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr("reports.pdf.Press.draw", draw)
    return given


def work_off(site: Site) -> None:
    behind = Behind(site)
    worker = Worker(site.database, behind.tasks, REACTIONS, site.now)
    while worker.run_once():
        continue
    behind.close()


def editions(site: Site) -> list[Edition]:
    with site.database.reading() as conn:
        return find_editions(conn)


def test_a_month_that_ends_on_a_day_off_is_told_on_a_workday_and_is_still_that_month(
    monthly: Site, now: HandClock, drawn: list[str]
) -> None:
    bulletins = Bulletins(monthly)
    now.set(datetime(2026, 10, 30, 10))  # noqa: DTZ001 -- the hand clock's own zone
    assert bulletins.note_hours(now()) == 0
    assert bulletins.note_hours(now.set(datetime(2026, 11, 2, 8, 1))) == 1  # noqa: DTZ001 -- Monday; the 31st is a Saturday
    work_off(monthly)
    (edition,) = editions(monthly)
    assert edition.period == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert len(drawn) == 1
    with monthly.database.reading() as conn:
        (letter,) = deliveries_of(conn, edition.id)
    assert (letter.address, letter.sent_at) == ("zheng@qingshan.example", now())


def test_a_report_that_has_a_mistake_over_its_hour_catches_up_when_it_is_mended(monthly: Site, now: HandClock) -> None:
    bulletins, path = Bulletins(monthly), monthly.settings.reports / "monthly.yaml"
    bulletins.note_hours(now())
    path.write_text(MONTHLY.replace("masthead", "mast"), encoding="utf-8")
    assert bulletins.note_hours(now.set(datetime(2026, 11, 30, 8, 1))) == 0  # noqa: DTZ001 -- the hand clock's own zone
    path.write_text(MONTHLY, encoding="utf-8")
    assert bulletins.note_hours(now.forward(hours=1)) == 1


def test_what_somebody_asks_for_is_mailed_to_nobody_whatever_they_are_called(
    monthly: Site, now: HandClock, drawn: list[str]
) -> None:
    bulletins = Bulletins(monthly)
    report = bulletins.report("monthly")
    edition = bulletins.compile(report, report.period.at(now().date()), by="schedule")
    work_off(monthly)
    assert len(drawn) == 1
    with monthly.database.reading() as conn:
        assert deliveries_of(conn, edition.id) == []
        assert conn.execute(select(func.count()).where(events.c.action == DUE)).scalar() == 0


def test_an_edition_agrees_with_itself_while_clerks_go_on_filling(
    monthly: Site, now: HandClock, as_clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_clerk.store("hazard", HAZARD)

    def count_while_a_clerk_fills(*given: Any, **named: Any) -> Counted:
        counted = measuring.count(*given, **named)
        as_clerk.store("hazard", HAZARD)
        return counted

    monkeypatch.setattr("reports.figures.count", count_while_a_clerk_fills)
    bulletins = Bulletins(monthly)
    report = bulletins.report("monthly")
    edition = bulletins.compile(report, report.period.at(now().date()), by="office")
    assert edition.text == "2026年11月发现隐患1处，其中一般1处、重大0处。"


def test_an_edition_that_could_not_be_drawn_is_drawn_when_somebody_asks(
    monthly: Site, now: HandClock, as_office: Visitor, as_clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise problem

    problem: Problem = pdf.NoFont(say("服务器没有中文字体"))
    monkeypatch.setattr("reports.pdf.Press.draw", refuse)
    bulletins = Bulletins(monthly)
    report = bulletins.report("monthly")
    edition = bulletins.compile(report, report.period.at(now().date()), by="office")
    work_off(monthly)
    page = as_office.get(f"/editions/{edition.id}").text
    assert "服务器没有中文字体" in page
    assert "再排一次" in page
    assert as_clerk.post(f"/editions/{edition.id}/drawing").status_code == 403

    monkeypatch.setattr("reports.pdf.Press.draw", lambda *_, **__: b"%PDF-1.7")
    assert as_office.post(f"/editions/{edition.id}/drawing").status_code == 302
    assert "PDF 正在排版" in as_office.get(f"/editions/{edition.id}").text
    work_off(monthly)
    page = as_office.get(f"/editions/{edition.id}").text
    assert "打开 PDF" in page
    assert "再排一次" not in page


def test_who_has_no_address_is_named_on_the_page(
    monthly: Site, now: HandClock, as_office: Visitor, drawn: list[str]
) -> None:
    bulletins = Bulletins(monthly)
    report = bulletins.report("monthly")
    edition = bulletins.compile(report, report.period.at(now().date()), by="office")
    work_off(monthly)
    assert "没有邮箱" not in as_office.get(f"/editions/{edition.id}").text
    assert as_office.post(f"/editions/{edition.id}/mail").status_code == 302
    work_off(monthly)
    assert "没有邮箱、没有发给：吴县长" in as_office.get(f"/editions/{edition.id}").text
    assert len(drawn) == 1


def test_a_preview_shows_the_page_and_keeps_nothing(monthly: Site, as_office: Visitor, sign_in: SignIn) -> None:
    as_office.store("hazard", HAZARD)
    shown = as_office.get("/reports/monthly/preview")
    assert "2026年11月发现隐患1处" in shown.text
    assert "（预览）" in shown.text
    assert '<link rel="stylesheet" href="/bulletin.css">' in shown.text
    style = as_office.get("/bulletin.css")
    assert style.mimetype == "text/css"
    assert "@page" in style.text
    assert editions(monthly) == []
    assert sign_in("leader").get("/reports/monthly/preview").status_code == 403
    assert as_office.get("/reports/weekly/preview").status_code == 404


def test_the_page_says_when_a_report_comes_next(monthly: Site, as_office: Visitor) -> None:
    page = as_office.get("/editions").text
    assert "下一期 2026-11-30 08:00" in page
    (monthly.settings.reports / "monthly.yaml").write_text(MONTHLY.replace("schedule:", "#"), encoding="utf-8")
    assert "下一期" not in as_office.get("/editions").text
