"""Past reviews at once, for the demo market: rows and ratings as `write_review` and `reply` would have left them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, unix_ms
from anxin.kernel.contacts import name_to_strangers
from anxin.kernel.ids import id_at
from anxin.market.people.queries import names_of
from anxin.market.service.domain.reviews import Stars
from anxin.market.service.models import Rating, Review
from anxin.market.service.store.reviews import weight

__all__ = ["PastReview", "Stars", "load_reviews"]


@dataclass(frozen=True)
class PastReview:
    """What a buyer wrote about a received order line, with the merchant's reply where there is one."""

    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    product_id: UUID
    sku_id: UUID
    title: str
    options: tuple[str, ...]
    stars: Stars
    text: str
    written_at: Instant
    pictures: tuple[str, ...] = ()
    reply: str = ""
    replied_at: Instant | None = None
    replied_by: UUID | None = None


@transactional
def load_reviews(reviews: Sequence[PastReview]) -> None:
    """Write past reviews of products that have none yet, with their ratings; no event tells of them."""
    names = names_of(list({one.person_id for one in reviews}))
    rows = [_row(one, names.get(one.person_id, "")) for one in reviews]
    write_rows(rows)
    counted: dict[tuple[UUID, UUID], Counter[str]] = {}
    for row in rows:
        counted.setdefault((row.product_id, row.shop_id), Counter()).update(weight(row))
    write_rows(Rating(product_id=product, shop_id=shop, **sums) for (product, shop), sums in counted.items())


def _row(one: PastReview, name: str) -> Review:
    return Review(
        id=id_at(unix_ms(one.written_at)),
        shop_id=one.shop_id,
        person_id=one.person_id,
        order_id=one.order_id,
        line_id=one.line_id,
        product_id=one.product_id,
        sku_id=one.sku_id,
        title=one.title[:255],
        options=[option[:120] for option in one.options],
        stars_product=one.stars.product,
        stars_logistics=one.stars.logistics,
        stars_service=one.stars.service,
        text=one.text,
        pictures=list(one.pictures),
        author=name_to_strangers(name),
        written_at=one.written_at,
        reply=one.reply,
        replied_at=one.replied_at,
        replied_by=one.replied_by,
    )
