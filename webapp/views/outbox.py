"""The outbox: letters that lie in a folder because no mail server is set up, readable in the page."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import Blueprint, Response, render_template

from kernel.mail import read_outbox
from kernel.problems import NotFound
from kernel.sentences import say
from webapp.guards import site
from webapp.permission import staff_only
from webapp.views.exchange import attachment

views = Blueprint("outbox", __name__)
views.before_request(staff_only)


class NoSuchLetter(NotFound):
    """The outbox has no such letter or attachment."""

    code = "outbox.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(say("发件箱里没有“{name}”", name=name))


@views.get("/outbox")
def get_outbox() -> str:
    """The newest letters."""
    mail = site().settings.mail
    return render_template("outbox.html", letters=read_outbox(mail.outbox), server=mail.host)


@views.get("/outbox/<name>")
def get_letter(name: str) -> str:
    """One letter as its reader sees it."""
    letter = _letter(name)
    body = letter.get_body(("plain",))
    attachments = [part.get_filename() or "" for part in letter.iter_attachments()]
    text = body.get_content() if body else ""
    return render_template("letter.html", name=name, letter=letter, text=text, attachments=attachments)


@views.get("/outbox/<name>/<int:number>")
def get_attachment(name: str, number: int) -> Response:
    """An attachment of a letter."""
    parts = list(_letter(name).iter_attachments())
    if number >= len(parts):
        raise NoSuchLetter(name)
    part = parts[number]
    title = part.get_filename() or "attachment"
    headers = {"Content-Disposition": attachment(title)}
    content = part.get_payload(decode=True)
    return Response(content if isinstance(content, bytes) else b"", mimetype=part.get_content_type(), headers=headers)


def _letter(name: str) -> EmailMessage:
    """A letter by its file's name, which is looked up among the files there are and never joined to a path."""
    path = next((path for path in site().settings.mail.outbox.glob("[!.]*.eml") if path.name == name), None)
    if path is None:
        raise NoSuchLetter(name)
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
