"""Pictures and other files as people send them."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def photo(width: int = 80, height: int = 60, color: str = "#3377aa", form: str = "JPEG", **kept: object) -> bytes:
    """A picture of one colour."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), color).save(content, form, **kept)
    return content.getvalue()


def zipped(*members: str) -> bytes:
    """A zip whose members say nothing."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in members:
            archive.writestr(member, "")
    return content.getvalue()
