"""What every kind of sheet promises. A file in this folder is a kind: its name is the word after `kind:`.

Such a file has `Settings` (pydantic: what stands beside `kind:` in config.yaml) and
`open_sheet(settings, layout) -> Sheet`. Whatever keeps a sheet from being read or written now is a
`Problem`: the round is put off and the sentence is shown until it works again.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Protocol

from kernel.problems import NotFound
from kernel.sentences import say
from sync.authors import Saving
from sync.layout import CellValue
from sync.locks import Holder


class NoSuchKind(NotFound):
    """No file in `sync/backends` has this name."""

    code = "sheet.no_such_kind"

    def __init__(self, kind: str) -> None:
        super().__init__(say("没有“{kind}”这种共享表格，请检查配置里的 kind", kind=kind))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header.

    Attributes:
        number: as the office program counts it; only good for the snapshot it came with.
        id: what the column of ids says, trimmed; empty for a row that somebody typed.
        cells: by column key; empty cells may be left out.
        closed: cells that cannot be taken in whatever they say, and why (formulas, merged cells).
    """

    number: int
    id: str
    cells: Mapping[str, CellValue]
    closed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A sheet as it was at one moment.

    Attributes:
        rows: every row below the header that holds anything, from top to bottom.
        columns: the keys of the columns that the sheet has now.
        binding: the binding the sheet says it belongs to; empty when it does not say.
        generation: the generation stamped into it; none when it does not say.
        seal: what `seal()` said before it was read.
        mark: by which `write` knows that the sheet still is the one that was read; the backend's own.
    """

    rows: Sequence[SheetRow]
    columns: frozenset[str]
    binding: str
    generation: int | None
    seal: str
    mark: object = None
    saving: Saving = field(default_factory=Saving)


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be done to a sheet, all of it or nothing. Rows are numbered as in the snapshot.

    Attributes:
        generation: is stamped into the sheet with the rest.
        cells: (row, column key) to the new value.
        append: rows to be added at the end, each by column key.
        drop: rows that go.
        mark: cells to be shown as wrong.
        unmark: cells to be shown as right again.
    """

    generation: int
    cells: Mapping[tuple[int, str], CellValue] = field(default_factory=dict)
    append: Sequence[Mapping[str, CellValue]] = ()
    drop: Collection[int] = ()
    mark: Collection[tuple[int, str]] = ()
    unmark: Collection[tuple[int, str]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the stamp would change."""
        return not (self.cells or self.append or self.drop or self.mark or self.unmark)


class Sheet(Protocol):
    """A shared table that people edit by hand while nobody is looking."""

    @property
    def name(self) -> str:
        """What people call it: the file's name, the title of the online sheet."""
        ...

    def seal(self) -> str:
        """Differs whenever somebody may have changed the sheet; costs one look. Raises `Gone`."""
        ...

    def holder(self, now: datetime) -> Holder | None:
        """Who has the sheet open so that it cannot be written now; none where that does not matter."""
        ...

    def read(self) -> Snapshot:
        """The sheet as it is. Raises `Gone`, `TabGone`, `Encrypted`, `NotXlsx`, `Damaged`."""
        ...

    def write(self, writing: Writing, seen: Snapshot, now: datetime) -> str:
        """Do `writing` if the sheet still is what was `seen`; its seal afterwards.

        Raises `BookChanged` when somebody changed it since, `BookHeld`, and what `read` raises.
        """
        ...

    def create(self, binding: str, writing: Writing, now: datetime, *, again: bool) -> str:
        """Make the sheet with the rows of `writing.append`; its seal. `again`: it was there before and vanished.

        Raises `FileExistsError` when it is there after all, `Gone` when its place is not.
        """
        ...


def backend(kind: str) -> ModuleType:
    """The module of a kind: its name here, or a dotted name of the office's own. Raises `NoSuchKind`."""
    name = kind if "." in kind else f"sync.backends.{kind}"
    try:
        found = importlib.import_module(name)
    except ModuleNotFoundError:
        raise NoSuchKind(kind) from None
    if not hasattr(found, "open_sheet"):
        raise NoSuchKind(kind)
    return found
