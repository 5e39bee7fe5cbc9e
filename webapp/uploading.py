"""Files that people attach: what a file is, told by its content and never by its name, and what is not taken."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from hashlib import sha256

from PIL import Image, ImageFile, UnidentifiedImageError

from kernel.problems import Problem, Unprocessable
from kernel.sentences import say
from records.files import StoredFile

#: What a browser may draw by itself; every other type is only handed out to be saved.
DRAWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
#: A type that says nothing.
OTHER = "application/octet-stream"
#: More pixels than any phone's camera takes; a small file can claim far more and would fill the memory. A JPEG is
#: decoded at an eighth of its size, other pictures whole.
_MOST_PIXELS = {"JPEG": 200_000_000}
_MOST_PIXELS_ELSE = 40_000_000
_LONGEST_NAME = 120

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
#: How a photo begins that browsers other than Safari cannot draw (ISO 23008-12, brands of HEIF).
_HEIC = re.compile(rb"....ftyp(heic|heix|hevc|hevx|heim|heis|hevm|hevs|mif1|msf1|avif)", re.DOTALL)
_BEGINNINGS = (
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"....ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: A member of a zip that tells what the zip is.
_MEMBERS = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
    "OFD.xml": "application/ofd",
}
#: Programs and pages: whoever opened one from the ledger would trust it.
_PROGRAMS = re.compile(rb"MZ|\x7fELF|#!|\s*<(!doctype html|html|script|svg|\?xml)", re.IGNORECASE)


class EmptyFile(Unprocessable):
    """No file came, or one without content."""

    code = "file.empty"

    def __init__(self) -> None:
        super().__init__(say("没有收到文件内容，请重新选一次"))


class FileTooLarge(Problem):
    """A file is larger than the settings allow."""

    code = "file.too_large"
    status = 413

    def __init__(self, name: str, megabytes: int) -> None:
        super().__init__(say("“{name}”超过 {limit} MB，请压缩后再传", name=name, limit=megabytes))


class HeicPhoto(Unprocessable):
    """A photo in Apple's format, which most browsers cannot show."""

    code = "file.heic"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "“{name}”是 HEIC 照片，多数电脑看不了；请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或先转成 JPEG",
                name=name,
            )
        )


class BrokenPhoto(Unprocessable):
    """A file begins like a photo and cannot be drawn."""

    code = "file.broken_photo"

    def __init__(self, name: str) -> None:
        super().__init__(say("照片“{name}”不完整，打不开，请重新选一次", name=name))


class RunnableFile(Unprocessable):
    """A program, or a page with programs in it."""

    code = "file.runnable"

    def __init__(self, name: str) -> None:
        super().__init__(say("“{name}”是程序或网页，不能作为附件", name=name))


def recognised(content: bytes, name: str, *, megabytes: int) -> StoredFile:
    """What a file is that was sent under `name`. Raises the problems of this module."""
    name = _plain_name(name)
    if not content:
        raise EmptyFile
    if len(content) > megabytes * 1024 * 1024:
        raise FileTooLarge(name, megabytes)
    return StoredFile(sha256(content).hexdigest(), name, media_type_of(content, name), len(content))


def media_type_of(content: bytes, name: str) -> str:
    """The media type of some bytes. Raises `HeicPhoto`, `BrokenPhoto`, `RunnableFile`, telling of `name`."""
    if _HEIC.match(content):
        raise HeicPhoto(name)
    image = _image_type(content, name)
    if image:
        return image
    if _PROGRAMS.match(content):
        raise RunnableFile(name)
    if content.startswith(b"PK\x03\x04"):
        return _zip_type(content)
    return next((kind for beginning, kind in _BEGINNINGS if beginning.match(content)), OTHER)


def _image_type(content: bytes, name: str) -> str | None:
    """The type of a picture that is whole; None: it is no picture."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for its whole process, wherever it is imported
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit stands below
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                form = str(picture.format)
                if picture.width * picture.height > _MOST_PIXELS.get(form, _MOST_PIXELS_ELSE):
                    raise BrokenPhoto(name)
                picture.draft("RGB", (256, 256))
                picture.load()
    except UnidentifiedImageError:
        return None
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise BrokenPhoto(name) from error
    return Image.MIME[form]


def _zip_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return OTHER
    return next((kind for member, kind in _MEMBERS.items() if member in members), "application/zip")


def _plain_name(name: str) -> str:
    """A file's own name, without folders and without what cannot be shown; a long one keeps its ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if character.isprintable()).strip()
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = shown, ""
    kept = stem[: _LONGEST_NAME - len(ending) - 1].strip() or "file"
    return f"{kept}.{ending}" if ending else kept
