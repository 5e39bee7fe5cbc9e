from __future__ import annotations

import io
from hashlib import sha256

from PIL import Image
from werkzeug.test import TestResponse

from records.attachments import purge_uploads
from tests.conftest import HandClock
from tests.webapp.office import Visitor
from tests.webapp.pictures import HEIC, PDF, photo
from webapp.site import Site


def upload(visitor: Visitor, content: bytes, name: str = "现场.jpg") -> TestResponse:
    """Send a file as a page does; the body is written here, for the client of the tests keeps a large one open."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return visitor.client.post(
        "/files",
        data=head.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "application/json", "X-CSRFToken": visitor.token()},
    )


def test_a_photo_comes_back_byte_for_byte_and_small(as_clerk: Visitor) -> None:
    content = photo(1600, 1200)
    sent = upload(as_clerk, content)
    assert sent.status_code == 201
    file = sent.get_json()
    assert file == {
        "digest": sha256(content).hexdigest(),
        "name": "现场.jpg",
        "type": "image/jpeg",
        "size": len(content),
        "url": f"/files/{file['digest']}",
        "small": f"/files/{file['digest']}/small",
    }
    whole = as_clerk.get(file["url"])
    assert (whole.data, whole.mimetype) == (content, "image/jpeg")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    for _ in range(2):  # drawn, and taken from beside the photo
        with Image.open(io.BytesIO(as_clerk.get(file["small"]).data)) as small:
            assert small.size == (360, 270)
    assert as_clerk.get(file["url"], If_None_Match=whole.headers["ETag"]).status_code == 304


def test_a_photo_taken_sideways_is_small_upright_and_any_picture_has_a_thumbnail(as_clerk: Visitor) -> None:
    sideways = Image.Exif()
    sideways[0x0112] = 6
    pictures = [photo(800, 400, exif=sideways)]
    for mode in ("L", "LA", "P", "RGBA", "CMYK", "I;16", "1"):
        content = io.BytesIO()
        Image.new(mode, (40, 80)).save(content, "JPEG" if mode == "CMYK" else "PNG")
        pictures.append(content.getvalue())
    for picture in pictures:
        with Image.open(io.BytesIO(as_clerk.get(upload(as_clerk, picture).get_json()["small"]).data)) as small:
            assert small.height == 2 * small.width


def test_what_a_browser_should_not_draw_is_handed_out_to_be_saved(as_clerk: Visitor) -> None:
    file = upload(as_clerk, PDF, "方案.pdf").get_json()
    got = as_clerk.get(file["url"])
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "%E6%96%B9%E6%A1%88.pdf" in got.headers["Content-Disposition"]
    assert file["small"] is None
    assert as_clerk.get(f"{file['url']}/small").status_code == 404


def test_what_is_not_taken_is_told_in_words(as_clerk: Visitor, site: Site) -> None:
    for content, name, status, word in (
        (HEIC, "IMG_1.HEIC", 422, "兼容性最佳"),
        (b"<html><script>", "报告.pdf", 422, "程序或网页"),
        (b"", "x.jpg", 422, "没有收到"),
        (bytes(site.settings.uploads.most_bytes + 1), "录像.bin", 413, "超过 20 MB"),
    ):
        refused = upload(as_clerk, content, name)
        assert refused.status_code == status
        assert word in refused.get_json()["sentence"]
    assert as_clerk.client.post("/files", data={"csrf_token": as_clerk.token()}).status_code == 422
    assert as_clerk.client.post("/files", data={"file": (io.BytesIO(PDF), "x")}).status_code == 400, "no token"


def test_until_a_record_shows_it_a_file_is_its_sender_s_alone(
    as_clerk: Visitor, as_admin: Visitor, visitor: Visitor
) -> None:
    file = upload(as_clerk, photo()).get_json()
    assert as_clerk.get(file["url"]).status_code == 200
    for stranger in (as_admin, visitor):
        for path in (file["url"], file["small"]):
            assert stranger.get(path).status_code in (302, 404)
    for nothing in ("x", "0" * 64, "../../config.yaml", f"{file['digest']}0"):
        assert as_clerk.get(f"/files/{nothing}").status_code == 404


def test_what_no_record_shows_is_cleared_away_after_some_days(as_clerk: Visitor, site: Site, now: HandClock) -> None:
    old = upload(as_clerk, photo(color="red")).get_json()
    again = upload(as_clerk, photo(color="blue")).get_json()
    as_clerk.get(old["small"])
    now.forward(days=8)
    assert upload(as_clerk, photo(color="blue")).status_code == 201, "chosen once more, it is new once more"
    with site.database.writing() as conn:
        assert purge_uploads(conn, site.settings.files, before=now.forward(days=-1)) == 1
    now.forward(days=1)
    assert as_clerk.get(old["url"]).status_code == 404
    assert as_clerk.get(again["url"]).status_code == 200
    left = [path.name for path in site.settings.files.rglob("*") if path.is_file()]
    assert left == [again["digest"]]
