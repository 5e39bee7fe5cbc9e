"""What an answer may be once it has been read, and what a door may hand in before that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from kernel.sentences import Sentence

#: A stored answer: exactly what JSON can hold. Decimals are canonical text ("12.5"), dates ISO text, dates with
#: an hour the office's wall clock to the minute ("2026-11-22T08:30").
Value: TypeAlias = str | int | bool | list["Value"] | dict[str, "Value"] | None

#: What a door hands in: text as typed, several texts, or the rows of a repeat.
Raw: TypeAlias = str | int | float | bool | Sequence["Raw"] | Mapping[str, "Raw"] | None

Answers: TypeAlias = dict[str, Value]


class Kind(StrEnum):
    """How an answer is stored, compared and counted; the store and the sheets know only these."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    YES_NO = "yes_no"
    LIST = "list"
    TABLE = "table"
    FILES = "files"
    NOTHING = "nothing"


class Rejected(ValueError):
    """The answer cannot be accepted; the sentence is meant for the person who typed it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the store knows of a file: what it was called when it first came, what it is, how large it is (bytes)."""

    name: str
    media_type: str
    size: int


class Lookup(Protocol):
    """What reading and showing answers must ask the office: who and what exists.

    The database answers in the product; a test answers from a dict.
    """

    def find_unit(self, text: str) -> str | None:
        """The id of the living unit whose id or name is `text`."""
        ...

    def unit_name(self, unit_id: str) -> str:
        """The name of a unit, or the id itself where there is none."""
        ...

    def unit_kind(self, unit_id: str) -> str:
        """The kind of a unit: office, department, town …"""
        ...

    def find_person(self, text: str) -> str | None:
        """The id of the living person whose id or (unique) name is `text`."""
        ...

    def person_name(self, person_id: str) -> str:
        """The name of a person, or the id itself where there is none."""
        ...

    def person_roles(self, person_id: str) -> frozenset[str]:
        """The roles of a person."""
        ...

    def works_in(self, person_id: str, unit_id: str) -> bool:
        """Whether a person belongs to a unit, or to one under it."""
        ...

    def find_records(self, form_id: str, text: str) -> Sequence[str]:
        """Ids of the living records of a form whose id or title is `text`."""
        ...

    def record_title(self, record_id: str) -> str:
        """The title of a record, or the id itself where there is none."""
        ...

    def find_file(self, digest: str) -> FileFacts | None:
        """What is known of a stored file; None: it was never stored."""
        ...


class Linked(Protocol):
    """What the records that answers link to say, asked on behalf of whoever sends the answers."""

    def __call__(self, form_id: str, record_ids: Collection[str], /) -> Mapping[str, Mapping[str, Value]]:
        """The answers of records of a form, and their `state`, by id, under the names of today.

        A record that the sender may not see is left out, and so is an answer.
        """
        ...


def nothing_linked(form_id: str, record_ids: Collection[str], /) -> Mapping[str, Mapping[str, Value]]:
    """A `Linked` for where nobody may see anything."""
    del form_id, record_ids
    return {}
