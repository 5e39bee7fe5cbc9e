"""What a page sent, as the reader takes it: texts, several texts, files, and rows within rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from forms.definition import Form
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.rank import Rank
from forms.fields.repeat import Repeat
from forms.values import Answers, Kind, Raw, Value
from webapp.controls.making import is_searched
from webapp.controls.places import Steps, question_at, split_place

#: Rows by their numbers, each a mapping from question to what was typed; what a page sends may leave numbers out.
_Numbered = dict[int, dict[str, Any]]


def typed(form: Form, posted: MultiDict[str, str]) -> dict[str, Raw]:
    """What a page sent, as the reader takes it; names that are no question stay, so that they are refused."""
    top: dict[str, Any] = {}
    texts: list[tuple[dict[str, Any], str, str]] = []
    for name in posted:
        if name.startswith("_") or name == "csrf_token":
            continue
        steps, last = split_place(name)
        if not last or _repeat_at(form, "-".join(map(str, steps[:-1]))) is None:
            steps, last = (), name  # rows of what is no repeat are one strange name
        row, field = _row_at(top, steps), question_at(form, steps, last)
        if isinstance(field, Repeat):
            row.setdefault(last, {})
            texts.append((row, last, posted.getlist(name)[-1]))
        else:
            row[last] = _given(field, posted.getlist(name))
    for row, last, text in texts:
        row[last] = row[last] or text  # what stands for rows that were all taken away; the reader refuses other texts
    return {name: _in_order(value, form.questions.get(name)) for name, value in top.items()}


def with_rows_changed(
    form: Form, raw: Mapping[str, Raw], posted: Mapping[str, str], blanks: Mapping[str, Mapping[str, Raw]]
) -> dict[str, Raw] | None:
    """What was typed with a row more (`_add_row`) or less (`_remove_row`), as a page without scripts asks.

    None: it did not ask. blanks: an untouched row of each repeat, with one row of each repeat in it.
    """
    added = _repeat_at(form, posted.get("_add_row", ""))
    if added is not None:
        row = _blank_at(blanks, added)
        return _changed(raw, added, lambda rows: [*rows, row])
    whole, _, index = posted.get("_remove_row", "").rpartition("-")
    left = _repeat_at(form, whole)
    if left is not None and index.isascii() and index.isdigit():
        return _changed(raw, left, lambda rows: [row for at, row in enumerate(rows) if at != int(index)])
    return None


def with_rows_counted(form: Form, raw: Mapping[str, Raw], place: str, answers: Answers) -> dict[str, Raw] | None:
    """What was typed with as many rows in a repeat as were worked out (`count`); None: there is no such repeat.

    answers: what was read of it, with all its rows.
    """
    counted = _repeat_at(form, place)
    if counted is None:
        return None
    value: Value = answers
    for step in counted:
        value = value.get(str(step)) if isinstance(value, dict) else _at(value, step)
    most = len(value) if isinstance(value, list) else 0
    return _changed(raw, counted, lambda rows: [*rows, *({} for _ in range(most - len(rows)))][:most])


def _at(value: Value, step: str | int) -> Value:
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def rows_in(given: Raw) -> list[Mapping[str, Raw]]:
    """The rows that were handed in for a repeat; nothing for what is none."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        return []
    return [row for row in given if isinstance(row, Mapping)]


def _row_at(top: dict[str, Any], steps: Steps) -> dict[str, Any]:
    row = top
    for repeat, index in zip(steps[::2], steps[1::2], strict=True):
        rows = row.setdefault(str(repeat), {})
        row = rows.setdefault(index, {})
    return row


def _in_order(value: Any, field: Field | None) -> Raw:  # noqa: ANN401 -- rows by number, or what was typed
    """Numbered rows as a list; those in which nothing was typed are left out where people add rows as they like."""
    if not isinstance(value, dict) or not isinstance(field, Repeat):
        return value  # type: ignore[no-any-return]  # what `_given` gives
    rows = (
        {name: _in_order(inner, field.questions.get(name)) for name, inner in row.items()}
        for _, row in sorted(value.items())
    )
    return [row for row in rows if field.count is not None or any(row.values())]


def _given(field: Field | None, values: Sequence[str]) -> Raw:
    if isinstance(field, Rank):
        return _ranked(values)
    if field is not None and field.kind is Kind.FILES:
        return [_file(value) for value in values if value]
    if field is not None and field.kind is Kind.LIST and not (isinstance(field, ChoiceField) and is_searched(field)):
        return [value for value in values if value]
    return values[-1] if values else ""


def _file(value: str) -> dict[str, Raw]:
    """A file as a page sends it: its digest, a blank, its name."""
    digest, _, name = value.partition(" ")
    return {"digest": digest, "name": name}


def _ranked(values: Iterable[str]) -> list[str]:
    """Choices in their order. Without scripts each comes as `choice=place`; of two at one place the first counts."""
    places: dict[int, str] = {}
    plain: list[str] = []
    for value in values:
        choice, sign, place = value.rpartition("=")
        if sign and place.isascii() and place.isdigit():
            places.setdefault(int(place), choice)
        elif value and not value.endswith("="):
            plain.append(value)
    return plain or [choice for _, choice in sorted(places.items())]


def _repeat_at(form: Form, place: str) -> Steps | None:
    """The steps to a repeat, its own name the last; None: there is none."""
    steps, last = split_place(place)
    return (*steps, last) if isinstance(question_at(form, steps, last), Repeat) else None


def _blank_at(blanks: Mapping[str, Mapping[str, Raw]], steps: Steps) -> Mapping[str, Raw]:
    first, *inner = steps[::2]
    row: Mapping[str, Raw] = blanks.get(str(first), {})
    for name in inner:
        row = next(iter(rows_in(row.get(str(name)))), {})
    return {name: [] if rows_in(value) else value for name, value in row.items()}


def _changed(raw: Mapping[str, Raw], steps: Steps, change: Any) -> dict[str, Raw]:  # noqa: ANN401 -- rows to rows
    """`raw` with the rows at the end of `steps` changed; rows that are not there stay so."""
    name = str(steps[0])
    rows = rows_in(raw.get(name))
    if len(steps) == 1:
        return {**raw, name: change(rows)}
    index = int(steps[1])
    inner = [_changed(row, steps[2:], change) if at == index else row for at, row in enumerate(rows)]
    return {**raw, name: inner}
