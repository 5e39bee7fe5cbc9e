from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.webapp.commands.office import CommandLine
from tests.webapp.office import ROOT


@pytest.fixture
def shipped(small: CommandLine) -> CommandLine:
    """An office with the shipped forms, which a new report counts."""
    for path in (ROOT / "forms/definitions").glob("*.yaml"):
        shutil.copy(path, small.folder / "forms/definitions")
    shutil.copytree(ROOT / "forms/vocabularies", small.folder / "forms/vocabularies")
    (small.folder / "forms/definitions/note.yaml").unlink()
    (small.folder / "forms/definitions/visit.yaml").unlink()
    (small.folder / "reports/weekly.yaml").unlink()
    return small


def test_new_definitions_are_good_as_they_are(shipped: CommandLine) -> None:
    for what, name in (("form", "patrol"), ("form", "patrol_2"), ("report", "patrols")):
        done = shipped("new", what, name)
        assert done.exit_code == 0, done.output
    checked = shipped("check")
    assert checked.exit_code == 0, checked.output
    assert "1 份通报可用，0 处要改" in checked.stdout
    comments = [
        line for line in (shipped.folder / "reports/patrols.yaml").read_text("utf-8").splitlines() if "#" in line
    ]
    assert len(comments) > 5, "a start is commented"


def test_two_new_forms_have_workbooks_of_their_own(shipped: CommandLine) -> None:
    shipped("new", "form", "patrol")
    shipped("new", "form", "patrol_2")
    shipped.publish()
    done = shipped("sync", "all")
    assert done.exit_code == 0, done.output
    assert {path.name for path in (shipped.folder / "sheets").glob("新表单*.xlsx")} == {
        "新表单_patrol.xlsx",
        "新表单_patrol_2.xlsx",
    }


def test_a_new_report_is_compiled_as_it_is(shipped: CommandLine) -> None:
    shipped("new", "report", "patrols")
    shipped.publish()
    done = shipped("report", "patrols", "--period", "2026-10")
    assert done.exit_code == 0, done.output
    assert "2026年10月" in done.stdout


@pytest.mark.parametrize("name", ["Patrol", "9lives", "a b", "../x", "x" * 80])
def test_a_name_that_no_definition_can_have_is_refused(small: CommandLine, name: str) -> None:
    before = set(small.folder.rglob("*"))
    done = small("new", "form", name)
    assert done.exit_code == 2
    assert "用小写字母开头" in done.output
    assert set(small.folder.rglob("*")) == before


def test_a_file_that_is_there_is_not_overwritten(small: CommandLine) -> None:
    path = Path(small.folder / "forms/definitions/visit.yaml")
    before = path.read_bytes()
    done = small("new", "form", "visit")
    assert done.exit_code == 1
    assert "已经有了" in done.output
    assert path.read_bytes() == before
