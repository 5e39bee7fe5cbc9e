"""The papers say what is: links lead somewhere, examples load, commands exist, nothing is left undocumented."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

import forms.fields
import reports.blocks
import webapp.commands
from forms.definition import Form, field_classes
from forms.fields.base import Field
from forms.folder import load_folder
from forms.loading import load_vocabularies, parse_form
from reports.definition import Report, block_classes
from reports.loading import load_report
from scripts.pages.keys import example_of, keys_of, parts_of
from webapp import cli
from webapp.office_file import load_office_file
from webapp.settings import Settings, read_settings
from webapp.site import open_site

ROOT = Path(__file__).parents[1]
SHIPPED = load_folder(ROOT / "forms/definitions")
#: A form around a question that stands alone in the papers.
AROUND = """\
id: example
title: 示例
instance_name: "'示例'"
fields:
  - {type: select_one, name: level_asked, label: 级别, choices: {general: 一般, major: 重大}}
%s
access: {roles: {office: {fill: true}}}
"""


class Block(NamedTuple):
    """A fenced block of a page: where it stands, what is written behind its fence, and what is in it."""

    path: Path
    line: int
    language: str
    text: str

    @property
    def mark(self) -> str:
        """What the first line says it is: `# form`."""
        return self.text.partition("\n")[0].removeprefix("# ").strip()

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    names = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in sorted(names.split("\0")) if name and (ROOT / name).is_file()]


def blocks() -> Iterator[Block]:
    for path in pages():
        text = path.read_text("utf-8")
        for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield Block(path, text.count("\n", 0, match.start()) + 1, match[1], match[2])


def without_blocks(path: Path) -> str:
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path: Path) -> set[str]:
    """What headings of a page are called in links, as the usual readers of Markdown make them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def of_kind(language: str, *marks: str) -> list[Block]:
    return [block for block in blocks() if block.language == language and (not marks or block.mark in marks)]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_papers_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert not broken


def test_every_command_is_told_by_the_page_of_commands() -> None:
    told = re.findall(r"^## (\S+)$", (ROOT / "docs/reference/commands.md").read_text("utf-8"), re.MULTILINE)
    modules = [importlib.import_module(f"webapp.commands.{found.name}") for found in _modules(webapp.commands)]
    assert sorted(told) == sorted(str(module.command.name) for module in modules)


def test_every_question_type_and_every_block_has_a_section() -> None:
    fields = (ROOT / "docs/reference/fields.md").read_text("utf-8")
    types = [str(cls.model_fields["type"].default) for cls in field_classes()]
    assert len(types) >= len(list(_modules(forms.fields))) - 4  # base, choices, several, files hold no type
    assert not [name for name in types if f"\n## {name}\n" not in fields]
    kinds = [str(cls.model_fields["type"].default) for cls in block_classes()]
    assert len(kinds) >= len(list(_modules(reports.blocks))) - 1
    page = (ROOT / "docs/reference/reports.md").read_text("utf-8")
    assert not [name for name in kinds if f"\n### {name}\n" not in page]


def test_every_key_says_what_it_is_for() -> None:
    parts = [part.cls for cls in (Form, Report, Settings) for part in parts_of(cls)]
    classes: list[type[BaseModel]] = [*parts, Field, *field_classes(), *block_classes()]
    silent = {f"{cls.__name__}.{key.name}" for cls in classes for key in keys_of(cls) if key.meaning == "—"}
    assert {name for name in silent if not name.endswith(".type")} == set()


def test_every_question_type_has_an_example() -> None:
    assert not [cls for cls in field_classes() if not example_of(cls)]


@pytest.mark.parametrize("block", of_kind("yaml", "field"), ids=str)
def test_a_question_in_the_papers_can_stand_in_a_form(block: Block) -> None:
    lines = ["  - " + block.text.splitlines()[1], *("    " + line for line in block.text.splitlines()[2:])]
    asked = set(re.findall(r"\$\{(\w+)\}", block.text)) - set(re.findall(r"name: (\w+)", block.text))
    others = [f"  - {{type: {_type_of(name)}, name: {name}, label: 另一题}}" for name in sorted(asked)]
    form = parse_form(AROUND % "\n".join([*lines, *others]), SHIPPED.vocabularies)
    assert isinstance(form, Form), form


@pytest.mark.parametrize("block", of_kind("yaml", "form"), ids=str)
def test_a_form_in_the_papers_loads(block: Block) -> None:
    form = parse_form(block.text, SHIPPED.vocabularies)
    assert isinstance(form, Form), form


