"""Freight templates (运费模板): what a shop charges to send some lines to a region.

A template is data (it travels as JSON in the view `shops_public_terms`); `freight` is the one place
that turns it into money, used by the product page, the cart and the order alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

AREAS_MAX = 40
STEP_MAX = 1_000_000
CHARGE_MINOR_MAX = 10_000_000
REGION_LENGTHS = range(2, 7)  # a province has two digits, a district six

# Divisions by the first two digits of GB/T 2260: where most couriers ask a surcharge.
REMOTE_PREFIXES = ("15", "46", "54", "62", "63", "64", "65")
# Hong Kong, Macao and Taiwan need customs papers, which the sandbox carriers do not handle.
OVERSEAS_PREFIXES = ("71", "81", "82")


class Unit(StrEnum):
    """What a tariff counts: nothing, pieces (件) or grams."""

    FLAT = "flat"
    PIECE = "piece"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Tariff:
    """First step and following steps (首件/续件, 首重/续重); a step is pieces or grams."""

    first_step: int = 1
    first_minor: int = 0
    next_step: int = 1
    next_minor: int = 0
    free_over_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A tariff of its own for the regions whose code starts with one of `prefixes`."""

    prefixes: tuple[str, ...]
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Template:
    """One freight template: a tariff for everywhere, exceptions by area, a remote surcharge."""

    unit: Unit
    base: Tariff
    areas: tuple[Area, ...] = ()
    remote_prefixes: tuple[str, ...] = REMOTE_PREFIXES
    remote_surcharge_minor: int = 0
    excluded_prefixes: tuple[str, ...] = OVERSEAS_PREFIXES


@dataclass(frozen=True, slots=True)
class FreightLine:
    """What freight needs to know of an order line."""

    quantity: int
    unit_price_minor: int
    weight_grams: int = 0


FREE_SHIPPING = Template(unit=Unit.FLAT, base=Tariff())


def delivers(template: Template, region: str) -> bool:
    """Say whether the template sends parcels to the region (a GB/T 2260 code)."""
    return not region.startswith(template.excluded_prefixes)


def freight(template: Template, lines: Sequence[FreightLine], region: str) -> int | None:
    """Return the freight in minor units for lines sent together to a region.

    `region` is a GB/T 2260 division code of 2 to 6 digits. The longest matching area wins. The remote
    surcharge stands even when the goods travel free, as couriers charge it to the shop either way.
    None means that the template does not deliver there.
    """
    if not delivers(template, region):
        return None
    if not lines:
        return 0
    remote = region.startswith(template.remote_prefixes)
    surcharge = template.remote_surcharge_minor if remote else 0
    return _tariff_minor(template.unit, _tariff_for(template, region), lines) + surcharge


def freight_by_template(
    templates: Mapping[str, Template],
    lines: Sequence[tuple[str, FreightLine]],
    region: str,
) -> int | None:
    """Return the freight of one shop's parcel whose lines follow different templates: their sum.

    A line whose template no longer exists travels free: the shop withdrew the charge, not the goods.
    The remote surcharge is asked once, the highest of those touched.
    """
    grouped: dict[str, list[FreightLine]] = {}
    for template_id, line in lines:
        grouped.setdefault(template_id, []).append(line)
    total_minor = surcharge_minor = 0
    for template_id, together in grouped.items():
        template = templates.get(template_id, FREE_SHIPPING)
        if not delivers(template, region):
            return None
        total_minor += _tariff_minor(template.unit, _tariff_for(template, region), together)
        if region.startswith(template.remote_prefixes):
            surcharge_minor = max(surcharge_minor, template.remote_surcharge_minor)
    return total_minor + surcharge_minor


def _tariff_for(template: Template, region: str) -> Tariff:
    best_length, best = 0, template.base
    for area in template.areas:
        for prefix in area.prefixes:
            if len(prefix) > best_length and region.startswith(prefix):
                best_length, best = len(prefix), area.tariff
    return best


