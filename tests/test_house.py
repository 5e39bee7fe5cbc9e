"""Rules of the house that no single file can keep: floors, circles, sizes, words, pages written from code."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

from forms.folder import load_folder

ROOT = Path(__file__).parents[1]
FLOORS = ("kernel", "forms", "records", "sync", "reports", "jobs", "demo", "webapp")
LONGEST_FUNCTION = 60  # lines
LONGEST_FILE = 500  # lines
LARGEST_FILE = 1024 * 1024  # bytes
LONGEST_LINE = 1000  # characters; a longer one was made by a minifier

#: What is only true on one machine, or belongs on a list of things to do.
FORBIDDEN = re.compile(
    r"/home/\w|/Users/\w|/root/\.|\bC:\\|"
    r"pypi\.org|pythonhosted\.org|npmjs\.org|deb\.debian\.org|mirrors\.\w+\.(?:com|cn|edu)|"
    r"\bTODO\b|\bFIXME\b|\bXXX\b"
)
#: Folders that documentation may name although the checkout happens to lie there.
COMMON = {Path("/", name) for name in ("", "home", "opt", "root", "srv", "tmp", "var")}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def in_tree(*patterns: str) -> list[Path]:
    """Files that are committed or would be, by git's glob patterns."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns).stdout.split(
        "\0"
    )
    return [path for name in names if name and (path := ROOT / name).is_file()]


def product_code() -> list[Path]:
    return in_tree(*(f"{floor}/**.py" for floor in FLOORS))


def places(found: Iterator[str]) -> str:
    """What a failing test prints: one place a line, or nothing when all is well."""
    return "\n".join(found)


def test_imports_go_down_the_floors() -> None:
    linted = run(str(Path(sys.executable).with_name("lint-imports")))
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_no_modules_import_each_other_in_a_circle_even_inside_functions() -> None:
    graph = grimp.build_graph(*FLOORS, exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    circles = graphlib.TopologicalSorter(imports)
    try:
        circles.prepare()
    except graphlib.CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_a_function_fits_on_a_screen() -> None:
    def long_ones() -> Iterator[str]:
        for path in product_code():
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    if lines > LONGEST_FUNCTION:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines"

    assert not places(long_ones())


def test_a_file_is_read_at_one_sitting() -> None:
    counted = ((path, path.read_text("utf-8").count("\n")) for path in product_code())
    assert not places(f"{path.relative_to(ROOT)}: {lines}" for path, lines in counted if lines > LONGEST_FILE)


def test_the_pages_of_the_reference_say_what_the_code_says() -> None:
    checked = run(sys.executable, "scripts/reference", "--check")
    assert checked.returncode == 0, checked.stderr


def test_no_two_problems_share_a_code() -> None:
    page = (ROOT / "docs/reference/problems.md").read_text("utf-8")
    codes = Counter(re.findall(r"^\| `([^`]+)` ", page, re.MULTILINE))
    assert codes
    assert not places(code for code, times in codes.items() if times > 1)
    assert not places(code for code in codes if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", code))


def test_only_problems_with_a_code_of_their_own_are_raised() -> None:
    families = {"Problem", "NotFound", "Forbidden", "Stale", "Unprocessable", "Unavailable"}

    def bare_ones() -> Iterator[str]:
        for path in product_code():
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in families:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.func.id}"

    assert not places(bare_ones())


def test_every_definition_that_is_shipped_loads_without_an_issue() -> None:
    folder = load_folder(ROOT / "forms/definitions")
    assert folder.forms
    assert not places(str(issue) for issue in folder.issues)


def test_the_tree_names_no_machine_no_registry_and_nothing_left_to_do() -> None:
    words = FORBIDDEN.pattern
    if ROOT.parent not in COMMON:
        words += f"|{re.escape(str(ROOT.parent))}/"

    def named() -> Iterator[str]:
        for path in in_tree():
            if path == Path(__file__):
                continue
            for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
                if found := re.search(words, line):
                    yield f"{path.relative_to(ROOT)}:{number}: {found[0]}"

    assert not places(named())


def test_no_file_is_large_and_none_was_minified() -> None:
    large = (path for path in in_tree() if path.stat().st_size > LARGEST_FILE)
    assert not places(str(path.relative_to(ROOT)) for path in large)
    written = in_tree("*.js", "*.css")
    widths = ((path, max(map(len, path.read_text("utf-8").splitlines()), default=0)) for path in written)
    assert not places(f"{path.relative_to(ROOT)}: {width}" for path, width in widths if width > LONGEST_LINE)


def test_the_tests_run_with_the_packages_that_the_product_runs_with() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+(?: ; [^\\]+)?)", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pinned("requirements.txt") <= pinned("requirements-dev.txt")


def test_every_package_is_pinned_and_hashed() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text("utf-8").replace("\\\n", "")
        assert not places(
            line[:60] for line in lock.splitlines() if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
        )


def test_every_package_that_the_code_imports_is_asked_for_by_name() -> None:
    asked = ROOT.joinpath("requirements.in").read_text("utf-8").lower().splitlines()
    asked_names = {re.split(r"[\[<>=~!# ]", line, maxsplit=1)[0] for line in asked}
    known = packages_distributions()

    def unasked() -> Iterator[str]:
        for path in product_code():
            for name in imported(path):
                makers = {maker.lower().replace("_", "-") for maker in known.get(name, [])}
                if makers and not makers & asked_names:
                    yield f"{path.relative_to(ROOT)}: {name} ({', '.join(sorted(makers))})"

    assert not places(unasked())


def imported(path: Path) -> Iterator[str]:
    """The first word of everything that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (item.name.partition(".")[0] for item in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
