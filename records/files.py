"""Files kept by their digest: a file is written whole or not at all, and never changes.

The bytes lie in a folder, two levels deep by the first characters of the digest; what the file is called and
when it came is a row of the table `files`. Write the bytes first, then the row: a row never names a file that
is not there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from kernel.clock import utc_text
from kernel.problems import NotFound, Problem
from kernel.sentences import say
from kernel.whole import write_whole
from records.lookup import CHUNK
from records.tables import files
from records.upserting import insert_new

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file: its SHA-256 in hex, what it is called, what it is, how large it is (bytes)."""

    digest: str
    name: str
    media_type: str
    size: int


class NoSuchFile(NotFound):
    """No file has this digest, or its bytes are gone."""

    code = "file.not_found"

    def __init__(self, digest: str) -> None:
        super().__init__(say("文件不在了：{digest}，请管理员从备份恢复", digest=digest[:12]))


class DamagedFile(Problem):
    """The bytes on the disk are not those that were stored."""

    code = "file.damaged"
    status = 500

    def __init__(self, digest: str) -> None:
        super().__init__(say("文件已损坏：{digest}，请管理员从备份恢复", digest=digest[:12]))


def write_file(folder: Path, content: bytes) -> str:
    """Put `content` into `folder`; its SHA-256 in hex. The same content again is the same file."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(folder, digest)
    if not path.exists():
        write_whole(path, content)
    return digest


def read_file(folder: Path, digest: str) -> bytes:
    """The bytes of a file. Raises `NoSuchFile`, `DamagedFile`."""
    try:
        content = path_of(folder, digest).read_bytes()
    except FileNotFoundError:
        raise NoSuchFile(digest) from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedFile(digest)
    return content


def path_of(folder: Path, digest: str) -> Path:
    """Where the bytes of a file lie. Raises `NoSuchFile` for what is no digest."""
    if not _DIGEST.fullmatch(digest):
        raise NoSuchFile(digest)
    return folder / digest[:2] / digest[2:4] / digest


def note_file(conn: Connection, digest: str, *, name: str, media_type: str, size: int, at: datetime) -> None:
    """Write down what a file that lies in the folder is called; a file known already keeps its first name."""
    row = {"digest": digest, "name": name, "media_type": media_type, "size": size, "stored_at": utc_text(at)}
    insert_new(conn, files, row)


def stored_files(conn: Connection, digests: Iterable[str]) -> dict[str, StoredFile]:
    """What is known of some files; those that are not known are left out."""
    wanted = sorted(set(digests))
    found: dict[str, StoredFile] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(files).where(files.c.digest.in_(wanted[start : start + CHUNK]))
        found |= {row.digest: StoredFile(row.digest, row.name, row.media_type, row.size) for row in conn.execute(query)}
    return found


def remove_file(folder: Path, digest: str) -> None:
    """Take the bytes of a file away, and what was made of them (names that begin with a point and the digest)."""
    path = path_of(folder, digest)
    for made in (path, *path.parent.glob(f".{digest}.*")):
        made.unlink(missing_ok=True)
