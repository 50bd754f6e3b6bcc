"""Who plays in the stories of the demo market: the staged orders with their two sides, and the platform's people."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TypeAlias
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import MAX_LIMIT
from anxin.market.guarantee.commands import claim_answers, claim_evidence, claims
from anxin.market.guarantee.commands.claim_answers import Answer
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.commands.disputes import Side
from anxin.market.guarantee.queries.claims import ClaimType, Evidence
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import LineFacts, OrderFacts, OrderState, ShopFilter
from anxin.market.people.queries import OrgKind, Role, members_of, person_by_login
from anxin.market.shops.queries import shops_page
from anxin.market.shops.queries.staff import members
from anxin.world.accounts import DEMO_ACCOUNTS
from anxin.world.pictures import product_picture, product_shots
from anxin.world.stage import ANY, LATE_SHOP, ME, STAGE, Reach, Staged, is_of

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
TOLERANCE = HOUR  # between setting the stage and telling the stories; and a buyer takes some minutes to pay
TAKEN = {one.shop for one in STAGE.values()}  # shops with stories of their own
DEFECT = (Evidence.PHOTO_DEFECT,)

Claiming: TypeAlias = Generator[Instant, None, UUID]  # a part of a story that ends with a claim or a dispute
Tale: TypeAlias = Callable[["Case"], Generator[Instant, None, None]]


@dataclass(frozen=True)
class Platform:
    """Who works for the platform, by what the stories need of them."""

    by_role: dict[Role, UUID]

    def __getitem__(self, role: Role) -> UUID:
        return self.by_role[role]


@dataclass(frozen=True)
class Case:
    """One line of one order, its two sides, and when its story may begin."""

    order: OrderFacts
    line: LineFacts
    staff: UUID
    begins_at: Instant
    platform: Platform

    @property
    def buyer(self) -> UUID:
        """Who bought."""
        return self.order.person_id

    @property
    def paid_at(self) -> Instant:
        """When it was paid."""
        return self.order.paid_at or self.order.placed_at

    @property
    def buyers_side(self) -> Side:
        """The buyer in a dispute."""
        return Side(self.buyer)

    @property
    def shops_side(self) -> Side:
        """The shop in a dispute."""
        return Side(self.staff, self.order.shop_id)

    def answer(self, words: str = "") -> Answer:
        """What the merchant answers with."""
        return Answer(self.order.shop_id, self.staff, words)

    def ask(self, wish: Wish, words: str, show: Sequence[Evidence] = (), *, now: Instant) -> UUID:
        """Let the buyer apply, showing a picture of each kind."""
        pictures = zip(show, snapshots(), strict=False)
        files = tuple(claim_evidence.show(picture, kind, by=self.buyer, now=now) for kind, picture in pictures)
        return claims.apply(Application(self.line.id, wish, words, files), person_id=self.buyer, now=now)

    def number(self, turn: int = 0) -> str:
        """Return a tracking number that no other parcel has."""
        return f"SF{(int(self.line.id.hex[-12:], 16) + turn) % 10**13:013d}"


def defective(case: Case, words: str = "做工有问题，线头很多，和页面不符") -> Claiming:
    """The buyer shows a defect and wants to send all of it back."""
    yield case.begins_at
    wish = Wish(ClaimType.RETURN_REFUND, "quality", case.line.quantity)
    return case.ask(wish, words, DEFECT, now=case.begins_at)


def agreed(case: Case, words: str = "收到就是坏的，想退货") -> Claiming:
    """… and the merchant agrees within the hour."""
    claim_id = yield from defective(case, words)
    at = case.begins_at + HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("同意退货，请保持吊牌完好"), now=at)
    return claim_id


def sent_back(case: Case, after: timedelta = 6 * HOUR) -> Claiming:
    """… and the goods travel back."""
    claim_id = yield from agreed(case)
    at = case.begins_at + after
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=case.number(), person_id=case.buyer, now=at)
    return claim_id


@cache
def snapshots() -> tuple[bytes, ...]:
    """Return what people photograph of their parcels."""
    return tuple(
        product_picture(product_shots("📦", palette, count=1, seed=seed)[0])
        for seed, palette in enumerate(("stone", "sand", "lake", "stone", "butter", "jade"))
    )


@dataclass
class Cast:
    """Orders that a story could be told about, by the shop they were bought in."""

    platform: Platform
    me: UUID
    waiting: list[tuple[str, UUID, OrderFacts]] = field(default_factory=list)
    sold_too_much: list[OrderFacts] = field(default_factory=list)

    def take(self, staged: Staged, *, now: Instant) -> Case | None:
        """Return the order that was staged so, out of those left; None where there is none (an older market)."""
        fitting = [(_off(one[2], staged, now), at) for at, one in enumerate(self.waiting) if self._is(one, staged, now)]
        if not fitting:
            return None
        _, staff, order = self.waiting.pop(min(fitting)[1])
        begins_at = (_since(order, staged.reach) or now) + MINUTE
        return Case(order, order.lines[0], staff, begins_at, self.platform)

    def _is(self, one: tuple[str, UUID, OrderFacts], staged: Staged, now: Instant) -> bool:
        slug, _, order = one
        if len(order.lines) != 1 or order.lines[0].quantity != staged.pieces:
            return False
        is_there = slug == staged.shop if staged.shop != ANY else slug not in TAKEN
        is_theirs = (order.person_id == self.me) == (staged.buyer == ME)
        is_as_old = _off(order, staged, now) <= TOLERANCE
        return is_there and is_theirs and is_as_old and is_of(staged.kind, order.lines[0].frozen)


def assemble() -> Cast:
    """Look for the orders of the stage and the people of the platform."""
    platform = Platform({one.role: one.person_id for one in members_of(OrgKind.PLATFORM)})
    buyer = next(one for one in DEMO_ACCOUNTS if one.role == "buyer")
    cast = Cast(platform, person_by_login(buyer.login).id)
    for shop in shops_page(limit=MAX_LIMIT).items:
        staff = members(shop.id)[0].person_id
        for tab in ("to_ship", "to_receive", "completed"):
            found = orders.orders_of_shop(shop.id, ShopFilter(tab=tab), limit=MAX_LIMIT).items
            cast.waiting += [(shop.slug, staff, order) for order in found]
        if shop.slug == LATE_SHOP:
            cast.sold_too_much += _all_shipped(shop.id)
    return cast


def _all_shipped(shop_id: UUID) -> Iterator[OrderFacts]:
    """Yield everything that a shop has shipped in full."""
    for tab in ("to_receive", "completed"):
        cursor: str | None = None
        while True:
            page = orders.orders_of_shop(shop_id, ShopFilter(tab=tab), cursor=cursor, limit=MAX_LIMIT)
            yield from (order for order in page.items if order.shipped_at)
            cursor = page.next_cursor
            if cursor is None:
                break


def _off(order: OrderFacts, staged: Staged, now: Instant) -> timedelta:
    """Return by how much an order is older or younger than the staged one."""
    since = _since(order, staged.reach)
    return timedelta.max if since is None else abs(now - since - staged.age)


def _since(order: OrderFacts, reach: Reach) -> Instant | None:
    """Return since when an order is as far as that; None for one that is elsewhere."""
    signed_at = max((parcel.signed_at for parcel in order.parcels if parcel.signed_at), default=None)
    match reach:
        case Reach.UNSENT:
            return order.paid_at if order.state == OrderState.PAID else None
        case Reach.UNTRACED:
            told = any(parcel.picked_up_at for parcel in order.parcels)
            return order.shipped_at if order.state == OrderState.SHIPPED and not told else None
        case Reach.SIGNED:
            return signed_at if order.state == OrderState.SHIPPED else None
        case Reach.RECEIVED:
            return signed_at if order.state == OrderState.COMPLETED else None
