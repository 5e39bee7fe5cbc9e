"""Whether a row can really go: rows below it move up, and nothing else in the book moves with them.

A worksheet is referred to from many places: formulas, charts, pictures, notes, merged cells,
print areas. Rather than rewrite them all, a row goes only where none of them is there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from sync.workbook.addresses import parse_area, tab_reference
from sync.workbook.book import LISTS_TAB
from sync.workbook.package import Package, Relation, local, parse
from sync.workbook.parts import SheetPart, sheet_parts
from sync.workbook.sheetxml import Sheet, open_sheet

#: What may follow the rows of a sheet without caring where a row stands, or is looked at more closely.
_HARMLESS = frozenset(
    [
        "sheetCalcPr",
        "sheetProtection",
        "autoFilter",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
        "dataValidations",
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "drawing",
    ]
)
#: What in a rule's formula is no reference to its own tab: our lists of choices, words in quotes.
_ELSEWHERE = re.compile(rf'{LISTS_TAB}![$A-Z0-9:]+|"[^"]*"')
_ROW_IN_REFERENCE = re.compile(r"(?<![\w!])\$?[A-Z]{1,3}\$?([0-9]{1,7})(?![\w(])")
_ROW_IN_NAME = re.compile(r"\$([0-9]{1,7})")
#: Parts that show or gather the cells of a tab wherever in the book they stand.
_WATCHERS = ("xl/charts/", "xl/pivotCache/", "xl/queryTables/")


def can_remove(package: Package, part: SheetPart, sheet: Sheet, rows: Collection[int]) -> bool:
    """Whether `rows` of a tab can go and all below move up, with nothing in the book becoming wrong."""
    first = min(rows, default=1)
    return not (
        sheet.has_formulas()
        or any(member.filename.startswith(_WATCHERS) for member in package.members)
        or any(_shows_something(package, relation) for relation in package.relations(part.part))
        or any(area.bottom >= first for area in sheet.merged())
        or _rules_care(sheet, first)
        or _names_care(package, part, first)
        or any(_refers(package, other, part.name) for other in sheet_parts(package) if other != part)
    )


def _shows_something(package: Package, relation: Relation) -> bool:
    """Whether an arrow from the sheet leads to what has its place among the rows; LibreOffice draws empty drawings."""
    if relation.kind == "drawing" and relation.part in package:
        return len(package.tree(relation.part)) > 0
    return relation.kind != "printerSettings"


def _rules_care(sheet: Sheet, first: int) -> bool:
    """Whether what follows the rows says anything of single rows from `first` on."""
    tree = parse(sheet.without_rows())
    following = False
    for child in tree:
        if following and local(child.tag) not in _HARMLESS:
            return True
        following = following or local(child.tag) == "sheetData"
    filled = sheet.last_filled_row()
    last = filled.number if filled else 0
    return any(_rule_cares(one, first, last) for one in tree.iter())


def _rule_cares(element: ET.Element, first: int, last: int) -> bool:
    """Whether a rule is not simply for all rows, or computes with single ones.

    A validation rule may end early: one row more or less of it does no harm.
    """
    name = local(element.tag)
    if name in ("conditionalFormatting", "dataValidation"):
        end = last if name == "conditionalFormatting" else first
        areas = [parse_area(area) for area in element.get("sqref", "").split()]
        return not all(area and (area.bottom < first or area.top <= first <= end <= area.bottom) for area in areas)
    if name.startswith("formula"):
        rows = _ROW_IN_REFERENCE.findall(_ELSEWHERE.sub("", element.text or ""))
        return any(int(row) >= first for row in rows)
    return False


def _refers(package: Package, other: SheetPart, tab: str) -> bool:
    """Whether another tab computes anything, or has rules that look at this one."""
    sheet = open_sheet(package.read(other.part))
    return sheet.has_formulas() or escape(tab).encode() in sheet.without_rows()


def _names_care(package: Package, part: SheetPart, first: int) -> bool:
    """Whether a defined name stands for rows from `first` on of this tab, the filter's excepted."""
    for group in package.tree(package.workbook()):
        for name in group if local(group.tag) == "definedNames" else ():
            text = name.text or ""
            ours = f"{part.name}!" in text or f"{tab_reference(part.name)}!" in text
            below = any(int(row) >= first for row in _ROW_IN_NAME.findall(text))
            if ours and below and "FilterDatabase" not in name.get("name", ""):
                return True
    return False
