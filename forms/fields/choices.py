"""Choice lists: written in the field, named from `forms/vocabularies/`, or a file that lies there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, ValidationInfo, field_validator

from forms.choices import ChoiceList, folded
from forms.fields.base import ChoiceCondition, Field, FieldName
from forms.flaws import choices as flaws
from forms.labels import Label
from forms.refused import refused
from forms.values import Rejected, Value
from kernel.nearness import did_you_mean
from kernel.sentences import say

#: A wrong word is compared with the spellings of no longer list: it takes time.
_MOST_COMPARED = 2000


class Ambiguous(Rejected):
    """The words name several choices that are called alike; which one is meant, the choice filter or the day says.

    Attributes:
        meant: for each word that was written the choices it may mean.
    """

    def __init__(self, words: Sequence[str], meant: Sequence[Sequence[str]]) -> None:
        place = next(index for index, names in enumerate(meant) if len(names) > 1)
        some = "、".join(f"{words[place]}（{name}）" for name in meant[place][:6])
        super().__init__(say("有几个“{text}”，请写明是哪一个：{some}", text=words[place], some=some))
        self.meant = meant


def _listed(given: object, info: ValidationInfo) -> object:
    """What stands behind `choices:` as a list of choices."""
    if isinstance(given, list):
        return ChoiceList.read(_from_words(given))
    if isinstance(given, Mapping) and set(given) == {"file"}:
        return _shared(str(given["file"]), info)
    if isinstance(given, str):
        return _shared(given, info)
    if isinstance(given, Mapping):
        return ChoiceList.read(_named(given))
    raise refused(flaws.NOT_A_LIST.found())


#: `name: words` for each choice; or a list of words; or the name of a list; or `{file: grids.csv}`.
Choices: TypeAlias = Annotated[ChoiceList, BeforeValidator(_listed)]


class ChoiceField(Field):
    """A question answered from a list; the name of a choice is stored, its label is shown."""

    #: Only choices for which this holds; it calls their attributes by their bare names: `town = ${town}`.
    choice_filter: ChoiceCondition | None = None
    #: The question whose day decides which dated choices (`valid_from`, `valid_until`) there are; none: the day
    #: the form is filled.
    as_of: FieldName | None = None
    #: `name: words` for each choice; or a list of words; or the name of a list in `forms/vocabularies/`; or
    #: `{file: grids.csv}`, a table that lies there. A choice may know more: `name: {label: words, town: donghe}`.
    choices: Choices

    @field_validator("choices", mode="after")
    @classmethod
    def _tell_apart(cls, choices: ChoiceList, info: ValidationInfo) -> ChoiceList:
        """What a sheet shows must be read back as what it was."""
        if not choices:
            raise refused(flaws.NONE.found())
        narrowed = choices.is_dated or info.data.get("choice_filter") is not None
        double = choices.unreadable or next(iter(() if narrowed else choices.alike[1:]), None)
        if double is not None:
            raise refused(flaws.ALIKE.found(name=double, label=str(choices[double])))
        return choices

    @property
    def is_narrowed(self) -> bool:
        """Whether it depends on other answers, or on the day, which choices there are."""
        return self.choice_filter is not None or self.choices.is_dated

    def find_choices(self, text: str) -> tuple[str, ...]:
        """The names of the choices that `text` may be the name or the label of."""
        return self.choices.meant(text)

    def read_choices(self, words: Sequence[str]) -> list[str]:
        """The names of the choices that the words mean (names or labels). Raises `Rejected`, `Ambiguous`."""
        meant = [self._read_word(word) for word in words]
        if any(len(names) > 1 for names in meant):
            raise Ambiguous(words, meant)
        return [name for (name,) in meant]

    def settled(self, names: Sequence[str]) -> Value:
        """The answer that chosen names are, in the order in which they were written. Raises `Rejected`."""
        raise NotImplementedError

    def completed(self, value: Value, open_choices: Iterable[str]) -> None:
        """Raise `Rejected` when an answer lacks one of the choices that it must have."""

    def label_of(self, name: object) -> Label:
        """The label of a choice; a name from an older version of the list stands for itself."""
        return self.choices.get(str(name)) or Label(str(name))

    def _read_word(self, text: str) -> tuple[str, ...]:
        found = self.find_choices(text)
        if found:
            return found
        labels = self.choices
        spellings = labels.spellings
        near = get_close_matches(folded(text), spellings, n=1) if len(spellings) <= _MOST_COMPARED else []
        if near:
            (name, *_) = spellings[near[0]]
            raise Rejected(say("没有“{text}”这一项，是不是“{near}”？", text=text, near=labels[name]))
        some = "、".join(list(labels.values())[:6])
        more = "……" if len(labels) > 6 else ""
        raise Rejected(say("没有“{text}”这一项，可选：{some}{more}", text=text, some=some, more=more))


def _shared(name: str, info: ValidationInfo) -> ChoiceList:
    vocabularies: Mapping[str, Any] = (info.context or {}).get("vocabularies", {})
    if name not in vocabularies:
        raise refused(flaws.UNKNOWN_LIST.found(name=name, near=did_you_mean(name, vocabularies)))
    return ChoiceList.read(vocabularies[name], name)


def _named(given: Mapping[object, object]) -> dict[str, object]:
    strange = next((name for name in given if not isinstance(name, str)), None)
    if strange is not None:
        raise refused(flaws.UNQUOTED.found(name=str(strange)))
    return {str(name): choice for name, choice in given.items()}


def _from_words(given: list[object]) -> dict[str, str]:
    """A list of words as choices that are called what they say."""
    words = [str(word) for word in given if isinstance(word, str | int) and not isinstance(word, bool)]
    if len(words) < len(given):
        raise refused(flaws.NOT_WORDS.found())
    if len(set(words)) < len(words):
        raise refused(flaws.TWICE.found())
    return {word: word for word in words}
