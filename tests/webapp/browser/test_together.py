from __future__ import annotations

import pytest

from tests.webapp.browser.conftest import DESK, PHONE, Open
from tests.webapp.browser.filling import fill_hazard
from tests.webapp.browser.test_pages import too_wide


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_bar_appears_with_the_first_tick_and_counts(open_page: Open, width: int) -> None:
    page = open_page(width, name="office")
    for _ in range(2):
        fill_hazard(page)
    page.goto("/f/hazard?state=to_assign")
    bar, boxes = page.locator(".together"), page.locator(".pick input")
    assert not bar.is_visible()
    page.locator(".pick").first.click()
    assert bar.is_visible()
    assert bar.locator(".chosen").inner_text() == "已选 1 条"
    page.click("[data-all]")
    assert bar.locator(".chosen").inner_text() == f"已选 {boxes.count()} 条"
    assert not too_wide(page)
    assert bar.bounding_box()["y"] < 844  # type: ignore[index]  # it is visible
    bar.get_by_text("作废").click()
    assert not too_wide(page)
    page.fill("[name=comment]", "重复登记")
    page.click(".send .danger")
    assert "办成" in page.locator("[role=status]").inner_text()
    page.get_by_text("回到列表").click()
    assert page.url.endswith("state=to_assign&page=1")
    assert boxes.count() == 0


def test_without_scripts_a_page_is_ticked_by_a_link(open_page: Open) -> None:
    page = open_page(PHONE, name="office", scripts=False)
    fill_hazard(open_page(DESK, name="office"))
    page.goto("/f/hazard")
    page.click("[data-all]")
    bar = page.locator(".together")
    assert bar.is_visible()
    bar.get_by_text("作废").click()
    assert page.locator(".titles li").count() == 1
