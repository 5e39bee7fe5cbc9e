"""Lists to choose from: what a choice is called, what else is known of it, and on which days it may be chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final, Self

from pydantic_core import PydanticCustomError

from forms.flaws import choices as flaws
from forms.labels import Label
from forms.refused import finding_in, refused
from forms.widths import half_width

#: What a filter may call an attribute of a choice; longer and stranger headings of a file are no attributes.
_ATTRIBUTE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
_DATES: Final = ("valid_from", "valid_until")


class Choice(Label):
    """What a choice is called; it knows its attributes, and its first and last day (ISO; blank: any)."""

    __slots__ = ("attributes", "valid_from", "valid_until")

    attributes: Mapping[str, str]
    valid_from: str
    valid_until: str

    def __new__(
        cls,
        words: str | Mapping[str, str],
        attributes: Mapping[str, str] | None = None,
        span: tuple[str, str] = ("", ""),
    ) -> Self:
        """A choice called `words`, which may be chosen from `span[0]` to `span[1]`."""
        self = super().__new__(cls, words)
        self.attributes = attributes or {}
        self.valid_from, self.valid_until = span
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Choice, (self.languages, self.attributes, (self.valid_from, self.valid_until)))

    @classmethod
    def read(cls, given: object) -> Choice:
        """A choice from what a YAML file gives: words, or `{label: words, town: donghe, valid_until: 2025-12-31}`."""
        if isinstance(given, Choice):
            return given
        if not (isinstance(given, Mapping) and "label" in given):
            return cls(Label.read(given).languages)
        rest = {str(key): _plain(str(key), value) for key, value in given.items() if key != "label"}
        span = (_day("valid_from", rest), _day("valid_until", rest))
        attributes = {key: value for key, value in rest.items() if key not in _DATES}
        return cls(Label.read(given["label"]).languages, attributes, span)

    def written(self) -> dict[str, Any]:
        """The choice as a YAML file would give it."""
        if not self.attributes and not self.is_dated:
            return dict(self.languages)
        days = {"valid_from": self.valid_from, "valid_until": self.valid_until}
        return {"label": dict(self.languages), **self.attributes, **{key: day for key, day in days.items() if day}}

    @property
    def is_dated(self) -> bool:
        """Whether there are days on which it may not be chosen."""
        return bool(self.valid_from or self.valid_until)

    def is_valid_on(self, day: str) -> bool:
        """Whether it may be chosen on a day (ISO)."""
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_until or day <= self.valid_until)


def _plain(key: str, value: object) -> str:
    if not _ATTRIBUTE.fullmatch(key):
        raise refused(flaws.BAD_ATTRIBUTE_NAME.found(key=key))
    if value is None or isinstance(value, Mapping | list):
        raise refused(flaws.BAD_ATTRIBUTE.found(key=key))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _day(key: str, given: Mapping[str, str]) -> str:
    text = given.get(key, "")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise refused(flaws.BAD_DAY.found(key=key)) from None


def _read(name: str, given: object) -> Choice:
    try:
        return Choice.read(given)
    except PydanticCustomError as error:
        raise refused(flaws.BAD_CHOICE.found(name=name, why=finding_in(error))) from error


class ChoiceList(Mapping[str, Choice]):
    """Choices by name, in order; knows every spelling in which a choice may be written."""

    def __init__(self, choices: Mapping[str, Choice], name: str = "") -> None:
        """A list of `choices`, which is shared under a `name`."""
        self.name = name
        self._choices = dict(choices)

    def __getitem__(self, name: str) -> Choice:
        return self._choices[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    @classmethod
    def read(cls, given: Mapping[str, object], name: str = "") -> ChoiceList:
        """The list, shared under a `name`, that a mapping from names to what `Choice.read` accepts gives."""
        if isinstance(given, ChoiceList):
            return given
        return cls({key: _read(key, choice) for key, choice in given.items()}, name)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The attributes that any choice has."""
        return frozenset(key for choice in self._choices.values() for key in choice.attributes)

    @cached_property
    def is_dated(self) -> bool:
        """Whether some of the choices may not be chosen on every day."""
        return any(choice.is_dated for choice in self._choices.values())

    def meant(self, text: str) -> tuple[str, ...]:
        """The names of the choices that `text` may mean: its name, else its label; several are called alike."""
        return self.spellings.get(text.strip()) or self.spellings.get(folded(text)) or ()

    @cached_property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Every spelling to the choices it names: as written before folded, names before labels."""
        found: dict[str, tuple[str, ...]] = {}
        for spelled in (str, folded):
            names, labels = self._spelled(spelled)
            found = {**labels, **names, **found}
        return found

    def _spelled(self, spelled: Any) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:  # noqa: ANN401 -- str or a function, both from text to text
        names: dict[str, tuple[str, ...]] = {}
        labels: dict[str, tuple[str, ...]] = {}
        for name, choice in self._choices.items():
            names.setdefault(spelled(name), (name,))
            for words in dict.fromkeys(spelled(words) for words in choice.languages.values()):
                labels[words] = (*labels.get(words, ()), name)
            exact = spelled(told_apart(name, choice))
            labels.setdefault(exact, (name,))
        return names, labels

    @cached_property
    def alike(self) -> tuple[str, ...]:
        """The names of choices whose label also others have, so that it takes the filter or the day to tell them."""
        return tuple(name for name, choice in self._choices.items() if len(self.meant(choice)) > 1)

    @cached_property
    def unreadable(self) -> str | None:
        """The name of a choice that is written like another one, so that it would be read as that; None: no such."""
        return next((name for name, choice in self._choices.items() if not self._reads(name, choice)), None)

    def _reads(self, name: str, choice: Choice) -> bool:
        return self.meant(name) == (name,) and name in self.meant(choice)


def told_apart(name: str, choice: Label) -> str:
    """How a choice is written where others have the same label: 新村（donghe_xincun）."""
    return f"{choice}（{name}）"


def folded(text: str) -> str:
    """A spelling without regard to width and case."""
    return half_width(text).casefold()
