"""The catalogues of sentences, made ready for gettext where they lie.

`translations/*/LC_MESSAGES/messages.po` is what people write; gettext reads its compiled twin,
which is made here when it is missing or older. Where nothing may be written, pages stay Chinese.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_log = logging.getLogger("taizhang.web")


def compile_catalogues(translations: Path) -> None:
    """Compile every catalogue in `translations` that changed since it was compiled."""
    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            _compile(source, compiled)
        except OSError as error:
            _log.warning("%s cannot be written (%s): pages stay Chinese", compiled, error.strerror)


def _compile(source: Path, compiled: Path) -> None:
    """Write beside, then rename: two processes may start at the same moment."""
    beside = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    with source.open("rb") as file:
        catalogue = read_po(file)
    with beside.open("wb") as file:
        write_mo(file, catalogue)
    beside.replace(compiled)
