"""The sheet `choices`: lists to choose from, with their attributes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from forms.widths import half_width
from forms.xlsform.headings import Heading, by_language, choice_headings
from forms.xlsform.names import our_name
from forms.xlsform.sheets import Remark, Sheet, Spot
from kernel.sentences import say

#: Choices as a definition gives them: name to words, or to `{label: …, attribute: …}`.
Choices: TypeAlias = dict[str, Any]

_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
_TAKEN = frozenset({"label", "valid_from", "valid_until", "name", "list_name"})
#: What an “other” is called that the standard adds to a list by itself (`or_other`).
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Lists:
    """Every list of a workbook by name, what its attributes are called here, and what was remarked."""

    lists: Mapping[str, Choices]
    #: Headings of attributes to what they are called here, where that is another name.
    renamed: Mapping[str, str]
    remarks: tuple[Remark, ...]
    refusals: tuple[Remark, ...]


def choice_lists(name: str, sheet: Sheet | None, first: str) -> Lists:
    """The lists of the sheet called `name`; words of no named language are in `first`."""
    if sheet is None:
        return Lists({}, {}, (), ())
    headings = choice_headings(sheet.header)
    attributes = _attributes(headings)
    lists: dict[str, Choices] = {}
    refusals: list[Remark] = []
    remarks: list[Remark] = []
    for row in sheet.rows:
        cells = {heading: row.cells[heading.written] for heading in headings if row.cells.get(heading.written)}
        said = {heading.key: text for heading, text in cells.items() if heading.key in ("list_name", "name")}
        spot = Spot(name, row.number)
        if not cells:
            continue
        if "list_name" not in said:
            remarks.append(Remark(spot, say("这一行没有 list_name，没有收")))
        elif "name" not in said:
            refusals.append(Remark(spot, say("选项没有 name，请补上")))
        elif lists.setdefault(said["list_name"], {}).get(said["name"]) == (
            choice := _choice(said["name"], cells, attributes, first)
        ):
            remarks.append(Remark(spot, say("{name} 与前面的一行完全相同，只收一次", name=said["name"])))
        elif (both := _run_together(lists[said["list_name"]].get(said["name"]), choice)) is not None:
            lists[said["list_name"]][said["name"]] = both
            remarks.append(Remark(spot, say("{name} 写了两行，合成一个选项“{both}”", name=said["name"], both=both)))
        elif said["name"] in lists[said["list_name"]]:
            sentence = say(
                "选项表 {list} 里 {name} 写了两次，请改成不同的名称", list=said["list_name"], name=said["name"]
            )
            refusals.append(Remark(spot, sentence))
        else:
            lists[said["list_name"]][said["name"]] = choice
    renamed = {key: ours for key, ours in attributes.items() if key != ours}
    remarks += [
        Remark(Spot(name, 1, key), say("选项的这一列作为属性 {ours} 保留", ours=ours)) for key, ours in renamed.items()
    ]
    return Lists(lists, renamed, tuple(remarks), tuple(refusals))


def with_other(choices: Choices) -> Choices:
    """A list as `or_other` makes it."""
    return choices if OTHER in choices else {**choices, OTHER: {"zh": "其他", "en": "Other"}}


def _attributes(headings: list[Heading]) -> dict[str, str]:
    """Every heading that is an attribute of choices, to what it is called here."""
    found: dict[str, str] = {}
    for heading in headings:
        key = heading.written.strip() if heading.key.startswith("media::") else heading.key
        if heading.key in ("list_name", "name", "label"):
            continue
        fits = _ATTRIBUTE.fullmatch(key) and key not in _TAKEN
        found[heading.written] = key if fits else our_name(key, {*found.values(), *_TAKEN}, otherwise="attribute")
    return found


def _choice(name: str, cells: Mapping[Heading, str], attributes: Mapping[str, str], first: str) -> Any:  # noqa: ANN401 -- words, or words and attributes
    words = {heading.language: text for heading, text in cells.items() if heading.key == "label"}
    label = by_language(words, first) or name
    known = {attributes[heading.written]: text for heading, text in cells.items() if heading.written in attributes}
    return {"label": label, **known} if known else label


def _run_together(first: Any, second: Any) -> str | None:  # noqa: ANN401 -- words, or words and attributes
    """Two choices that are stored alike as one; None where they are said in several languages or have attributes."""
    return f"{first}／{second}" if isinstance(first, str) and isinstance(second, str) else None


def told_apart(choices: Choices, *, narrowed: bool) -> tuple[Choices, list[str]]:
    """The same choices, and the names of those whose words had to be made another one's unlike.

    A choice may not be called what another one's name is; two may be called alike only where a filter tells them
    apart (`narrowed`).
    """
    count = Counter(spelling for choice in choices.values() for spelling in {*_spellings(choice)})
    names = {half_width(name).casefold() for name in choices}
    found: Choices = {}
    changed: list[str] = []
    for name, choice in choices.items():
        own = half_width(name).casefold()
        words = set(_spellings(choice))
        if not (words - {own}) & names and (narrowed or all(count[text] == 1 for text in words)):
            found[name] = choice
            continue
        changed.append(name)
        has_more = isinstance(choice, Mapping) and "label" in choice
        found[name] = {**choice, "label": _named(choice["label"], name)} if has_more else _named(choice, name)
    return found, changed


def _named(label: Any, name: str) -> Any:  # noqa: ANN401 -- words, or words by language
    if isinstance(label, Mapping):
        return {language: f"{words}（{name}）" for language, words in label.items()}
    return f"{label}（{name}）"


def _spellings(choice: Any) -> Iterator[str]:  # noqa: ANN401 -- words, or words and attributes
    label = choice.get("label", choice) if isinstance(choice, Mapping) else choice
    words = label.values() if isinstance(label, Mapping) else [label]
    yield from {half_width(str(text)).casefold() for text in words}
