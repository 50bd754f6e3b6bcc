"""Where every coin goes in a world: disbursements and their attempts, settlement, payout and recourse, as real journals.

What the commands of payments, settlement and the guarantee do with rows is done here with values: the waterfall, the
division, the tables and the journals are theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from anxin.kernel.money import in_turn
from anxin.market.guarantee import postings
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.paying import MoneyKind, PayState, RecoverySource
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import (
    AVAILABLE,
    NOW,
    ORDER,
    OWED,
    PAYING_OUT,
    PLACE,
    SHOP,
    Money,
    Truth,
    World,
)
from anxin.market.ledger.commands import (
    BANK_PAYOUTS,
    GUARANTEE_FUND,
    AccountKey,
    JournalEntry,
    Leg,
    Taken,
    check_balanced,
    mirrored,
)
from anxin.market.ledger.errors import InsufficientBalance, UnbalancedJournal
from anxin.market.payments.errors import RefundTooLarge
from anxin.market.payments.queries import (
    REFUND,
    TRANSFER,
    Notice,
    NoticeKind,
    OrderPart,
    RefundState,
    TransferParty,
    TransferState,
    Verdict,
    from_escrow,
    refund_requested,
    refunded,
    transfer_requested,
    transferred,
)
from anxin.market.settlement.queries import (
    RELEASE,
    LineTerms,
    OrderTerms,
    PayoutState,
    ReleaseState,
    Ruling,
    others_give_back,
    payout_failed,
    payout_paid,
    payout_requested,
    released,
    split,
)

FEE_BPS = 500
_ANY = UUID(int=99)  # journals are told apart by the state they are posted in
_SUCCEED = {MoneyKind.REFUND: NoticeKind.REFUND_SUCCEEDED, MoneyKind.COMPENSATION: NoticeKind.TRANSFER_SUCCEEDED}
_FAIL = {MoneyKind.REFUND: NoticeKind.REFUND_FAILED, MoneyKind.COMPENSATION: NoticeKind.TRANSFER_FAILED}
_OPEN = {
    MoneyKind.REFUND: (RefundState.REQUESTED, RefundState.SUBMITTED),
    MoneyKind.COMPENSATION: (TransferState.REQUESTED, TransferState.SUBMITTED),
}

_SUCCEEDED: dict[MoneyKind, RefundState | TransferState] = {
    MoneyKind.REFUND: RefundState.SUCCEEDED,
    MoneyKind.COMPENSATION: TransferState.SUCCEEDED,
}
_FAILED: dict[MoneyKind, RefundState | TransferState] = {
    MoneyKind.REFUND: RefundState.FAILED,
    MoneyKind.COMPENSATION: TransferState.FAILED,
}


@dataclass
class _Order:
    """Whose settlement it is."""

    order_id: UUID = ORDER
    shop_id: UUID = SHOP
    creator_id: UUID | None = None
    agency_id: UUID | None = None


@dataclass
class _Payout:
    """A payout of a shop."""

    amount_minor: int
    pk: UUID = _ANY
    shop_id: UUID = SHOP


def post(world: World, entry: JournalEntry) -> World:
    """Post a journal as the ledger would. Raises InsufficientBalance; one that is not balanced is remembered."""
    try:
        check_balanced(entry)
    except UnbalancedJournal:
        world = world._replace(off=entry.kind)
    books = list(world.books)
    for leg in entry.legs:
        place = PLACE[leg.account]
        books[place] += leg.amount_minor
        rule = leg.account.rule
        if books[place] < 0 and leg.amount_minor < 0 and rule.cached and not (rule.owes or entry.may_overdraw):
            raise InsufficientBalance(leg.account.owner_kind, leg.account.purpose)
    return world._replace(books=tuple(books))


def deal(kind: str, source: AccountKey, target: AccountKey, minor: int) -> JournalEntry:
    """Return the journal of money that comes in from outside the model."""
    return JournalEntry(kind, "", (Leg(source, -minor), Leg(target, minor)))


# A disbursement: once a reference, sent, arrived or failed and sent again


def disburse(rules: Rules, world: World, money: Money) -> World:
    """Set money in motion, once a reference."""
    if any((one.kind, one.ref) == (money.kind, money.ref) for one in world.money):
        return world
    stated_minor = world.stated_minor
    if money.kind is MoneyKind.COMPENSATION and money.ref == f"claim {world.claimed} compensation":
        stated_minor += world.granted_minor
    world = world._replace(money=(*world.money, money), stated_minor=stated_minor)
    return send(rules, world, len(world.money) - 1)


def send(rules: Rules, world: World, place: int) -> World:
    """Make an attempt: its money leaves its payers, or it waits while they do not have enough. Raises RefundTooLarge."""
    money = world.money[place]
    legs = _refund_legs(rules, world, money) if money.kind is MoneyKind.REFUND else _billed(rules, world, money)
    if legs is None:
        waits = money.state is PayState.WAITING
        state = money.state if waits else rules.paying.after(money.state, "run_short")
        return _with(world, place, money._replace(state=state))
    asked, request = _request(money, legs)
    owed = -sum(leg.amount_minor for leg in legs if leg.account == OWED)
    sent = money._replace(
        state=rules.paying.after(money.state, "send"),
        attempts=money.attempts + 1,
        sent=asked,
        truth=Truth.UNASKED,
        legs=legs,
        owed_minor=owed,
        recovered_minor=0,
    )
    return post(_with(world, place, sent), request)


def _request(money: Money, legs: tuple[Leg, ...]) -> tuple[RefundState | TransferState, JournalEntry]:
    if money.kind is MoneyKind.REFUND:
        return RefundState.REQUESTED, refund_requested(_ANY, legs, _part(money))
    return TransferState.REQUESTED, transfer_requested(_ANY, legs, _party(money))


def _refund_legs(rules: Rules, world: World, money: Money) -> tuple[Leg, ...] | None:
    """Before settlement escrow pays, after it every party its part. Raises RefundTooLarge, as payments does."""
    before = world.refunded_minor()
    if before + money.minor > world.case.paid_minor:
        raise RefundTooLarge(ORDER, money.minor)
    if world.release is not ReleaseState.RELEASED:
        return from_escrow(ORDER, money.minor)
    terms = terms_of(world)
    back = split(terms, before).less(split(terms, before + money.minor))
    found = _bill(rules, world, back.merchant_minor, money.payers)
    return None if found is None else (*found, *others_give_back(_Order(), back))


def _billed(rules: Rules, world: World, money: Money) -> tuple[Leg, ...] | None:
    return _bill(rules, world, money.minor, money.payers)


def _bill(rules: Rules, world: World, minor: int, payers: tuple[Payer, ...]) -> tuple[Leg, ...] | None:
    purses = postings.purses(payers, SHOP)
    given, _ = in_turn(minor, [world.holds(account) for account in purses])
    taken = [Taken(account, part) for account, part in zip(purses, given, strict=True) if part]
    found = rules.bill(minor, payers, taken, shop_id=SHOP, order_id=ORDER)
    return found.legs if found.waterfall.is_covered else None


def terms_of(world: World) -> OrderTerms:
    """Return what was frozen for the order."""
    case = world.case
    bases = [minor for minor in (case.line_minor, case.other_minor) if minor]
    return OrderTerms(case.paid_minor, tuple(LineTerms(minor, FEE_BPS) for minor in bases))


# The provider's side of an attempt


def is_asked(money: Money) -> bool:
    """Say whether the provider's word on the present attempt is still to be heard."""
    return money.state is PayState.SENT and money.sent in _OPEN[money.kind]


