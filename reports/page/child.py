"""The drawing child: reads HTML frames from its input, answers each with one frame, ends with its input.

It lives apart from the web because Pango may take a process down with it: without any
font it ends in a segmentation fault.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import BinaryIO, Final, TypeAlias

from reports.page import frames

# A table of 5000 rows was measured at 1 GB of memory and 60 s of processor; Noto's fonts are mapped beside it.
MEMORY_LIMIT_BYTES: Final = 3 << 30
CPU_LIMIT_SECONDS: Final = 300

Answer: TypeAlias = tuple[bytes, bytes]


def main() -> None:
    """Answer frames until the input ends."""
    answers = _own_output()
    _limit_memory()
    drawn = _prepared()
    while (frame := frames.read_frame(sys.stdin.buffer)) is not None:
        _limit_cpu()
        kind, content = drawn(frame[1].decode())
        frames.write_frame(answers, kind, content)


def _own_output() -> BinaryIO:
    """The pipe to the parent, out of reach of libraries that print: their stdout becomes stderr."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _prepared() -> Callable[[str], Answer]:
    """How every frame will be answered: by drawing it, or by saying what this machine lacks."""
    try:
        with warnings.catch_warnings(record=True, action="always") as spoken:
            from reports.page import rendering  # noqa: PLC0415 - it loads Pango, whose absence is an answer
    except OSError as missing:
        return _always((frames.NO_LIBRARY, str(missing).encode()))
    said = " ".join(str(warning.message) for warning in spoken)
    if "HarfBuzz-Subset" in said:  # WeasyPrint would go on, fifty times slower
        return _always((frames.NO_LIBRARY, b"harfbuzz-subset"))
    if "FontConfig" in said:  # no font at all: the first letter would be a segmentation fault
        return _always((frames.NO_FONT, b""))
    renderer = rendering.Renderer()
    if not renderer.has_chinese():
        return _always((frames.NO_FONT, b""))

    def drawn(html: str) -> Answer:
        try:
            return frames.PDF, renderer.draw(html)
        except rendering.MissingGlyphs as missing:
            return frames.MISSING, missing.characters.encode()

    return drawn


def _always(answer: Answer) -> Callable[[str], Answer]:
    return lambda _html: answer


def _limit_memory() -> None:
    """Let a page that grows without end fail here, not in the machine's memory."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))


def _limit_cpu() -> None:
    """Give the next page its share of the processor; the parent's timeout is the first guard, this the second."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        spent = int(time.process_time())
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_LIMIT_SECONDS, hard))


if __name__ == "__main__":
    main()
