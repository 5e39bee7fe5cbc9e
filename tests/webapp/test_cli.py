from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import webapp.commands
from tests.webapp.office import ROOT
from webapp import cli

COMMANDS = sorted(
    str(importlib.import_module(f"webapp.commands.{module.name}").command.name)
    for module in pkgutil.iter_modules(webapp.commands.__path__)
)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_says_what_it_does(command: str, snapshot: Callable[..., None]) -> None:
    words = [command, "--help"] if command else ["--help"]
    done = CliRunner().invoke(cli.build(), words, prog_name="python -m webapp", terminal_width=100)
    assert done.exit_code == 0
    snapshot(done.stdout)


def test_every_module_of_the_folder_is_a_command() -> None:
    built = cli.build()
    assert sorted(built.commands) == COMMANDS
    assert all(isinstance(command, click.Command) for command in built.commands.values())


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["demo"],
        ["sync", "all"],
        ["report", "weekly"],
        ["import", "office.yaml"],
        ["export", "visit", "a.csv"],
        ["new", "form", "patrol"],
        ["backup"],
        ["restore", __file__],
        ["serve"],
        ["run"],
        ["work"],
    ],
)
def test_wrong_settings_are_told_at_their_line_by_every_command(tmp_path: Path, words: list[str]) -> None:
    config = tmp_path / "anders.yaml"
    config.write_text("office: 县安委办\narea: '419926'\nmail:\n  hosst: smtp.example.cn\n", "utf-8")
    done = CliRunner().invoke(cli.build(), ["--config", str(config), *words])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"{config}:4:3: 不认识 hosst，是不是 host？\n"
    behind = CliRunner().invoke(cli.build(), [*words, "--config", str(config)])
    assert behind.stderr == done.stderr, "--config means the same behind a command"
    assert list(tmp_path.iterdir()) == [config]


def test_settings_that_are_not_there_are_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.build(), ["--config", str(tmp_path / "none.yaml"), "check"])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{tmp_path / 'none.yaml'}:1:1: 读不了这个文件")


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////proc/none/office.db", "sqlite:////tmp"]
)
def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path, url: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"office: 县安委办\narea: '419926'\ndatabase: {url}\n", "utf-8")
    done = CliRunner().invoke(cli.build(), ["--config", str(config), "sync", "all"])
    assert done.exit_code == 1
    assert done.stderr.startswith("打不开数据库 ")
    assert done.stderr.count("\n") == 1


def test_what_is_not_known_is_used_wrongly() -> None:
    for words in (["synk"], ["sync"], ["report", "--nothing"], ["new", "table", "x"]):
        assert CliRunner().invoke(cli.build(), words).exit_code == 2


def test_what_is_shipped_is_right() -> None:
    done = CliRunner().invoke(cli.build(), ["--config", str(ROOT / "config.yaml"), "check", "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(cli.build(), ["--version"]).stdout.startswith("taizhang, version ")
