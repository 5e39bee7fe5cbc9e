from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from records.drafts import load_draft
from tests.webapp.office import ROOT, SignIn, Visitor
from webapp.site import Site

SMALL = """id: ladder
title: {zh: 梯子, en: Ladder}
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点, required: true, required_message: 请写地点}
  - {type: select_one, name: state, label: 状况, choices: {good: 完好, bad: 损坏}}
access:
  roles:
    office: {fill: true, read: all}
"""


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    """The office's own folder of definitions, with one form in it."""
    definitions = tmp_path / "forms" / "definitions"
    definitions.mkdir(parents=True)
    shutil.copytree(ROOT / "forms/vocabularies", tmp_path / "forms" / "vocabularies")
    (definitions / "ladder.yaml").write_text(SMALL.replace("name: state", "name: condition"), "utf-8")
    site.settings = site.settings.model_copy(update={"forms": definitions})
    site.publish_forms("admin")
    return definitions


def small() -> str:
    return SMALL.replace("name: state", "name: condition")


def draft(visitor: Visitor, source: str, revision: int = 0) -> TestResponse:
    sent = {"source": source, "revision": str(revision), "csrf_token": visitor.token()}
    return visitor.client.post("/office/forms/ladder/draft", data=sent, headers={"Accept": "application/json"})


@pytest.mark.parametrize("name", ["office", "clerk", "leader"])
def test_definitions_are_for_administrators(sign_in: SignIn, folder: Path, name: str) -> None:
    somebody = sign_in(name)
    for path in ("/office/forms/ladder", "/office/forms/ladder/preview", "/office/forms/ladder/versions"):
        assert somebody.get(path).status_code == 403
    for path in ("", "/ladder/draft", "/ladder/publish", "/ladder/drop", "/ladder/preview", "/ladder/versions/1/back"):
        assert somebody.post(f"/office/forms{path}", {"form_id": "new", "source": "id: x"}).status_code == 403
    assert [path.name for path in folder.iterdir()] == ["ladder.yaml"]


def test_a_text_is_judged_at_its_lines_as_it_is_saved(as_admin: Visitor, folder: Path) -> None:
    assert draft(as_admin, small()).get_json() == {"revision": 1, "issues": [], "advice": []}
    told = draft(as_admin, SMALL.replace("label: 地点", "lable: 地点"), 1).get_json()
    assert told["revision"] == 2
    assert {issue["line"] for issue in told["issues"]} == {5}
    assert any(issue["code"] and issue["remedy"] and "label" in issue["words"] for issue in told["issues"])
    page = as_admin.get("/office/forms/ladder")
    assert "lable: 地点" in page.text
    assert 'data-line="5"' in page.text
    assert "改好这些才看得到样子" in as_admin.get("/office/forms/ladder/preview").text


def test_what_somebody_else_saved_is_told_and_not_overwritten(
    as_admin: Visitor, sign_in: SignIn, folder: Path, site: Site
) -> None:
    draft(as_admin, small())
    refused = draft(sign_in("admin"), small() + "# 另一份\n")
    assert refused.status_code == 409
    assert "草稿刚被" in refused.get_json()["sentence"]
    with site.database.reading() as conn:
        kept = load_draft(conn, "ladder")
    assert kept is not None
    assert kept.source == small()


def test_the_preview_shows_the_draft_and_stores_nothing(as_admin: Visitor, as_office: Visitor, folder: Path) -> None:
    draft(as_admin, small().replace("label: 状况", "label: 新旧"))
    preview = as_admin.get("/office/forms/ladder/preview")
    assert "新旧" in preview.text
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in as_admin.get("/office/forms/ladder").headers["Content-Security-Policy"]
    assert "请写地点" in as_admin.post("/office/forms/ladder/preview", {"place": "", "condition": "bad"}).text
    tried = as_admin.post("/office/forms/ladder/preview", {"place": "仓库", "condition": "bad"}).text
    assert "会存成这样" in tried
    assert re.search(r"新旧</dt><dd[^>]*>损坏", tried)
    assert "新旧" not in as_office.get("/f/ladder/new").text
    assert "仓库" not in as_office.get("/f/ladder").text


