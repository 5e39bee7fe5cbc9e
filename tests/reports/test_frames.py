from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.labels import Label
from records.measuring import Group
from reports.frames import Pivot, pivot
from reports.measures import Metric
from reports.numbers import Quantity
from tests.test_house import ROOT

RATE = Metric(label=Label("整改率"), ratio=("fixed", "hazards"))
OPEN = Metric(label=Label("未整改"), plus=("hazards",), minus=("fixed",))
COUNTED: Mapping[str, Mapping[Group, Quantity]] = {
    "hazards": {"T1": 3, "T2": 9, None: 3},
    "fixed": {"T1": 2, "T2": 9},
}


def made(sort: str = "", most: int | None = None) -> Pivot:
    metrics = {"rate": RATE, "open": OPEN}
    totals = {"hazards": 15, "fixed": 11}
    return pivot(COUNTED, ["T1", "T2", "T3", None], totals=totals, metrics=metrics, sort=sort, most=most)


def test_every_group_has_every_number_and_zero_where_nothing_was_counted() -> None:
    table = made()
    assert table.groups == ("T1", "T2", "T3", None)
    assert table.columns["hazards"] == (3, 9, 0, 3)
    assert table.columns["fixed"] == (2, 9, 0, 0)


def test_a_ratio_is_exact_and_of_nothing_there_is_none() -> None:
    assert made().columns["rate"] == (Fraction(200, 3), 100, None, 0)


def test_measures_are_added_and_taken_away() -> None:
    assert made().columns["open"] == (1, 0, 0, 3)
    both = Metric(label=Label("合计"), plus=("hazards", "fixed"))
    assert pivot(COUNTED, ["T1", None, "T2"], totals={}, metrics={"both": both}).columns["both"] == (5, 3, 18)


def test_totals_are_those_that_were_counted_and_metrics_follow_from_them() -> None:
    assert made().totals == {"hazards": 15, "fixed": 11, "rate": Fraction(1100, 15), "open": 4}
    assert pivot({"firms": {"T1": 2, "T2": 2}}, ["T1", "T2"], totals={"firms": 3}, metrics={}).totals == {"firms": 3}
    assert pivot(COUNTED, ["T1", "T2", None], totals={}, metrics={"rate": RATE}).totals == {}


@pytest.mark.parametrize(
    ("sort", "groups"),
    [
        ("", ["T1", "T2", "T3", None]),
        ("-hazards", ["T2", "T1", None, "T3"]),
        ("hazards", ["T3", "T1", None, "T2"]),
        ("-rate", ["T2", "T1", None, "T3"]),
        ("rate", [None, "T1", "T2", "T3"]),
        ("-open", [None, "T1", "T2", "T3"]),
    ],
)
def test_groups_are_sorted_by_a_column_equal_ones_in_their_order_and_those_without_a_number_last(
    sort: str, groups: list[Group]
) -> None:
    table = made(sort)
    assert list(table.groups) == groups
    hazards = {"T1": 3, "T2": 9, "T3": 0, None: 3}
    assert table.columns["hazards"] == tuple(hazards[group] for group in groups)


def test_only_so_many_groups_are_kept_and_the_total_stays_that_of_all() -> None:
    table = made("-hazards", most=1)
    assert (table.groups, table.columns["fixed"], table.totals["fixed"]) == (("T2",), (9,), 11)


def test_without_a_group_or_a_record_there_is_an_empty_table() -> None:
    nothing = pivot({"hazards": {}, "fixed": {}}, [], totals={"hazards": 0, "fixed": 0}, metrics={"rate": RATE})
    assert nothing == Pivot((), {"hazards": (), "fixed": (), "rate": ()}, {"hazards": 0, "fixed": 0, "rate": None})


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=2), st.tuples(st.integers(0, 2**60), st.fractions(0, 2**40)), max_size=6
    )
)
def test_no_digit_is_lost(counted: Mapping[str, tuple[int, Fraction]]) -> None:
    columns: dict[str, dict[Group, Quantity]] = {
        "hazards": {group: whole for group, (whole, _) in counted.items()},
        "fixed": {group: part for group, (_, part) in counted.items()},
    }
    table = pivot(columns, list(counted), totals={}, metrics={"rate": RATE, "open": OPEN})
    assert table.columns["open"] == tuple(whole - part for whole, part in counted.values())
    assert table.columns["rate"] == tuple(part * 100 / whole if whole else None for whole, part in counted.values())


def test_who_compiles_nothing_does_not_wait_for_pandas() -> None:
    said = "import sys, webapp.running; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
