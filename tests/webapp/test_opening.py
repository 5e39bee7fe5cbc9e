from __future__ import annotations

from pathlib import Path

import pytest

from records.catalogue import open_catalogue
from records.database import Database
from tests.webapp.commands.office import NOTE, VISIT, found_office
from webapp.opening import publish_forms
from webapp.settings import read_settings
from webapp.site import open_site


def test_forms_that_cannot_be_published_are_told_and_keep_no_other_back(
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
    wrong, visit = sorted(capsys.readouterr().err.splitlines(), key=lambda told: "visit" in told)[-2:]
    assert "wrong.yaml:" in wrong
    assert "visit.yaml:9: “检查/走访”的 remark 换了题型" in visit
    with site.database.reading() as conn:
        served = open_catalogue(conn).newest
    assert {form_id: item.version for form_id, item in served.items()} == {"note": 2, "visit": 1}
    site.database.close()
    database.close()
