from __future__ import annotations

import json
import pickle

from kernel.sentences import Sentence, say, sentence_from_json, sentence_json, translated

ENGLISH = {"没有“{text}”这一项": "There is no “{text}”", "必填": "Required", "{why}，请重填": "{why}, again please"}


def english(text: str) -> str:
    return ENGLISH.get(text, text)


def test_a_sentence_is_its_chinese_text() -> None:
    assert say("没有“{text}”这一项", text="丙") == "没有“丙”这一项"
    assert say("必填") == "必填"


def test_braces_in_what_is_said_about_stay_what_they_are() -> None:
    assert say("没有“{text}”这一项", text="{0}{x}") == "没有“{0}{x}”这一项"
    assert translated(say("没有“{text}”这一项", text="{0}"), english) == "There is no “{0}”"


def test_a_sentence_is_translated_with_its_values_and_the_sentences_among_them() -> None:
    assert translated(say("{why}，请重填", why=say("必填")), english) == "Required, again please"
    assert translated("必填", english) == "Required"
    assert translated("", english) == ""


def test_a_sentence_survives_json_and_pickle() -> None:
    said = say("{why}，请重填", why=say("没有“{text}”这一项", text=3))
    again = sentence_from_json(json.loads(json.dumps(sentence_json(said))))
    assert again == said
    assert translated(again, english) == "There is no “3”, again please"
    copied = pickle.loads(pickle.dumps(said))  # noqa: S301 -- our own bytes
    assert isinstance(copied, Sentence)
    assert copied.template == said.template


def test_a_plain_string_is_written_down_as_a_sentence_of_its_own() -> None:
    assert sentence_from_json(sentence_json("照抄 {x}")) == "照抄 {x}"
