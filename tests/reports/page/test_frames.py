from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from reports.page.frames import read_frame, write_frame


@given(st.binary(min_size=1, max_size=1), st.binary())
def test_what_is_sent_arrives(kind: bytes, content: bytes) -> None:
    stream = BytesIO()
    write_frame(stream, kind, content)
    stream.seek(0)
    assert read_frame(stream) == (kind, content)


@given(st.binary(), st.integers(min_value=1))
def test_a_frame_cut_short_is_no_frame(content: bytes, cut: int) -> None:
    stream = BytesIO()
    write_frame(stream, b"P", content)
    whole = stream.getvalue()
    assert read_frame(BytesIO(whole[: max(0, len(whole) - cut)])) is None
