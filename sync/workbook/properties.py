"""Custom document properties: how a book, and every stray copy of it, says which one it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from xml.sax.saxutils import escape, quoteattr

from sync.workbook.package import Package, damaged

_PART = "docProps/custom.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
#: ECMA-376 §22.3.2.2: the one format id that custom properties of users have.
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTY = re.compile(rb"<(?:[\w.-]+:)?property(?=\s)[^>]*?(?:/>|>.*?</(?:[\w.-]+:)?property\s*>)", re.DOTALL)
_PID = re.compile(rb"""\spid=["'](\d+)["']""")
_NAME = re.compile(rb"""\sname=(?:"([^"]*)"|'([^']*)')""")
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def with_properties(package: Package, properties: Mapping[str, str]) -> dict[str, bytes]:
    """The parts that change when `properties` are set; the part itself is added when the book has none."""
    if not properties:
        return {}
    part = next((one.part for one in package.relations("") if one.kind == "custom-properties"), None)
    if part is not None and part in package:
        return {part: _set(package.read(part), properties)}
    empty = _XML + f'<Properties xmlns="{_SPACE}" xmlns:vt="{_VALUES}"></Properties>'.encode()
    override = f'<Override xmlns="{_PACKAGE}/content-types" PartName="/{_PART}" ContentType="{_TYPE}"/>'
    arrow = f'<Relationship xmlns="{_PACKAGE}/relationships" Id="tzProperties" Type="{_RELATION}" Target="{_PART}"/>'
    return {
        "[Content_Types].xml": _before_end(package.read("[Content_Types].xml"), b"Types", override.encode()),
        "_rels/.rels": _before_end(package.read("_rels/.rels"), b"Relationships", arrow.encode()),
        _PART: _set(empty, properties),
    }


def _set(xml: bytes, properties: Mapping[str, str]) -> bytes:
    for name, value in properties.items():
        xml = _set_one(xml, name, value)
    return xml


def _set_one(xml: bytes, name: str, value: str) -> bytes:
    """Replace or add one property; it brings its own namespaces, so the rest may use any prefixes."""
    pids = [int(pid) for pid in _PID.findall(xml)]
    for found in _PROPERTY.finditer(xml):
        if _name(found[0]) == name:
            pid = _PID.search(found[0])
            made = _property(name, value, int(pid[1]) if pid else max(pids, default=1) + 1)
            return xml[: found.start()] + made + xml[found.end() :]
    return _before_end(xml, b"Properties", _property(name, value, max(pids, default=1) + 1))


def _name(element: bytes) -> str:
    """What an element's `name` attribute says."""
    found = _NAME.search(element)
    return unescape((found[1] or found[2] or b"").decode()) if found else ""


def _property(name: str, value: str, pid: int) -> bytes:
    return (
        f'<property xmlns="{_SPACE}" fmtid="{_FORMAT}" pid="{pid}" name={quoteattr(name)}>'
        f'<vt:lpwstr xmlns:vt="{_VALUES}">{escape(value)}</vt:lpwstr></property>'
    ).encode()


def _before_end(xml: bytes, root: bytes, addition: bytes) -> bytes:
    """`addition` as the last child of the root, which may have closed itself."""
    end = re.search(rb"</(?:[\w.-]+:)?%b\s*>\s*$" % root, xml)
    if end is not None:
        return xml[: end.start()] + addition + xml[end.start() :]
    closed = re.search(rb"<((?:[\w.-]+:)?%b)(\s[^>]*)?/>\s*$" % root, xml)
    if closed is None:
        raise damaged()
    name, attributes = closed[1], closed[2] or b""
    return xml[: closed.start()] + b"<%b%b>%b</%b>" % (name, attributes, addition, name)
