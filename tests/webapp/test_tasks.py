from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.worker import Worker
from records.editions import find_editions
from records.events import latest_id
from records.queue import is_answered
from records.tables import events, reactions
from reports.deliver import PLANNED
from sync.round import Mode, RoundReport
from tests.conftest import HandClock
from tests.webapp.office import HAZARD, Visitor
from tests.webapp.shelf import Shelf
from webapp import tasks
from webapp.bulletins import ASKED, Bulletins
from webapp.site import Site
from webapp.tasks import REACTIONS, STIRRED, Behind, ask_for_round, mail_is_over, work_off

#: How long nobody need wait in these tests, whose clock stands still.
AT_ONCE = timedelta(seconds=20)


def asked_rounds(site: Site) -> Counter[str]:
    """How many rounds were asked for, by form and mode."""
    with site.database.reading() as conn:
        rows = conn.execute(select(events.c.form_id, events.c.details).where(events.c.action == STIRRED))
        return Counter(f"{form_id} {details['mode']}" for form_id, details in rows)


def set_going(site: Site) -> list[tuple[str, str, str, str]]:
    """What each event set going: action, task, lane and argument."""
    query = select(events.c.action, reactions.c.task, reactions.c.lane, reactions.c.argument)
    with site.database.reading() as conn:
        rows = conn.execute(query.join(events, events.c.id == reactions.c.event_id).order_by(events.c.id))
        return [(action, task, lane, argument) for action, task, lane, argument in rows]


# ---- what sets what going ------------------------------------------------------------------------------------------


