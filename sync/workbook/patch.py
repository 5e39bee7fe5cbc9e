"""A workbook changed in place: a few cells and rows, and not one byte of anything else.

Loading and saving a workbook with a library loses what the library does not know: shapes,
sparklines, computed values. Here the packed bytes of every part that does not change are
copied, and in the worksheet only the rows that change are written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sync.workbook.book import Changes, Patched
from sync.workbook.growth import Growth, grow_table, grown_filter
from sync.workbook.package import Package, damaged, load, write_package
from sync.workbook.parts import SheetPart, sheet_part
from sync.workbook.properties import with_properties
from sync.workbook.removal import can_remove
from sync.workbook.rewrite import Pieces, Rewriting
from sync.workbook.sheetxml import open_sheet
from sync.workbook.styles import Styles
from sync.workbook.workbookxml import (
    calculated_on_load,
    counts_from_1904,
    filter_area,
    has_formulas,
    is_calculated_on_load,
    with_filter,
)


def patch_book(
    source: Path | bytes,
    target: Path,
    changes: Mapping[str, Changes],
    *,
    properties: Mapping[str, str] | None = None,
) -> Mapping[str, Patched]:
    """Write to `target` the workbook `source` with `changes` made to its tabs, by name, and `properties` set.

    `target` is written as it comes: give it a name of its own and let `replace` put it in place.
    Returns what became of the changes, by tab.

    Raises:
        Gone, TabGone, NotXlsx, Encrypted, Damaged: why nothing was written.
        ValueError: a number that is not finite.
    """
    package = Package(load(source))
    patching = _Patching(package)
    patched = {tab: patching.change(sheet_part(package, tab), wanted) for tab, wanted in changes.items()}
    fresh = {**patching.finished(), **with_properties(package, properties or {})}
    with target.open("wb") as file:
        write_package(
            package, file, {name: [part] if isinstance(part, bytes) else part for name, part in fresh.items()}
        )
    return patched


class _Patching:
    """A package being changed: the parts that are written anew."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._workbook = package.workbook()
        self._workbook_xml = self._before = package.read(self._workbook)
        styles = [one.part for one in package.relations(self._workbook) if one.kind == "styles"]
        if not styles:
            raise damaged()
        self._styles_part = styles[0]
        self._styles = Styles(package.read(self._styles_part))
        self._fresh: dict[str, bytes | Pieces] = {}
        self._has_formulas = False

    def change(self, part: SheetPart, changes: Changes) -> Patched:
        """Make `changes` to one tab."""
        sheet = open_sheet(self._package.read(part.part))
        self._has_formulas = self._has_formulas or sheet.has_formulas()
        since_1904 = counts_from_1904(self._workbook_xml)
        removed = frozenset(changes.remove)
        if not (removed and can_remove(self._package, part, sheet, removed)):
            removed = frozenset()
        rewriting = Rewriting(sheet, self._styles, changes, since_1904, removed)
        self._fresh[part.part] = rewriting.pieces()
        if rewriting.growth is not None:
            self._grow(part, rewriting.growth)
        return Patched(
            rewriting.unwritten,
            rewriting.first_appended and rewriting.first_appended - len(removed),
            removed=tuple(sorted(removed)),
            cleared=tuple(sorted(set(changes.remove) - removed)),
        )

    def _grow(self, part: SheetPart, growth: Growth) -> None:
        """What other parts say about how far the tab reaches."""
        area = filter_area(self._workbook_xml, part.position)
        if area is not None:
            self._workbook_xml = with_filter(self._workbook_xml, part.position, grown_filter(area, growth))
        for relation in self._package.relations(part.part):
            if relation.kind == "table":
                before = self._package.read(relation.part)
                after = grow_table(before, growth)
                if after != before:
                    self._fresh[relation.part] = after

    def _computes(self) -> bool:
        """Whether any cell of the book is computed; the sheets that changed are at hand and asked first."""
        return self._has_formulas or has_formulas(self._package, known=self._fresh.keys())

    def finished(self) -> Mapping[str, bytes | Pieces]:
        """The parts that are written anew, by name."""
        if self._fresh and not is_calculated_on_load(self._workbook_xml) and self._computes():
            self._workbook_xml = calculated_on_load(self._workbook_xml)
        if self._workbook_xml != self._before:
            self._fresh[self._workbook] = self._workbook_xml
        if self._styles.changed:
            self._fresh[self._styles_part] = self._styles.xml()
        return self._fresh
