from __future__ import annotations

from datetime import UTC

import pytest

from records.database import Database
from records.events import Event, events_of, note, note_many
from tests.conftest import HandClock


def test_what_is_noted_is_told_again_in_its_order(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        note(conn, "submission.created", subject="S1", actor="li", at=now(), form_id="hazard", details={"镇": "青山"})
        note(conn, "submission.created", subject="S2", actor="li", at=now())
        note(conn, "submission.changed", subject="S1", actor="wang", at=now.forward(hours=1))
    with database.reading() as conn:
        first, second = events_of(conn, "S1")
    assert (first.action, first.actor, first.form_id, first.details) == (
        "submission.created",
        "li",
        "hazard",
        {"镇": "青山"},
    )
    assert (second.action, second.details, second.form_id) == ("submission.changed", {}, None)
    assert second.at == now()
    assert second.at.tzinfo is UTC
    assert 0 < first.id < second.id


def test_an_event_is_forgotten_with_the_transaction_that_tells_it(database: Database, now: HandClock) -> None:
    def note_and_break() -> None:
        with database.writing() as conn:
            note(conn, "submission.created", subject="S1", actor="li", at=now())
            raise KeyError

    with pytest.raises(KeyError):
        note_and_break()
    with database.reading() as conn:
        assert events_of(conn, "S1") == []


def test_many_events_are_noted_in_the_order_they_are_given(database: Database, now: HandClock) -> None:
    happened = [Event(f"step.{n}", "S1", "li", now()) for n in range(3000)]
    with database.writing() as conn:
        note_many(conn, happened)
        note_many(conn, [])
    with database.reading() as conn:
        told = events_of(conn, "S1")
    assert [event.action for event in told] == [event.action for event in happened]
    assert [event.id for event in told] == sorted(event.id for event in told)
