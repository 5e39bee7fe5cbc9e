from __future__ import annotations

import json

from tests.webapp.commands.office import VISIT, WEEKLY, CommandLine


def test_good_definitions_are_counted(small: CommandLine) -> None:
    done = small("check")
    assert (done.exit_code, done.stdout) == (0, "2 张表单、1 份通报可用，0 处要改\n")


def test_a_mistake_is_told_with_file_line_and_the_nearest_word_while_the_others_are_still_good(
    small: CommandLine,
) -> None:
    wrong = VISIT.replace("required: true", "requird: true")
    path = small.write("forms/definitions/visit.yaml", wrong)
    small.write(
        "forms/definitions/note.yaml", "id: note\ntitle: 便条\nfields: [{type: text, name: words, label: 内容}]\n"
    )
    done = small("check")
    assert done.exit_code == 1
    column = wrong.splitlines()[4].index("requird") + 1
    assert f"{path}:5:{column}: 不认识 requird，是不是 required？\n    改正拼写" in done.stdout
    assert "[shape.unknown-key]" in done.stdout
    assert "处要改" in done.stdout


def test_a_mistake_in_a_report_is_told_too(small: CommandLine) -> None:
    path = small.write("reports/weekly.yaml", WEEKLY.replace("form: visit", "form: vist"))
    done = small("check")
    assert done.exit_code == 1
    assert f"{path}:8:29: 没有叫 vist 的表单，是不是 visit？" in done.stdout
    assert "2 张表单、0 份通报可用，1 处要改" in done.stdout


def test_a_schedule_that_cannot_be_is_told_at_its_line(small: CommandLine) -> None:
    path = small.write("reports/weekly.yaml", WEEKLY + "schedule:\n  every: week\n  on: mon\n  at: '25:00'\n")
    assert f"{path}:15:7: at 要写成几点几分，例如 08:00" in small("check").stdout


def test_scripts_read_json(small: CommandLine) -> None:
    assert json.loads(small("check", "--json").stdout) == []
    path = small.write("forms/definitions/note.yaml", "id: [\n")
    done = small("check", "--json")
    [issue] = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (issue["path"], issue["line"]) == (str(path), 1)
    assert issue["sentence"] == "括号没有配对，或缺少逗号"
    assert issue["code"] == "yaml.open-bracket"
    assert issue["remedy"]
