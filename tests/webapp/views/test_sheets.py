from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapp.office import HAZARD, SignIn, Visitor
from tests.webapp.shelf import Shelf
from webapp.views import sheets

PAGE = "/sheets/hazard"


@pytest.fixture
def working(shelf: Shelf) -> Iterator[Shelf]:
    """The shared folder while a worker works."""
    stop = threading.Event()
    thread = threading.Thread(target=shelf.worker.run_until, args=(stop,))
    shelf.site.wake = shelf.worker.wake
    thread.start()
    yield shelf
    stop.set()
    shelf.worker.wake()
    thread.join()


def card(visitor: Visitor) -> str:
    """What the page of all sheets says of the hazards'."""
    found = re.search(
        r'<article class="card">\s*<h2><a href="/sheets/hazard">.*?</article>', visitor.get("/sheets").text, re.DOTALL
    )
    assert found
    return found[0]


# ---- states --------------------------------------------------------------------------------------------------------


def test_a_sheet_that_was_never_made_says_so_and_then_that_both_are_the_same(shelf: Shelf, as_office: Visitor) -> None:
    assert "还没有同步过" in card(as_office)
    assert as_office.get(f"{PAGE}/file").status_code == 404
    as_office.store("hazard", HAZARD)
    shelf.round()
    assert "一致" in card(as_office)
    assert "第 1 轮" in as_office.get(PAGE).text
    file = as_office.get(f"{PAGE}/file")
    assert file.data == shelf.book.read_bytes()
    assert "%E9%9A%90%E6%82%A3%E5%8F%B0%E8%B4%A6.xlsx" in file.headers["Content-Disposition"]


def test_a_book_that_somebody_has_open_says_who_and_since_when_it_waits(shelf: Shelf, as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    shelf.round()
    shelf.open_in_excel("孙文清")
    as_office.store("hazard", {**HAZARD, "place": "人民路口"})
    shelf.now.forward(minutes=3)
    shelf.round()
    shelf.now.forward(minutes=5)
    shelf.round()
    for text in (card(as_office), as_office.get(PAGE).text):
        assert "正由孙文清打开" in text
        assert "孙文清 正在打开（Excel/WPS）" in text
        assert "10:03" in text
        assert "10:08" not in text, "since when, not when it was looked at last"
    shelf.mark.unlink()
    shelf.round()
    assert "一致" in card(as_office)
    assert "孙文清" not in card(as_office)
    assert len(shelf.rows()) == 2, "nothing was lost"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "不见了，请放回原处"),
        (b"", "这不是 .xlsx 工作簿"),
        ("序号,地点\r\n".encode(), "这不是 .xlsx 工作簿"),
        (b"PK\x03\x04 cut short", "工作簿已损坏，读不完整"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "工作簿设了打开密码"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"xls", "这不是 .xlsx 工作簿"),
    ],
)
def test_a_book_that_cannot_be_read_is_waited_for_and_recovers_by_itself(
    shelf: Shelf, as_office: Visitor, content: bytes | None, why: str
) -> None:
    as_office.store("hazard", HAZARD)
    shelf.tick()
    shelf.type_in("整改责任人", "钱永兴")
    good = shelf.book.read_bytes()
    if content is None:
        shelf.book.unlink()
    else:
        shelf.book.write_bytes(content)
    shelf.tick(seconds=10)
    as_office.store("hazard", {**HAZARD, "place": "人民路口"})
    shelf.tick(seconds=10)
    for text in (card(as_office), as_office.get(PAGE).text):
        assert why in text
        assert "10:00" in text
    assert not shelf.book.exists() if content is None else shelf.book.read_bytes() == content, "it is left as it is"
    assert len(shelf.hazards()) == 2

    shelf.book.write_bytes(good)
    shelf.tick(seconds=10)
    assert "一致" in card(as_office)
    assert [row["整改责任人"] for row in shelf.rows()] == ["钱永兴", None]
    assert sorted(str(item.answers.get("owner")) for item in shelf.hazards()) == ["None", "钱永兴"]


