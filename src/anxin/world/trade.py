"""Sixty days of orders in the demo market: in every state, and every coin of them in the ledger."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from uuid import UUID

from anxin.kernel.clock import Instant, unix_ms
from anxin.kernel.ids import id_at
from anxin.kernel.money import allocate
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.commands.states import count_sales
from anxin.market.guarantee.commands.claim_loading import PastRefund, load_past_refunds
from anxin.market.guarantee.commands.claims import Application, Wish, apply_many
from anxin.market.guarantee.queries.claims import ClaimType
from anxin.market.orders.commands import WantedLine
from anxin.market.orders.commands.loading import LoadedCheckout, LoadedOrder, LoadedParcel, PricedOrder, load_orders
from anxin.market.orders.commands.place import priced
from anxin.market.orders.queries import Goods, OrderState, goods_of
from anxin.market.payments.commands.loading import (
    LoadedPayment,
    LoadedRefund,
    OrderPart,
    finish_shares,
    load_payments,
)
from anxin.market.people.queries import district
from anxin.market.settlement.commands import AccountKind, request_payout, set_bank_account
from anxin.market.settlement.commands.loading import LoadedReceipt, load_receipts
from anxin.market.settlement.queries import payout_allowance
from anxin.market.shipping.commands import LoadedParcel as CarriedParcel
from anxin.market.shipping.commands import NewParcel, Report, ReportKind, load_parcels
from anxin.world.folk import Buyer, Shop
from anxin.world.stage import LATE_EVERY, LATE_ORDERS, LATE_SHOP, STAGE, Reach, Staged, is_of

CHECKOUTS = 1_900  # about 3,000 orders, one a shop
DAYS = 60
AWAITING = 14  # orders of the last minutes that still wait for payment
FORGOTTEN = 0.05  # never paid
REGRETTED = 0.03  # refunded before shipping
REASONS = ("拍错了", "不想要了", "想换个颜色", "发货太慢", "地址写错")
NOTES = ("麻烦包装好一点", "送人的，请放贺卡", "周末送货", "")
REVIEWED = "before_signing"  # the promise under which the merchant is asked
SHIPPING_HOURS = (6, 44)
ON_THE_WAY_HOURS = (30, 90)
CARRIERS = (("sf", "SF{:013d}"), ("yto", "YT{:013d}"), ("zto", "753{:011d}"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
RECEIPT = 10 * DAY  # after shipping it is assumed
PAYING_TIME = 8 * MINUTE
DEAR_ENOUGH_MINOR = 3_000  # of what stories are told about
TAKEN = {one.shop for one in STAGE.values() if one.shop}  # shops that have stories of their own


class Course(Enum):
    """How far an order goes."""

    UNPAID = auto()
    REGRETTED = auto()
    PAID = auto()
    PREPARING = auto()
    PARTLY = auto()
    SHIPPED = auto()  # and received, once its time has come


CERTAIN = (
    (Course.UNPAID, 5 * HOUR),
    (Course.REGRETTED, 2 * DAY),
    (Course.PAID, 3 * HOUR),
    (Course.PREPARING, 5 * HOUR),
    (Course.PARTLY, 6 * HOUR),
    (Course.SHIPPED, 30 * HOUR),
    (Course.SHIPPED, 20 * DAY),
)
"""Checkouts that are there whatever the dice, the scale and the hour: each state is held by construction."""


@dataclass(frozen=True)
class Way:
    """How far an order goes, where that is not left to the dice; of what is shipped, when it was and when it arrived."""

    course: Course
    shipped_at: Instant | None = None
    signed_at: Instant | None = None
    received_at: Instant | None = None
    is_traced: bool = True


@dataclass
class Trade:
    """What is written in the end, and the dice."""

    now: Instant
    chance: random.Random
    checkouts: list[LoadedCheckout]
    payments: list[LoadedPayment]
    carried: list[CarriedParcel]
    receipts: list[LoadedReceipt]
    sold: Counter[UUID]
    staged: set[UUID] = field(default_factory=set)  # checkouts that belong to stories


def make_trade(skus: Sequence[UUID], buyers: Sequence[Buyer], shops: Sequence[Shop], *, now: Instant) -> Trade:
    """Write the orders of sixty days and settle those whose time has come, day by day; return what was traded."""
    trade = deal(goods_of(catalog.offers(skus, now=now)), buyers, shops, now=now)
    load_orders(trade.checkouts)
    load_payments(trade.payments, now=now)
    load_parcels(trade.carried, now=now)
    load_receipts(trade.receipts, now=now)
    finish_shares()
    count_sales(trade.sold)
    load_past_refunds(_past_refunds(trade))
    _ask_for_refunds(trade)
    _pay_out(shops, now=now)
    return trade


def deal(goods: Goods, buyers: Sequence[Buyer], shops: Sequence[Shop] = (), *, now: Instant) -> Trade:
    """Throw the dice for sixty days of orders of these goods, and set the stage; nothing is written."""
    trade = Trade(now, random.Random(2026), [], [], [], [], Counter())
    slugs = {shop.id: shop.line.slug for shop in shops}
    by_dice = [sku for sku, good in goods.by_sku.items() if slugs.get(good.shop_id) != LATE_SHOP]
    popular = _popular(by_dice, trade.chance)
    for moment in _moments(trade):
        _one(trade, goods, _chosen(popular, trade.chance), _buyer(buyers, trade.chance), moment)
    for number, (course, age) in enumerate(CERTAIN):
        wanted = (WantedLine(popular[0][number % len(popular[0])], 2),)
        _one(trade, goods, wanted, _buyer(buyers, trade.chance), now - age, Way(course))
    for number, staged in enumerate(STAGE.values()):
        fitting = [
            sku_id
            for sku_id, good in goods.by_sku.items()
            if _sells(slugs.get(good.shop_id, ""), staged)
            and good.price_minor >= DEAR_ENOUGH_MINOR
            and is_of(staged.kind, good.frozen)
        ]
        if fitting:
            wanted = (WantedLine(fitting[number % len(fitting)], staged.pieces),)
            placed_at, way = _way_of(staged, now)
            _one(trade, goods, wanted, buyers[staged.buyer % len(buyers)], placed_at, way)
            trade.staged.add(trade.checkouts[-1].id)
    _sell_late(trade, goods, buyers, slugs)
    return trade


def _sell_late(trade: Trade, goods: Goods, buyers: Sequence[Buyer], slugs: Mapping[UUID, str]) -> None:
    """Let one shop sell more than it can ship in time, and nothing by the dice; its own story is told afterwards."""
    own = [sku_id for sku_id, good in goods.by_sku.items() if slugs.get(good.shop_id) == LATE_SHOP]
    for number in range(LATE_ORDERS if own else 0):
        placed_at = trade.now - 20 * DAY + number * 1.7 * HOUR
        sent_at = placed_at + (60 if number % LATE_EVERY == 0 else 20) * HOUR
        way = Way(Course.SHIPPED, sent_at, sent_at + 2 * DAY, sent_at + 3 * DAY)
        wanted = (WantedLine(own[number % len(own)], 1),)
        _one(trade, goods, wanted, buyers[1 + number % (len(buyers) - 1)], placed_at, way)


def _sells(slug: str, staged: Staged) -> bool:
    """Say whether a shop may be the one that a staged order names; shops with stories of their own are not just any."""
    return slug == staged.shop if staged.shop else bool(slug) and slug not in TAKEN


def _way_of(staged: Staged, now: Instant) -> tuple[Instant, Way]:
    """Return when a staged order was placed, and how far it went."""
    since = now - staged.age
    match staged.reach:
        case Reach.UNSENT:
            return since - PAYING_TIME, Way(Course.PAID)
        case Reach.UNTRACED:
            return since - 5 * HOUR, Way(Course.SHIPPED, since, is_traced=False)
        case Reach.SIGNED:
            return since - 3 * DAY, Way(Course.SHIPPED, since - 2 * DAY, since)
        case Reach.RECEIVED:
            return since - 3 * DAY, Way(Course.SHIPPED, since - 2 * DAY, since, since + DAY)


def _popular(skus: Sequence[UUID], chance: random.Random) -> tuple[list[UUID], list[float]]:
    """Return the SKUs with weights: a few sell much, most sell little."""
    shuffled = chance.sample(list(skus), len(skus))
    return shuffled, [1 / (rank + 8) ** 0.7 for rank in range(len(shuffled))]


def _chosen(popular: tuple[list[UUID], list[float]], chance: random.Random) -> tuple[WantedLine, ...]:
    chosen = dict.fromkeys(chance.choices(*popular, k=chance.choice((1, 1, 1, 2, 2, 3))))
    return tuple(WantedLine(sku, chance.choice((1, 1, 1, 2))) for sku in chosen)


def _buyer(buyers: Sequence[Buyer], chance: random.Random) -> Buyer:
    """Return a buyer; the demo's own buyer comes back more often than others."""
    return buyers[0] if chance.random() < 0.006 else chance.choice(buyers)


