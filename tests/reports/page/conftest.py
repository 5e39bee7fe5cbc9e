"""One press for all tests of pages: a child starts once, not per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.pdf import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press(children=1) as press:
        yield press
