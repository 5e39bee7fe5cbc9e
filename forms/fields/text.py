"""Words: one line or several, and words that must have a certain form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Final, Literal

from forms import codes
from forms.fields.base import Field
from forms.values import Kind, Lookup, Raw, Rejected, Value
from forms.widths import half_width
from kernel.sentences import Sentence, say

_LONGEST: Final = 20_000


class Format(StrEnum):
    """What the words must look like."""

    LINE = "line"
    MULTILINE = "multiline"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    USCC = "uscc"
    CITIZEN_ID = "citizen_id"
    PLATE = "plate"


class Text(Field):
    """Words as typed; `format` asks for a certain form.

    Example:
        type: text
        name: phone
        label: 联系电话
        format: phone
        required: true
        required_message: 请填写能打通的电话
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "text"

    type: Literal["text"] = "text"
    #: One line, several lines, or words that are checked: a phone number, an e-mail address, a web address (`url`), a
    #: 统一社会信用代码 (`uscc`, GB 32100), a 身份证号 (`citizen_id`, GB 11643), both with their check characters, or
    #: a 车牌号 (`plate`, GA 36).
    format: Format = Format.LINE

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept words, or a number whose digits are all there."""
        if self.format in _CHECKS and isinstance(raw, float) and abs(raw) >= codes.DAMAGED_FROM:
            raise Rejected(codes.damaged())
        return super().read(raw, lookup)

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept words of the right form, at most 20,000 characters."""
        del lookup
        if self.format is Format.LINE:
            text = " ".join(text.split())
        if check := _CHECKS.get(self.format):
            text = half_width(text)
            if self.format in _CAPITALS:
                text = text.upper()
            if sentence := check(text):
                raise Rejected(sentence)
        return refuse_long(text)


def refuse_long(text: str) -> str:
    """`text`, or `Rejected` when it is longer than 20,000 characters."""
    if len(text) > _LONGEST:
        raise Rejected(say("最多写 {most} 个字，现在 {now} 个", most=_LONGEST, now=len(text)))
    return text


_CAPITALS: Final = frozenset({Format.USCC, Format.CITIZEN_ID, Format.PLATE})
_CHECKS: Final[Mapping[Format, Callable[[str], Sentence | None]]] = MappingProxyType(
    {
        Format.PHONE: codes.phone_mistake,
        Format.EMAIL: codes.email_mistake,
        Format.URL: codes.url_mistake,
        Format.USCC: codes.uscc_mistake,
        Format.CITIZEN_ID: codes.citizen_id_mistake,
        Format.PLATE: codes.plate_mistake,
    }
)
