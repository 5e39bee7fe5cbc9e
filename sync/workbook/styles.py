"""The cell formats of a workbook, extended without disturbing those that are there.

A cell names its format by a number, the place of an `<xf>` in `<cellXfs>`. New formats are
copies of old ones with one thing changed, added at the end: no number ever changes its meaning.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeAlias

from sync.workbook.book import CellValue
from sync.workbook.package import damaged

#: The light red of a wrong cell: a shade that no palette offers, so that only our marks are taken back.
MARK = b"FFFFCCD1"

_GENERAL, _TEXT, _DATE, _MOMENT = 0, 49, 14, 22
#: ECMA-376 §18.8.30: the built-in formats that show a date or a time, Chinese ones included.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ATTRIBUTE = re.compile(rb"""\s([\w:.-]+)\s*=\s*(["'])(.*?)\2""", re.DOTALL)
_COUNT = re.compile(rb"""\scount=["']\d+["']""")

#: Attributes and what stands between the tags.
_Look: TypeAlias = tuple[frozenset[tuple[bytes, bytes]], bytes]


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
        self._variants: dict[tuple[int, bytes, int], int] = {}
        self._looks: dict[_Look, int] = {}
        for number, known in enumerate(self._formats):
            self._looks.setdefault(_look(known), number)

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
        return self._variant(style, b"fillId", fill, b"applyFill")

    def _with_number_format(self, style: int, number_format: int) -> int:
        return self._variant(style, b"numFmtId", number_format, b"applyNumberFormat")

    def _variant(self, style: int, name: bytes, number: int, flag: bytes) -> int:
        """The number of the format that looks like `style` but for one thing; added when there is none."""
        key = (style, name, number)
        if key not in self._variants:
            made = _with(_with(self._format(style), name, b"%d" % number), flag, b"1")
            look = _look(made)
            if look not in self._looks:
                self._looks[look] = len(self._formats)
                self._formats.append(made)
            self._variants[key] = self._looks[look]
        return self._variants[key]

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


def _look(xf: bytes) -> _Look:
    """What two formats have in common that look alike: all but the order and the flags that repeat the obvious."""
    end = xf.index(b">")
    said = {name: value for name, _, value in _ATTRIBUTE.findall(xf[:end])}
    for repeated in (b"applyFill", b"applyNumberFormat"):
        said.pop(repeated, None)
    inner = b"" if xf[end - 1 : end] == b"/" else xf[end + 1 :]
    return frozenset({b"fillId": b"0", b"numFmtId": b"0", **said}.items()), inner


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
