"""Widgets and fields that WTForms does not bring along."""

from __future__ import annotations

import wtforms
from wtforms.widgets import TextInput


class Typed(TextInput):
    """An input of a certain HTML type."""

    def __init__(self, input_type: str) -> None:
        super().__init__(input_type)


class FilesControl(wtforms.Field):
    """Files that were sent already, each as `{digest, name}`; the template draws them, and what takes new ones."""


class RankControl(wtforms.SelectMultipleField):
    """Choices in their order; the template draws them."""
