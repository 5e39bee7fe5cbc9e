from __future__ import annotations

import io
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from tests.webapp.pictures import HEIC, PDF, photo, zipped
from webapp.uploading import (
    DRAWN,
    OTHER,
    BrokenPhoto,
    EmptyFile,
    FileTooLarge,
    HeicPhoto,
    RunnableFile,
    media_type_of,
    recognised,
)

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        *((photo(form=form), f"image/{form.lower()}") for form in ("JPEG", "PNG", "WEBP", "GIF")),
        (PDF, "application/pdf"),
        (zipped("word/document.xml"), f"{OFFICE}.wordprocessingml.document"),
        (zipped("xl/workbook.xml"), f"{OFFICE}.spreadsheetml.sheet"),
        (zipped("OFD.xml"), "application/ofd"),
        (zipped("x"), "application/zip"),
        (b"PK\x03\x04 torn", OTHER),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word", "application/x-ole-storage"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ("会议记录".encode(), OTHER),
    ],
    ids=[*("JPEG", "PNG", "WEBP", "GIF", "PDF"), *("docx", "xlsx", "OFD", "zip", "torn", "doc", "mp4", "text")],
)
def test_a_file_is_what_it_holds_whatever_it_is_called(content: bytes, expected: str) -> None:
    assert media_type_of(content, "photo.jpg") == expected


def test_a_torn_photo_is_refused_also_where_something_else_lets_them_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(BrokenPhoto):
        recognised(photo()[:-40], "现场.jpg", megabytes=1)


def test_a_photo_is_kept_byte_for_byte_under_its_own_name() -> None:
    exif = Image.Exif()
    exif[0x010E] = "配电室"
    content = photo(exif=exif)
    file = recognised(content, "..\\照片\\现场 1.JPG", megabytes=1)
    assert (file.digest, file.name, file.size) == (sha256(content).hexdigest(), "现场 1.JPG", len(content))


def test_what_no_browser_shows_what_is_torn_and_what_can_run_is_refused_in_words() -> None:
    whole = photo(400, 300, form="PNG")
    with pytest.raises(HeicPhoto, match="兼容性最佳"):
        media_type_of(HEIC, "IMG_1.HEIC")
    for torn in (photo()[:400], whole[: len(whole) // 2]):
        with pytest.raises(BrokenPhoto, match="不完整"):
            media_type_of(torn, "x.jpg")
    for program in (b"MZ\x90", b"\x7fELF", b"#!/bin/sh", b"<!DOCTYPE html><p>", b"  <svg onload=x>", b"<?xml?>"):
        with pytest.raises(RunnableFile):
            media_type_of(program, "x.jpg")
    with pytest.raises(EmptyFile):
        recognised(b"", "x.jpg", megabytes=1)
    with pytest.raises(FileTooLarge, match="超过 1 MB"):
        recognised(bytes(1024 * 1024 + 1), "x.jpg", megabytes=1)


def test_a_small_file_that_claims_a_huge_picture_is_refused_before_it_is_drawn() -> None:
    content = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(content, "PNG")
    assert len(content.getvalue()) < 1024 * 1024
    with pytest.raises(BrokenPhoto):
        media_type_of(content.getvalue(), "bomb.png")


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_shown(name: str) -> None:
    kept = recognised(b"x", name, megabytes=1).name
    assert 0 < len(kept) <= 121
    assert kept.isprintable()
    assert "/" not in kept
    assert "\\" not in kept


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF....WEBP"])
)
def test_any_bytes_are_told_or_refused_never_a_fault(content: bytes, beginning: bytes) -> None:
    try:
        kind = media_type_of(beginning + content, "x")
    except (BrokenPhoto, RunnableFile, HeicPhoto):
        return
    assert kind == OTHER or kind in DRAWN or "/" in kind
