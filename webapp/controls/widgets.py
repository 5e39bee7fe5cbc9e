"""Widgets and fields that WTForms does not bring along."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms.widgets import ListWidget, TextInput


class OptionList(ListWidget):
    """Options as a list of labels that a thumb can hit."""

    def __init__(self) -> None:
        super().__init__(prefix_label=False)

    def __call__(self, field: Any, **attributes: Any) -> Any:  # noqa: ANN401 -- WTForms' protocol
        """The list."""
        attributes["class"] = f"options {attributes.pop('class', '')}".strip()
        return super().__call__(field, **attributes)


class Typed(TextInput):
    """An input of a certain HTML type."""

    def __init__(self, input_type: str) -> None:
        super().__init__(input_type)


class FilesControl(wtforms.Field):
    """Files that were sent already, each as `{digest, name}`; the template draws them, and what takes new ones."""


class RankControl(wtforms.SelectMultipleField):
    """Choices in their order; the template draws them."""
