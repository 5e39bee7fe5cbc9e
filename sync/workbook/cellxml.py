"""How a value is written into a cell so that every reader gets back exactly what was meant.

Text is always typed text (an inline string): `=1+1`, `0012` and `TRUE` stay what they look like.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from xml.sax.saxutils import escape

from sync.workbook.addresses import Coordinate, column_letters
from sync.workbook.book import CellValue

#: The most characters (UTF-16 units) that Excel keeps in a cell; a longer text makes it "repair" the file.
LONGEST_TEXT = 32_767

#: What XML cannot hold: control characters, halves of characters, two non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
#: ECMA-376 §22.9.2.19 ST_Xstring: `_x0041_` in a text stands for a character, unless its `_` is itself spelt so.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DAY = 86_400


def writable(text: str) -> str:
    """`text` as a cell can keep it: without control characters, with plain line ends."""
    return _UNWRITABLE.sub("", _LINE_END.sub("\n", text))


def too_long(value: CellValue) -> bool:
    """Whether `value` is a text longer than Excel keeps."""
    return (
        isinstance(value, str) and len(value) > LONGEST_TEXT // 2 and len(value.encode("utf-16-le")) > 2 * LONGEST_TEXT
    )


def serial(value: date, *, since_1904: bool) -> int | float:
    """A date as workbooks count it: days, and parts of days, since the epoch of the book.

    A time zone, if any, is ignored: workbooks know only the clock on the wall.
    """
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 -- a workbook has no zone
    if not isinstance(value, datetime):
        return (value - epoch.date()).days
    passed = value.replace(tzinfo=None) - epoch
    return passed.days + passed.seconds / _DAY


def cell_xml(at: Coordinate, style: int, value: CellValue, *, prefix: str = "", since_1904: bool = False) -> bytes:
    """The `<c>` element for `value` at `at`; of an empty cell without a style, nothing.

    `prefix` is the namespace prefix with its colon, as in `x:`.

    Raises:
        ValueError: the number is not finite; no cell can hold it.
    """
    named = f' s="{style}"' if style else ""
    head = f'<{prefix}c r="{column_letters(at[1])}{at[0]}"{named}'
    if value is None or value == "":
        return f"{head}/>".encode() if style else b""
    kind, inner = _typed(value, prefix, since_1904=since_1904)
    return f"{head}{kind}>{inner}</{prefix}c>".encode()


def _typed(value: str | float | date, prefix: str, *, since_1904: bool) -> tuple[str, str]:
    """The attribute that says what `value` is, and `value` between tags."""
    if isinstance(value, str):
        text = _ESCAPE.sub("_x005F_", escape(writable(value)))
        space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return ' t="inlineStr"', f"<{prefix}is><{prefix}t{space}>{text}</{prefix}t></{prefix}is>"
    if isinstance(value, bool):
        return ' t="b"', f"<{prefix}v>{value:d}</{prefix}v>"
    number = serial(value, since_1904=since_1904) if isinstance(value, date) else value
    if not math.isfinite(number):
        message = f"not a number that a cell can hold: {number}"
        raise ValueError(message)
    return "", f"<{prefix}v>{number!r}</{prefix}v>"
