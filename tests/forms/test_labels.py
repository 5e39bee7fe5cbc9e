from __future__ import annotations

import pickle

import pytest
from pydantic_core import PydanticCustomError

from forms.labels import Label


def test_a_label_is_its_chinese_words_and_knows_itself_in_other_languages() -> None:
    label = Label({"en": "Hazard", "zh": "隐患"})
    assert label == "隐患"
    assert label.inside("en") == "Hazard"
    assert label.inside("fr") == "隐患"
    assert Label("隐患").inside("en") == "隐患"
    assert Label({"en": "Hazard"}) == "Hazard"


def test_a_label_survives_pickling() -> None:
    label = pickle.loads(pickle.dumps(Label({"zh": "隐患", "en": "Hazard"})))  # noqa: S301 -- our own bytes
    assert label.inside("en") == "Hazard"


def test_a_whole_number_may_stand_for_words_and_a_fraction_may_not() -> None:
    assert Label.read(3) == "3"
    assert Label.read(Label("甲")) == "甲"
    others: tuple[object, ...] = (1.10, True, None, [], {}, {"zh": 1})
    for other in others:
        with pytest.raises(PydanticCustomError):
            Label.read(other)
