"""A question of every kind, as a thumb answers it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from records.database import Database
from records.files import read_file
from records.listing import Query, each
from tests.conftest import OFFICE, HandClock
from tests.webapp.browser.conftest import DESK, PHONE, Open
from tests.webapp.browser.filling import choose
from tests.webapp.browser.serving import serving
from tests.webapp.browser.test_pages import too_wide
from tests.webapp.pictures import HEIC, PDF, photo
from tests.webapp.sample import open_sample
from webapp.site import SYSTEM, Site

NEW = "/f/everything/new"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("sample")
    database = Database(f"sqlite:///{folder / 'office.db'}")
    database.create()
    yield open_sample(database, HandClock(datetime(2026, 11, 22, 10, tzinfo=OFFICE)), folder)
    database.close()


@pytest.fixture(scope="module")
def address(sample: Site) -> Iterator[str]:
    with serving(sample) as found:
        yield found


def picture(name: str = "现场.jpg", width: int = 1200, color: str = "#884422") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo(width, width // 2, color)}


def send(page: Page) -> None:
    page.fill("#line", "样样都填")
    page.click(".send .primary")
    page.wait_for_url("**/receipt")


def stored(site: Site, page: Page) -> dict[str, object]:
    """What was stored of the form that the page just sent."""
    record = page.url.split("/")[-2]
    with site.reading() as ledger:
        found = each(ledger.conn, ledger.catalogue["everything"].form, SYSTEM, Query())
        return next(dict(item.answers) for item in found if item.id == record)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_control_is_wider_than_the_screen(open_page: Open, width: int) -> None:
    page = open_page(width)
    page.goto(NEW)
    page.fill("#people", "2")
    page.click('[name="_add_row"][value="visits"]')
    page.click('[name="_add_row"][value="visits-0-findings"]')
    assert not too_wide(page)


def test_photos_are_made_smaller_sent_when_chosen_kept_through_a_mistake_and_shown(
    open_page: Open, sample: Site
) -> None:
    page = open_page(PHONE)
    page.goto(NEW)
    page.set_input_files("#photos", [picture("一.jpg"), picture("二.jpg", 300, "#22aa44")])
    kept = page.locator('[data-name="photos"] .kept img')
    expect(kept).to_have_count(2)
    page.click(".send .primary")
    page.wait_for_selector("#refusals")
    expect(kept).to_have_count(2)
    assert kept.first.evaluate("async (node) => { await node.decode(); return node.naturalWidth; }") == 360
    page.set_input_files("#photos", [picture("三.jpg", 320), picture("四.jpg", 330)])
    expect(page.locator('[data-name="photos"] [data-file-why]')).to_contain_text("最多 3 个")
    expect(kept).to_have_count(3)
    page.click('[data-name="photos"] li:nth-child(2) .remove')
    send(page)
    files = stored(sample, page)["photos"]
    assert isinstance(files, list)
    assert [file["name"] for file in files] == ["一.jpg", "三.jpg"]
    page.click("text=看这条记录")
    expect(page.locator(".answers .pictures img")).to_have_count(2)
    with page.context.expect_page() as opened:
        page.click(".answers .pictures a >> nth=0")
    assert opened.value.evaluate("document.images[0].naturalWidth") == 800, "the question takes 800 pixels"


def test_a_photo_that_was_made_smaller_still_says_when_it_was_taken_and_stands_upright(
    open_page: Open, sample: Site
) -> None:
    taken = Image.Exif()
    taken[0x0112], taken[0x0132] = 6, "2026:11:20 08:15:00"
    page = open_page(PHONE)
    page.goto(NEW)
    content = photo(2000, 1000, exif=taken)
    page.set_input_files("#photos", {"name": "横拍.jpg", "mimeType": "image/jpeg", "buffer": content})
    expect(page.locator('[data-name="photos"] .kept img')).to_have_count(1)
    send(page)
    (file,) = cast("list[dict[str, str]]", stored(sample, page)["photos"])
    with Image.open(io.BytesIO(read_file(sample.settings.files, file["digest"]))) as small:
        assert small.size == (400, 800)
        assert (small.getexif()[0x0112], small.getexif()[0x0132]) == (1, "2026:11:20 08:15:00")


def test_what_is_no_photo_is_told_of_beside_the_question(open_page: Open) -> None:
    page = open_page(PHONE)
    page.goto(NEW)
    page.set_input_files("#photos", {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": HEIC})
    expect(page.locator('[data-name="photos"] [data-file-why]')).to_contain_text("HEIC")
    expect(page.locator('[data-name="photos"] .kept li')).to_have_count(0)


def test_without_signal_a_photo_waits_and_goes_with_the_form(open_page: Open, sample: Site) -> None:
    page = open_page(PHONE)
    page.goto(NEW)
    page.route("**/files", lambda route: route.abort())
    page.set_input_files("#photos", picture("没信号.jpg"))
    expect(page.locator('[data-name="photos"] [data-file-why]')).to_contain_text("网络不通")
    page.unroute("**/files")
    send(page)
    files = stored(sample, page)["photos"]
    assert isinstance(files, list)
    assert files[0]["name"] == "没信号.jpg"


def test_a_signature_is_drawn_kept_and_stored_also_when_the_form_is_sent_at_once(open_page: Open, sample: Site) -> None:
    page = open_page(DESK)
    page.goto(NEW)
    pad = page.locator("[data-pad] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=8)
    page.mouse.up()
    page.fill("#line", "签了字就提交")
    page.click(".send .primary")
    page.wait_for_url("**/receipt")
    files = stored(sample, page)["signed"]
    assert isinstance(files, list)
    assert (files[0]["name"], files[0]["type"]) == ("负责人签字.png", "image/png")


def test_a_place_is_taken_from_the_phone_with_its_doubt(open_page: Open, sample: Site) -> None:
    page = open_page(PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 34.76, "longitude": 113.65, "accuracy": 12})
    page.goto(NEW)
    page.click("[data-locate]")
    expect(page.locator("[data-located]")).to_contain_text("误差约 12 米")
    send(page)
    assert stored(sample, page)["place"] == "34.76 113.65 0 12"
    page.click("text=看这条记录")
    expect(page.locator(".answers")).to_contain_text("纬度 34.76，经度 113.65（误差 12 米）")
    assert page.get_attribute("a[href^='geo:']", "href") == "geo:34.76,113.65"


def test_choices_are_put_in_order_by_buttons_and_by_dragging(open_page: Open, sample: Site) -> None:
    page = open_page(DESK)
    page.goto(NEW)
    assert page.evaluate("new FormData(document.querySelector('[data-form]')).getAll('order').join('')") == ""
    page.click('[data-choice="gas"] [data-way="up"]')
    assert page.locator(".ranking li").evaluate_all("nodes => nodes.map(n => n.dataset.choice)") == [
        "fire",
        "gas",
        "wire",
    ]
    page.locator('[data-choice="wire"] .handle').drag_to(
        page.locator('[data-choice="fire"] .handle'), target_position={"x": 2, "y": 1}
    )
    send(page)
    assert stored(sample, page)["order"] == ["wire", "fire", "gas"]


def test_a_list_of_ten_thousand_is_searched_and_a_cascade_offers_only_what_fits(open_page: Open, sample: Site) -> None:
    page = open_page(PHONE)
    page.goto(NEW)
    assert "第9999网格" not in page.content()
    page.type("#grid", "第9999")
    expect(page.locator("#grid-list option")).to_have_count(1)
    page.fill("#grid", "第9999网格")
    villages = page.locator('[data-name="village"] li:visible')
    page.select_option("#town_name", "cg")
    expect(villages).to_have_count(3)
    choose(page, "village", "v2")
    page.select_option("#town_name", "dh")
    expect(villages).to_have_count(2)
    choose(page, "village", "v3")
    send(page)
    answers = stored(sample, page)
    assert (answers["grid"], answers["village"]) == ("g9999", "v3")


def test_what_the_chosen_record_says_is_filled_in(open_page: Open, sample: Site) -> None:
    page = open_page(DESK)
    page.goto("/f/firm/new")
    for name, value in (("name", "永兴面粉厂"), ("address", "建设路12号"), ("boss", "钱永兴")):
        page.fill(f"#{name}", value)
    page.click(".send .primary")
    page.wait_for_url("**/receipt")
    page.goto(NEW)
    page.fill("#enterprise", "永兴面粉厂")
    page.press("#enterprise", "Tab")
    expect(page.locator('output[data-worked-out="address"]')).to_have_text("建设路12号")
    expect(page.locator("#boss")).to_have_value("钱永兴")
    page.fill("#boss", "钱小兴")
    send(page)
    answers = stored(sample, page)
    assert (answers["address"], answers["boss"]) == ("建设路12号", "钱小兴")


def test_rows_inside_rows_keep_their_names_and_counted_rows_come_by_themselves(open_page: Open, sample: Site) -> None:
    page = open_page(PHONE)
    page.goto(NEW)
    page.fill("#people", "2")
    page.fill("#guests-1-guest", "乙")
    for visit in range(2):
        page.click('[name="_add_row"][value="visits"]')
        page.fill(f"#visits-{visit}-who_seen", f"第{visit}家")
        for finding in range(2):
            page.click(f'[name="_add_row"][value="visits-{visit}-findings"]')
            page.fill(f"#visits-{visit}-findings-{finding}-what", f"问题{visit}{finding}")
    choose(page, "visits-1-findings-1-weight", "heavy")
    page.fill("#visits-1-findings-1-why", "没有出口")
    page.set_input_files("#visits-1-portrait", picture("合影.jpg"))
    expect(page.locator('[data-files="visits-1-portrait"] .kept img')).to_have_count(1)
    page.click('[name="_remove_row"][value="visits-0"]')
    page.click('[name="_remove_row"][value="visits-0-findings-0"]')
    assert page.input_value("#visits-0-findings-0-why") == "没有出口"
    expect(page.locator('[data-files="visits-0-portrait"] .kept input')).to_have_attribute("name", "visits-0-portrait")
    send(page)
    answers = stored(sample, page)
    assert answers["guests"] == [{"guest": None}, {"guest": "乙"}]
    assert isinstance(answers["visits"], list)
    (visit_stored,) = answers["visits"]
    assert (visit_stored["who_seen"], visit_stored["portrait"][0]["name"]) == ("第1家", "合影.jpg")
    assert visit_stored["findings"] == [{"what": "问题11", "weight": "heavy", "why": "没有出口"}]


def test_a_draft_brings_back_rows_in_rows_files_and_orders(open_page: Open) -> None:
    page = open_page(PHONE)
    page.goto(NEW)
    page.click('[name="_add_row"][value="visits"]')
    page.click('[name="_add_row"][value="visits-0-findings"]')
    page.fill("#visits-0-findings-0-what", "配电箱")
    page.click('[data-choice="gas"] [data-way="up"]')
    page.set_input_files("#photos", picture())
    expect(page.locator('[data-name="photos"] .kept img')).to_have_count(1)
    page.reload()
    page.click("[data-restore]")
    assert page.input_value("#visits-0-findings-0-what") == "配电箱"
    expect(page.locator('[data-name="photos"] .kept img')).to_have_count(1)
    assert page.locator(".ranking li").evaluate_all("nodes => nodes.map(n => n.dataset.choice)") == [
        "fire",
        "gas",
        "wire",
    ]


def test_a_constraint_is_told_after_the_question_was_left_and_taken_back_when_mended(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto(NEW)
    why = page.locator('[data-name="lines"] .why')
    page.type("#lines", "短")
    expect(why).to_have_count(0)
    page.press("#lines", "Tab")
    expect(why).to_have_text("请至少写 4 个字")
    page.fill("#lines", "足够长的一句")
    expect(why).to_be_hidden()
    page.fill("#people", "0")
    page.fill("#money", "200")
    page.press("#money", "Tab")
    expect(page.locator('[data-name="money"] .why')).to_have_text("花了钱总得有人")


def test_a_slider_and_its_number_go_together_and_untouched_they_answer_nothing(open_page: Open, sample: Site) -> None:
    page = open_page(DESK)
    page.goto(NEW)
    assert page.input_value("#score") == ""
    page.locator("[data-slider=score]").fill("7")
    assert page.input_value("#score") == "7"
    page.fill("#score", "3")
    assert page.locator("[data-slider=score]").input_value() == "3"
    send(page)
    assert stored(sample, page)["score"] == 3


def test_without_scripts_files_orders_and_rows_in_rows_are_sent_all_the_same(open_page: Open, sample: Site) -> None:
    page = open_page(PHONE, scripts=False)
    page.goto(NEW)
    page.set_input_files("#photos", picture("无脚本.jpg"))
    page.set_input_files("#report", {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": PDF})
    for choice, place in (("fire", 2), ("wire", 3), ("gas", 1)):
        page.select_option(f'[data-choice="{choice}"] select', f"{choice}={place}")
    page.fill("#people", "1")
    page.click('[name="_count_rows"][value="guests"]')
    page.fill("#guests-0-guest", "甲")
    page.click('[name="_add_row"][value="visits"]')
    page.fill("#visits-0-who_seen", "门卫")
    page.click('[name="_add_row"][value="visits-0-findings"]')
    page.fill("#visits-0-findings-0-what", "没有登记")
    assert page.locator('[data-name="photos"] .kept input').is_checked()
    page.fill("#place", "34.76, 113.65")
    send(page)
    answers = stored(sample, page)
    assert re.sub(r"\d{64}", "", str(answers["photos"])).count("无脚本.jpg") == 1
    assert answers["order"] == ["gas", "fire", "wire"]
    assert answers["guests"] == [{"guest": "甲"}]
    visits = answers["visits"]
    assert isinstance(visits, list)
    assert visits[0]["findings"][0]["what"] == "没有登记"


def test_without_scripts_a_new_file_takes_the_place_of_the_only_one(open_page: Open, sample: Site) -> None:
    page = open_page(PHONE, scripts=False)
    page.goto(NEW)
    for name in ("初稿.pdf", "定稿.pdf"):
        page.set_input_files("#report", {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()})
        page.click('[name="_add_row"][value="visits"]')
    page.fill("#visits-0-who_seen", "门卫")
    send(page)
    (file,) = cast("list[dict[str, str]]", stored(sample, page)["report"])
    assert file["name"] == "定稿.pdf"


def test_a_page_that_was_tampered_with_is_refused_by_the_server(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto("/f/strict/new")
    page.evaluate(
        """() => {
        const form = document.querySelector("[data-form]");
        const plain = form.cloneNode(true);  // no script listens any more
        form.replaceWith(plain);
        for (const node of plain.querySelectorAll("[hidden], [disabled], [min], [max], [maxlength], [accept]"))
          for (const name of ["hidden", "disabled", "min", "max", "maxlength", "accept"]) node.removeAttribute(name);
        const typed = {name: "厂", people: "51", extra: "偷填的", score: "3", campaign: "flood"};
        for (const [name, value] of Object.entries(typed))
          plain.querySelector(`[name=${name}]`).value = value;
        plain.querySelector("[name=kind][value=a]").checked = true;
        plain.querySelector("[name=village][value=v3]").checked = true;
        plain.insertAdjacentHTML("beforeend", '<input name="owner" value="yj"><input name="fixed" value="改过的">');
        plain.querySelector("select[name=owner]").remove();
        }"""
    )
    page.click(".send .primary")
    page.wait_for_selector("#refusals")
    told = page.locator("#refusals a").evaluate_all("nodes => nodes.map(node => node.hash.slice(1))")
    assert set(told) == {"name", "people", "score", "campaign", "village", "owner", "promised"}


def test_the_receipt_s_record_tells_its_history_of_files_by_name(open_page: Open) -> None:
    page = open_page(DESK)
    page.goto(NEW)
    page.set_input_files("#report", {"name": "初稿.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator('[data-name="report"] .kept li:not(.sending)')).to_have_count(1)
    send(page)
    page.click("text=看这条记录")
    page.click("text=修改")
    page.wait_for_selector(".kept .remove")
    page.set_input_files("#report", {"name": "定稿.pdf", "mimeType": "application/pdf", "buffer": PDF + b"2"})
    expect(page.locator('[data-name="report"] .kept')).to_contain_text("定稿.pdf")
    page.click(".send .primary")
    page.wait_for_selector(".history")
    expect(page.locator(".history .diff")).to_contain_text("初稿.pdf 定稿.pdf")
    assert Path(page.get_attribute(".answers a[href^='/files/']", "href") or "").name
