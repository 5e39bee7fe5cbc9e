"""Putting names in an order in which each comes after what it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple


class Ordering(NamedTuple):
    """Names, each after what it needs; or the names that go round in a circle."""

    order: tuple[str, ...]
    circle: tuple[str, ...]


def in_order_of_need(needs: Mapping[str, Collection[str]]) -> Ordering:
    """Order the names of `needs`; what they need outside of it does not matter.

    A circle leaves the names in the order they were written and is told in `circle`.
    """
    inside = {name: [need for need in needed if need in needs and need != name] for name, needed in needs.items()}
    loops = [name for name, needed in needs.items() if name in needed]
    if loops:
        return Ordering(tuple(needs), (loops[0], loops[0]))
    try:
        return Ordering(tuple(TopologicalSorter(inside).static_order()), ())
    except CycleError as error:
        return Ordering(tuple(needs), tuple(error.args[1]))
