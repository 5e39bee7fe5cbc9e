"""What a name in `${…}` means, and which known name was probably meant.

`kinds` maps names to kind words (`text integer decimal date time yes_no list table`):

- a field outside tables under its own name: `{"town": "text"}`;
- a table under its name: `{"hazards": "table"}`;
- a column under `table.column`: `{"hazards.amount": "decimal"}`; of a table in the rows of another table
  too, which is itself a column of that one: `{"visits.hazards": "table"}`;
- inside a row of a table, that table's columns under their bare names too (`seen_from`);
- the answer being judged, `.`, under `"."`.

So `${amount}` seen from a row is this row's amount, and seen from outside the table it is the list of the
amounts of all rows; `${hazards.amount}` is that list from everywhere. A row that is being read should have
a key for each of its columns, null for a blank one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Single:
    """One answer: of the row being read where the row has that key, else of the record."""

    name: str
    kind: str
    """A kind word; empty when the name is not known."""


@dataclass(frozen=True, slots=True)
class Column:
    """The answers of all rows of a table, in the order of the rows."""

    table: str
    name: str
    kind: str


Place: TypeAlias = Single | Column
"""Where a reference finds its value."""


def place_of(name: str, kinds: Mapping[str, str]) -> Place:
    """Where `${name}` is found; a bare name that is a column of two tables is not known."""
    kind = kinds.get(name)
    if kind is None and has_columns(name, kinds):
        return Single(name, "table")  # in the rows of another table
    if kind is None:
        tables = tables_with(name, kinds)
        return Column(tables[0], name, kinds[f"{tables[0]}.{name}"]) if len(tables) == 1 else Single(name, "")
    table, dot, column = name.partition(".")
    return Column(table, column, kind) if dot and column else Single(name, kind)


def tables_with(column: str, kinds: Mapping[str, str]) -> list[str]:
    """The tables that have a column called `column`, sorted."""
    ending = f".{column}"
    return sorted(name.removesuffix(ending) for name in kinds if name.endswith(ending) and name != ending)


def has_columns(name: str, kinds: Mapping[str, str]) -> bool:
    """Whether `name` is a table, perhaps one that stands in the rows of another."""
    return any(known.startswith(f"{name}.") for known in kinds)


def rows_meant(name: str, column: str, kinds: Mapping[str, str]) -> tuple[str, str]:
    """Table and column of `${name}[…]/column`, where `name` is a table or itself a column; two blanks: neither."""
    if kinds.get(name) == "table" or has_columns(name, kinds):
        return name, column
    tables = [name.partition(".")[0]] if name in kinds and "." in name.strip(".") else tables_with(name, kinds)
    return (tables[0], name.rpartition(".")[2]) if len(tables) == 1 and not column else ("", "")


def seen_from(table: str, kinds: Mapping[str, str]) -> dict[str, str]:
    """`kinds` as an expression inside a row of `table` sees them: its columns also under their bare names."""
    start = f"{table}."
    columns = {name.removeprefix(start): kind for name, kind in kinds.items() if name.startswith(start)}
    return {**kinds, **columns}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant by `word`; None when none is near."""
    found = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return found[0] if found else None
