"""Codes that are printed on licences and cards: what makes one of them wrong.

Only shape, date and check character are judged. Libraries that also know area codes refuse
people born before their county had its code, and credit codes that begin with a letter.
"""

from __future__ import annotations

import re
from datetime import date

from kernel.sentences import Sentence, say

#: GB 32100-2015 table 1: no I, O, S, V, Z.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
#: GB 11643-1999 §4.2.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PHONE = re.compile(r"(?:\+?86-?)?1\d{10}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|\d{3,4}-\d{3,4}-\d{3,4}", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#:@<>\"]{1,253}(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?", re.ASCII | re.IGNORECASE)
#: GA 36-2018: province, letter of the town, five or six letters and digits (no I, O), perhaps a closing word.
_PLATE = re.compile(
    r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青桂蒙宁新藏使][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}"
    r"[A-HJ-NP-Z0-9挂学警港澳领试超]"
)
#: From here on a spreadsheet has dropped digits of a whole number (it keeps 15).
DAMAGED_FROM = 10**15
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"]{1,64}@[^@\s<>()\[\],;:\"]{1,253}\.[^@\s.]{2,63}")


def uscc_check_character(body: str) -> str:
    """The 18th character of a unified social credit code from its first 17 (GB 32100-2015 §5)."""
    total = sum(USCC_ALPHABET.index(character) * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total) % 31]


def uscc_mistake(text: str) -> Sentence | None:
    """What is wrong with a unified social credit code; None if nothing is."""
    if damage := _damage(text):
        return damage
    if len(text) != 18:
        return say("统一社会信用代码是 18 位，现在 {length} 位", length=len(text))
    strange = sorted({character for character in text if character not in USCC_ALPHABET})
    if strange:
        return say(
            "统一社会信用代码里没有“{strange}”（字母 I、O、S、V、Z 不用，请核对是否应为 1、0、5、2）",
            strange="”“".join(strange),
        )
    if uscc_check_character(text[:17]) != text[17]:
        if _ends_blunt(text):
            return damaged()
        return say("统一社会信用代码的校验位不对，请核对执照")
    return None


def citizen_id_check_character(body: str) -> str:
    """The 18th character of a citizen's id from its first 17 (GB 11643-1999 §4.2)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def citizen_id_mistake(text: str) -> Sentence | None:
    """What is wrong with a citizen's id; None if nothing is. Its area code is not judged."""
    if damage := _damage(text):
        return damage
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return say("公民身份号码是 17 位数字加 1 位数字或 X")
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return say("公民身份号码里的出生日期不存在")
    if citizen_id_check_character(text[:17]) != text[17]:
        if _ends_blunt(text):
            return damaged()
        return say("公民身份号码的校验位不对，请核对证件")
    return None


def phone_mistake(text: str) -> Sentence | None:
    """What is wrong with a telephone number; None if nothing is."""
    if damage := _damage(text):
        return damage
    if _PHONE.fullmatch(text.replace(" ", "")):
        return None
    return say("电话应是 11 位手机号，或“区号-号码”")


def email_mistake(text: str) -> Sentence | None:
    """What is wrong with an e-mail address; None if nothing is."""
    return None if _EMAIL.fullmatch(text) else say("邮箱应像 name@example.cn")


def url_mistake(text: str) -> Sentence | None:
    """What is wrong with a web address; None if nothing is. Only http and https are opened by a click."""
    return None if _URL.fullmatch(text) else say("网址应像 https://example.cn/page")


def plate_mistake(text: str) -> Sentence | None:
    """What is wrong with a vehicle's number plate; None if nothing is."""
    return None if _PLATE.fullmatch(text) else say("车牌号应像 豫A12345 或 豫AD12345，中间不加点和空格")


def damaged() -> Sentence:
    """What is said of a number of which a spreadsheet has lost the last digits."""
    return say("这串号码被表格软件当成数字，后几位已变成 0，请把单元格设为“文本”格式，再按原件重新填写")


def _damage(text: str) -> Sentence | None:
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", text, re.IGNORECASE):
        return say("这是被表格软件改成科学计数法的号码，后几位已丢失，请按原件重新填写")
    return None


def _ends_blunt(text: str) -> bool:
    """Whether the last digits are as a spreadsheet leaves them of 18; some true codes end so, with a right check."""
    return text.isdecimal() and text.endswith("000")
