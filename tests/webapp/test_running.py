from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection

import pytest
from waitress.server import create_server

from jobs.worker import Worker
from tests.webapp.office import HAZARD, Visitor
from tests.webapp.shelf import Shelf
from webapp import running
from webapp.running import CannotListen, PortTaken, behind_the_scenes, check_port, proxied
from webapp.settings import WebSettings
from webapp.tasks import Behind


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def test_a_port_is_taken_only_while_somebody_listens(taken: int) -> None:
    with pytest.raises(PortTaken, match=f"127.0.0.1:{taken} 已被别的程序占用"):
        check_port("127.0.0.1", taken)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    check_port("127.0.0.1", free)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_is_no_taken_port(host: str) -> None:
    with pytest.raises(CannotListen, match=f"不能在 {host}:8000 上打开网页"):
        check_port(host, 8000)


def test_a_port_that_is_not_ours_to_have_is_told_as_such() -> None:
    problem = running._not_listening(OSError(errno.EACCES, "Permission denied"), "127.0.0.1", 80)
    assert isinstance(problem, CannotListen)
    assert "Permission denied" in problem.sentence


def test_what_waits_is_done_while_the_block_runs_and_no_thread_is_left(shelf: Shelf, as_clerk: Visitor) -> None:
    before = set(threading.enumerate())
    stop = threading.Event()
    done = threading.Event()
    with behind_the_scenes(shelf.site, stop) as worker:
        assert isinstance(worker, Worker)
        as_clerk.store("hazard", HAZARD)
        for _ in range(200):
            if shelf.book.exists() and shelf.rows():
                break
            done.wait(0.1)
    assert stop.is_set()
    assert len(shelf.rows()) == 1
    assert set(threading.enumerate()) <= before


def test_told_to_stop_while_it_starts_it_leaves_no_thread(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        """A clock during whose start somebody says stop."""

        def __init__(self, *_: object) -> None:
            pass

        def start(self) -> None:
            raise KeyboardInterrupt

    before = set(threading.enumerate())
    monkeypatch.setattr(running, "Ticker", Interrupted)
    with pytest.raises(KeyboardInterrupt), behind_the_scenes(shelf.site, threading.Event()):
        pass
    assert set(threading.enumerate()) <= before


def test_a_clock_s_tick_that_fails_is_not_its_last(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = 0
    seen = threading.Event()

    def fail(_: Behind, now: datetime) -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 2:
            seen.set()
        message = "the share went away"
        raise OSError(message)

    monkeypatch.setattr(Behind, "note_hours", fail)
    monkeypatch.setattr(Behind, "look_at_sheets", fail)
    with behind_the_scenes(shelf.site, threading.Event()):
        assert seen.wait(20)


@pytest.mark.parametrize(
    ("trusted", "seen"), [("127.0.0.1", "192.0.2.7"), ("192.0.2.99", "127.0.0.1"), (None, "127.0.0.1")]
)
def test_a_visitors_address_is_believed_of_the_offices_proxy_alone(trusted: str | None, seen: str) -> None:
    addresses: list[str] = []

    def answer(environment: dict[str, str], begin: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
        addresses.append(environment["REMOTE_ADDR"])
        begin("204 No Content", [])
        return []

    server = create_server(answer, host="127.0.0.1", port=0, **proxied(WebSettings(proxy=trusted)))
    serving = threading.Thread(target=server.run)
    serving.start()
    try:
        with closing(HTTPConnection("127.0.0.1", server.effective_port, timeout=5)) as visitor:
            visitor.request("GET", "/", headers={"X-Forwarded-For": "192.0.2.7"})
            assert visitor.getresponse().status == 204
    finally:
        server.close()
        serving.join(5)
    assert addresses == [seen]
