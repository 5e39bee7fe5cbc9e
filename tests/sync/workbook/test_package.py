from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from kernel.problems import Problem
from sync.workbook.package import Damaged, Encrypted, Gone, NotXlsx, Package, damaged, load, parse
from tests.sync.office import convert_in_office
from tests.sync.workbook.books import SHEET, members, our_book, rewritten, sheet_book, write_members

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def opened(content: bytes) -> str:
    """The code of the refusal, or "" when the workbook opens."""
    try:
        Package(content).workbook()
    except Problem as refusal:
        return refusal.code
    return ""


def test_what_is_no_workbook_is_called_by_what_it_is(tmp_path: Path) -> None:
    book = our_book(tmp_path)
    assert opened(book.read_bytes()) == ""
    assert opened(b"") == "sheet.not_xlsx"
    assert opened("编号,企业\n".encode()) == "sheet.not_xlsx"
    assert opened(OLE + bytes(4096)) == "sheet.not_xlsx"
    assert opened(OLE + "EncryptedPackage".encode("utf-16-le")) == "sheet.encrypted"
    assert opened(book.read_bytes()[:-100]) == "sheet.damaged"
    assert opened(write_members(tmp_path / "a.zip", {"a.txt": b"a"}).read_bytes()) == "sheet.not_xlsx"


def test_an_old_or_open_document_of_a_real_program_is_not_taken_for_a_workbook(tmp_path: Path) -> None:
    book = our_book(tmp_path)
    for kind in ("xls", "ods"):
        with pytest.raises(NotXlsx):
            Package(convert_in_office(book, tmp_path, kind).read_bytes()).workbook()


def test_a_password_is_named_in_the_refusal() -> None:
    with pytest.raises(Encrypted, match="密码"):
        Package(OLE + "EncryptedPackage".encode("utf-16-le"))


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "台账.xlsx", tmp_path):
        with pytest.raises(Gone, match=path.name):
            load(path)


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    parts = members(our_book(tmp_path))
    steep = write_members(tmp_path / "steep.xlsx", {**parts, "xl/media/a.bin": bytes(8 * 1024 * 1024)})
    large = tmp_path / "large.xlsx"
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for number in range(201):
            archive.writestr(f"xl/media/{number}", bytes(1024 * 1024))
    for path in (steep, large):
        with pytest.raises(Damaged, match="200 MB"):
            Package(path.read_bytes())


def test_a_member_that_unpacks_to_more_than_it_says_is_damaged(tmp_path: Path) -> None:
    content = bytearray(our_book(tmp_path).read_bytes())
    with zipfile.ZipFile(tmp_path / "台账.xlsx") as archive:
        sheet = archive.read(SHEET)
    entry = content.rindex(SHEET.encode()) - 46
    struct.pack_into("<L", content, entry + 16, zlib.crc32(sheet[:100]))
    struct.pack_into("<L", content, entry + 24, 100)
    with pytest.raises(Damaged):
        Package(bytes(content)).read(SHEET)


def test_a_member_whose_bytes_were_hurt_is_damaged(tmp_path: Path) -> None:
    book = our_book(tmp_path)
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        one = archive.getinfo(SHEET)
    content[one.header_offset + 30 + len(SHEET) + 20] ^= 0xFF
    with pytest.raises(Damaged):
        Package(bytes(content)).read(SHEET)


def test_a_member_that_fails_its_checksum_is_damaged(tmp_path: Path) -> None:
    content = bytearray(our_book(tmp_path).read_bytes())
    content[content.rindex(SHEET.encode()) - 46 + 16] ^= 0xFF
    with pytest.raises(Damaged):
        Package(bytes(content)).read(SHEET)


def test_two_members_of_one_name_are_damage(tmp_path: Path) -> None:
    path = our_book(tmp_path)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, b"<other/>")
    with pytest.raises(Damaged):
        Package(path.read_bytes())


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a><b></a>",
        b"",
    ],
)
def test_entities_and_broken_xml_are_refused(xml: bytes) -> None:
    with pytest.raises(Damaged):
        parse(xml)


def test_a_document_type_anywhere_in_a_book_is_refused(tmp_path: Path) -> None:
    def trick(xml: bytes) -> bytes:
        return (
            b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml.partition(b"?>")[2]
            if xml.startswith(b"<?")
            else b"<!DOCTYPE x>" + xml
        )

    for part in ("xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"):
        book = rewritten(sheet_book(tmp_path, ""), part, trick)
        if part != "[Content_Types].xml":  # of which only the presence matters
            assert opened(book.read_bytes()) == "sheet.damaged"


def test_the_refusal_for_damage_says_what_to_do() -> None:
    assert "另存" in damaged().sentence
