"""One record on paper: what the reader sees of it, with its photos and its history, as a PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from forms.access import Sight
from forms.values import Kind
from records.attachments import named_files
from records.files import stored_files
from records.ledger import Ledger
from records.listing import get
from records.model import Submission
from records.seeing import Seeing
from reports.pdf import draw
from webapp import guards
from webapp.guards import site
from webapp.showing import history, shown_answers, shown_tables
from webapp.thumbnails import thumbnail
from webapp.uploading import DRAWN
from webapp.views.exchange import attachment

views = Blueprint("printing", __name__)

#: A record is a page or three; a machine that needs longer for it is in trouble (seconds).
_LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of a record, small, carried in the page itself."""

    question: str
    name: str
    source: str


@views.get("/r/<submission_id>/pdf")
def get_pdf(submission_id: str) -> Response:
    """The record as a PDF to print or to keep. Raises what `reports.pdf.draw` raises."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        seeing = Seeing(ledger, actor)
        asked = seeing.asked(submission)
        html = render_template(
            "print.html",
            form=asked,
            submission=submission,
            eyes=seeing.eyes(submission),
            answers=shown_answers(seeing, asked, submission),
            rows=shown_tables(seeing, asked, submission),
            pictures=list(_pictures(ledger, seeing, submission)),
            history=history(seeing, submission)[::-1],
            printed_at=site().now(),
        )
    response = Response(draw(html, timeout=_LONGEST), mimetype="application/pdf")
    name = attachment(f"{submission.title[:80]}.pdf").replace("attachment;", "inline;", 1)
    response.headers["Content-Disposition"] = name
    return response


def _pictures(ledger: Ledger, seeing: Seeing, submission: Submission) -> Iterator[Picture]:
    """The photos that the reader sees; other files are named among the answers."""
    eyes = seeing.eyes(submission)
    for field in seeing.asked(submission).questions.values():
        if field.kind is not Kind.FILES or eyes.sight(field.name) is not Sight.WHOLE:
            continue
        named = named_files(submission.answers.get(field.name))
        known = stored_files(ledger.conn, [digest for digest, _ in named])
        for digest, name in named:
            if digest in known and known[digest].media_type in DRAWN:
                content = b64encode(thumbnail(site().settings.files, digest)).decode("ascii")
                yield Picture(field.label, name, f"data:image/jpeg;base64,{content}")
