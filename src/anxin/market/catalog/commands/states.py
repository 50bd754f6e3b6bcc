"""Commands that move products through their life, one or many at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.states import IllegalStep
from anxin.market.catalog import store
from anxin.market.catalog.domain.life import PRODUCT_LIFE, ProductState, ReviewState
from anxin.market.catalog.errors import BatchTooLarge, ListingRestricted, ProductNotFound
from anxin.market.catalog.models import Review
from anxin.market.catalog.search.index import index_sales
from anxin.market.catalog.store import SQL, Writing
from anxin.market.shops.queries import restrictions

BULK_MAX = 500


@transactional
def put_on_sale(shop_id: UUID, product_ids: Sequence[UUID], *, by: UUID, now: Instant) -> int:
    """Put reviewed products of the shop on sale (上架); return how many moved. Raises ListingRestricted."""
    check_listing(shop_id, now=now)
    return _step(shop_id, product_ids, "put_on_sale", Writing(shop_id, by, now))


@transactional
def take_off(shop_id: UUID, product_ids: Sequence[UUID], *, by: UUID, now: Instant) -> int:
    """Take products of the shop off sale (下架); return how many moved."""
    return _step(shop_id, product_ids, "take_off", Writing(shop_id, by, now))


@transactional
def delist(shop_id: UUID, product_ids: Sequence[UUID], *, by: UUID, now: Instant) -> int:
    """Delist products of the shop for good; return how many moved. Old orders keep their snapshots."""
    moved = _step(shop_id, product_ids, "delist", Writing(shop_id, by, now))
    waiting = Review.objects.filter(product_id__in=list(product_ids), state=ReviewState.WAITING)
    waiting.filter(product__state=ProductState.DELISTED).update(
        state=ReviewState.WITHDRAWN, decided_at=now, decided_by_id=by
    )
    return moved


def check_listing(shop_id: UUID, *, now: Instant) -> None:
    """Refuse to bring goods of a restricted shop before buyers. Raises ListingRestricted."""
    if restrictions(shop_id, now=now).listing:
        raise ListingRestricted(shop_id)


@transactional
def count_sales(pieces: Mapping[UUID, int]) -> int:
    """Add sold pieces (negative for returned ones) to products; return how many were found."""
    ids = sorted(pieces)
    found = SQL.run("count_sales", product_ids=ids, pieces=[pieces[product] for product in ids])
    index_sales(ids)
    return found


def _step(shop_id: UUID, product_ids: Sequence[UUID], verb: str, writing: Writing) -> int:
    """Move the products by compare-and-set. Those in another state stay as they are, unless it is the only one asked.

    Raises BatchTooLarge; for a single product ProductNotFound or IllegalStep.
    """
    if len(product_ids) > BULK_MAX:
        raise BatchTooLarge(BULK_MAX)
    sources = PRODUCT_LIFE.sources(verb)
    target = PRODUCT_LIFE.after(sources[0], verb)
    moved = SQL.rows(
        "step_products",
        shop_id=shop_id,
        product_ids=list(product_ids),
        sources=[source.value for source in sources],
        state=target.value,
        now=writing.now,
    )
    if len(product_ids) == 1 and not moved:
        _say_why(shop_id, product_ids[0], verb)
    if moved:
        notes = [(row["id"], row["version"], {"state": [row["before"], target.value]}) for row in moved]
        store.record_changes(notes, writing, verb=verb)
        store.show([row["id"] for row in moved], writing)
    return len(moved)


def _say_why(shop_id: UUID, product_id: UUID, verb: str) -> None:
    found = store.lock_products(shop_id, ids=[product_id])
    if not found:
        raise ProductNotFound
    raise IllegalStep("product", verb, found[0].state.value)