@pytest.mark.parametrize("block", of_kind("yaml", "report"), ids=str)
def test_a_report_in_the_papers_loads_over_the_forms_there_are(block: Block, tmp_path: Path) -> None:
    name = re.search(r"^id: (\w+)", block.text, re.MULTILINE)
    assert name
    path = tmp_path / f"{name[1]}.yaml"
    path.write_text(block.text, "utf-8")
    told = {form.id: form for page in of_kind("yaml", "form") if isinstance(form := parse_form(page.text, {}), Form)}
    report = load_report(path, {**told, **SHIPPED.forms})
    assert isinstance(report, Report), report


@pytest.mark.parametrize("block", of_kind("yaml", "settings"), ids=str)
def test_settings_in_the_papers_can_be_read(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    needed = {"office": "office: 示例县\n", "area": 'area: "419926"\n'}
    missing = [line for key, line in needed.items() if not re.search(f"^{key}:", block.text, re.MULTILINE)]
    path.write_text("".join(missing) + block.text, "utf-8")
    read_settings(path)


@pytest.mark.parametrize("block", of_kind("yaml", "office"), ids=str)
def test_units_and_people_in_the_papers_come_into_an_office(block: Block, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text('office: 示例县\narea: "419926"\ndatabase: sqlite:///office.db\n', "utf-8")
    path = tmp_path / "people.yaml"
    path.write_text(block.text, "utf-8")
    site = open_site(read_settings(tmp_path / "config.yaml"))
    load_office_file(site, ROOT / "webapp/patterns/roles.yaml")
    load_office_file(site, path)
    site.database.close()


@pytest.mark.parametrize("block", of_kind("yaml", "choices"), ids=str)
def test_choice_lists_in_the_papers_load(block: Block, tmp_path: Path) -> None:
    (tmp_path / "hazards.yaml").write_text(block.text, "utf-8")
    found, issues = load_vocabularies(tmp_path)
    assert found["hazards"]
    assert not issues


def test_what_the_command_new_writes_loads(tmp_path: Path) -> None:
    patterns = ROOT / "webapp/patterns"
    form = parse_form((patterns / "form.yaml").read_text("utf-8").replace("NAME", "fresh"), {})
    assert isinstance(form, Form), form
    path = tmp_path / "fresh.yaml"
    path.write_text((patterns / "report.yaml").read_text("utf-8").replace("NAME", path.stem), "utf-8")
    report = load_report(path, SHIPPED.forms)
    assert isinstance(report, Report), report


@pytest.mark.parametrize("block", of_kind("yaml"), ids=str)
def test_yaml_in_the_papers_says_what_it_is_so_that_it_is_tried(block: Block) -> None:
    assert block.mark in {"field", "form", "report", "settings", "office", "choices"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_the_papers_exist_with_their_options(page: Path) -> None:
    group = cli.build()
    for line in re.findall(r"(?:python3? -m webapp) +([^`\n|\"]*)", page.read_text("utf-8")):
        words = shlex.split(line.partition("#")[0], posix=True)
        name = next((word for word in words if not word.startswith("-") and word.isascii() and word.islower()), None)
        if name is None or not re.fullmatch(r"[a-z]+", name):
            continue
        command = group.commands.get(name)
        assert command is not None, line
        known = {option for thing in (*command.params, *group.params) for option in thing.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, line


def _modules(package: object) -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(package.__path__)  # type: ignore[attr-defined]  # a package


def _type_of(name: str) -> str:
    """A type that what is asked about elsewhere may have."""
    return "date" if name.endswith(("_at", "deadline")) else "text"


def test_the_table_of_features_names_tests_that_are_there_and_gives_a_reason_for_each_no() -> None:
    table = (ROOT / "docs/features.md").read_text("utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| ") and "**" in line]
    shown = [re.search(r"\*\*yes\*\*:.*\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)", row) for row in rows]
    refused = [re.search(r"\*\*no\*\*: .{20,}\|$", row) for row in rows]
    assert [row for row, yes, no in zip(rows, shown, refused, strict=True) if not yes and not no] == []
    found = [(ROOT / yes[2], yes[1]) for yes in shown if yes]
    assert [name for path, name in found if f"def {name}(" not in path.read_text("utf-8")] == []
    compared = table.partition("## What none of them has")[0]
    assert compared.count("**yes**") >= 45
