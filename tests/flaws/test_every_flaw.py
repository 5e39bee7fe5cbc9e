from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from forms.folder import load_folder
from kernel.flaw import Flaw
from kernel.yamlfile import Issue, read_yaml
from reports.loading import load_reports
from scripts.pages.mistakes import all_flaws
from tests.flaws import definitions, expressions, files
from webapp.bulletins import judge_schedule

Files: TypeAlias = Mapping[str, str | bytes]

ROOT = Path(__file__).parents[2]

#: Tests that trigger what no file has by itself: files that are not there, names that no form lets be alike, and
#: forms that would leave stored answers behind.
ELSEWHERE = (
    "tests/kernel/test_yamlfile.py",
    "tests/forms/expressions/test_checking.py",
    "tests/forms/test_folder.py",
    "tests/records/test_succession.py",
)
LEVELS = "a: {label: 一, size: 大}\nb: {label: 二, size: 小}\n"


def probe(*, question: str = "", keys: str = "", access: str = definitions.ACCESS) -> Files:
    """A folder with the form of examples, one question or some keys added to it."""
    form = definitions.FORM + (f"  - {question}\n" if question else "") + access + keys
    return {
        "definitions/probe.yaml": form,
        "definitions/firm.yaml": definitions.FIRM,
        "vocabularies/levels.yaml": LEVELS,
    }


def with_relevant(expression: str) -> str:
    return f"{{type: text, name: x, label: 甲, relevant: {json.dumps(expression, ensure_ascii=False)}}}"


def with_obligation(words: str) -> str:
    return f"obligations: {{due: {{title: 应报, {words}}}}}\n"


EXAMPLES: dict[str, Files] = {
    **{code: probe(question=with_relevant(text)) for code, (text, _) in expressions.SYNTAX.items()},
    **{code: probe(question=with_relevant(text)) for code, text in expressions.MEANING.items()},
    **{code: probe(question=question) for code, question in definitions.QUESTIONS.items()},
    **{code: probe(keys=keys) for code, keys in definitions.KEYS.items()},
    **{
        code: probe(keys=with_obligation(words), question=definitions.BESIDE.get(code, ""))
        for code, words in definitions.OBLIGATIONS.items()
    },
    **{
        code: probe(access=keys, question=definitions.BESIDE.get(code, ""))
        for code, keys in definitions.PRIVACY.items()
    },
    **files.FILES,
}


def issues_of(folder: Path, given: Files) -> list[Issue]:
    """Everything that is wrong with the definitions and the reports of `given`."""
    examples = {**({} if "definitions/firm.yaml" in given else {"definitions/firm.yaml": definitions.FIRM}), **given}
    examples.setdefault("definitions/probe.yaml", definitions.FORM + definitions.ACCESS)
    for name, content in examples.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "reports").mkdir(exist_ok=True)
    loaded = load_folder(folder / "definitions")
    return [*loaded.issues, *load_reports(folder / "reports", loaded.forms, judge_schedule).issues]


@pytest.mark.parametrize("code", list(EXAMPLES))
def test_a_flaw_is_found_at_its_place_with_what_to_do(tmp_path: Path, code: str) -> None:
    issues = issues_of(tmp_path, EXAMPLES[code])
    found = [issue for issue in issues if issue.code == code]
    assert found, [f"{issue} [{issue.code}]" for issue in issues]
    lines = found[0].path.read_bytes().decode("utf-8", "replace").splitlines()
    assert 1 <= found[0].line <= max(1, len(lines))
    assert 1 <= found[0].column <= len(lines[found[0].line - 1]) + 1
    for text in (str(found[0].sentence), str(found[0].remedy)):
        assert text
        assert "{{" not in text.replace("${{", "")
        assert len(text) < 1000


def test_nothing_is_wrong_with_what_the_examples_change(tmp_path: Path) -> None:
    assert issues_of(tmp_path, probe(keys=definitions.WORKFLOW % ("", "", "", ""))) == []


@pytest.mark.parametrize(("code", "column"), [(code, column) for code, (_, column) in expressions.SYNTAX.items()])
def test_a_mistake_in_an_expression_is_told_at_the_very_character(tmp_path: Path, code: str, column: int) -> None:
    expression, _ = expressions.SYNTAX[code]
    question = f"{{type: text, name: x, label: 甲, relevant: '{expression.replace(chr(39), chr(34))}'}}"
    (issue,) = [issue for issue in issues_of(tmp_path, probe(question=question)) if issue.code == code]
    line = issue.path.read_text("utf-8").splitlines()[issue.line - 1]
    start = line.index("relevant: '") + len("relevant: '") + 1
    assert issue.column == (start - 1 + column if column > 1 else issue.column)


def test_every_flaw_has_an_example_here_or_is_told_by_a_test_elsewhere() -> None:
    flaws = {flaw.code: flaw for flaw in all_flaws()}
    assert EXAMPLES.keys() <= flaws.keys()
    told = "".join((ROOT / path).read_text("utf-8") for path in ELSEWHERE)
    missing = [code for code in flaws.keys() - EXAMPLES.keys() if longest_piece(flaws[code]) not in told]
    assert missing == []


def longest_piece(flaw: Flaw) -> str:
    """The longest piece of what a flaw says that is the same of every file."""
    return max(re.split(r"\{\w+\}", flaw.says.template), key=len)


def test_every_code_is_of_one_flaw_and_is_dotted() -> None:
    codes = [flaw.code for flaw in all_flaws()]
    assert len(set(codes)) == len(codes)
    assert all(code.count(".") == 1 and code == code.lower() for code in codes)


def test_a_file_that_is_not_there_has_a_code(tmp_path: Path) -> None:
    (issue,) = read_yaml(tmp_path / "none.yaml").issues
    assert issue.code == "file.unreadable"
