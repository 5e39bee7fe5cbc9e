from __future__ import annotations

import pytest
import re2

from forms.expressions.patterns import PatternMistake, plain_pattern
from tests.forms.expressions.generation import Generator


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("1[3-9]\\d{9}", "13912345678", "12912345678"),
        ("[0-9A-HJ-NPQRTUWXY]{18}", "91110000MA0000000X", "91110000MA0000000O"),
        (".", "甲", "\n"),
        ("\\p{Han}+", "安全生产〇々", "安全a"),
        ("[^\\p{Han}]", "a", "甲"),
        ("[\\w.+-]+@\\w+\\.(?:cn|com)", "a.b-c@d.cn", "a@d.org"),
        ("\\s\\S", " a", "\u3000a"),
        ("a{2}b{1,}c{0,2}?", "aabbc", "abc"),
        ("[\\]\\-\\\\]", "]", "a"),
        ("[[]", "[", "a"),
        ("}]", "}]", "}"),
        ("^(甲|)$", "", "乙"),
        ("\\bno\\b", "no", "not"),
        ("(a)(b)", "ab", "a"),
        ("[a-]", "-", "b"),
        ("\\/\\-\\n", "/-\n", "/-"),
    ],
)
def test_a_pattern_means_what_it_says(pattern: str, matching: str, other: str) -> None:
    plain = re2.compile(plain_pattern(pattern))
    assert plain.fullmatch(matching)
    assert not plain.fullmatch(other)


def test_a_plain_pattern_is_read_as_itself() -> None:
    generator = Generator(3)
    for _ in range(2_000):
        plain = plain_pattern(generator.pattern())
        assert plain_pattern(plain) == plain


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?=a)", "(?="),
        ("(?<=a)b", "(?<"),
        ("(?!a)", "(?!"),
        ("(?i)a", "(?i"),
        ("(?P<n>a)", "(?P"),
        ("(a)\\1", "\\1"),
        ("\\p{L}", "\\p"),
        ("\\A", "\\A"),
        ("a\\", "\\"),
        ("a**", "连写"),
        ("a{2}{3}", "连写"),
        ("*a", "没有可重复的字"),
        ("^*", "没有可重复的字"),
        ("(a", "没有配对的“)”"),
        ("a)", "多了一个“)”"),
        ("[a", "没有配对的“]”"),
        ("[]", "没有配对的“]”"),
        ("[^]", "没有配对的“]”"),
        ("[z-a]", "颠倒"),
        ("[\\S]", "\\S"),
        ("[a-\\d]", "\\d"),
        ("a{x}", "次数"),
        ("a{3,2}", "次数"),
        ("a{1001}", "次数"),
        ("a{,2}", "次数"),
        ("a{", "次数"),
        ("(" * 30 + ")" * 30, "太深"),
        ("((a{1000}){1000}){1000}", "太大"),
    ],
)
def test_what_the_engines_do_not_share_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(PatternMistake) as caught:
        plain_pattern(pattern)
    assert said in caught.value.sentence
