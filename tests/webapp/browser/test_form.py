from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.webapp.browser.conftest import DESK, PHONE, Open
from tests.webapp.browser.filling import choose, fill_hazard, type_hazard


def names(page: Page, attribute: str = "name") -> list[str]:
    """An attribute of the controls in rows."""
    return page.eval_on_selector_all(  # type: ignore[no-any-return]  # JSON
        f".rows [{attribute}]", "(nodes, name) => nodes.map(node => node.getAttribute(name))", attribute
    )


def test_from_the_door_to_a_step_in_a_record(open_page: Open) -> None:
    page = open_page(PHONE)
    page.click("text=填报 隐患")
    page.click(".send .primary")
    expect(page.locator("#refusals")).to_be_focused()
    page.click("#refusals a >> text=隐患部位")
    expect(page.locator("#place")).to_be_focused()
    type_hazard(page)
    page.click(".send .primary")
    expect(page.locator("h1")).to_have_text("已收到")
    page.goto("/f/hazard")
    page.fill("[type=search]", "灯不亮")
    page.press("[type=search]", "Enter")
    page.wait_for_url("**q=**")
    page.click("table.list tbody a >> nth=0")
    page.click("text=分派整改")
    page.select_option("#owner_org", "cg")
    page.fill("#owner", "李桂兰")
    page.fill("#measure", "更换信号灯")
    page.fill("#tracker", "李桂兰")
    page.fill("#comment", "请尽快")
    page.click(".send .primary")
    expect(page.locator("h1 .badge")).to_have_text("整改中")
    expect(page.locator(".history")).to_contain_text("请尽快")


