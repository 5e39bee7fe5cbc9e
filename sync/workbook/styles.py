"""The cell formats of a workbook, extended without disturbing those that are there.

A cell names its format by a number, the place of an `<xf>` in `<cellXfs>`. New formats are
copies of old ones with one thing changed, added at the end: no number ever changes its meaning.
"""

from __future__ import annotations

import re
from datetime import datetime

from sync.workbook.book import CellValue
from sync.workbook.package import damaged

#: The light red of a wrong cell: a shade that no palette offers, so that only our marks are taken back.
MARK = b"FFFFCCD1"

_GENERAL, _TEXT, _DATE, _MOMENT = 0, 49, 14, 22
#: ECMA-376 §18.8.30: the built-in formats that show a date or a time, Chinese ones included.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_COUNT = re.compile(rb"""\scount=["']\d+["']""")


class Styles:
    """The formats of one workbook, read from `xl/styles.xml`; remembers whether anything was added."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        root = re.search(rb"<(?:([\w.-]+):)?styleSheet[\s>]", xml)
        if root is None or b"<!" in xml:
            raise damaged()
        self._prefix = root[1] + b":" if root[1] else b""
        self._formats = self._children(b"cellXfs", b"xf")
        self._fills = self._children(b"fills", b"fill")
        self._before = (len(self._formats), len(self._fills))
        self._date_codes = self._codes()
        self._number_formats: dict[int, int] = {}

    @property
    def changed(self) -> bool:
        """Whether a format was added."""
        return (len(self._formats), len(self._fills)) != self._before

    def xml(self) -> bytes:
        """The part, with what was added."""
        xml = self._replaced(self._xml, b"fills", self._fills)
        return self._replaced(xml, b"cellXfs", self._formats)

    def marked(self, style: int) -> int:
        """The format that differs from `style` only by the fill of a wrong cell."""
        return self._with_fill(style, self._mark_fill())

    def is_marked(self, style: int) -> bool:
        """Whether `style` shows a wrong cell."""
        fill = _number(self._format(style), b"fillId")
        return fill < len(self._fills) and MARK in self._fills[fill].upper()

    def unmarked(self, style: int, *, neighbour: int) -> int:
        """The format that `style` was before it was marked.

        The mark has taken the place of the former fill; the office colours whole rows, so the
        cell beside it in the same row (its style is `neighbour`) still wears it.
        """
        if not self.is_marked(style):
            return style
        fill = 0 if self.is_marked(neighbour) else _number(self._format(neighbour), b"fillId")
        return self._with_fill(style, fill)

    def fit(self, style: int, value: CellValue) -> int:
        """`style`, or, where it would show or keep `value` wrongly, the same with a fitting number format.

        A date needs a date format to be one; a text in a General cell that does not begin with a
        letter would be taken for a number, a date or a formula as soon as somebody edits it.
        """
        number_format = self._number_format(style)
        if isinstance(value, str) and number_format == _GENERAL and _rereadable(value):
            return self._with_number_format(style, _TEXT)
        if value is None or isinstance(value, str | int | float) or self._shows_dates(number_format):
            return style
        return self._with_number_format(style, _MOMENT if isinstance(value, datetime) else _DATE)

    def _number_format(self, style: int) -> int:
        if style not in self._number_formats:
            self._number_formats[style] = _number(self._format(style), b"numFmtId")
        return self._number_formats[style]

    def _shows_dates(self, number_format: int) -> bool:
        return number_format in _BUILT_IN_DATES or number_format in self._date_codes

    def _format(self, style: int) -> bytes:
        if style >= len(self._formats):
            raise damaged()
        return self._formats[style]

    def _mark_fill(self) -> int:
        for number, fill in enumerate(self._fills):
            if MARK in fill.upper():
                return number
        fill = b'<P:fill><P:patternFill patternType="solid"><P:fgColor rgb="%b"/><P:bgColor indexed="64"/>' % MARK
        self._fills.append((fill + b"</P:patternFill></P:fill>").replace(b"P:", self._prefix))
        return len(self._fills) - 1

    def _with_fill(self, style: int, fill: int) -> int:
        made = _with(self._format(style), b"fillId", b"%d" % fill)
        return self._known(_with(made, b"applyFill", b"1"), made)

    def _with_number_format(self, style: int, number_format: int) -> int:
        made = _with(self._format(style), b"numFmtId", b"%d" % number_format)
        return self._known(_with(made, b"applyNumberFormat", b"1"), made)

    def _known(self, wanted: bytes, *alike: bytes) -> int:
        """The number of a format, added when there is none like it."""
        for candidate in (*alike, wanted):
            if candidate in self._formats:
                return self._formats.index(candidate)
        self._formats.append(wanted)
        return len(self._formats) - 1

    def _span(self, xml: bytes, group: bytes) -> re.Match[bytes] | None:
        name = re.escape(self._prefix) + group
        return re.search(rb"<%b(?:\s[^>]*[^/>])?>(.*?)</%b\s*>" % (name, name), xml, re.DOTALL)

    def _children(self, group: bytes, child: bytes) -> list[bytes]:
        found = self._span(self._xml, group)
        if found is None:
            raise damaged()
        name = re.escape(self._prefix) + child
        pattern = rb"<%b(?=[\s/>])[^>]*?(?:/>|>.*?</%b\s*>)" % (name, name)
        return re.findall(pattern, found[1], re.DOTALL)

    def _replaced(self, xml: bytes, group: bytes, children: list[bytes]) -> bytes:
        found = self._span(xml, group)
        if found is None:
            raise damaged()
        head = _COUNT.sub(b' count="%d"' % len(children), xml[found.start() : found.start(1)])
        return xml[: found.start()] + head + b"".join(children) + xml[found.end(1) :]

    def _codes(self) -> frozenset[int]:
        """The formats of this workbook's own that show a date or a time."""
        codes = set()
        for tag in re.findall(rb"<%bnumFmt\s[^>]*>" % re.escape(self._prefix), self._xml):
            code = re.search(rb"""\sformatCode=(?:"([^"]*)"|'([^']*)')""", tag)
            if code and _is_date_code((code[1] or code[2] or b"").decode()):
                codes.add(_number(tag, b"numFmtId"))
        return frozenset(codes)


def _is_date_code(code: str) -> bool:
    return any(letter in "ymdhs" for letter in _NOT_CODE.sub("", code.replace("&quot;", '"')).lower())


def _rereadable(text: str) -> bool:
    """Whether an office program, given `text` by keyboard, might make something else of it."""
    return bool(text) and (not text[0].isalpha() or text.upper() in ("TRUE", "FALSE"))


def _number(tag: bytes, name: bytes) -> int:
    found = re.search(rb"""\s%b=["'](\d+)["']""" % name, tag)
    return int(found[1]) if found else 0


def _with(tag: bytes, name: bytes, value: bytes) -> bytes:
    """`tag` with an attribute set in its opening tag."""
    end = tag.index(b">")
    head, rest = tag[:end], tag[end:]
    pattern = rb"""(\s%b=)["'][^"']*["']""" % name
    if re.search(pattern, head):
        return re.sub(pattern, rb'\g<1>"%b"' % value, head) + rest
    slash = b"/" if head.endswith(b"/") else b""
    return head.removesuffix(b"/").rstrip() + b' %b="%b"' % (name, value) + slash + rest
