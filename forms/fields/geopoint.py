"""Places on the map."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator
from pydantic import Field as Key

from forms.fields.base import Field
from forms.fields.decimal import canonical
from forms.flaws.shapes import BAD_BOUNDS
from forms.refused import refused
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
from kernel.sentences import say

_NUMBER: Final = r"[-+]?\d{1,7}(?:\.\d{0,20})?"
#: XForms: latitude, longitude, perhaps altitude and accuracy, blanks between them.
_XFORM: Final = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+({_NUMBER}))?(?:\s+({_NUMBER}))?", re.ASCII)
#: Two numbers as maps and tables give them, in either order.
_PAIR: Final = re.compile(rf"\(?({_NUMBER})°?\s*[,;、]\s*({_NUMBER})°?\)?", re.ASCII)
_MOST_LATITUDE: Final = 90
_MOST_LONGITUDE: Final = 180
#: 1 cm of latitude.
_PLACES: Final = Decimal("0.0000001")


def _upright(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise refused(BAD_BOUNDS.found())
    return box


#: West, south, east, north in degrees.
Box: TypeAlias = Annotated[tuple[float, float, float, float], AfterValidator(_upright)]


class Point(NamedTuple):
    """A place: degrees north and east (WGS 84), metres above the sea, metres of doubt (0: not known)."""

    latitude: Decimal
    longitude: Decimal
    altitude: Decimal = Decimal(0)
    accuracy: Decimal = Decimal(0)


class Geopoint(Field):
    """A place on the map, stored as XForms write it: latitude, longitude, altitude and accuracy, blanks between.

    Example:
        type: geopoint
        name: place
        label: 隐患位置
        bounds: [113.2, 34.4, 114.1, 35.0]
        accuracy: 50
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "geopoint"

    type: Literal["geopoint"] = "geopoint"
    #: The box that it must lie in: west, south, east, north in degrees; none: anywhere.
    bounds: Box | None = None
    #: How many metres the phone may be in doubt; none: any. What was typed or picked on a map has no doubt.
    accuracy: Annotated[float, Key(gt=0)] | None = None

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept `34.76 113.65 80 12`, or a pair such as 113.65,34.76 of which only one order is a place here."""
        del lookup
        spelling = half_width(text)
        if match := _XFORM.fullmatch(spelling):
            point = Point(*(Decimal(number).quantize(_PLACES) for number in match.groups("0")))
        elif match := _PAIR.fullmatch(spelling):
            point = self._told_apart(Decimal(match[1]).quantize(_PLACES), Decimal(match[2]).quantize(_PLACES))
        else:
            raise Rejected(say("位置请写成“纬度 经度”，例如 34.76 113.65"))
        self._refuse_unfit(point)
        return " ".join(canonical(number) for number in point)

    def _told_apart(self, first: Decimal, second: Decimal) -> Point:
        """The place that a pair in unknown order is, or `Rejected`."""
        on_earth = [point for point in {Point(first, second), Point(second, first)} if _is_on_earth(point)]
        fitting = [point for point in on_earth if self._is_inside(point)]
        if len(fitting) > 1:
            raise Rejected(say("分不清哪个是经度，请写成“纬度 经度”，中间空一格"))
        return next(iter(fitting or on_earth), Point(first, second))

    def _refuse_unfit(self, point: Point) -> None:
        if not _is_on_earth(point):
            raise Rejected(say("纬度在 -90 至 90 之间，经度在 -180 至 180 之间"))
        if not self._is_inside(point):
            raise Rejected(say("这个位置不在本地范围内，请核对"))
        if self.accuracy is not None and point.accuracy > self.accuracy:
            most, now = canonical(Decimal(str(self.accuracy))), canonical(point.accuracy)
            raise Rejected(say("定位误差 {now} 米，要在 {most} 米以内，请到开阔处再试", now=now, most=most))

    def _is_inside(self, point: Point) -> bool:
        if self.bounds is None:
            return True
        west, south, east, north = self.bounds
        return west <= point.longitude <= east and south <= point.latitude <= north


def _is_on_earth(point: Point) -> bool:
    return abs(point.latitude) <= _MOST_LATITUDE and abs(point.longitude) <= _MOST_LONGITUDE
