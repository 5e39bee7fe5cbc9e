"""Measuring a thing several times beside its baseline, in turn, so that a slow moment hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Does something once; what it returns is not looked at.
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each run, of the thing and of its baseline."""

    name: str
    seconds: tuple[float, ...]
    baseline: str
    baseline_seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median run of the thing, in seconds."""
        return statistics.median(self.seconds)

    @property
    def ratio(self) -> float | None:
        """How many times its baseline the thing costs; None without one."""
        return self.median / statistics.median(self.baseline_seconds) if self.baseline_seconds else None

    def line(self) -> str:
        """One line of the report."""
        spread = f"{min(self.seconds):.3f}…{max(self.seconds):.3f}"
        told = f"{self.name:<34}{self.median:>10.3f} s   {spread:<16}n={len(self.seconds)}"
        if self.ratio is None:
            return told
        return f"{told}   {self.ratio:>7.2f} × {self.baseline} ({statistics.median(self.baseline_seconds):.3f} s)"


def measure(name: str, work: Work, *, runs: int, baseline: str = "", against: Work | None = None) -> Measured:
    """Run `work` and its baseline `runs` times in turn, after one run of each that is not counted."""
    work()
    if against:
        against()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(runs):
        ours.append(_timed(work))
        if against:
            theirs.append(_timed(against))
    return Measured(name, tuple(ours), baseline, tuple(theirs))


def once(name: str, work: Work, *, runs: int) -> Measured:
    """Run something long `runs` times, every run counted."""
    return Measured(name, tuple(_timed(work) for _ in range(runs)), "", ())


def _timed(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
