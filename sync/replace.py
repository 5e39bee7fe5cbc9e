"""A file replaced as a whole, and only if it is still the file one thinks it is.

Whoever opens the book at any moment, also after a power cut, finds the old one or the new one.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import secrets
import shutil
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kernel.clock import utc_text
from kernel.problems import Stale, Unavailable
from kernel.sentences import say

#: The folder beside a book where its former versions are kept.
HISTORY = ".history"
#: How many former versions of one book are kept.
KEPT = 20

_LEFTOVER = ".tz-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_HERE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
_HELD = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY})


class BookChanged(Stale):
    """Somebody saved the workbook since it was read."""

    code = "sheet.book_changed"


class BookHeld(Unavailable):
    """The workbook cannot be replaced while somebody has it open."""

    code = "sheet.book_held"


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def beside(path: Path) -> Path:
    """A name nobody uses, in the same folder as `path`, for its successor to be written to."""
    return path.with_name(f"{_LEFTOVER}{secrets.token_hex(6)}-{path.name}")


def replace_book(path: Path, fresh: Path, *, expected: str, now: datetime) -> str:
    """Put the finished file `fresh` (named by `beside`) in the place of `path`; the digest of what is there now.

    `expected` is the digest of the file that `fresh` was made from. The former version is kept
    in the history folder. `fresh` is gone afterwards, whatever the outcome.

    Raises:
        BookChanged: `path` is no longer, or not at all, the file of that digest; it stays as it is.
        BookHeld: the file system does not let it go now; it stays as it is.
    """
    try:
        return _replace(path, fresh, expected, now)
    except FileNotFoundError:
        raise _changed(path) from None
    except OSError as error:
        if error.errno not in _HELD:
            raise
        raise BookHeld(say("“{name}”正被打开，暂时写不进去。改动已留存，关闭后会自动写入。", name=path.name)) from None
    finally:
        fresh.unlink(missing_ok=True)


def _replace(path: Path, fresh: Path, expected: str, now: datetime) -> str:
    written = file_digest(fresh)
    _keep_access(path, fresh)
    _sync(fresh)
    backup = _back_up(path, now)
    if file_digest(backup) != expected:
        backup.unlink()
        raise _changed(path)
    if not _exchange(fresh, path):
        fresh.replace(path)
    elif file_digest(fresh) != expected:
        _undo(path, fresh, written, now)
        raise _changed(path)
    _sync(path.parent)
    _prune(path)
    return written


def _undo(path: Path, fresh: Path, written: str, now: datetime) -> None:
    """Put back what somebody saved at the very moment of the exchange, unless they saved yet again."""
    _back_up(fresh, now, named=path)
    _exchange(fresh, path)
    if file_digest(fresh) != written:
        _exchange(fresh, path)
    _sync(path.parent)


def _changed(path: Path) -> BookChanged:
    return BookChanged(say("“{name}”刚被别人保存过。系统会重新读取后再写，不会覆盖别人的改动。", name=path.name))


def _keep_access(path: Path, fresh: Path) -> None:
    """Who may open the book stays as it was; giving it to its owner takes rights that a service may lack."""
    shutil.copymode(path, fresh)
    if sys.platform != "win32":
        owner = path.stat()
        with suppress(PermissionError):
            os.chown(fresh, owner.st_uid, owner.st_gid)


def _sync(path: Path) -> None:
    """See a file, or a folder's list of names, through to the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Let two files change names in one step; False where the system or the file system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_HERE:
        return False
    raise OSError(number, os.strerror(number), os.fspath(other))


def _back_up(path: Path, now: datetime, *, named: Path | None = None) -> Path:
    """Keep a file in the history of the book `named`: by a second name, or a copy where links are unknown."""
    book = named or path
    folder = book.parent / HISTORY
    folder.mkdir(exist_ok=True)
    stamp = utc_text(now).translate(str.maketrans("", "", "-:"))
    backup = folder / f"{book.stem}.{stamp}-{secrets.token_hex(3)}{book.suffix}"
    try:
        backup.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(path, backup)
    return backup


def history(path: Path) -> list[Path]:
    """The former versions of a book that are kept, oldest first."""
    folder = path.parent / HISTORY
    if not folder.is_dir():
        return []
    return sorted(
        one
        for one in folder.iterdir()
        if one.suffix == path.suffix
        and one.name.startswith(f"{path.stem}.")
        and one.stem.count(".") == path.stem.count(".") + 2
    )


def _prune(path: Path) -> None:
    for old in history(path)[:-KEPT]:
        old.unlink(missing_ok=True)


def salvage(path: Path, now: datetime) -> list[Path]:
    """Move what a crash in the middle of `replace_book` left beside a book into its history.

    A left-over may hold what somebody saved in the very moment of the crash; whoever cares compares.
    Call it only while nobody else replaces this book.
    """
    kept = []
    for leftover in path.parent.glob(f"{_LEFTOVER}*-{path.name}"):
        kept.append(_back_up(leftover, now, named=path))
        leftover.unlink()
    return kept
