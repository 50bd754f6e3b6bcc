"""How an act reaches a claim and the world: the one place where the effects of claims are carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any
from uuid import UUID

from anxin.infra import deadlines
from anxin.infra.outbox import publish
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import money
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import News, Party
from anxin.market.guarantee.domain.claims import Claim, ClaimState, Turn, act
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.events.claims import (
    ClaimAgreed,
    ClaimClosed,
    ClaimDone,
    ClaimEscalated,
    ClaimGoodsGivenBack,
    ClaimGoodsOwed,
    ClaimOpened,
    ClaimRefused,
    ClaimReturned,
)
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.models.claims import ClaimEntry
from anxin.market.guarantee.store import claims as store
from anxin.market.inventory import commands as inventory
from anxin.market.inventory.commands import Reason
from anxin.market.orders import commands as orders
from anxin.market.orders.commands import RefundedLine
from anxin.market.shipping import commands as shipping
from anxin.market.shipping.commands import NewParcel


@dataclass(frozen=True)
class By:
    """Who does something, and what is said with it; `facts` go into the timeline."""

    party: Party
    actor_id: UUID | None = None
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


BY_TIME = By(Party.PLATFORM)
BEFORE_CLAIMS = "refund:"  # reference of refunds that were agreed to before there were claims


def carry_out(row: ClaimRow, step: acts.Act, by: By, *, now: Instant, **columns: Any) -> Claim:
    """Let an act happen to a locked claim: write it and do what follows. One that changes nothing writes nothing.

    `columns` are columns of the row that change along with it. Raises what the machine raises, and LostRace.
    """
    before = store.claim_of(row)
    turn = act(before, step, now=now)
    if turn == Turn(before):
        return before
    store.save(row, turn.claim, **columns, **_moments(row, before, turn.claim, now))
    carry_on(row, turn, by, now=now)
    return turn.claim


def carry_on(row: ClaimRow, turn: Turn, by: By, *, now: Instant) -> None:
    """Do what follows from a turn that has been written."""
    for effect in turn.effects:
        _do(effect, row, by, now)


def _moments(row: ClaimRow, before: Claim, after: Claim, now: Instant) -> dict[str, Instant]:
    moments = {}
    answered = before.state is ClaimState.APPLIED and after.state not in {ClaimState.APPLIED, ClaimState.CLOSED}
    if answered and row.answered_at is None:
        moments["answered_at"] = now
    if not after.is_open:
        moments["ended_at"] = now
    return moments


@singledispatch
def _do(effect: Any, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    raise TypeError(f"nobody carries out {effect!r}")


@_do.register
def _set_clock(effect: acts.SetClock, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    deadlines.schedule(effect.clock.value, row.id, effect.due_at, version=row.version)


@_do.register
def _stop_clock(effect: acts.StopClock, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    deadlines.cancel(effect.clock.value, row.id)


@_do.register
def _hold_order(effect: acts.HoldOrder, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    orders.hold_completion(row.order_id, row.line_id, now=now)


@_do.register
def _free_order(effect: acts.FreeOrder, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    orders.free_completion(row.order_id, row.line_id, now=now)


@_do.register
def _deduct(effect: acts.Deduct, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    unsent = store.claim_of(row).unsent_of(effect.pieces)
    lost = RefundedLine(row.order_id, row.line_id, effect.refund_minor, effect.pieces, unsent)
    orders.note_refunded(lost, now=now)


@_do.register
def _refund(effect: acts.Refund, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    if row.money_ref.startswith(BEFORE_CLAIMS):
        return  # on its way since before there were claims: payments asks for it until it is there
    payers = tuple(Payer(one) for one in row.payers) or money.REFUND_PAYERS
    wanted = money.RefundOrder(row.order_id, effect.minor, row.money_ref, row.reason, payers)
    money.refund(wanted, now=now)


@_do.register
def _compensate(effect: acts.Compensate, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    wanted = money.Compensation(
        row.order_id, row.person_id, row.shop_id, effect.minor, row.money_ref, row.reason, money.COMPENSATION_PAYERS
    )
    money.compensate(wanted, now=now)


@_do.register
def _follow_return(effect: acts.FollowReturn, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    if row.return_parcel_id is None:
        raise ValueError("a return has a parcel")
    to_region = str((row.return_address or {}).get("region", ""))
    _follow(row, row.return_parcel_id, effect.carrier, effect.tracking_no, to_region, now)


@_do.register
def _send_goods(effect: acts.SendGoods, row: ClaimRow, by: By, now: Instant) -> None:
    if row.reship_parcel_id is None:
        raise ValueError("goods that are sent have a parcel")
    if effect.pieces:
        taken = -effect.pieces
        inventory.adjust(
            row.sku_id, taken, shop_id=row.shop_id, reason=Reason.RESENT, now=now, by=by.actor_id, note=str(row.id)
        )
    _follow(row, row.reship_parcel_id, effect.carrier, effect.tracking_no, str(by.facts.get("to_region", "")), now)


def _follow(row: ClaimRow, parcel_id: UUID, carrier: str, tracking_no: str, to_region: str, now: Instant) -> None:
    parcel = NewParcel(parcel_id, row.order_id, row.shop_id, carrier, tracking_no, to_region)
    shipping.register_parcel(parcel, now=now)


@_do.register
def _restock(effect: acts.Restock, row: ClaimRow, by: By, now: Instant) -> None:  # noqa: ARG001
    inventory.restock(row.sku_id, effect.pieces, shop_id=row.shop_id, now=now, note=str(row.id))


@_do.register
def _write_off(effect: acts.WriteOff, row: ClaimRow, by: By, now: Instant) -> None:
    """Spoiled pieces left the stock when they were sold; that they do not come back is all there is to say."""
    _write(row, by, acts.Note("written_off"), {"pieces": effect.pieces}, now)


@_do.register
def _note(effect: acts.Note, row: ClaimRow, by: By, now: Instant) -> None:
    _write(row, by, effect, by.facts, now)


def _write(row: ClaimRow, by: By, noted: acts.Note, facts: Mapping[str, Any], now: Instant) -> None:
    entry = ClaimEntry(
        kind=noted.kind,
        party=by.party,
        minor=noted.minor,
        words=by.words[:500],
        facts=dict(facts),
        actor_id=by.actor_id,
        happened_at=now,
    )
    store.note(row, entry)


@_do.register
def _tell(effect: acts.Tell, row: ClaimRow, by: By, now: Instant) -> None:
    publish(_news(effect.news, row, by, now), shop_id=row.shop_id, now=now)


def _news(news: News, row: ClaimRow, by: By, now: Instant) -> Any:  # noqa: PLR0911 - one a case
    subject = (row.id, row.order_id, row.line_id, row.shop_id, row.person_id)
    match news:
        case News.OPENED:
            pieces, asked_minor = row.terms["pieces"], row.terms["refund_minor"]
            return ClaimOpened(*subject, row.type, row.promise, row.reason, pieces, asked_minor, row.attempt, now)
        case News.AGREED:
            return_needed = row.state == ClaimState.AWAITING_RETURN
            automatic = by.party is Party.PLATFORM
            return ClaimAgreed(*subject, row.remedy, row.refund_minor, return_needed, automatic, now)
        case News.REFUSED:
            return ClaimRefused(*subject, row.refusal, row.goods_back, row.due_at or now, now)
        case News.RETURNED:
            parcel = (row.return_parcel_id or row.id, row.return_carrier, row.return_tracking_no)
            return ClaimReturned(*subject, *parcel, row.freight_payer, now)
        case News.GOODS_OWED:
            pieces = row.terms["pieces"] - (row.accepted_pieces or 0)
            return ClaimGoodsOwed(*subject, pieces, row.due_at or now, now)
        case News.GIVEN_BACK:
            parcel = (row.reship_parcel_id or row.id, row.reship_carrier, row.reship_tracking_no)
            return ClaimGoodsGivenBack(*subject, *parcel, now)
        case News.ESCALATED:
            return ClaimEscalated(*subject, by.party, now)
        case News.DONE:
            kinds = (row.type, row.remedy, row.reason, row.terms["pieces"])
            return ClaimDone(*subject, *kinds, row.refund_minor, row.compensation_minor, now)
        case News.CLOSED:
            return ClaimClosed(*subject, row.closing, now)
