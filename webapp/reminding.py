"""What happens at this site as time passes: workflows' timers act, and people get by mail what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jobs.worker import Turn
from kernel.mail import MailRefused, MailUnknown, MailUnreachable, Message, UnsafeMessage
from kernel.sentences import say
from records.events import note
from records.ledger import Ledger
from records.model import Door, Occasion
from records.notices import Audience, Told, ask_to_mail, put_back, take_to_mail
from records.people import NoSuchPerson, Person, get_person
from records.telling import tell_of_step
from records.timers import fire, records_due
from webapp.site import SYSTEM, Site

#: Some timer is to act; the subject is always the same, so that what waits is done once.
TIMERS_DUE = "timers.due"
#: A mail could not be sent, and will not be: the subject is the person's id.
MAIL_FAILED = "notices.mail_failed"
_ALL = "all"


class Reminders:
    """The timers of one site."""

    def __init__(self, site: Site) -> None:
        """Nothing has happened yet."""
        self._site = site

    def look(self, now: datetime) -> None:
        """One look whether some timer is to act; if so, the worker does it. Nothing is written when none is."""
        with self._site.reading() as ledger:
            due = records_due(ledger, _by_clock(now), limit=1)
        if due:
            with self._site.writing() as ledger:
                note(ledger.conn, TIMERS_DUE, subject=_ALL, actor=SYSTEM.id, at=now)

    def act(self, turn: Turn) -> None:
        """Let every timer act that is due, each record in a transaction of its own; then ask for the mail."""
        occasion = _by_clock(self._site.now())
        with self._site.reading() as ledger:
            due, audience = records_due(ledger, occasion), Audience(ledger.conn)
        for submission_id in due:
            self._site.attempt(lambda ledger, one=submission_id: _fire(ledger, turn, one, occasion, audience))  # type: ignore[misc] # bound at once
        with self._site.writing() as ledger:
            turn.confirm(ledger.conn)
            ask_to_mail(ledger.conn, SYSTEM.id, occasion.at)

    def tell_of_step(self, turn: Turn) -> None:
        """Tell of the step that made a revision (`id revision`); then ask for the mail."""
        now = self._site.now()
        submission_id, _, revision = turn.argument.partition(" ")
        with self._site.writing() as ledger:
            turn.confirm(ledger.conn)
            if tell_of_step(ledger, submission_id, int(revision), now):
                ask_to_mail(ledger.conn, SYSTEM.id, now)

    def mail(self, person_id: str) -> None:
        """Send a person one mail with all they were told and not mailed yet. Raises `MailUnreachable`: later again.

        It is marked as mailed before it goes out: whoever is killed in between has told it on the page alone.
        """
        now = self._site.now()
        with self._site.writing() as ledger:
            told = take_to_mail(ledger.conn, person_id, now)
            person = _person(ledger, person_id)
        if not told or person is None or not person.email:
            return
        try:
            self._site.mailer.send(self._letter(person, told, now))
        except MailUnreachable:
            with self._site.writing() as ledger:
                put_back(ledger.conn, told)
            raise
        except (MailRefused, MailUnknown, UnsafeMessage) as problem:
            with self._site.writing() as ledger:
                details = {"why": str(problem.sentence)}
                note(ledger.conn, MAIL_FAILED, subject=person_id, actor=SYSTEM.id, at=now, details=details)

    def _letter(self, person: Person, told: Sequence[Told], now: datetime) -> Message:
        settings = self._site.settings
        host = settings.mail.sender.rpartition("@")[2]
        first = str(told[0].sentence)
        subject = first if len(told) == 1 else say("{count} 条提醒：{first} 等", count=len(told), first=first)
        lines = [f"{person.name}：", ""]
        for number, item in enumerate(told, 1):
            lines += [f"{number}. {item.sentence}"]
        lines += ["", say("到页面查看和办理：{address}", address=f"{settings.web_address}/notices")]
        return Message(
            sender_name=settings.office,
            sender_address=settings.mail.sender,
            to_name=person.name,
            to_address=person.email or "",
            subject=subject.replace("\n", " "),
            text="\n".join([*lines, "", "本邮件由系统自动发送。", ""]),
            message_id=f"<notices-{told[0].id}-{len(told)}@{host}>",
            date=now,
        )


def _by_clock(now: datetime) -> Occasion:
    return Occasion(SYSTEM, now, Door.TIMER)


def _fire(ledger: Ledger, turn: Turn, submission_id: str, occasion: Occasion, audience: Audience) -> None:
    turn.confirm(ledger.conn)
    fire(ledger, submission_id, occasion, audience)


def _person(ledger: Ledger, person_id: str) -> Person | None:
    try:
        return get_person(ledger.conn, person_id)
    except NoSuchPerson:
        return None
