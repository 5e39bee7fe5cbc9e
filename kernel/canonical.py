"""One way of writing JSON, so that equal things have equal text and equal digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def to_json(value: Any) -> str:  # noqa: ANN401 -- whatever JSON can hold
    """`value` as compact JSON; Chinese stays Chinese (escapes would double the database)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(value: Any) -> str:  # noqa: ANN401 -- whatever JSON can hold
    """A SHA-256 of `value` that does not depend on the order of keys."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
