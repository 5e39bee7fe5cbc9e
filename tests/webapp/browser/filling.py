"""What people do at a form's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page


def choose(page: Page, name: str, value: str) -> None:
    """Press the option of a question as a thumb would."""
    page.click(f'li:has(input[name="{name}"][value="{value}"]) label')


def type_hazard(page: Page) -> None:
    """Answer what a hazard at a road needs."""
    choose(page, "place_type", "road")
    page.fill("#place", "建设路与环城路交叉口")
    page.fill("#desc", "路口信号灯不亮，夜间没有照明")
    page.select_option("#category", "site_other")
    page.select_option("#source", "grid")
    page.select_option("#town", "cg")
    page.select_option("#dept", "yj")


def fill_hazard(page: Page) -> str:
    """Fill in and send a hazard; the address of its record."""
    page.goto("/f/hazard/new")
    type_hazard(page)
    page.click(".send .primary")
    page.wait_for_url("**/receipt")
    return urlsplit(page.url).path.removesuffix("/receipt")
