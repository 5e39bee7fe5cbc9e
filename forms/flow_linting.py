"""What can be wrong with a form's workflow: names, deadlines, timers, steps that nothing sets going, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from forms.definition import Form
from forms.expressions.parsing import Expression
from forms.fields.person import Person
from forms.flaws import structure
from forms.flaws import workflow as flaws
from forms.ordering import in_order_of_need
from forms.values import Kind
from forms.workflow import CONCERNED, DUE_ON, ENTERED_ON, FILLER, Comment, Guard, Notice, Timer, Trigger, Workflow
from kernel.nearness import meant_or_known
from kernel.sentences import Sentence
from kernel.yamlfile import Place

#: Something wrong, and at which place of the file.
Found: TypeAlias = tuple[Place, Sentence]

_STATE, _STEP, _ROLE, _QUESTION = "状态", "步骤", "角色", "题"


def lint_flow(form: Form) -> Iterator[Found]:
    """Everything wrong with the workflow of `form`, and with what names its steps.

    Where its ways lead is looked at when every name is known, for one wrong name would be told many times.
    """
    workflow = form.workflow
    yield from _steps_named_elsewhere(form, workflow)
    if workflow is None:
        return
    found = list(_parts(form, workflow))
    yield from found
    if not found:
        yield from _ways(workflow)
        yield from _automatic_circles(workflow)


def _parts(form: Form, workflow: Workflow) -> Iterator[Found]:
    """What is wrong with each part of a workflow by itself."""
    yield from _known(workflow.initial_state, workflow.states, ("workflow", "initial_state"), _STATE)
    yield from _states(form, workflow)
    yield from _transitions(form, workflow)
    for name, timer in workflow.timers.items():
        yield from _timer(form, workflow, timer, ("workflow", "timers", name))


def flow_expressions(workflow: Workflow | None) -> Iterator[tuple[Place, Expression]]:
    """Every expression of a workflow with its place; each may name what the system knows of a stored record."""
    if workflow is None:
        return
    for name, step in workflow.transitions.items():
        here: Place = ("workflow", "transitions", name)
        if step.guard.expr:
            yield (*here, "guard", "expr"), step.guard.expr
        for office, sign_off in step.sign_offs.items():
            if sign_off.guard.expr:
                yield (*here, "sign_offs", office, "guard", "expr"), sign_off.guard.expr
    for name, timer in workflow.timers.items():
        if timer.expr:
            yield ("workflow", "timers", name, "expr"), timer.expr
        for question, value in (timer.entity.values if timer.entity else {}).items():
            yield ("workflow", "timers", name, "entity", "values", question), value


def unknown(name: str, known: Iterable[str], what: str) -> Sentence | None:
    """That nothing of the kind `what` is called `name`, and what was probably meant; None: something is."""
    names = list(known)
    if name in names:
        return None
    return structure.UNKNOWN.found(name=name, what=what, hint=meant_or_known(name, names))


def _known(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Found]:
    sentence = unknown(name, known, what)
    if sentence is not None:
        yield place, sentence


def _all_known(given: Iterable[str], known: Iterable[str], place: Place, what: str = _QUESTION) -> Iterator[Found]:
    names = list(known)
    for name in given:
        yield from _known(name, names, place, what)


def _steps_named_elsewhere(form: Form, workflow: Workflow | None) -> Iterator[Found]:
    """The steps at which numbers are given and records filed."""
    steps = workflow.transitions if workflow else {}
    if form.numbering and form.numbering.transition is not None:
        yield from _known(form.numbering.transition, steps, ("numbering", "transition"), _STEP)
    for index, entity in enumerate(form.entities):
        if entity.transition is not None:
            yield from _known(entity.transition, steps, ("entities", index, "transition"), _STEP)
        elif entity.repeat is None:
            yield ("entities", index), structure.ENTITY_WITHOUT_CAUSE.found()


# ---- states --------------------------------------------------------------------------------------------------------


def _states(form: Form, workflow: Workflow) -> Iterator[Found]:
    for name, state in workflow.states.items():
        here: Place = ("workflow", "states", name)
        yield from _all_known(state.transitions, workflow.transitions, (*here, "transitions"), _STEP)
        for role, fields in state.edit.items():
            yield from _known(role, form.access.roles, (*here, "edit", role), _ROLE)
            if not isinstance(fields, str):
                yield from _all_known(fields, form.questions, (*here, "edit", role))
        if state.deadline is None:
            continue
        counted = [key for key in ("days", "workdays", "date") if getattr(state.deadline, key) is not None]
        if len(counted) != 1:
            yield (*here, "deadline"), flaws.DEADLINE_COUNT.found()
        if state.deadline.date is not None:
            yield from _dates(form, state.deadline.date, (*here, "deadline", "date"))
        if not state.transitions:
            said = flaws.DEADLINE_WITHOUT_STEP.found(state=state.title)
            yield (*here, "deadline"), said


def _dates(form: Form, name: str, place: Place) -> Iterator[Found]:
    yield from _known(name, form.questions, place, _QUESTION)
    field = form.questions.get(name)
    if field is not None and form.kinds[name] != Kind.DATE:
        yield place, flaws.NOT_A_DATE.found(name=name)


# ---- steps ---------------------------------------------------------------------------------------------------------


def _transitions(form: Form, workflow: Workflow) -> Iterator[Found]:
    for name, step in workflow.transitions.items():
        here: Place = ("workflow", "transitions", name)
        yield from _known(step.new_state, workflow.states, (*here, "new_state"), _STATE)
        yield from _all_known(step.fields, form.questions, (*here, "fields"))
        yield from _all_known(step.required, form.questions, (*here, "required"))
        yield from _guard(form, step.guard, (*here, "guard"))
        if step.notify is not None:
            yield from _notice(form, step.notify, (*here, "notify"))
        for office, sign_off in step.sign_offs.items():
            yield from _guard(form, sign_off.guard, (*here, "sign_offs", office, "guard"))
        if step.trigger is Trigger.USER:
            continue
        for key, asked in (
            ("guard", bool(step.guard.roles or step.guard.units)),
            ("comment", step.comment is Comment.REQUIRED),
            ("sign_offs", bool(step.sign_offs)),
        ):
            if asked:
                said = flaws.ASKS_NOBODY.found(step=step.title, key=key)
                yield (*here, key), said


def _guard(form: Form, guard: Guard, place: Place) -> Iterator[Found]:
    yield from _all_known(guard.roles, form.access.roles, (*place, "roles"), _ROLE)
    yield from _units(form, guard.units, (*place, "units"))


def _notice(form: Form, notice: Notice, place: Place) -> Iterator[Found]:
    if not notice.roles and not notice.persons:
        yield place, flaws.NOTICE_TO_NOBODY.found()
    yield from _all_known(notice.roles, form.access.roles, (*place, "roles"), _ROLE)
    yield from _units(form, notice.units, (*place, "units"))
    for name in notice.persons:
        yield from _known(name, form.questions, (*place, "persons"), _QUESTION)
        if name in form.questions and not isinstance(form.questions[name], Person):
            yield (*place, "persons"), flaws.NOT_A_PERSON.found(name=name)


def _units(form: Form, units: str | None, place: Place) -> Iterator[Found]:
    if units is not None and units not in (CONCERNED, FILLER):
        yield from _known(units, form.questions, place, _QUESTION)


# ---- timers --------------------------------------------------------------------------------------------------------


def _timer(form: Form, workflow: Workflow, timer: Timer, place: Place) -> Iterator[Found]:
    yield from _all_known(timer.states, workflow.states, (*place, "states"), _STATE)
    if not timer.states:
        yield (*place, "states"), flaws.TIMER_WITHOUT_STATES.found()
    yield from _counted_from(form, workflow, timer, (*place, "date"))
    if timer.notify is None and timer.transition is None and timer.entity is None:
        yield place, flaws.TIMER_WITHOUT_DEED.found()
    if timer.notify is not None:
        yield from _notice(form, timer.notify, (*place, "notify"))
    if timer.transition is not None:
        yield from _timed_step(workflow, timer, timer.transition, (*place, "transition"))


def _counted_from(form: Form, workflow: Workflow, timer: Timer, place: Place) -> Iterator[Found]:
    if timer.date == DUE_ON:
        for name in timer.states:
            state = workflow.states.get(name)
            if state is not None and state.deadline is None:
                yield place, flaws.NO_DUE_DAY.found(state=state.title)
    elif timer.date != ENTERED_ON:
        yield from _dates(form, timer.date, place)


def _timed_step(workflow: Workflow, timer: Timer, name: str, place: Place) -> Iterator[Found]:
    yield from _known(name, workflow.transitions, place, _STEP)
    step = workflow.transitions.get(name)
    if step is None:
        return
    if step.trigger is not Trigger.TIMER:
        yield place, flaws.STEP_NOT_TIMED.found(step=step.title)
    for state in timer.states:
        found = workflow.states.get(state)
        if found is not None and name not in found.transitions:
            said = flaws.STEP_NOT_OFFERED.found(state=found.title, name=name)
            yield place, said


# ---- the whole -----------------------------------------------------------------------------------------------------


def _ways(workflow: Workflow) -> Iterator[Found]:
    """States that nothing leads to, steps that nothing leads through, timed steps that no timer takes."""
    reached, waiting = {workflow.initial_state}, [workflow.initial_state]
    while waiting:
        fresh = {step.new_state for step in workflow.leads_out(waiting.pop()).values()} - reached
        reached |= fresh
        waiting += fresh
    for name, state in workflow.states.items():
        if name not in reached:
            yield ("workflow", "states", name), flaws.UNREACHED_STATE.found(state=state.title)
    offered = {name for state in workflow.states.values() for name in state.transitions}
    timed = {timer.transition for timer in workflow.timers.values()}
    for name, step in workflow.transitions.items():
        here: Place = ("workflow", "transitions", name)
        if name not in offered:
            yield here, flaws.UNUSED_STEP.found(name=name)
        elif step.trigger is Trigger.TIMER and name not in timed:
            yield here, flaws.UNTIMED_STEP.found(step=step.title)


def _automatic_circles(workflow: Workflow) -> Iterator[Found]:
    """Automatic steps that could lead back to where they began: a record would never come to rest."""
    leads = {
        name: [step.new_state for step in workflow.leads_out(name).values() if step.trigger is Trigger.AUTOMATIC]
        for name in workflow.states
    }
    circle = in_order_of_need(leads).circle[::-1]
    if circle:
        names = " → ".join(workflow.states[name].title for name in circle)
        place: Place = ("workflow", "states", circle[0], "transitions")
        yield place, flaws.ENDLESS.found(names=names)
