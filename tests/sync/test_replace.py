from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from sync import replace
from sync.replace import HISTORY, KEPT, BookChanged, BookHeld, beside, file_digest, history, replace_book, salvage
from sync.workbook.book import Changes
from sync.workbook.patch import patch_book
from sync.workbook.read import read_book
from tests.sync.office import open_in_office
from tests.sync.workbook.books import TAB, our_book

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
OLD, NEW, THEIRS = b"old" * 5000, b"new" * 7000, b"theirs" * 3000


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(OLD)
    return path


@pytest.fixture(params=["exchange", "rename"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the kernel's exchange, and as on a file system that has none."""
    if request.param == "rename":
        monkeypatch.setattr(replace, "_exchange", lambda *_: False)
    return str(request.param)


def successor(path: Path, content: bytes = NEW) -> Path:
    fresh = beside(path)
    fresh.write_bytes(content)
    return fresh


def left(path: Path) -> list[str]:
    """What lies beside the book besides its history."""
    return sorted(one.name for one in path.parent.iterdir() if one.name not in (path.name, HISTORY))


def test_the_kernel_of_this_machine_can_exchange(book: Path) -> None:
    fresh = successor(book)
    assert replace._exchange(fresh, book)
    assert (book.read_bytes(), fresh.read_bytes()) == (NEW, OLD)


def test_the_successor_takes_the_place_and_the_former_is_kept(book: Path, ways: str) -> None:
    digest = replace_book(book, successor(book), expected=file_digest(book), now=NOW)
    assert book.read_bytes() == NEW
    assert digest == file_digest(book)
    assert [one.read_bytes() for one in history(book)] == [OLD]
    assert left(book) == []


def test_a_book_that_somebody_saved_meanwhile_is_left_alone(book: Path, ways: str) -> None:
    expected = file_digest(book)
    book.write_bytes(THEIRS)
    with pytest.raises(BookChanged):
        replace_book(book, successor(book), expected=expected, now=NOW)
    assert book.read_bytes() == THEIRS
    assert (left(book), history(book)) == ([], [])


def test_a_save_at_the_last_moment_is_noticed_and_undone(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, exchange = file_digest(book), replace._exchange
    saves = [THEIRS]

    def late(one: Path, other: Path) -> bool:
        if saves:
            colleague = book.with_name("saving")
            colleague.write_bytes(saves.pop())
            colleague.replace(book)
        return exchange(one, other)

    monkeypatch.setattr(replace, "_exchange", late)
    with pytest.raises(BookChanged):
        replace_book(book, successor(book), expected=expected, now=NOW)
    assert book.read_bytes() == THEIRS
    assert left(book) == []
    assert {one.read_bytes() for one in history(book)} == {OLD, THEIRS}


def test_of_two_saves_at_the_last_moment_the_later_stands_and_both_are_kept(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, exchange = file_digest(book), replace._exchange
    saves = [THEIRS + b"later", THEIRS]

    def late(one: Path, other: Path) -> bool:
        if saves:
            colleague = book.with_name("saving")
            colleague.write_bytes(saves.pop())
            colleague.replace(book)
        return exchange(one, other)

    monkeypatch.setattr(replace, "_exchange", late)
    with pytest.raises(BookChanged):
        replace_book(book, successor(book), expected=expected, now=NOW)
    assert book.read_bytes() == THEIRS + b"later"
    assert THEIRS in {one.read_bytes() for one in history(book)}


def test_a_book_that_is_gone_is_not_made_again(book: Path, ways: str) -> None:
    expected = file_digest(book)
    book.unlink()
    with pytest.raises(BookChanged):
        replace_book(book, successor(book), expected=expected, now=NOW)
    assert not book.exists()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY])
def test_a_book_that_the_share_does_not_let_go_stays_and_may_be_tried_again(
    book: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(*_: object) -> bool:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(replace, "_exchange", refused)
    with pytest.raises(BookHeld) as refusal:
        replace_book(book, successor(book), expected=file_digest(book), now=NOW)
    assert refusal.value.retry
    assert (book.read_bytes(), left(book)) == (OLD, [])


def test_a_disk_that_is_full_is_no_refusal_but_an_error(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> bool:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(replace, "_exchange", full)
    with pytest.raises(OSError, match="no space"):
        replace_book(book, successor(book), expected=file_digest(book), now=NOW)
    assert (book.read_bytes(), left(book)) == (OLD, [])


def test_who_may_open_the_book_stays_as_it_was(book: Path, ways: str) -> None:
    book.chmod(0o640)
    replace_book(book, successor(book), expected=file_digest(book), now=NOW)
    assert book.stat().st_mode & 0o777 == 0o640


def test_the_last_versions_are_kept_and_only_of_this_book(book: Path, ways: str) -> None:
    neighbour = book.with_name("台账.2026.xlsx")
    shutil.copy(book, neighbour)
    replace_book(neighbour, successor(neighbour), expected=file_digest(neighbour), now=NOW)
    for number in range(KEPT + 3):
        content = b"%d" % number
        replace_book(book, successor(book, content), expected=file_digest(book), now=NOW + timedelta(minutes=number))
    assert [one.read_bytes() for one in history(book)] == [b"%d" % number for number in range(2, KEPT + 2)]
    assert [one.read_bytes() for one in history(neighbour)] == [OLD]


def test_a_copy_is_kept_where_a_file_cannot_have_two_names(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", unknown)
    replace_book(book, successor(book), expected=file_digest(book), now=NOW)
    assert [one.read_bytes() for one in history(book)] == [OLD]


def _until_killed(path: Path, expected: str, fatal_line: int, *, exchange: bool) -> None:
    """Replace a book, and die before the `fatal_line`-th line of it runs."""
    if not exchange:
        replace._exchange = lambda *_: False  # this process is the crash's own
    lines = 0

    def count(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        nonlocal lines
        if frame.f_code.co_filename != replace.__file__:
            return None
        if event == "line":
            lines += 1
            if lines == fatal_line:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)
    replace_book(path, successor(path), expected=expected, now=NOW)
    sys.settrace(None)


@pytest.mark.parametrize("exchange", [True, False])
def test_whenever_it_is_killed_the_old_or_the_new_book_is_there_whole(
    book: Path,
    exchange: bool,  # noqa: FBT001 -- a parameter
) -> None:
    expected, seen = file_digest(book), set()
    killed = multiprocessing.get_context("fork")
    for fatal_line in range(1, 1000):
        running = killed.Process(target=_until_killed, args=(book, expected, fatal_line), kwargs={"exchange": exchange})
        running.start()
        running.join()
        seen.add(book.read_bytes())
        assert book.read_bytes() in (OLD, NEW)
        salvage(book, NOW)
        assert left(book) == []
        if running.exitcode == 0:
            break
        assert running.exitcode == -signal.SIGKILL
        book.write_bytes(OLD)
        shutil.rmtree(book.parent / HISTORY, ignore_errors=True)
    else:
        pytest.fail("it never came to its end")
    assert fatal_line > 20
    assert seen == {OLD, NEW}


def test_what_a_crash_left_is_put_into_the_history_not_thrown_away(book: Path) -> None:
    successor(book, THEIRS)
    saved = salvage(book, NOW)
    assert [one.read_bytes() for one in saved] == [THEIRS]
    assert history(book) == saved
    assert left(book) == []
    assert salvage(book, NOW) == []


def test_a_real_office_program_does_not_save_over_what_was_written_meanwhile(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1", 2: "甲"})
    with open_in_office(book, TAB, [["edit", "B2", "旧窗口里的改动"]]) as visit:
        fresh = beside(book)
        patch_book(book, fresh, {TAB: Changes(cells={(2, 2): "乙"})})
        replace_book(book, fresh, expected=file_digest(book), now=NOW)
    assert visit.saved is False
    assert read_book(book).tabs[0].value(2, 2) == "乙"