def test_publishing_makes_a_version_and_the_file(as_admin: Visitor, as_office: Visitor, folder: Path) -> None:
    as_office.store("ladder", {"place": "一号仓"})
    text = small().replace("label: 状况", "label: 新旧")
    done = as_admin.post("/office/forms/ladder/publish", {"source": text.replace("\n", "\r\n"), "revision": "0"})
    assert done.status_code == 302
    assert (folder / "ladder.yaml").read_text("utf-8") == text
    assert "新旧" in as_office.get("/f/ladder/new").text
    page = as_admin.get("/office/forms/ladder/versions").text
    assert "已发布第 2 版" in page
    assert "周建平" in page
    assert re.search(r'class="removed">.*?label: 状况', page, re.DOTALL)
    assert re.search(r'class="added">.*?label: 新旧', page, re.DOTALL)
    assert "改过、还没发布" not in as_admin.get("/office").text


def test_what_has_mistakes_is_not_published(as_admin: Visitor, as_office: Visitor, folder: Path) -> None:
    refused = as_admin.post("/office/forms/ladder/publish", {"source": small() + "nonsense: 1\n", "revision": "0"})
    assert refused.status_code == 422
    assert "还有 1 处要改，没有发布；草稿还在" in refused.text
    assert (folder / "ladder.yaml").read_text("utf-8") == small()
    assert "nonsense" in as_admin.get("/office/forms/ladder").text
    assert as_office.get("/f/ladder/new").status_code == 200


def test_what_records_answer_is_not_dropped_unsaid_and_what_should_be_known_is_told(
    as_admin: Visitor, as_office: Visitor, folder: Path
) -> None:
    as_office.store("ladder", {"place": "一号仓", "condition": "bad"})
    dropped = "\n".join(line for line in small().splitlines() if "condition" not in line)
    told = draft(as_admin, dropped).get_json()
    assert ["removed" in issue["remedy"] + issue["words"] for issue in told["issues"]] == [True]
    fewer = draft(as_admin, small().replace(", bad: 损坏", ""), 1).get_json()
    assert (fewer["issues"], len(fewer["advice"])) == ([], 1)
    assert 'class="advice"' in as_admin.get("/office/forms/ladder").text


def test_a_folder_that_cannot_be_written_to_publishes_nothing(
    as_admin: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.editor.write_whole", full)
    text = small().replace("label: 状况", "label: 新旧")
    refused = as_admin.post("/office/forms/ladder/publish", {"source": text, "revision": "0"})
    assert refused.status_code == 422
    assert "No space left on device" in refused.text
    assert "新旧" not in as_admin.get("/f/ladder/new").text
    assert "新旧" in as_admin.get("/office/forms/ladder").text


def test_any_version_comes_back_as_a_draft_that_waits_to_be_published(as_admin: Visitor, folder: Path) -> None:
    as_admin.post(
        "/office/forms/ladder/publish", {"source": small().replace("label: 状况", "label: 新旧"), "revision": "0"}
    )
    as_admin.post("/office/forms/ladder/versions/1/back")
    page = as_admin.get("/office/forms/ladder").text
    assert "第 1 版的内容已放进草稿" in page
    assert "label: 状况" in page
    assert "新旧" in as_admin.get("/f/ladder/new").text
    as_admin.post("/office/forms/ladder/publish", {"source": small(), "revision": "1"})
    assert "状况" in as_admin.get("/f/ladder/new").text
    assert as_admin.post("/office/forms/ladder/versions/9/back").status_code == 404


def test_a_new_definition_begins_with_the_commented_pattern(as_admin: Visitor, folder: Path) -> None:
    begun = as_admin.post("/office/forms", {"form_id": "fire_drill"})
    page = as_admin.get(begun.location).text
    assert "id: fire_drill" in page
    assert "还没发布过" in page or "草稿" in page
    assert "fire_drill" in as_admin.get("/office").text
    assert as_admin.get("/office/forms/fire_drill/versions").status_code == 404
    as_admin.post("/office/forms/fire_drill/drop")
    assert as_admin.get("/office/forms/fire_drill").status_code == 404
    for name in ("ladder", "Fire", "../x", ""):
        assert as_admin.post("/office/forms", {"form_id": name}).status_code == 422


def test_a_page_without_scripts_saves_too(as_admin: Visitor, folder: Path) -> None:
    saved = as_admin.post("/office/forms/ladder/draft", {"source": small() + "# 记一笔\n", "revision": "0"})
    assert saved.status_code == 302
    assert "# 记一笔" in as_admin.get(saved.location).text
