from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from records.database import Database
from records.files import DamagedFile, NoSuchFile, note_file, path_of, read_file, write_file
from records.tables import files
from tests.conftest import HandClock

PDF = b"%PDF-1.7 \xe9\x9d\x92"


def test_a_file_is_read_back_by_its_digest(tmp_path: Path) -> None:
    digest = write_file(tmp_path, PDF)
    assert digest == hashlib.sha256(PDF).hexdigest()
    assert read_file(tmp_path, digest) == PDF


def test_the_same_content_is_stored_once_and_nothing_half_written_stays(tmp_path: Path) -> None:
    assert write_file(tmp_path, PDF) == write_file(tmp_path, PDF)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [hashlib.sha256(PDF).hexdigest()]


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    digest = write_file(tmp_path, PDF)
    path_of(tmp_path, digest).write_bytes(PDF[:-1])
    with pytest.raises(DamagedFile):
        read_file(tmp_path, digest)


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_what_was_never_stored_is_not_found(tmp_path: Path, digest: str) -> None:
    with pytest.raises(NoSuchFile):
        read_file(tmp_path, digest)


def test_what_a_file_is_called_is_remembered(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        note_file(conn, "d1", name="《通报》第1期.pdf", media_type="application/pdf", size=9, at=now())
        note_file(conn, "d1", name="again.pdf", media_type="application/pdf", size=9, at=now.forward(days=1))
        (found,) = conn.execute(select(files)).all()
    assert (found.name, found.media_type, found.size) == ("《通报》第1期.pdf", "application/pdf", 9)


def test_two_who_store_the_same_content_at_once_both_succeed(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def write(_: int) -> str:
        together.wait()
        return write_file(tmp_path, PDF * 10_000)

    with ThreadPoolExecutor(8) as pool:
        (digest,) = set(pool.map(write, range(8)))
    assert read_file(tmp_path, digest) == PDF * 10_000
