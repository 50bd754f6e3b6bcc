"""The category tree (类目) and what holds for goods of each category, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from anxin.kernel.clock import Instant
from anxin.market.catalog.errors import CategoryNotALeaf, CategoryUnknown

LONG_AFTER_SALE_DAYS = 30  # DOMAIN 4: settlement 3 days after receipt up to here, 10 beyond
SETTLEMENT_DAYS = 3
SETTLEMENT_DAYS_LONG = 10


class Flag(StrEnum):
    """What kind of goods a category holds, as far as buyer guarantees ask."""

    FRESH = "fresh"
    VIRTUAL = "virtual"
    COSMETIC = "cosmetic"
    FRAGILE = "fragile"
    CUSTOM = "custom"


class AttributeKind(StrEnum):
    """How an attribute's value reads."""

    TEXT = "text"
    ENUM = "enum"
    NUMBER = "number"


@dataclass(frozen=True)
class Choice:
    """One value of an enum attribute; the code is stored."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Attribute:
    """One line of a category's attribute schema (类目属性)."""

    code: str
    name: str
    name_en: str
    kind: AttributeKind
    required: bool = False
    unit: str = ""
    unit_en: str = ""
    choices: tuple[Choice, ...] = ()

    def choice(self, code: str) -> Choice | None:
        """Return the choice with this code."""
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True)
class Terms:
    """What holds for goods of a category from a moment on."""

    effective_from: Instant
    service_fee_bps: int
    after_sale_days: int
    settlement_days: int
    flags: frozenset[Flag] = frozenset()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class CategoryNode:
    """One category with the terms in force."""

    code: str
    parent: str | None
    name: str
    name_en: str
    icon: str
    is_leaf: bool
    terms: Terms
    is_retired: bool = False


@dataclass(frozen=True)
class CategoryTree:
    """All categories by code, in the order in which they are shown."""

    nodes: Mapping[str, CategoryNode]

    def node(self, code: str) -> CategoryNode:
        """Return the category. Raises CategoryUnknown."""
        found = self.nodes.get(code)
        if found is None:
            raise CategoryUnknown(code)
        return found

    def leaf(self, code: str) -> CategoryNode:
        """Return the category if goods can be put into it. Raises CategoryUnknown, CategoryNotALeaf."""
        found = self.node(code)
        if not found.is_leaf or found.is_retired:
            raise CategoryNotALeaf(code)
        return found

    @cached_property
    def tops(self) -> tuple[CategoryNode, ...]:
        """The categories of the first level that are in use."""
        return self._children.get(None, ())

    def children(self, code: str) -> tuple[CategoryNode, ...]:
        """Return the categories below `code` that are in use."""
        return self._children.get(code, ())

    def leaves(self, code: str | None = None) -> tuple[CategoryNode, ...]:
        """Return the leaves below `code` (or all), retired ones included: goods may still lie in them."""
        return tuple(node for node in self.nodes.values() if node.is_leaf and (code is None or self.within(node, code)))

    def path(self, code: str) -> tuple[CategoryNode, ...]:
        """Return the categories from the first level down to `code`."""
        found = [self.node(code)]
        while found[0].parent is not None:
            found.insert(0, self.node(found[0].parent))
        return tuple(found)

    def within(self, node: CategoryNode, code: str) -> bool:
        """Say whether `node` is `code` or lies below it."""
        return any(step.code == code for step in self.path(node.code))

    @cached_property
    def _children(self) -> dict[str | None, tuple[CategoryNode, ...]]:
        found: dict[str | None, tuple[CategoryNode, ...]] = {}
        for node in self.nodes.values():
            if not node.is_retired:
                found[node.parent] = (*found.get(node.parent, ()), node)
        return found


def settlement_days(after_sale_days: int) -> int:
    """Return the days from receipt to settlement where a category names none (DOMAIN 4)."""
    return SETTLEMENT_DAYS if after_sale_days <= LONG_AFTER_SALE_DAYS else SETTLEMENT_DAYS_LONG


def attributes_to_json(attributes: Iterable[Attribute]) -> list[dict[str, Any]]:
    """Write an attribute schema as plain JSON, the form kept in the database and sent by the API."""
    return [
        {
            "code": attribute.code,
            "name": attribute.name,
            "name_en": attribute.name_en,
            "kind": attribute.kind.value,
            "required": attribute.required,
            "unit": attribute.unit,
            "unit_en": attribute.unit_en,
            "choices": [[choice.code, choice.name, choice.name_en] for choice in attribute.choices],
        }
        for attribute in attributes
    ]


def attributes_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Attribute, ...]:
    """Read an attribute schema as `attributes_to_json` wrote it."""
    return tuple(
        Attribute(
            code=line["code"],
            name=line["name"],
            name_en=line["name_en"],
            kind=AttributeKind(line["kind"]),
            required=line["required"],
            unit=line["unit"],
            unit_en=line["unit_en"],
            choices=tuple(Choice(*choice) for choice in line["choices"]),
        )
        for line in data
    )
