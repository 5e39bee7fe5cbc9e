"""What the queue promises when processes are killed, or sleep longer than their lease. See `crashing`."""

from __future__ import annotations

import random

import pytest

from records.database import Database
from tests.jobs.crashing import Report, crash


def clean(report: Report) -> bool:
    return (report.lost, report.doubled, report.zombies) == (0, 0, 0)


def test_whoever_is_killed_or_oversleeps_nothing_is_lost_or_done_twice(database: Database) -> None:
    report = crash(database, "none", seed=11, blows=7)
    assert clean(report), report
    assert report.killed
    assert report.stopped
    assert report.asked >= 32


@pytest.mark.soak
def test_nothing_is_lost_or_done_twice_in_minutes_of_blows(database: Database) -> None:
    seed = random.randrange(10**9)  # noqa: S311 -- printed when it fails
    report = crash(database, "none", seed=seed, blows=300)
    assert clean(report), (seed, report)
    assert report.fenced


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_harness_sees_a_woken_process_that_nobody_fences_off(database: Database) -> None:
    assert crash(database, "unfenced", seed=5, blows=40, sleepers=0.9).zombies


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_harness_sees_work_that_is_settled_before_it_is_done(database: Database) -> None:
    assert crash(database, "settled early", seed=3, blows=12, sleepers=0).lost
