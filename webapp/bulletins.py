"""Bulletins of one site: which reports there are, and an edition's way from its hour to its readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import quote

from sqlalchemy import Connection

from jobs.schedule import Schedule, note_due
from kernel.clock import Every, Period, from_utc_text, period_of
from kernel.problems import NotFound
from kernel.sentences import Sentence, say
from kernel.timetable import IfMissed, IsWorkday, Mistake, Timetable, parse, upcoming
from records.deliveries import get_delivery, send_again
from records.editions import Edition, get_edition, mark_to_draw
from records.events import latest_id, note
from records.people import calendar, is_workday
from reports.compile import Order, draft_edition, draw_edition, is_of_schedule, keep_edition
from reports.definition import Report
from reports.deliver import PLANNED, Envelope, plan_mail, send_delivery
from reports.loading import Reports, load_reports
from reports.pdf import Press
from webapp.site import Site

#: A person asks for an edition to be mailed; one that the schedule compiled is mailed without asking.
ASKED = "edition.asked"
#: A person asks for an edition to be drawn that could not be drawn.
DRAWING_ASKED = "edition.drawing_asked"
#: Who compiles when an hour has come.
SCHEDULE = "schedule"
_DRAWING = timedelta(minutes=2)
_MONTH = "[0-9]{4}-[0-9]{2}"
_DAY = f"{_MONTH}-[0-9]{{2}}"


class NoSuchReport(NotFound):
    """No report of this name, or its file has a mistake."""

    code = "report.unknown"

    def __init__(self, report_id: str) -> None:
        super().__init__(say("没有“{report}”这份通报，或它的定义有错（python -m webapp check）", report=report_id))


def judge_schedule(words: Mapping[str, object]) -> tuple[str, Sentence] | None:
    """What is wrong with the words of a schedule: the key and why; None if nothing is."""
    found = parse(words)
    return (found.key, found.sentence) if isinstance(found, Mistake) else None


class Bulletins:
    """The reports of one site, and what becomes of them."""

    def __init__(self, site: Site) -> None:
        """Nothing is drawn yet; the press starts when it is first needed."""
        self._site = site
        self._press = Press(children=1)

    def close(self) -> None:
        """End the drawing children."""
        self._press.close()

    def reports(self) -> Reports:
        """Every report as its file says it now."""
        with self._site.reading() as ledger:
            forms = {form_id: published.form for form_id, published in ledger.catalogue.newest.items()}
        return load_reports(self._site.settings.reports, forms, judge_schedule)

    def report(self, report_id: str) -> Report:
        """One report. Raises `NoSuchReport`."""
        found = self.reports().reports.get(report_id)
        if found is None:
            raise NoSuchReport(report_id)
        return found

    def note_hours(self, now: datetime) -> int:
        """Note the hours that have come at which reports are compiled by themselves; how many."""
        reports = self.reports()
        schedules = [schedule for report in reports.reports.values() if (schedule := _schedule(report))]
        unreadable = {_schedule_name(issue.path.stem) for issue in reports.issues}
        with self._site.database.writing() as conn:
            return note_due(conn, schedules, now, _workdays(conn), unreadable=unreadable)

    def next_hours(self, reports: Iterable[Report], now: datetime) -> dict[str, datetime]:
        """When each of `reports` is next compiled by itself, if it ever is."""
        with self._site.database.reading() as conn:
            workdays = _workdays(conn)
        found = {each.id: upcoming(_timetable(each), now, workdays) for each in reports if each.schedule is not None}
        return {report_id: hour for report_id, hour in found.items() if hour is not None}

    def compile_due(self, argument: str) -> None:
        """Compile a report for an hour of its schedule: `report due_at day late|on`; one that is gone is left out.

        `day` is the one the timetable names, where that was no workday and the hour was moved.
        """
        report_id, due_text, day, lateness = argument.split(" ")
        report = self.reports().reports.get(report_id)
        if report is None:
            return
        due = from_utc_text(due_text).astimezone(self._site.settings.zone)
        period = report.period.at(due.date(), meant=date.fromisoformat(day))
        self.compile(report, period, by=SCHEDULE, due=due, late=lateness == "late")

    def compile(
        self, report: Report, period: Period, *, by: str, due: datetime | None = None, late: bool = False
    ) -> Edition:
        """Count, word, number and keep an edition; its PDF is drawn behind the scenes.

        Counted while others write, at one moment of the records: its numbers agree, and nobody waits for it.
        """
        order = Order(period, self._site.now(), by, due=due, late=late)
        with self._site.reading() as ledger:
            draft = draft_edition(ledger, report, order, self.figure_address)
        with self._site.writing() as ledger:
            return keep_edition(ledger.conn, draft)

    def preview(self, report: Report, stylesheet_url: str) -> str:
        """The page that an edition would be if it were compiled now; nothing is kept."""
        now = self._site.now()
        order = Order(report.period.at(now.date()), now, SCHEDULE)
        with self._site.reading() as ledger:
            return draft_edition(ledger, report, order, lambda *_: "").html(0, stylesheet_url=stylesheet_url)

    def draw(self, edition_id: str) -> Edition:
        """Draw an edition's PDF, or keep why it could not be drawn."""

        def drawn(html: str) -> bytes:
            return self._press.draw(html, timeout=_DRAWING.total_seconds())

        files = self._site.settings.files
        return draw_edition(self._site.database, files, edition_id, drawn, self._site.now())

    def mail_if_due(self, edition_id: str) -> None:
        """Plan the letters of an edition that the schedule compiled."""
        with self._site.database.reading() as conn:
            of_schedule = is_of_schedule(conn, edition_id)
        if of_schedule:
            self.plan_mail(edition_id)

    def plan_mail(self, edition_id: str) -> None:
        """Plan one letter for each reader of an edition."""
        with self._site.writing() as ledger:
            edition = get_edition(ledger.conn, edition_id)
            plan_mail(ledger.conn, self.report(edition.report_id), edition_id, self._envelope(), self._site.now())

    def send(self, delivery_id: str) -> None:
        """Send one letter, unless it is settled."""
        site = self._site
        send_delivery(site.database, site.mailer, site.settings.files, delivery_id, self._envelope(), site.now())

    def ask_again(self, delivery_id: str, by: str) -> None:
        """A person wants one letter sent again that failed, or of which nobody knows whether it arrived.

        One that is on its way, or has arrived, is left alone: pressed twice, the button sends once.
        """
        with self._site.writing() as ledger:
            delivery = get_delivery(ledger.conn, delivery_id)
            if delivery.failed_at is None and delivery.unknown_at is None:
                return
            send_again(ledger.conn, delivery_id)
            note(ledger.conn, PLANNED, subject=delivery_id, actor=by, at=self._site.now())

    def ask_to_draw(self, edition_id: str, by: str) -> None:
        """A person wants an edition drawn that could not be drawn."""
        with self._site.writing() as ledger:
            edition = get_edition(ledger.conn, edition_id)
            mark_to_draw(ledger.conn, edition_id)
            details = {"report": edition.report_id}
            note(ledger.conn, DRAWING_ASKED, subject=edition_id, actor=by, at=self._site.now(), details=details)

    def ask_to_mail(self, edition_id: str, by: str) -> int:
        """A person wants an edition mailed; the event's id."""
        with self._site.writing() as ledger:
            edition = get_edition(ledger.conn, edition_id)
            details = {"report": edition.report_id}
            note(ledger.conn, ASKED, subject=edition_id, actor=by, at=self._site.now(), details=details)
            return latest_id(ledger.conn, ASKED, edition_id)

    def figure_address(self, edition_id: str, name: str) -> str:
        """Where the records behind a printed number are shown."""
        return f"{self._site.settings.web_address}/editions/{edition_id}/figures/{quote(name, safe='')}"

    def _envelope(self) -> Envelope:
        settings = self._site.settings
        return Envelope(
            sender_name=settings.office,
            sender_address=settings.mail.sender,
            host=settings.mail.sender.rpartition("@")[2],
            zone=settings.zone,
            base_url=settings.web_address,
        )


