from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kernel.mail import MailRefused, MailUnknown, MailUnreachable, Message, OutboxMailer, encode, read_outbox
from kernel.problems import Problem
from records.deliveries import Delivery, deliveries_of
from records.editions import Edition, get_edition, mark_not_drawn
from records.events import events_of
from records.files import read_file
from records.people import Person, save_people
from reports.compile import Order, draw_edition
from reports.definition import Send
from reports.deliver import (
    MAIL_PLANNED,
    PLANNED,
    Envelope,
    NotDrawn,
    audience,
    compose,
    plan_mail,
    send_delivery,
    without_address,
)
from tests.conftest import OFFICE
from tests.reports.conftest import NOW, County

ENVELOPE = Envelope("青山县安委办", "office@qingshan.example", "qingshan.example", OFFICE, "https://ledger.example")
PDF = b"%PDF-1.7"


@pytest.fixture
def edition(county: County, tmp_path: Path) -> Edition:
    """The first edition of the report, drawn."""
    compiled = county.compile(Order(county.report.period.at(NOW.date()), NOW, "schedule"))
    return draw_edition(county.database, tmp_path, compiled.id, lambda _: PDF, NOW)


def planned(county: County, edition: Edition) -> list[Delivery]:
    with county.database.writing() as conn:
        plan_mail(conn, county.report, edition.id, ENVELOPE, NOW)
        return deliveries_of(conn, edition.id)


@dataclass(slots=True)
class Answering:
    """A mail server that answers as it was told, and remembers what it was given."""

    answer: Callable[[], None] = lambda: None
    got: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.got.append(message)
        self.answer()


def refusing(problem: Problem) -> Callable[[], None]:
    def answer() -> None:
        raise problem

    return answer


def test_recipients_are_chosen_by_role_and_by_name_and_each_address_once() -> None:
    people = [
        Person("a", "甲", "O", ("office",), email="a@q.example"),
        Person("l", "丁", "O", ("leader", "office"), email="Ding@q.example "),
        Person("k", "丁的秘书", "O", ("leader",), email="ding@q.example"),
        Person("m", "戊", "O", ("leader",)),
        Person("t", "乙", "T1", ("town",), email="t@q.example"),
    ]
    found = audience(people, Send(roles=("leader",), people=("a",)))
    assert [recipient.person_id for recipient in found.recipients] == ["a", "l"]
    assert found.without_address == ("戊",)
    assert audience(people, Send()) == audience([], Send(roles=("leader",)))


def test_an_edition_is_planned_once_for_everybody_and_says_so_in_events(county: County, edition: Edition) -> None:
    first = planned(county, edition)
    assert {delivery.name for delivery in first} == {"甲", "丁县长"}
    assert planned(county, edition) == first
    with county.database.reading() as conn:
        actions = [[event.action for event in events_of(conn, delivery.id)] for delivery in first]
    assert actions == [[PLANNED], [PLANNED]]


def test_who_has_no_address_is_named_and_remembered(county: County, edition: Edition) -> None:
    with county.database.reading() as conn:
        assert without_address(conn, edition.id) == ()
    for _ in range(2):
        with county.database.writing() as conn:
            assert plan_mail(conn, county.report, edition.id, ENVELOPE, NOW).without_address == ("戊县长",)
    with county.database.reading() as conn:
        assert without_address(conn, edition.id) == ("戊县长",)
        assert [event.action for event in events_of(conn, edition.id)].count(MAIL_PLANNED) == 1


def test_who_has_an_address_by_now_is_no_longer_named(county: County, edition: Edition) -> None:
    planned(county, edition)
    with county.database.writing() as conn:
        save_people(conn, [Person("m", "戊县长", "O", ("leader",), email="wu@qingshan.example")])
    assert {delivery.name for delivery in planned(county, edition)} == {"甲", "丁县长", "戊县长"}
    with county.database.reading() as conn:
        assert without_address(conn, edition.id) == ()


def test_the_mail_has_the_pdf_under_its_chinese_name_and_tells_what_it_is(county: County, edition: Edition) -> None:
    (delivery,) = (one for one in planned(county, edition) if one.person_id == "l")
    message = compose(edition, delivery, PDF, ENVELOPE)
    assert message.subject == "《检查情况通报》第1期"
    assert (message.to_name, message.to_address) == ("丁县长", "ding@qingshan.example")
    assert [(one.name, one.content) for one in message.attachments] == [("《检查情况通报》第1期.pdf", PDF)]
    assert message.text.startswith(
        "丁县长：\n\n《检查情况通报》第1期已印发，全文见附件。\n\n进展。本月以来，全县检查3家次"
    )
    assert f"https://ledger.example/editions/{edition.id}" in message.text
    assert "\t" not in message.text


