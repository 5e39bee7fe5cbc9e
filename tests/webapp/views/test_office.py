from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from records.people import get_person, save_people
from tests.webapp.office import ENTERPRISE, SignIn, Visitor
from webapp.site import Site


@pytest.mark.parametrize("name", ["clerk", "inspector", "leader"])
def test_the_office_s_pages_are_for_its_staff(sign_in: SignIn, name: str) -> None:
    somebody = sign_in(name)
    for path in ("/office", "/outbox", "/outbox/x.eml"):
        answer = somebody.get(path)
        assert answer.status_code == 403
        assert "由安委办和管理员使用" in answer.text
    assert somebody.post("/office/publish").status_code == 403
    assert somebody.post("/office/people/admin/password", {"password": "0123456789"}).status_code == 403
    assert "/office" not in somebody.get("/").text


def test_the_page_shows_forms_people_and_what_waits(as_office: Visitor) -> None:
    page = as_office.get("/office").text
    for words in ("企业台账", "enterprise", "赵春梅", "东河镇", "没有等待的工作"):
        assert words in page


def test_a_forgotten_password_is_set_anew(as_office: Visitor, visitor: Visitor) -> None:
    as_office.post("/office/people/clerk/password", {"password": "new password"})
    assert "已重设李桂兰的密码" in as_office.get("/office").text
    assert visitor.sign_in("clerk", "new password").status_code == 302


def test_a_short_password_is_not_set(as_office: Visitor, visitor: Visitor) -> None:
    as_office.post("/office/people/clerk/password", {"password": "short"})
    assert "密码至少 8 位" in as_office.get("/office").text
    assert visitor.sign_in("clerk").status_code == 302
    assert as_office.post("/office/people/nobody/password", {"password": "long enough"}).status_code == 404


def test_an_administrator_s_password_is_set_by_an_administrator_alone(
    as_office: Visitor, as_admin: Visitor, visitor: Visitor
) -> None:
    refused = as_office.post("/office/people/admin/password", {"password": "new password"})
    assert refused.status_code == 403
    assert "/office/people/admin/password" not in as_office.get("/office").text
    assert visitor.sign_in("admin", "new password").status_code == 422
    assert as_admin.post("/office/people/admin/password", {"password": "new password"}).status_code == 302
    assert visitor.sign_in("admin", "new password").status_code == 302


def test_who_left_signs_in_no_more_and_can_be_brought_back(
    as_office: Visitor, as_clerk: Visitor, visitor: Visitor
) -> None:
    as_office.post("/office/people/clerk/retire")
    page = as_office.get("/office").text
    assert "已停用李桂兰" in page
    assert "/office/people/clerk/back" in page
    assert "/office/people/clerk/password" not in page
    assert as_clerk.get("/account").status_code == 302
    assert visitor.sign_in("clerk").status_code == 422
    as_office.post("/office/people/clerk/back")
    assert "已恢复李桂兰" in as_office.get("/office").text
    assert visitor.sign_in("clerk").status_code == 302
    for action in ("retire", "back"):
        assert as_office.post(f"/office/people/nobody/{action}").status_code == 404
    assert as_office.post("/office/people/clerk/back").status_code == 404


def test_an_administrator_is_retired_by_another_administrator_alone(
    site: Site, as_office: Visitor, as_admin: Visitor, sign_in: SignIn
) -> None:
    assert as_office.post("/office/people/admin/retire").status_code == 403
    assert as_admin.post("/office/people/admin/retire").status_code == 422
    page = as_admin.get("/office").text
    assert "/office/people/admin/retire" not in page
    with site.database.writing() as conn:
        save_people(conn, [replace(get_person(conn, "admin"), id="chief", name="周大平")])
    assert sign_in("chief").post("/office/people/admin/retire").status_code == 302
    assert as_office.post("/office/people/admin/back").status_code == 403
    assert "/office/people/admin/back" not in as_office.get("/office").text
    assert as_admin.get("/").status_code == 302


def test_each_form_says_how_its_file_stands_to_what_is_served(as_office: Visitor, site: Site, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(site.settings.forms.parent, tmp_path / "forms")) / "definitions"
    site.settings = site.settings.model_copy(update={"forms": copied})
    assert "/office/publish" not in as_office.get("/office").text
    (copied / "drill.yaml").write_text((copied / "drill.yaml").read_text("utf-8").replace("zh: ", "zh: 新", 1))
    (copied / "enterprise.yaml").write_text("id: enterprise\ntitel: 写错了\n", "utf-8")
    (copied / "hazard.yaml").unlink()
    (copied / "fresh.yaml").write_text(
        (copied / "inspection.yaml").read_text("utf-8").replace("id: inspection", "id: fresh")
    )
    page = as_office.get("/office").text
    said = {
        form_id: re.search(rf"<code>{form_id}</code></td>.*?</tr>", page, re.DOTALL)
        for form_id in ("drill", "enterprise", "hazard", "fresh", "daily_report")
    }
    words = {form_id: re.sub("<[^>]*>", " ", found[0]) if found else "" for form_id, found in said.items()}
    assert "改过、还没发布" in words["drill"]
    assert "文件写错了，仍用这一版" in words["enterprise"]
    assert "文件已不在" in words["hazard"]
    assert "新的、还没发布" in words["fresh"]
    assert words["daily_report"].split() == ["daily_report", "1"]
    assert page.count("文件已不在") == 1
    as_office.post("/office/retire/hazard")
    assert '<a href="/f/hazard"><code>hazard</code></a>' in as_office.get("/office").text


def test_publishing_without_a_change_changes_nothing(as_office: Visitor) -> None:
    assert as_office.post("/office/publish").status_code == 302
    assert as_office.post("/office/retire/nothing").status_code in (302, 404)
    assert as_office.post("/office/lanes/mail/x").status_code == 302
    assert "企业台账" in as_office.get("/office").text


def test_the_page_shows_the_forms_that_cannot_be_published_and_publishes_the_others(
    as_office: Visitor, tmp_path: Path
) -> None:
    as_office.store("enterprise", ENTERPRISE)
    site: Site = as_office.app.extensions["site"]
    copied = Path(shutil.copytree(site.settings.forms.parent, tmp_path / "forms")) / "definitions"
    site.settings = site.settings.model_copy(update={"forms": copied})
    changed = (copied / "enterprise.yaml").read_text("utf-8")
    assert "type: text\n        name: head\n" in changed
    (copied / "enterprise.yaml").write_text(
        changed.replace("type: text\n        name: head\n", "type: date\n        name: head\n"), "utf-8"
    )
    (copied / "drill.yaml").write_text((copied / "drill.yaml").read_text("utf-8").replace("zh: ", "zh: 新", 1))
    assert as_office.post("/office/publish").status_code == 302
    page = as_office.get("/office").text
    assert "“企业台账”的 head 换了题型" in page
    with site.reading() as ledger:
        versions = {form_id: item.version for form_id, item in ledger.catalogue.newest.items()}
    assert (versions["enterprise"], versions["drill"]) == (1, 2)
