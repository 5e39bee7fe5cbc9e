"""A form as the sheets of an XLSForm: what ODK's clients can do they do, the rest is named and left to the server."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from forms.choices import Choice, ChoiceList
from forms.definition import Form
from forms.definition import walk as walk_fields
from forms.expressions.parsing import Expression
from forms.expressions.tree import Items, Literal, walk
from forms.fields.acknowledge import Acknowledge
from forms.fields.base import Field
from forms.fields.calculate import Calculate
from forms.fields.choices import ChoiceField
from forms.fields.group import Group
from forms.fields.image import Image
from forms.fields.range import Range
from forms.fields.repeat import Repeat
from forms.fields.yes_no import YesNo
from forms.labels import DEFAULT_LANGUAGE, Label
from forms.loading import Vocabularies
from forms.plain import plain, plain_form
from forms.xlsform.circles import circular
from forms.xlsform.extras import HEADER, extras_of
from forms.xlsform.headings import language_name
from forms.xlsform.importing import read_sheets
from forms.xlsform.outward import Outward
from forms.xlsform.sheets import CHOICES, ENTITIES, EXTRAS, NOTES, SETTINGS, SURVEY, Sheet, sheet_of
from kernel.sentences import Sentence, say

#: Our types by what they are outside; types that are not here go out by their own names.
_TYPES: Final = {
    "datetime": "dateTime",
    "unit": "text",
    "units": "text",
    "person": "text",
    "record": "text",
    "signature": "image",
}
_WORDS: Final = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
_SWITCHES: Final = ("required", "read_only")
_YES_NO: Final = {"true": Label({"zh": "是", "en": "Yes"}), "false": Label({"zh": "否", "en": "No"})}
_FIRST: Final = ("type", "name", *_WORDS)
_LEFT_TO_SERVER: Final = {
    "access": say("谁能填、看、改，由服务器管"),
    "workflow": say("状态和步骤由服务器管"),
    "rules": say("几题之间的规则由服务器在收到时检查"),
    "unique": say("是否重复由服务器在收到时检查"),
    "numbering": say("编号由服务器在收到时给"),
    "entities": say("由一行登记另一张表单的记录，由服务器做"),
    "obligations": say("谁该报、何时报，由服务器管"),
}


@dataclass(slots=True)
class _Book:
    """The rows of the sheets while they are written."""

    outward: Outward
    #: Questions and keys whose expressions ODK's clients cannot work out beside the others.
    circular: frozenset[tuple[str, str]]
    survey: list[dict[str, str]] = field(default_factory=list)
    choices: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    #: The choices of each list that was written.
    lists: dict[str, Any] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    #: Files of choices that are there.
    tables: Collection[str] = ()

    def has_table(self, one: Field) -> bool:
        """Whether the choices of a question lie in a file that was there when it came in, and still is."""
        word, _, name = one.xlsform.get("type", "").partition(" ")
        return word.endswith("_from_file") and f"{PurePath(name).stem}.csv" in self.tables

    def note(self, question: str, key: str, text: str, sentence: Sentence) -> None:
        """Say that something stays behind."""
        self.notes.append({"question": question, "key": key, "expression": text, "note": str(sentence)})


def export_xlsform(form: Form, vocabularies: Vocabularies, *, version: str = "") -> dict[str, Sheet]:
    """The sheets that say `form`: the standard's own, `taizhang` with what it has no words for, and `notes`.

    Taking them in again gives the same form.
    """
    ticks = {one.name: "OK" for one in _every(form.fields) if isinstance(one, Acknowledge)}
    book = _Book(
        Outward(form.kinds, _outside_names(form), ticks),
        circular(form),
        languages=_languages(form),
        tables=vocabularies.keys(),
    )
    for listed in sorted(_lists_named(form) & vocabularies.keys()):
        _listed(listed, ChoiceList.read(vocabularies[listed]), book)
    for one in form.fields:
        _write(one, book)
    settings = _settings(form, book, version)
    for key, sentence in _LEFT_TO_SERVER.items():
        if key in plain_form(form):
            book.note("", key, "", sentence)
    sheets = {SURVEY: sheet_of(book.survey, first=("type", "name"))}
    if book.choices:
        sheets[CHOICES] = sheet_of(book.choices, first=("list_name", "name"))
    sheets[SETTINGS] = sheet_of([settings])
    entities = _entities(form)
    if entities:
        sheets[ENTITIES] = sheet_of(entities)
    back = read_sheets(sheets, vocabularies, name=form.id)
    assert not back.refusals, back.refusals
    sheets[EXTRAS] = sheet_of(extras_of(plain_form(form), back.keys), first=HEADER)
    sheets[NOTES] = sheet_of(book.notes, first=("question", "key", "expression", "note"))
    return sheets


def _outside_names(form: Form) -> dict[str, str]:
    return {one.name: one.xlsform["name"] for one in _every(form.fields) if "name" in one.xlsform}


def _every(fields: tuple[Field, ...]) -> Iterator[Field]:
    for one in walk_fields(fields):
        yield one
        if isinstance(one, Repeat):
            yield from _every(one.fields)


def _lists_named(form: Form) -> set[str]:
    """The shared lists that expressions look something up in: they keep their names."""
    expressions = [
        getattr(one, key)
        for one in _every(form.fields)
        for key in ("relevant", "constraint", "calculation", "choice_filter", "required", "read_only", "default")
        if isinstance(getattr(one, key, None), Expression)
    ]
    nodes = (node for expression in expressions for node in walk(expression.tree))
    return {node.listed for node in nodes if isinstance(node, Items)}


def _languages(form: Form) -> list[str]:
    """Every language that words of the form are in, the default language first."""
    found = [DEFAULT_LANGUAGE]
    for one in _every(form.fields):
        labels = [getattr(one, key) for key in _WORDS]
        labels += list(one.choices.values()) if isinstance(one, ChoiceField) else []
        for label in labels:
            found += [language for language in label.languages if language not in found]
    spoken = {language for one in _every(form.fields) for language, words in one.label.languages.items() if words}
    return found if DEFAULT_LANGUAGE in spoken or not spoken else [*found[1:], DEFAULT_LANGUAGE]


def _settings(form: Form, book: _Book, version: str) -> dict[str, str]:
    kept = {
        key: text
        for key, text in form.xlsform.items()
        if key not in ("form_id", "attached") and not key.startswith("entities::")
    }
    said = book.outward.said(form.instance_name)
    if said is None:
        book.note("", "instance_name", form.instance_name.text, say("记录的名称由服务器给"))
    for row in form.xlsform.get("attached", "").split(";"):
        kind, _, name = row.partition(" ")
        if name:
            book.survey.append({"type": kind, "name": name})
    return {
        "form_title": str(form.title),
        "form_id": form.xlsform.get("form_id", form.id),
        **({"version": version} if version else {}),
        "default_language": language_name(book.languages[0]),
        "instance_name": said or "",
        **kept,
    }


def _entities(form: Form) -> list[dict[str, str]]:
    """The rows of the sheet `entities` as they once came in."""
    rows: dict[str, dict[str, str]] = {}
    for key, text in form.xlsform.items():
        if key.startswith("entities::"):
            _, number, column = key.split("::", 2)
            rows.setdefault(number, {})[column] = text
    return list(rows.values())


# ---- questions -----------------------------------------------------------------------------------------------------


def _write(one: Field, book: _Book) -> None:
    """The rows of a question, those inside it between its first and its last."""
    row = _row(one, book)
    book.survey.append(row)
    if isinstance(one, Group | Repeat):
        for inner in one.fields:
            _write(inner, book)
        book.survey.append({"type": f"end_{one.type}"})


def _row(one: Field, book: _Book) -> dict[str, str]:
    name = book.outward.names.get(one.name, one.name)
    row = {"type": _type(one, book), "name": name, **_words(one, book)}
    kind = str(one.stored_kind)
    for key in ("relevant", "constraint", "calculation", "choice_filter"):
        expression = getattr(one, key, None)
        if isinstance(expression, Expression):
            said = _said(one, key, expression, book, kind)
            row |= {key: said} if said is not None else {}
    if isinstance(one, Repeat) and one.count is not None:
        said = _said(one, "count", one.count, book, kind)
        row |= {"repeat_count": said} if said is not None else {}
    for key in _SWITCHES:
        row |= _switch(one, key, book, kind)
    if one.default is not None:
        row |= _default(one, one.default, book, kind)
    elif one.remember:
        row["default"] = f"${{last-saved#{name}}}"
    row["appearance"] = _appearance(one)
    row["parameters"] = _parameters(one)
    _calculated(one, row)
    kept = {key: text for key, text in one.xlsform.items() if key not in ("name", "parameters")}
    if isinstance(one, ChoiceField):
        kept.pop("type", None)
    row |= {_heading(key): text for key, text in kept.items()}
    if "parameters" in one.xlsform:
        row["parameters"] = " ".join(filter(None, (_parameters(one), one.xlsform["parameters"])))
    if one.type in ("unit", "units", "person", "record"):
        book.note(one.name, "type", one.type, say("在手机上填文字，服务器收到时对照名单"))
    return row


def _heading(kept: str) -> str:
    """The heading of a column that was kept; of media the language is written out."""
    parts = kept.split("::")
    if parts[0] != "media" or len(parts) < 3:
        return kept
    return f"media::{parts[1]}::{language_name(parts[2])}"


def _type(one: Field, book: _Book) -> str:
    if isinstance(one, Group | Repeat):
        return f"begin_{one.type}"
    if isinstance(one, YesNo):
        return f"select_one {_listed('yes_no', _YES_NO, book)}"
    if isinstance(one, ChoiceField):
        if book.has_table(one):
            return one.xlsform["type"]
        return f"{one.type} {_listed(one.name, one.choices, book)}"
    if isinstance(one, Calculate) and not one.hidden:
        return one.result if one.result in ("integer", "decimal", "date", "time") else "text"
    return _TYPES.get(one.type, one.type)


def _calculated(one: Field, row: dict[str, str]) -> None:
    """A result that is shown is a question nobody can change; one that ODK cannot work out stays blank."""
    if isinstance(one, Calculate) and not one.hidden:
        row["read_only"] = "yes"
        row.setdefault("calculation", "''")
    elif isinstance(one, Calculate):
        row.setdefault("calculation", "''")


def _words(one: Field, book: _Book) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in _WORDS:
        label: Label = getattr(one, key)
        if str(label):
            found |= _in_languages(key, label, book)
    return found


def _in_languages(key: str, label: Label, book: _Book) -> dict[str, str]:
    """A column for each language; what is not said in one of them is said in the first."""
    return {
        f"{key}::{language_name(language)}": label.languages.get(language, "")
        for language in book.languages
        if label.languages.get(language)
    }


def _switch(one: Field, key: str, book: _Book, kind: str) -> dict[str, str]:
    switch = getattr(one, key)
    if switch is True:
        return {key: "yes"}
    if not isinstance(switch, Expression):
        return {}
    said = _said(one, key, switch, book, kind)
    return {key: said} if said is not None else {}


def _default(one: Field, default: Expression, book: _Book, kind: str) -> dict[str, str]:
    if isinstance(default.tree, Literal) and isinstance(default.tree.value, str):
        return {"default": default.tree.value}
    if kind == "yes_no" and default.text in ("true()", "false()"):
        return {"default": default.text.removesuffix("()")}
    said = _said(one, "default", default, book, kind)
    return {"default": said} if said is not None else {}


def _said(one: Field, key: str, expression: Expression, book: _Book, kind: str) -> str | None:
    """An expression as ODK reads it; one that it cannot read is noted."""
    if (one.name, key) in book.circular:
        book.note(one.name, key, expression.text, say("ODK 不让两题互相等待，由服务器在收到时检查"))
        return None
    this = "yes_no" if kind == "yes_no" else ""
    is_value = key in ("calculation", "default", "count")
    said = book.outward.said(expression, this=this) if is_value else book.outward.condition(expression, this=this)
    if said is None:
        sentence = say("ODK 没有这里用到的函数，由服务器在收到时做")
        book.note(one.name, key, expression.text, sentence)
    return said


def _appearance(one: Field) -> str:
    words = [one.appearance]
    if getattr(one, "format", None) == "multiline":
        words.insert(0, "multiline")
    elif getattr(one, "format", None) == "phone":
        words.insert(0, "numbers")
    if one.type == "signature":
        words.insert(0, "signature")
    return " ".join(dict.fromkeys(word for word in " ".join(words).split()))


def _parameters(one: Field) -> str:
    if isinstance(one, Range):
        return " ".join(f"{key}={plain(getattr(one, key))}" for key in ("start", "end", "step"))
    return f"max-pixels={one.max_pixels}" if isinstance(one, Image) else ""


# ---- choices -------------------------------------------------------------------------------------------------------


def _listed(name: str, choices: Mapping[str, Label], book: _Book) -> str:
    """The name of the list that holds `choices`; equal lists are written once."""
    said = plain(choices)
    for listed, other in book.lists.items():
        if other == said and list(other) == list(said):
            return str(listed)
    while name in book.lists:
        name = f"{name}_list"
    book.lists[name] = said
    for choice, label in choices.items():
        words = _in_languages("label", label, book)
        attributes = label.attributes if isinstance(label, Choice) else {}
        book.choices.append({"list_name": name, "name": choice, **words, **attributes})
    return name
