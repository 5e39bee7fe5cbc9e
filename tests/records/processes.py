"""Processes that work on the same records at once, some of them killed in between or giving up halfway."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.context import ForkServerProcess

from records.catalogue import Catalogue, open_catalogue
from records.database import Database
from records.ledger import open_ledger
from records.model import Accepted, Actor, Door, Occasion
from records.notices import Audience
from records.revise import Change, revise
from records.timers import fire, records_due
from tests.records.flow import SYSTEM
from tests.records.office import AREA

PROCESSES = 3


class GivenUp(Exception):
    """What somebody does halfway through a transaction."""


def let_timers_act(url: str, now: datetime, seed: int) -> None:
    """Let every timer act that is due, in whatever order, until none is."""
    chance = random.Random(seed)  # noqa: S311 -- only the order
    database, occasion = Database(url), Occasion(SYSTEM, now, Door.TIMER)
    while True:
        with database.reading() as conn:
            ledger = open_ledger(conn, open_catalogue(conn), AREA)
            due, audience, catalogue = records_due(ledger, occasion), Audience(conn), ledger.catalogue
        if not due:
            break
        for submission_id in chance.sample(due, len(due)):
            with database.writing() as conn:
                fire(open_ledger(conn, catalogue, AREA), submission_id, occasion, audience)
    database.close()


def take_step(url: str, now: datetime, seed: int, records: Sequence[str], step: str, actor: Actor) -> None:
    """Take a step with each of some records; every third time give up at the end of the transaction, then do it."""
    chance = random.Random(seed)  # noqa: S311 -- only the order
    database = Database(url)
    with database.reading() as conn:
        catalogue = open_catalogue(conn)
    occasion = Occasion(actor, now, Door.WEB)
    for place, submission_id in enumerate(chance.sample(records, len(records))):
        for gives_up in (True, False) if place % 3 == 0 else (False,):
            try:
                _take(database, catalogue, Change(submission_id, {}, occasion, step), gives_up=gives_up)
            except GivenUp:
                time.sleep(chance.uniform(0, 0.01))
    database.close()


def _take(database: Database, catalogue: Catalogue, change: Change, *, gives_up: bool) -> None:
    with database.writing() as conn:
        assert isinstance(revise(open_ledger(conn, catalogue, AREA), change), Accepted)
        if gives_up:
            raise GivenUp


def started(work: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """A process that does `work`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=arguments)
    process.start()
    return process


def under_blows(start: Callable[[int], ForkServerProcess], *, blows: int, seed: int) -> int:
    """Processes at work, some killed and replaced, until all that are left have finished; how many were killed."""
    chance = random.Random(seed)  # noqa: S311 -- a harness must be repeatable
    living, killed = [start(number) for number in range(PROCESSES)], 0
    for number in range(blows):
        time.sleep(chance.uniform(0.02, 0.12))
        place = chance.randrange(PROCESSES)
        killed += living[place].is_alive()
        living[place].kill()
        living[place].join()
        living[place] = start(PROCESSES + number)
    for process in living:
        process.join(60)
        assert process.exitcode == 0
    return killed
