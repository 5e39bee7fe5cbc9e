"""Lines of Chinese that end flush right, which WeasyPrint 70.0 does not do by itself.

WeasyPrint widens spaces only, and Chinese has none: a line from which 避头尾 pulled a
sign would end up to 8 mm short. Here the white is shared by the gaps beside Chinese
characters (CSS Text 3, `text-justify: inter-character`). Two private functions of
WeasyPrint are replaced, so it is done for the version it was measured with alone; with
any other, lines are ragged and everything else is as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weasyprint import __version__
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

MEASURED_WITH = "70.0"

# Han, kana, their full-width signs, and the four signs that Chinese shares with the West: — ‘’ “” …
_WIDE = re.compile(
    "[\u2014\u2018\u2019\u201c\u201d\u2026\u2e80-\u30ff\u31c0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
_SPACES = " \u00a0"


def install() -> bool:
    """Make WeasyPrint share the white of a line among Chinese characters; False when its version is unknown."""
    if __version__ != MEASURED_WITH:
        return False
    inline.count_expandable_spaces = _count_gaps
    line_break.Layout.set_text = _set_text
    return True


def gaps(text: str) -> Iterator[int]:
    """The indexes i after which white may be added: every space, and between i and i+1 beside a Chinese character."""
    for index, left in enumerate(text):
        right = text[index + 1 : index + 2]
        inside = right and right not in _SPACES
        if left in _SPACES or (inside and (_WIDE.match(left) or _WIDE.match(right))):
            yield index


def _count_gaps(box: Any) -> int:  # noqa: ANN401 - WeasyPrint's boxes carry no types
    """How many gaps of the line in `box` may grow (stands for WeasyPrint's count of spaces)."""
    if isinstance(box, boxes.TextBox):
        return sum(1 for _ in gaps(box.text.rstrip(" ")))
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return sum(_count_gaps(child) for child in box.children)
    return 0


_plain_set_text = line_break.Layout.set_text


def _set_text(layout: Any, text: str, justify: bool = False) -> None:  # noqa: ANN401, FBT001, FBT002 - WeasyPrint's own signature
    """Set `text`, and when it is being drawn justified, widen its gaps instead of its words."""
    spacing = layout.justification_spacing
    if not (justify and spacing):
        _plain_set_text(layout, text, justify)
        return
    layout.justification_spacing = 0
    try:
        _plain_set_text(layout, text, justify)
    finally:
        layout.justification_spacing = spacing
    letter_spacing = layout.style["letter_spacing"]
    _widen(layout, spacing + (0 if letter_spacing == "normal" else letter_spacing))


def _widen(layout: Any, spacing: float) -> None:  # noqa: ANN401 - WeasyPrint's layouts carry no types
    """Give the character before every gap of `layout` a letter spacing of `spacing` CSS pixels."""
    text = layout.text.rstrip(" ")
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    units = int(spacing * TO_UNITS)
    for index in gaps(text):
        attribute = pango.pango_attr_letter_spacing_new(units)
        attribute.start_index = len(text[:index].encode())
        attribute.end_index = len(text[: index + 1].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)
