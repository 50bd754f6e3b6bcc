"""What a product promises, the certificate of what was bought, and its proof for anybody who holds its hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.guarantee_words import PromiseView, promise_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import line_view
from anxin.faces.pages import asks_part
from anxin.infra.clock import now
from anxin.kernel.clock import Instant
from anxin.kernel.ids import parse_public_id
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.catalog.queries import CategoryNode, Offer, ProductPage
from anxin.market.guarantee.errors.promises import UnknownCertificate
from anxin.market.guarantee.queries import certificates
from anxin.market.guarantee.queries.promises import Conditional, Product, PromisesOfProduct, promises_of_products
from anxin.market.orders import queries as orders

BADGES_SHOWN = 4


@dataclass(frozen=True)
class ProductPromises:
    """The promises of a product: `badges` for the row, all for the sheet, and what a buyer is asked to confirm."""

    given: tuple[PromiseView, ...]
    withheld: tuple[PromiseView, ...]
    to_confirm: tuple[Conditional, ...]

    @property
    def badges(self) -> tuple[PromiseView, ...]:
        """The first few."""
        return self.given[:BADGES_SHOWN]


NONE = ProductPromises((), (), ())


def promises_of_page(found: ProductPage, *, moment: Instant) -> ProductPromises:
    """Return what a product would promise if it were ordered now."""
    product = Product(found.id, found.shop_id, found.category.code, flags_of(found.category))
    return _views(promises_of_products([product], now=moment)).get(found.id, NONE)


def promises_of_offers(offers: Iterable[Offer], *, moment: Instant) -> Mapping[UUID, ProductPromises]:
    """Return by product what goods would promise if they were ordered now."""
    products = {
        one.product_id: Product(one.product_id, one.shop.shop_id, one.category.code, flags_of(one.category))
        for one in offers
    }
    return _views(promises_of_products(products.values(), now=moment))


def flags_of(category: CategoryNode) -> frozenset[str]:
    """Return what kind of goods a category holds, as promises ask."""
    return frozenset(flag.value for flag in category.terms.flags)


@require_GET
@operation("market.browse")
def product_promises(request: HttpRequest, product_id: str) -> HttpResponse:
    """Explain every promise of a product, given or not. Raises ProductNotFound."""
    moment = now()
    found = catalog.product_page(parse_public_id("prd", product_id), now=moment)
    if not found.is_shown:
        raise ProductNotFound
    facts = {"product": found, "public_id": product_id, "promises": promises_of_page(found, moment=moment)}
    part = "promise_sheet" if asks_part(request) else "product_promises"
    return render(request, f"storefront/{part}.html", facts)


@require_GET
@operation("market.browse")
def certificate(request: HttpRequest, hash_: str) -> HttpResponse:
    """Show a certificate to whoever holds its hash, without a word about its buyer. Raises UnknownCertificate."""
    found = certificates.certificate_by_hash(hash_)
    order = orders.orders_of_lines([found.line_id])[found.line_id]
    line = next(one for one in order.lines if one.id == found.line_id)
    entries = [promise_view(one, english=not reads_chinese()) for one in found.entries]
    facts = {
        "certificate": found,
        "verified": certificates.verifies(found),
        "line": line_view(line, english=not reads_chinese()),
        "shop_name": line.frozen.get("shop_name_en") if not reads_chinese() else line.frozen.get("shop_name"),
        "given": [one for one in entries if one.given],
        "withheld": [one for one in entries if not one.given],
    }
    return render(request, "storefront/certificate.html", facts)


@require_GET
@operation("market.browse")
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the hash of a certificate, and lead to it."""
    text = "".join(request.GET.get("hash", "").split()).lower()
    unknown = False
    if text:
        try:
            return redirect("certificate", certificates.certificate_by_hash(text).hash)
        except UnknownCertificate:
            unknown = True
    return render(request, "storefront/certificate_verify.html", {"hash": text[:64], "unknown": unknown})


def _views(found: Mapping[UUID, PromisesOfProduct]) -> dict[UUID, ProductPromises]:
    english = not reads_chinese()
    return {
        product_id: ProductPromises(
            tuple(promise_view(one, english=english) for one in of.entries if one.given),
            tuple(promise_view(one, english=english) for one in of.entries if not one.given),
            of.to_confirm,
        )
        for product_id, of in found.items()
    }


urlpatterns = [
    path("product/<str:product_id>/promises", product_promises, name="product_promises"),
    path("certificate", verify, name="certificate_verify"),
    path("certificate/<str:hash_>", certificate, name="certificate"),
]