def _moments(trade: Trade) -> Iterator[Instant]:
    """Yield when checkouts are placed: more every week, more in the evening, the last ones minutes ago."""
    times = [trade.now - trade.chance.random() ** 1.35 * DAYS * 24 * HOUR for _ in range(CHECKOUTS - AWAITING)]
    yield from sorted(moment - _night(moment, trade) for moment in times)
    for number in range(AWAITING):
        yield trade.now - (number + 1) * MINUTE


def _night(moment: Instant, trade: Trade) -> timedelta:
    """Move most orders of the small hours (in Shanghai) back into the evening."""
    hour = (moment.hour + 8) % 24
    return (hour + 2) * HOUR if hour < 7 and trade.chance.random() < 0.85 else timedelta(0)


def _one(
    trade: Trade,
    goods: Goods,
    lines: tuple[WantedLine, ...],
    buyer: Buyer,
    moment: Instant,
    way: Way | None = None,
) -> None:
    """Add a checkout placed at `moment`; it goes its `way`, by the dice without one."""
    chance = trade.chance
    orders = priced(lines, goods, region=buyer.address.region)
    if way is None and (trade.now - moment < 25 * MINUTE or chance.random() < FORGOTTEN):
        way = Way(Course.UNPAID)
    paid_at = None if way and way.course is Course.UNPAID else moment + chance.randint(20, 900) * timedelta(seconds=1)
    identity = id_at(unix_ms(moment))
    loaded = tuple(_order(trade, order, moment, paid_at, way) for order in orders)
    place = district(buyer.address.region)
    address = {
        "name": buyer.address.name,
        "phone": buyer.address.phone,
        "region": buyer.address.region,
        "text": f"{place.text if place else ''} {buyer.address.detail}",
    }
    notes = {orders[0].shop_id: chance.choice(NOTES)}
    trade.checkouts.append(LoadedCheckout(identity, buyer.id, loaded, address, moment, moment + 30 * MINUTE, notes))
    if paid_at:
        _paid(trade, identity, buyer.id, loaded, moment, paid_at)


