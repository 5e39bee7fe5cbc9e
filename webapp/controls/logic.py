"""What a page works out by itself: the conditions of its questions as trees for its evaluator, and their sentences.

A level is a form, or a repeat in it; the questions of a row see those around them (`forms.expressions.names`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms.definition import Form, walk
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression
from forms.expressions.tree import to_json
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.labels import Label
from forms.narrowing import narrowed_by
from webapp.controls.making import is_searched

#: Conditions of a question that the page evaluates.
_CONDITIONS: Final = (
    "relevant", "required", "read_only", "calculation", "constraint", "count", "choice_filter",
)  # fmt: skip
#: Sentences of a question, told in the reader's language.
_SENTENCES: Final = ("constraint_message", "required_message")

#: Words in the reader's language.
Words = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class Level:
    """The questions of a form or of a row: their trees, their sentences, what kinds their expressions see."""

    kinds: Mapping[str, str]
    trees: Mapping[str, Mapping[str, Any]]
    sentences: Mapping[str, Mapping[str, Label]]
    levels: Mapping[str, Level]

    def told(self, words: Words, drawn: Collection[str] | None = None) -> dict[str, Any]:
        """What the page is given; of the questions `drawn` alone (None: of all)."""
        return {
            "kinds": self.kinds,
            "fields": {
                name: {**tree, **{key: words(said) for key, said in self.sentences.get(name, {}).items()}}
                for name, tree in self.trees.items()
                if drawn is None or name in drawn
            },
            "rows": {name: level.told(words) for name, level in self.levels.items() if drawn is None or name in drawn},
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule between answers: its tree, what is said, beside which questions, and which questions it looks at."""

    tree: Any
    message: Label
    fields: tuple[str, ...]
    uses: frozenset[str]

    def told(self, words: Words) -> dict[str, Any]:
        """What the page is given."""
        told = {"rule": self.tree, "message": words(self.message)}
        return {**told, "fields": list(self.fields), "uses": sorted(self.uses)}


def level_of(fields: tuple[Field, ...], kinds: Mapping[str, str]) -> Level:
    """The level of some questions, which see `kinds`."""
    found = list(walk(fields))
    return Level(
        kinds=kinds,
        trees={field.name: _trees(field) for field in found},
        sentences={field.name: _sentences(field) for field in found},
        levels={
            field.name: level_of(field.fields, seen_from(field.name, kinds))
            for field in found
            if isinstance(field, Repeat)
        },
    )


def rules_of(form: Form) -> list[Rule]:
    """The rules of a form; what they look at by the names of its own questions."""
    return [
        Rule(
            to_json(rule.rule.tree),
            rule.message,
            tuple(rule.fields),
            frozenset(name.partition(".")[0] for name in rule.rule.references) & form.questions.keys(),
        )
        for rule in form.rules
    ]


def _trees(field: Field) -> dict[str, Any]:
    conditions = {key: getattr(field, key, None) for key in _CONDITIONS}
    told: dict[str, Any] = {
        key: to_json(found.tree) for key, found in conditions.items() if isinstance(found, Expression)
    }
    told["kind"] = str(field.stored_kind)
    if narrowed_by(field):
        told["needs"] = sorted(narrowed_by(field))
    if isinstance(field, ChoiceField) and field.is_narrowed and not is_searched(field):
        told["choices"] = {
            name: [dict(choice.attributes), choice.valid_from, choice.valid_until]
            for name, choice in field.choices.items()
        }
        told["as_of"] = field.as_of
    if isinstance(field, Record) and field.pull:
        told["pull"] = dict(field.pull)
    return json.loads(json.dumps(told))  # type: ignore[no-any-return]  # tuples become the lists that JSON has


def _sentences(field: Field) -> dict[str, Label]:
    return {key: said for key in _SENTENCES if (said := getattr(field, key))}
