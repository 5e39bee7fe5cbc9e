"""Full width and half width: what a Chinese keyboard types, and its plain twin."""

from __future__ import annotations

import unicodedata


def half_width(text: str) -> str:
    """Digits, signs and letters typed on a Chinese keyboard as their plain twins (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()
