"""What XLSForm has no words for, on a sheet of its own: `taizhang`.

Each row says of one key of the form, or of one of its questions, what it is here (`value`) and what the standard's
own sheets make of it (`instead`), both as YAML. While the standard's sheets still say `instead`, taking them in
gives `value`; where somebody has changed them since, what they say now stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from forms.writing import definition_text, flow
from forms.xlsform.sheets import EXTRAS, Remark, Row, Sheet, Spot
from kernel.sentences import say
from kernel.yamlfile import read_yaml_source

#: What a cell of a workbook holds; longer texts go on in the next row.
_LONGEST: Final = 32_000
#: A longer mapping stands on lines of its own.
_WIDE: Final = 100
HEADER: Final = ("question", "key", "value", "instead")


def extras_of(form: Mapping[str, Any], instead: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows that make `instead`, which the standard's sheets say, into `form`; both as definitions."""
    rows = [*_different("", form, instead)]
    for ours, theirs in zip(walked(form["fields"]), walked(instead["fields"]), strict=True):
        rows += _different(theirs["name"], ours, theirs)
    return rows


def apply_extras(definition: dict[str, Any], sheet: Sheet) -> list[Remark]:
    """Set in `definition` what the sheet says; what was not, because it was changed outside, is told."""
    fields = {field["name"]: field for field in walked(definition["fields"])}
    remarks = []
    for question, key, value, instead, number in _read(sheet):
        spot = Spot(EXTRAS, number, key)
        target = fields.get(question) if question else definition
        if target is None:
            remarks.append(Remark(spot, say("表里已没有 {question} 这一题，这一行没有用", question=question)))
        elif target.get(key) != instead:
            said = say("{key} 在别的工作表里改过，以那里的为准", key=f"{question} {key}".strip())
            remarks.append(Remark(spot, said))
        elif value is None:
            target.pop(key, None)
        else:
            target[key] = value
    return remarks


def walked(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every question of a definition, groups and repeats opened."""
    for field in fields:
        yield field
        yield from walked(field.get("fields", []))


def _different(question: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for key in dict.fromkeys((*ours, *theirs)):
        if key == "fields" or ours.get(key) == theirs.get(key):
            continue
        pieces = [_parts(side[key]) if key in side else [""] for side in (ours, theirs)]
        for place in range(max(map(len, pieces))):
            value, instead = (part[place] if place < len(part) else "" for part in pieces)
            yield {"question": question, "key": key, "value": value, "instead": instead}


def _parts(value: object) -> list[str]:
    text = flow(value)
    if isinstance(value, Mapping) and len(text) > _WIDE:
        text = definition_text(value, {})
    return [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]


def _read(sheet: Sheet) -> Iterator[tuple[str, str, Any, Any, int]]:
    """Rows of one question and key run together: the two sides as YAML says them, and the number of the first row."""
    runs: dict[tuple[str, str], list[Row]] = {}
    for row in sheet.rows:
        if row.cells.get("key"):
            runs.setdefault((row.cells.get("question", ""), row.cells["key"]), []).append(row)
    for (question, key), rows in runs.items():
        value, instead = ("".join(row.cells.get(side, "") for row in rows) for side in ("value", "instead"))
        yield question, key, _yaml(value), _yaml(instead), rows[0].number


def _yaml(text: str) -> Any:  # noqa: ANN401 -- whatever a definition may hold
    """What a cell says; what is no YAML is words."""
    if not text:
        return None
    file = read_yaml_source(text.encode(), Path(EXTRAS))
    return text if file.issues else file.data
