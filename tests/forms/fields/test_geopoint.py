"""Places on the map."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from forms.fields.geopoint import Geopoint
from tests.forms.asking import made, read, refusal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("34.76 113.65", "34.76 113.65 0 0"),
        ("34.7600000 113.6500000 80.5 12.30", "34.76 113.65 80.5 12.3"),
        ("113.65,34.76", "34.76 113.65 0 0"),
        ("113.65，34.76", "34.76 113.65 0 0"),
        ("(34.76, 113.65)", "34.76 113.65 0 0"),
        ("113.65°，34.76°", "34.76 113.65 0 0"),
        ("-33.9 151.2", "-33.9 151.2 0 0"),
        ("34.12345678901 113.65", "34.1234568 113.65 0 0"),
    ],
)
def test_places_as_phones_and_maps_write_them(typed: str, value: str) -> None:
    assert read(made(Geopoint), typed) == value


def test_a_pair_that_may_be_two_places_is_refused_unless_the_county_tells_them_apart() -> None:
    assert refusal(made(Geopoint), "44.3,86.0") == "分不清哪个是经度，请写成“纬度 经度”，中间空一格"
    assert read(made(Geopoint, bounds=[85, 43, 88, 46]), "86.0,44.3") == "44.3 86 0 0"
    assert read(made(Geopoint, bounds=[85, 43, 88, 46]), "44.3,86.0") == "44.3 86 0 0"


def test_a_place_elsewhere_or_in_doubt_is_refused() -> None:
    field = made(Geopoint, bounds=[113.2, 34.4, 114.1, 35.0], accuracy=50)
    assert read(field, "34.76 113.65 80 50") == "34.76 113.65 80 50"
    assert refusal(field, "35.76 113.65") == "这个位置不在本地范围内，请核对"
    assert refusal(field, "113.65,35.76") == "这个位置不在本地范围内，请核对"
    assert refusal(field, "34.76 113.65 80 50.5") == "定位误差 50.5 米，要在 50 米以内，请到开阔处再试"
    assert refusal(made(Geopoint), "113.65 34.76") == "纬度在 -90 至 90 之间，经度在 -180 至 180 之间"
    for strange in ("北门", "34.76", "34.76 113.65 1 2 3", "٣٤ ١١٣x"):
        assert refusal(field, strange) == "位置请写成“纬度 经度”，例如 34.76 113.65"


@pytest.mark.parametrize("bounds", [[114, 34, 113, 35], [113, 35, 114, 34], [34, 113, 35, 114], [1, 2, 3]])
def test_a_box_is_west_south_east_north(bounds: list[float]) -> None:
    with pytest.raises(ValidationError):
        made(Geopoint, bounds=bounds)
