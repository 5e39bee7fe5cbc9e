from __future__ import annotations

from datetime import timedelta

from tests.conftest import HandClock
from webapp.throttle import ADDRESS_TRIES, FREE_TRIES, MOST_KEYS, WINDOW, Throttle


def test_a_key_waits_until_its_oldest_failure_is_over(now: HandClock) -> None:
    throttle = Throttle()
    for _ in range(FREE_TRIES):
        assert not throttle.wait("clerk", now())
        throttle.failed("clerk", now())
        now.forward(minutes=1)
    assert throttle.wait("clerk", now()) == WINDOW - timedelta(minutes=FREE_TRIES)
    assert not throttle.wait("other", now())
    now.forward(minutes=15)
    assert not throttle.wait("clerk", now())


def test_success_forgets_the_failures(now: HandClock) -> None:
    throttle = Throttle()
    for _ in range(FREE_TRIES):
        throttle.failed("clerk", now())
    throttle.succeeded("clerk")
    assert not throttle.wait("clerk", now())


def test_made_up_names_do_not_fill_the_memory(now: HandClock) -> None:
    throttle = Throttle()
    for number in range(MOST_KEYS + 5000):
        throttle.failed(f"made up {number}", now())
    assert len(throttle._failures) <= MOST_KEYS
    for _ in range(FREE_TRIES):
        throttle.failed("clerk", now())
    assert throttle.wait("clerk", now())


def test_a_name_of_megabytes_is_remembered_by_a_few_bytes(now: HandClock) -> None:
    throttle = Throttle()
    name = "火\ud800" * 1_000_000
    for _ in range(FREE_TRIES):
        throttle.failed(name, now())
    assert throttle.wait(name, now())
    assert [len(key) for key in throttle._failures] == [32]


def test_more_tries_are_free_where_many_people_sit(now: HandClock) -> None:
    throttle = Throttle(ADDRESS_TRIES)
    for _ in range(ADDRESS_TRIES):
        assert not throttle.wait("192.0.2.1", now())
        throttle.failed("192.0.2.1", now())
    assert throttle.wait("192.0.2.1", now()) == WINDOW
