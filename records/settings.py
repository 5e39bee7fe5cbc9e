"""Small facts that the office's database keeps about itself, by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from records.tables import settings
from records.upserting import upsert


def read_setting(conn: Connection, name: str) -> Any:  # noqa: ANN401 -- whatever JSON can hold
    """The fact called `name`; None if it was never written."""
    return conn.execute(select(settings.c.value).where(settings.c.name == name)).scalar()


def write_setting(conn: Connection, name: str, value: Any) -> None:  # noqa: ANN401 -- whatever JSON can hold
    """Keep a fact, in place of the one of that name."""
    upsert(conn, settings, [{"name": name, "value": value}])
