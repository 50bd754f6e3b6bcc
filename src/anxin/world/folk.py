"""People and shops of the demo market."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.people.commands import LoadedPerson, NewAddress, load_people
from anxin.market.people.queries import PLATFORM_ID, Grant, OrgKind, Role
from anxin.market.shops.commands.loading import LoadedShop, load_shops
from anxin.market.shops.queries import EntityKind, ShopType, Tariff, Template, Unit
from anxin.world.accounts import BUYER_LOGIN, PASSWORD
from anxin.world.tables import ShopLine, shop_lines

BUYERS = 300
FAMILY = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "雨桐",
    "浩然",
    "子涵",
    "思远",
    "一诺",
    "欣怡",
    "梓轩",
    "若曦",
    "明哲",
    "安然",
    "晓峰",
    "静怡",
    "嘉琪",
    "志强",
    "丽娟",
    "晨曦",
)
STREETS = ("建设路", "人民路", "中山路", "解放大道", "和平街", "文化路", "青年路", "学府街")
REGIONS = ("110105", "310104", "440106", "440305", "330106", "320102", "510104", "420106", "610113", "500103", "370102",
           "350203", "430102", "650102", "540102")  # fmt: skip
FIRST_SHOP = 0  # whose staff are the demo accounts
STAFF_OF_FIRST = {
    "owner@demo.anxin.example": ("林青", Role.OWNER),
    "manager@demo.anxin.example": ("周禾", Role.MANAGER),
    "agent@demo.anxin.example": ("陈小满", Role.SERVICE_AGENT),
    "cashier@demo.anxin.example": ("吴账房", Role.SHOP_FINANCE),
}
OPERATORS = {
    "reviewer@demo.anxin.example": ("审核员小安", Role.REVIEWER),
    "arbitrator@demo.anxin.example": ("仲裁员明理", Role.ARBITRATOR),
    "inspector@demo.anxin.example": ("抽检员守正", Role.INSPECTOR),
    "finance@demo.anxin.example": ("财务清源", Role.FINANCE),
    "admin@demo.anxin.example": ("管理员", Role.ADMINISTRATOR),
}
DEPOSITS_MINOR = (50_000, 200_000, 500_000)  # DOMAIN 2.3, by last month's sales
ENTITIES = {"individual_business": EntityKind.INDIVIDUAL_BUSINESS, "personal": EntityKind.PERSON}
REMOTE_SURCHARGE = 800


@dataclass(frozen=True)
class Shop:
    """A shop of the demo with who owns it."""

    id: UUID
    line: ShopLine
    owner_id: UUID


@dataclass(frozen=True)
class Buyer:
    """A buyer of the demo with the address that orders go to."""

    id: UUID
    address: NewAddress


def make_shops(signs: Mapping[str, tuple[str, str]], *, now: Instant) -> list[Shop]:
    """Open every shop of the demo, with its signs (logo, banner), deposit and freight, between 90 and 400 days ago."""
    shops = [Shop(new_id(), line, new_id()) for line in shop_lines()]
    load_shops([_loaded(shop, index, signs[shop.line.slug], now) for index, shop in enumerate(shops)], now=now)
    return shops


def make_people(shops: list[Shop], *, now: Instant, seed: int = 11) -> list[Buyer]:
    """Write buyers, merchants' staff and operators; return the buyers, the demo's own buyer first."""
    chance = random.Random(seed)
    buyers = [Buyer(new_id(), _address(chance)) for _ in range(BUYERS)]
    people = [_buyer(index, buyer, now) for index, buyer in enumerate(buyers)]
    people += [_owner(shop, now) for shop in shops[FIRST_SHOP + 1 :]]
    first = shops[FIRST_SHOP]
    for email, (name, role) in STAFF_OF_FIRST.items():
        identity = first.owner_id if role is Role.OWNER else new_id()
        people.append(_staff(identity, name, email, Grant(OrgKind.SHOP, first.id, role), now))
    for email, (name, role) in OPERATORS.items():
        people.append(_staff(new_id(), name, email, Grant(OrgKind.PLATFORM, PLATFORM_ID, role), now))
    load_people(people, PASSWORD, now=now)
    return buyers


def opened_at(index: int, now: Instant) -> Instant:
    """Return when a shop of the demo opened, by its place in the list."""
    return now - timedelta(days=90 + index * 9)


def _loaded(shop: Shop, index: int, signs: tuple[str, str], now: Instant) -> LoadedShop:
    line = shop.line
    deposit = DEPOSITS_MINOR[index % len(DEPOSITS_MINOR)]
    return LoadedShop(
        id=shop.id,
        slug=line.slug,
        name=line.name,
        name_en=line.name_en,
        shop_type=ShopType(line.shop_type),
        entity_kind=ENTITIES.get(line.shop_type, EntityKind.COMPANY),
        entity_name=f"{line.brand}（演示）商贸有限公司",
        entity_code=f"91310000MADEMO{index:04d}",
        categories=line.tops,
        brand=line.brand,
        intro=line.intro,
        intro_en=line.intro_en,
        logo=signs[0],
        banner=signs[1],
        contact_phone=f"+86139{index:08d}",
        contact_email=f"hello@{line.slug}.example",
        return_address={
            "name": f"{line.name}售后",
            "phone": f"+86139{index:08d}",
            "region": REGIONS[index % len(REGIONS)],
            "detail": f"产业园 {index + 1} 号楼",
        },
        deposit_due_minor=deposit,
        deposit_paid_minor=deposit,
        opened_at=opened_at(index, now),
        freight=_freight(index),
    )


def _freight(index: int) -> tuple[tuple[str, Template], ...]:
    """A third of the shops send free, a third flat and free over ¥99, a third by weight."""
    free = Template(Unit.FLAT, Tariff(), remote_surcharge_minor=REMOTE_SURCHARGE)
    flat = Template(Unit.FLAT, Tariff(first_minor=800, free_over_minor=9_900), remote_surcharge_minor=REMOTE_SURCHARGE)
    weight = Template(Unit.WEIGHT, Tariff(first_step=1_000, first_minor=1_000, next_step=1_000, next_minor=300))
    return (*(("包邮", free), ("满99包邮", flat), ("按重量", weight))[index % 3 :], ("包邮活动", free))


def _buyer(index: int, buyer: Buyer, now: Instant) -> LoadedPerson:
    email = BUYER_LOGIN if index == 0 else f"buyer{index:03d}@demo.anxin.example"
    joined = now - timedelta(days=70 + index % 200)
    return LoadedPerson(
        buyer.id, buyer.address.name, email, f"+86137{index:08d}", joined_at=joined, addresses=(buyer.address,)
    )


def _owner(shop: Shop, now: Instant) -> LoadedPerson:
    grant = Grant(OrgKind.SHOP, shop.id, Role.OWNER)
    return _staff(shop.owner_id, f"{shop.line.brand}店主", f"owner-{shop.line.slug}@demo.anxin.example", grant, now)


def _staff(identity: UUID, name: str, email: str, grant: Grant, now: Instant) -> LoadedPerson:
    return LoadedPerson(identity, name, email, joined_at=now - timedelta(days=400), grants=(grant,))


def _address(chance: random.Random) -> NewAddress:
    return NewAddress(
        name=chance.choice(FAMILY) + chance.choice(GIVEN),
        phone=f"+86138{chance.randrange(10**8):08d}",
        region=chance.choice(REGIONS),
        detail=f"{chance.choice(STREETS)} {chance.randint(1, 300)} 号 {chance.randint(1, 30)} 栋 {chance.randint(101, 2505)}",
    )