def test_only_what_applies_is_shown_and_sent(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/inspection/new")
    group, target = page.locator('[data-name="administrative"]'), page.locator("#target_org")
    expect(group).to_be_hidden()
    expect(target).to_be_hidden()
    page.select_option("#nature", "administrative")
    expect(group).to_be_visible()
    expect(page.locator("#plan_no")).to_be_enabled()
    page.click('[name="_add_row"][value="officers"]')
    expect(page.locator("#officers-0-officer_name")).to_be_focused()
    page.select_option("#nature", "supervision")
    expect(target).to_be_visible()
    expect(page.locator("#enterprise")).to_be_hidden()
    expect(group).to_be_hidden()
    sent = page.evaluate("[...new FormData(document.querySelector('[data-form]')).keys()]")
    assert not {"plan_no", "item_codes", "officers", "officers-0-officer_name", "enterprise"} & set(sent)


def test_a_group_whose_questions_are_all_hidden_is_hidden_too(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/daily_report/new")
    empty = page.evaluate(
        """() => [...document.querySelectorAll(".group")].filter(group => !group.hidden)
        .filter(group => [...group.querySelectorAll(".field, .repeat")].every(box => !box.checkVisibility()))
        .map(group => group.dataset.name)"""
    )
    assert not empty
    before = page.locator(".group:visible").count()
    choose(page, "mode", "safe")
    expect(page.locator('[data-name="accidents"]')).to_be_hidden()
    page.click("li:has(input[name=mode]:not([value=safe])) label >> nth=0")
    expect(page.locator('[data-name="accidents"]')).to_be_visible()
    assert page.locator(".group:visible").count() > before - 1


def test_a_mark_says_what_is_required_under_a_condition(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/hazard/new")
    mark = page.locator('[data-name="enterprise"] .must')
    expect(mark).to_be_visible()
    choose(page, "place_type", "road")
    expect(mark).to_be_hidden()
    choose(page, "place_type", "")
    expect(mark).to_be_visible()


def test_rows_keep_their_names_in_order(open_page: Open) -> None:
    page = open_page(PHONE)
    page.goto("/f/inspection/new")
    page.select_option("#nature", "random")
    for number in range(3):
        page.click('[name="_add_row"][value="hazards"]')
        page.fill(f"#hazards-{number}-place", f"{number}号车间")
        choose(page, f"hazards-{number}-level", "major" if number == 1 else "general")
    expect(page.locator("#hazards-1-basis")).to_be_visible()
    expect(page.locator("#hazards-0-basis")).to_be_hidden()
    page.click('.row:nth-child(1) [name="_remove_row"]')
    expect(page.locator("#hazards-0-basis")).to_be_visible()
    expect(page.locator('.row:nth-child(1) [name="_remove_row"]')).to_be_focused()
    assert page.input_value("#hazards-0-place") == "1号车间"
    assert page.is_checked('[name="hazards-0-level"][value="major"]')
    assert page.is_checked('[name="hazards-1-level"][value="general"]')
    assert page.locator("[data-number]:visible").all_inner_texts() == ["1", "2"]
    for attribute in ("name", "id", "for", "aria-describedby"):
        found = {row for text in names(page, attribute) for row in re.findall(r"hazards-(\d+)-", text)}
        assert found == {"0", "1"}, attribute
    ids = names(page, "id")
    assert len(ids) == len(set(ids))
    assert set(names(page, "for")) <= set(ids)


def test_a_draft_survives_the_page_and_goes_when_it_was_sent(open_page: Open) -> None:
    page = open_page(PHONE)
    page.goto("/f/inspection/new")
    expect(page.locator("#draft")).to_be_hidden()
    page.select_option("#nature", "random")
    page.click('[name="_add_row"][value="hazards"]')
    page.fill("#hazards-0-place", "三号车间")
    choose(page, "hazards-0-level", "major")
    choose(page, "onsite", "sealed")
    instance = page.input_value("[name=_instance]")
    page.goto("/")
    page.goto("/f/inspection/new")
    page.click("[data-restore]")
    assert page.input_value("#nature") == "random"
    assert page.input_value("#hazards-0-place") == "三号车间"
    assert page.is_checked('[name="hazards-0-level"][value="major"]')
    assert page.is_checked('[name="onsite"][value="sealed"]')
    assert page.input_value("[name=_instance]") == instance
    expect(page.locator("#draft")).to_be_hidden()
    page.reload()
    page.click("[data-forget]")
    page.reload()
    expect(page.locator("#draft")).to_be_hidden()
    fill_hazard(page)
    page.goto("/f/hazard/new")
    expect(page.locator("#draft")).to_be_hidden()


def test_two_tabs_of_one_form_keep_two_drafts(open_page: Open) -> None:
    first = open_page(DESK)
    first.goto("/f/hazard/new")
    second = first.context.new_page()
    second.goto("/f/hazard/new")
    first.fill("#desc", "第一页写的隐患描述")
    second.fill("#desc", "第二页写的隐患描述")
    first.fill("#desc", "第一页后来写的隐患描述")
    kept = first.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:clerk/hazard/')).length")
    assert kept == 2
    for said in ("第一页后来写的隐患描述", "第二页写的隐患描述"):
        third = first.context.new_page()
        third.goto("/f/hazard/new")
        third.click("[data-restore]")
        assert third.input_value("#desc") == said
        third.reload()
        third.click("[data-forget]")


def test_signing_out_clears_the_person_s_drafts_and_nobody_else_s(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/hazard/new")
    page.fill("#desc", "有姓名电话的草稿")
    page.evaluate("localStorage.setItem('draft:neighbour/hazard/x', '{}')")
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/sign-in")
    assert page.evaluate("Object.keys(localStorage)") == ["draft:neighbour/hazard/x"]


def test_a_linked_record_is_found_while_typing(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/enterprise/new")
    page.fill("#name", "青山县永兴面粉有限公司")
    choose(page, "no_license", "true")
    page.fill("#no_license_reason", "正在办理")
    for name, value in (("unit_type", "company"), ("sector", "industry_trade"), ("town", "cg"), ("dept", "yj")):
        page.select_option(f"#{name}", value)
    choose(page, "grade", "b")
    choose(page, "risk", "general")
    for name, value in (("address", "建设路12号"), ("head", "钱永兴"), ("head_phone", "13900000000"), ("staff", "42")):
        page.fill(f"#{name}", value)
    page.click(".send .primary")
    page.wait_for_url("**/receipt")
    page.goto("/f/hazard/new")
    page.type("#enterprise", "面粉")
    option = page.locator("#enterprise-list option")
    expect(option).to_have_count(1)
    assert option.get_attribute("value") == "青山县永兴面粉有限公司"
    page.type("#tracker", "李")
    expect(page.locator("#tracker-list option")).to_have_attribute("label", "李桂兰 · 城关镇")


def test_pressed_twice_it_is_sent_once(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/hazard/new")
    type_hazard(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.dblclick(".send .primary")
    page.wait_for_url("**/receipt")
    assert len(sent) == 1


def test_enter_in_a_line_sends_the_form_and_adds_no_row(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/inspection/new")
    page.press("#people", "Enter")
    expect(page.locator("#refusals")).to_be_visible()
    assert page.locator(".row").count() == 0


def test_without_scripts_a_form_is_filled_rows_and_all(open_page: Open) -> None:
    page = open_page(PHONE, scripts=False)
    page.goto("/f/hazard/new")
    page.click('[name="_add_row"][value="extend"]')
    page.fill("#extend-0-extend_reason", "等配件")
    page.click('[name="_add_row"][value="extend"]')
    assert page.input_value("#extend-0-extend_reason") == "等配件"
    page.click('[name="_remove_row"][value="extend-1"]')
    page.fill("#extend-0-new_deadline", "2026-12-20")
    type_hazard(page)
    page.click(".send .primary")
    assert page.locator("h1").inner_text() == "已收到"
    page.click("text=看这条记录")
    assert "等配件" in page.inner_text("main")
