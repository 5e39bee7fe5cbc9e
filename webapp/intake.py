"""What may come in at all: how much, how many values, which characters; looked at before any page is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import request

from kernel.problems import Problem
from kernel.sentences import say
from webapp.guards import site

#: A form without files is far smaller; a larger body is refused before it is read (bytes).
LARGEST_BODY = 2 * 1024 * 1024
#: A table handed in may be as large as what the sheets' reader takes (bytes).
LARGEST_TABLE = 20 * 1024 * 1024
#: The largest form asks some hundred questions; a repeat has at most 500 rows of some ten.
MOST_VALUES = 20_000

_TABLES = "exchange.post_import"
#: Pages that take files: one that was just chosen, or, without scripts, all of a form at once.
_UPLOADS = frozenset({"files.post_file", "fill.post_form", "records.post_edit", "records.post_step"})
#: How many files of the largest size one form may bring along.
_FILES_AT_ONCE = 3
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


class TooManyValues(Problem):
    """The request names more values than any form has."""

    code = "request.too_many_values"
    status = 413

    def __init__(self) -> None:
        super().__init__(say("提交的项目超过 {most} 个，请分几次提交", most=MOST_VALUES))


class Unstorable(Problem):
    """A text holds what no database takes: a NUL, or half of a character."""

    code = "request.characters"

    def __init__(self) -> None:
        super().__init__(say("提交的内容里有不能保存的字符，请删去后再提交"))


class NotUtf8(Problem):
    """An address or a page's form came in another encoding: what was typed can no longer be told."""

    code = "request.encoding"

    def __init__(self) -> None:
        super().__init__(
            say("送来的内容不是 UTF-8 编码（常见于 GBK），看不出写的是什么，没有保存；请返回上一页，刷新后重填")
        )


def allow_larger() -> None:
    """Let the pages that take tables and files take larger bodies than the others; texts stay as short as anywhere."""
    if request.endpoint == _TABLES:
        request.max_content_length = LARGEST_TABLE
    elif request.endpoint in _UPLOADS and request.mimetype == "multipart/form-data":
        request.max_content_length = LARGEST_BODY + _FILES_AT_ONCE * site().settings.uploads.most_bytes


def refuse_unstorable() -> None:
    """Refuse a request whose address or form cannot be kept. Raises `NotUtf8`, `TooManyValues`, `Unstorable`."""
    _require_utf8()
    given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if len(given) > MOST_VALUES:
        raise TooManyValues
    _require_characters([request.path, *given])


def require_storable(given: Any) -> None:  # noqa: ANN401 -- whatever JSON can hold
    """Refuse what a program sends and nobody can keep, however deep inside. Raises `TooManyValues`, `Unstorable`."""
    if sum(len(one) for one in _everything(given) if isinstance(one, dict | list)) > MOST_VALUES:
        raise TooManyValues
    _require_characters(given)


def _require_utf8() -> None:
    """Werkzeug keeps what it cannot decode as it was sent, percent signs and all, or puts U+FFFD in its place."""
    if not _is_utf8(request.query_string):
        raise NotUtf8
    if request.mimetype == "application/x-www-form-urlencoded":
        if not _is_utf8(request.get_data()):
            raise NotUtf8
    elif any("\ufffd" in text for pair in request.form.items(multi=True) for text in pair):
        raise NotUtf8


def _is_utf8(encoded: bytes) -> bool:
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def _require_characters(given: Any) -> None:  # noqa: ANN401 -- as above
    if any(_UNSTORABLE.search(one) for one in _everything(given) if isinstance(one, str)):
        raise Unstorable


def _everything(given: Any) -> Iterator[Any]:  # noqa: ANN401 -- as above
    """`given` and everything in it, keys too."""
    waiting = [given]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
