from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert

from kernel.sentences import say
from records.database import Database
from records.deliveries import (
    Delivery,
    NoSuchDelivery,
    Recipient,
    deliveries_of,
    mark_failed,
    mark_sending,
    mark_sent,
    mark_unknown,
    mark_waiting,
    plan_deliveries,
    send_again,
)
from records.tables import editions
from tests.conftest import HandClock

RECIPIENTS = (
    Recipient("孙全", "sun@qingshan.example", "sun"),
    Recipient("李明", "Li@Qingshan.example "),
    Recipient("李明", "li@qingshan.example"),
)


@pytest.fixture
def planned(database: Database, now: HandClock) -> list[Delivery]:
    """Two deliveries of the edition E1."""
    with database.writing() as conn:
        conn.execute(
            insert(editions).values(
                id="E1",
                report_id="weekly",
                period_start="2026-11-16",
                period_end="2026-11-22",
                year=2026,
                number=1,
                title="周报",
                text="",
                html="",
                compiled_at="2026-11-22T00:00:00.000000Z",
                compiled_by="schedule",
            )
        )
        assert plan_deliveries(conn, "E1", RECIPIENTS, now(), host="qingshan.example") == 2
    with database.reading() as conn:
        return deliveries_of(conn, "E1")


def still_open(database: Database) -> list[Delivery]:
    with database.reading() as conn:
        return [each for each in deliveries_of(conn, "E1") if each.is_open]


def only(database: Database, delivery: Delivery) -> Delivery:
    with database.reading() as conn:
        return next(each for each in deliveries_of(conn, "E1") if each.id == delivery.id)


def test_an_address_gets_an_edition_once_however_often_it_is_planned(
    database: Database, planned: list[Delivery], now: HandClock
) -> None:
    with database.writing() as conn:
        assert plan_deliveries(conn, "E1", RECIPIENTS, now.forward(hours=1), host="qingshan.example") == 0
    with database.reading() as conn:
        assert deliveries_of(conn, "E1") == planned
    assert still_open(database) == planned
    assert sorted(each.address for each in planned) == ["li@qingshan.example", "sun@qingshan.example"]
    assert {each.message_id for each in planned} == {f"<{each.id}@qingshan.example>" for each in planned}


def test_a_sent_delivery_is_due_no_more(database: Database, planned: list[Delivery], now: HandClock) -> None:
    with database.writing() as conn:
        mark_sending(conn, planned[0].id, now())
        mark_sent(conn, planned[0].id, now.forward(seconds=2))
    assert still_open(database) == planned[1:]
    sent = only(database, planned[0])
    assert (sent.sent_at, sent.unknown_at, sent.attempts) == (now(), None, 1)


def test_a_sender_who_dies_leaves_the_delivery_to_a_person(
    database: Database, planned: list[Delivery], now: HandClock
) -> None:
    with database.writing() as conn:
        mark_sending(conn, planned[0].id, now())
    assert only(database, planned[0]).unknown_at == now()
    assert still_open(database) == planned[1:]
    with database.writing() as conn:
        send_again(conn, planned[0].id)
    again = only(database, planned[0])
    assert again.is_open
    assert again.message_id == planned[0].message_id


def test_a_server_that_is_away_leaves_the_delivery_open_and_its_reason_readable(
    database: Database, planned: list[Delivery], now: HandClock
) -> None:
    sentence = say("连不上 {host}", host="mail.qingshan.example")
    with database.writing() as conn:
        mark_sending(conn, planned[0].id, now())
        mark_waiting(conn, planned[0].id, sentence)
    waiting = only(database, planned[0])
    assert waiting.is_open
    assert waiting.failure == sentence
    assert waiting.failure.template == sentence.template


def test_a_refused_or_unknown_delivery_is_not_due_until_a_person_says_so(
    database: Database, planned: list[Delivery], now: HandClock
) -> None:
    with database.writing() as conn:
        mark_failed(conn, planned[0].id, now(), "没有这个信箱")
        mark_unknown(conn, planned[1].id, now(), "连接中断")
    assert still_open(database) == []
    assert only(database, planned[0]).failed_at == now()
    assert only(database, planned[1]).unknown_at == now()
    with database.writing() as conn:
        for each in planned:
            send_again(conn, each.id)
    assert len(still_open(database)) == 2


def test_what_is_being_sent_was_sent_or_failed_is_nobodys_to_send(
    database: Database, planned: list[Delivery], now: HandClock
) -> None:
    with database.writing() as conn:
        assert mark_sending(conn, planned[0].id, now())
        assert not mark_sending(conn, planned[0].id, now())
        mark_sent(conn, planned[0].id, now())
        assert not mark_sending(conn, planned[0].id, now())
        mark_failed(conn, planned[1].id, now(), "没有这个信箱")
        assert not mark_sending(conn, planned[1].id, now())
    assert [only(database, each).attempts for each in planned] == [1, 0]


def test_of_eight_who_want_to_send_it_at_once_one_may(
    database: Database, planned: list[Delivery], now: HandClock
) -> None:
    together = threading.Barrier(8)

    def may_send(_: int) -> bool:
        together.wait()
        with database.writing() as conn:
            return mark_sending(conn, planned[0].id, now())

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(may_send, range(8))) == 1
    assert only(database, planned[0]).attempts == 1


def test_a_delivery_that_does_not_exist_cannot_be_marked(database: Database, now: HandClock) -> None:
    with database.writing() as conn, pytest.raises(NoSuchDelivery):
        mark_sent(conn, "nobody", now())
