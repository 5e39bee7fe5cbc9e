from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from forms.folder import load_folder
from jobs.worker import Worker
from kernel.mail import MailUnreachable, Message, read_outbox
from records.catalogue import publish
from records.model import Door, Occasion
from records.notices import notices_of
from records.people import actor_of, get_person, set_contact
from records.submit import Entry, submit
from records.tables import events, notices
from tests.conftest import HandClock
from tests.records.flow import CASE_FILE, DANGER
from tests.webapp.office import HAZARD, Visitor
from webapp.reminding import TIMERS_DUE
from webapp.site import SYSTEM, Site
from webapp.tasks import Behind


class Clockwork:
    """A site with the forms of `tests.records.flow`, its clocks, and whoever works behind the scenes."""

    def __init__(self, site: Site, now: HandClock, folder: Path) -> None:
        self.site, self.now = site, now
        self.behind = Behind(site)
        self.worker = Worker(site.database, self.behind.tasks, self.behind.reactions, now)
        definitions = folder / "timed"
        definitions.mkdir()
        for form_id, source in (("danger", DANGER), ("case_file", CASE_FILE)):
            (definitions / f"{form_id}.yaml").write_text(source, "utf-8")
        with site.database.writing() as conn:
            publish(conn, load_folder(definitions), actor="system", at=now())
            for person in ("clerk", "office"):
                set_contact(conn, person, phone=None, email=f"{person}@qingshan.example", language=None)

    def file(self, desc: str, until: str = "2026-11-27") -> str:
        with self.site.writing() as ledger:
            clerk = actor_of(ledger.conn, get_person(ledger.conn, "clerk"))
            entry = Entry({"desc": desc, "until": until}, desc, Occasion(clerk, self.now(), Door.WEB))
            outcome = submit(ledger, "danger", entry)
        return str(getattr(outcome, "submission").id)  # noqa: B009 -- accepted, or there is no such thing

    def tick(self, day: str, hour: int = 8) -> None:
        self.now.set(datetime.fromisoformat(f"{day}T{hour:02}:00"))
        self.behind.look_at_timers(self.now())
        while self.worker.run_once():
            pass

    def letters(self) -> list[str]:
        return [f"{letter.to}: {letter.subject}" for letter in read_outbox(self.site.settings.mail.outbox)]

    def ticks_noted(self) -> int:
        with self.site.database.reading() as conn:
            return len(conn.execute(select(events.c.id).where(events.c.action == TIMERS_DUE)).all())


@pytest.fixture
def clockwork(site: Site, now: HandClock, tmp_path: Path) -> Clockwork:
    return Clockwork(site, now, tmp_path)


def test_one_mail_tells_a_person_of_everything_of_a_tick(clockwork: Clockwork) -> None:
    for desc in ("电线老化", "油罐锈蚀", "通道堵塞"):
        clockwork.file(desc)
    clockwork.tick("2026-11-24")
    (letter,) = clockwork.letters()
    assert "clerk@qingshan.example" in letter
    assert "3 条提醒" in letter
    clockwork.tick("2026-11-24", hour=9)
    assert len(clockwork.letters()) == 1


def test_who_has_no_address_is_told_on_the_page(clockwork: Clockwork) -> None:
    clockwork.file("电线老化")
    clockwork.tick("2026-11-28")
    with clockwork.site.database.reading() as conn:
        (told,) = notices_of(conn, "leader")
    assert str(told.sentence) == "“电线老化”：已逾期一天"
    assert [letter.partition(":")[0] for letter in clockwork.letters()] != []
    assert not any("leader" in letter for letter in clockwork.letters())


def test_a_look_that_finds_nothing_writes_nothing(clockwork: Clockwork) -> None:
    clockwork.file("电线老化")
    clockwork.tick("2026-11-23")
    assert clockwork.ticks_noted() == 0
    clockwork.tick("2026-11-24")
    clockwork.tick("2026-11-24", hour=10)
    assert clockwork.ticks_noted() == 1


def test_a_mail_that_cannot_go_out_now_goes_out_later(clockwork: Clockwork) -> None:
    class Away:
        def send(self, message: Message) -> None:
            raise MailUnreachable(message.to_address)

    there, clockwork.site.mailer = clockwork.site.mailer, Away()
    clockwork.file("电线老化")
    clockwork.tick("2026-11-24")
    with clockwork.site.database.reading() as conn:
        assert conn.execute(select(notices.c.mailed_at)).scalar() is None
    clockwork.site.mailer = there
    clockwork.tick("2026-11-24", hour=10)
    assert len(clockwork.letters()) == 1


def test_the_first_look_after_days_of_standing_still_catches_up(clockwork: Clockwork) -> None:
    record = clockwork.file("电线老化")
    clockwork.tick("2026-12-20", hour=12)
    with clockwork.site.reading() as ledger:
        told = [str(item.sentence) for item in notices_of(ledger.conn, "clerk")]
        filed = ledger.conn.execute(select(events.c.actor).where(events.c.form_id == "case_file")).scalars().all()
    assert told == ["“电线老化”：已逾期一天（补发，应于 2026-11-28 08:00 提醒）"]
    assert filed == [SYSTEM.id]
    assert record


def test_whom_a_step_names_is_told_by_mail_and_on_the_page(clockwork: Clockwork, as_office: Visitor) -> None:
    with clockwork.site.database.writing() as conn:
        for person in ("clerk", "neighbour"):
            set_contact(conn, person, phone=None, email=f"{person}@qingshan.example", language=None)
    record = as_office.store("hazard", HAZARD)
    assigned = {"owner_org": "cg", "owner": "李桂兰", "measure": "更换信号灯", "tracker": "clerk", "_revision": "1"}
    assert as_office.post(f"/r/{record}/step/assign", assigned).status_code == 302
    while clockwork.worker.run_once():
        pass
    (letter,) = clockwork.letters()
    assert letter.partition(":")[0].find("clerk@qingshan.example") >= 0
    assert "隐患已分派给你单位" in letter
    with clockwork.site.database.reading() as conn:
        assert [told.subject for told in notices_of(conn, "clerk")] == [record]
        assert notices_of(conn, "neighbour") == notices_of(conn, "office") == []
