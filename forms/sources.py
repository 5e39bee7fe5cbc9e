"""What a form itself says to its expressions beside the answers: its lists of choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from forms.choices import ChoiceList
from forms.circumstances import Circumstances
from forms.definition import Form, walk
from forms.expressions.scope import Sources
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.repeat import Repeat

_Made = TypeVar("_Made")


class FormLists:
    """The choices of a form's questions, as expressions look them up; made of a list when it is first asked for."""

    def __init__(self, form: Form) -> None:
        """Find the lists of `form`: by question, and by the names of shared ones."""
        asked = {field.name: field.choices for field in _answered(form.fields) if isinstance(field, ChoiceField)}
        named = {choices.name: choices for choices in asked.values() if choices.name}
        self.labels: Mapping[str, Mapping[str, str]] = _Lazy(asked, _words)
        self.items: Mapping[str, Sequence[Mapping[str, Any]]] = _Lazy({**asked, **named}, _items)

    def sources(self, circumstances: Circumstances, *, decided: bool) -> Sources:
        """What expressions may look up; what chance says only once it is `decided`, not while a form is drawn."""
        return Sources(
            labels=self.labels,
            lists=self.items,
            calendar=circumstances.calendar,
            pull=circumstances.pull,
            chance=circumstances.chance if decided else None,
        )


class _Lazy(Mapping[str, _Made], Generic[_Made]):
    """Something made of each list, when it is first asked for."""

    def __init__(self, lists: Mapping[str, ChoiceList], make: Callable[[ChoiceList], _Made]) -> None:
        self._lists = lists
        self._make = make
        self._made: dict[str, _Made] = {}

    def __getitem__(self, name: str) -> _Made:
        if name not in self._made:
            self._made[name] = self._make(self._lists[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


def _words(choices: ChoiceList) -> Mapping[str, str]:
    return {name: str(choice) for name, choice in choices.items()}


def _items(choices: ChoiceList) -> Sequence[Mapping[str, Any]]:
    return [{**choice.attributes, "name": name, "label": str(choice)} for name, choice in choices.items()]


def _answered(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in walk(fields):
        yield field
        if isinstance(field, Repeat):
            yield from _answered(field.fields)
