"""What it costs to judge all shipped definitions: from a cold start, and again in a process that has begun."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.measuring import Measured, measure
from forms.folder import load_folder

ROOT = Path(__file__).resolve().parent.parent


def definitions(runs: int) -> Iterator[Measured]:
    """The rows of the report."""
    yield measure("check of all definitions, cold", _checked, runs=runs, baseline="python alone", against=_python)
    yield measure("all forms loaded, warm", _loaded, runs=runs, baseline="libyaml alone", against=_parsed)


def _checked() -> None:
    subprocess.run([sys.executable, "-m", "webapp", "check"], check=True, cwd=ROOT, capture_output=True)


def _python() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True, cwd=ROOT)


def _loaded() -> None:
    assert load_folder(ROOT / "forms/definitions").issues == []


def _parsed() -> None:
    for path in (ROOT / "forms/definitions").glob("*.yaml"):
        yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506 -- our own files, and only texts come of it
