"""What a definition's author reads when pydantic finds something wrong; the kinds are pydantic's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails

from forms.access import Access, RoleAccess
from forms.definition import Entity, Form, ListLayout, Numbering, Registration, Rule, SheetLayout, field_classes
from forms.fields.base import Definition
from forms.flaws import shapes as flaws
from forms.refused import FINDING
from forms.workflow import Deadline, Guard, Notice, SignOff, State, TimedEntity, Timer, Transition, Workflow
from kernel.flaw import Finding, Flaw
from kernel.nearness import meant_or_known
from kernel.sentences import Sentence
from kernel.yamlfile import Issue, Place, YamlFile

#: Which part of a form a key leads into; parts in lists and mappings are found by the key above them.
_PARTS: dict[str, type[Definition]] = {
    "access": Access,
    "roles": RoleAccess,
    "workflow": Workflow,
    "states": State,
    "transitions": Transition,
    "guard": Guard,
    "deadline": Deadline,
    "sign_offs": SignOff,
    "timers": Timer,
    "notify": Notice,
    "entity": TimedEntity,
    "rules": Rule,
    "entities": Entity,
    "numbering": Numbering,
    "sheet": SheetLayout,
    "listing": ListLayout,
    "registration": Registration,
}


def issue_of(error: ErrorDetails, file: YamlFile, path: Path, sentence: str | None = None) -> Issue:
    """One finding of pydantic as an issue with its place; in an expression, the very character.

    sentence: what is said of it; by default what is said of forms.
    """
    place, part = error["loc"], file.part(error["loc"])
    sentence = sentence or sentence_of(error, part)
    if error["type"] == "extra_forbidden":
        mark = file.key_mark(place)
    else:
        column = error["ctx"]["column"] if error["type"] == FINDING else 1
        mark = (file.mark_within(part, column - 1) if column > 1 else None) or file.mark(place)
    return Issue(path, mark.line, sentence, mark.column)


def sentence_of(error: ErrorDetails, part: Place) -> Sentence:
    """One finding of pydantic in words that name the key and what to do; `part` is the place the file has."""
    place = error["loc"]
    kind = error["type"]
    if place and place[-1] == "[key]":
        return flaws.UNQUOTED_NAME.found(key=place[-2])
    key = _called(place if kind in ("missing", "extra_forbidden") else part)
    context: dict[str, Any] = error.get("ctx", {})
    if kind in _FIXED:
        return _FIXED[kind].found(key=key)
    match kind:
        case "finding":
            return _with_key(context["finding"], key)
        case "extra_forbidden":
            return flaws.UNKNOWN_KEY.found(key=key, near=meant_or_known(key, _keys_around(place)))
        case "union_tag_invalid":
            tag, types = str(context["tag"]), [str(cls.model_fields["type"].default) for cls in field_classes()]
            return flaws.UNKNOWN_TYPE.found(tag=tag, near=meant_or_known(tag, types))
        case "string_pattern_mismatch":
            return _pattern(key, error)
        case "enum" | "literal_error":
            expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "").replace(", ", "、")
            return flaws.ONE_OF.found(key=key, expected=expected)
        case "greater_than_equal" | "greater_than":
            return flaws.TOO_SMALL.found(key=key, least=context.get("ge", context.get("gt")))
        case "less_than_equal" | "less_than":
            return flaws.TOO_GREAT.found(key=key, most=context.get("le", context.get("lt")))
        case _:
            return flaws.OTHER.found(key=key, why=error["msg"])


def _with_key(finding: Finding, key: str) -> Finding:
    """A finding that leaves the key to whoever knows it."""
    return finding.flaw.found(key=key) if finding.flaw is flaws.NOT_A_NUMBER else finding


def _called(place: Place) -> str:
    """The key a place ends in, or which one of a list."""
    if not place:
        return ""
    return str(place[-1]) if isinstance(place[-1], str) else f"第 {place[-1] + 1} 项"


#: What is said of a kind of mistake that needs no more than the key's name.
_FIXED: Mapping[str, Flaw] = {
    "missing": flaws.MISSING,
    "union_tag_not_found": flaws.NO_TYPE,
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), flaws.NOT_WHOLE),
    **dict.fromkeys(("float_parsing", "float_type", "decimal_parsing", "decimal_type"), flaws.NOT_A_NUMBER),
    **dict.fromkeys(("bool_parsing", "bool_type"), flaws.YES_NO),
    "string_type": flaws.NOT_TEXT,
    **dict.fromkeys(("list_type", "tuple_type"), flaws.NOT_A_LIST),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "is_instance_of"), flaws.NOT_A_MAPPING
    ),
}


def _pattern(key: str, error: ErrorDetails) -> Sentence:
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    if "seq" in pattern:
        return flaws.BAD_NUMBERING.found(key=key)
    if pattern.startswith("^([01]"):
        return flaws.BAD_HOUR.found(given=error["input"])
    return flaws.BAD_NAME.found(given=error["input"])


def _keys_around(place: tuple[int | str, ...]) -> list[str]:
    """The keys allowed where the unknown one stands."""
    for step in reversed(place[:-1]):
        for cls in field_classes():
            if cls.model_fields["type"].default == step:
                return list(cls.model_fields)
        if step in _PARTS:
            return list(_PARTS[str(step)].model_fields)
    return list(Form.model_fields)
