"""The demo market: a believable mall of thirty shops, made at the first start by the platform's own bulk commands.

Pictures are drawn first, outside any transaction; everything else is one transaction, so a start that is killed leaves
nothing and the next one begins again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from rich.progress import Progress

from anxin.infra import clock
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.catalog.commands.categories import sync_categories
from anxin.market.catalog.commands.saving import SavedProduct, load_products
from anxin.market.catalog.queries import category_tree
from anxin.market.interest.commands.loading import PastPurchase, load_purchases
from anxin.market.inventory.commands import Level, Reason, set_levels
from anxin.market.shops.queries import shops_page
from anxin.world import goods as wares
from anxin.world.cover import cover_orders
from anxin.world.drawing import Drawn, drawing
from anxin.world.folk import Shop, make_people, make_shops
from anxin.world.goods import Goods
from anxin.world.queues import CHANGED, NEW, queue_applications, queue_products
from anxin.world.trade import Trade, make_trade
from anxin.world.voices import write_reviews

WELL_STOCKED = 50
STEPS = 5


@dataclass(frozen=True)
class Stocked:
    """A product that is on sale, with the SKUs the catalog gave it."""

    goods: Goods
    shop: Shop
    product_id: UUID
    sku_ids: tuple[UUID, ...]


@contextmanager
def opening() -> Iterator[Callable[[Progress], None]]:
    """Begin to draw the demo's pictures; yields what then fills the market, if it is empty."""
    goods = wares.all_goods(wares.PRODUCTS + NEW)
    with drawing(goods) as drawn:
        yield lambda display: _open(goods, drawn, display)


def _open(goods: list[Goods], drawn: Callable[[Progress], Drawn], display: Progress) -> None:
    if shops_page(limit=1).items:
        return
    pictures = drawn(display)
    bar = display.add_task("Opening the demo market", total=STEPS)
    _fill(goods, pictures, lambda: display.advance(bar), now=clock.now())


@transactional
def _fill(goods: list[Goods], pictures: Drawn, advance: Callable[[], None], *, now: Instant) -> None:
    sync_categories()
    shops = make_shops(pictures.shops, now=now)
    buyers = make_people(shops, now=now)
    advance()
    stocked = _stock(goods, pictures, shops, now=now)
    advance()
    trade = make_trade(_sellable(stocked), buyers, shops, now=now)
    load_purchases(list(_purchases(trade)))
    write_reviews(trade, shops)
    advance()
    cover_orders(shops, now=now)
    advance()
    by_slug = {shop.line.slug: shop for shop in shops}
    waiting = [(one, pictures.of(one)) for one in goods[wares.PRODUCTS :]]
    changed = [
        (one.product_id, one.goods, pictures.of(one.goods)) for one in stocked[:: len(stocked) // CHANGED][:CHANGED]
    ]
    queue_products(waiting, changed, by_slug, category_tree(now=now), now=now)
    queue_applications(buyers, now=now)
    advance()


def _stock(goods: list[Goods], pictures: Drawn, shops: list[Shop], *, now: Instant) -> list[Stocked]:
    """Put every product on sale in its shop and on its shelf."""
    tree = category_tree(now=now)
    stocked: list[Stocked] = []
    for shop in shops:
        own = [one for one in goods[: wares.PRODUCTS] if one.shop == shop.line]
        saves = [wares.save_of(one, pictures.of(one), tree) for one in own]
        loaded = load_products(shop.id, saves, vouched=True, by=shop.owner_id, now=now)
        if loaded.refused:
            raise loaded.refused[0].error
        saved: dict[str, SavedProduct] = {one.handle: one for one in loaded.saved}
        for one, save in zip(own, saves, strict=True):
            product = saved[save.draft.handle]
            stocked.append(Stocked(one, shop, product.product_id, product.sku_ids))
    levels = [
        Level(sku, one.shop.id, pieces)
        for one in stocked
        for sku, pieces in zip(one.sku_ids, one.goods.stocks, strict=True)
    ]
    set_levels(levels, reason=Reason.RECEIVED, note="开店入库", now=now)
    return stocked


def _purchases(trade: Trade) -> Iterator[PastPurchase]:
    """Yield what was paid for."""
    for checkout in trade.checkouts:
        for one in checkout.orders:
            if one.paid_at:
                yield from (
                    PastPurchase(checkout.person_id, line.good.product_id, one.paid_at) for line in one.priced.lines
                )


def _sellable(stocked: list[Stocked]) -> list[UUID]:
    """Return the SKUs with enough on the shelf for orders that still hold theirs."""
    return [
        sku
        for one in stocked
        for sku, pieces in zip(one.sku_ids, one.goods.stocks, strict=True)
        if pieces > WELL_STOCKED
    ]
