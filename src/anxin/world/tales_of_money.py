"""Where the money of the demo market's guarantee comes from: drained shops, the fund's advances, and how they come back."""

from uuid import UUID

from anxin.infra.worker import drain
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import claim_answers, claims, recourse
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.leaving import leave_market
from anxin.market.guarantee.queries.claims import ClaimType, Evidence
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.people.queries import Role
from anxin.market.settlement.commands import request_payout
from anxin.market.settlement.queries import bank_account, payout_allowance
from anxin.market.shops.commands.deposits import Transfer, ask_transfer, confirm_transfer
from anxin.market.shops.queries.deposits import TopUpPurpose
from anxin.world.cast import DAY, DEFECT, HOUR, MINUTE, Case, Claiming, Tale
from anxin.world.stories import Story
from anxin.world.tales_of_cover import insured

RETRIES = (0 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR)
TOP_UP_MINOR = 20_000


def draw_all(case: Case, *, now: Instant) -> None:
    """Let the merchant draw all that may be drawn."""
    allowance = payout_allowance(case.order.shop_id, now=now)
    if allowance.limit_minor > 0 and not allowance.is_stopped and bank_account(case.order.shop_id):
        request_payout(
            case.order.shop_id, allowance.limit_minor, key=f"demo-all-{case.order.id}", by=case.staff, now=now
        )


def _counterfeit(case: Case, asked_at: Instant) -> Claiming:
    """A shop that has drawn everything agrees to take counterfeit goods back: three times the price on top."""
    yield asked_at
    draw_all(case, now=asked_at)
    wish = Wish(ClaimType.RETURN_REFUND, "counterfeit", case.line.quantity)
    claim_id = case.ask(wish, "鉴定为假货", (Evidence.PHOTO_PRODUCT, Evidence.TEST_REPORT), now=asked_at + HOUR)
    at = asked_at + 9 * HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("同意退货退款"), now=at)
    return claim_id


def _advanced(case: Case) -> Story:
    """The fund pays first; what the shop earns afterwards goes to the fund before anything else."""
    asked_at = case.begins_at + 18 * DAY
    claim_id = yield from _counterfeit(case, asked_at)
    yield from _back(case, claim_id, asked_at + DAY)


def _back(case: Case, claim_id: UUID, at: Instant) -> Story:
    """The goods come back and are accepted."""
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=case.number(), person_id=case.buyer, now=at)
    at += DAY
    yield at
    claim_answers.inspect(claim_id, 0, case.answer("已收到"), now=at)


def _premium_advanced(case: Case) -> Story:
    """The premium of a shop that has drawn everything is advanced too."""
    yield case.begins_at
    insured(case)


def _recovered(case: Case) -> Story:
    """Nobody does anything: receipt is assumed, the order settles, and the fund takes what it is owed."""
    yield case.begins_at


def _advance_returned(case: Case) -> Story:
    """The provider cannot deliver an advance that the shop has repaid already: everything is undone, and tried again."""
    asked_at = case.begins_at + 19 * DAY
    claim_id = yield from _counterfeit(case, asked_at)
    at = asked_at + DAY
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=case.number(), person_id=case.buyer, now=at)
    at += DAY
    yield at
    drain(at)  # nobody else's refund meets the fault
    tell(Operation.REFUND, Fault.FAIL_LATER, now=at)
    claim_answers.inspect(claim_id, 0, case.answer("已收到"), now=at)
    _repay(case, at)
    drain(at)


def _repay(case: Case, at: Instant) -> None:
    """Let the shop pay its experience deposit by a transfer, out of which the fund takes what it is owed."""
    shop_id = case.order.shop_id
    top_up_id = ask_transfer(shop_id, TOP_UP_MINOR, asked_by=case.staff, purpose=TopUpPurpose.EXPERIENCE, now=at)
    seen = Transfer(top_up_id, f"DEMO{top_up_id.hex[-8:].upper()}")
    confirm_transfer(seen, confirmed_by=case.platform[Role.FINANCE], now=at)
    recourse.recover(shop_id, now=at)


def _left(case: Case) -> Story:
    """A shop leaves the market: what it owes the fund comes out of its base deposit."""
    asked_at = case.begins_at + 18 * DAY
    claim_id = yield from _counterfeit(case, asked_at)
    yield from _back(case, claim_id, asked_at + DAY)
    at = asked_at + 4 * DAY
    yield at
    leave_market(case.order.shop_id, by=case.platform[Role.ADMINISTRATOR], now=at)


def _stuck_refund(case: Case) -> Story:
    """The payer's account is closed: six times the provider cannot give the money back, then a person must look."""
    at = case.begins_at
    yield at
    wish = Wish(ClaimType.REFUND_SHIPPED, "quality", case.line.quantity)
    claim_id = case.ask(wish, "屏幕有划痕", DEFECT, now=at)
    at += 2 * HOUR
    for pause in RETRIES:
        at += pause
        yield at - MINUTE
        drain(at - MINUTE)
        tell(Operation.REFUND, Fault.FAIL_LATER, now=at)
        if not pause:
            claim_answers.agree(claim_id, case.answer("同意退款"), now=at)
        drain(at)


TALES: dict[str, Tale] = {
    "stuck_refund": _stuck_refund,
    "advanced": _advanced,
    "premium_advanced": _premium_advanced,
    "recovered": _recovered,
    "advance_returned": _advance_returned,
    "left": _left,
}
