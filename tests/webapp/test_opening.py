from __future__ import annotations

import re
from pathlib import Path

import pytest

from records.catalogue import open_catalogue, retire
from records.database import Database
from tests.webapp.commands.office import NOTE, VISIT, found_office
from webapp.opening import publish_forms
from webapp.settings import read_settings
from webapp.site import Site, open_site


def versions(site: Site) -> dict[str, int]:
    with site.database.reading() as conn:
        return {form_id: item.version for form_id, item in open_catalogue(conn).newest.items()}


def test_a_new_office_publishes_what_is_right_and_tells_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "config.yaml").write_text('office: 示例县\narea: "419926"\nforms: forms\n', "utf-8")
    (tmp_path / "forms/note.yaml").write_text(NOTE, "utf-8")
    (tmp_path / "forms/wrong.yaml").write_text("id: wrong\nfields: 3\n", "utf-8")
    site = open_site(read_settings(tmp_path / "config.yaml"))
    publish_forms(site)
    told = capsys.readouterr().err
    assert "wrong.yaml:" in told
    assert "还没发布" not in told
    assert versions(site) == {"note": 1}
    with site.database.writing() as conn:
        retire(conn, "note", site.now())
    publish_forms(site)
    assert versions(site) == {}, "a start brings nothing back"
    site.database.close()


def test_later_a_start_publishes_nothing_and_tells_what_waits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    line = found_office(tmp_path, database)
    line.fill("粮站,城关镇,3,2026-11-20,好")
    line.write("forms/definitions/visit.yaml", VISIT.replace("type: text, name: remark", "type: date, name: remark"))
    line.write("forms/definitions/note.yaml", f"{NOTE}hint: 改过\n")
    line.write("forms/definitions/wrong.yaml", "id: wrong\nfields: 3\n")
    site = open_site(read_settings(line.config))
    publish_forms(site)
    told = capsys.readouterr().err
    assert "wrong.yaml:" in told
    assert re.search(r"visit\.yaml:9:\d+: “检查/走访”的 remark 换了题型", told)
    assert "改过、还没发布的表单：note、visit" in told
    assert versions(site) == {"note": 1, "visit": 1}
    site.database.close()
    database.close()