def provider_does(world: World, place: int, truth: Truth) -> World:
    """Let the provider do something with an attempt, without telling."""
    money = world.money[place]
    submitted = {MoneyKind.REFUND: RefundState.SUBMITTED, MoneyKind.COMPENSATION: TransferState.SUBMITTED}
    changes = {"truth": truth, "paid_times": money.paid_times + (truth is Truth.PAID)}
    if truth is Truth.HELD:
        changes["sent"] = submitted[money.kind]
    return _with(world, place, money._replace(**changes))  # type: ignore[arg-type]


def provider_tells(rules: Rules, world: World, place: int) -> tuple[World, bool | None]:
    """Let payments hear the provider, by callback or by asking: (world, whether the money arrived; None for nothing new)."""
    money = world.money[place]
    paid = money.truth is Truth.PAID
    kind = (_SUCCEED if paid else _FAIL)[money.kind]
    table = REFUND if money.kind is MoneyKind.REFUND else TRANSFER
    notice = Notice("", kind, _ANY, "", money.minor, "CNY", NOW)
    if money.sent is None or rules.judge(table, money.sent, (money.minor, "CNY"), notice) is not Verdict.APPLIED:
        return world, None
    return (_arrive(world, place), True) if paid else (_fail(world, place), False)


def _arrive(world: World, place: int) -> World:
    money = world.money[place]
    done = refunded(_ANY, _part(money)) if money.kind is MoneyKind.REFUND else transferred(_ANY, _party(money))
    return post(_with(world, place, money._replace(sent=_SUCCEEDED[money.kind])), done)


