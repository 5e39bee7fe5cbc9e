from __future__ import annotations

from datetime import timedelta

from tests.conftest import HandClock
from webapp.throttle import FREE_TRIES, MOST_KEYS, WINDOW, Throttle


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
