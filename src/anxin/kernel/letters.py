"""Letters as people see them: what one place on the screen shows is one, however many code points write it.

The clusters of UAX 29 as far as names and emoji need them, by categories that the standard library knows. Not told apart: Indic
conjuncts, and what stands before its letter (Prepend).
"""

import unicodedata
from collections.abc import Iterator

ZWJ = "\u200d"  # joins two emoji into one: a family, a profession
_MARKS = frozenset({"Mn", "Mc", "Me"})  # accents, vowel signs, variation selectors, the box of a keycap
_ALSO_MARKS = frozenset("\u200c\u0e33\u0eb3\uff9e\uff9f")  # by UAX 29, though their category is another
_BY_THEMSELVES = frozenset("LNZ")  # letters, numbers and spaces are joined to nothing


def letters(text: str) -> Iterator[str]:
    """Yield the letters of a text; joined they are the text."""
    letter = ""
    for sign in text:
        if letter and not _goes_on(letter, sign):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


def first_letter(text: str) -> str:
    """Return the first letter of a text, without the space before it; nothing of an empty one."""
    return next(letters(text.strip()), "")


def _goes_on(letter: str, sign: str) -> bool:
    """Say whether a code point belongs to the letter that was begun."""
    if sign == ZWJ or sign in _ALSO_MARKS or unicodedata.category(sign) in _MARKS:
        return True
    if _is_skin(sign) or _is_tag(sign):
        return True
    if _is_flag_half(sign):
        return _is_flag_half(letter)  # one half, without anything behind it
    if letter.endswith(ZWJ):
        return not {_class(letter[0]), _class(sign)} & _BY_THEMSELVES
    return _is_jamo_after(letter[-1], sign)


def _class(sign: str) -> str:
    return unicodedata.category(sign)[0]


def _is_flag_half(text: str) -> bool:
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"


def _is_skin(sign: str) -> bool:
    return "\U0001f3fb" <= sign <= "\U0001f3ff"


def _is_tag(sign: str) -> bool:
    return "\U000e0020" <= sign <= "\U000e007f"  # letters of a region's flag (England, Scotland)


def _is_jamo_after(before: str, sign: str) -> bool:
    """Say whether a Hangul vowel or final stands behind what it belongs to."""
    is_vowel = "\u1160" <= sign <= "\u11a7" or "\ud7b0" <= sign <= "\ud7c6"
    is_final = "\u11a8" <= sign <= "\u11ff" or "\ud7cb" <= sign <= "\ud7fb"
    is_lead = "\u1100" <= sign <= "\u115f" or "\ua960" <= sign <= "\ua97c"
    after_lead = "\u1100" <= before <= "\u115f" or "\ua960" <= before <= "\ua97c"
    after_hangul = "\u1160" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7fb"
    return (after_lead and (is_lead or is_vowel)) or (after_hangul and (is_vowel or is_final))
