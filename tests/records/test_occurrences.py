from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

from records.database import Database
from records.occurrences import last_noticed, notice, noticed_until
from tests.conftest import HandClock


def test_an_hour_is_noticed_by_the_first_and_by_nobody_after(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        assert notice(conn, "report:weekly", now(), now())
        assert not notice(conn, "report:weekly", now().astimezone(UTC), now())
        assert notice(conn, "report:daily", now(), now())
        assert notice(conn, "report:weekly", now() - timedelta(days=7), now())
    with database.reading() as conn:
        assert last_noticed(conn, "report:weekly") == now()
        assert last_noticed(conn, "report:monthly") is None


def test_of_eight_who_notice_an_hour_at_once_one_wins(database: Database, now: HandClock) -> None:
    together = threading.Barrier(8)

    def wins(_: int) -> list[bool]:
        won = []
        for hour in range(10):
            together.wait()
            with database.writing() as conn:
                won.append(notice(conn, "report:weekly", now() + timedelta(hours=hour), now()))
        return won

    with ThreadPoolExecutor(8) as pool:
        wins_of_each = list(pool.map(wins, range(8)))
    assert [sum(hour) for hour in zip(*wins_of_each, strict=True)] == [1] * 10


def test_a_schedule_begins_when_it_is_first_seen(database: Database, now: HandClock) -> None:
    born = now()
    with database.writing() as conn:
        assert noticed_until(conn, "report:weekly", born) == born
    with database.writing() as conn:
        assert noticed_until(conn, "report:weekly", now.forward(days=1)) == born
