from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import digest, to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_json_is_read_back_as_it_was(value: object) -> None:
    assert json.loads(to_json(value)) == value


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_order_of_keys_does_not_change_a_digest(value: dict[str, object]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@given(JSON, JSON)
def test_different_things_have_different_digests(one: object, other: object) -> None:
    assert (digest(one) == digest(other)) == (to_json(_sorted(one)) == to_json(_sorted(other)))


def _sorted(value: object) -> object:
    return json.loads(json.dumps(value, sort_keys=True))


def test_chinese_stays_chinese_and_half_a_character_is_digested_all_the_same() -> None:
    assert to_json({"名": "台账"}) == '{"名":"台账"}'
    assert digest("\ud83d") != digest("\ude00")
