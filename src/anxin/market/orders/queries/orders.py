"""What may be known of carts and orders: frozen facts for pages, API, settlement and the dashboard."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from anxin.infra.rows import read_row, read_rows
from anxin.infra.sql import Statements
from anxin.infra.together import read_together
from anxin.kernel.clock import Instant
from anxin.kernel.ids import BadIdentifier
from anxin.kernel.page import Page, limited, page_of
from anxin.market.orders.domain.life import LIFE, STATE_CODES, OrderState
from anxin.market.orders.domain.origin import Origin, origin_of
from anxin.market.orders.errors import UnknownCheckout, UnknownOrder
from anxin.market.orders.models import Checkout, Order, OrderLine, Parcel, TimelineEntry

SQL = Statements("anxin.market.orders.store")
EXPORT_CHUNK = 100

# The tabs of order lists (待付款 待发货 待收货 已完成 已取消), in their order.
TABS: dict[str, tuple[OrderState, ...]] = {
    "to_pay": (OrderState.AWAITING_PAYMENT,),
    "to_ship": (OrderState.PAID, OrderState.PREPARING, OrderState.PARTLY_SHIPPED),
    "to_receive": (OrderState.SHIPPED,),
    "completed": (OrderState.COMPLETED,),
    "cancelled": (OrderState.CANCELLED,),
}


@dataclass(frozen=True)
class LineFacts:
    """An order line as it was frozen at purchase."""

    id: UUID
    order_id: UUID
    sku_id: UUID
    product_id: UUID
    product_version: int
    quantity: int
    shipped_quantity: int
    unsent_quantity: int
    refunded_quantity: int
    refunded_minor: int
    claimed: bool
    price_minor: int
    amount_minor: int
    fee_rate_bps: int
    settlement_days: int
    frozen: dict[str, Any]

    @property
    def origin(self) -> Origin | None:
        """Where the buyer met the goods, as far as the buyer's side said so."""
        return origin_of(self.frozen.get("origin"))

    @property
    def unshipped(self) -> int:
        """Pieces still to be sent."""
        return self.quantity - self.shipped_quantity - self.unsent_quantity

    @property
    def open_unsent(self) -> int:
        """Pieces still to be sent that were not refunded."""
        return max(0, min(self.unshipped, self.quantity - self.refunded_quantity))

    @property
    def open_sent(self) -> int:
        """Pieces that were shipped and not refunded."""
        return self.quantity - self.refunded_quantity - self.open_unsent

    @property
    def claimable(self) -> bool:
        """Whether after-sale service may still be asked for some of it, as far as the order knows."""
        return self.refunded_quantity < self.quantity and not self.claimed


@dataclass(frozen=True)
class ParcelFacts:
    """A parcel of an order: what is in it and how far it is."""

    id: UUID
    carrier: str
    tracking_no: str
    contents: tuple[tuple[UUID, int], ...]  # (line id, pieces)
    shipped_at: Instant
    picked_up_at: Instant | None
    signed_at: Instant | None


@dataclass(frozen=True)
class TimelineFacts:
    """Something that happened to an order."""

    kind: str
    happened_at: Instant
    facts: dict[str, Any]


@dataclass(frozen=True)
class OrderFacts:
    """An order with its lines and parcels. Amounts are minor units."""

    id: UUID
    checkout_id: UUID
    person_id: UUID
    shop_id: UUID
    state: OrderState
    version: int
    goods_minor: int
    freight_minor: int
    total_minor: int
    refunded_minor: int
    currency: str
    address: dict[str, Any] | None
    note: str
    closing: str
    extended: bool
    placed_at: Instant
    pay_by: Instant
    paid_at: Instant | None
    shipped_at: Instant | None
    received_at: Instant | None
    cancelled_at: Instant | None
    receipt_due_at: Instant | None
    open_claims: int
    lines: tuple[LineFacts, ...]
    parcels: tuple[ParcelFacts, ...]

    @property
    def code(self) -> int:
        """The platform's number of the state (DOMAIN 1.6)."""
        return STATE_CODES[self.state]

    @property
    def steps(self) -> frozenset[str]:
        """What either side may do now, for buttons: pay, cancel, prepare, ship, receive, extend, claim …"""
        return frozenset(_steps(self))


@dataclass(frozen=True)
class CheckoutFacts:
    """What is paid at once."""

    id: UUID
    person_id: UUID
    total_minor: int
    currency: str
    placed_at: Instant
    pay_by: Instant
    orders: tuple[OrderFacts, ...]

    @property
    def is_awaiting_payment(self) -> bool:
        """Whether it can still be paid, as far as the orders know."""
        return all(order.state == OrderState.AWAITING_PAYMENT for order in self.orders)


