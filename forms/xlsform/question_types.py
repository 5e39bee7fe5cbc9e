"""Question types of XLSForm and what they are here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from forms.definition import field_classes


@dataclass(frozen=True, slots=True)
class Taken:
    """A row's type as a question here: our type, keys that go with it, and whether the type goes out otherwise."""

    type: str
    keys: Mapping[str, Any] = field(default_factory=dict)
    #: The word is kept, for ours goes out as another one.
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A question with choices: our type, the list's name, `or_other`, and whether the list is a file."""

    type: str
    listed: str
    or_other: bool = False
    from_file: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """The start of a group or repeat."""

    type: str


@dataclass(frozen=True, slots=True)
class End:
    """The end of a group or repeat."""

    type: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A row that only names a file: `csv-external`."""

    type: str


@dataclass(frozen=True, slots=True)
class Untaken:
    """A type that nothing here is like."""

    type: str


Sort = Taken | Select | Begin | End | Attached | Untaken

_SAME: Final = {
    "text": "text string",
    "integer": "integer int",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "datetime": "datetime date_time",
    "geopoint": "geopoint gps location",
    "image": "image photo picture",
    "file": "file",
    "barcode": "barcode",
    "note": "note",
    "calculate": "calculate",
    "hidden": "hidden",
    "acknowledge": "acknowledge trigger",
    "range": "range",
}
_PLAIN: Final = {word: ours for ours, words in _SAME.items() for word in words.split()}
#: Keys that say here what goes without saying there.
_KEYS: Final[Mapping[str, Mapping[str, Any]]] = {
    **{word: {"most": 1} for word in ("image", "photo", "picture")},
    **{word: {"required": False} for word in ("acknowledge", "trigger")},
    "range": {"start": 1, "end": 10, "step": 1},
}
#: What a telephone knows by itself: here a blank answer, so that expressions which name it can be read.
_OF_DEVICES: Final = frozenset(
    {
        *("deviceid", "imei", "device_id", "phonenumber", "phone_number", "simserial", "sim_id", "subscriberid"),
        *("subscriber_id", "email", "audit", "start-geopoint", "background-geopoint", "background-audio"),
    }
)
_OF_FILLING: Final = {
    "start": ("once(now())", "text"),
    "start_time": ("once(now())", "text"),
    "end": ("now()", "text"),
    "end_time": ("now()", "text"),
    "today": ("once(today())", "date"),
    "username": ("once(user('id'))", "text"),
}
_CONTROLS: Final = {"group": "group", "repeat": "repeat", "lgroup": "repeat", "looped_group": "repeat"}
_SELECT: Final = re.compile(
    r"^(?P<one>select[_ ]one|select1|select[_ ]one[_ ]from|add select one prompt using)"
    r"|^(?P<many>select[_ ]multiple|select all that apply|select all that apply from|select[_ ]multiple[_ ]from"
    r"|add select multiple prompt using)|^(?P<rank>rank)",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(r"\s+(?:or specify other|or_other|or other)$", re.IGNORECASE)
_FILE: Final = re.compile(r"^select[_ ](one|multiple)[_ ]from[_ ]file\s+(\S+)$", re.IGNORECASE)
_EXTERNAL: Final = re.compile(r"^select[_ ]one[_ ]external\s+(\S+)$", re.IGNORECASE)
_FROM: Final = re.compile(
    r"^(?:select[_ ]one[_ ]from|select[_ ]multiple[_ ]from|select all that apply from|select all that apply"
    r"|select[_ ]one|select[_ ]multiple|select1|add select (?:one|multiple) prompt using|rank)\s+(.+)$",
    re.IGNORECASE,
)


def sort_of(written: str) -> Sort:
    """What a row is by the word in its column `type`."""
    text = " ".join(written.split())
    word = text.lower().replace(" ", "_")
    control = re.fullmatch(r"(begin|end)_(\w+?)(?:_over_\S+)?", word)
    if control and control[2] in (*_CONTROLS, "loop"):
        ours = _CONTROLS.get(control[2])
        if ours is None:
            return Untaken(text)
        return Begin(ours) if control[1] == "begin" else End(ours)
    return _select(text) or _simple(text, re.sub(r"^(?:q|get|add)_|_prompt$", "", word))


def _select(text: str) -> Sort | None:
    if found := _FILE.match(text):
        kind = "select_one" if found[1].lower() == "one" else "select_multiple"
        return Select(kind, found[2], from_file=True)
    if found := _EXTERNAL.match(text):
        return Select("select_one", found[1], external=True)
    bare = _OTHER.sub("", text)
    named, found = _FROM.match(bare), _SELECT.match(bare)
    if not found or not named or " " in named[1] or named[1].startswith("${"):
        return Untaken(text) if found else None
    kind = "select_one" if found["one"] else "select_multiple" if found["many"] else "rank"
    return _known(Select(kind, named[1], or_other=bare != text))


def _simple(text: str, word: str) -> Sort:
    if word in _PLAIN:
        return _known(Taken(_PLAIN[word], _KEYS.get(word, {})))
    if word in ("audio", "video"):
        return Taken("file", {"media_types": [f"{word}/*"]}, kept=True)
    if word in ("geotrace", "geoshape"):
        return Taken("text", {"format": "multiline"}, kept=True)
    if word in _OF_FILLING:
        calculation, result = _OF_FILLING[word]
        keys = {"calculation": calculation, "hidden": True, **({"result": result} if result != "text" else {})}
        return Taken("calculate", keys, kept=True)
    if word.removeprefix("uri:") in _OF_DEVICES:
        return Taken("calculate", {"calculation": "''", "hidden": True}, kept=True)
    if word in ("csv-external", "xml-external"):
        return Attached(word)
    return Untaken(text)


def _known(sort: Taken | Select) -> Sort:
    """`sort`, unless questions of that type cannot be asked here."""
    return sort if sort.type in our_types() else Untaken(sort.type)


@cache
def our_types() -> frozenset[str]:
    """Every type of question that can be asked here."""
    return frozenset(str(cls.model_fields["type"].default) for cls in field_classes())
