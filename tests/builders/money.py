"""Money of the guarantee with honest defaults: a filled fund, a shop without a coin, balances given and taken."""

from uuid import UUID

from anxin.infra.doctor import examine
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.fund import Contribution, FundSource, contribute
from anxin.market.ledger.commands import BANK_PAYOUTS, JournalEntry, Leg, post, shop_account
from anxin.market.ledger.queries import balance
from anxin.market.shops.models import Deposit

MONEY = ("ledger.", "payments.", "settlement.", "guarantee.")


def fill_fund(amount_minor: int = 1_000_000, *, now: Instant) -> None:
    """Put the platform's own money into the fund."""
    contribute(Contribution(amount_minor, FundSource.BANK, str(new_id())), by=None, now=now)


def give(shop_id: UUID, purpose: str, amount_minor: int, *, now: Instant) -> None:
    """Bring money from outside into one of a shop's accounts; a negative amount takes it away."""
    legs = (Leg(BANK_PAYOUTS, -amount_minor), Leg(shop_account(shop_id, purpose), amount_minor))
    post(JournalEntry("test.moved", str(new_id()), legs, shop_id=shop_id), now=now)


def empty(shop_id: UUID, *, now: Instant) -> None:
    """Pay the shop out to the last coin."""
    had = balance(shop_account(shop_id, "available"))
    if had:
        give(shop_id, "available", -had, now=now)


def owes_base(shop_id: UUID, due_minor: int, paid_minor: int, *, now: Instant) -> None:
    """A base deposit that is due, and what is paid of it."""
    Deposit.objects.update_or_create(shop_id=shop_id, defaults={"due_minor": due_minor})
    if paid_minor:
        give(shop_id, "deposit", paid_minor, now=now)


def held(shop_id: UUID, *purposes: str) -> tuple[int, ...]:
    """The balances of a shop's accounts."""
    return tuple(balance(shop_account(shop_id, purpose)) for purpose in purposes)


def broken() -> list[str]:
    """What the doctor says is wrong with money."""
    return [f"{one.name}: {one.detail}" for one in examine() if one.name.startswith(MONEY) and not one.ok]


def sick() -> list[str]:
    """What the doctor says is wrong with anything."""
    return [f"{one.name}: {one.detail}" for one in examine() if not one.ok]
