"""Headings of an XLSForm: which column each one is, in whichever of their many spellings, and in which language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from forms.labels import DEFAULT_LANGUAGE

#: What languages are called in headings: `label::中文 (zh)`.
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "zh": "中文",
        "en": "English",
        "fr": "Français",
        "es": "Español",
        "pt": "Português",
        "ar": "العربية",
        "ru": "Русский",
    }
)
_SPOKEN: Final = {
    **{name.casefold(): code for code, name in LANGUAGES.items()},
    "chinese": "zh",
    "汉语": "zh",
    "french": "fr",
    "francais": "fr",
    "spanish": "es",
    "espanol": "es",
    "portuguese": "pt",
    "arabic": "ar",
    "russian": "ru",
}
_CODE: Final = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$")

#: Columns that may be given in several languages.
TRANSLATED: Final = frozenset({"label", "hint", "guidance_hint", "required_message", "constraint_message"})
_MEDIA: Final = ("image", "big-image", "audio", "video")

#: Spellings of the columns of `survey`; a heading is compared in small letters with `_` for blanks.
_SURVEY: Final = {
    "command": "type",
    "tag": "name",
    "value": "name",
    "caption": "label",
    "text": "label",
    "readonly": "read_only",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "constraintmsg": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "calculate": "calculation",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    **{name: f"media::{name}" for name in _MEDIA},
}
_CHOICES: Final = {
    "list name": "list_name",
    "value": "name",
    "caption": "label",
    **{name: f"media::{name}" for name in _MEDIA},
}
#: What stands before the column's own name.
_BEFORE: Final = frozenset({"bind", "control", "body", "media"})

SURVEY_COLUMNS: Final = frozenset(
    {
        *("type", "name", "label", "hint", "guidance_hint", "required", "required_message", "relevant", "constraint"),
        *("constraint_message", "calculation", "default", "read_only", "choice_filter", "repeat_count", "appearance"),
        *("parameters", "trigger", "save_to", "disabled"),
    }
)
CHOICE_COLUMNS: Final = frozenset({"list_name", "name", "label"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: as it is written, the column it is (itself, where the standard has none), and its language."""

    written: str
    key: str
    #: A code such as `en`, or what the author called it; empty where none is named.
    language: str = ""


def survey_headings(header: Sequence[str]) -> list[Heading]:
    """The headings of the sheet `survey`."""
    return [_heading(written, _SURVEY, SURVEY_COLUMNS, header) for written in header]


def choice_headings(header: Sequence[str]) -> list[Heading]:
    """The headings of the sheet `choices`; those that the standard has not are attributes of a choice."""
    return [_heading(written, _CHOICES, CHOICE_COLUMNS, header) for written in header]


def plain_heading(written: str) -> str:
    """A heading in small letters with `_` for blanks."""
    return "_".join(written.split()).lower()


def language_of(said: str) -> str:
    """The code of a language as headings name it: `English (en)`, `English`; else its name as it is."""
    said = " ".join(said.split())
    if code := _CODE.search(said):
        return code[1]
    return _SPOKEN.get(said.casefold(), said)


def language_name(code: str) -> str:
    """What a language is called in headings, so that `language_of` finds it again."""
    if code in LANGUAGES:
        return f"{LANGUAGES[code]} ({code})"
    return f"{code} ({code})" if re.fullmatch(r"[A-Za-z]{2,3}", code) else code


def by_language(words: Mapping[str, str], first: str) -> str | dict[str, str]:
    """Words by language as a definition gives them; those of no named language are in `first`."""
    named = {language or first: text for language, text in words.items() if text}
    ordered = dict(sorted(named.items(), key=lambda item: item[0] != first))
    return ordered[DEFAULT_LANGUAGE] if set(ordered) == {DEFAULT_LANGUAGE} else ordered or ""


def _heading(written: str, spellings: Mapping[str, str], known: frozenset[str], header: Sequence[str]) -> Heading:
    parts = _parts(written, doubled=any("::" in other for other in header))
    if plain_heading(parts[0]) in _BEFORE and len(parts) > 1:
        parts = parts[1:]
    first = plain_heading(parts[0])
    key = spellings.get(first, first)
    if key.startswith("media::"):
        return Heading(written, key, language_of(parts[1]) if len(parts) > 1 else "")
    if key not in known or len(parts) > 2 or (len(parts) == 2 and key not in TRANSLATED):
        return Heading(written, written.strip())
    return Heading(written, key, language_of(parts[1]) if len(parts) == 2 else "")


def _parts(written: str, *, doubled: bool) -> list[str]:
    """A heading in parts; single colons part them in old forms that have no double ones."""
    if doubled or "::" in written:
        return [part.strip() for part in written.split("::")]
    return [part.strip() for part in re.split(r"(?<!\bjr):", written)]
