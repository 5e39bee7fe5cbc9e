"""How far a worksheet reaches, known before anybody makes room for all of it.

A reader of workbooks lays a sheet out as a rectangle, so that one stray character in XFD1048576
asks for more memory than the machine has. What the sheet says of its own size (`<dimension>`) is
not asked: office programs leave it wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kernel.sentences import say
from sync.workbook.addresses import Coordinate, column_letters, column_number
from sync.workbook.package import Damaged, damaged
from sync.workbook.sheetxml import Sheet

#: A book of more cells (rows times columns, all tabs together) is not laid out: some 300 MB.
MOST_CELLS = 5_200_000

#: Where no row or cell is written in an unusual way or lies beyond AZ99999, or beyond Z199999, all is well: a glance.
_BEYOND = [
    re.compile(rb"""<(?:c|row)(?! r="(?:%b)")(?=[\s/>])|:(?:c|row)[\s/>]""" % within)
    for within in (rb"(?:A?[A-Z])?[0-9]{1,5}", rb"[A-Z]?1?[0-9]{1,5}")
]
#: Any row or cell, its attributes, and whether something stands in it. No office program writes longer ones.
_TAG = re.compile(
    rb"""<(?:[\w.-]{1,99}:)?(c|row)(?=[\s/>])(?:((?:[^<>"']|"[^"<]{0,99}"|'[^'<]{0,99}'){0,999})>(?=\s*(<[^/])?))?"""
)
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*["']([^"']*)["']""")
_NAMED_FIRST = re.compile(rb"""\s+r="([A-Za-z]{0,3})([0-9]{1,7})["']""")
_NAME = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")


def check_extent(sheet: Sheet, tab: str) -> None:
    """See that the tab can be laid out. Raises `Damaged` with the cells that lie too far away."""
    if any(beyond.search(sheet.xml) is None for beyond in _BEYOND):
        return
    lowest = rightmost = (0, 0)
    for at in _filled(sheet.xml):
        lowest = max(lowest, at)
        rightmost = max(rightmost, at, key=_column)
    count = lowest[0] * rightmost[1]
    if count > MOST_CELLS:
        cells = "、".join(dict.fromkeys(f"{column_letters(column)}{row}" for row, column in (lowest, rightmost)))
        raise Damaged(
            say(
                "工作表“{tab}”一直铺到 {cells}，共 {count} 万格，系统不予打开。请看看那里，删去多余的行和列后再存",
                tab=tab,
                cells=cells,
                count=count // 10_000,
            )
        )


def _column(at: Coordinate) -> int:
    return at[1]


def _filled(xml: bytes) -> Iterator[Coordinate]:
    """The cells that hold something; one that names no place is right of the one before, a row below it."""
    row = column = 0
    for tag in _TAG.finditer(xml):
        if tag[2] is None:
            raise damaged()
        letters, number = _named(tag[2])
        if tag[1] == b"row":
            row, column = number or row + 1, 0
        else:
            column = column_number(letters) if letters else column + 1
            if tag[3] and not tag[2].endswith(b"/"):
                yield max(number, row), column


def _named(attributes: bytes) -> tuple[str, int]:
    """What `r="B7"` says; nothing and 0 where it is not there."""
    found = _NAMED_FIRST.match(attributes)
    if found is None:
        given = dict(_ATTRIBUTE.findall(attributes))
        if b"r" not in given:
            return "", 0
        found = _NAME.fullmatch(given[b"r"])
    if found is None:
        raise damaged()
    return found[1].decode().upper(), int(found[2])
