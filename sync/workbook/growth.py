"""What reaches to the last row has to reach further when rows are added below it.

Filters, tables, conditional formats and validation rules say by a range which rows they are for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sync.workbook.addresses import Area, parse_area

_REF = re.compile(rb"""(\sref=["'])([^"']+)(["'])""")
_SQREF = re.compile(rb"""(\ssqref=["'])([^"']+)(["'])""")
_XM_SQREF = re.compile(rb"(<xm:sqref>)([^<]+)(<)")


class Growth(NamedTuple):
    """The last row with a value before, and after, rows were added."""

    old: int
    new: int


def grown(area: Area, growth: Growth) -> Area:
    """`area`, reaching down to the new last row when it reached to the old one."""
    if area.top <= growth.old <= area.bottom < growth.new:
        return area._replace(bottom=growth.new)
    return area


def grown_filter(area: Area, growth: Growth) -> Area:
    """The range of a filter: one that covers only its header is for all that comes."""
    if area.top == area.bottom <= growth.old < growth.new:
        return area._replace(bottom=growth.new)
    return grown(area, growth)


def grow_after(tail: bytes, growth: Growth) -> bytes:
    """What follows the rows in a worksheet part, with its ranges grown."""
    tail = re.sub(rb"<(?:[\w.-]+:)?autoFilter\s[^>]*>", lambda tag: _grow_filter(tag[0], growth), tail)
    rules = rb"<(?:[\w.-]+:)?(?:conditionalFormatting|dataValidation)\s[^>]*>"
    tail = re.sub(rules, lambda tag: _SQREF.sub(lambda found: _grow_list(found, growth), tag[0]), tail)
    return _XM_SQREF.sub(lambda found: _grow_list(found, growth), tail)


def grow_table(xml: bytes, growth: Growth) -> bytes:
    """A table part with its range grown; a table that ends in a row of totals stays as it is."""
    totals = re.search(rb"""\stotalsRowCount=["'][1-9]""", xml)
    return xml if totals else _REF.sub(lambda found: _grow_list(found, growth), xml)


def grow_dimension(head: bytes, corner: tuple[int, int]) -> bytes:
    """What precedes the rows in a worksheet part, its `<dimension>` reaching at least to `corner`."""

    def reach(found: re.Match[bytes]) -> bytes:
        area = parse_area(found[2].decode())
        if area is None:
            return found[0]
        wider = area._replace(bottom=max(area.bottom, corner[0]), right=max(area.right, corner[1]))
        return found[1] + str(wider).encode() + found[3]

    return re.sub(rb"<(?:[\w.-]+:)?dimension\s[^>]*>", lambda tag: _REF.sub(reach, tag[0]), head, count=1)


def _grow_filter(tag: bytes, growth: Growth) -> bytes:
    def reach(found: re.Match[bytes]) -> bytes:
        area = parse_area(found[2].decode())
        return found[0] if area is None else found[1] + str(grown_filter(area, growth)).encode() + found[3]

    return _REF.sub(reach, tag)


def _grow_list(found: re.Match[bytes], growth: Growth) -> bytes:
    """Several areas with spaces between; a single cell is somebody's single cell and stays one."""
    areas = []
    for text in found[2].decode().split():
        area = parse_area(text)
        alone = area is None or (area.top == area.bottom and area.left == area.right)
        areas.append(text if area is None or alone else str(grown(area, growth)))
    return found[1] + " ".join(areas).encode() + found[3]
