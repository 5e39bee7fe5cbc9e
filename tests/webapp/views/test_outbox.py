from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from werkzeug.http import parse_options_header

from tests.conftest import OFFICE
from tests.webapp.office import Visitor

NAME = "20261122-100000_催报_1a2b3c4d.eml"


@pytest.fixture
def letter(tmp_path: Path) -> EmailMessage:
    """A letter in the office's outbox."""
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = "<b>催报</b>", "a@example.cn", "李桂兰 <li@example.cn>"
    made["Date"] = format_datetime(datetime(2026, 11, 22, 10, tzinfo=OFFICE))
    made.set_content("请今天 16:00 前报送。\n<script>alert(1)</script>")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="第1期.pdf")
    made.add_attachment("<script>alert(1)</script>", subtype="html", filename="x.html")
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / NAME).write_bytes(made.as_bytes())
    return made


def test_an_empty_outbox_says_so(as_office: Visitor) -> None:
    assert "还没有信" in as_office.get("/outbox").text


def test_a_letter_is_read_as_its_reader_would(letter: EmailMessage, as_office: Visitor) -> None:
    assert "&lt;b&gt;催报" in as_office.get("/outbox").text
    page = as_office.get(f"/outbox/{NAME}").text
    assert "请今天 16:00 前报送" in page
    assert "2026-11-22 10:00" in page
    assert "&lt;script&gt;" in page
    assert "第1期.pdf" in page


def test_attachments_are_handed_out_under_their_names_and_never_opened_in_the_page(
    letter: EmailMessage, as_office: Visitor
) -> None:
    answer = as_office.get(f"/outbox/{NAME}/0")
    kind, options = parse_options_header(answer.headers["Content-Disposition"])
    assert (kind, options["filename"], answer.data) == ("attachment", "第1期.pdf", b"%PDF-1.7")
    assert as_office.get(f"/outbox/{NAME}/1").headers["Content-Disposition"].startswith("attachment")
    assert as_office.get(f"/outbox/{NAME}/9").status_code == 404


def test_a_letter_is_found_by_its_name_and_no_other_is_opened(
    letter: EmailMessage, as_office: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "outbox" / "20261123-100000_打不开_1a2b3c4d.eml").symlink_to(tmp_path / "gone")
    assert as_office.get(f"/outbox/{NAME}").status_code == 200


def test_only_letters_of_the_outbox_are_read(letter: EmailMessage, as_office: Visitor, tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("Subject: secret\n\nsecret")
    for name in ("..%2fsecret.eml", "%2e%2e/secret.eml", "secret.eml", "火.eml", "."):
        assert as_office.get(f"/outbox/{name}").status_code == 404
