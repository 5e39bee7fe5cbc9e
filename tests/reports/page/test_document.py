from __future__ import annotations

import pytest

from reports.page.document import Number, TableOfNumbers


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//elsewhere", "", "HTTPS"])
def test_only_web_addresses_become_links(url: str) -> None:
    assert Number("8", url).link == ""


def test_a_web_address_becomes_a_link() -> None:
    assert Number("8", "https://ledger.example/r?a=1").link == "https://ledger.example/r?a=1"


@pytest.mark.parametrize(
    ("rows", "total"),
    [pytest.param((("甲",),), (), id="short row"), pytest.param((("甲", "1"),), ("合计",), id="short total")],
)
def test_a_ragged_table_is_refused(rows: tuple[tuple[str, ...], ...], total: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="2 columns"):
        TableOfNumbers("表1", ("镇", "数"), rows, ("left", "right"), total)
