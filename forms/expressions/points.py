"""How far places lie apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, TypeAlias

from forms.expressions.numerics import arc_sine, cosine, sine
from forms.expressions.values import NAN, SPACES, Value, items_of, number_of, text_of, words_of

Point: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees."""

_RADIUS: Final = 6378100.0
"""Of the earth in metres, as ODK has it."""


def points_of(values: Iterable[Value]) -> list[Point | None]:
    """Every point in the values: `30.1 120.2` with anything behind it, several parted by `;`. None: not a point."""
    texts = [text for value in values for item in items_of(value) for text in text_of(item).split(";")]
    return [_point(text) for text in texts if text.strip(SPACES)]


def length_of(points: list[Point | None]) -> float:
    """Metres along the points in their order; NaN when one is no point, or there are fewer than two."""
    known = [point for point in points if point is not None]
    if len(known) < len(points) or len(known) < 2:
        return NAN
    total = 0.0
    for start, end in pairwise(known):
        total += _apart(start, end)
    return total


def _point(text: str) -> Point | None:
    words = words_of(text)
    if len(words) < 2:
        return None
    latitude, longitude = number_of(words[0]), number_of(words[1])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _apart(start: Point, end: Point) -> float:
    """Metres between two points along a great circle (haversine)."""
    latitude, other = start[0] * math.pi / 180.0, end[0] * math.pi / 180.0
    across = sine((other - latitude) / 2.0)
    along = sine((end[1] - start[1]) * math.pi / 180.0 / 2.0)
    chord = across * across + cosine(latitude) * cosine(other) * along * along
    return 2.0 * _RADIUS * arc_sine(min(1.0, math.sqrt(chord)))
