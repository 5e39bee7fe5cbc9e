"""A crash harness: processes work a queue while others kill them, or stop them longer than their lease.

Each piece of work has one effect: an event, written in a transaction that `Turn.confirm` guards and
that looks first whether the effect is there. So afterwards every piece must have exactly one, and
no such transaction may have gone through under a token that was no longer the lane's.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from typing import Literal, TypeAlias

from sqlalchemy import Connection, select, update

from jobs.worker import Turn, Worker
from records import queue
from records.database import Database
from records.events import Event, events_of, note, note_many
from records.queue import Claim, LeaseLost, Reaction
from records.tables import events, lanes, reactions

Bug: TypeAlias = Literal["none", "unfenced", "settled early"]

LEASE = timedelta(seconds=1)
LANES = ("left", "right")
PROCESSES = 3
REACTIONS = {"work.asked": (Reaction("work", lambda event: event.details["lane"], lambda event: event.subject),)}


@dataclass(frozen=True, slots=True)
class Report:
    """What is seen when everything is over."""

    asked: int
    lost: int  # pieces without their effect
    doubled: int  # pieces with more than one
    zombies: int  # transactions that went through for who no longer held the lease
    fenced: int  # how often somebody who woke up was refused
    killed: int
    stopped: int


@dataclass(slots=True)
class Nemesis:
    """Kills processes and replaces them, or stops them for a while: a share of `sleepers`."""

    url: str
    bug: Bug
    sleepers: float
    killed: int = 0
    stopped: int = 0

    @contextmanager
    def processes(self) -> Iterator[list[ForkServerProcess]]:
        """Processes at work; those that are left at the end are killed."""
        living = [self._start() for _ in range(PROCESSES)]
        try:
            yield living
        finally:
            for process in living:
                process.kill()
                process.join()

    def strike(self, living: list[ForkServerProcess], chance: random.Random) -> None:
        """One blow; a stopped process sleeps until its lease has been taken by another, if it held one."""
        time.sleep(chance.uniform(0.05, 0.25))
        place = chance.randrange(PROCESSES)
        victim = living[place]
        assert victim.pid is not None
        if chance.random() >= self.sleepers:
            victim.kill()
            victim.join()
            living[place] = self._start()
            self.killed += 1
        else:
            os.kill(victim.pid, signal.SIGSTOP)
            time.sleep(LEASE.total_seconds() * chance.uniform(1.3, 1.8))
            os.kill(victim.pid, signal.SIGCONT)
            self.stopped += 1

    def _start(self) -> ForkServerProcess:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        process = context.Process(target=_work, args=(self.url, self.bug))
        process.start()
        return process


def crash(database: Database, bug: Bug, *, seed: int, blows: int, sleepers: float = 0.5) -> Report:
    """Let processes work under `blows`, a share of them `sleepers`; then let them finish in peace, and count.

    When a bug is planted it is over as soon as a zombie shows.
    """
    chance = random.Random(seed)  # noqa: S311 -- a harness must be repeatable
    nemesis = Nemesis(database.url.render_as_string(hide_password=False), bug, sleepers)
    asked = 0
    with nemesis.processes() as living:
        for _ in range(blows):
            asked = _ask(database, asked)
            nemesis.strike(living, chance)
            if bug != "none" and _told(database, "zombie"):
                break
        else:
            _wait_until(lambda: _idle(database), 60)
    effects = Counter(_told(database, "effect"))
    return Report(
        asked=asked,
        lost=len(set(_told(database, "work.asked")) - set(effects)),
        doubled=sum(1 for times in effects.values() if times > 1),
        zombies=len(_told(database, "zombie")),
        fenced=len(_told(database, "fenced")),
        killed=nemesis.killed,
        stopped=nemesis.stopped,
    )


# ---- in the process that is struck ---------------------------------------------------------------------------------


def _work(url: str, bug: Bug) -> None:
    _plant(bug)
    database = Database(url)

    def task(turn: Turn) -> None:
        time.sleep(random.uniform(0.01, 0.09))  # noqa: S311 -- any moment will do
        try:
            with database.writing() as conn:
                turn.confirm(conn)
                _have_effect(conn, turn)
        except LeaseLost:
            with database.writing() as conn:
                note(conn, "fenced", subject=turn.argument, actor=str(os.getpid()), at=_now())
            raise

    worker = Worker(database, {"work": task}, REACTIONS, _now, threads=1, lease=LEASE, poll=timedelta(milliseconds=20))
    worker.run_until(threading.Event())


def _have_effect(conn: Connection, turn: Turn) -> None:
    asked = events_of(conn, turn.argument)
    token = conn.execute(select(lanes.c.token).where(lanes.c.lane == asked[0].details["lane"])).scalar()
    if token != turn.token:
        note(conn, "zombie", subject=turn.argument, actor=str(os.getpid()), at=_now())
    if not any(event.action == "effect" for event in asked):
        note(conn, "effect", subject=turn.argument, actor=str(os.getpid()), at=_now())


def _plant(bug: Bug) -> None:
    match bug:
        case "none":
            return
        case "unfenced":
            queue._hold = _hold_without_asking
        case "settled early":
            queue.claim = _claim_and_settle(queue.claim)  # type: ignore[assignment] # only its names differ


def _hold_without_asking(conn: Connection, held: Claim, **values: object) -> None:
    values.pop("token", None)  # `confirm` only asks
    if values:
        conn.execute(update(lanes).where(lanes.c.lane == held.lane).values(**values))


def _claim_and_settle(
    claim: Callable[[Connection, str, datetime, timedelta], Claim | None],
) -> Callable[[Connection, str, datetime, timedelta], Claim | None]:
    def claimed(conn: Connection, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        held = claim(conn, owner, now, lease)
        if held is not None:
            ours = reactions.c.event_id.in_(held.event_ids)
            conn.execute(update(reactions).where(ours).values(settled_at="2026-11-22T00:00:00.000000Z"))
        return held

    return claimed


# ---- looking on ----------------------------------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.now(UTC)


def _ask(database: Database, asked: int) -> int:
    """Ask for work until enough waits; how many pieces were asked for in all."""
    with database.reading() as conn:
        enough = sum(lane.waiting for lane in queue.waiting(conn)) > 16 or queue.undispatched(conn)
    if enough:
        return asked
    more = range(asked, asked + 16)
    asking = [Event("work.asked", f"W{n}", "harness", _now(), details={"lane": LANES[n % len(LANES)]}) for n in more]
    with database.writing() as conn:
        note_many(conn, asking)
    return asked + len(asking)


def _told(database: Database, action: str) -> list[str]:
    with database.reading() as conn:
        return list(conn.execute(select(events.c.subject).where(events.c.action == action)).scalars())


def _idle(database: Database) -> bool:
    with database.reading() as conn:
        return not queue.undispatched(conn) and not queue.waiting(conn)


def _wait_until(holds: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "the processes do not finish"
        time.sleep(0.05)
