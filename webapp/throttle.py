"""Slowing down whoever guesses passwords: a few failures cost a wait, by name and address and by address alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from kernel.problems import Problem
from kernel.sentences import say

FREE_TRIES = 5
#: Of one address under all names: a whole office may share one, and mistypes less on a Monday morning.
ADDRESS_TRIES = 50
WINDOW = timedelta(minutes=15)
#: More keys than an office has people and machines: whoever makes them up does not fill the memory.
MOST_KEYS = 10_000


class TooManyTries(Problem):
    """Somebody guesses passwords."""

    code = "session.too_many_tries"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        super().__init__(say("密码错得太多，请 {minutes} 分钟后再试", minutes=-(-int(wait.total_seconds()) // 60)))


@dataclass(slots=True)
class Throttle:
    """Counts failures in one process; an office runs one."""

    #: Failures that cost nothing.
    free: int = FREE_TRIES
    #: By digest: a key may hold whatever somebody typed, megabytes of it.
    _failures: dict[bytes, list[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, now: datetime) -> timedelta:
        """How long `key` must wait before the next try counts."""
        with self._lock:
            recent = self._recent(_digest(key), now)
            if len(recent) < self.free:
                return timedelta(0)
            return max(recent[0] + WINDOW - now, timedelta(0))

    def failed(self, key: str, now: datetime) -> None:
        """Note a failure of `key`."""
        with self._lock:
            if len(self._failures) >= MOST_KEYS:
                self._forget_old(now)
            known = _digest(key)
            self._failures[known] = [*self._recent(known, now), now][-self.free :]

    def succeeded(self, key: str) -> None:
        """Forget the failures of `key`."""
        with self._lock:
            self._failures.pop(_digest(key), None)

    def _forget_old(self, now: datetime) -> None:
        """Forget what is over; when all of it is recent, the oldest half goes."""
        living = {key: recent for key in self._failures if (recent := self._recent(key, now))}
        latest = sorted(living, key=lambda key: living[key][-1])
        self._failures = {key: living[key] for key in latest[-(MOST_KEYS // 2) :]}

    def _recent(self, known: bytes, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(known, []) if now - at < WINDOW]


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()