def _order(
    trade: Trade, order: PricedOrder, placed_at: Instant, paid_at: Instant | None, way: Way | None
) -> LoadedOrder:
    """Let an order go its way, without one as far as its age allows."""
    if paid_at is None:
        return _unpaid(trade, order, placed_at)
    paid: Event = ("paid", paid_at, {"amount_minor": order.total_minor})
    shipped_at = paid_at + trade.chance.randint(*SHIPPING_HOURS) * HOUR
    way = way or Way(_course(trade, order, paid_at, shipped_at))
    if way.course is Course.REGRETTED:
        return _regretted(trade, order, paid_at, paid)
    if way.shipped_at:
        return _shipped_so(trade, order, way.shipped_at, way, paid)
    if way.course is Course.SHIPPED:
        return _shipped(trade, order, min(shipped_at, trade.now - HOUR), paid)
    return _waiting(trade, order, paid_at, paid, way.course)


def _course(trade: Trade, order: PricedOrder, paid_at: Instant, shipped_at: Instant) -> Course:
    """Throw the dice for a paid order; only one with several lines is shipped in part."""
    if trade.now - paid_at > 3 * HOUR and trade.chance.random() < REGRETTED:
        return Course.REGRETTED
    if shipped_at <= trade.now:
        return Course.SHIPPED
    luck = trade.chance.random()
    if len(order.lines) > 1 and luck < 0.4:
        return Course.PARTLY
    return Course.PREPARING if luck < 0.6 else Course.PAID


Event = tuple[str, Instant, dict[str, object]]


def _unpaid(trade: Trade, order: PricedOrder, placed_at: Instant) -> LoadedOrder:
    ended_at = placed_at + 30 * MINUTE
    if ended_at > trade.now:
        return LoadedOrder(order, OrderState.AWAITING_PAYMENT, 0)
    closing = trade.chance.choice(("expired", "expired", "buyer"))
    happened = (("cancelled", ended_at, {"reason": closing}),)
    return LoadedOrder(order, OrderState.CANCELLED, 1, closing, cancelled_at=ended_at, happened=happened)


def _regretted(trade: Trade, order: PricedOrder, paid_at: Instant, paid: Event) -> LoadedOrder:
    ended_at = paid_at + trade.chance.randint(20, 170) * MINUTE
    reason = trade.chance.choice(REASONS)
    happened = (
        paid,
        ("refund_asked", ended_at, {"reason": reason}),
        ("refund_agreed", ended_at, {"automatic": False}),
        ("refund_done", ended_at, {"amount_minor": order.total_minor}),
    )
    return LoadedOrder(
        order,
        OrderState.CANCELLED,
        3,
        "refunded",
        paid_at=paid_at,
        cancelled_at=ended_at,
        refunded=True,
        happened=happened,
    )


