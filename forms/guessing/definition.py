"""A whole definition guessed from a ledger: commented, with its doubts, and good as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from forms.guessing.columns import Guess, day_of, guess_column
from forms.guessing.table import Cell, Ledger, words_of
from forms.guessing.words import is_serial, name_for
from forms.writing import definition_text
from kernel.sentences import Sentence, say
from kernel.yamlfile import Place

_YEAR: Final = re.compile(r"(20\d\d)\s*年?")
_LONGEST_TITLE: Final = 40
_LONGEST_TAB: Final = 31
_LISTED: Final = 6
_MOST_WARNED: Final = 3
#: With fewer rows a column without a blank may be one by chance.
_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question guessed from a column: which column, what it is called, and what is doubtful."""

    place: int
    keys: Mapping[str, Any]
    doubts: tuple[Sentence, ...]

    @property
    def name(self) -> str:
        """What the question is called."""
        return str(self.keys["name"])


@dataclass(frozen=True, slots=True)
class GuessedForm:
    """A definition that a ledger lets guess.

    Attributes:
        text: the definition as a YAML file.
        questions: its questions from left to right.
        doubts: everything doubtful, as `heading: sentence`.
        rows: the records, by their numbers in the file: the cells of `questions`, ready to be taken in.
    """

    text: str
    questions: tuple[Asked, ...]
    doubts: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def guess_form(
    ledger: Ledger, *, name: str, tab: str, units: Mapping[str, str], taken_tabs: Collection[str] = ()
) -> GuessedForm:
    """The form `name` of a ledger in the tab `tab`; `units` are the names of the office's units to their kinds."""
    year = _year(ledger)
    questions = _questions(ledger, units, year)
    title = _title(ledger, tab)
    definition = _definition(questions, name, title, _free_tab(tab or title, name, taken_tabs))
    text = definition_text(definition, _comments(ledger, questions))
    doubts = [f"{asked.keys['label']}：{doubt}" for asked in questions for doubt in asked.doubts]
    rows = tuple(
        (number, tuple(_ready(row[asked.place], asked, year) for asked in questions)) for number, row in ledger.rows
    )
    return GuessedForm(text, tuple(questions), tuple(doubts), rows)


def _questions(ledger: Ledger, units: Mapping[str, str], year: int | None) -> list[Asked]:
    found: list[Asked] = []
    for place, heading in enumerate(ledger.headings):
        cells = ledger.column(place)
        if _counts_rows(heading, cells):
            continue
        guess = guess_column(heading, cells, units, year)
        name = name_for(heading, [asked.name for asked in found], place + 1)
        found.append(Asked(place, _keys(ledger, guess, name, heading), tuple(guess.doubts)))
    return found or [Asked(0, {"type": "text", "name": "q1", "label": ledger.headings[0]}, ())]


def _counts_rows(heading: str, cells: Sequence[Cell]) -> bool:
    """Whether a column only numbers the rows."""
    numbers = [words_of(cell) for cell in cells]
    counting = all(re.fullmatch(r"\d{1,5}", text, re.ASCII) for text in numbers)
    return is_serial(heading) and counting and [*map(int, numbers)] == sorted({*map(int, numbers)})


def _keys(ledger: Ledger, guess: Guess, name: str, heading: str) -> dict[str, Any]:
    keys = {"type": guess.keys["type"], "name": name, "label": heading}
    place = ledger.headings.index(heading)
    if len(ledger.column(place)) == len(ledger.rows) >= _ENOUGH:
        keys["required"] = True
    return {**keys, **{key: value for key, value in guess.keys.items() if key != "type"}}


def _year(ledger: Ledger) -> int | None:
    """The year of days without one: that above the table, else the only one that other days have."""
    for text in ledger.above:
        if found := _YEAR.search(text):
            return int(found[1])
    years = {year for _, row in ledger.rows for cell in row if (year := _year_of(cell)) is not None}
    return years.pop() if len(years) == 1 else None


def _year_of(cell: Cell) -> int | None:
    if isinstance(cell, date):
        return cell.year
    found = re.match(r"(20\d\d)\s*[年./-]\s*\d", cell.strip()) if isinstance(cell, str) else None
    return int(found[1]) if found else None


