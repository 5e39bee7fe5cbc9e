from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.results import as_value
from forms.values import Kind, Value


@pytest.mark.parametrize(
    ("result", "kind", "value"),
    [
        ("", Kind.TEXT, None),
        (3.0, Kind.TEXT, "3"),
        (True, Kind.TEXT, "true"),
        ([], Kind.TEXT, None),
        (2.7, Kind.INTEGER, 2),
        (-2.7, Kind.INTEGER, -2),
        ("12", Kind.INTEGER, 12),
        ("十二", Kind.INTEGER, None),
        (1e300, Kind.INTEGER, None),
        (float("nan"), Kind.DECIMAL, None),
        (2.67549, Kind.DECIMAL, "2.6755"),
        (1e11, Kind.DECIMAL, None),
        ("nan", Kind.DECIMAL, None),
        (True, Kind.YES_NO, True),
        (1.0, Kind.YES_NO, True),
        ("false", Kind.YES_NO, False),
        ("2026-11-22", Kind.DATE, "2026-11-22"),
        ("2026-11-22T10:30:00", Kind.DATE, "2026-11-22"),
        (20779.0, Kind.DATE, "2026-11-22"),
        ("12", Kind.DATE, None),
        ("明天", Kind.DATE, None),
        (1e9, Kind.DATE, None),
        ("2026-11-22T10:30:00", Kind.TIME, "10:30"),
        ("16:00", Kind.TIME, "16:00"),
        (0.5, Kind.TIME, "12:00"),
        ("早上", Kind.TIME, None),
        (["a", 1.0], Kind.LIST, ["a", "1"]),
        ("a", Kind.LIST, ["a"]),
        ("a", Kind.TABLE, None),
    ],
)
def test_a_result_becomes_what_is_stored(result: Any, kind: Kind, value: Value) -> None:
    stored = as_value(result, kind)
    assert stored == value
    assert type(stored) is type(value)


ATOMS = st.text(max_size=8) | st.floats() | st.booleans()


@given(ATOMS | st.lists(ATOMS, max_size=3), st.sampled_from(Kind))
def test_whatever_an_expression_gives_is_a_value_or_none(result: Any, kind: Kind) -> None:
    as_value(result, kind)