def test_a_folder_that_is_away_is_told_in_the_page_and_comes_back(shelf: Shelf, as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    shelf.tick()
    folder = shelf.site.settings.sheets.folder
    away = folder.rename(folder.with_name("away"))
    folder.write_text("a share that is not connected")
    shelf.tick(seconds=10)
    assert as_office.get("/sheets").status_code == as_office.get(PAGE).status_code == 200
    assert "请检查共享文件夹是否连着" in card(as_office)
    folder.unlink()
    away.rename(folder)
    shelf.tick(seconds=70)
    assert "一致" in card(as_office)


def test_a_form_without_a_sheet_has_no_page(shelf: Shelf, as_office: Visitor) -> None:
    for path in ("/sheets/nothing", "/sheets/nothing/file"):
        assert as_office.get(path).status_code == 404
    assert as_office.post("/sheets/nothing/round").status_code == 404


def test_only_the_office_sees_the_sheets(shelf: Shelf, visitor: Visitor, sign_in: SignIn) -> None:
    assert visitor.get("/sheets").status_code == 302
    for name in ("clerk", "leader", "inspector"):
        somebody = sign_in(name)
        for path in ("/sheets", PAGE, f"{PAGE}/file"):
            assert somebody.get(path).status_code == 403
        for path in (f"{PAGE}/round", f"{PAGE}/conflicts/x"):
            assert somebody.post(path, {"choice": "sheet"}).status_code == 403


# ---- what is to be settled -----------------------------------------------------------------------------------------


def conflict(shelf: Shelf, office: Visitor) -> str:
    """Both sides change one cell; where to settle it."""
    hazard = office.store("hazard", HAZARD)
    shelf.round()
    revision = re.search(r'name="_revision" value="(\d+)"', office.get(f"/r/{hazard}/edit").text)
    assert revision
    changed = {**HAZARD, "level": "general", "owner": "钱永发", "_revision": revision[1]}
    assert office.post(f"/r/{hazard}/edit", changed).status_code == 302
    shelf.type_in("整改责任人", "钱永旺")
    shelf.round()
    found = re.search(rf'action="({PAGE}/conflicts/\w+)"', office.get(PAGE).text)
    assert found
    return found[1]


def test_both_values_of_a_conflict_are_shown_and_one_click_takes_either(shelf: Shelf, as_admin: Visitor) -> None:
    where = conflict(shelf, as_admin)
    page = as_admin.get(PAGE).text
    assert "钱永发" in page
    assert "<ins>钱永旺</ins>" in page, "the one that counts now is set off"
    assert "两边都改过 1 处" in card(as_admin)
    assert shelf.hazards()[0].answers["owner"] == "钱永旺"

    assert as_admin.post(where, {"choice": "record"}).location == PAGE
    assert shelf.hazards()[0].answers["owner"] == "钱永发"
    shelf.work()
    assert [row["整改责任人"] for row in shelf.rows()] == ["钱永发"]
    page = as_admin.get(PAGE).text
    assert "处理过的" in page
    assert "两边都改过" not in card(as_admin)
    assert as_admin.post(where, {"choice": "sheet"}).status_code == 302
    assert shelf.hazards()[0].answers["owner"] == "钱永旺", "the other value is kept and can be had later"


def test_a_conflict_is_settled_by_a_choice_alone(shelf: Shelf, as_admin: Visitor) -> None:
    where = conflict(shelf, as_admin)
    for sent in ({}, {"choice": "x"}):
        assert as_admin.post(where, sent).status_code == 422
    assert shelf.hazards()[0].answers["owner"] == "钱永旺"
    assert as_admin.post(f"{PAGE}/conflicts/nothing", {"choice": "record"}).status_code == 404


def test_a_wrong_cell_is_listed_with_the_remedy_until_it_is_mended(shelf: Shelf, as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    shelf.round()
    shelf.type_in("隐患级别", "特别大")
    shelf.round()
    page = as_office.get(PAGE).text
    assert re.search(r'data-label="行">2<.*?隐患级别.*?特别大.*?怎么改">[^<]*没有', page, re.DOTALL)
    assert "填错 1 处" in card(as_office)
    assert shelf.hazards()[0].answers["level"] == "general"
    shelf.type_in("隐患级别", "一般")
    shelf.round()
    assert "填错" not in card(as_office)


# ---- rounds on demand ----------------------------------------------------------------------------------------------


def test_a_rehearsal_shows_what_would_be_done_and_does_nothing(shelf: Shelf, as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    page = as_office.post(f"{PAGE}/round", {"_do": "try"}).text
    assert "试算：这一轮会做什么" in page
    assert "追加行 1" in page
    assert not shelf.book.exists()
    shelf.round()
    assert "两边一样，没有要做的" in as_office.post(f"{PAGE}/round", {"_do": "try"}).text
    shelf.type_in("整改责任人", "钱永兴")
    before = shelf.book.read_bytes()
    assert "从表格收进 1" in as_office.post(f"{PAGE}/round", {"_do": "try"}).text
    assert (shelf.book.read_bytes(), shelf.hazards()[0].answers.get("owner")) == (before, None)


def test_a_rehearsal_names_the_records_that_are_to_be_settled(shelf: Shelf, as_admin: Visitor) -> None:
    conflict(shelf, as_admin)
    page = as_admin.post(f"{PAGE}/round", {"_do": "try"}).text
    assert f"{shelf.hazards()[0].title}</a>" in page


def test_the_page_after_a_round_shows_what_the_round_did(working: Shelf, as_office: Visitor) -> None:
    as_office.store("hazard", HAZARD)
    working.now.forward(minutes=1)
    assert as_office.post(f"{PAGE}/round", {"_do": "now"}).location == PAGE
    assert len(working.rows()) == 1
    assert "10:01" in as_office.get(PAGE).text


def test_only_a_halted_round_offers_to_do_as_the_sheet_says(working: Shelf, as_office: Visitor) -> None:
    for number in range(15):
        as_office.store("hazard", {**HAZARD, "place": f"建设路{number}号"})
    as_office.post(f"{PAGE}/round", {"_do": "now"})
    button = '<button class="danger" name="_do" value="trust">按表格执行</button>'
    assert button not in as_office.get(PAGE).text
    working.drop_rows(2, 14)
    as_office.post(f"{PAGE}/round", {"_do": "now"})
    page = as_office.get(PAGE).text
    assert "表格里一下子少了 14 行（共 15 行）" in page
    assert "请点“按表格执行”" in page, "the sentence calls the button by its name"
    assert button in page
    assert len(working.hazards()) == 15

    as_office.post(f"{PAGE}/round", {"_do": "trust"})
    assert len(working.hazards()) == 1
    page = as_office.get(PAGE).text
    assert button not in page
    assert "这一轮推迟了" not in page


def test_without_anybody_who_works_the_page_still_comes(
    shelf: Shelf, as_office: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "_PAUSE_SECONDS", 0.0)
    assert as_office.post(f"{PAGE}/round", {"_do": "now"}).status_code == 302
    assert "还没有同步过" in card(as_office)
    assert not Path(shelf.book).exists()
