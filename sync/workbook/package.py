"""The zip around a workbook: opened with suspicion, written member by member.

Office programs, mail and folder-sync tools all leave files behind that only look like
workbooks, so everything about the zip is checked here, once, before anything is parsed.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.etree import ElementTree as ET

from kernel.problems import NotFound, Unprocessable
from kernel.sentences import say

#: A workbook that unpacks to more is not opened (bytes).
LARGEST = 200 * 1024 * 1024
#: Nor one that grows more than this many times on unpacking …
STEEPEST = 200
#: … unless it is so small that it cannot matter (bytes unpacked).
HARMLESS = 4 * 1024 * 1024

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8 = 0x800
_ENCRYPTED = 0x1
_DOS_1980 = (1980, 1, 1, 0, 0, 0)


class NotXlsx(Unprocessable):
    """The file is something other than an .xlsx or .xlsm workbook."""

    code = "sheet.not_xlsx"


class Encrypted(Unprocessable):
    """The workbook opens only with a password."""

    code = "sheet.encrypted"


class Gone(NotFound):
    """The workbook is not where it was."""

    code = "sheet.gone"


class TabGone(NotFound):
    """The workbook is there, the tab is not."""

    code = "sheet.tab_gone"


class Damaged(Unprocessable):
    """The workbook cannot be read to its end, or hides more than it shows."""

    code = "sheet.damaged"


class Relation(NamedTuple):
    """One arrow between parts: its id, the last word of its type, and the part it points at."""

    id: str
    kind: str
    part: str


def damaged() -> Damaged:
    """The refusal for everything that is not well-formed."""
    return Damaged(say("工作簿已损坏，读不完整。请用 Excel 或 WPS 打开后另存一份，再放回原处。"))


def load(source: Path | bytes) -> bytes:
    """The bytes of a workbook.

    Raises:
        Gone: nothing is at that path.
    """
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Gone(say("找不到工作簿“{name}”。请把它放回原处，或在后台重新生成。", name=source.name)) from None


class _Tree(ET.TreeBuilder):
    """Builds a tree and stops at a document type: entities begin there, workbooks have none."""

    def doctype(self, *_: str | None) -> None:
        raise damaged()


def parse(xml: bytes) -> ET.Element:
    """A small part as a tree.

    Raises:
        Damaged: not well-formed, or with a document type.
    """
    parser = ET.XMLParser(target=_Tree())  # noqa: S314 -- a document type is refused before its entities
    try:
        parser.feed(xml)
        return parser.close()
    except ET.ParseError:
        raise damaged() from None


def local(tag: str) -> str:
    """A tag or attribute without its namespace, which differs between strict and transitional books."""
    return tag.rpartition("}")[2]


class Package:
    """A workbook's parts, to be read by name."""

    def __init__(self, content: bytes) -> None:
        """Open `content`.

        Raises:
            NotXlsx, Encrypted, Damaged: what it is instead of a workbook.
        """
        _refuse_ole(content)
        self._content = content
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                self._members = archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError):
            raise (damaged() if content[:2] == b"PK" else _not_xlsx()) from None
        self._by_name = {member.filename: member for member in self._members}
        _refuse_bomb(self._members, len(content))
        if len(self._by_name) != len(self._members):
            raise damaged()
        if "[Content_Types].xml" not in self._by_name:
            raise _not_xlsx()

    @property
    def content(self) -> bytes:
        """The whole file."""
        return self._content

    @property
    def members(self) -> tuple[zipfile.ZipInfo, ...]:
        """What the zip lists, in its order."""
        return tuple(self._members)

    def __contains__(self, part: object) -> bool:
        return part in self._by_name

    def read(self, part: str) -> bytes:
        """A part, unpacked; never more of it than the zip announced.

        Raises:
            Damaged: it is missing, longer or shorter than announced, or fails its checksum.
        """
        member = self._by_name.get(part)
        if member is None:
            raise damaged()
        packed = self.packed(member)
        plain = packed if member.compress_type == zipfile.ZIP_STORED else _inflate(packed, member.file_size)
        if len(plain) != member.file_size or zlib.crc32(plain) != member.CRC:
            raise damaged()
        return plain

    def packed(self, member: zipfile.ZipInfo) -> bytes:
        """A member's bytes as they lie in the zip."""
        start = member.header_offset
        header = self._content[start : start + _LOCAL.size]
        if len(header) != _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise damaged()
        name_size, extra_size = _LOCAL.unpack(header)[-2:]
        first = start + _LOCAL.size + name_size + extra_size
        return self._content[first : first + member.compress_size]

    def tree(self, part: str) -> ET.Element:
        """A small part as a tree."""
        return parse(self.read(part))

    def relations(self, part: str) -> list[Relation]:
        """The arrows that leave `part` ("" is the package itself) for parts of this package."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self._by_name:
            return []
        return [
            Relation(arrow.get("Id", ""), arrow.get("Type", "").rpartition("/")[2], _target(folder, arrow))
            for arrow in self.tree(source)
            if arrow.get("TargetMode") != "External"
        ]

    def workbook(self) -> str:
        """The name of the part that lists the tabs.

        Raises:
            NotXlsx: there is none, or it is binary (.xlsb).
        """
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and relation.part.endswith(".xml") and relation.part in self:
                if local(self.tree(relation.part).tag) == "workbook":
                    return relation.part
                break
        raise _not_xlsx()


def _target(folder: str, arrow: ET.Element) -> str:
    target = arrow.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _not_xlsx() -> NotXlsx:
    return NotXlsx(say("这不是 .xlsx 工作簿。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”。"))


def _refuse_ole(content: bytes) -> None:
    if not content.startswith(_OLE):
        return
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Encrypted(say("工作簿设了打开密码，系统读不了。请在“文件－信息－保护工作簿”里去掉打开密码。"))
    raise _not_xlsx()


def _refuse_bomb(members: Iterable[zipfile.ZipInfo], size: int) -> None:
    total = 0
    for member in members:
        total += member.file_size
        if member.flag_bits & _ENCRYPTED or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
    if total > LARGEST or (total > HARMLESS and total > STEEPEST * size):
        raise Damaged(
            say("工作簿解开后超过 {limit} MB，不予打开。请删去多余的行和图片后再存。", limit=LARGEST // 1024 // 1024)
        )


def _inflate(packed: bytes, size: int) -> bytes:
    """Unpack at most one byte more than announced, so that a lie is seen and costs nothing."""
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return unpacking.decompress(packed, size + 1)
    except zlib.error:
        raise damaged() from None


@dataclass(frozen=True, slots=True)
class _Written:
    """A member as it will stand in the new zip."""

    name: bytes
    flags: int
    method: int
    stamp: tuple[int, int]
    checksum: int
    packed: bytes
    size: int
    attributes: int


def write_package(package: Package, target: BinaryIO, fresh: Mapping[str, Iterable[bytes | memoryview]]) -> None:
    """Write `package` to `target` with the parts in `fresh` replaced or added.

    Every other member is copied as packed bytes: what nobody touched stays bit for bit.
    """
    directory: list[bytes] = []
    offset = 0
    old = {member.filename for member in package.members}
    for member in package.members:
        parts = fresh.get(member.filename)
        written = _kept(package, member) if parts is None else _packed(member, parts)
        offset = _write_member(target, directory, written, offset)
    for name, parts in fresh.items():
        if name not in old:
            written = _packed(zipfile.ZipInfo(name, _DOS_1980), parts)
            offset = _write_member(target, directory, written, offset)
    catalogue = b"".join(directory)
    target.write(catalogue)
    target.write(_END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), len(catalogue), offset, 0))


def _kept(package: Package, member: zipfile.ZipInfo) -> _Written:
    return _Written(
        name=_name_bytes(member),
        flags=member.flag_bits & _UTF8,
        method=member.compress_type,
        stamp=_stamp(member),
        checksum=member.CRC,
        packed=package.packed(member),
        size=member.file_size,
        attributes=member.external_attr,
    )


def _packed(member: zipfile.ZipInfo, parts: Iterable[bytes | memoryview]) -> _Written:
    packing = zlib.compressobj(_EFFORT, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces: list[bytes] = []
    checksum = size = 0
    for part in parts:
        checksum = zlib.crc32(part, checksum)
        size += len(part)
        pieces.append(packing.compress(part))
    pieces.append(packing.flush())
    return _Written(
        name=_name_bytes(member),
        flags=member.flag_bits & _UTF8,
        method=zipfile.ZIP_DEFLATED,
        stamp=_stamp(member),
        checksum=checksum,
        packed=b"".join(pieces),
        size=size,
        attributes=member.external_attr,
    )


#: zlib's fastest: a sheet of 100,000 rows is packed in half the time of its default, a quarter larger.
_EFFORT = 1


def _name_bytes(member: zipfile.ZipInfo) -> bytes:
    return member.filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def _stamp(member: zipfile.ZipInfo) -> tuple[int, int]:
    """MS-DOS time and date of a member, as the zip format packs them."""
    year, month, day, hour, minute, second = member.date_time
    return hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day


def _write_member(target: BinaryIO, directory: list[bytes], member: _Written, offset: int) -> int:
    """Write one member, note it in the directory, return where the next one begins."""
    common = (
        20,
        member.flags,
        member.method,
        *member.stamp,
        member.checksum,
        len(member.packed),
        member.size,
        len(member.name),
        0,
    )
    target.write(_LOCAL.pack(b"PK\x03\x04", *common))
    target.write(member.name)
    target.write(member.packed)
    entry = _CENTRAL.pack(b"PK\x01\x02", 20, *common, 0, 0, 0, member.attributes, offset)
    directory.append(entry + member.name)
    return offset + _LOCAL.size + len(member.name) + len(member.packed)
