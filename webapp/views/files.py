"""Files that people attach: sent as soon as they are chosen, handed out to whoever may see a record that shows them."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify, request, url_for

from records.attachments import may_open
from records.files import NoSuchFile, StoredFile, read_file, stored_files
from webapp import guards
from webapp.guards import site
from webapp.keeping import keep
from webapp.thumbnails import thumbnail
from webapp.uploading import DRAWN, EmptyFile
from webapp.views.exchange import attachment

views = Blueprint("files", __name__)


@views.post("/files")
def post_file() -> tuple[Response, int]:
    """Keep one file (`file`) for a form that is being filled; its digest is what the form then sends."""
    guards.actor()
    sent = request.files.get("file")
    if sent is None:
        raise EmptyFile
    file = keep(sent.read(), sent.filename or "")
    shown = {"digest": file.digest, "name": file.name, "type": file.media_type, "size": file.size}
    return jsonify({**shown, "url": url_for("files.get_file", digest=file.digest), "small": small_url(file)}), 201


@views.get("/files/<digest>")
def get_file(digest: str) -> Response:
    """A file. What a browser cannot draw safely is only handed out to be saved."""
    file = _opened(digest)
    response = Response(read_file(site().settings.files, digest), mimetype=file.media_type)
    if file.media_type not in DRAWN:
        response.headers["Content-Disposition"] = attachment(file.name)
    return _guarded(response, digest)


@views.get("/files/<digest>/small")
def get_small(digest: str) -> Response:
    """A photo's thumbnail. Raises `NoSuchFile` for what is no photo."""
    file = _opened(digest)
    if file.media_type not in DRAWN:
        raise NoSuchFile(digest)
    return _guarded(Response(thumbnail(site().settings.files, digest), mimetype="image/jpeg"), f"{digest}-small")


def small_url(file: StoredFile) -> str | None:
    """The address of a photo's thumbnail; None: it is no photo."""
    return url_for("files.get_small", digest=file.digest) if file.media_type in DRAWN else None


def _opened(digest: str) -> StoredFile:
    """What is known of a file that the actor may have. Raises `NoSuchFile`, also for what they may not have."""
    actor, kept = guards.actor(), timedelta(days=site().settings.uploads.keep_days)
    with site().reading() as ledger:
        file = stored_files(ledger.conn, [digest]).get(digest)
        if file is None or not may_open(ledger, actor, digest, since=site().now() - kept):
            raise NoSuchFile(digest)
        return file


def _guarded(response: Response, tag: str) -> Response:
    """Kept by the browser, but asked for again each time, for who may see it may change; nothing in it can act."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(tag)
    response.make_conditional(request)
    return response
