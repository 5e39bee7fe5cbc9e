"""The words of pages: which language is read, and sentences, labels and times in it."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask, g, request, session
from flask_babel import get_locale, gettext

from forms.labels import Label
from kernel.sentences import Sentence, translated
from webapp.guards import site

LANGUAGES = {"zh": "中文", "en": "English"}


def chosen_language() -> str:
    """What the person chose, else the session's choice, else the browser's wish, else the office's language."""
    person = getattr(g, "person", None)
    chosen = session.get("language") or (person.language if person else None)
    if chosen in LANGUAGES:
        return str(chosen)
    wished = request.accept_languages.best_match(list(LANGUAGES)) if request.accept_languages else None
    return wished or site().settings.language


def language() -> str:
    """The language of this page: zh or en."""
    locale = get_locale()
    return str(locale.language) if locale else "zh"


def translate(sentence: object) -> str:
    """A sentence or label in the language of this page, and what it names; any other text stays as it was written."""
    if isinstance(sentence, Label):
        return sentence.inside(language())
    return translated(_with_labels_said(sentence), gettext) if isinstance(sentence, Sentence) else str(sentence)


def _with_labels_said(sentence: Sentence) -> Sentence:
    """The same sentence, with the labels it names in the language of this page."""

    def said(value: object) -> object:
        if isinstance(value, Label):
            return value.inside(language())
        return _with_labels_said(value) if isinstance(value, Sentence) else value

    return Sentence(sentence.template, {name: said(value) for name, value in sentence.values.items()})


def moment(at: datetime) -> str:
    """A moment as people read it, in the office's time."""
    return at.astimezone(site().settings.zone).strftime("%Y-%m-%d %H:%M")


def day(value: date | str | None) -> str:
    """A day as people read it."""
    return "" if value is None else str(value)


def teach(app: Flask) -> None:
    """Give every template these words: `t` for sentences and labels, `_` for its own words."""
    app.jinja_env.filters["t"] = translate
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["day"] = day
    app.jinja_env.globals["languages"] = LANGUAGES
    app.jinja_env.globals["language"] = language
