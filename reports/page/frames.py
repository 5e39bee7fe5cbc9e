"""What the web and its drawing child say to each other: one byte of kind, eight of length, the content."""

from __future__ import annotations

import struct
from typing import IO, Final

HTML: Final = b"H"  # to the child: draw this
PDF: Final = b"P"  # from the child: here it is
NO_LIBRARY: Final = b"L"  # from the child: Pango or a neighbour is missing; content: its name
NO_FONT: Final = b"F"  # from the child: no font has Chinese; content empty
MISSING: Final = b"M"  # from the child: these characters have no glyph; content: the characters

_HEAD = struct.Struct(">cQ")


def write_frame(stream: IO[bytes], kind: bytes, content: bytes) -> None:
    """Send one frame and flush; BrokenPipeError when nobody listens any more."""
    stream.write(_HEAD.pack(kind, len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next (kind, content), or None when the other side went away, even in the middle of a frame."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    content = stream.read(length)
    return (kind, content) if len(content) == length else None
