from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from jobs.worker import Task, Turn, Worker
from kernel.clock import Clock
from kernel.problems import Problem, Unavailable
from kernel.sentences import say
from records import queue
from records.database import Database
from records.events import note
from records.queue import Backlog, LeaseLost, Reaction
from tests.conftest import HandClock

REACTIONS = {
    "submission.created": (Reaction("work", lambda event: event.details["lane"], lambda event: event.subject),),
}


class TooFull(Problem):
    code = "test.too_full"


class Away(Unavailable):
    code = "test.away"


def worker_for(database: Database, task: Task, clock: Clock, **options: float) -> Worker:
    seconds = {name: timedelta(seconds=options[name]) for name in ("lease", "poll") if name in options}
    return Worker(database, {"work": task}, REACTIONS, clock, threads=int(options.get("threads", 1)), **seconds)


def submit(database: Database, subject: str, at: datetime, lane: str = "lane") -> None:
    with database.writing() as conn:
        note(conn, "submission.created", subject=subject, actor="li", at=at, details={"lane": lane})


def backlog(database: Database) -> Backlog:
    with database.reading() as conn:
        (only,) = queue.waiting(conn)
    return only


def raising(error: Exception) -> Task:
    def task(_: Turn) -> None:
        raise error

    return task


@contextmanager
def running(worker: Worker) -> Iterator[threading.Event]:
    """A worker at work, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_until, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        worker.wake()
        thread.join()


def wall_clock() -> datetime:
    return datetime.now(UTC)


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.005)


def test_what_happened_is_worked_and_then_there_is_nothing_to_do(database: Database, now: HandClock) -> None:
    ran: list[str] = []
    worker = worker_for(database, lambda turn: ran.append(turn.argument), now)
    assert not worker.run_once()
    submit(database, "S1", now())
    submit(database, "S2", now())
    assert worker.run_once()
    assert worker.run_once()
    assert not worker.run_once()
    assert ran == ["S1", "S2"]
    with database.reading() as conn:
        assert queue.waiting(conn) == []


def test_a_task_runs_outside_of_any_transaction(database: Database, now: HandClock) -> None:
    def writes_itself(turn: Turn) -> None:
        with database.writing() as conn:
            turn.confirm(conn)
            note(conn, "work.done", subject=turn.argument, actor="worker", at=now())

    submit(database, "S1", now())
    assert worker_for(database, writes_itself, now).run_once()


def test_a_problem_that_may_heal_is_tried_again_later(database: Database, now: HandClock) -> None:
    worker = worker_for(database, raising(Away(say("{who} 没有回答", who="邮件服务器"))), now)
    submit(database, "S1", now())
    assert worker.run_once()
    assert not worker.run_once()
    assert backlog(database).last_failure == "邮件服务器 没有回答"
    now.forward(seconds=31)
    assert worker.run_once()
    assert (backlog(database).failing, backlog(database).given_up) == (1, 0)


def test_a_problem_that_cannot_heal_is_given_up_with_its_sentence(database: Database, now: HandClock) -> None:
    worker = worker_for(database, raising(TooFull(say("信箱满了"))), now)
    submit(database, "S1", now())
    assert worker.run_once()
    assert (backlog(database).given_up, backlog(database).last_failure) == (1, "信箱满了")


def test_a_bug_is_logged_with_its_traceback_and_tried_a_bounded_number_of_times(
    database: Database, now: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    worker = worker_for(database, raising(ZeroDivisionError("a bug")), now)
    submit(database, "S1", now())
    with caplog.at_level(logging.ERROR):
        runs = 0
        while worker.run_once():
            runs += 1
            now.forward(minutes=31)
    assert runs == queue.MOST_FAILURES
    assert "Traceback" in caplog.text
    assert backlog(database).last_failure == (
        "程序自己出了错，会自动再试；一直不成时，请管理员把运行日志里这个时间的几行发给开发人员（ZeroDivisionError）"
    )


def test_a_reaction_whose_task_this_program_lacks_is_given_up_and_says_so(database: Database, now: HandClock) -> None:
    submit(database, "S1", now())
    assert Worker(database, {}, REACTIONS, now).run_once()
    assert (backlog(database).given_up, backlog(database).last_failure) == (
        1,
        "没有名为 work 的后台任务，请检查程序版本",
    )


def test_a_long_task_keeps_its_lease(database: Database) -> None:
    started, go_on = threading.Event(), threading.Event()

    def takes_long(_: Turn) -> None:
        started.set()
        go_on.wait(20)

    submit(database, "S1", wall_clock())
    with running(worker_for(database, takes_long, wall_clock, lease=1, poll=0.05)):
        assert started.wait(10)
        time.sleep(2.5)
        with database.writing() as conn:
            assert queue.claim(conn, "other", wall_clock(), timedelta(seconds=60)) is None
        go_on.set()
        eventually(lambda: _empty(database))


def test_who_lost_the_lease_writes_nothing_and_settles_nothing(database: Database, now: HandClock) -> None:
    wrote: list[str] = []

    def sleeps_through_it(turn: Turn) -> None:
        now.forward(hours=1)
        with database.writing() as conn:
            assert queue.claim(conn, "other", now(), timedelta(seconds=60)) is not None
        with database.writing() as conn:
            turn.confirm(conn)
            wrote.append(turn.argument)

    submit(database, "S1", now())
    assert worker_for(database, sleeps_through_it, now).run_once()
    assert wrote == []
    assert (backlog(database).waiting, backlog(database).failing) == (1, 0)


def test_a_task_that_does_not_ask_is_still_not_settled_by_who_lost_the_lease(
    database: Database, now: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    def sleeps_through_it(_: Turn) -> None:
        now.forward(hours=1)
        with database.writing() as conn:
            assert queue.claim(conn, "other", now(), timedelta(seconds=60)) is not None

    submit(database, "S1", now())
    assert worker_for(database, sleeps_through_it, now).run_once()
    assert backlog(database).waiting == 1
    assert LeaseLost("lane").sentence in caplog.text


def test_a_bell_brings_the_work_at_once_and_not_at_the_next_look_round(database: Database) -> None:
    ran = threading.Event()
    worker = worker_for(database, lambda _: ran.set(), wall_clock, poll=30)
    with running(worker):
        time.sleep(0.5)  # it has looked round, and dozes
        begun = time.monotonic()
        submit(database, "S1", wall_clock())
        worker.wake()
        assert ran.wait(10)
        assert time.monotonic() - begun < 3


def test_a_stop_lets_the_running_task_finish_and_settle(database: Database) -> None:
    started = threading.Event()
    finished: list[str] = []

    def takes_a_while(turn: Turn) -> None:
        started.set()
        time.sleep(0.5)
        finished.append(turn.argument)

    submit(database, "S1", wall_clock())
    submit(database, "S2", wall_clock())
    with running(worker_for(database, takes_a_while, wall_clock, poll=0.05)):
        assert started.wait(10)
    assert finished == ["S1"]
    assert backlog(database).waiting == 1


def test_lanes_are_worked_side_by_side_and_one_lane_one_at_a_time(database: Database) -> None:
    here: dict[str, int] = {}
    crowds: list[Mapping[str, int]] = []
    lock = threading.Lock()

    def task(turn: Turn) -> None:
        lane = turn.argument[0]
        with lock:
            here[lane] = here.get(lane, 0) + 1
            crowds.append(dict(here))
        time.sleep(0.1)
        with lock:
            here[lane] -= 1

    for n in range(6):
        for lane in "ab":
            submit(database, f"{lane}{n}", wall_clock(), lane)
    with running(worker_for(database, task, wall_clock, threads=4, poll=0.05)):
        eventually(lambda: _empty(database))
    assert max(max(crowd.values()) for crowd in crowds) == 1
    assert max(sum(crowd.values()) for crowd in crowds) == 2


def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = threading.Event()
    failures = iter(range(3))
    real = queue.undispatched

    def away_at_first(conn: object) -> bool:
        if next(failures, None) is not None:
            raise ConnectionError
        return real(conn)  # type: ignore[arg-type] # the worker hands over a Connection

    monkeypatch.setattr(queue, "undispatched", away_at_first)
    submit(database, "S1", wall_clock())
    with running(worker_for(database, lambda _: ran.set(), wall_clock, poll=0.05)):
        assert ran.wait(10)


def _empty(database: Database) -> bool:
    with database.reading() as conn:
        return not queue.undispatched(conn) and not queue.waiting(conn)
