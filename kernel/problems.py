"""The one family of errors that a person outside the code may ever see.

    Problem                       400  anything this system refuses to do, and why
    ├── NotFound                  404  what was asked for is not here
    ├── Forbidden                 403  the actor may not do this
    ├── Stale                     409  somebody else changed it first
    ├── Unprocessable             422  what was sent cannot be accepted
    └── Unavailable               503  a neighbour (sheet, mail server, font) did not answer; may be tried again

Every concrete problem is declared beside the code that raises it, with a code of its
own (dotted words, never renamed); `docs/reference/problems.md` lists them all.
"""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """A refusal with a stable code, an HTTP status and a sentence for a person."""

    code: ClassVar[str]
    status: ClassVar[int] = 400
    retry: ClassVar[bool] = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Problem):
    """What was asked for is not here."""

    status = 404


class Forbidden(Problem):
    """The actor may not do this."""

    status = 403


class Stale(Problem):
    """Somebody else changed it first."""

    status = 409


class Unprocessable(Problem):
    """What was sent cannot be accepted."""

    status = 422


class Unavailable(Problem):
    """A neighbour did not answer; the same thing may work later."""

    status = 503
    retry = True
