"""What can be wrong with a report although each of its parts is well-formed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.definition import Form
from forms.expressions.checking import check
from forms.linting import SYSTEM_NAMES, Mistake, choices_of
from forms.privacy import holds_private, private_questions
from kernel.nearness import meant_or_known
from kernel.sentences import Sentence
from kernel.yamlfile import Place
from records.measuring import refusal, refusal_of_dimension
from reports.blocks.base import Use
from reports.blocks.each import EachBlock
from reports.blocks.listing import ListingBlock
from reports.definition import Report
from reports.figures import WORDS
from reports.flaws import bodies as flaws
from reports.measures import Measure


def lint(report: Report, forms: Mapping[str, Form]) -> list[Mistake]:
    """Everything wrong between the parts of `report`, and between it and the forms it counts."""
    broken = [*_measures(report, forms), *_metrics(report)]
    return broken or [*_body(report, forms)]


def _measures(report: Report, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    for name, measure in report.measures.items():
        place: Place = ("measures", name)
        if name in WORDS:
            yield Mistake(place, flaws.FIXED_WORD.found(name=name))
        form = forms.get(measure.form)
        if form is None:
            near = meant_or_known(measure.form, forms)
            yield Mistake((*place, "form"), flaws.NO_FORM.found(form=measure.form, near=near))
            continue
        found = [*_expressions(measure, form, place)]
        yield from found
        if not found and (sentence := refusal(measure.counting(form))):
            yield Mistake(place, flaws.NOT_COUNTED.found(why=sentence))


def _expressions(measure: Measure, form: Form, place: Place) -> Iterator[Mistake]:
    for key, expression in (("filter", measure.filter), ("expr", measure.expr)):
        for finding in check(expression, {**SYSTEM_NAMES, **form.kinds}, choices_of(form)) if expression else ():
            yield Mistake((*place, key), finding)


def _metrics(report: Report) -> Iterator[Mistake]:
    for name, metric in report.metrics.items():
        place: Place = ("metrics", name)
        if name in WORDS or name in report.measures:
            yield Mistake(place, flaws.NAME_TAKEN.found(name=name))
        for part in metric.parts:
            if part not in report.measures:
                near = meant_or_known(part, report.measures)
                yield Mistake(place, flaws.NO_MEASURE.found(name=part, near=near))
        forms = {report.measures[part].form for part in metric.parts if part in report.measures}
        if metric.ratio is None and len(forms) > 1:
            yield Mistake(place, flaws.SEVERAL_FORMS.found(forms="、".join(sorted(forms))))


def _body(report: Report, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    for index, block in enumerate(report.body):
        place: Place = ("body", index)
        wrong = [Mistake((*place, *use.place), why) for use in block.uses() for why in _use(report, forms, use)]
        yield from wrong
        if isinstance(block, EachBlock) and all(name in WORDS for name in block.text.names):
            yield Mistake((*place, "text"), flaws.EACH_WITHOUT_FIGURE.found())
        if isinstance(block, ListingBlock) and not wrong:
            yield from _columns(block, forms[report.measures[_parts(report, block.of)[0]].form], place)


def _columns(block: ListingBlock, form: Form, place: Place) -> Iterator[Mistake]:
    for index, name in enumerate(block.columns):
        if name in form.questions and holds_private(form, form.questions[name]):
            yield Mistake((*place, "columns", index), _printed(name))
    for index, name in block.unknown_columns(form):
        near = meant_or_known(name, form.questions)
        sentence = flaws.NO_QUESTION.found(form=form.title, name=name, near=near)
        yield Mistake((*place, "columns", index), sentence)


def _use(report: Report, forms: Mapping[str, Form], use: Use) -> Iterator[Sentence]:
    """What is wrong with a name in the body."""
    if use.may_be_words and use.name in WORDS:
        if use.name == "group" and use.by is None:
            yield flaws.GROUP_OUTSIDE.found()
        return
    known = {**report.measures, **report.metrics}
    if use.name not in known:
        near = meant_or_known(use.name, known)
        yield flaws.NO_FIGURE.found(name=use.name, near=near)
        return
    if use.by is None:
        return
    for part in _parts(report, use.name):
        measure = report.measures[part]
        dimension = measure.dimension(use.by)
        if sentence := refusal_of_dimension(forms[measure.form], dimension):
            yield flaws.NOT_COUNTED.found(why=sentence)
        elif dimension in private_questions(forms[measure.form]):
            yield _printed(dimension)


def _printed(name: str) -> Sentence:
    """A bulletin is read by all it is sent to, whatever their roles."""
    return flaws.TOLD_TO_ALL.found(name=name)


def _parts(report: Report, name: str) -> tuple[str, ...]:
    return report.metrics[name].parts if name in report.metrics else (name,)
