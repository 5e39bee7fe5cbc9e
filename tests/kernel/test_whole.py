from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kernel.whole import write_whole


def test_a_file_is_there_with_its_folder_and_may_be_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "通报.pdf"
    for content in (b"one", b"two"):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_many_who_write_one_file_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path, content = tmp_path / "letter.eml", b"x" * 100_000
    together = threading.Barrier(8)

    def write(_: int) -> None:
        together.wait()
        write_whole(path, content)
        assert path.read_bytes() == content

    for _ in range(10):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_without_room_leaves_the_old_file_and_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.eml"
    write_whole(path, b"old")

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
