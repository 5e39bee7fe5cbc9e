from __future__ import annotations

from tests.webapp.commands.office import CommandLine
from tests.webapp.commands.processes import running, wait_until


def test_one_more_worker_does_what_waits_and_stops_when_told(small: CommandLine) -> None:
    small.fill("粮库,,,,")
    with running(small.config, "work") as worker:
        wait_until(small.book.exists)
        wait_until(lambda: [row[0] for row in small.cells()] == ["粮库"])
        code, said, _ = worker.stop()
        assert (code, said) == (0, "")
        wait_until(worker.has_left_nothing)
