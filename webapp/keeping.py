"""Keeping what somebody attaches, until a record shows it or some days went by."""

from __future__ import annotations

from datetime import timedelta

from records.attachments import note_upload, purge_uploads
from records.files import StoredFile
from records.model import Door
from webapp import guards
from webapp.guards import site
from webapp.site import Site
from webapp.uploading import recognised


def keep(content: bytes, name: str) -> StoredFile:
    """Keep what the person of this request sent. Raises the problems of `webapp.uploading`."""
    file = recognised(content, name, megabytes=site().settings.uploads.megabytes)
    occasion = site().occasion(guards.actor(), Door.WEB)
    site().attempt(lambda ledger: note_upload(ledger.conn, site().settings.files, file, content, occasion))
    return file


def clear_away(office: Site) -> int:
    """Take away what was attached to forms that were never sent, after the days that the settings say; how many."""
    settings = office.settings
    before = office.now() - timedelta(days=settings.uploads.keep_days)
    with office.database.writing() as conn:
        return purge_uploads(conn, settings.files, before=before)
