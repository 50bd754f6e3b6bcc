"""Phone numbers in one form, E.164. Pure."""

import phonenumbers

from anxin.market.people.errors import BadPhone

HOME_COUNTRY = "CN"


def normal_phone(text: str) -> str:
    """Return a number as E.164: `138 0013 8000` is +8613800138000. Raises BadPhone for one that cannot exist."""
    try:
        number = phonenumbers.parse(text, HOME_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(text) from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(e164: str) -> str:
    """Return a number as people read it: without the country code at home, else in international form."""
    if not e164:
        return ""
    number = phonenumbers.parse(e164, None)
    if phonenumbers.region_code_for_number(number) == HOME_COUNTRY:
        return str(number.national_number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked_phone(e164: str) -> str:
    """Return a number that its owner recognises and others cannot use: 138****8000."""
    shown = shown_phone(e164).replace(" ", "")
    return f"{shown[:3]}****{shown[-4:]}" if shown else ""
