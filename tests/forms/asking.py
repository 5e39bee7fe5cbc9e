"""Asking one question in a test: making it, reading an answer, being refused."""

from __future__ import annotations

from typing import Any

import pytest

from forms.fields.base import Field
from forms.values import Raw, Rejected, Value
from tests.forms.dictionary import Dictionary

OFFICE = Dictionary()
CHOICES = {
    "general": "一般",
    "major": {"zh": "重大", "en": "Major"},
    "fire": "火灾、爆炸",
    "ab": "甲",
    "AB": "乙",
    "2": "二",
}


def made(cls: type[Field], **keys: Any) -> Field:
    """A question of the type with the keys given."""
    return cls.model_validate({"name": "q", "label": "题", "type": cls.model_fields["type"].default, **keys})


def read(field: Field, raw: Raw) -> Value:
    """What an answer is read as."""
    return field.read(raw, OFFICE)


def refusal(field: Field, raw: Raw) -> str:
    """Why an answer is refused."""
    with pytest.raises(Rejected) as rejected:
        read(field, raw)
    return str(rejected.value.sentence)
