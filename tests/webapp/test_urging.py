from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from jobs.worker import Worker
from kernel.mail import read_outbox
from records.notices import notices_of
from records.people import set_contact
from tests.conftest import OFFICE, HandClock
from tests.webapp.office import Visitor
from webapp.site import Site
from webapp.tasks import Behind


class Desk:
    """A site whose clocks tick when they are told to, and whoever works behind the scenes."""

    def __init__(self, site: Site, now: HandClock) -> None:
        self.site, self.now = site, now
        self.behind = Behind(site)
        self.worker = Worker(site.database, self.behind.tasks, self.behind.reactions, now)
        with site.database.writing() as conn:
            for person in ("clerk", "neighbour", "office"):
                set_contact(conn, person, phone=None, email=f"{person}@qingshan.example", language=None)

    def tick(self, hour: int, minute: int, day: int = 22) -> None:
        self.now.set(datetime(2026, 11, day, hour, minute, tzinfo=OFFICE))
        self.behind.note_hours(self.now())
        while self.worker.run_once():
            pass

    def told(self, person: str) -> list[str]:
        with self.site.database.reading() as conn:
            found = [item for item in notices_of(conn, person) if "每日安全信息" in item.sentence]
        return [f"{item.at.astimezone(OFFICE):%H:%M} {item.sentence}" for item in reversed(found)]

    def letters(self) -> list[tuple[str, str]]:
        """The addresses and subjects of what was mailed."""
        found = read_outbox(self.site.settings.mail.outbox)
        return sorted((letter.to.partition("<")[2].rstrip(">"), letter.subject) for letter in found)


@pytest.fixture
def desk(site: Site, now: HandClock) -> Iterator[Desk]:
    made = Desk(site, now)
    yield made
    made.behind.close()


SAID = "“每日安全信息”还没报，请在 16:00 前报"


def test_those_who_still_owe_are_reminded_an_hour_half_an_hour_and_ten_minutes_before(desk: Desk) -> None:
    for hour, minute in ((14, 59), (15, 0), (15, 1), (15, 30), (15, 45), (15, 50), (15, 59), (16, 1), (17, 0)):
        desk.tick(hour, minute)
    assert desk.told("clerk") == [f"15:00 {SAID}", f"15:30 {SAID}", f"15:50 {SAID}"]
    assert desk.told("neighbour") == desk.told("clerk")


def test_whoever_has_reported_is_left_alone_and_so_is_who_owes_nothing(desk: Desk, as_clerk: Visitor) -> None:
    desk.tick(15, 0)
    as_clerk.post("/f/daily_report/one-tap")
    desk.tick(15, 30)
    assert len(desk.told("clerk")) == 1
    assert len(desk.told("neighbour")) == 2
    assert desk.told("office") == desk.told("leader") == []


def test_each_is_told_by_mail_once(desk: Desk) -> None:
    desk.tick(15, 0)
    desk.tick(15, 0)
    assert desk.letters() == [("clerk@qingshan.example", SAID), ("neighbour@qingshan.example", SAID)]


def test_two_clocks_remind_once_and_a_clock_that_starts_anew_does_not_repeat(desk: Desk, site: Site) -> None:
    desk.tick(15, 0)
    other = Behind(site)
    other.note_hours(desk.now())
    other.close()
    assert len(desk.told("clerk")) == 1


def test_what_was_missed_while_everything_was_off_is_told_once_and_not_after_the_hour(desk: Desk) -> None:
    desk.tick(15, 55)  # the first look of the day: all three moments have passed
    assert desk.told("clerk") == [f"15:55 {SAID}"]
    desk.tick(16, 30, day=23)
    assert len(desk.told("clerk")) == 1
