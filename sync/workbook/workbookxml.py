"""The part that lists the tabs: what in it depends on the cells."""

from __future__ import annotations

import re
from collections.abc import Collection

from sync.workbook.addresses import Area, column_letters, parse_area
from sync.workbook.package import Package, damaged
from sync.workbook.parts import sheet_parts
from sync.workbook.sheetxml import open_sheet

_CALC = re.compile(rb"<((?:[\w.-]+:)?)calcPr((?:\s[^>]*?)?)(/?)>")
_FULL = re.compile(rb"""\sfullCalcOnLoad=["'](\w+)["']""")
_FILTER = re.compile(
    rb"(<(?:[\w.-]+:)?definedName\s(?=[^>]*_xlnm\._FilterDatabase)(?=[^>]*localSheetId=[\"'](\d+)[\"'])[^>]*>)([^<]*)<"
)
#: ECMA-376 §18.2.27: what may stand before `<calcPr>`, nearest first.
_BEFORE_CALC = (b"definedNames", b"externalReferences", b"functionGroups", b"sheets")


def has_formulas(package: Package, *, known: Collection[str]) -> bool:
    """Whether any cell of the book is computed; the parts `known` to hold no formula are not asked again."""
    if "xl/calcChain.xml" in package:
        return True
    return any(
        open_sheet(package.read(part.part)).has_formulas() for part in sheet_parts(package) if part.part not in known
    )


def is_calculated_on_load(xml: bytes) -> bool:
    """Whether the office program computes every formula anew when it opens the book."""
    calc = _CALC.search(xml)
    full = _FULL.search(calc[2]) if calc else None
    return full is not None and full[1] in (b"1", b"true")


def calculated_on_load(xml: bytes) -> bytes:
    """The workbook part, asking the office program to compute every formula anew when it opens."""
    calc = _CALC.search(xml)
    if calc is None:
        return _with_calc(xml)
    rest = _FULL.sub(b"", calc[2]).rstrip()
    tag = b'<%bcalcPr%b fullCalcOnLoad="1"%b>' % (calc[1], rest, calc[3])
    return xml[: calc.start()] + tag + xml[calc.end() :]


def _with_calc(xml: bytes) -> bytes:
    for name in _BEFORE_CALC:
        found = re.search(rb"</((?:[\w.-]+:)?)%b\s*>" % name, xml)
        if found:
            return xml[: found.end()] + b'<%bcalcPr fullCalcOnLoad="1"/>' % found[1] + xml[found.end() :]
    raise damaged()


def counts_from_1904(xml: bytes) -> bool:
    """Whether the dates of the book count from 1904, as those of old Macintoshes do."""
    found = re.search(rb"""<(?:[\w.-]+:)?workbookPr\s[^>]*date1904=["'](\w+)["']""", xml)
    return found is not None and found[1] in (b"1", b"true")


def filter_area(xml: bytes, position: int) -> Area | None:
    """The area that the hidden name for the filter of the tab at `position` (from 0) stands for."""
    for found in _FILTER.finditer(xml):
        if int(found[2]) == position:
            return parse_area(found[3].rpartition(b"!")[2].decode())
    return None


def with_filter(xml: bytes, position: int, area: Area) -> bytes:
    """The workbook part, its hidden name for the filter of the tab at `position` (from 0) standing for `area`."""

    def moved(found: re.Match[bytes]) -> bytes:
        if int(found[2]) != position or b"!" not in found[3]:
            return found[0]
        tab = found[3].rpartition(b"!")[0]
        first = f"${column_letters(area.left)}${area.top}"
        last = f"${column_letters(area.right)}${area.bottom}"
        return found[1] + tab + f"!{first}:{last}<".encode()

    return _FILTER.sub(moved, xml)