def test_a_mail_that_is_caught_up_says_so(county: County, edition: Edition) -> None:
    late = replace(edition, late=NOW)
    assert compose(late, planned(county, edition)[0], PDF, ENVELOPE).subject == "【补发】《检查情况通报》第1期"


def test_the_same_delivery_is_the_same_bytes_each_time(county: County, edition: Edition) -> None:
    delivery = planned(county, edition)[0]
    assert encode(compose(edition, delivery, PDF, ENVELOPE)) == encode(compose(edition, delivery, PDF, ENVELOPE))


def test_a_delivery_is_sent_once(county: County, edition: Edition, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    for _ in range(2):
        for delivery in planned(county, edition):
            send_delivery(county.database, OutboxMailer(outbox), tmp_path, delivery.id, ENVELOPE, NOW)
    assert sorted(message.to for message in read_outbox(outbox)) == [
        "丁县长 <ding@qingshan.example>",
        "甲 <a@qingshan.example>",
    ]
    assert {message.attachments for message in read_outbox(outbox)} == {("《检查情况通报》第1期.pdf",)}
    assert all(delivery.sent_at == NOW and delivery.attempts == 1 for delivery in planned(county, edition))


def test_a_server_that_does_not_answer_is_asked_again_under_the_same_id(
    county: County, edition: Edition, tmp_path: Path
) -> None:
    delivery = planned(county, edition)[0]
    server = Answering(refusing(MailUnreachable("没有连接")))
    with pytest.raises(MailUnreachable):
        send_delivery(county.database, server, tmp_path, delivery.id, ENVELOPE, NOW)
    server.answer = lambda: None
    send_delivery(county.database, server, tmp_path, delivery.id, ENVELOPE, NOW)
    assert len({message.message_id for message in server.got}) == 1
    assert planned(county, edition)[0].attempts == 2


def test_a_worker_that_overslept_its_lease_sends_nothing_a_second_time(
    county: County, edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (delivery, *_) = planned(county, edition)
    both_have_seen_it_open = threading.Barrier(2, timeout=30)

    def read_late(folder: Path, digest: str) -> bytes:
        both_have_seen_it_open.wait()
        return read_file(folder, digest)

    monkeypatch.setattr("reports.deliver.read_file", read_late)
    server = Answering()
    with ThreadPoolExecutor(2) as pool:
        given = (county.database, server, tmp_path, delivery.id, ENVELOPE, NOW)
        for sent in [pool.submit(send_delivery, *given) for _ in range(2)]:
            sent.result()
    assert len(server.got) == 1
    after = planned(county, edition)[0]
    assert (after.sent_at, after.attempts) == (NOW, 1)


@pytest.mark.parametrize("problem", [MailRefused("550 no such user"), MailUnknown("broken pipe")])
def test_what_the_server_refused_or_may_have_taken_is_left_to_a_person(
    county: County, edition: Edition, tmp_path: Path, problem: Problem
) -> None:
    delivery = planned(county, edition)[0]
    server = Answering(refusing(problem))
    for _ in range(2):
        send_delivery(county.database, server, tmp_path, delivery.id, ENVELOPE, NOW)
    after = planned(county, edition)[0]
    assert len(server.got) == 1
    assert after.failure == problem.sentence
    assert (after.failed_at or after.unknown_at) == NOW


def test_an_address_that_breaks_a_header_fails_and_sends_nothing(
    county: County, edition: Edition, tmp_path: Path
) -> None:
    delivery = planned(county, edition)[0]
    broken = replace(ENVELOPE, sender_name="青山县安委办\nBcc: all@qingshan.example")
    send_delivery(county.database, OutboxMailer(tmp_path / "outbox"), tmp_path, delivery.id, broken, NOW)
    assert planned(county, edition)[0].failed_at == NOW
    assert read_outbox(tmp_path / "outbox") == []


def test_an_edition_without_a_pdf_goes_to_nobody(county: County) -> None:
    bare = county.compile(Order(county.report.period.at(NOW.date()), NOW, "schedule"))
    with county.database.writing() as conn:
        mark_not_drawn(conn, bare.id, "服务器的字体里没有这些字：㐀")
    with county.database.writing() as conn, pytest.raises(NotDrawn, match="㐀"):
        plan_mail(conn, county.report, bare.id, ENVELOPE, NOW)
    with county.database.reading() as conn:
        assert deliveries_of(conn, bare.id) == []
        assert get_edition(conn, bare.id).pdf_digest is None
