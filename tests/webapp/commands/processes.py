"""Taizhang as a real process, and a browser that speaks HTTP to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROOT = Path(__file__).parents[3]
#: How long anything may take that a person waits for (seconds); the machine may be busy.
PATIENCE = 30.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    """Look ten times a second whether something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.1)


@dataclass(frozen=True, slots=True)
class Running:
    """A process that runs, with the processes it started."""

    process: subprocess.Popen[str]
    port: int

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, float]:
        """Ask it to stop; its exit code, what it said, and how long it took (seconds)."""
        asked = time.monotonic()
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said, time.monotonic() - asked

    def has_left_nothing(self) -> bool:
        """Whether no process of its group lives any more."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


@contextmanager
def running(config: Path, command: str, *words: str, port: int | None = None) -> Iterator[Running]:
    """`python -m webapp --config … COMMAND` in a process of its own, ended with everything it started."""
    wanted = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp", "--config", str(config), command, *words],
        cwd=ROOT,
        env={**os.environ, "PORT": str(wanted), "HOST": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    started = Running(process, wanted)
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


@dataclass(slots=True)
class Browser:
    """Somebody at a browser, at the pages of a process."""

    port: int
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def get(self, path: str) -> str:
        """A page."""
        with self.opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def post(self, path: str, sent: Mapping[str, str]) -> str:
        """Send a page's form; the page that follows."""
        token = json.loads(self.get("/api/session"))["token"]
        body = urlencode({**sent, "csrf_token": token}).encode()
        with self.opener.open(f"http://127.0.0.1:{self.port}{path}", body, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def answers(self) -> bool:
        """Whether the page to sign in at comes."""
        try:
            return "<form" in self.get("/sign-in")
        except (URLError, ConnectionError):
            return False
