"""Choice lists: written in the field, or named from `forms/vocabularies/`."""

from __future__ import annotations

from collections.abc import Mapping
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

    #: Name to label. In YAML: that mapping, a list of words, or the name of a vocabulary.
    choices: Mapping[str, Label]

    @field_validator("choices", mode="before")
    @classmethod
    def _resolve(cls, given: object, info: ValidationInfo) -> object:
        if isinstance(given, list):
            return {str(word): str(word) for word in given}
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

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every spelling by which a choice may be named: its name and its labels."""
        names: dict[str, str] = {}
        for name, label in self.choices.items():
            for spelling in (name, *label.languages.values()):
                names.setdefault(half_width(spelling).casefold(), name)
        return names

    def read_choice(self, text: str) -> str:
        """The name of the choice that `text` means (its name or its label), or `Rejected`."""
        spelling = half_width(text).casefold()
        if spelling in self._names:
            return self._names[spelling]
        near = get_close_matches(spelling, list(self._names), n=1)
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
