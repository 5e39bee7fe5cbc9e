"""Forms that are served no more: their records stay, and are shown by the last version there was."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from records.catalogue import Catalogue, NoSuchForm, Published
from records.tables import form_versions


def retired_forms(conn: Connection) -> dict[str, int]:
    """Every retired form with its last version."""
    query = (
        select(form_versions.c.form_id, func.max(form_versions.c.version).label("version"))
        .group_by(form_versions.c.form_id)
        .having(func.count() == func.count(form_versions.c.retired_at))
        .order_by(form_versions.c.form_id)
    )
    return {row.form_id: row.version for row in conn.execute(query)}


def last_served(conn: Connection, catalogue: Catalogue, form_id: str) -> Published:
    """A form as it is served, or as it was served last. Raises `NoSuchForm`."""
    if form_id in catalogue.newest:
        return catalogue[form_id]
    version = retired_forms(conn).get(form_id)
    if version is None:
        raise NoSuchForm(form_id)
    return catalogue.version(conn, form_id, version)
