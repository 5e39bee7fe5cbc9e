from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.webapp.browser.conftest import DESK, PHONE, Open
from tests.webapp.browser.filling import fill_hazard

FORMS = ("enterprise", "inspection", "hazard", "enforcement", "drill", "training", "daily_report")
PAGES = (
    *("/", "/account", "/office", "/outbox", "/sheets", "/editions", "/nowhere", "/f/hazard/import"),
    *(f"/f/{form}/new" for form in FORMS),
    *("/f/hazard", "/f/hazard?state=to_assign&q=x", "/f/hazard?withdrawn=1", "/f/drill"),
)


def too_wide(page: Page) -> list[str]:
    """What sticks out of the page at its right."""
    return page.evaluate(  # type: ignore[no-any-return]  # JSON
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > innerWidth + 1)
        .map(node => node.tagName + "." + node.className)"""
    )


@pytest.mark.parametrize(("width", "locale"), [(PHONE, "zh-CN"), (PHONE, "en-GB"), (DESK, "en-GB")])
def test_no_page_is_wider_than_the_screen(open_page: Open, width: int, locale: str) -> None:
    page = open_page(width, name="office", locale=locale)
    record = fill_hazard(page)
    pages = (*PAGES, *(f"{record}{part}" for part in ("", "/edit", "/receipt", "/step/assign", "/step/transfer")))
    for path in pages:
        page.goto(path)
        assert not too_wide(page), path
        assert page.locator("h1").count() == 1, path
    for form in FORMS:
        page.goto(f"/f/{form}/new")
        page.click(".send .primary")
        page.wait_for_selector("#refusals, .receipt")
        assert not too_wide(page), form


def test_on_a_phone_the_bar_is_two_lines_and_buttons_fit_a_thumb(open_page: Open) -> None:
    page = open_page(PHONE, name="office")
    bar = page.locator(".bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 100
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main a.button, .bar a, .bar button")]
        .filter(node => node.getBoundingClientRect().height < 40).map(node => node.outerHTML)"""
    )
    assert not small


def test_filters_are_folded_on_a_phone_and_open_at_a_desk(open_page: Open) -> None:
    at_desk = open_page(DESK)
    at_desk.goto("/f/hazard")
    assert at_desk.locator("select[name=level]").is_visible()
    on_phone = open_page(PHONE)
    on_phone.goto("/f/hazard")
    assert not on_phone.locator("select[name=level]").is_visible()
    on_phone.click(".filters summary")
    on_phone.select_option("select[name=level]", "major")
    on_phone.click(".searching button")
    on_phone.wait_for_url("**level=major**")
    assert on_phone.locator("select[name=level]").is_visible()


def test_the_keyboard_alone_reaches_everything_in_order_and_shows_where_it_is(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/hazard/new")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.focus("#enterprise")
    seen = []
    for _ in range(6):
        seen.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
        assert (
            page.evaluate(
                "getComputedStyle(document.activeElement.closest('li') ?? document.activeElement).outlineStyle"
            )
            == "solid"
        )
        page.keyboard.press("Tab")
    assert seen == ["enterprise", "place_type", "place", "desc", "level", "category"]


def test_every_control_has_a_name_for_whoever_cannot_see_it(open_page: Open) -> None:
    page = open_page(DESK, name="office")
    for path in ("/", "/account", "/office", "/f/hazard", *(f"/f/{form}/new" for form in FORMS)):
        page.goto(path)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("main :is(input, select, textarea, button)")]
            .filter(node => node.type !== "hidden" && !node.matches(".unseen"))
            .filter(node => !(node.labels?.length || node.ariaLabel || node.textContent.trim()))
            .map(node => node.outerHTML)"""
        )
        assert not nameless, path


def test_a_record_prints_without_what_only_a_screen_needs(open_page: Open) -> None:
    page = open_page(DESK, name="office")
    page.goto(fill_hazard(page))
    page.emulate_media(media="print")
    for part in (".bar", ".head .actions", ".withdraw"):
        assert not page.locator(part).is_visible(), part
    assert page.locator(".answers").is_visible()
