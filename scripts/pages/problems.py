"""docs/reference/problems.md: everything the product refuses to do."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator

from kernel import problems
from kernel.problems import Problem

_FLOORS = ("kernel", "forms", "records", "sync", "reports", "jobs", "demo", "webapp")
_HEAD = """\
# Problems

Everything Taizhang refuses to do has a code that never changes, an HTTP status, and a sentence for
the person who asked. An API answer carries the code as `code`; the sentence may be reworded any day.

<!-- Written by `make reference` from the classes themselves. -->

| Code | Status | When | What people read | Declared in |
|---|---|---|---|---|
"""


def page() -> str:
    """One row for each concrete problem, by its code."""
    return _HEAD + "".join(_row(problem) for problem in sorted(concrete_problems(), key=lambda each: each.code))


def concrete_problems() -> list[type[Problem]]:
    """Every problem of the product but the families of `kernel.problems`."""
    for floor in _FLOORS:
        for module in pkgutil.walk_packages(importlib.import_module(floor).__path__, f"{floor}."):
            if not module.name.endswith(".__main__"):
                importlib.import_module(module.name)
    return [problem for problem in _descendants(Problem) if problem.__module__ != problems.__name__]


def _descendants(family: type[Problem]) -> Iterator[type[Problem]]:
    for child in family.__subclasses__():
        yield child
        yield from _descendants(child)


def _row(problem: type[Problem]) -> str:
    status = f"{problem.status}, may be tried again" if problem.retry else str(problem.status)
    when = " ".join((problem.__doc__ or "").split())
    cells = (f"`{problem.code}`", status, when, _sentence(problem), f"`{problem.__module__}.{problem.__qualname__}`")
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _sentence(problem: type[Problem]) -> str:
    """The template in `super().__init__(say("…"))`; empty when the sentence is made elsewhere."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(problem)))
    for call in ast.walk(tree):
        match call:
            case ast.Call(
                func=ast.Attribute(attr="__init__"),
                args=[ast.Call(func=ast.Name(id="say"), args=[ast.Constant(value=str(template))])],
            ):
                return template
    return ""
