"""Sharing a whole number out in whole parts that add up to it."""

from __future__ import annotations

from collections.abc import Mapping


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`total` in parts as the weights are, by largest remainder (Hamilton); equal remainders go by name."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    parts = {name: int(share) for name, share in exact.items()}
    first = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in first[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
