"""LibreOffice as the colleague at the next desk: a real program that edits real workbooks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: The Python that LibreOffice's package for it (python3-uno) belongs to.
PYTHON = "/usr/bin/python3"
_DRIVER = Path(__file__).with_name("lo_edit.py")
#: How long one visit may take (seconds); a hundred thousand rows take one minute.
_PATIENCE = 300


def edit_in_office(book: Path, tab: str, operations: list[list[Any]]) -> None:
    """Open `book`, do `operations` (methods of `lo_edit.Edits`, as `["sort", "C", True]`) to a tab, save, close."""
    command = [PYTHON, str(_DRIVER), str(book), tab, json.dumps(operations)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert outcome["saved"], outcome["why"]


class Visit:
    """A colleague who has a book open. After the visit, `saved` says whether the program agreed to save."""

    saved: bool | None = None


@contextmanager
def open_in_office(book: Path, tab: str, operations: list[list[Any]]) -> Iterator[Visit]:
    """Keep `book` open in LibreOffice during the `with`; then do `operations`, save and close."""
    command = [PYTHON, str(_DRIVER), str(book), tab, json.dumps([["wait"], *operations])]
    visit = Visit()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waiting\n"
        try:
            yield visit
        finally:
            rest, _ = running.communicate("\n", timeout=_PATIENCE)
    visit.saved = json.loads(rest.splitlines()[-1])["saved"]


def convert_in_office(book: Path, folder: Path, kind: str = "xlsx") -> Path:
    """`book` opened and saved anew by LibreOffice as `kind` (`xlsx`, `pdf`, `csv`, …) in `folder`."""
    profile = folder / ".profile"
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}"]
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(folder), str(book)],
        capture_output=True,
        timeout=_PATIENCE,
        check=True,
    )
    return folder / f"{book.stem}.{kind.partition(':')[0]}"
