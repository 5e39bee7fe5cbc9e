"""Choice lists: written in the field, or named from `forms/vocabularies/`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from forms.fields.base import Field, half_width
from forms.labels import Label
from forms.values import Rejected
from kernel.sentences import say


class ChoiceField(Field):
    """A question answered from a list; the name of a choice is stored, its label is shown."""

    #: `name: words` for each choice; or a list of words; or the name of a list in `forms/vocabularies/`.
    choices: Mapping[str, Label]

    @field_validator("choices", mode="before")
    @classmethod
    def _resolve(cls, given: object, info: ValidationInfo) -> object:
        if isinstance(given, list):
            return _from_words(given)
        if isinstance(given, str):
            vocabularies: Mapping[str, Any] = (info.context or {}).get("vocabularies", {})
            if given not in vocabularies:
                near = get_close_matches(given, list(vocabularies), n=1)
                raise PydanticCustomError(
                    "vocabulary",
                    "没有“{name}”这个选项表{near}",
                    {"name": given, "near": f"，是不是 {near[0]}？" if near else ""},
                )
            return vocabularies[given]
        return given

    @field_validator("choices", mode="after")
    @classmethod
    def _tell_apart(cls, choices: Mapping[str, Label]) -> Mapping[str, Label]:
        """What a sheet shows must be read back as what it was."""
        if not choices:
            raise PydanticCustomError("choices", "至少要有一个选项")
        spellings = _spellings(choices)
        for name, label in choices.items():
            if _meant(name, spellings) != name or _meant(label, spellings) != name:
                raise PydanticCustomError(
                    "choices", "选项 {name}（{label}）与另一个选项写法相同，分不清", {"name": name, "label": str(label)}
                )
        return choices

    @cached_property
    def _names(self) -> dict[str, str]:
        return _spellings(self.choices)

    @property
    def spellings(self) -> Collection[str]:
        """Every way in which a choice may be written, each also folded to half width and small letters."""
        return self._names.keys()

    def find_choice(self, text: str) -> str | None:
        """The name of the choice that `text` is the name or the label of."""
        return _meant(text, self._names)

    def read_choice(self, text: str) -> str:
        """The name of the choice that `text` means (its name or its label), or `Rejected`."""
        found = self.find_choice(text)
        if found is not None:
            return found
        near = get_close_matches(_folded(text), list(self._names), n=1)
        if near:
            raise Rejected(
                say("没有“{text}”这一项，是不是“{near}”？", text=text, near=self.choices[self._names[near[0]]])
            )
        some = "、".join(list(self.choices.values())[:6])
        more = "……" if len(self.choices) > 6 else ""
        raise Rejected(say("没有“{text}”这一项，可选：{some}{more}", text=text, some=some, more=more))

    def label_of(self, name: object) -> Label:
        """The label of a choice; a name from an older version of the list stands for itself."""
        return self.choices.get(str(name)) or Label(str(name))


def _from_words(given: list[object]) -> dict[str, str]:
    """A list of words as choices that are called what they say."""
    words = [str(word) for word in given if isinstance(word, str | int) and not isinstance(word, bool)]
    if len(words) < len(given):
        raise PydanticCustomError("choices", "一列选项里只能写文字；要另起名称请写成“名称: 文字”，前面不加“- ”")
    if len(set(words)) < len(words):
        raise PydanticCustomError("choices", "有的选项写了两次")
    return {word: word for word in words}


def _spellings(choices: Mapping[str, Label]) -> dict[str, str]:
    """Every spelling to the choice it names: as written before folded, names before labels."""
    found: dict[str, str] = {}
    names = {name: (name,) for name in choices}
    labels = {name: tuple(label.languages.values()) for name, label in choices.items()}
    for spelled in (str, _folded):
        for written in (names, labels):
            for name, spellings in written.items():
                for spelling in spellings:
                    found.setdefault(spelled(spelling), name)
    return found


def _meant(text: str, spellings: Mapping[str, str]) -> str | None:
    return spellings.get(text.strip()) or spellings.get(_folded(text))


def _folded(text: str) -> str:
    return half_width(text).casefold()
