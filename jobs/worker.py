"""The worker: takes what is due from the queue and runs it, in as many threads as it is given.

A task runs outside of any transaction and at least once: whoever writes one lets it be run again
without harm, and calls `Turn.confirm` in the transaction of its effect where it must not be done by two.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy import Connection

from kernel.clock import Clock
from kernel.problems import Problem
from kernel.sentences import say
from records import queue
from records.database import Database
from records.queue import Claim, LeaseLost, Reaction

_log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=60)
_POLL = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of a task: its argument, the events it answers for, and a way to ask whether it is still ours.

    `confirm(conn)` raises `LeaseLost` when another worker has taken over, and otherwise keeps the
    lease ours until `conn` commits. `token` grows with each run in a lane: what is written outside
    of the database may carry it, so that an older run is seen to be older.
    """

    argument: str
    event_ids: tuple[int, ...]
    token: int
    confirm: Callable[[Connection], None]


Task: TypeAlias = Callable[[Turn], None]


class Worker:
    """Works the queue of one database; several workers, in any number of processes, share it."""

    def __init__(
        self,
        database: Database,
        tasks: Mapping[str, Task],
        reactions: Mapping[str, Sequence[Reaction]],
        now: Clock,
        *,
        threads: int = 2,
        lease: timedelta = _LEASE,
        poll: timedelta = _POLL,
    ) -> None:
        """A worker for `tasks` (by name), with `reactions` (by action); `poll` is how long it dozes unless woken."""
        self._database = database
        self._tasks = tasks
        self._reactions = reactions
        self._now = now
        self._threads = threads
        self._lease = lease
        self._poll = poll
        self._bell = _Bell()
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def wake(self) -> None:
        """There is work: do not wait for the next look round."""
        self._bell.ring()

    def run_until(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then finish what is running, and return."""
        threads = [
            threading.Thread(target=self._run_until, args=(stop,), name=f"worker-{n + 1}") for n in range(self._threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def run_once(self) -> bool:
        """Dispatch what is new and run one task; whether there was one to run."""
        self._dispatch()
        now = self._now()
        with self._database.reading() as conn:
            if not queue.due(conn, now):
                return False
        with self._database.writing() as conn:
            held = queue.claim(conn, self._owner, now, self._lease)
        if held is None:
            return False
        try:
            self._run(held)
        except LeaseLost as lost:
            _log.warning("%s", lost.sentence)
        return True

    def _run_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            heard = self._bell.rings
            try:
                worked = self.run_once()
            except Exception:  # noqa: BLE001 -- a database that is away comes back; the thread must be here then
                _log.exception("the queue could not be worked; trying again in %s", self._poll)
                worked = False
            if not worked:
                self._bell.wait(heard, self._poll)

    def _dispatch(self) -> None:
        with self._database.reading() as conn:
            if not queue.undispatched(conn):
                return
        while True:
            with self._database.writing() as conn:
                if not queue.dispatch(conn, self._reactions, self._now()):
                    break
        self._bell.ring()

    def _run(self, held: Claim) -> None:
        failure: tuple[str, bool] | None = None
        with self._kept(held):
            try:
                self._call(held)
            except LeaseLost:
                raise
            except Problem as problem:
                _log.warning("%s %s: %s", held.task, held.argument, problem.sentence)
                failure = (problem.sentence, problem.retry)
            except Exception as error:  # noqa: BLE001 -- a bug in one task must not stop the others
                _log.exception("%s %s", held.task, held.argument)
                failure = (_of_a_bug(error), True)
        with self._database.writing() as conn:
            if failure is None:
                queue.settle(conn, held, self._now())
            else:
                sentence, retry = failure
                queue.fail(conn, held, self._now(), sentence, retry=retry)

    def _call(self, held: Claim) -> None:
        task = self._tasks.get(held.task)
        if task is None:
            raise NoSuchTask(held.task)
        task(Turn(held.argument, held.event_ids, held.token, lambda conn: queue.confirm(conn, held)))

    @contextmanager
    def _kept(self, held: Claim) -> Iterator[None]:
        """Renew the lease from another thread for as long as the block lasts."""
        done = threading.Event()
        thread = threading.Thread(target=self._keep, args=(held, done), name=f"lease-{held.lane}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _keep(self, held: Claim, done: threading.Event) -> None:
        while not done.wait(self._lease.total_seconds() / 3):
            try:
                with self._database.writing() as conn:
                    queue.renew(conn, held, self._now(), self._lease)
            except LeaseLost:  # the run finds out when it confirms or settles
                return
            except Exception:  # noqa: BLE001 -- the next beat may reach the database
                _log.exception("the lease on %s could not be renewed", held.lane)


def _of_a_bug(error: Exception) -> str:
    return say(
        "程序自己出了错，会自动再试；一直不成时，请管理员把运行日志里这个时间的几行发给开发人员（{error}）",
        error=type(error).__name__,
    )


class NoSuchTask(Problem):
    """A reaction waits for a task that this program does not have."""

    code = "queue.no_such_task"

    def __init__(self, task: str) -> None:
        super().__init__(say("没有名为 {task} 的后台任务，请检查程序版本", task=task))


class _Bell:
    """Wakes every thread that has not heard the last ring."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.rings = 0

    def ring(self) -> None:
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, at_most: timedelta) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self.rings != heard, at_most.total_seconds())
