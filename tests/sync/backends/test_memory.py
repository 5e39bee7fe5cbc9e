from __future__ import annotations

import pytest

from sync.backends.base import NoSuchKind, backend
from sync.backends.memory import MemorySheet, Settings, open_sheet
from sync.layout import CellValue
from tests.sync.contract import SheetContract, hazard_layout


class MemoryPlace:
    def __init__(self) -> None:
        self.sheet: MemorySheet = open_sheet(Settings(), hazard_layout())

    def edit(self, cells: dict[tuple[int, str], CellValue]) -> None:
        def change(rows: list[dict[str, CellValue]]) -> None:
            for (number, key), value in cells.items():
                rows.extend({} for _ in range(number - 1 - len(rows)))
                rows[number - 2][key] = value

        self.sheet.edit(change)

    def delete(self, row: int) -> None:
        self.sheet.edit(lambda rows: rows.pop(row - 2))

    def lose(self) -> None:
        self.sheet.lose()


class TestMemory(SheetContract):
    @pytest.fixture
    def place(self) -> MemoryPlace:
        return MemoryPlace()


def test_a_kind_is_found_by_the_name_of_its_file() -> None:
    assert backend("memory").open_sheet is open_sheet
    assert backend("sync.backends.memory").open_sheet is open_sheet


@pytest.mark.parametrize("kind", ["gooogle", "base", "os.path"])
def test_a_kind_that_is_not_there_is_told(kind: str) -> None:
    with pytest.raises(NoSuchKind, match=kind):
        backend(kind)
