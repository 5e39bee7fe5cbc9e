"""Web, worker and clock in one process, until somebody says stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from waitress.server import create_server

from jobs.schedule import Ticker
from jobs.worker import Worker
from webapp.app import create_app
from webapp.site import Site
from webapp.tasks import Behind

#: How often the clock looks which hours have come.
_TICK = timedelta(seconds=15)
_THREADS = 8

_log = logging.getLogger("taizhang.run")


@contextmanager
def behind_the_scenes(site: Site, stop: threading.Event) -> Iterator[Worker]:
    """A worker and the clocks, while the block runs; `stop` is set when it ends."""
    behind = Behind(site)
    worker = Worker(site.database, behind.tasks, behind.reactions, site.now, threads=site.settings.jobs.workers)
    site.wake = worker.wake
    working = threading.Thread(target=worker.run_until, args=(stop,), name="worker")
    clocks = [
        Ticker(_TICK, behind.note_hours, site.now),
        Ticker(site.settings.sheet_interval, behind.look_at_sheets, site.now),
    ]
    working.start()
    for clock in clocks:
        clock.start()
    try:
        yield worker
    finally:
        for clock in clocks:
            clock.stop()
        stop.set()
        worker.wake()
        working.join()
        behind.close()


def serve(site: Site, *, host: str, port: int) -> None:
    """Serve the pages and do the work behind them until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    server = create_server(create_app(site), host=host, port=port, threads=_THREADS, ident="taizhang")

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    with behind_the_scenes(site, stop):
        try:
            server.run()
        except KeyboardInterrupt:
            _log.info("stopping")
        finally:
            server.close()


def work(site: Site) -> None:
    """Only the work behind the scenes: one more process on the same database."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with behind_the_scenes(site, stop):
        stop.wait()
