"""Who and what is there in a real market (posts with goods, buyers with addresses, staff), and a hidden truth about them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar
from uuid import UUID

import numpy as np

from anxin.engine.compiling import Longs
from anxin.infra.config import config
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError, Kind
from anxin.market.catalog.queries import offers, product_page
from anxin.market.content.queries.posts import PostCard, PostKind, newest_posts
from anxin.market.interest.queries import Item, ItemKind
from anxin.market.payments.errors import NoSandboxHere
from anxin.market.people.queries import default_address, find_people
from anxin.market.shops.queries.staff import members
from anxin.world.market.marginals import Marginals
from anxin.world.market.terms import CATEGORIES, PAGE, THEMES_OF_CATEGORY, Terms
from anxin.world.market.truth import Size, Truth, truth_of

PAGE_OF = 100
SECONDS_OF_NOTE = 20
T = TypeVar("T")


class NothingToPlay(AnxinError):
    """This market has too few public posts with goods, or no buyer with an address."""

    code = "world.nothing_to_play"
    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Thing:
    """A post, and what can be bought from it."""

    item: Item
    creator: UUID
    product: UUID
    sku: UUID
    shop: UUID
    category: str
    price_minor: int
    seconds: int


@dataclass(frozen=True)
class Visitor:
    """A buyer, and where to."""

    id: UUID
    address: UUID


@dataclass(frozen=True)
class Stage:
    """Everything and everybody, by the numbers that the simulated market has for them."""

    things: tuple[Thing, ...]
    visitors: tuple[Visitor, ...]
    staff: dict[UUID, UUID]

    @cached_property
    def numbers(self) -> dict[UUID, int]:
        """Return the number of each post."""
        return {thing.item.id: number for number, thing in enumerate(self.things)}


def assemble(people: int, items: int, *, now: Instant) -> Stage:
    """Look for at most so many buyers and posts. Raises NothingToPlay, and NoSandboxHere where purchases would be real."""
    if not config().is_sandbox:
        raise NoSandboxHere
    found: list[Thing] = []
    for kind in (PostKind.VIDEO, PostKind.NOTE):
        found += (thing for card in _posts(kind, items - len(found)) if (thing := _thing(card, now=now)))
    visitors = tuple(_visitors(people))
    if len(found) < PAGE or not visitors:
        raise NothingToPlay
    staff = {shop: members(shop)[0].person_id for shop in {thing.shop for thing in found}}
    return Stage(tuple(found), visitors, staff)


def truth_about(stage: Stage, days: int, terms: Terms, marginals: Marginals, seed: int) -> Truth:
    """Draw what is hidden about real things: their kinds, prices, shops and creators are theirs, the rest is of the market."""
    size = Size(people=len(stage.visitors), items=len(stage.things), days=days, warm_days=0)
    drawn = truth_of(size, terms, marginals, seed)
    listing, hidden, count = drawn.listing, drawn.hidden, len(stage.things)
    category = _numbered([thing.category.split("-")[0] for thing in stage.things], CATEGORIES)
    creator = _numbered([thing.creator for thing in stage.things], listing.creators)
    shop = _numbered([thing.shop for thing in stage.things], listing.shops)
    price = np.array([thing.price_minor for thing in stage.things])
    real = replace(
        listing,
        category=_over(listing.category, category),
        theme=_over(listing.theme, category * THEMES_OF_CATEGORY + listing.theme[:count] % THEMES_OF_CATEGORY),
        creator=_over(listing.creator, creator),
        shop=_over(listing.shop, shop),
        price_minor=_over(listing.price_minor, price),
        seconds=_over(listing.seconds, np.array([thing.seconds for thing in stage.things])),
    )
    price_log = np.log(price)
    usual = np.bincount(category, price_log, CATEGORIES) / np.maximum(np.bincount(category, minlength=CATEGORIES), 1)
    first = np.unique(shop, return_index=True)
    like = first[1][np.searchsorted(first[0], shop)]  # a shop's character is that of its first thing
    told = np.unique(creator, return_index=True)
    same = told[1][np.searchsorted(told[0], creator)]
    lure = terms.lure_click * (hidden.dishonest[like].astype(np.float64) - hidden.dishonest[:count])
    so = replace(
        hidden,
        quality=_over(hidden.quality, hidden.quality[like]),
        dishonest=_over(hidden.dishonest, hidden.dishonest[like]),
        appeal=_over(hidden.appeal, hidden.appeal[:count] + lure),
        skill=_over(hidden.skill, hidden.skill[same]),
        dearness=_over(hidden.dearness, price_log - usual[category]),
    )
    return replace(drawn, listing=real, hidden=so)


def _over(table: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return a table whose first rows are these: the market's later arrivals stay what they were, and are never shown."""
    return np.concatenate([first.astype(table.dtype), table[len(first) :]])


def _numbered(names: list[T], room: int) -> Longs:
    known: dict[T, int] = {}
    return np.array([known.setdefault(name, len(known) % room) for name in names], np.int64)


def _posts(kind: PostKind, count: int) -> Iterator[PostCard]:
    cursor: str | None = None
    while count > 0:
        page = newest_posts(kind, cursor=cursor, limit=min(count, PAGE_OF))
        yield from page.items
        count, cursor = count - len(page.items), page.next_cursor
        if cursor is None:
            return


def _thing(card: PostCard, *, now: Instant) -> Thing | None:
    """Return a post with its first goods that can be bought, or nothing."""
    for _, goods in card.goods[:1]:
        skus = [sku.id for sku in product_page(goods.id, now=now).skus]
        for offer in sorted(offers(skus, now=now), key=lambda one: one.sku_id):
            if offer.sellable:
                post, film = card.post, card.post.media
                length = film.duration_ms // 1000 if film and film.duration_ms else SECONDS_OF_NOTE
                sold = (goods.id, offer.sku_id, goods.shop_id, goods.category, offer.price_minor)
                return Thing(Item(ItemKind(post.kind.value), post.id), post.creator_id, *sold, max(length, 1))
    return None


def _visitors(count: int) -> Iterator[Visitor]:
    cursor: str | None = None
    while count > 0:
        page = find_people("", cursor=cursor, limit=PAGE_OF)
        for person in page.items:
            address = default_address(person.id)
            if address is not None and count > 0:
                count -= 1
                yield Visitor(person.id, address.id)
        cursor = page.next_cursor
        if cursor is None:
            return
