"""Order lines as promises ask for them: from the order, its parcels, its shipping promise, its policy and its claims."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.money import allocate
from anxin.market.guarantee.domain.facts import LineFacts, PurchaseFacts
from anxin.market.guarantee.models import ShipPromise
from anxin.market.guarantee.store.certificates import NOTHING_SAID, Standing
from anxin.market.guarantee.store.histories import BLANK, History, histories
from anxin.market.guarantee.store.insurance import insured_orders
from anxin.market.orders.queries import LineFacts as OrderLine
from anxin.market.orders.queries import OrderFacts, ParcelFacts, orders_of_lines

RIPENING = "ripening_days"  # the catalog's attribute of goods that are sold unripe


def line_facts(line_ids: Iterable[UUID]) -> dict[UUID, LineFacts]:
    """Return lines as they stand now; unknown ones are left out."""
    wanted = list(line_ids)
    return facts_of(orders_of_lines(wanted), wanted)


def facts_of(orders: Mapping[UUID, OrderFacts], line_ids: Iterable[UUID]) -> dict[UUID, LineFacts]:
    """Return lines of orders that were read already, by line."""
    past = histories(list(orders))
    order_ids = {order.id for order in orders.values()}
    ship_by = dict(ShipPromise.objects.filter(order_id__in=order_ids).values_list("order_id", "ship_by"))
    insured = insured_orders(order_ids)
    return {
        line_id: _line(orders[line_id], line_id, past.get(line_id, BLANK), ship_by, insured)
        for line_id in line_ids
        if line_id in orders
    }


def purchase_facts(order: OrderFacts, line: OrderLine, standing: Standing | None) -> PurchaseFacts:
    """Return what decided, when the order was placed, which promises the line gets."""
    said = standing.said(line.product_id, at=order.placed_at) if standing else NOTHING_SAID
    return PurchaseFacts(
        line_id=line.id,
        order_id=order.id,
        shop_id=order.shop_id,
        product_id=line.product_id,
        category=str(line.frozen.get("category", "")),
        flags=frozenset(line.frozen.get("flags", ())),
        amount_minor=line.amount_minor,
        placed_at=order.placed_at,
        shop_type=standing.shop_type if standing else "",
        score=standing.score if standing else None,
        deposit_paid=standing.deposit_paid if standing else False,
        optins=said.optins,
        optouts=said.optouts,
        marks=said.marks,
        confirmations=frozenset(line.frozen.get("confirmations", ())),
        counterfeit_record=standing.had_sold_counterfeits(order.placed_at) if standing else False,
    )


def _line(
    order: OrderFacts, line_id: UUID, past: History, ship_by: Mapping[UUID, Instant], insured: frozenset[UUID]
) -> LineFacts:
    line = next(one for one in order.lines if one.id == line_id)
    parcels = [parcel for parcel in order.parcels if any(of == line_id for of, _ in parcel.contents)]
    signed_at = _signed_at(line, parcels)
    return LineFacts(
        line_id=line.id,
        order_id=order.id,
        shop_id=order.shop_id,
        category=str(line.frozen.get("category", "")),
        flags=frozenset(line.frozen.get("flags", ())),
        order_state=order.state.value,
        quantity=line.quantity,
        price_minor=line.price_minor,
        amount_minor=line.amount_minor,
        freight_minor=freight_shares(order)[line_id],
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        ship_by=ship_by.get(order.id),
        shipped_at=min((parcel.shipped_at for parcel in parcels), default=None),
        signed_at=signed_at,
        received_at=order.received_at,
        completed_at=order.received_at,
        tracking_uploaded=bool(parcels),
        shipped_pieces=line.shipped_quantity,
        refunded_minor=line.refunded_minor,
        refunded_pieces=line.refunded_quantity,
        attempts=past.attempts,
        open_claim_id=past.open_claim_id,
        confirmations=frozenset(line.frozen.get("confirmations", ())),
        after_sale_days=int(line.frozen.get("after_sale_days", 0)),
        insured=order.id in insured,
        ripens_at=_ripens_at(line, signed_at or order.received_at),
        unsent_pieces=line.unsent_quantity,
        parts_apart=True,
    )


def freight_shares(order: OrderFacts) -> dict[UUID, int]:
    """Return each line's part of the order's freight, in proportion to what its goods cost."""
    parts = allocate(order.freight_minor, [line.amount_minor for line in order.lines])
    return {line.id: part for line, part in zip(order.lines, parts, strict=True)}


def _signed_at(line: OrderLine, parcels: list[ParcelFacts]) -> Instant | None:
    """Return when the last parcel of the line was handed over; None while one is on the way or to be sent."""
    moments = [parcel.signed_at for parcel in parcels]
    if not moments or line.unshipped or None in moments:
        return None
    return max(moment for moment in moments if moment is not None)


def _ripens_at(line: OrderLine, signed_at: Instant | None) -> Instant | None:
    """Return when fruit is ripe that its page, on the day of purchase, said needs some days at home."""
    days = line.frozen.get("attributes", {}).get(RIPENING)
    return signed_at + timedelta(days=float(days)) if days and signed_at else None
