"""Products with honest defaults."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from anxin.infra.media import store_picture
from anxin.kernel.clock import Instant, instant
from anxin.market.catalog.commands.saving import Save, load_products
from anxin.market.catalog.queries import Content, Picture, ProductDraft, SkuDraft
from anxin.market.shops.models import Shop
from tests.builders.shops import a_picture

NOON = instant(2026, 6, 15, 4)
DRESS = "womenswear-dress"

_numbers = count(1)


def a_shop(*, now: Instant = NOON, **changes: Any) -> UUID:
    """A shop that sells, without the papers that opened it."""
    number = next(_numbers)
    facts = {
        "slug": f"shop-{number}",
        "name": f"店铺{number}",
        "name_en": f"Shop {number}",
        "shop_type": "enterprise",
        "entity_kind": "company",
        "entity_name": "上海青禾服饰有限公司",
        "entity_code": f"91310000{number:010d}",
        "opened_at": now,
        **changes,
    }
    return Shop.objects.create(**facts).pk


def a_stored_picture(width: int = 60, height: int = 40) -> str:
    return store_picture(a_picture(width, height))


def some_content(**changes: Any) -> Content:
    content = Content(
        category=DRESS,
        title="亚麻连衣裙",
        title_en="Linen dress",
        description_html="<p>透气</p>",
        brand="青禾",
        attributes={"material": "linen", "season": "summer"},
        option_names=("颜色", "尺码"),
        pictures=(Picture(a_stored_picture()),),
    )
    return replace(content, **changes)


def some_skus(price_minor: int = 19_900, colours: Sequence[str] = ("白", "蓝"), **changes: Any) -> tuple[SkuDraft, ...]:
    sku = SkuDraft(("",), price_minor, weight_grams=300)
    return tuple(
        replace(sku, options=(colour, size), code=f"{colour}-{size}", **changes)
        for colour in colours
        for size in ("S", "M")
    )


def a_draft(handle: str = "linen-dress", **changes: Any) -> ProductDraft:
    return replace(ProductDraft(handle, some_content(), some_skus()), **changes)


def a_product(shop_id: UUID, draft: ProductDraft | None = None, *, on_sale: bool = True, now: Instant = NOON) -> UUID:
    """A reviewed product, on sale by default."""
    loaded = load_products(shop_id, [Save(draft or a_draft(), on_sale=on_sale)], vouched=True, by=None, now=now)
    assert not loaded.refused, loaded.refused
    return loaded.saved[0].product_id
