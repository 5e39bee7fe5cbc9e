"""An office's own ledger, read as cells: the file from which a form is guessed, and whose rows are then taken in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forms.guessing.definition import GuessedForm
from forms.guessing.table import Cell, Ledger, Merged, find_table
from kernel.problems import NotFound, Unprocessable
from kernel.sentences import say
from sync.exchange import Table, read_table
from sync.workbook.read import read_book


class NoLedger(Unprocessable):
    """The file holds no table with a header."""

    code = "ledger.no_table"

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} 里没有找到表格：要有一行表头，下面是一行一条的记录", name=name))


class NoSuchTab(NotFound):
    """The workbook has no tab of that name."""

    code = "ledger.no_such_tab"

    def __init__(self, tab: str, tabs: Sequence[str]) -> None:
        super().__init__(say("没有叫“{tab}”的工作表，有：{tabs}", tab=tab, tabs="、".join(tabs)))


def read_ledger(path: Path, tab: str | None) -> tuple[str, Ledger]:
    """The name of the tab that holds the table, and the table: that of `tab`, or of the first visible tab with one.

    Raises `NoLedger`, `NoSuchTab` and the problems of `read_book` and `read_table`.
    """
    if path.suffix.lower() == ".csv":
        return _of(path.stem, [(path.stem, _csv_rows(path), ())], path)
    tabs = [(found.name, found.rows, found.merged) for found in read_book(path).tabs if found.visible or tab]
    if tab is not None:
        names = [name for name, _, _ in tabs]
        tabs = [found for found in tabs if found[0] == tab]
        if not tabs:
            raise NoSuchTab(tab, names)
    whole = [(name, rows, tuple(Merged(*area) for area in merged)) for name, rows, merged in tabs]
    return _of(path.stem, whole, path)


def table_of(guessed: GuessedForm) -> Table:
    """The ledger's rows below the names of the questions, as an import takes them."""
    header = tuple(asked.name for asked in guessed.questions)
    return Table(header, [(number, list(row)) for number, row in guessed.rows])


def _of(
    otherwise: str, tabs: Sequence[tuple[str, Sequence[Sequence[Cell]], tuple[Merged, ...]]], path: Path
) -> tuple[str, Ledger]:
    for name, rows, merged in tabs:
        if (found := find_table(rows, merged)) is not None and found.rows:
            return otherwise if name.lower().startswith("sheet") else name, found
    raise NoLedger(path.name)


def _csv_rows(path: Path) -> list[list[Cell]]:
    """A CSV as rows from the first on; rows without a cell come back empty."""
    table = read_table(path)
    first = table.rows[0][0] - 1 if table.rows else 1
    numbered: dict[int, list[Cell]] = {first: [*table.header], **dict(table.rows)}
    return [numbered.get(number, []) for number in range(1, max(numbered) + 1)]
