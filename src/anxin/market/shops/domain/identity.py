"""Numbers that name a company or a person in China, and their check digits."""

import re
from datetime import date

# GB 32100-2015, unified social credit code (统一社会信用代码): 18 characters of this alphabet, the last checks the rest.
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_PATTERN = re.compile(rf"[{_CODE_ALPHABET}]{{18}}")

# GB 11643-1999, citizen identity number (公民身份号码): region, birth date, sequence, ISO 7064 MOD 11-2.
_CITIZEN_PATTERN = re.compile(r"\d{17}[\dX]")
_CITIZEN_CHECKS = "10X98765432"


def is_credit_code(text: str) -> bool:
    """Say whether the text is a unified social credit code whose check character is right."""
    if not _CODE_PATTERN.fullmatch(text):
        return False
    return credit_code_check(text[:17]) == text[17]


def credit_code_check(body: str) -> str:
    """Return the check character of the first 17 characters (weights 3^i mod 31)."""
    total = sum(_CODE_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return _CODE_ALPHABET[-total % 31]


def citizen_birth_date(text: str) -> date | None:
    """Return the birth date inside a citizen identity number, or None when the number is wrong."""
    if not _CITIZEN_PATTERN.fullmatch(text) or citizen_check(text[:17]) != text[17]:
        return None
    try:
        return date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return None


def citizen_check(body: str) -> str:
    """Return the check character of the first 17 digits."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return _CITIZEN_CHECKS[total % 11]


def age_years(born: date, on: date) -> int:
    """Return full years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def masked(number: str) -> str:
    """Return a number with its middle hidden, for pages and timelines that need not show it."""
    shown = 4
    if len(number) <= 2 * shown:
        return "*" * len(number)
    return f"{number[:shown]}{'*' * (len(number) - 2 * shown)}{number[-shown:]}"
