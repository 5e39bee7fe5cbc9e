from __future__ import annotations

import signal
import socket
import subprocess
import uuid
from pathlib import Path

import pytest
from openpyxl import load_workbook

from records.database import Database
from tests.webapp.commands.office import CommandLine, found_office
from tests.webapp.commands.processes import Browser, running, wait_until

#: From the first signal to the last thread (seconds); a round and a drawing may just have begun.
STOPS_WITHIN = 15.0


@pytest.fixture
def line(database: Database, tmp_path: Path) -> CommandLine:
    """An office whose workbooks are looked at every two seconds."""
    return found_office(tmp_path, database, sheets={"folder": "sheets", "every": 2})


def test_what_is_sent_is_in_the_workbook_and_what_is_typed_there_is_in_the_record_within_seconds(
    line: CommandLine,
) -> None:
    with running(line.config, "serve") as server:
        browser = Browser(server.port)
        wait_until(browser.answers)
        browser.post("/sign-in", {"name": "sun", "password": "qingshan2026"})
        sent = {"place": "粮库", "town": "cg", "people": "3", "_instance": str(uuid.uuid4())}
        assert "粮库" in browser.post("/f/visit/new", sent)
        wait_until(lambda: line.book.exists() and [row[0] for row in line.cells()] == ["粮库"])

        book = load_workbook(line.book)
        sheet = book.active
        assert sheet is not None
        sheet["F2"] = "门锁坏了"
        book.save(line.book)
        wait_until(lambda: line.records()[0].answers.get("remark") == "门锁坏了")
        code, said, took = server.stop()
        assert (code, "Traceback" in said) == (0, False), said
        assert took < STOPS_WITHIN
        wait_until(server.has_left_nothing)
    line.database.close()


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_port_that_is_taken_is_told_in_one_sentence_before_anything_is_begun(
    small: CommandLine, command: str
) -> None:
    before = small.everything()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = small(command, "--host", "127.0.0.1", "--port", str(port))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"127.0.0.1:{port} 已被别的程序占用，可换一个端口：PORT=8001 make run\n"
    assert small.everything() == before


def test_an_address_of_another_machine_is_told_in_one_sentence(small: CommandLine) -> None:
    done = small("serve", "--host", "192.0.2.1", "--port", "8765")
    assert done.exit_code == 1
    assert done.stderr.startswith("不能在 192.0.2.1:8765 上打开网页：")


def test_told_to_stop_twice_while_it_draws_it_ends_cleanly(small: CommandLine) -> None:
    with running(small.config, "serve") as server:
        browser = Browser(server.port)
        wait_until(browser.answers)
        browser.post("/sign-in", {"name": "sun", "password": "qingshan2026"})
        browser.post("/reports/weekly", {"period": ""})
        server.process.send_signal(signal.SIGINT)
        code, said, _ = server.stop()
        assert (code, "Traceback" in said) == (0, False), said
        wait_until(server.has_left_nothing)


@pytest.mark.parametrize("seconds", [0.7, 1.5])
def test_told_to_stop_before_it_has_begun_it_ends(small: CommandLine, seconds: float) -> None:
    with running(small.config, "serve") as server:
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(seconds)
        _, said, _ = server.stop()
        assert "Traceback" not in said, said
        wait_until(server.has_left_nothing)
