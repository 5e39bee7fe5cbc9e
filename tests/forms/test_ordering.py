from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forms.ordering import in_order_of_need

NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.sets(NAMES, max_size=3)))
def test_each_comes_after_what_it_needs_or_a_circle_is_told(needs: dict[str, set[str]]) -> None:
    ordering = in_order_of_need(needs)
    assert sorted(ordering.order) == sorted(needs)
    if ordering.circle:
        assert ordering.order == tuple(needs)
        assert ordering.circle[0] == ordering.circle[-1]
        pairs = list(zip(ordering.circle, ordering.circle[1:], strict=False))
        assert all(one in needs[other] for one, other in pairs) or all(other in needs[one] for one, other in pairs)
        return
    for place, name in enumerate(ordering.order):
        assert needs[name] & needs.keys() <= set(ordering.order[:place])