def _waiting(trade: Trade, order: PricedOrder, paid_at: Instant, paid: Event, course: Course) -> LoadedOrder:
    """Paid and not shipped, or the first line shipped: of a single line one piece."""
    moment = paid_at + (trade.now - paid_at) / 2
    if course is Course.PARTLY:
        first = order.lines[0]
        parcel = _parcel(trade, order, {first.id: first.quantity if len(order.lines) > 1 else 1}, moment)
        happened = (paid, ("shipped", moment, {"parcel_id": str(parcel.id), "complete": False}))
        return LoadedOrder(order, OrderState.PARTLY_SHIPPED, 2, paid_at=paid_at, parcels=(parcel,), happened=happened)
    if course is Course.PREPARING:
        happened = (paid, ("preparing", moment, {}))
        return LoadedOrder(order, OrderState.PREPARING, 2, paid_at=paid_at, happened=happened)
    return LoadedOrder(order, OrderState.PAID, 1, paid_at=paid_at, happened=(paid,))


def _shipped(trade: Trade, order: PricedOrder, shipped_at: Instant, paid: Event) -> LoadedOrder:
    parcel = _parcel(trade, order, {line.id: line.quantity for line in order.lines}, shipped_at)
    due_at = shipped_at + RECEIPT
    patient = trade.chance.random() < 0.3
    said_at = parcel.signed_at + trade.chance.randint(2, 70) * HOUR if parcel.signed_at else due_at
    received_at = due_at if patient else min(said_at, due_at)
    return _sent(trade, order, paid, parcel, received_at if received_at <= trade.now else None)


def _shipped_so(trade: Trade, order: PricedOrder, shipped_at: Instant, way: Way, paid: Event) -> LoadedOrder:
    """Ship at the moments of its way."""
    pieces = {line.id: line.quantity for line in order.lines}
    carrier, number = _next_number(trade)
    picked_up_at = shipped_at + 2 * HOUR if way.is_traced else None
    parcel = LoadedParcel(id_at(unix_ms(shipped_at)), carrier, number, pieces, shipped_at, picked_up_at, way.signed_at)
    _carry(trade, order, parcel)
    return _sent(trade, order, paid, parcel, way.received_at)


def _sent(
    trade: Trade, order: PricedOrder, paid: Event, parcel: LoadedParcel, received_at: Instant | None
) -> LoadedOrder:
    """Return an order whose one parcel left, received or not."""
    due_at = parcel.shipped_at + RECEIPT
    happened: list[Event] = [paid, ("shipped", parcel.shipped_at, {"parcel_id": str(parcel.id), "complete": True})]
    for kind, moment in (("parcel_picked_up", parcel.picked_up_at), ("parcel_signed", parcel.signed_at)):
        if moment:
            happened.append((kind, moment, {"parcel_id": str(parcel.id)}))
    if received_at:
        happened.append(("received", received_at, {"automatic": received_at == due_at}))
        _received(trade, order, received_at)
    return LoadedOrder(
        order,
        OrderState.COMPLETED if received_at else OrderState.SHIPPED,
        3 if received_at else 2,
        paid_at=paid[1],
        shipped_at=parcel.shipped_at,
        received_at=received_at,
        receipt_due_at=due_at,
        parcels=(parcel,),
        happened=tuple(happened),
    )


def _parcel(trade: Trade, order: PricedOrder, pieces: dict[UUID, int], shipped_at: Instant) -> LoadedParcel:
    carrier, number = _next_number(trade)
    picked_up_at = shipped_at + trade.chance.randint(1, 8) * HOUR
    signed_at = picked_up_at + trade.chance.randint(*ON_THE_WAY_HOURS) * HOUR
    parcel = LoadedParcel(
        id=id_at(unix_ms(shipped_at)),
        carrier=carrier,
        tracking_no=number,
        pieces=pieces,
        shipped_at=shipped_at,
        picked_up_at=picked_up_at if picked_up_at <= trade.now else None,
        signed_at=signed_at if signed_at <= trade.now else None,
    )
    _carry(trade, order, parcel)
    return parcel


def _next_number(trade: Trade) -> tuple[str, str]:
    carrier, form = CARRIERS[trade.chance.randrange(len(CARRIERS))]
    return carrier, form.format(len(trade.carried) + 1)


