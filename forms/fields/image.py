"""Photos."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field as Key

from forms.fields.files import FilesField

_PHOTOS: Final = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif")


class Image(FilesField):
    """Photos, taken or chosen; the page makes them smaller before it sends them.

    Example:
        type: image
        name: photos
        label: {zh: 隐患照片, en: Photos}
        most: 3
    """

    widget: ClassVar[str] = "image"

    type: Literal["image"] = "image"
    #: How many photos there may be.
    most: Annotated[int, Key(ge=1, le=99)] = 9
    #: How long the longer side is at most, in pixels (XLSForm: max-pixels).
    max_pixels: Annotated[int, Key(ge=200, le=10_000)] = 1600
    #: What they may be.
    media_types: tuple[str, ...] = _PHOTOS
