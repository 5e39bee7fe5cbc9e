"""Words of a definition that people read: Chinese, and other languages where the author gave them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from forms.flaws.shapes import NOT_WORDS
from forms.refused import refused

DEFAULT_LANGUAGE = "zh"


class Label(str):
    """Words in the definition's first language, which know themselves in others.

    In YAML either plain words, or a mapping such as `{zh: 隐患, en: Hazard}` (XLSForm: label::en).
    """

    __slots__ = ("languages",)

    languages: dict[str, str]

    def __new__(cls, words: str | Mapping[str, str]) -> Self:
        """Make a label of plain words or of a mapping from language to words."""
        languages = {DEFAULT_LANGUAGE: words} if isinstance(words, str) else dict(words)
        self = super().__new__(cls, languages.get(DEFAULT_LANGUAGE) or next(iter(languages.values()), ""))
        self.languages = languages
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Label, (self.languages,))

    def inside(self, language: str) -> str:
        """The words in `language`, or in the first language where there are none."""
        return self.languages.get(language) or str(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept what YAML gives: words, a whole number that stands for words, or language to words."""
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(lambda label: label.languages)
        )

    @classmethod
    def read(cls, given: object) -> Label:
        """A label from what a YAML file gives."""
        if isinstance(given, Label):
            return given
        if isinstance(given, str | int) and not isinstance(given, bool):
            return cls(str(given))
        if isinstance(given, Mapping) and given and all(isinstance(words, str) for words in given.values()):
            return cls({str(language): words for language, words in given.items()})
        raise refused(NOT_WORDS.found())
