"""Expressions of a workbook that came in: read, made to say kinds, and what calculations give found out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final

from forms.definition import field_classes
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression, ExpressionMistake, parse
from forms.expressions.tree import Items, walk
from forms.fields.base import Field
from forms.xlsform.extras import walked
from forms.xlsform.fitting import fitted, result_of
from forms.xlsform.sheets import SURVEY, Remark, Spot
from forms.xlsform.survey import Survey
from kernel.sentences import say
from kernel.yamlfile import Place

_EXPRESSION_KEYS: Final = (
    *("relevant", "constraint", "required", "read_only", "calculation", "default", "count", "choice_filter"),
)
#: Rounds until no calculation's kind depends on another one's any more.
_MOST_ROUNDS: Final = 8


def fit_expressions(
    keys: dict[str, Any], survey: Survey, attributes: Mapping[str, str], lists: Collection[str]
) -> list[Remark]:
    """Read every expression, say kinds where they have to be said, and find out what calculations give.

    `lists` are the shared lists that an expression may look something up in.
    """
    refusals: list[Remark] = []
    read: dict[Place, Expression] = {}
    for place, entry, key in _expressions(keys["fields"], ("fields",)):
        try:
            expression = _parsed(entry, key, attributes)
        except ExpressionMistake as mistake:
            refusals.append(Remark(spot_of(survey, (*place, key)), mistake.sentence))
            continue
        read[(*place, key)] = expression
        named = {node.listed for node in walk(expression.tree) if isinstance(node, Items)}
        for name in sorted(named - {*lists} - {listed.removesuffix(".csv") for listed in lists}):
            said = say("instance('{name}') 只认共用的选项表，请先把它放到 vocabularies 里，叫 {name}.yaml", name=name)
            refusals.append(Remark(spot_of(survey, (*place, key)), said))
    calculations = [
        (place, entry) for place, entry, key in _expressions(keys["fields"], ("fields",)) if key == "calculation"
    ]
    for _ in range(_MOST_ROUNDS):
        if refusals or not _results_change(calculations, read, keys["fields"]):
            break
    for place, entry, key in _expressions(keys["fields"], ("fields",)):
        if (*place, key) in read:
            kinds = {**_seen(keys["fields"], place), ".": _kind(entry)}
            expression = read[(*place, key)]
            entry[key] = fitted(expression, kinds, of_choice=key == "choice_filter").text
    return refusals


def _parsed(entry: Mapping[str, Any], key: str, attributes: Mapping[str, str]) -> Expression:
    text = str(entry[key])
    if key == "choice_filter":
        for written, ours in attributes.items():
            text = text.replace(written, ours)
    return parse(text, of_choice=key == "choice_filter")


def _results_change(
    calculations: list[tuple[Place, dict[str, Any]]], read: Mapping[Place, Expression], fields: list[dict[str, Any]]
) -> bool:
    """Set what each calculation of no stated result gives; whether any is another than before."""
    changed = False
    for place, entry in calculations:
        stated = not entry.get("hidden") or "type" in entry.get("xlsform", {})
        if entry["type"] != "calculate" or stated:
            continue
        result = result_of(read[(*place, "calculation")], _seen(fields, place))
        changed = changed or result != entry.get("result", "text")
        entry["result"] = result
        if result == "text":
            del entry["result"]
    return changed


def _expressions(fields: list[dict[str, Any]], place: Place) -> Iterator[tuple[Place, dict[str, Any], str]]:
    """Every key that is an expression, with its question and where that stands."""
    for index, entry in enumerate(fields):
        here = (*place, index)
        for key in _EXPRESSION_KEYS:
            if isinstance(entry.get(key), str):
                yield here, entry, key
        yield from _expressions(entry.get("fields", []), (*here, "fields"))


def _seen(fields: list[dict[str, Any]], place: Place) -> dict[str, str]:
    """What names mean where the question at `place` stands."""
    kinds = {one["name"]: _kind(one) for one in walked(fields) if one["type"] != "group"}
    columns = {name for repeat in walked(fields) if repeat["type"] == "repeat" for name in _names_in(repeat)}
    outside = {name: kind for name, kind in kinds.items() if name not in columns}
    for repeat in walked(fields):
        if repeat["type"] == "repeat":
            outside |= {f"{repeat['name']}.{name}": kinds[name] for name in _names_in(repeat) if name in kinds}
    for step in range(2, len(place) + 1):
        around = _at(fields, place[1:step])
        if isinstance(around, dict) and around["type"] == "repeat" and step < len(place):
            outside = seen_from(around["name"], outside)
    return outside


def _names_in(repeat: Mapping[str, Any]) -> Iterator[str]:
    for one in outside_repeats(repeat["fields"]):
        if one["type"] != "group":
            yield one["name"]


def _at(fields: Any, steps: Place) -> Any:  # noqa: ANN401 -- mappings and lists by turns
    for step in steps:
        fields = fields[step]
    return fields


def _kind(entry: Mapping[str, Any]) -> str:
    if entry["type"] == "calculate":
        return str(entry.get("result", "text"))
    if entry["type"] == "range":
        whole = all(isinstance(entry[key], int) for key in ("start", "end", "step"))
        return "integer" if whole else "decimal"
    return str(_classes()[entry["type"]].kind)


@cache
def _classes() -> dict[str, type[Field]]:
    return {str(cls.model_fields["type"].default): cls for cls in field_classes()}


def keys_by_type() -> dict[str, frozenset[str]]:
    """The keys that a question of each type may have."""
    return {word: frozenset(cls.model_fields) for word, cls in _classes().items()}


def outside_repeats(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every question of a definition, going into groups but not into repeats."""
    for one in fields:
        yield one
        if one["type"] == "group":
            yield from outside_repeats(one["fields"])


def spot_of(survey: Survey, place: Place) -> Spot:
    """Where in the workbook a place of the definition came from."""
    for depth in range(len(place), 0, -1):
        if place[:depth] in survey.origins:
            return survey.origins[place[:depth]]
    return Spot(SURVEY)
