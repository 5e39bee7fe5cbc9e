"""Photos, files, signatures."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from forms.fields.file import File
from forms.fields.image import Image
from forms.fields.signature import Signature
from tests.forms.asking import OFFICE, made, read, refusal
from tests.forms.dictionary import HUGE, PHOTO, PLAN

A_PHOTO = {"digest": PHOTO, "name": "IMG_1.jpg", "size": 300_000, "type": "image/jpeg"}


def test_a_file_is_named_by_its_digest_and_what_is_kept_is_what_the_store_knows() -> None:
    field = made(Image)
    stored = read(field, [PHOTO, "", {"digest": PHOTO, "name": "x", "size": 1, "type": "text/html"}])
    assert stored == [A_PHOTO]
    assert read(field, PHOTO) == [A_PHOTO]
    assert read(field, {"digest": PHOTO, "name": " 门口\n.jpg "}) == [{**A_PHOTO, "name": "门口 .jpg"}]
    assert field.show(stored, OFFICE) == "IMG_1.jpg"
    assert read(field, stored) == stored


@given(st.lists(st.sampled_from([PHOTO, PLAN]), min_size=1, max_size=4), st.text(max_size=9))
def test_what_is_kept_of_files_is_read_again_as_it_is(digests: list[str], name: str) -> None:
    field = made(File, most=3)
    value = read(field, [{"digest": digest, "name": name} for digest in digests])
    assert read(field, value) == value
    assert json.loads(json.dumps(value)) == value


def test_what_is_no_stored_file_or_does_not_fit_is_refused() -> None:
    assert refusal(made(Image), "a" * 64) == "“aaaaaaaaaaaa”没有传上来，请重新选一次"
    assert refusal(made(Image), "门口.jpg") == "文件要在表单里选，这里不能写文字"
    assert refusal(made(Image), [["x"]]) == "应当是一个值"
    assert refusal(made(Image), PLAN).startswith("“预案.pdf”不是这里要的文件，只收 image/jpeg")
    assert read(made(File, media_types=["application/pdf", "image/*"], most=2), [PLAN, PHOTO])
    assert refusal(made(File), HUGE) == "“全部.zip”太大，最多 20 MB"
    assert read(made(File, max_size=100), HUGE)
    assert refusal(made(File), [PHOTO, PLAN]) == "最多 1 个文件，现在 2 个"
    assert refusal(made(Signature), PLAN).startswith("“预案.pdf”不是这里要的文件")
    assert (made(Image).most, made(Image).max_pixels) == (9, 1600)  # type: ignore[attr-defined]
