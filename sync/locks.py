"""Who has a workbook open: the small files that office programs leave beside it meanwhile.

Looking is a courtesy, not a lock: between a look and a write somebody may open the book. What
protects the book then is the comparison in `replace` and, on a share, the sharing rules of the server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kernel.sentences import say

#: Older owner files are left-overs of a crash: nobody keeps a ledger open for so long.
STALE_AFTER = timedelta(hours=12)

#: Where an owner file of Excel keeps the length of the name in UTF-16, and the name.
_LENGTH_AT, _NAME_AT = 55, 57
#: The longest name that Excel lets its user have.
_LONGEST_NAME = 52
_LARGEST = 4096


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a workbook open.

    Attributes:
        name: as they gave it to their office program; a general word when they gave none.
        program: `Excel/WPS` or `LibreOffice`.
        since: when the program opened the book, in UTC.
    """

    name: str
    program: str
    since: datetime


def who_holds(path: Path, *, now: datetime, stale_after: timedelta = STALE_AFTER) -> Holder | None:
    """Who has had the workbook open for longest, those who left more than `stale_after` ago not counted."""
    holders = [holder for holder in _holders(path) if now - holder.since <= stale_after]
    return min(holders, key=lambda holder: holder.since, default=None)


def _holders(path: Path) -> Iterator[Holder]:
    for owner in _owner_files(path):
        yield from _holder(owner, "Excel/WPS", _excel_name)
    yield from _holder(path.with_name(f".~lock.{path.name}#"), "LibreOffice", _libreoffice_name)


def _owner_files(path: Path) -> Iterator[Path]:
    """Where Excel and WPS may leave their mark.

    Excel writes `~$` before the name, or, as Word does with long names, in place of its first
    two characters; that file could also belong to a shorter-named neighbour. WPS also uses `.~`.
    """
    yield path.with_name(f"~${path.name}")
    yield path.with_name(f".~{path.name}")
    shortened = path.name[2:]
    if len(path.stem) > 2 and not path.with_name(shortened).exists():
        yield path.with_name(f"~${shortened}")


def _holder(mark: Path, program: str, name_in: Callable[[bytes], str]) -> Iterator[Holder]:
    """The holder that a mark tells of; none when there is no mark, or it went while one looked."""
    try:
        since = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except FileNotFoundError:
        return
    yield Holder(name_in(_content(mark)) or say("有人"), program, since)


def _content(mark: Path) -> bytes:
    """The mark's bytes; none when its owner's program does not share it, which says enough by itself."""
    try:
        with mark.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return b""


def _excel_name(content: bytes) -> str:
    """The name in an owner file: padded in the code page of the machine, then in UTF-16."""
    length = content[_LENGTH_AT] if len(content) > _NAME_AT else 0
    wide = content[_NAME_AT : _NAME_AT + 2 * length].decode("utf-16-le", "replace").strip("\0 ")
    if wide and length <= _LONGEST_NAME:
        return wide
    length = content[0] if content else 0
    narrow = content[1 : 1 + length]
    return narrow.decode("gb18030", "replace").strip("\0 ") if len(narrow) == length <= _LONGEST_NAME else ""


def _libreoffice_name(content: bytes) -> str:
    """The name in `,name,host,time,profile;`: the first field is the full name, the second the account's."""
    text = content.decode("utf-8", "replace")
    fields = [re.sub(r"\\(.)", r"\1", field) for field in re.findall(r"((?:\\.|[^,;\\])*)[,;]", text)]
    return next((field for field in fields[:2] if field.strip()), "")
