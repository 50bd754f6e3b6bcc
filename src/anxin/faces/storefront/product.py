"""The product page: pictures, choice of a variant, freight to the reader's address, the shop, and more of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation
from anxin.faces.language import reads_chinese
from anxin.faces.origin import PARAMETER
from anxin.faces.storefront.cart import quantity_of
from anxin.faces.storefront.goods import cards_of, category_url
from anxin.faces.storefront.promises import promises_of_page
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.clock import Instant
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.catalog.queries import Flag, ProductPage, StoredSku
from anxin.market.inventory import queries as inventory
from anxin.market.people import queries as people
from anxin.market.service.queries import reviews as voices
from anxin.market.shops import queries as shops
from anxin.ui.parts import Axis, Picture, ProductCard, SkuChoice

MORE_OF_SHOP = 10
LOW_STOCK = 10
DEFAULT_REGION = "310101"  # Huangpu, Shanghai: where most shops' freight begins


@dataclass(frozen=True)
class Freight:
    """What delivery to a place costs; None where the shop does not deliver there."""

    place: str
    minor: int | None
    is_own_address: bool


@require_GET
@operation("market.browse")
def product(request: HttpRequest, product_id: str) -> HttpResponse:
    """Show a product on sale. Raises ProductNotFound for one that is not."""
    moment = now()
    found = _shown_product(product_id, moment)
    facts = {
        **_to_choose(request, found, product_id),
        "path": [(node, category_url(node)) for node in found.path],
        "attributes": _attributes(found),
        "voice": voices.voice_of_product(found.id, found.shop_id),
        "more": _more_of_shop(found),
        "promises": promises_of_page(found, moment=moment),
        "is_virtual": Flag.VIRTUAL in found.category.terms.flags,
    }
    return render(request, "storefront/product.html", facts)


@require_GET
@operation("market.browse")
def sheet(request: HttpRequest, product_id: str) -> HttpResponse:
    """Answer with what one chooses from to buy a product, as HTML for a half sheet. Raises ProductNotFound."""
    found = _shown_product(product_id, now())
    met = request.GET.get(PARAMETER, "")
    address = reverse("product", args=[product_id])
    product_url = f"{address}?{PARAMETER}={quote(met)}" if met else address
    facts = {"met": met, "product_url": product_url, "quantity": quantity_of(request)}
    return render(request, "storefront/product_sheet.html", {**_to_choose(request, found, product_id), **facts})


def _shown_product(product_id: str, moment: Instant) -> ProductPage:
    found = catalog.product_page(parse_public_id("prd", product_id), now=moment)
    if not found.is_shown:
        raise ProductNotFound
    return found


def _to_choose(request: HttpRequest, found: ProductPage, product_id: str) -> dict[str, Any]:
    """Return what a buyer chooses from: pictures, variants, stock, freight, the shop."""
    skus = [sku for sku in found.skus if sku.draft.price_minor > 0]
    stock = {sku_id: level.free for sku_id, level in inventory.availability([sku.id for sku in skus]).items()}
    chosen = _chosen(request, skus, stock)
    content = found.content
    shop = shops.shop(found.shop_id)
    return {
        "product": found,
        "content": content,
        "public_id": product_id,
        "pictures": [Picture(picture_url(each.key), each.alt or content.title) for each in content.pictures],
        "axes": _axes(found),
        "skus": [_choice(sku, stock) for sku in skus],
        "chosen": chosen,
        "chosen_id": public_id("sku", chosen.id) if chosen else "",
        "available": sum(stock.values()),
        "is_low": 0 < sum(stock.values()) <= LOW_STOCK,
        "freight": _freight(request, found, chosen) if chosen else None,
        "shop": shop,
        "shop_logo": picture_url(shop.logo),
    }


def _chosen(request: HttpRequest, skus: Sequence[StoredSku], stock: Mapping[UUID, int]) -> StoredSku | None:
    """Return the variant that the address names, else the first that can be bought, else the first."""
    wanted = request.GET.get("sku", "")
    named = next((sku for sku in skus if wanted and public_id("sku", sku.id) == wanted), None)
    return named or next((sku for sku in skus if stock.get(sku.id, 0) > 0), skus[0] if skus else None)


def _choice(sku: StoredSku, stock: Mapping[UUID, int]) -> SkuChoice:
    draft = sku.draft
    return SkuChoice(
        id=public_id("sku", sku.id),
        options=draft.options,
        price_minor=draft.price_minor,
        available=stock.get(sku.id, 0),
        was_minor=draft.compare_price_minor,
        picture=picture_url(draft.picture),
    )


def _axes(found: ProductPage) -> list[Axis]:
    """Return the options with their values in order; the first option with pictures of its own shows them."""
    axes: list[Axis] = []
    for place, name in enumerate(found.content.option_names):
        values = tuple(dict.fromkeys(sku.draft.options[place] for sku in found.skus))
        pictures = {sku.draft.options[place]: sku.draft.picture for sku in reversed(found.skus) if sku.draft.picture}
        tells_apart = len(set(pictures.values())) > 1 and not any(axis.pictures for axis in axes)
        small = tuple((value, picture_url(key, Size.THUMB)) for value, key in pictures.items()) if tells_apart else ()
        axes.append(Axis(name, values, small))
    return axes


def _freight(request: HttpRequest, found: ProductPage, sku: StoredSku) -> Freight | None:
    """Return what one piece costs to deliver to the reader's own address, else to an example place that is named."""
    terms = shops.terms([found.shop_id]).get(found.shop_id)
    person_id = actor_of_request(request).person_id
    address = people.default_address(person_id) if person_id else None
    place = address.region if address else people.district(DEFAULT_REGION)
    if terms is None or place is None:
        return None
    line = shops.FreightLine(1, sku.draft.price_minor, sku.draft.weight_grams)
    minor = shops.freight_minor(terms, [(found.stored.freight_template_id, line)], place.code)
    return Freight(place.text, minor, address is not None)


def _attributes(found: ProductPage) -> list[tuple[str, str]]:
    chinese = reads_chinese()
    return [(each.name, each.value) if chinese else (each.name_en, each.value_en) for each in found.attributes]


def _more_of_shop(found: ProductPage) -> list[ProductCard]:
    """Return other products of the shop, those that sell best."""
    return cards_of(catalog.best_of_shop(found.shop_id, MORE_OF_SHOP, except_id=found.id))


urlpatterns = [
    path("product/<str:product_id>", product, name="product"),
    path("product/<str:product_id>/sheet", sheet, name="product_sheet"),
]
