from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from demo.apportion import apportion
from demo.material import Material

_weights = st.dictionaries(st.text(max_size=4), st.integers(1, 1000), min_size=1, max_size=30)


@given(total=st.integers(0, 200_000), weights=_weights)
def test_parts_add_up_and_none_is_a_whole_unit_away_from_its_share(total: int, weights: dict[str, int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts.values()) == total
    for name, part in parts.items():
        assert abs(part * sum(weights.values()) - total * weights[name]) < sum(weights.values())


def test_the_visits_of_a_county_go_to_its_departments_as_the_reference_says(material: Material) -> None:
    shares = apportion(1550, {unit.short: unit.weight for unit in material.county.departments})
    assert list(shares.values()) == [248, 232, 186, 170, 140, 109, 108, 93, 78, 62, 46, 31, 47]


def test_equal_remainders_go_by_name() -> None:
    assert apportion(1, {"b": 1, "a": 1}) == {"b": 0, "a": 1}