def _fail(world: World, place: int) -> World:
    """Everything goes back to its payers."""
    money = world.money[place]
    _, request = _request(money, money.legs)
    world = post(world, replace(request, legs=mirrored(request.legs), may_overdraw=True))
    return _with(world, place, money._replace(sent=_FAILED[money.kind], legs=()))


def note_arrived(rules: Rules, world: World, place: int, attempt: int) -> World:
    """Let a disbursement hear that payments has its money delivered; told of another attempt it changes nothing."""
    money = world.money[place]
    if (money.state, money.attempts) != (PayState.SENT, attempt):
        return world
    state = rules.paying.after(money.state, "arrive")
    return _with(world, place, _closed(money._replace(state=state, legs=())))


def note_failed(rules: Rules, world: World, place: int, attempt: int) -> World:
    """Let a disbursement hear that its attempt failed: what the shop repaid of the void debt is its own again."""
    money = world.money[place]
    if (money.state, money.attempts) != (PayState.SENT, attempt):
        return world
    if money.recovered_minor:
        world = post(world, postings.repaid(_ANY, SHOP, money.recovered_minor))
    state = rules.paying.after(money.state, "fail")
    return _with(world, place, money._replace(state=state, owed_minor=0, recovered_minor=0))


def _part(money: Money) -> OrderPart:
    return OrderPart(ORDER, SHOP, money.minor)


def _party(money: Money) -> TransferParty:
    return TransferParty(money.minor, ORDER, SHOP)


def _with(world: World, place: int, money: Money) -> World:
    return world._replace(money=(*world.money[:place], money, *world.money[place + 1 :]))


# Settlement, payout and what the shop owes


def settle(rules: Rules, world: World) -> World:
    """Let the time of settlement come: released, put off or void."""
    if world.release is not ReleaseState.WAITING:
        return world
    refunded_minor = world.refunded_minor()
    waited_for = world.open_claim is not None or any(is_asked(one) for one in world.money if _is_refund(one))
    ruling = rules.release(world.case.paid_minor, refunded_minor, is_waited_for=waited_for)
    if ruling is Ruling.POSTPONE:
        return world
    verb = "release" if ruling is Ruling.RELEASE else "void"
    after = world._replace(release=RELEASE.after(world.release, verb))
    if ruling is Ruling.VOID:
        return after
    return post(after, released(_Order(), split(terms_of(world), refunded_minor)))


def _is_refund(money: Money) -> bool:
    return money.kind is MoneyKind.REFUND


def recover(world: World) -> World:
    """Take what the shop owes the fund out of its goods money and its experience deposit (追缴)."""
    for source in (RecoverySource.GOODS_MONEY, RecoverySource.EXPERIENCE_DEPOSIT):
        account = next(one for one in PLACE if one.owner_id == SHOP and one.purpose == _source(source))
        open_minor = sum(one.owed_minor - one.recovered_minor for one in world.money)
        minor = min(open_minor, world.holds(account))
        if minor > 0:
            world = post(world, postings.recovered(_ANY, SHOP, Taken(account, minor)))
            world = world._replace(money=tuple(_paid_down(world.money, minor)))
    return world


def _source(source: RecoverySource) -> str:
    return postings.RECOVERED_FROM[source]


def _paid_down(every: Iterable[Money], minor: int) -> Iterable[Money]:
    """Spread what was recovered over the debts, oldest first."""
    for money in every:
        part = min(minor, money.owed_minor - money.recovered_minor)
        minor -= part
        yield _closed(money._replace(recovered_minor=money.recovered_minor + part)) if part else money


def _closed(money: Money) -> Money:
    """Forget a debt that is paid and cannot become void any more."""
    paid = money.state is PayState.ARRIVED and money.recovered_minor == money.owed_minor
    return money._replace(owed_minor=0, recovered_minor=0) if paid else money


def pay_out(world: World) -> World:
    """Let the shop draw all its goods money; no payout with a debt."""
    minor = world.holds(AVAILABLE)
    return post(world, payout_requested(_Payout(minor)))._replace(payout=PayoutState.REQUESTED)


def bank_answers(world: World, *, paid: bool) -> World:
    """Let the bank pay what is on its way, or refuse it."""
    payout = _Payout(world.holds(PAYING_OUT))
    entry = payout_paid(payout) if paid else payout_failed(payout)
    return post(world, entry)._replace(payout=PayoutState.PAID if paid else None)


def sell_elsewhere(world: World, minor: int) -> World:
    """Let another order of the shop be settled."""
    return post(world, deal("another order", BANK_PAYOUTS, AVAILABLE, minor))._replace(sold=True)


def fill_fund(world: World, minor: int) -> World:
    """Let the platform put its own money into the fund."""
    return post(world, deal(postings.CONTRIBUTED, BANK_PAYOUTS, GUARANTEE_FUND, minor))
