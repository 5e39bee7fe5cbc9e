"""Charts as SVG text: horizontal bars by category, one series or several.

Drawn 150 mm wide for a page whose text is 156 mm, in colours that stay apart when printed
in black and white. Only presentation attributes are used, so that the same picture shows in
a PDF and on a page whose policy forbids inline styles. All lengths are in tenths of a
millimetre, the unit of the view box.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_WIDTH: Final = 1500
_FONT: Final = 37  # 五号, 10.5 pt = 3.7 mm
_FAMILY: Final = "SimHei, 黑体, Noto Sans CJK SC, Noto Sans SC, sans-serif"
_AXIS: Final = "#000"
# Red, grey, black, white with an outline: lightness 40, 73, 10 and 100 of 100, so any two differ on grey paper.
_FILLS: Final = ("#c00000", "#b3b3b3", "#1a1a1a", "#ffffff")
_STROKES: Final = ("#c00000", "#767676", "#1a1a1a", "#1a1a1a")
_MOST_SERIES: Final = len(_FILLS)
_LONGEST_LABEL: Final = 480
_BAR: Final = 38  # as high as the figure beside it
_BETWEEN: Final = 16
_TALLEST: Final = 1900  # a page is 2250 high; what would be higher is drawn closer
_STEPS: Final = (1, 2, 2.5, 5, 10)
_FLAT: Final = 1e-6  # figures closer together than this are all nought to a reader
_ABSENT: Final = "—"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, as long as the chart's labels.

    values: None where there is no figure; it is printed as a dash and drawn as nothing.
    printed: how each figure is written; empty means plainly.
    """

    name: str
    values: tuple[float | None, ...]
    printed: tuple[str, ...] = ()

    def text(self, index: int) -> str:
        """What stands beside the figure at `index`."""
        if self.printed:
            return self.printed[index]
        value = self.values[index]
        return _ABSENT if value is None else f"{value:g}" if value % 1 else f"{value:.0f}"


def bars(labels: Sequence[str], series: Sequence[Series], *, unit: str = "") -> Markup:
    """Horizontal bars, one group per label, from top to bottom in the order given, every value printed.

    One to four series; ValueError for more, or for a series not as long as `labels`.
    `unit` is written once at the upper right (`单位：处`).
    """
    _check(labels, series)
    names = [_shortened(label, _LONGEST_LABEL) for label in labels]
    row = min(_BAR * len(series) + _BETWEEN, _TALLEST / max(len(labels), 1))
    bar = (row - _BETWEEN) / len(series)
    room = max((_width(one.text(i)) for one in series for i in range(len(labels))), default=0) + 20
    left = max((_width(name) for name in names), default=0) + 24
    falls = any(value is not None and value < 0 for one in series for value in one.values)
    across = _Scale.over(series, start=left + (room if falls else 0), end=_WIDTH - room)
    top = _FONT + 30 if unit or len(series) > 1 else 10
    drawn = [_legend(series, unit)]
    for index, name in enumerate(names):
        y = top + index * row + _BETWEEN / 2
        drawn.append(_text(name, left - 14, y + bar * len(series) / 2, anchor="end", size=min(_FONT, row - 4)))
        drawn += [
            _bar(one, index, y=y + place * bar, height=bar, fill=place, across=across)
            for place, one in enumerate(series)
        ]
    zero, bottom = across.at(0), top + row * len(labels)
    drawn.append(_line(zero, top, zero, bottom, colour=_AXIS))
    return _svg(drawn, bottom + 10)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From figures to places: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(cls, series: Sequence[Series], *, start: float, end: float) -> _Scale:
        """A scale that holds every value and zero, and ends on a round mark."""
        values = [value for one in series for value in one.values if value is not None]
        low, high = min([0, *values]), max([0, *values])
        span = high - low if high - low > _FLAT else 1
        rough = span / 5
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in _STEPS if power * factor >= rough * 0.999)
        first, last = math.floor(low / step), math.ceil((low + span) / step)
        return cls(round(step * first, 10), round(step * last, 10), start, end)

    def at(self, value: float) -> float:
        """Where `value` lies, in tenths of a millimetre."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def _check(labels: Sequence[str], series: Sequence[Series]) -> None:
    if not 1 <= len(series) <= _MOST_SERIES:
        message = f"a chart holds 1 to {_MOST_SERIES} series, not {len(series)}"
        raise ValueError(message)
    for one in series:
        if len(one.values) != len(labels) or len(one.printed) not in (0, len(labels)):
            message = f"series {one.name!r} is not as long as the {len(labels)} labels"
            raise ValueError(message)


def _bar(one: Series, index: int, *, y: float, height: float, fill: int, across: _Scale) -> Markup:
    """A bar from zero and its figure beyond the end; a figure that is absent or zero has no bar."""
    value = one.values[index] or 0
    begin, end = sorted((across.at(0), across.at(value)))
    shape = _rectangle(begin, y + 2, end - begin, height - 4, place=fill) if value else Markup()
    x, anchor = (begin - 10, "end") if value < 0 else (end + 10, "start")
    return shape + _text(one.text(index), x, y + height / 2, anchor=anchor, size=min(_FONT, height))


def _rectangle(x: float, y: float, width: float, height: float, *, place: int) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}" stroke="{}"/>').format(
        x, y, width, height, _FILLS[place], _STROKES[place]
    )


def _swatch(place: int, x: float, y: float) -> Markup:
    """What the bars of a series look like, for the legend."""
    return _rectangle(x - 16, y - 13, 32, 26, place=place)


def _legend(series: Sequence[Series], unit: str) -> Markup:
    """The names of several series in one row at the upper left, the unit at the upper right."""
    drawn, x, middle = Markup(), 0.0, _FONT / 2 + 4
    if len(series) > 1:
        for place, one in enumerate(series):
            drawn += _swatch(place, x + 18, middle) + _text(one.name, x + 46, middle, anchor="start")
            x += 46 + _width(one.name) + 50
    if unit:
        drawn += _text(f"单位：{unit}", _WIDTH - 4, middle, anchor="end")
    return drawn


def _text(text: str, x: float, middle: float, *, anchor: str, size: float = _FONT) -> Markup:
    """`text` with its characters centred on height `middle`: a Chinese one reaches 0.88 up, 0.12 down."""
    smaller = Markup(' font-size="{:.1f}"').format(size) if size != _FONT else Markup()
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>').format(
        x, middle + size * 0.38, anchor, smaller, _printable(text)
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, colour: str) -> Markup:
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="3"/>').format(
        x1, y1, x2, y2, colour
    )


def _svg(drawn: Sequence[Markup], height: float) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="150mm" height="{:.1f}mm" viewBox="0 0 {} {:.0f}"'
        ' font-family="{}" font-size="{}" fill="#000" stroke-width="2">{}</svg>'
    ).format(height / 10, _WIDTH, height, _FAMILY, _FONT, Markup().join(drawn))


def _printable(text: str) -> str:
    """`text` without the control characters and broken surrogates that XML cannot hold."""
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cs"))


def _width(text: str) -> float:
    """About how wide `text` is: a full cell for what is wide in East Asia, 0.56 of one for the rest."""
    return sum(_FONT if unicodedata.east_asian_width(one) in "WFA" else _FONT * 0.56 for one in text)


def _shortened(text: str, room: float) -> str:
    """`text`, ended by an ellipsis where it is wider than `room`."""
    if _width(text) <= room:
        return text
    kept = text
    while kept and _width(kept) > room - _FONT:
        kept = kept[:-1]
    return kept + "…"