def test_a_record_that_came_or_changed_sets_its_form_s_round_going(shelf: Shelf, as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    shelf.work()
    assert ("submission.created", "sheet.round", "sheet:hazard", "hazard") in set_going(shelf.site)
    assert len(shelf.rows()) == 1


def test_records_that_come_together_are_brought_in_by_one_round(shelf: Shelf, as_clerk: Visitor) -> None:
    for number in range(5):
        as_clerk.store("hazard", {**HAZARD, "place": f"建设路{number}号"})
    assert shelf.work() == 1
    assert len(shelf.rows()) == 5


def test_every_task_that_a_reaction_names_is_there(shelf: Shelf) -> None:
    named = {each.task for answers in REACTIONS.values() for each in answers}
    assert named == set(shelf.behind.tasks)


def test_a_round_of_a_form_that_is_no_longer_there_does_nothing(shelf: Shelf) -> None:
    ask_for_round(shelf.site, "nothing", Mode.USUAL)
    assert shelf.work() == 1
    assert not shelf.book.exists()


# ---- looking at sheets ---------------------------------------------------------------------------------------------


def test_the_first_look_of_a_day_asks_for_a_thorough_round_of_every_sheet_once(shelf: Shelf) -> None:
    shelf.tick()
    first = asked_rounds(shelf.site)
    assert first["hazard thorough"] == 1
    assert set(first.values()) == {1}
    shelf.tick(seconds=10)
    assert asked_rounds(shelf.site) == first

    again = Behind(shelf.site)  # the machine was switched off and on
    again.look_at_sheets(shelf.now())
    again.close()
    assert asked_rounds(shelf.site) == first

    shelf.tick(days=1)
    assert asked_rounds(shelf.site)["hazard thorough"] == 2


def test_two_processes_that_look_ask_once_a_day(shelf: Shelf) -> None:
    other = Behind(shelf.site)
    for _ in range(3):
        shelf.tick(days=1)
        other.look_at_sheets(shelf.now())
    other.close()
    assert asked_rounds(shelf.site)["hazard thorough"] == 3


def test_nothing_is_asked_for_while_nothing_changes(shelf: Shelf, as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    shelf.tick()
    before = asked_rounds(shelf.site)
    for _ in range(100):
        shelf.tick(seconds=10)
    assert asked_rounds(shelf.site) == before


@pytest.mark.parametrize("waits", [False, True])
def test_no_events_pile_up_while_somebody_has_a_book_open(shelf: Shelf, as_clerk: Visitor, *, waits: bool) -> None:
    as_clerk.store("hazard", HAZARD)
    shelf.tick()
    shelf.open_in_excel("孙文清")
    shelf.tick(seconds=10)
    if waits:
        as_clerk.store("hazard", {**HAZARD, "place": "人民路口"})
        shelf.tick(seconds=10)
        assert shelf.binding().waiting_since is not None
    before = asked_rounds(shelf.site)
    for _ in range(100):
        shelf.tick(seconds=10)
    assert asked_rounds(shelf.site) == before
    shelf.mark.unlink()
    shelf.tick(seconds=10)
    assert shelf.binding().waiting_since is None
    assert len(shelf.rows()) == 1 + waits


def test_a_cell_that_was_changed_is_in_the_record_after_one_look(shelf: Shelf, as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    shelf.tick()
    shelf.type_in("整改责任人", "钱永兴")
    shelf.tick(seconds=10)
    assert shelf.hazards()[0].answers["owner"] == "钱永兴"
    assert asked_rounds(shelf.site)["hazard usual"] == 1


def test_a_book_that_waits_though_nobody_has_it_open_is_tried_again_each_minute(
    shelf: Shelf, as_clerk: Visitor
) -> None:
    as_clerk.store("hazard", HAZARD)
    shelf.tick()
    good = shelf.book.read_bytes()
    shelf.book.write_bytes(b"no workbook")
    shelf.tick(seconds=10)
    before = asked_rounds(shelf.site)["hazard usual"]
    for _ in range(60):
        shelf.tick(seconds=10)
    assert asked_rounds(shelf.site)["hazard usual"] - before == 10, "once a minute in ten minutes"
    shelf.book.write_bytes(good)
    shelf.tick(seconds=10)
    assert shelf.binding().waiting_since is None


def test_a_workbook_that_was_deleted_is_made_anew_from_the_records(shelf: Shelf, as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    shelf.tick()
    shelf.book.unlink()
    shelf.tick(seconds=10)
    assert not shelf.book.exists(), "somebody may be moving it about"
    for _ in range(12):
        shelf.tick(minutes=1)
    assert len(shelf.rows()) == 1


def test_a_form_that_is_published_later_gets_its_workbook_at_the_next_look(shelf: Shelf, tmp_path: Path) -> None:
    shelf.tick()
    folder = tmp_path / "forms" / "definitions"
    folder.mkdir(parents=True)
    (folder / "late.yaml").write_text(
        "id: late\ntitle: 后来的\ninstance_name: ${a}\nfields: [{type: text, name: a, label: 甲}]\n"
        "access: {roles: {office: {fill: true, read: all}}}\nsheet: {tab: 后来的, columns: [a]}\n",
        "utf-8",
    )
    shelf.site.settings = shelf.site.settings.model_copy(update={"forms": folder})
    shelf.site.publish_forms("admin")
    shelf.tick(seconds=10)
    assert (shelf.site.settings.sheets.folder / "后来的.xlsx").exists()
    before = asked_rounds(shelf.site)
    for _ in range(5):
        shelf.tick(seconds=10)
    assert asked_rounds(shelf.site) == before


# ---- working off ---------------------------------------------------------------------------------------------------


def test_who_asks_for_a_round_waits_for_that_round_and_hears_of_it(shelf: Shelf, as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    asked = ask_for_round(shelf.site, "hazard", Mode.THOROUGH)
    heard: list[tuple[str, Mapping[str, int]]] = []

    def hear(form_id: str, report: RoundReport) -> None:
        heard.append((form_id, report.counts))

    work_off(shelf.site, lambda conn: is_answered(conn, asked), AT_ONCE, hear)
    assert ("hazard", {"appended": 1}) in heard
    with shelf.site.database.reading() as conn:
        assert is_answered(conn, asked)
        assert asked == latest_id(conn, STIRRED, "hazard")


def test_nobody_waits_longer_than_their_patience(shelf: Shelf) -> None:
    work_off(shelf.site, lambda _: False, timedelta(seconds=0.3))


def test_a_round_that_crashed_is_answered_by_its_failure_and_tried_again_later(
    shelf: Shelf, as_clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> RoundReport:
        message = "a bug"
        raise RuntimeError(message)

    as_clerk.store("hazard", HAZARD)
    shelf.work()
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "run_round", crash)
        asked = ask_for_round(shelf.site, "hazard", Mode.THOROUGH)
        work_off(shelf.site, lambda conn: is_answered(conn, asked), AT_ONCE)
    shelf.now.forward(minutes=5)
    assert shelf.work() == 1


# ---- letters -------------------------------------------------------------------------------------------------------


@pytest.fixture
def weekly(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """The office with one report that goes to nobody who has an address."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "weekly.yaml").write_text(
        "id: weekly\ntitle: 周报\nmasthead: 周报\nissuer: 县安委办\nscope: 全县\n"
        "period: {every: week, which: current}\nschedule: {every: week, on: mon, at: '08:00'}\n"
        "measures: {hazards: {label: 隐患, form: hazard, time: found_at, measure_word: 处}}\n"
        'body: [{type: paragraph, text: "隐患{hazards}处。"}]\nsend: {roles: [leader]}\n',
        "utf-8",
    )
    shelf.site.settings = shelf.site.settings.model_copy(update={"reports": tmp_path / "reports"})
    monkeypatch.setattr("reports.pdf.Press.draw", lambda *_, **__: b"%PDF-1.7")
    return shelf


def test_mail_is_over_when_every_letter_was_tried_also_when_there_is_none(weekly: Shelf, now: HandClock) -> None:
    bulletins = Bulletins(weekly.site)
    report = bulletins.report("weekly")
    edition = bulletins.compile(report, report.period.at(date(2026, 11, 22)), by="office")
    bulletins.draw(edition.id)
    asked = bulletins.ask_to_mail(edition.id, "office")
    with weekly.site.database.reading() as conn:
        assert not mail_is_over(conn, asked, edition.id), "nobody has looked at it yet"
        assert asked == latest_id(conn, ASKED, edition.id)
    work_off(weekly.site, lambda conn: mail_is_over(conn, asked, edition.id), AT_ONCE)
    with weekly.site.database.reading() as conn:
        assert mail_is_over(conn, asked, edition.id)
        assert latest_id(conn, PLANNED, edition.id) == 0
    bulletins.close()


def test_an_hour_is_compiled_for_once_however_many_processes_tick(weekly: Shelf) -> None:
    other = Behind(weekly.site)
    weekly.behind.note_hours(weekly.now())
    for later in (timedelta(days=1, hours=-2), timedelta(minutes=1), timedelta(hours=1)):
        weekly.now.forward(seconds=later.total_seconds())
        for behind in (weekly.behind, other, weekly.behind):
            behind.note_hours(weekly.now())
            weekly.work()
    other.close()
    assert [number for number in set_going(weekly.site) if number[1] == "report.compile"] != []
    with weekly.site.database.reading() as conn:
        assert [edition.number for edition in find_editions(conn, report_id="weekly")] == [1]


def test_a_report_with_a_mistake_is_left_out_while_the_others_go_on(weekly: Shelf) -> None:
    folder = weekly.site.settings.reports
    (folder / "broken.yaml").write_text("id: broken\ntitel: 写错的\n", "utf-8")
    weekly.behind.note_hours(weekly.now())
    weekly.now.forward(days=1)
    weekly.behind.note_hours(weekly.now())
    weekly.work()
    with weekly.site.database.reading() as conn:
        assert [edition.report_id for edition in find_editions(conn)] == ["weekly"]


def test_a_worker_beside_it_may_do_the_work(shelf: Shelf, as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    other = Worker(shelf.site.database, shelf.behind.tasks, shelf.behind.reactions, shelf.now)
    asked = ask_for_round(shelf.site, "hazard", Mode.THOROUGH)
    while other.run_once():
        continue
    heard: list[str] = []
    work_off(shelf.site, lambda conn: is_answered(conn, asked), AT_ONCE, lambda form_id, _report: heard.append(form_id))
    assert heard == []
    assert len(shelf.rows()) == 1