def _carry(trade: Trade, order: PricedOrder, parcel: LoadedParcel) -> None:
    """Let the carrier have told what happened to a parcel."""
    carrier, number = parcel.carrier, parcel.tracking_no
    told = (
        (ReportKind.PICKED_UP, parcel.picked_up_at, "始发站", "快件已揽收"),
        (ReportKind.SIGNED, parcel.signed_at, "目的站", "已签收，感谢使用"),
    )
    reports = tuple(
        Report(carrier, number, f"{number}-{step}", kind, moment, place=place, text=text)
        for step, (kind, moment, place, text) in enumerate(told, start=1)
        if moment
    )
    sent = NewParcel(parcel.id, order.id, order.shop_id, carrier, number)
    trade.carried.append(CarriedParcel(sent, parcel.shipped_at, reports))


def _received(trade: Trade, order: PricedOrder, received_at: Instant) -> None:
    lines = tuple((line.amount_minor, line.good.fee_rate_bps, line.good.settlement_days) for line in order.lines)
    trade.receipts.append(LoadedReceipt(order.id, order.shop_id, received_at, order.freight_minor, lines))


def _paid(
    trade: Trade,
    checkout_id: UUID,
    person_id: UUID,
    orders: tuple[LoadedOrder, ...],
    placed_at: Instant,
    paid_at: Instant,
) -> None:
    parts = tuple(OrderPart(one.priced.id, one.priced.shop_id, one.priced.total_minor) for one in orders)
    refunds = tuple(
        LoadedRefund(one.priced.id, money_ref(one), "未发货退款", one.cancelled_at)
        for one in orders
        if one.refunded and one.cancelled_at
    )
    trade.payments.append(
        LoadedPayment(checkout_id, person_id, parts, placed_at, placed_at + 30 * MINUTE, paid_at, refunds)
    )
    for one in orders:
        if not one.refunded:
            trade.sold.update({line.good.product_id: line.quantity for line in one.priced.lines})


def money_ref(one: LoadedOrder) -> str:
    """Return the reference of the refund of an order that its buyer did not want any more."""
    return f"refund:{one.priced.id}"


def _past_refunds(trade: Trade) -> list[PastRefund]:
    """Return what was paid back before shipping, line by line; the freight is divided as it was charged."""
    found = []
    for checkout in trade.checkouts:
        for one in checkout.orders:
            if one.refunded and one.cancelled_at:
                found += _lines_refunded(checkout, one, one.cancelled_at)
    return found


def _lines_refunded(checkout: LoadedCheckout, one: LoadedOrder, moment: Instant) -> list[PastRefund]:
    lines = one.priced.lines
    words = next((str(facts["reason"]) for kind, _, facts in one.happened if kind == "refund_asked"), "")
    parts = allocate(one.priced.total_minor, [line.amount_minor for line in lines])
    return [
        PastRefund(
            order_id=one.priced.id,
            line_id=line.id,
            shop_id=one.priced.shop_id,
            person_id=checkout.person_id,
            sku_id=line.good.sku_id,
            category=str(line.good.frozen.get("category", "")),
            pieces=line.quantity,
            refund_minor=part,
            worth_minor=line.amount_minor,
            reason="changed_mind",
            words=words,
            money_ref=money_ref(one),
            moment=moment,
        )
        for line, part in zip(lines, parts, strict=True)
    ]


def _ask_for_refunds(trade: Trade) -> None:
    """Let some buyers of unshipped orders ask for their money, by the ordinary command; the merchants have to answer."""
    paid = [
        (checkout.person_id, one)
        for checkout in trade.checkouts
        for one in checkout.orders
        if one.state in {OrderState.PAID, OrderState.PREPARING} and checkout.id not in trade.staged
    ]
    for person_id, one in trade.chance.sample(paid, min(8, len(paid))):
        words = trade.chance.choice(REASONS)
        wishes = [
            Application(line.id, Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", line.quantity, REVIEWED), words)
            for line in one.priced.lines
        ]
        apply_many(wishes, person_id=person_id, now=trade.now)


def _pay_out(shops: Sequence[Shop], *, now: Instant) -> None:
    """Give most shops a bank account and let some of them draw part of their money, days ago and just now."""
    for index, shop in enumerate(shops[:-4]):
        set_bank_account(
            shop.id,
            kind=AccountKind.CORPORATE,
            bank_code="ICBC",
            branch="演示支行",
            holder=f"{shop.line.brand}（演示）商贸有限公司",
            number=f"62220202001{index + 3001:08d}",
            now=now - timedelta(days=40),
        )
        limit = payout_allowance(shop.id, now=now).limit_minor
        if index % 2 == 0 and limit > 10_000:
            request_payout(shop.id, limit // 2 // 100 * 100, key=f"demo-{index}", by=shop.owner_id, now=now)
