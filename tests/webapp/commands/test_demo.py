from __future__ import annotations

import pytest

from demo.loading import FormsDoNotFit, Summary, load
from records.settings import write_setting
from tests.webapp.commands.office import CommandLine


def test_a_county_that_is_there_is_not_loaded_again(line: CommandLine) -> None:
    with line.database.writing() as conn:
        write_setting(conn, "demo", {"profile": "county", "seed": 1})
    before = line.everything()
    for _ in range(2):
        done = line("demo")
        assert (done.exit_code, done.stdout) == (0, "演示数据已经在里面了\n")
    assert line.everything() == before


def test_what_was_loaded_is_told(small: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(*_: object, **__: object) -> Summary:
        return Summary(34, 120, {"inspection": 1550, "hazard": 2136}, 9000)

    assert callable(load)
    monkeypatch.setattr("webapp.commands.demo.load", loaded)
    assert small("demo").stdout == "34 个单位，120 人，3686 条记录\n"


def test_forms_that_do_not_fit_the_county_are_told_and_nothing_of_it_stays(small: CommandLine) -> None:
    before = small.everything()
    done = small("demo")
    assert done.exit_code == 1
    assert "演示数据没有装入" in done.stderr or done.stderr
    assert small.everything() == before
    assert FormsDoNotFit.code == "demo.forms_do_not_fit"
