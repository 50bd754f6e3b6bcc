"""Releasing escrow: scheduled at receipt, done set-based when due."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.deadlines import Due, schedule, schedule_many
from anxin.infra.outbox import publish_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.ledger.commands import post_many
from anxin.market.orders.queries import settlement_facts, under_claim
from anxin.market.payments import commands as payments
from anxin.market.payments.commands import ShareRequest
from anxin.market.payments.queries import OrderMoney, money_of_orders
from anxin.market.settlement import domain, postings, store
from anxin.market.settlement.domain import Division, Ruling, TradeType
from anxin.market.settlement.events import OrderSettled
from anxin.market.settlement.models import Line, Settlement
from anxin.market.shops.queries import restrictions

RELEASE = "settlement.release"
BATCH = 500


@transactional
def schedule_release(order_id: UUID, *, now: Instant) -> None:
    """Freeze an order's terms and have its escrow released after the longest settlement time of its lines; once."""
    facts = settlement_facts(order_id)
    received_at = facts.received_at or now
    days = max(line.settlement_days for line in facts.lines)
    days = max(days, restrictions(facts.shop_id, now=now).settlement_days_min)
    settlement = store.insert_settlement(facts, due_at=received_at + timedelta(days=days), received_at=received_at)
    if settlement is not None:
        schedule(RELEASE, order_id, settlement.due_at)


@transactional
def release_due(*, now: Instant, limit: int = BATCH, announce: bool = True) -> int:
    """Release up to `limit` orders whose time has come, with a handful of statements; return how many were looked at.

    Another process passes over what this one holds. An order with an open refund or after-sale request waits another day.
    Without `announce` no event tells of it: for a past that is loaded.
    """
    due = store.lock_due(now=now, limit=limit)
    orders = [settlement.order_id for settlement in due]
    money, claimed = money_of_orders(orders), under_claim(orders)
    ruled: dict[Ruling, list[Settlement]] = {ruling: [] for ruling in Ruling}
    for settlement in due:
        ruled[_rule(money.get(settlement.order_id), claimed=settlement.order_id in claimed)].append(settlement)
    released = _release(ruled[Ruling.RELEASE], money, now=now)
    if announce:
        publish_many(released, now=now)
    store.void(ruled[Ruling.VOID])
    _postpone(ruled[Ruling.POSTPONE], now=now)
    return len(due)


def _rule(money: OrderMoney | None, *, claimed: bool) -> Ruling:
    if money is None:
        return Ruling.VOID
    is_waited_for = money.has_open_refund or claimed
    return domain.rule(money.captured_minor, money.refunded_minor, is_waited_for=is_waited_for)


def _release(
    settlements: Sequence[Settlement], money: dict[UUID, OrderMoney], *, now: Instant
) -> list[tuple[OrderSettled, UUID | None]]:
    divided = [
        (settlement, domain.split(store.terms_of(settlement), money[settlement.order_id].refunded_minor))
        for settlement in settlements
    ]
    post_many([postings.released(settlement, division) for settlement, division in divided], now=now)
    store.note_released([(settlement, division.total_minor) for settlement, division in divided], now=now)
    write_rows(
        _release_line(settlement, division, money[settlement.order_id].refunded_minor, now=now)
        for settlement, division in divided
    )
    payments.share_funds([_share(settlement, division) for settlement, division in divided], now=now)
    return [(OrderSettled(s.order_id, s.shop_id, division.merchant_minor, now), s.shop_id) for s, division in divided]


def _postpone(settlements: Sequence[Settlement], *, now: Instant) -> None:
    due_at = now + domain.POSTPONE
    store.postpone(settlements, due_at)
    schedule_many([Due(RELEASE, settlement.order_id, due_at) for settlement in settlements])


def _share(settlement: Settlement, division: Division) -> ShareRequest:
    platform_minor = division.total_minor - division.merchant_minor
    return ShareRequest(settlement.order_id, settlement.shop_id, platform_minor, division.merchant_minor)


def _release_line(settlement: Settlement, division: Division, refunded_minor: int, *, now: Instant) -> Line:
    return Line(
        shop_id=settlement.shop_id,
        order_id=settlement.order_id,
        ref=str(settlement.order_id),
        journal_kind=postings.RELEASED,
        trade_type=TradeType.SETTLED,
        month=domain.statement_month(now),
        happened_at=now,
        currency=settlement.currency,
        order_total_minor=settlement.order_total_minor,
        freight_minor=settlement.freight_minor,
        shop_coupon_minor=settlement.shop_coupon_minor,
        pre_refund_minor=refunded_minor,
        paid_minor=settlement.paid_minor,
        service_fee_minor=division.service_fee_minor,
        commission_minor=division.commission_minor,
        net_minor=division.merchant_minor,
    )
