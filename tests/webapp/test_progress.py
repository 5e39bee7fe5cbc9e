from __future__ import annotations

import io

import pytest
from rich.console import Console

from webapp import progress
from webapp.progress import progress_bar


def test_without_a_terminal_each_part_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as report:
        for done in range(1, 4):
            report("记录", done, 3)
        report("文件", 1, 1)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "记录（3）…\n文件（1）…\n")


def test_on_a_terminal_a_bar_says_how_many_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()

    def terminal(*, stderr: bool) -> Console:
        assert stderr, "what a command prints for scripts stays clean"
        return Console(file=screen, force_terminal=True, width=80)

    monkeypatch.setattr(progress, "Console", terminal)
    with progress_bar() as report:
        report("记录", 1, 4)
        report("记录", 4, 4)
    assert "记录" in screen.getvalue()
    assert "4/4" in screen.getvalue()
