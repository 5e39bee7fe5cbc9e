"""Small pictures of photos, drawn when first asked for and kept beside the photo."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from kernel.whole import write_whole
from records.files import path_of, read_file

#: The longer side of a thumbnail in pixels: as wide as a phone shows two beside each other.
_LONGEST_SIDE = 360


def thumbnail(folder: Path, digest: str) -> bytes:
    """A small JPEG of a photo, upright. Raises `NoSuchFile`, `DamagedFile`.

    Its name begins with a point: a backup leaves it out, for it can be drawn again.
    """
    photo = path_of(folder, digest)
    small = photo.with_name(f".{digest}.thumbnail.jpg")
    if photo.exists() and small.exists():
        return small.read_bytes()
    content = _drawn_small(read_file(folder, digest))
    write_whole(small, content)
    return content


def _drawn_small(content: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size was looked at when it came in
        with Image.open(io.BytesIO(content)) as photo:
            photo.draft("RGB", (_LONGEST_SIDE * 2, _LONGEST_SIDE * 2))
            upright = ImageOps.exif_transpose(photo)
            upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            small = upright.convert("RGBA")
            ground = Image.new("RGB", small.size, "white")
            ground.paste(small, mask=small.getchannel("A"))
    drawn = io.BytesIO()
    ground.save(drawn, "JPEG", quality=82)
    return drawn.getvalue()
