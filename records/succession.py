"""What a new version of a form would do to what is answered already: nothing is orphaned or retyped unsaid.

A question that records answer and that is asked no more stands in `removed:`, one whose type is another in
`retyped:`, one that is called otherwise keeps its answers by `was:`. Every sentence says the line to write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, func, select

from forms.definition import Form, stored_kind, walk
from forms.expressions.parsing import Expression
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.repeat import Repeat
from forms.linting import placed_fields
from forms.owing_linting import event_expressions, obligation_expressions
from forms.privacy_linting import row_expressions
from forms.values import Kind, Value
from kernel.sentences import Sentence
from kernel.yamlfile import Place
from records.flaws import publishing as flaws
from records.tables import submissions
from records.where import refusal

#: Something to say, and of which place of the file.
Found: TypeAlias = tuple[Place, Sentence]
#: Where a question stands: by its name, inside a table after the table's.
Path: TypeAlias = tuple[str, ...]


def objections(conn: Connection, form: Form, older: Sequence[Form]) -> Iterator[Found]:
    """Why `form` cannot follow its former versions `older`, the oldest first; none: it was never published."""
    for place, expression in row_expressions(form):
        if sentence := refusal(form, expression):
            yield place, flaws.NOT_SQL.found(form=form.title, role=place[2], why=sentence)
    for place, expression in obligation_expressions(form):
        yield from _not_counted(form, place, expression)
    if older:
        answered = _Answered(conn, form.id)
        yield from _gone(form, older, answered)
        yield from _of_other_kinds(form, older, answered)
        yield from _untrue(form, older)


def objections_of_events(form: Form, forms: Mapping[str, Form]) -> Iterator[Found]:
    """Why the database cannot find the events and windows that obligations of `form` look for in other forms."""
    for place, expression, other in event_expressions(form, forms):
        yield from _not_counted(other, place, expression)


def remarks(conn: Connection, form: Form, older: Sequence[Form]) -> Iterator[Found]:
    """What should be known of `form`, though it can follow: choices that records use and that are there no more."""
    answered = _Answered(conn, form.id)
    for place, field in placed_fields(form.fields):
        if isinstance(field, ChoiceField):
            yield from _choices_gone(form, older, answered, (*place, "choices"), field)


def _not_counted(form: Form, place: Place, expression: Expression) -> Iterator[Found]:
    if sentence := refusal(form, expression):
        yield place, flaws.NOT_FOUND_BY.found(form=form.title, why=sentence)


# ---- questions -----------------------------------------------------------------------------------------------------


def _gone(form: Form, older: Sequence[Form], answered: _Answered) -> Iterator[Found]:
    """Questions that records answer, and that are neither asked any more nor said to be removed."""
    kept = {(*outer, known) for path, field in _paths(form) for outer in _outers(form, path) for known in _known(field)}
    told: set[str] = set()
    for version in reversed(older):
        for path, _ in _paths(version):
            name = path[-1]
            if path in kept or set(path) & {*form.removed, *told}:
                continue
            if count := answered.count(path):
                told.add(name)
                yield ("fields",), flaws.GONE.found(form=form.title, name=name, count=count)


def _of_other_kinds(form: Form, older: Sequence[Form], answered: _Answered) -> Iterator[Found]:
    """Questions that records answer in another kind than theirs."""
    places = {field.name: place for place, field in placed_fields(form.fields)}
    for path, field in _paths(form):
        if field.name in form.retyped:
            continue
        former = {(*outer, known) for outer in _outers(form, path) for known in _known(field)}
        other = {
            old
            for version in older
            for old, asked in _paths(version)
            if old in former and not _reads(stored_kind(field), stored_kind(asked))
        }
        if count := sum(answered.count(old) for old in other):
            said = flaws.OTHER_KIND.found(form=form.title, name=field.name, count=count)
            yield (*places[field.name], "type"), said


def _untrue(form: Form, older: Sequence[Form]) -> Iterator[Found]:
    """Lines in `removed:` and `retyped:` that name what never was."""
    asked = {field.name for _, field in _paths(form)}
    ever = {path[-1] for version in older for path, _ in _paths(version)}
    ever |= {name for version in older for name in (*version.removed, *version.retyped)}
    for index, name in enumerate(form.removed):
        if name in asked:
            yield ("removed", index), flaws.STILL_ASKED.found(form=form.title, name=name)
        elif name not in ever:
            yield ("removed", index), flaws.NEVER_ASKED.found(form=form.title, name=name, key="removed")
    for index, name in enumerate(form.retyped):
        former = {known for _, field in _paths(form) if field.name == name for known in _known(field)}
        if name not in asked:
            yield ("retyped", index), flaws.NOT_ASKED.found(form=form.title, name=name)
        elif not former & ever:
            yield ("retyped", index), flaws.NEVER_ASKED.found(form=form.title, name=name, key="retyped")


def _reads(newer: Kind, older: Kind) -> bool:
    """Whether stored answers of one kind can be read as another; everything as text, whole numbers as amounts."""
    return newer in (older, Kind.TEXT) or (older, newer) == (Kind.INTEGER, Kind.DECIMAL)


def _known(field: Field) -> tuple[str, ...]:
    return (field.name, *field.was)


def _paths(form: Form) -> Iterator[tuple[Path, Field]]:
    """Every question that has an answer, with where its answer lies."""
    return _paths_in(form.fields, ())


def _paths_in(fields: tuple[Field, ...], outer: Path) -> Iterator[tuple[Path, Field]]:
    for field in walk(fields):
        if field.kind is Kind.NOTHING:
            continue
        yield (*outer, field.name), field
        if isinstance(field, Repeat):
            yield from _paths_in(field.fields, (*outer, field.name))


def _outers(form: Form, path: Path) -> Iterable[Path]:
    """Where the table around a question lies, by its present and by its former names."""
    found: list[Path] = [()]
    fields = dict(_paths(form))
    for end in range(1, len(path)):
        names = _known(fields[path[:end]])
        found = [(*outer, name) for outer in found for name in names]
    return found


# ---- choices -------------------------------------------------------------------------------------------------------


def _choices_gone(
    form: Form, older: Sequence[Form], answered: _Answered, place: Place, field: ChoiceField
) -> Iterator[Found]:
    names = set(_known(field))
    former: dict[str, tuple[Path, object]] = {}
    for version in older:
        for path, asked in _paths(version):
            if path[-1] in names and isinstance(asked, ChoiceField):
                former |= {choice: (path, label) for choice, label in asked.choices.items()}
    for choice, (path, label) in former.items():
        if choice in field.choices:
            continue
        if count := answered.choosing(path, choice):
            yield (
                place,
                flaws.CHOICE_GONE.found(form=form.title, name=field.name, label=label, choice=choice, count=count),
            )


# ---- what is answered ----------------------------------------------------------------------------------------------


class _Answered:
    """What the records of a form answer, asked once for each question."""

    def __init__(self, conn: Connection, form_id: str) -> None:
        self._conn = conn
        self._form_id = form_id
        self._values: dict[str, list[Value]] = {}
        self._counts: dict[str, int] = {}

    def count(self, path: Path) -> int:
        """How many records have an answer there; none: nobody ever answered."""
        if len(path) > 1:
            return sum(1 for value in self._stored(path[0]) if any(True for _ in _inside(value, path[1:])))
        name = path[0]
        if name not in self._counts:
            answer = submissions.c.answers[name].as_string()
            query = select(func.count()).where(submissions.c.form_id == self._form_id, answer.is_not(None))
            self._counts[name] = int(self._conn.execute(query).scalar_one())
        return self._counts[name]

    def choosing(self, path: Path, choice: str) -> int:
        """How many records have chosen `choice` there."""
        chosen = Counter[bool]()
        for value in self._stored(path[0]):
            found = list(_inside(value, path[1:]))
            chosen[any(choice in one if isinstance(one, list) else one == choice for one in found)] += 1
        return chosen[True]

    def _stored(self, name: str) -> list[Value]:
        """Every answer to a question of the form itself."""
        if name not in self._values:
            answer = submissions.c.answers[name]
            query = select(submissions.c.answers).where(
                submissions.c.form_id == self._form_id, answer.as_string().is_not(None)
            )
            self._values[name] = [row.answers[name] for row in self._conn.execute(query)]
        return self._values[name]


def _inside(value: Value, path: Path) -> Iterator[Value]:
    """The answers at `path` inside a table's rows; a blank is none."""
    if not path:
        if value is not None:
            yield value
        return
    for row in value if isinstance(value, list) else []:
        if isinstance(row, Mapping):
            yield from _inside(row.get(path[0]), path[1:])
