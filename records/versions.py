"""The versions of a form: each as it was published, when, and by whom; none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from kernel.clock import from_utc_text
from records.tables import form_versions, submissions


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a form."""

    number: int
    source: str
    published_at: datetime
    published_by: str
    #: How many records name it: their last change was made under it.
    records: int


def versions_of(conn: Connection, form_id: str) -> list[Version]:
    """Every version of a form, the newest first; none: it was never published."""
    counted = (
        select(submissions.c.form_version, func.count().label("records"))
        .where(submissions.c.form_id == form_id)
        .group_by(submissions.c.form_version)
    )
    records = {row.form_version: row.records for row in conn.execute(counted)}
    query = select(form_versions).where(form_versions.c.form_id == form_id).order_by(form_versions.c.version.desc())
    return [
        Version(row.version, row.source, from_utc_text(row.published_at), row.published_by, records.get(row.version, 0))
        for row in conn.execute(query)
    ]
