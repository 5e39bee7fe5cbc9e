"""Where the table lies in a sheet: its header of one or several rows, its rows, and what is left out of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple, TypeAlias

from kernel.sentences import Sentence, say

#: What a cell can hold.
Cell: TypeAlias = str | int | float | bool | date | datetime | None


class Merged(NamedTuple):
    """A merged area, its corners counted from 1, the last row and column within it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no record: its number in the file, and why."""

    number: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table found in a sheet.

    Attributes:
        headings: what each column is called, from left to right; no two alike, none empty.
        rows: the records, by the numbers of their rows in the file (the first is 1); each as long as `headings`.
        above: what is written above the header: a title, a unit, a date.
        left_out: rows below the header that are no records.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    above: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    def column(self, place: int) -> list[Cell]:
        """The cells of one column that hold something."""
        return [cell for _, row in self.rows if (cell := row[place]) not in (None, "")]


#: A header begins within so many rows, and has at most so many.
_MOST_ABOVE: Final = 30
_MOST_HEADER: Final = 4
#: A longer text is no heading.
_LONGEST_HEADING: Final = 40
_TOTAL: Final = re.compile(r"(?:合|总|小|共|累|统)计(?:数|人数|金额)?[:：]?|.{0,8}(?:合计|小计|总计)[:：]?|平均值?")
_FOOT: Final = re.compile(r"(?:注|备注|说明|填表|制表|审核|负责人|单位负责|联系人|填报)[^:：]{0,6}[:：].*|注[:：]?.*")
_BLANKS: Final = re.compile(r"\s+")


def find_table(rows: Sequence[Sequence[Cell]], merged: Sequence[Merged] = ()) -> Ledger | None:
    """The table of a sheet; None where there is none."""
    filled = _unmerged(rows, merged)
    top = _first_of_header(filled)
    if top is None:
        return None
    bottom = _last_of_header(filled, top, merged)
    headings = _headings(filled[top : bottom + 1])
    places = [place for place, heading in enumerate(headings) if heading]
    above = tuple(dict.fromkeys(_words(cell) for row in filled[:top] for cell in row if _words(cell)))
    records, left_out = _sorted(filled, bottom + 1, places, headings)
    apart = _told_apart([headings[place] for place in places])
    return Ledger(apart, tuple(records), above, tuple(left_out))


def _unmerged(rows: Sequence[Sequence[Cell]], merged: Sequence[Merged]) -> list[list[Cell]]:
    """The rows, equally long, with the value of a merged area in each of its cells."""
    width = max((len(row) for row in rows), default=0)
    filled = [[*row, *[None] * (width - len(row))] for row in rows]
    for area in merged:
        if area.top > len(filled) or area.left > width:
            continue
        value = filled[area.top - 1][area.left - 1]
        for row in filled[area.top - 1 : area.bottom]:
            row[area.left - 1 : min(area.right, width)] = [value] * (min(area.right, width) - area.left + 1)
    return filled


def _first_of_header(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The row with as many different headings as rows near the top have: a title has one, a line of facts few."""
    counted = [_count_headings(row) for row in rows[:_MOST_ABOVE]]
    most = max(counted, default=0)
    if most == 0:
        return None
    width = max(sum(_words(cell) != "" for cell in row) for row in rows[:_MOST_ABOVE])
    enough = max(1 if width == 1 else 2, most // 2)
    return next((place for place, count in enumerate(counted) if count >= enough), None)


def _count_headings(row: Sequence[Cell]) -> int:
    """How many different headings a row may be; 0 where a cell can be none."""
    words = [_words(cell) for cell in row if _words(cell)]
    if any(re.search(r"[:：]\s*\S|[:：]$", text) for text in words) or not words:
        return 0
    headings = {text for cell in row if (text := _words(cell)) and _is_heading(cell)}
    return len(headings) if len(headings) * 2 >= len({*words}) else 0


def _is_heading(cell: Cell) -> bool:
    text = _words(cell)
    return isinstance(cell, str) and 0 < len(text) <= _LONGEST_HEADING and not re.fullmatch(r"[\d./:-]+", text)


def _last_of_header(rows: Sequence[Sequence[Cell]], top: int, merged: Sequence[Merged]) -> int:
    """The last row of a header: below a heading that lies over several columns stand theirs."""
    bottom = top
    while bottom + 1 < min(len(rows), top + _MOST_HEADER) and _goes_on(rows, bottom, top, merged):
        bottom += 1
    return bottom


def _goes_on(rows: Sequence[Sequence[Cell]], bottom: int, top: int, merged: Sequence[Merged]) -> bool:
    below = rows[bottom + 1]
    if any(area.top <= bottom + 1 < area.bottom and area.top > top for area in merged):
        return True
    named = [place for place, cell in enumerate(rows[bottom]) if _words(cell)]
    spanned = any(area.top == bottom + 1 and area.right > area.left for area in merged)
    gaps = [place for place in range(named[0], len(below)) if place not in named] if named else []
    under_gaps = [place for place in gaps if _is_heading(below[place])]
    heads = [cell for cell in below if _words(cell)]
    only_heads = bool(heads) and all(_is_heading(cell) for cell in heads)
    return only_heads and (spanned or bool(under_gaps and len(heads) < len(below)))


def _headings(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """What each column is called: the lowest heading, with the one above where it lies over several columns."""
    found: list[str] = []
    for place in range(len(rows[0])):
        words = list(dict.fromkeys(_words(row[place]) for row in rows if _words(row[place])))
        found.append(words[-1] if words else "")
    double = {text for text in found if text and found.count(text) > 1}
    for place, text in enumerate(found):
        if text in double:
            over = [_nearest(row, place) for row in rows[:-1]]
            words = [*dict.fromkeys(word for word in over if word and word != text), text]
            found[place] = "".join(words)
    return found


def _nearest(row: Sequence[Cell], place: int) -> str:
    """The heading over a column: its own, or the next one to the left."""
    return next((text for cell in reversed(row[: place + 1]) if (text := _words(cell))), "")


def _sorted(
    rows: Sequence[Sequence[Cell]], start: int, places: Sequence[int], headings: Sequence[str]
) -> tuple[list[tuple[int, tuple[Cell, ...]]], list[LeftOut]]:
    """Records, and rows that are none: totals, remarks under the table, the header once more."""
    records: list[tuple[int, tuple[Cell, ...]]] = []
    left_out: list[LeftOut] = []
    wanted = [headings[place] for place in places]
    for number, row in enumerate(rows[start:], start + 1):
        cells = tuple(row[place] for place in places)
        words = [_words(cell) for cell in cells]
        said = [text for text in words if text]
        if not said:
            continue
        if any(_TOTAL.fullmatch(_BLANKS.sub("", text)) for text in said[:3]):
            left_out.append(LeftOut(number, say("“{words}”是合计行，不是一条记录", words=said[0])))
        elif words == wanted:
            left_out.append(LeftOut(number, say("表头又写了一遍")))
        elif len({*said}) <= 2 < len(places) and _FOOT.fullmatch(said[0]):
            left_out.append(LeftOut(number, say("“{words}”是表下的说明，不是一条记录", words=said[0][:20])))
        else:
            records.append((number, cells))
    return records, left_out


def _told_apart(headings: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for text in headings:
        number = 2
        name = text
        while name in found:
            name, number = f"{text}（{number}）", number + 1
        found.append(name)
    return tuple(found)


def words_of(cell: Cell) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    return str(cell).strip()


def _words(cell: Cell) -> str:
    """The same on one line, for headings: typed line breaks and blanks between characters are no part of them."""
    text = words_of(cell)
    return _BLANKS.sub("" if re.search(r"[\u4e00-\u9fff]", text) else " ", text)
