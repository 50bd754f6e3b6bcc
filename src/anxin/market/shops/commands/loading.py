"""Many shops at once, for the demo market and for benchmarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anxin.infra.deadlines import Due, schedule_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.ledger.commands import BANK_PAYOUTS, JournalEntry, Leg, post_many, shop_account
from anxin.market.shops.commands.deposits import JOURNAL, NOTICE
from anxin.market.shops.commands.freight import FIRST_NAME
from anxin.market.shops.domain.deposit import next_notice_at
from anxin.market.shops.domain.freight import FREE_SHIPPING, Template, template_to_json
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import EntityKind, ShopType, TopUpSource, TopUpState
from anxin.market.shops.models import Deposit, DepositTopUp, FreightTemplate, Shop

BATCH = 500


@dataclass(frozen=True)
class LoadedShop:
    """A shop with what it needs to trade; owners are given their roles by `people.commands.loading`."""

    id: UUID
    slug: str
    name: str
    name_en: str
    shop_type: ShopType
    entity_kind: EntityKind
    entity_name: str
    entity_code: str
    categories: tuple[str, ...]
    brand: str = ""
    intro: str = ""
    intro_en: str = ""
    logo: str = ""
    banner: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    return_address: dict[str, str] | None = None
    zero_deposit: bool = False
    deposit_due_minor: int = 0
    deposit_paid_minor: int = 0
    opened_at: datetime | None = None
    freight: tuple[tuple[str, Template], ...] = ((FIRST_NAME, FREE_SHIPPING),)


@transactional
def load_shops(shops: Sequence[LoadedShop], *, now: Instant) -> None:
    """Write many shops with deposits and freight templates (the first of each is the default) in a few statements."""
    Shop.objects.bulk_create([_shop(one, now) for one in shops], batch_size=BATCH)
    FreightTemplate.objects.bulk_create([row for one in shops for row in _templates(one, now)], batch_size=BATCH)
    Deposit.objects.bulk_create(
        [Deposit(shop_id=one.id, due_minor=one.deposit_due_minor) for one in shops], batch_size=BATCH
    )
    paid = [_top_up(one, now) for one in shops if one.deposit_paid_minor]
    DepositTopUp.objects.bulk_create(paid, batch_size=BATCH)
    post_many([_journal(row) for row in paid], now=now)
    notice_at = next_notice_at(now, rulebook_at(shanghai_day(now)).deposit)
    schedule_many([Due(NOTICE, one.id, notice_at) for one in shops])


def _shop(one: LoadedShop, now: Instant) -> Shop:
    return Shop(
        id=one.id,
        slug=one.slug,
        name=one.name,
        name_en=one.name_en,
        shop_type=one.shop_type.value,
        entity_kind=one.entity_kind.value,
        entity_name=one.entity_name,
        entity_code=one.entity_code,
        brand=one.brand,
        categories=list(one.categories),
        intro=one.intro,
        intro_en=one.intro_en,
        logo=one.logo,
        banner=one.banner,
        contact_phone=one.contact_phone,
        contact_email=one.contact_email,
        return_address=one.return_address or {},
        zero_deposit=one.zero_deposit,
        opened_at=one.opened_at or now,
    )


def _templates(one: LoadedShop, now: Instant) -> list[FreightTemplate]:
    return [
        FreightTemplate(
            shop_id=one.id,
            name=name,
            rules=template_to_json(template),
            is_default=index == 0,
            updated_at=one.opened_at or now,
        )
        for index, (name, template) in enumerate(one.freight)
    ]


def _top_up(one: LoadedShop, now: Instant) -> DepositTopUp:
    moment = one.opened_at or now
    return DepositTopUp(
        shop_id=one.id,
        source=TopUpSource.BANK_TRANSFER.value,
        state=TopUpState.RECEIVED.value,
        amount_minor=one.deposit_paid_minor,
        bank_reference=f"OPENING-{one.slug}",
        asked_at=moment,
        settled_at=moment,
    )


def _journal(top_up: DepositTopUp) -> JournalEntry:
    legs = (
        Leg(BANK_PAYOUTS, -top_up.amount_minor),
        Leg(shop_account(top_up.shop_id, "deposit"), top_up.amount_minor),
    )
    return JournalEntry(JOURNAL, str(top_up.pk), legs, shop_id=top_up.shop_id, at=top_up.settled_at)
