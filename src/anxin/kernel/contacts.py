"""Contact data: hidden in what people write where others read it, and on papers that travel with a parcel."""

import re
import unicodedata

from anxin.kernel.letters import letters

CONTACT = re.compile(r"(?<![0-9A-Za-z_])(?:[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d\s-]{5,}\d[\dXx]?)")


def mask_contacts(words: str) -> str:
    """Return words without the telephone, card and identity numbers and addresses of mail in them."""
    return CONTACT.sub(lambda found: found.group()[:3] + "●●●", words)


# On a waybill a name hides at least one character, a telephone number six digits, an address unit, household and room
# (GB/T 41833-2022 快递电子运单): the merchant gives the carrier the rest when taking the number.
DIGITS_HIDDEN_MIN, FIRST_SHOWN, LAST_SHOWN = 6, 3, 2
_NUMERAL = "0-9A-Za-z〇零一二三四五六七八九十百"
_NUMBER = "(?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]+"
_BLOCK = "号院|号楼|栋|幢|座"
_HOUSE = r"弄|期|路|街|巷|村|组|国道|省道|县道|号(?!\s*[房室])"
OF_NO_HOUSE = re.compile(rf"{_NUMBER}(?!\s*(?:{_BLOCK}|{_HOUSE}))(?![0-9A-Za-z])")
INSIDE_A_HOUSE = re.compile(rf"(?:{_NUMBER}|[〇零一二三四五六七八九十百]+)(?!\s*(?:{_BLOCK}))(?![{_NUMERAL}])")
ROOM = re.compile(
    r"[〇零一二三四五六七八九十百A-Za-z]+(?=\s*(?:号\s*)?(?:单元|[室层]|[户房](?!镇|乡|村|庄|屯|营|巷|路|街|桥)))"
)
HOUSE_ENDS = re.compile(r"号楼|[栋幢]|(?<=[0-9A-Za-z])\s*座")
UNIT = "单元"
ANY_NUMBER = re.compile(f"[{_NUMERAL}]+")


def masked_name(name: str) -> str:
    """Return a name of which only the first letter can be read, on papers; of a name of one letter nothing."""
    signs = list(letters(name.strip()))
    return "".join(signs[:1] * (len(signs) > 1)) + "*" * min(3, max(1, len(signs) - 1)) if signs else ""


def name_to_strangers(name: str) -> str:
    """Return a name as strangers read it on pages: its first and last letter, and not how long it is."""
    signs = list(letters(name.strip()))
    return f"{signs[0]}***{signs[-1]}" if len(signs) > 1 else f"{''.join(signs)}***"


def masked_number(number: str) -> str:
    """Return a telephone number with at least six of its digits hidden."""
    digits = re.sub(r"\D", "", number)
    shown = max(0, len(digits) - DIGITS_HIDDEN_MIN)
    last = min(LAST_SHOWN, shown)
    first = min(FIRST_SHOWN, shown - last)
    return digits[:first] + "*" * (len(digits) - first - last) + digits[len(digits) - last :]


def masked_address(address: str) -> str:
    """Return an address down to its house: every other number is hidden, and behind house or unit also those in words."""
    text = unicodedata.normalize("NFKC", address)
    unit = text.find(UNIT)
    before, behind = (text, "") if unit < 0 else (text[: unit + len(UNIT)], text[unit + len(UNIT) :])
    house = HOUSE_ENDS.search(before)
    street, inside = (before, "") if house is None else (before[: house.end()], before[house.end() :])
    return (
        _hidden(OF_NO_HOUSE, _hidden(ROOM, street))
        + _hidden(INSIDE_A_HOUSE, _hidden(ROOM, inside))
        + _hidden(ANY_NUMBER, behind)
    )


def masked_note(note: str) -> str:
    """Return a buyer's note without ways to reach people and without their rooms."""
    return masked_address(mask_contacts(note))


def _hidden(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: "*" * len(found.group()), text)
