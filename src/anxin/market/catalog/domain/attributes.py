"""Attributes of a product against the schema of its category."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from anxin.market.catalog.domain.tree import Attribute, AttributeKind
from anxin.market.catalog.errors import AttributeFault, AttributeFaults, BadAttributes

TEXT_CHARS_MAX = 120
NUMBER_MAX = Decimal(10) ** 9


@dataclass(frozen=True)
class ShownAttribute:
    """An attribute as a reader sees it, in both languages."""

    code: str
    name: str
    name_en: str
    value: str
    value_en: str


def check_attributes(schema: Iterable[Attribute], given: Mapping[str, str], *, complete: bool = True) -> dict[str, str]:
    """Return the given values in canonical form, empty ones left out.

    With `complete` every required attribute must be there; a draft may lack some. Raises BadAttributes with all faults.
    """
    known = {attribute.code: attribute for attribute in schema}
    faults = [AttributeFault(code, code, AttributeFaults.UNKNOWN) for code in given if code not in known]
    values: dict[str, str] = {}
    for code, attribute in known.items():
        text = str(given.get(code, "")).strip()
        fault = None
        if text:
            values[code], fault = _canonical(attribute, text)
        elif attribute.required and complete:
            fault = AttributeFaults.MISSING
        if fault:
            faults.append(AttributeFault(code, attribute.name, fault))
    if faults:
        raise BadAttributes(tuple(faults))
    return values


def shown_attributes(schema: Iterable[Attribute], values: Mapping[str, str]) -> tuple[ShownAttribute, ...]:
    """Return the values that the schema knows, in its order, with names of choices and units."""
    return tuple(_shown(attribute, values[attribute.code]) for attribute in schema if attribute.code in values)


def _canonical(attribute: Attribute, text: str) -> tuple[str, AttributeFaults | None]:
    if attribute.kind is AttributeKind.ENUM:
        return text, None if attribute.choice(text) else AttributeFaults.NOT_A_CHOICE
    if attribute.kind is AttributeKind.TEXT:
        return text, None if len(text) <= TEXT_CHARS_MAX else AttributeFaults.TOO_LONG
    return _number(text)


def _number(text: str) -> tuple[str, AttributeFaults | None]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text, AttributeFaults.NOT_A_NUMBER
    if not number.is_finite() or not 0 <= number <= NUMBER_MAX:
        return text, AttributeFaults.NOT_A_NUMBER
    return format(number.normalize(), "f"), None


def _shown(attribute: Attribute, value: str) -> ShownAttribute:
    choice = attribute.choice(value)
    if choice:
        return ShownAttribute(attribute.code, attribute.name, attribute.name_en, choice.name, choice.name_en)
    in_english = f"{value} {attribute.unit_en or attribute.unit}".strip()
    return ShownAttribute(attribute.code, attribute.name, attribute.name_en, f"{value}{attribute.unit}", in_english)
