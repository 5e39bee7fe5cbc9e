"""Signatures."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field as Key

from forms.fields.files import FilesField


class Signature(FilesField):
    """A signature, drawn with a finger and kept as a picture.

    Example:
        type: signature
        name: signed
        label: 企业负责人签字
        required: true
        required_message: 请企业负责人签字
    """

    widget: ClassVar[str] = "signature"

    type: Literal["signature"] = "signature"
    #: One signature.
    most: Annotated[int, Key(ge=1, le=1)] = 1
    #: How large it may be, in megabytes.
    max_size: Annotated[int, Key(ge=1, le=500)] = 2
    #: What it may be.
    media_types: tuple[str, ...] = ("image/png", "image/jpeg")
