"""What may come in at all: how much, how many values, which characters; looked at before any page is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import request

from kernel.problems import Problem
from kernel.sentences import say

#: A form without files is far smaller; a larger body is refused before it is read (bytes).
LARGEST_BODY = 2 * 1024 * 1024
#: A table handed in may be as large as what the sheets' reader takes (bytes).
LARGEST_TABLE = 20 * 1024 * 1024
#: The largest form asks some hundred questions; a repeat has at most 500 rows of some ten.
MOST_VALUES = 20_000

_TABLES = "exchange.post_import"
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
    """A page's form came in another encoding."""

    code = "request.encoding"

    def __init__(self) -> None:
        super().__init__(say("提交的内容不是 UTF-8 编码，没有收下；请用本页的表单提交"))


def allow_tables() -> None:
    """Let the page that takes tables take larger bodies than the others."""
    if request.endpoint == _TABLES:
        request.max_content_length = LARGEST_TABLE


def refuse_unstorable() -> None:
    """Refuse a request whose address or form cannot be kept. Raises `NotUtf8`, `TooManyValues`, `Unstorable`."""
    if request.mimetype == "application/x-www-form-urlencoded" and request.content_length and not request.form:
        raise NotUtf8  # what cannot be decoded is no form at all
    given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if len(given) > MOST_VALUES:
        raise TooManyValues
    require_storable([request.path, *given])


def require_storable(given: Any) -> None:  # noqa: ANN401 -- whatever JSON can hold
    """Refuse texts, however deep inside, that cannot be kept. Raises `Unstorable`."""
    if any(_UNSTORABLE.search(text) for text in _texts(given)):
        raise Unstorable


def _texts(given: Any) -> Iterable[str]:  # noqa: ANN401 -- whatever JSON can hold
    waiting = [given]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