def _tariff_minor(unit: Unit, tariff: Tariff, lines: Sequence[FreightLine]) -> int:
    goods_minor = sum(line.quantity * line.unit_price_minor for line in lines)
    if tariff.free_over_minor is not None and goods_minor >= tariff.free_over_minor:
        return 0
    if unit is Unit.FLAT:
        return tariff.first_minor
    if unit is Unit.PIECE:
        amount = sum(line.quantity for line in lines)
    else:
        amount = sum(line.quantity * line.weight_grams for line in lines)
    beyond = max(0, amount - tariff.first_step)
    steps = -(-beyond // tariff.next_step)
    return tariff.first_minor + steps * tariff.next_minor


def template_from_json(data: Mapping[str, Any]) -> Template:
    """Read a template as `template_to_json` wrote it."""
    return Template(
        unit=Unit(data["unit"]),
        base=_tariff_from_json(data["base"]),
        areas=tuple(Area(tuple(area["prefixes"]), _tariff_from_json(area["tariff"])) for area in data.get("areas", ())),
        remote_prefixes=tuple(data.get("remote_prefixes", REMOTE_PREFIXES)),
        remote_surcharge_minor=data.get("remote_surcharge_minor", 0),
        excluded_prefixes=tuple(data.get("excluded_prefixes", OVERSEAS_PREFIXES)),
    )


def template_to_json(template: Template) -> dict[str, Any]:
    """Write a template as plain JSON, the form kept in the database and sent by the API."""
    return {
        "unit": template.unit.value,
        "base": _tariff_to_json(template.base),
        "areas": [{"prefixes": list(area.prefixes), "tariff": _tariff_to_json(area.tariff)} for area in template.areas],
        "remote_prefixes": list(template.remote_prefixes),
        "remote_surcharge_minor": template.remote_surcharge_minor,
        "excluded_prefixes": list(template.excluded_prefixes),
    }


def template_faults(template: Template) -> tuple[str, ...]:
    """Return what is wrong with a template as stable words, empty when it can be used."""
    faults: list[str] = []
    if len(template.areas) > AREAS_MAX:
        faults.append("too_many_areas")
    for tariff in (template.base, *(area.tariff for area in template.areas)):
        faults.extend(_tariff_faults(tariff))
    if not 0 <= template.remote_surcharge_minor <= CHARGE_MINOR_MAX:
        faults.append("amount_out_of_range")
    prefixes = [
        *template.remote_prefixes,
        *template.excluded_prefixes,
        *(prefix for area in template.areas for prefix in area.prefixes),
    ]
    if any(not (prefix.isascii() and prefix.isdigit() and len(prefix) in REGION_LENGTHS) for prefix in prefixes):
        faults.append("unknown_region")
    if any(not area.prefixes for area in template.areas):
        faults.append("area_without_region")
    return tuple(dict.fromkeys(faults))


def _tariff_faults(tariff: Tariff) -> list[str]:
    faults: list[str] = []
    if not (1 <= tariff.first_step <= STEP_MAX and 1 <= tariff.next_step <= STEP_MAX):
        faults.append("step_out_of_range")
    amounts = (tariff.first_minor, tariff.next_minor, tariff.free_over_minor or 0)
    if any(not 0 <= amount <= CHARGE_MINOR_MAX for amount in amounts):
        faults.append("amount_out_of_range")
    return faults


def _tariff_from_json(data: Mapping[str, Any]) -> Tariff:
    return Tariff(
        first_step=data["first_step"],
        first_minor=data["first_minor"],
        next_step=data["next_step"],
        next_minor=data["next_minor"],
        free_over_minor=data.get("free_over_minor"),
    )


def _tariff_to_json(tariff: Tariff) -> dict[str, int | None]:
    return {
        "first_step": tariff.first_step,
        "first_minor": tariff.first_minor,
        "next_step": tariff.next_step,
        "next_minor": tariff.next_minor,
        "free_over_minor": tariff.free_over_minor,
    }
