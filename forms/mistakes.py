"""What a definition's author reads when pydantic finds something wrong; the kinds are pydantic's."""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails

from forms.access import Access, RoleAccess
from forms.definition import Entity, Form, ListLayout, Numbering, Registration, Rule, SheetLayout, field_classes
from forms.fields.base import Definition
from forms.workflow import Guard, State, Transition, Workflow
from kernel.nearness import meant_or_known
from kernel.sentences import Sentence, say
from kernel.yamlfile import Place

#: Which part of a form a key leads into; parts in lists and mappings are found by the key above them.
_PARTS: dict[str, type[Definition]] = {
    "access": Access,
    "roles": RoleAccess,
    "workflow": Workflow,
    "states": State,
    "transitions": Transition,
    "guard": Guard,
    "rules": Rule,
    "entities": Entity,
    "numbering": Numbering,
    "sheet": SheetLayout,
    "listing": ListLayout,
    "registration": Registration,
}


def sentence_of(error: ErrorDetails, part: Place) -> Sentence:
    """One finding of pydantic in words that name the key and what to do; `part` is the place the file has."""
    place = error["loc"]
    kind = error["type"]
    if place and place[-1] == "[key]":
        return say("“{key}”要加引号：名称应当是文字", key=place[-2])
    key = _called(place if kind in ("missing", "extra_forbidden") else part)
    context: dict[str, Any] = error.get("ctx", {})
    if kind in _FIXED:
        return say(_FIXED[kind], key=key)
    match kind:
        case "extra_forbidden":
            return say("不认识 {key}{near}", key=key, near=meant_or_known(key, _keys_around(place)))
        case "union_tag_invalid":
            types = [str(cls.model_fields["type"].default) for cls in field_classes()]
            return say("没有“{tag}”这种题型{near}", tag=context["tag"], near=meant_or_known(str(context["tag"]), types))
        case "string_pattern_mismatch":
            return _pattern(key, error)
        case "enum" | "literal_error":
            expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "").replace(", ", "、")
            return say("{key} 只能是 {expected}", key=key, expected=expected)
        case _:
            return say("{key}：{why}", key=key, why=error["msg"])


def _called(place: Place) -> str:
    """The key a place ends in, or which one of a list."""
    if not place:
        return ""
    return str(place[-1]) if isinstance(place[-1], str) else f"第 {place[-1] + 1} 项"


#: What is said of a kind of mistake that needs no more than the key's name.
_FIXED = {
    "missing": "缺少 {key}",
    "union_tag_not_found": "缺少 type（题型）",
    "int_parsing": "{key} 应当是整数",
    "int_type": "{key} 应当是整数",
    "bool_parsing": "{key} 应当是 true 或 false",
    "bool_type": "{key} 应当是 true 或 false",
    "string_type": "{key} 应当是文字（数字和 true/false 请加引号）",
    "list_type": "{key} 应当是一列内容，每项前加“- ”",
    "tuple_type": "{key} 应当是一列内容，每项前加“- ”",
    "dict_type": "{key} 应当是“键: 值”",
    "mapping_type": "{key} 应当是“键: 值”",
    "model_type": "{key} 应当是“键: 值”",
    "model_attributes_type": "{key} 应当是“键: 值”",
}


def _pattern(key: str, error: ErrorDetails) -> Sentence:
    if "seq" in str(error.get("ctx", {}).get("pattern", "")):
        return say("编号格式应像 YH-{{area}}-{{yyyy}}-{{seq:6}}", key=key)
    return say("“{given}”不能作名称：用小写字母开头，只含小写字母、数字和下划线", given=error["input"])


def _keys_around(place: tuple[int | str, ...]) -> list[str]:
    """The keys allowed where the unknown one stands."""
    for step in reversed(place[:-1]):
        for cls in field_classes():
            if cls.model_fields["type"].default == step:
                return list(cls.model_fields)
        if step in _PARTS:
            return list(_PARTS[str(step)].model_fields)
    return list(Form.model_fields)
