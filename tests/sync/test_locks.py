from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.locks import Holder, who_holds
from tests.sync.office import open_in_office
from tests.sync.workbook.books import TAB, our_book

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
OPENED = datetime(2026, 11, 22, 6, 2, tzinfo=UTC)


def leave(mark: Path, content: bytes, at: datetime = OPENED) -> None:
    mark.write_bytes(content)
    os.utime(mark, (at.timestamp(), at.timestamp()))


def owner_file(name: str, *, codepage: str = "gb18030") -> bytes:
    """What Excel leaves: the name in the machine's code page, spaces to byte 55, the name in UTF-16, spaces to 165."""
    narrow = name.encode(codepage, "replace")
    head = bytes([len(narrow)]) + narrow
    wide = len(name).to_bytes(2, "little") + name.encode("utf-16-le")
    return (head.ljust(55, b" ") + wide).ljust(165, b" ")


def test_a_book_that_nobody_has_open_is_free(tmp_path: Path) -> None:
    assert who_holds(tmp_path / "台账.xlsx", now=NOW) is None


@pytest.mark.parametrize("mark", ["~$隐患台账.xlsx", ".~隐患台账.xlsx", "~$台账.xlsx"])
def test_excel_and_wps_say_who_has_it_open_and_since_when(tmp_path: Path, mark: str) -> None:
    leave(tmp_path / mark, owner_file("张三"))
    assert who_holds(tmp_path / "隐患台账.xlsx", now=NOW) == Holder("张三", "Excel/WPS", OPENED)


def test_a_name_is_read_whatever_the_machines_code_page(tmp_path: Path) -> None:
    leave(tmp_path / "~$a.xlsx", owner_file("张三", codepage="ascii"))
    held = who_holds(tmp_path / "a.xlsx", now=NOW)
    assert held is not None
    assert held.name == "张三"


def test_a_mark_with_the_narrow_name_only_is_read_too(tmp_path: Path) -> None:
    leave(tmp_path / "~$a.xlsx", b"\x04" + "张三".encode("gb18030"))
    held = who_holds(tmp_path / "a.xlsx", now=NOW)
    assert held is not None
    assert held.name == "张三"


def test_a_shortened_mark_belongs_to_the_neighbour_that_has_that_name(tmp_path: Path) -> None:
    (tmp_path / "台账.xlsx").touch()
    leave(tmp_path / "~$台账.xlsx", owner_file("张三"))
    assert who_holds(tmp_path / "隐患台账.xlsx", now=NOW) is None
    assert who_holds(tmp_path / "台账.xlsx", now=NOW) is not None


def test_libreoffice_says_who_or_which_machine(tmp_path: Path) -> None:
    mark = tmp_path / ".~lock.a.xlsx#"
    leave(mark, "李\\,四,lisi,pc-7,22.11.2026 14:02,file:///profile;".encode())
    assert who_holds(tmp_path / "a.xlsx", now=NOW) == Holder("李,四", "LibreOffice", OPENED)
    leave(mark, b",lisi,pc-7,22.11.2026 14:02,file:///profile;")
    assert who_holds(tmp_path / "a.xlsx", now=NOW) == Holder("lisi", "LibreOffice", OPENED)


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x00" * 165, b";;;", b",,,,;"])
def test_a_mark_that_cannot_be_read_still_says_that_somebody_is_there(tmp_path: Path, content: bytes) -> None:
    for mark in ("~$a.xlsx", ".~lock.b.xlsx#"):
        leave(tmp_path / mark, content)
    for book in ("a.xlsx", "b.xlsx"):
        held = who_holds(tmp_path / book, now=NOW)
        assert held is not None
        assert held.name == "有人"


def test_a_mark_left_by_a_crash_does_not_hold_for_ever(tmp_path: Path) -> None:
    leave(tmp_path / "~$a.xlsx", owner_file("张三"), NOW - timedelta(hours=3))
    book = tmp_path / "a.xlsx"
    assert who_holds(book, now=NOW) is not None
    assert who_holds(book, now=NOW, stale_after=timedelta(hours=2)) is None


def test_of_several_the_first_is_named(tmp_path: Path) -> None:
    leave(tmp_path / "~$a.xlsx", owner_file("后来"), OPENED + timedelta(minutes=5))
    leave(tmp_path / ".~lock.a.xlsx#", "先来,,,,;".encode())
    held = who_holds(tmp_path / "a.xlsx", now=NOW)
    assert held is not None
    assert held.name == "先来"


def test_a_real_libreoffice_is_seen_while_it_has_the_book_open(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1"})
    with open_in_office(book, TAB, []):
        held = who_holds(book, now=datetime.now(UTC))
        assert held is not None
        assert held.program == "LibreOffice"
        assert held.name
    assert who_holds(book, now=datetime.now(UTC)) is None