def _schedule_name(report_id: str) -> str:
    return f"report:{report_id}"


def _schedule(report: Report) -> Schedule | None:
    if report.schedule is None:
        return None
    return Schedule(_schedule_name(report.id), _timetable(report), IfMissed(report.if_missed))


def _timetable(report: Report) -> Timetable:
    timetable = parse(report.schedule.words if report.schedule else {})
    assert isinstance(timetable, Timetable), "a loaded report's schedule was judged"
    return timetable


def _workdays(conn: Connection) -> IsWorkday:
    special = calendar(conn)
    return lambda day: is_workday(day, special)


def read_period(report: Report, words: str | None, today: date) -> Period | None:
    """The period that `words` mean: 2026-10, 2026-10-15, 2026-10-01..2026-10-31; none: the report's own.

    A day means the report's whole week, quarter … that it lies in, a month at least the month; in a campaign
    either is the last day that counts. None where the words cannot be understood.
    """
    if not words:
        return report.period.at(today)
    try:
        if found := re.fullmatch(rf"({_DAY})\.\.({_DAY})", words):
            start, end = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            return Period(start, end) if start <= end else None
        if re.fullmatch(_MONTH, words):
            return _around(report, period_of(Every.MONTH, date.fromisoformat(f"{words}-01")))
        if re.fullmatch(_DAY, words):
            day = date.fromisoformat(words)
            return _around(report, Period(day, day))
    except ValueError:
        pass  # a month or a day that the calendar does not have
    return None


def _around(report: Report, meant: Period) -> Period:
    """What a report counts over that is asked for a day or a month."""
    if report.period.every is None:
        return Period(min(report.period.first or meant.start, meant.end), meant.end)
    whole = period_of(report.period.every, meant.start)
    return whole if whole.days > meant.days else meant
