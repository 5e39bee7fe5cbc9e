"""Web, worker and clock in one process, until somebody says stop."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any, NoReturn

from waitress.server import create_server

from jobs.schedule import Ticker
from jobs.worker import Worker
from kernel.problems import Unavailable
from kernel.sentences import say
from webapp.app import create_app
from webapp.settings import WebSettings
from webapp.site import Site
from webapp.tasks import Behind

#: How often the clock looks which hours have come.
_TICK = timedelta(seconds=15)
#: How often the clock looks which workflows' timers are to act.
_TIMERS = timedelta(minutes=2)
_THREADS = 8
_STOPPING = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger("taizhang.run")


class PortTaken(Unavailable):
    """Another program listens on the port."""

    code = "serve.port_taken"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(say("{host}:{port} 已被别的程序占用，可换一个端口：PORT=8001 make run", host=host, port=port))


class CannotListen(Unavailable):
    """The address is none of this machine's, or the port is not ours to have."""

    code = "serve.cannot_listen"

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(say("不能在 {host}:{port} 上打开网页：{why}", host=host, port=port, why=why))


def check_port(host: str, port: int) -> None:
    """See that nobody listens there, before anything else is begun. Raises `PortTaken`, `CannotListen`."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise _not_listening(error, host, port) from error


def _not_listening(error: OSError, host: str, port: int) -> Unavailable:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(host, port)
    return CannotListen(host, port, error.strerror or str(error))


@contextmanager
def behind_the_scenes(site: Site, stop: threading.Event) -> Iterator[Worker]:
    """A worker and the clocks, while the block runs; `stop` is set when it ends."""
    behind = Behind(site)
    worker = Worker(site.database, behind.tasks, behind.reactions, site.now, threads=site.settings.jobs.workers)
    site.wake = worker.wake
    working = threading.Thread(target=worker.run_until, args=(stop,), name="worker")
    clocks = [
        Ticker(_TICK, behind.note_hours, site.now),
        Ticker(_TIMERS, behind.look_at_timers, site.now),
        Ticker(site.settings.sheet_interval, behind.look_at_sheets, site.now),
    ]
    with ExitStack() as ending:  # from the last line to the first, also when somebody says stop in between
        ending.callback(behind.close)
        ending.callback(_end, worker, working, stop)
        working.start()
        for clock in clocks:
            clock.start()
            ending.callback(clock.stop)
        yield worker


def _end(worker: Worker, working: threading.Thread, stop: threading.Event) -> None:
    """Let the worker finish what it is at."""
    stop.set()
    worker.wake()
    if working.ident is not None:
        working.join()


def proxied(web: WebSettings) -> dict[str, Any]:
    """How the server sees visitors' own addresses behind the office's proxy; nobody else's word is believed."""
    if web.proxy is None:
        return {}
    return {
        "trusted_proxy": web.proxy,
        "trusted_proxy_headers": {"x-forwarded-for"},
        "clear_untrusted_proxy_headers": True,
    }


def serve(site: Site, *, host: str, port: int) -> None:
    """Serve the pages and do the work behind them until SIGTERM or Ctrl-C. Raises `PortTaken`, `CannotListen`."""
    stop = threading.Event()
    try:
        server = create_server(
            create_app(site), host=host, port=port, threads=_THREADS, ident="taizhang", **proxied(site.settings.web)
        )
    except OSError as error:
        raise _not_listening(error, host, port) from error
    try:
        _on_stop(_interrupt)
        with behind_the_scenes(site, stop):
            server.run()
    except KeyboardInterrupt:
        _log.info("stopping")
    finally:
        server.close()


def work(site: Site) -> None:
    """Only the work behind the scenes: one more process on the same database."""
    stop = threading.Event()
    _on_stop(lambda *_: stop.set())
    with behind_the_scenes(site, stop):
        stop.wait()


def _on_stop(answer: Callable[[int, FrameType | None], object]) -> None:
    for number in _STOPPING:
        signal.signal(number, answer)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Begin to stop; who asks again while that is going on is not heard, so that it comes to its end."""
    del number, frame
    _on_stop(lambda *_: None)  # SIG_IGN would be told by a traceback where the second signal is already on its way
    raise KeyboardInterrupt
