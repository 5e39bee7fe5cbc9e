"""What records are found by: their titles, and what everybody who sees them may read of them."""

from __future__ import annotations

import unicodedata

from forms.definition import Form
from forms.privacy import public_answer
from forms.values import Answers, Kind, Lookup


def searchable(form: Form, title: str, answers: Answers, lookup: Lookup) -> str:
    """The words a record is found by, folded as `folded` folds what is searched for; nothing of what is private."""
    shown = [
        public_answer(form, field, answers[name], lookup)
        for name, field in form.questions.items()
        if answers.get(name) is not None and field.kind in (Kind.TEXT, Kind.LIST, Kind.TABLE, Kind.FILES)
    ]
    return folded(" ".join([title, *shown]))


def folded(text: str) -> str:
    """Text for searching: full-width, case and runs of blanks do not matter (NFKC)."""
    words = unicodedata.normalize("NFKC", text).casefold().replace("\0", " ").split()  # PostgreSQL knows no NUL
    return " ".join(words)
