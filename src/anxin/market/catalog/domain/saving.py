"""What saving a written product does to the stored one: a pure decision, for one product or for thousands.

A product that was never approved is changed in place. A reviewed one changes price, code, barcode, weight and SKU
picture at once; new content and new variants wait as a proposal until a reviewer approves it, and variants that the
same edit takes away stay for sale until then. With `vouched` (the operator's import, the demo market) nothing waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep, LostRace
from anxin.market.catalog.domain.content import (
    Content,
    ProductDraft,
    SkuDraft,
    changed_fields,
    content_from_json,
    content_to_json,
)
from anxin.market.catalog.domain.life import PRODUCT_LIFE, REVIEWED, ProductState, SkuState
from anxin.market.catalog.domain.prices import Pricing
from anxin.market.catalog.errors import WaitsForReview


@dataclass(frozen=True)
class StoredSku:
    """A SKU that is not retired, as it is stored."""

    id: UUID
    state: SkuState
    draft: SkuDraft
    position: int


@dataclass(frozen=True)
class StoredProduct:
    """A product as it is stored, locked for the change."""

    id: UUID
    handle: str
    state: ProductState
    version: int
    content: Content
    skus: tuple[StoredSku, ...]
    proposed: Mapping[str, Any] | None = None
    waiting: bool = False  # a review of it waits for a decision
    freight_template_id: str | None = None
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def last_draft(self) -> ProductDraft:
        """The product as its merchant last wrote it: what waits for a review, else what is shown."""
        leaving = set(retiring(self.proposed))
        return ProductDraft(
            handle=self.handle,
            content=proposed_content(self.proposed) or self.content,
            skus=tuple(sku.draft for sku in self.skus if sku.id not in leaving),
            freight_template_id=self.freight_template_id,
            extras=self.extras,
        )


@dataclass(frozen=True)
class Save:
    """One product to write: `product_id` names an existing one, otherwise the handle decides.

    `on_sale` says whether it should be for sale, None leaves that as it is. `version` is the one its writer looked at.
    """

    draft: ProductDraft
    on_sale: bool | None = None
    product_id: UUID | None = None
    version: int | None = None


@dataclass(frozen=True)
class PlannedSku:
    """One SKU after the save."""

    id: UUID
    state: SkuState
    draft: SkuDraft
    position: int
    before: StoredSku | None = None

    @property
    def is_new(self) -> bool:
        """Whether the row does not exist yet."""
        return self.before is None

    @property
    def is_changed(self) -> bool:
        """Whether the row must be written."""
        return self.before is None or (self.state, self.draft, self.position) != (
            self.before.state,
            self.before.draft,
            self.before.position,
        )

    @property
    def is_repriced(self) -> bool:
        """Whether the price history gets a row."""
        return self.before is None or self.before.draft.pricing != self.draft.pricing

    @property
    def pricing_before(self) -> Pricing | None:
        """The prices that were in force."""
        return self.before.draft.pricing if self.before else None


@dataclass(frozen=True)
class Plan:
    """The rows of one product after the save."""

    id: UUID
    is_new: bool
    state: ProductState
    version: int
    draft: ProductDraft
    content: Content
    proposed: dict[str, Any] | None
    skus: tuple[PlannedSku, ...]
    retired: tuple[UUID, ...]
    changes: Mapping[str, Any]

    @property
    def is_changed(self) -> bool:
        """Whether anything must be written."""
        return self.is_new or bool(self.changes)


def plan(save: Save, stored: StoredProduct | None, *, vouched: bool) -> Plan:
    """Decide what saving does. Raises IllegalStep for a delisted product, LostRace, WaitsForReview."""
    if stored is None:
        return _plan_new(save, vouched=vouched)
    if stored.state is ProductState.DELISTED:
        raise IllegalStep("product", "edit", stored.state.value)
    if save.version is not None and save.version != stored.version:
        raise LostRace("product")
    in_place = vouched or stored.state not in REVIEWED
    planned = _match(stored, save.draft.skus, in_place=in_place)
    gone = tuple(sku.id for sku in stored.skus if sku.id not in {one.id for one in planned})
    if in_place:
        content, proposed, retired = save.draft.content, None, gone
    else:
        content = stored.content
        proposed, retired = _propose(stored, save.draft.content, planned, gone)
    _refuse_while_waiting(stored, content, proposed, planned)
    state = _state_after(stored.state, save.on_sale, vouched=vouched)
    changes = _changes(stored, save, content, proposed, state) | _sku_changes(stored, planned, retired)
    version = stored.version + bool(changes)
    return Plan(stored.id, False, state, version, save.draft, content, proposed, planned, retired, changes)


def proposed_content(proposed: Mapping[str, Any] | None) -> Content | None:
    """Return the content that waits for a review."""
    return content_from_json(proposed["content"]) if proposed else None


def retiring(proposed: Mapping[str, Any] | None) -> tuple[UUID, ...]:
    """Return the SKUs that go when the proposal is approved."""
    return tuple(UUID(sku) for sku in proposed["retire"]) if proposed else ()


def _plan_new(save: Save, *, vouched: bool) -> Plan:
    reviewed = ProductState.ON_SALE if save.on_sale else ProductState.OFF_SALE
    state = reviewed if vouched else PRODUCT_LIFE.initial
    skus = tuple(
        PlannedSku(new_id(), SkuState.ACTIVE, draft, position) for position, draft in enumerate(save.draft.skus)
    )
    changes = {"state": [None, state.value]}
    return Plan(new_id(), True, state, 1, save.draft, save.draft.content, None, skus, (), changes)


def _match(stored: StoredProduct, drafts: Iterable[SkuDraft], *, in_place: bool) -> tuple[PlannedSku, ...]:
    """Find the stored SKU of each draft: by code, else by options; in a reviewed product by options alone."""
    left = {sku.id: sku for sku in stored.skus}
    by_code = {sku.draft.code: sku for sku in stored.skus if sku.draft.code} if in_place else {}
    by_options = {sku.draft.options: sku for sku in stored.skus}
    found: dict[int, StoredSku] = {}
    drafts = tuple(drafts)
    for place, key in ((by_code, "code"), (by_options, "options")):
        for position, draft in enumerate(drafts):
            sku = place.get(getattr(draft, key))
            if position not in found and sku is not None and sku.id in left:
                found[position] = left.pop(sku.id)
    fresh = SkuState.ACTIVE if in_place else SkuState.PROPOSED
    return tuple(
        _planned(draft, position, found.get(position), fresh, in_place=in_place)
        for position, draft in enumerate(drafts)
    )


def _planned(draft: SkuDraft, position: int, sku: StoredSku | None, fresh: SkuState, *, in_place: bool) -> PlannedSku:
    if sku is None:
        return PlannedSku(new_id(), fresh, draft, position)
    return PlannedSku(sku.id, SkuState.ACTIVE if in_place else sku.state, draft, position, sku)


def _propose(
    stored: StoredProduct, content: Content, planned: tuple[PlannedSku, ...], gone: tuple[UUID, ...]
) -> tuple[dict[str, Any] | None, tuple[UUID, ...]]:
    """Return the proposal and the SKUs that go at once."""
    fresh = any(sku.state is SkuState.PROPOSED for sku in planned)
    if not fresh and not changed_fields(stored.content, content):
        return None, gone
    never_shown = {sku.id for sku in stored.skus if sku.state is SkuState.PROPOSED}
    later = [str(sku) for sku in gone if sku not in never_shown]
    return {"content": content_to_json(content), "retire": later}, tuple(sku for sku in gone if sku in never_shown)


def _refuse_while_waiting(
    stored: StoredProduct, content: Content, proposed: Mapping[str, Any] | None, planned: tuple[PlannedSku, ...]
) -> None:
    if not stored.waiting:
        return
    differs = bool(changed_fields(stored.content, content)) or any(sku.is_new for sku in planned)
    if differs or _same(proposed) != _same(stored.proposed):
        raise WaitsForReview


def _same(proposed: Mapping[str, Any] | None) -> object:
    if proposed is None:
        return None
    return content_to_json(content_from_json(proposed["content"])), sorted(proposed["retire"])


def _state_after(state: ProductState, on_sale: bool | None, *, vouched: bool) -> ProductState:
    reviewed = state in REVIEWED or (vouched and state is ProductState.DRAFT)
    if on_sale is None or not reviewed:
        return state
    return ProductState.ON_SALE if on_sale else ProductState.OFF_SALE


def _changes(
    stored: StoredProduct,
    save: Save,
    content: Content,
    proposed: Mapping[str, Any] | None,
    state: ProductState,
) -> dict[str, Any]:
    before, after = content_to_json(stored.content), content_to_json(content)
    changes = {name: [before[name], after[name]] for name in changed_fields(stored.content, content)}
    if _same(proposed) != _same(stored.proposed):
        named = proposed_content(proposed)
        changes["proposed"] = list(changed_fields(stored.content, named)) if named else []
    if state is not stored.state:
        changes["state"] = [stored.state.value, state.value]
    if save.draft.handle != stored.handle:
        changes["handle"] = [stored.handle, save.draft.handle]
    for name in ("freight_template_id", "extras"):
        left, right = getattr(stored, name), getattr(save.draft, name)
        if left != right:
            changes[name] = [left, right]
    return changes


def _sku_changes(stored: StoredProduct, planned: tuple[PlannedSku, ...], retired: tuple[UUID, ...]) -> dict[str, Any]:
    found = {
        "skus_added": [sku.draft.label for sku in planned if sku.is_new],
        "skus_changed": {sku.draft.label: _sku_difference(sku) for sku in planned if sku.before and sku.is_changed},
        "skus_removed": [sku.draft.label for sku in stored.skus if sku.id in retired],
    }
    return {name: value for name, value in found.items() if value}


def _sku_difference(sku: PlannedSku) -> dict[str, Any]:
    if sku.before is None:
        return {}
    before, after = vars(sku.before.draft), vars(sku.draft)
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}
