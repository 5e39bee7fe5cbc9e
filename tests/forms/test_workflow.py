from __future__ import annotations

from forms.access import ADMINISTRATOR, Access, Reach
from forms.workflow import Workflow

FLOW = Workflow.model_validate(
    {
        "initial_state": "open",
        "states": {
            "open": {"title": "在办", "transitions": ["close", "send"], "edit": {"town": ["a", "b"], "unit": ["c"]}},
            "sent": {"title": "已报", "transitions": ["close"], "edit": {"office": "all"}},
            "closed": {"title": "办结"},
        },
        "transitions": {
            "send": {"title": "上报", "new_state": "sent"},
            "close": {"title": "办结", "new_state": "closed"},
        },
    }
)
ACCESS = Access.model_validate(
    {
        "roles": {
            "town": {"fill": True, "read": "unit"},
            "guest": {"read": "own", "edit": "own"},
            "office": {"read": "all"},
        }
    }
)


def test_the_steps_out_of_a_state_stand_in_the_order_written() -> None:
    assert list(FLOW.leads_out("open")) == ["close", "send"]
    assert FLOW.leads_out("closed") == FLOW.leads_out("gone") == FLOW.leads_out(None) == {}
    assert [FLOW.is_final(state) for state in FLOW.states] == [False, False, True]


def test_what_several_roles_may_change_is_added_up() -> None:
    assert FLOW.editable("open", {"town"}) == frozenset({"a", "b"})
    assert FLOW.editable("open", {"town", "unit"}) == frozenset({"a", "b", "c"})
    assert FLOW.editable("sent", {"office", "town"}) is None
    assert FLOW.editable("sent", {"town"}) == FLOW.editable("gone", {"office"}) == frozenset()


def test_the_widest_reach_of_somebodys_roles_counts() -> None:
    assert ACCESS.reading({"guest", "town"}) is Reach.UNIT
    assert ACCESS.reading({"guest", "office"}) is Reach.ALL
    assert ACCESS.reading({"stranger"}) is ACCESS.withdrawing({"office"}) is Reach.NONE
    assert ACCESS.editing({"guest", "town"}) is Reach.OWN


def test_only_some_may_fill_and_the_administrator_may_everything() -> None:
    assert ACCESS.may_fill({"town"})
    assert not ACCESS.may_fill({"guest", "stranger"})
    assert ACCESS.may_fill({ADMINISTRATOR})
    assert ACCESS.withdrawing({ADMINISTRATOR}) is Reach.ALL