def _title(ledger: Ledger, tab: str) -> str:
    above = [text for text in ledger.above if not re.search("[:：]", text)]
    title = above[0] if above else tab
    return title[:_LONGEST_TITLE] or say("新表单")


def _free_tab(wanted: str, name: str, taken: Collection[str]) -> str:
    """A name for the tab of the shared sheet that no other form has and Excel allows."""
    tab = re.sub(r"[\\/?*\[\]:]", "_", wanted).strip().strip("'")[:_LONGEST_TAB]
    used = {other.strip().casefold() for other in taken}
    if tab and tab.casefold() not in used:
        return tab
    return f"{tab[: _LONGEST_TAB - len(name[:15]) - 1]}_{name[:15]}"


def _definition(questions: Sequence[Asked], name: str, title: str, tab: str) -> dict[str, Any]:
    names = [asked.name for asked in questions]
    of_type = {kind: [asked.name for asked in questions if asked.keys["type"] == kind] for kind in _FILTERS}
    filters = [one for kind in _FILTERS for one in of_type[kind]]
    dates = of_type["date"]
    units = [asked.name for asked in questions if asked.keys["type"] == "unit"]
    private = [asked.name for asked in questions if asked.keys.get("format") == "citizen_id"]
    unit_roles = {role: {"fill": True, "read": "unit", "edit": "unit"} for role in ("department", "town")}
    return {
        "id": name,
        "title": title,
        "instance_name": _instance_name(questions),
        "fields": [dict(asked.keys) for asked in questions],
        "listing": {
            "columns": [one for one in names if one not in private][:_LISTED] or names[:1],
            **({"filters": filters} if filters else {}),
            "sort": f"-{dates[0]}" if dates else "-created_at",
        },
        "access": {
            **({"units": units} if units else {}),
            "roles": {
                "office": {"fill": True, "read": "all", "edit": "all", "withdraw": "all"},
                **unit_roles,
                "leader": {"read": "all"},
            },
            **({"fields": {one: {"read": ["office"]} for one in private}} if private else {}),
        },
        "sheet": {"tab": tab, "columns": names},
    }


_FILTERS: Final = ("unit", "select_one", "date", "yes_no")
#: What a record is not called by.
_PRIVATE: Final = frozenset({"citizen_id", "phone", "email"})
#: What names a record best, the best first.
_NAMING: Final = ("name", "enterprise", "place", "description")


def _instance_name(questions: Sequence[Asked]) -> str:
    """What a record is called: a question that names things, else the first one with words, else the first."""
    best = [asked.name for name in _NAMING for asked in questions if asked.name == name]
    words = [
        asked.name
        for asked in questions
        if asked.keys["type"] in ("text", "unit", "select_one") and asked.keys.get("format") not in _PRIVATE
    ]
    return f"${{{(best or words or [questions[0].name])[0]}}}"


def _comments(ledger: Ledger, questions: Sequence[Asked]) -> dict[Place, list[str]]:
    said: dict[Place, list[str]] = {
        (): [
            say("由台账猜出来的表单，共看了 {count} 行。请逐题核对，“?”后面是拿不准的地方。", count=len(ledger.rows)),
            say("改好后：python -m webapp check，再到网页“管理 → 发布改过的表单”。"),
        ],
        ("instance_name",): [say("一条记录叫什么")],
        ("access",): [
            say("谁能做什么：fill 填报；read/edit/withdraw 可到 all（全部）、unit（本单位）、own（自己的）、none")
        ],
        ("sheet",): [say("共享表格，列的顺序与台账相同；不要就删掉这一段")],
    }
    for index, asked in enumerate(questions):
        if asked.doubts:
            said["fields", index] = [f"? {doubt}" for doubt in asked.doubts[:_MOST_WARNED]]
    return said


def _ready(cell: Cell, asked: Asked, year: int | None) -> Cell:
    """A cell as it can be read: days without a year get theirs."""
    if asked.keys["type"] != "date" or not isinstance(cell, str) or year is None:
        return cell
    found = day_of(cell, year)
    return found.isoformat() if found is not None else cell