@dataclass(frozen=True)
class SettlementFacts:
    """What settlement needs of an order: amounts, and per line (amount, fee rate, settlement days)."""

    order_id: UUID
    shop_id: UUID
    person_id: UUID
    state: OrderState
    goods_minor: int
    freight_minor: int
    total_minor: int
    refunded_minor: int
    currency: str
    received_at: Instant | None
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True)
class DaySales:
    """A shop's paid orders of one day in Asia/Shanghai."""

    day: date
    orders: int
    paid_minor: int


@dataclass(frozen=True)
class SoldByContent:
    """What was paid for on one day where a post had been met: orders, and what of their lines went back."""

    content: UUID
    day: date
    orders: int
    paid_minor: int
    refunds: int
    refunded_minor: int


@dataclass(frozen=True)
class ShopFilter:
    """How a merchant narrows the list of orders; empty means all. `text` is a title, receiver or tracking number."""

    tab: str = ""
    text: str = ""
    placed_from: Instant | None = None
    placed_to: Instant | None = None
    under_claim: bool = False


def order(order_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> OrderFacts:
    """Return an order as its buyer or its shop may see it. Raises UnknownOrder for anybody else's."""
    rows = Order.objects.filter(id=order_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    found = _read(rows)
    if not found:
        raise UnknownOrder
    return found[0]


def sides_of(order_id: UUID) -> tuple[UUID, UUID]:
    """Return who bought an order and which shop sold it, with one statement. Raises UnknownOrder."""
    found = read_row(Order, id=order_id)
    if found is None:
        raise UnknownOrder
    return found.person_id, found.shop_id


def orders_by_id(order_ids: Sequence[UUID]) -> dict[UUID, OrderFacts]:
    """Return orders by id, four statements whatever their number; unknown ids are left out."""
    return {found.id: found for found in _read(Order.objects.filter(id__in=list(order_ids)))}


def orders_of_lines(line_ids: Sequence[UUID]) -> dict[UUID, OrderFacts]:
    """Return the orders of some lines, by line; unknown lines are left out."""
    owners = dict(OrderLine.objects.filter(id__in=list(line_ids)).values_list("id", "order_id"))
    orders = orders_by_id(list(set(owners.values())))
    return {line_id: orders[order_id] for line_id, order_id in owners.items()}


def lines_by_id(line_ids: Sequence[UUID]) -> dict[UUID, LineFacts]:
    """Return order lines by id with one statement; unknown ids are left out."""
    return {row.id: _line(row) for row in read_rows(OrderLine, id=list(line_ids))}


def skus_sold_as(shop_id: UUID, words: str, *, limit: int = 200) -> tuple[UUID, ...]:
    """Return the SKUs that a shop sold under a title with these words, in either language, or under this code."""
    titled = Q(frozen__title__icontains=words) | Q(frozen__title_en__icontains=words) | Q(frozen__code=words)
    found = OrderLine.objects.filter(titled, order__shop_id=shop_id).order_by("sku_id")
    return tuple(found.values_list("sku_id", flat=True).distinct()[: limited(limit)])


def order_of_tracking(tracking_no: str) -> UUID | None:
    """Return the newest order that sent a parcel with this tracking number."""
    rows = Parcel.objects.filter(tracking_no__iexact=tracking_no).order_by("-id")
    return rows.values_list("order_id", flat=True).first()


def checkout(checkout_id: UUID, *, person_id: UUID) -> CheckoutFacts:
    """Return a checkout of this person with its orders. Raises UnknownCheckout."""
    row = Checkout.objects.filter(id=checkout_id, person_id=person_id).first()
    if row is None:
        raise UnknownCheckout
    orders = tuple(_read(Order.objects.filter(checkout_id=row.id).order_by("id")))
    return CheckoutFacts(row.id, row.person_id, row.total_minor, row.currency, row.placed_at, row.pay_by, orders)


def orders_of(
    person_id: UUID, *, tab: str = "", cursor: str | None = None, limit: int | None = None
) -> Page[OrderFacts]:
    """Return a buyer's orders, newest first; `tab` is one of TABS or empty for all."""
    return _page(_in_tab(Order.objects.filter(person_id=person_id), tab), cursor, limit)


def orders_of_shop(
    shop_id: UUID, wanted: ShopFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page[OrderFacts]:
    """Return a shop's orders, newest first, narrowed by the merchant's filter."""
    return _page(_wanted(shop_id, wanted), cursor, limit)


def ids_of_shop(shop_id: UUID, wanted: ShopFilter, *, limit: int) -> list[UUID]:
    """Return which of a shop's orders the filter lets through, the newest first."""
    return list(_wanted(shop_id, wanted).order_by("-id").values_list("id", flat=True)[:limit])


def orders_in_turn(order_ids: Sequence[UUID], *, chunk: int = EXPORT_CHUNK) -> Iterator[OrderFacts]:
    """Yield orders in the order of their ids given, `chunk` of them in memory."""
    for start in range(0, len(order_ids), chunk):
        found = orders_by_id(order_ids[start : start + chunk])
        yield from (found[order_id] for order_id in order_ids[start : start + chunk] if order_id in found)


def _wanted(shop_id: UUID, wanted: ShopFilter) -> QuerySet[Order]:
    rows = _in_tab(Order.objects.filter(shop_id=shop_id), wanted.tab)
    if wanted.placed_from:
        rows = rows.filter(placed_at__gte=wanted.placed_from)
    if wanted.placed_to:
        rows = rows.filter(placed_at__lt=wanted.placed_to)
    if wanted.under_claim:
        rows = rows.filter(open_claims__gt=0)
    if wanted.text:
        rows = rows.filter(_matching(wanted.text)).distinct()
    return rows


def orders_between(person_id: UUID, shop_id: UUID, *, limit: int | None = None) -> tuple[OrderFacts, ...]:
    """Return what a person bought from a shop, newest first."""
    rows = Order.objects.filter(person_id=person_id, shop_id=shop_id)
    return _page(rows, None, limit).items


def counts_of_person(person_id: UUID) -> dict[str, int]:
    """Return how many orders of a buyer are in each tab."""
    return _counts(Order.objects.filter(person_id=person_id))


def counts_of_shop(shop_id: UUID) -> dict[str, int]:
    """Return how many orders of a shop are in each tab."""
    return _counts(Order.objects.filter(shop_id=shop_id))


def order_and_timeline(order_id: UUID) -> tuple[OrderFacts, tuple[TimelineFacts, ...]]:
    """Return an order as the desk sees it and what happened to it, with one statement. Raises UnknownOrder."""
    rows = Order.objects.filter(id=order_id)
    found = read_together(
        orders=rows,
        checkouts=Checkout.objects.filter(id__in=rows.values("checkout_id")),
        lines=OrderLine.objects.filter(order_id=order_id).order_by("id"),
        parcels=Parcel.objects.filter(order_id=order_id).order_by("id"),
        entries=_entries(order_id),
    )
    if not found["orders"]:
        raise UnknownOrder
    (row,), (checkout,) = found["orders"], found["checkouts"]
    facts = _facts_of(row, checkout.pay_by, found["lines"], found["parcels"])
    return facts, _timeline(row.placed_at, found["entries"])


def timeline(order_id: UUID) -> tuple[TimelineFacts, ...]:
    """Return what happened to an order, oldest first; its placing is the first entry."""
    placed = Order.objects.filter(id=order_id).values_list("placed_at", flat=True).first()
    if placed is None:
        raise UnknownOrder
    return _timeline(placed, _entries(order_id))


def _entries(order_id: UUID) -> QuerySet[TimelineEntry]:
    return TimelineEntry.objects.filter(order_id=order_id).order_by("happened_at", "id")


def _timeline(placed: Instant, rows: Iterable[TimelineEntry]) -> tuple[TimelineFacts, ...]:
    return (
        TimelineFacts("placed", placed, {}),
        *(TimelineFacts(row.kind, row.happened_at, row.facts) for row in rows),
    )


def settlement_facts(order_id: UUID) -> SettlementFacts:
    """Return what settlement needs of an order. Raises UnknownOrder."""
    found = order(order_id)
    return SettlementFacts(
        order_id=found.id,
        shop_id=found.shop_id,
        person_id=found.person_id,
        state=found.state,
        goods_minor=found.goods_minor,
        freight_minor=found.freight_minor,
        total_minor=found.total_minor,
        refunded_minor=found.refunded_minor,
        currency=found.currency,
        received_at=found.received_at,
        lines=found.lines,
    )


def paid_orders_since(person_id: UUID, since: Instant) -> int:
    """Return how many orders a person has paid since a moment."""
    return Order.objects.filter(person_id=person_id, paid_at__gte=since).count()


def under_claim(order_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of the orders that an after-sale request is open for."""
    return frozenset(Order.objects.filter(id__in=list(order_ids), open_claims__gt=0).values_list("id", flat=True))


def daily_sales(shop_id: UUID, start: Instant, end: Instant) -> list[DaySales]:
    """Return a shop's paid orders by day in [start, end), days without any included."""
    rows = SQL.rows("daily_sales", shop_id=shop_id, start=start, end=end)
    return [DaySales(**row) for row in rows]


def sold_by_content(
    content_ids: Sequence[UUID], product_ids: Sequence[UUID], *, since: Instant, until: Instant
) -> list[SoldByContent]:
    """Return what was paid for in [since, until) of the goods where one of the posts was met; by post and day."""
    contents = [str(each) for each in content_ids]
    rows = SQL.rows("sold_by_content", contents=contents, products=list(product_ids), since=since, until=until)
    return [SoldByContent(**row) for row in rows]


def bought_between(person_id: UUID, since: Instant, until: Instant) -> frozenset[UUID]:
    """Return the products that a person paid for in [since, until)."""
    lines = OrderLine.objects.filter(
        order__person_id=person_id, order__paid_at__gte=since, order__paid_at__lt=until
    ).distinct()
    return frozenset(lines.values_list("product_id", flat=True))


def _read(rows: QuerySet[Order]) -> list[OrderFacts]:
    """Read orders with their lines and parcels: three statements, whatever the number of orders."""
    found = list(rows.select_related("checkout"))
    if not found:
        return []
    lines, parcels = defaultdict[UUID, list[OrderLine]](list), defaultdict[UUID, list[Parcel]](list)
    order_ids = [row.id for row in found]
    for line in read_rows(OrderLine, order_id=order_ids):
        lines[line.order_id].append(line)
    for parcel in read_rows(Parcel, order_id=order_ids):
        parcels[parcel.order_id].append(parcel)
    return [_facts_of(row, row.checkout.pay_by, lines[row.id], parcels[row.id]) for row in found]


def _page(rows: QuerySet[Order], cursor: str | None, limit: int | None) -> Page[OrderFacts]:
    size = limited(limit)
    if cursor:
        rows = rows.filter(id__lt=_cursor(cursor))
    return page_of(_read(rows.order_by("-id")[: size + 1]), size, lambda facts: facts.id.hex)


def _cursor(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadIdentifier from error


def _in_tab(rows: QuerySet[Order], tab: str) -> QuerySet[Order]:
    states = TABS.get(tab)
    return rows.filter(state__in=states) if states else rows


def _matching(text: str) -> Q:
    return (
        Q(lines__frozen__title__icontains=text)
        | Q(lines__frozen__title_en__icontains=text)
        | Q(lines__frozen__code=text)
        | Q(address__name__icontains=text)
        | Q(address__phone__contains=text)
        | Q(parcels__tracking_no__iexact=text)
    )


def _counts(rows: QuerySet[Order]) -> dict[str, int]:
    from django.db.models import Count

    by_state = dict(rows.values_list("state").annotate(number=Count("id")).order_by())
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def _facts_of(row: Order, pay_by: Instant, lines: Iterable[OrderLine], parcels: Iterable[Parcel]) -> OrderFacts:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return OrderFacts(
        **plain,
        state=OrderState(row.state),
        pay_by=pay_by,
        lines=tuple(_line(line) for line in lines),
        parcels=tuple(_parcel(parcel) for parcel in parcels),
    )


_PLAIN = tuple(name for name in OrderFacts.__dataclass_fields__ if name not in {"state", "pay_by", "lines", "parcels"})


def _line(row: OrderLine) -> LineFacts:
    return LineFacts(**{name: getattr(row, name) for name in LineFacts.__dataclass_fields__})


def _parcel(row: Parcel) -> ParcelFacts:
    contents = tuple((UUID(piece["line_id"]), int(piece["quantity"])) for piece in row.contents)
    return ParcelFacts(row.id, row.carrier, row.tracking_no, contents, row.shipped_at, row.picked_up_at, row.signed_at)


def _steps(facts: OrderFacts) -> list[str]:
    waits = facts.open_claims > 0
    possible = {
        "pay": facts.state == OrderState.AWAITING_PAYMENT,
        "cancel": LIFE.allows(facts.state, "cancel"),
        "prepare": LIFE.allows(facts.state, "prepare") and not waits,
        "ship": LIFE.allows(facts.state, "ship_rest") and any(one.unshipped and not one.claimed for one in facts.lines),
        "receive": LIFE.allows(facts.state, "receive"),
        "extend": LIFE.allows(facts.state, "receive") and not facts.extended,
        "claim": facts.paid_at is not None and any(one.claimable for one in facts.lines),
    }
    return [step for step, allowed in possible.items() if allowed]
