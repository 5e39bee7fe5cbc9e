"""A worksheet part as bytes: where its rows and cells stand.

A sheet of 100,000 rows is 70 MB of XML. Parsed into a tree it costs a minute and a gigabyte;
scanned for the few tags that matter it costs a fraction of a second, and whatever is not
understood passes through untouched. The scan relies on what `open_sheet` has checked: no
comments, no CDATA, no document type, so that a `<` always begins a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sync.workbook.addresses import Area, Coordinate, column_letters, column_number, parse_area
from sync.workbook.package import damaged

_ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet[\s>]")
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)\d+["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_REF = re.compile(rb"""\sref\s*=\s*["']([^"']+)["']""")
_CUSTOM = re.compile(rb"""\scustomFormat\s*=\s*["'](?:1|true)["']""")


class Row(NamedTuple):
    """One row's number and where it stands: its tag, what is between its tags, its end."""

    number: int
    start: int
    body: int
    body_end: int
    end: int


class Cell(NamedTuple):
    """One cell as it stands: `xml` whole, `inner` between its tags; `style` 0 when it names none."""

    column: int
    style: int
    kind: bytes
    xml: bytes
    inner: bytes

    @property
    def has_formula(self) -> bool:
        """Whether its value is computed. LibreOffice writes a plain TRUE as the formula TRUE()."""
        return b"f" in _tags(self.inner) and not (self.kind == b"b" and _CONSTANT.search(self.inner))

    def placed(self, at: Coordinate) -> bytes:
        """It as it stands, naming its place when it does not: its neighbours may come and go."""
        end = self.xml.index(b">")
        if _REFERENCE.search(self.xml, 0, end):
            return self.xml
        tag = _CELL_TAG.match(self.xml)
        assert tag is not None, self.xml
        return b'%b r="%b%d"%b' % (tag[0], column_letters(at[1]).encode(), at[0], self.xml[tag.end() :])

    def styled(self, at: Coordinate, style: int) -> bytes:
        """It with another style and the same value."""
        xml = self.placed(at)
        end = xml.index(b">")
        if _STYLE.search(xml, 0, end):
            return _STYLE.sub(b' s="%d"' % style, xml[:end]) + xml[end:]
        tag = _CELL_TAG.match(xml)
        assert tag is not None, xml
        return b'%b s="%d"%b' % (tag[0], style, xml[tag.end() :])

    @property
    def has_value(self) -> bool:
        """Whether somebody put something into it."""
        return not self.has_formula and bool(_tags(self.inner) & {b"v", b"is"})


_CONSTANT = re.compile(rb">(?:TRUE|FALSE)\(\)</")
_PLACED = re.compile(rb"""(<(?:[\w.-]+:)?(?:c|row)(?=\s)[^>]*?\sr\s*=\s*["'][A-Z]*)\d+""")
_CELL_TAG = re.compile(rb"<(?:[\w.-]+:)?c")
_TAG = re.compile(rb"<(?:[\w.-]+:)?(\w+)")


def _tags(inner: bytes) -> set[bytes]:
    return set(_TAG.findall(inner))


@dataclass(frozen=True)
class Sheet:
    """A worksheet part.

    Attributes:
        prefix: the namespace prefix of its tags with its colon, `b""` when they have none.
        first, last: where what is inside `<sheetData>` begins and ends.
        empty: whether `<sheetData/>` closes itself; `first` and `last` then stand on its own tag.
    """

    xml: bytes
    prefix: bytes
    first: int
    last: int
    empty: bool

    def tag(self, name: bytes) -> bytes:
        """`<name` with this sheet's prefix."""
        return b"<" + self.prefix + name

    def rows(self) -> Iterator[Row]:
        """The rows from top to bottom.

        Raises:
            Damaged: a row does not end, or stands above the one before it.
        """
        if self.empty:
            return
        xml, last, position, number = self.xml, self.last, self.first, 0
        opening, closing = self.tag(b"row"), b"</" + self.prefix + b"row"
        first_attribute = re.compile(re.escape(opening) + rb"""\sr=["'](\d+)["']""").match
        while (start := xml.find(opening, position, last)) >= 0:
            body = xml.index(b">", start) + 1
            found = first_attribute(xml, start, body) or _ROW_NUMBER.search(xml, start, body)
            above, number = number, int(found[1]) if found else number + 1
            if xml[body - 2] == 0x2F:
                body_end = position = body
            else:
                body_end = xml.find(closing, body, last)
                position = xml.find(b">", body_end) + 1
            if body_end < 0 or number <= above:
                raise damaged()
            yield Row(number, start, body, body_end, position)

    def cells(self, row: Row) -> list[Cell]:
        """The cells of a row from left to right."""
        return cells_in(self.xml[row.body : row.body_end], self._cell)

    @cached_property
    def _cell(self) -> re.Pattern[bytes]:
        prefix = re.escape(self.prefix)
        return re.compile(rb"<%bc(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%bc\s*>)" % (prefix, prefix), re.DOTALL)

    def row_style(self, row: Row) -> int | None:
        """The style that the row gives to its new cells, when it has one of its own."""
        head = self.xml[row.start : row.body]
        found = _STYLE.search(head)
        return int(found[1]) if found and _CUSTOM.search(head) else None

    @cached_property
    def column_styles(self) -> list[tuple[int, int, int]]:
        """What `<cols>` says: (first column, last column, style)."""
        head = self.xml[: self.first]
        found = []
        for tag in re.findall(self.tag(b"col") + rb"\s[^>]*>", head):
            columns = {name: int(value) for name, value in re.findall(rb"""\s(min|max|style)=["'](\d+)["']""", tag)}
            if columns.keys() >= {b"min", b"max"}:
                found.append((columns[b"min"], columns[b"max"], columns.get(b"style", 0)))
        return found

    def column_style(self, column: int) -> int:
        """The style that `column` gives to its new cells; 0 when it has none of its own."""
        return next((style for low, high, style in self.column_styles if low <= column <= high), 0)

    def last_filled_row(self) -> Row | None:
        """The last row into which somebody put something.

        Formulas filled down ahead of the data, and empty cells that are merely formatted, do not count.
        """
        opening, end = self.tag(b"row"), self.last
        while not self.empty and (start := self.xml.rfind(opening, self.first, end)) >= 0:
            body = self.xml.index(b">", start) + 1
            inner = self.xml[body:end]
            if self.xml[body - 2] != 0x2F and any(cell.has_value for cell in cells_in(inner, self._cell)):
                body_end = self.xml.rfind(b"</" + self.prefix + b"row", body, end)
                return Row(self._number_at(start, body), start, body, body_end, end)
            end = start
        return None

    def _number_at(self, start: int, body: int) -> int:
        found = _ROW_NUMBER.search(self.xml, start, body)
        return int(found[1]) if found else next(row.number for row in self.rows() if row.start == start)

    @cached_property
    def _first_formula(self) -> int:
        """Where the first tag stands that may be a formula's; -1 without any, which is soon known."""
        return self.xml.find(self.tag(b"f"), self.first, self.last)

    def has_formulas(self) -> bool:
        """Whether any of its cells is computed, a plain TRUE of LibreOffice's included."""
        first, tag = self._first_formula, self.tag(b"f")
        return first >= 0 and any(self.xml.find(tag + end, first, self.last) >= 0 for end in (b">", b" ", b"/"))

    def without_rows(self) -> bytes:
        """The part as if it were empty: small enough to be parsed."""
        return self.xml if self.empty else self.xml[: self.first] + self.xml[self.last :]

    def merged(self) -> tuple[Area, ...]:
        """The merged areas."""
        tags = re.findall(self.tag(b"mergeCell") + rb"\s[^>]*>", self.xml[self.last :])
        references = (found[1].decode() for tag in tags if (found := _REF.search(tag)))
        return tuple(area for reference in references if (area := parse_area(reference)))

    def computed_areas(self) -> tuple[Area, ...]:
        """The areas that one array formula or data table fills from its first cell."""
        xml, areas, position = self.xml, [], self._first_formula
        opening = self.tag(b"f ")
        while position >= 0 and (start := xml.find(opening, position, self.last)) >= 0:
            position = xml.index(b">", start)
            reference = _REF.search(xml, start, position)
            if reference and re.search(rb"""\st=["'](?:array|dataTable)["']""", xml[start:position]):
                area = parse_area(reference[1].decode())
                areas += [area] if area else []
        return tuple(areas)

    def odd_cells(self) -> Iterator[tuple[Coordinate, Cell]]:
        """The cells that hold a formula or an error."""
        marks = (self.tag(b"f"), b't="e"', b"t='e'")
        present = [mark for mark in marks if self.xml.find(mark, self.first, self.last) >= 0]
        if not present:
            return
        for row in self.rows():
            if any(self.xml.find(mark, row.start, row.body_end) >= 0 for mark in present):
                for cell in self.cells(row):
                    if cell.has_formula or cell.kind == b"e":
                        yield (row.number, cell.column), cell


def cells_in(body: bytes, pattern: re.Pattern[bytes]) -> list[Cell]:
    """The cells in what stands between a row's tags; a cell that names no column is right of the one before."""
    cells: list[Cell] = []
    column = 0
    for found in pattern.finditer(body):
        head = found[1]
        named = _REFERENCE.search(head)
        column = column_number(named[1].decode()) if named else column + 1
        style, kind = _STYLE.search(head), _TYPE.search(head)
        cells.append(Cell(column, int(style[1]) if style else 0, kind[1] if kind else b"n", found[0], found[2] or b""))
    return cells


def moved_up(rows: bytes, number: int, gone: int) -> bytes:
    """Row `number` as XML when `gone` rows above it are no more. (A `<` never stands in a text.)"""
    if not gone:
        return rows
    parts, now = _PLACED.split(rows), b"%d" % (number - gone)
    parts[1::2] = [before + now for before in parts[1::2]]
    return b"".join(parts)


def open_sheet(xml: bytes) -> Sheet:
    """A worksheet part, ready to be scanned.

    Raises:
        Damaged: it is not one, or is written in a way that scanning would misread.
    """
    encoding = _ENCODING.match(xml.lstrip(b"\xef\xbb\xbf"))
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        raise damaged()
    root = _ROOT.search(xml, 0, 4096)
    if root is None or _has_declarations(xml):
        raise damaged()
    prefix = root[1] + b":" if root[1] else b""
    opening = b"<" + prefix + b"sheetData"
    start = xml.find(opening)
    if start < 0:
        raise damaged()
    first = xml.index(b">", start) + 1
    if xml[first - 2] == 0x2F:
        return Sheet(xml, prefix, start, first, empty=True)
    last = xml.rfind(b"</" + prefix + b"sheetData")
    if last < 0:
        raise damaged()
    return Sheet(xml, prefix, first, last, empty=False)


def _has_declarations(xml: bytes) -> bool:
    """Whether there is a comment, CDATA or document type: `<!`. (The rarer of the two is looked for: far faster.)"""
    position = 0
    while (position := xml.find(b"!", position + 1)) >= 0:
        if xml[position - 1] == 0x3C:
            return True
    return False
