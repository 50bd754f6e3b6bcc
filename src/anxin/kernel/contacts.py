"""Contact data: hidden in what people write where others read it, and on papers that travel with a parcel."""

import re

CONTACT = re.compile(r"(?<!\w)(?:[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d\s-]{5,}\d[\dXx]?)")


def mask_contacts(words: str) -> str:
    """Return words without the telephone, card and identity numbers and addresses of mail in them."""
    return CONTACT.sub(lambda found: found.group()[:3] + "●●●", words)


# On a waybill a name hides at least one character, a telephone number six digits, an address unit, household and room
# (GB/T 41833-2022 快递电子运单): the carrier reads the rest in its own system.
DIGITS_HIDDEN_MIN, FIRST_SHOWN, LAST_SHOWN = 6, 3, 2
HOUSE = re.compile(
    r"(?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]+(?!\s*(?:号院|号楼|号(?!房)|弄|栋|幢|座|期|路|街|巷|村|组))(?![0-9A-Za-z])"
)
ROOM = re.compile(r"[〇零一二三四五六七八九十百A-Za-z]+(?=\s*(?:单元|室|户|房|层))")


def masked_name(name: str) -> str:
    """Return a name of which only the first character can be read."""
    return name[:1] * (len(name) > 1) + "*" * min(3, max(1, len(name) - 1)) if name else ""


def masked_number(number: str) -> str:
    """Return a telephone number with at least six of its digits hidden."""
    digits = re.sub(r"\D", "", number)
    shown = max(0, len(digits) - DIGITS_HIDDEN_MIN)
    last = min(LAST_SHOWN, shown)
    first = min(FIRST_SHOWN, shown - last)
    return digits[:first] + "*" * (len(digits) - first - last) + digits[len(digits) - last :]


def masked_address(address: str) -> str:
    """Return an address down to its house: digits that name no street or house are hidden, and so are units and rooms."""
    without_rooms = ROOM.sub(lambda found: "*" * len(found.group()), address)
    return HOUSE.sub(lambda found: "*" * len(found.group()), without_rooms)
