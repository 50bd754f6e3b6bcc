"""The table of prices and stock of chosen products, changed all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.studio.product_forms import STOCK_MAX, MoneyField, yuan
from anxin.faces.studio.products import PREFIX, UNPROCESSABLE, shop_of
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.catalog import queries
from anxin.market.catalog.commands.prices import NewPrice, change_prices
from anxin.market.catalog.queries import ProductPage, StoredSku
from anxin.market.inventory import commands as inventory
from anxin.market.inventory import queries as stock
from anxin.market.inventory.commands import Level, Reason
from anxin.market.inventory.errors import BelowHeld

PRODUCTS_MAX = 50
AMOUNT = MoneyField(required=False)


@dataclass
class PriceRow:
    """One SKU in the table: what is typed, what is stored, what is wrong."""

    sku: StoredSku
    price: str
    compare: str
    stock: str
    stock_was: str  # as it was shown: pieces sold meanwhile must not come back
    fault: str = ""

    def new_price(self) -> NewPrice:
        """Return the typed prices. Raises ValidationError."""
        price = AMOUNT.clean(self.price)
        if price is None:
            raise ValidationError(_("Please enter a price."))
        return NewPrice(self.sku.id, price, AMOUNT.clean(self.compare))

    def new_level(self, shop_id: UUID) -> Level | None:
        """Return the typed stock where it is another than the shown one. Raises ValidationError."""
        text = self.stock.strip()
        if text in ("", self.stock_was):
            return None
        if not (text.isascii() and text.isdigit() and int(text) <= STOCK_MAX):
            raise ValidationError(_("Please enter a whole number of pieces."))
        return Level(self.sku.id, shop_id, int(text))


@require_http_methods(["GET", "POST"])
@operation("products.edit")
def prices(request: HttpRequest) -> HttpResponse:
    """Show the table of the chosen products, and write it: all of it or nothing."""
    shop_id = shop_of(request)
    chosen = [parse_public_id(PREFIX, text) for text in request.GET.getlist("product")[:PRODUCTS_MAX]]
    pages = [queries.product_of_shop(shop_id, product_id, now=now()) for product_id in chosen]
    table = _table(request, pages)
    rows = [row for _page, _picture, listed in table for row in listed]
    if request.method == "POST":
        try:
            changed = _write(rows, shop_id, by=person_of(request), at=now())
        except AnxinError as error:
            messages.error(request, message_of(error))
        else:
            if not any(row.fault for row in rows):
                told = ngettext("%(count)d row changed.", "%(count)d rows changed.", changed) % {"count": changed}
                messages.success(request, told)
                return redirect("studio_products")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "studio/product_prices.html", {"table": table}, status=status)


def _table(request: HttpRequest, pages: Sequence[ProductPage]) -> list[tuple[ProductPage, str, list[PriceRow]]]:
    levels = stock.availability([sku.id for page in pages for sku in page.written_skus])
    return [
        (
            page,
            picture_url(page.content.pictures[0].key, Size.THUMB) if page.content.pictures else "",
            [_row(request, sku, levels[sku.id].on_hand) for sku in page.written_skus],
        )
        for page in pages
    ]


def _row(request: HttpRequest, sku: StoredSku, on_hand: int) -> PriceRow:
    def typed(name: str, stored: str) -> str:
        return request.POST.get(f"{name}-{sku.id}", stored)

    draft = sku.draft
    compare = yuan(draft.compare_price_minor)
    return PriceRow(
        sku,
        typed("price", yuan(draft.price_minor)),
        typed("compare", compare),
        typed("stock", str(on_hand)),
        typed("was", str(on_hand)),
    )


@transactional
def _write(rows: Sequence[PriceRow], shop_id: UUID, *, by: UUID, at: Instant) -> int:
    wanted, levels = [], []
    for row in rows:
        try:
            wanted.append(row.new_price())
            levels.append(row.new_level(shop_id))
        except ValidationError as error:
            row.fault = " ".join(error.messages)
    if any(row.fault for row in rows):
        return 0
    repriced = change_prices(shop_id, wanted, by=by, now=at) if wanted else 0
    moved = [level for level in levels if level]
    if moved:
        refused = inventory.set_levels(moved, reason=Reason.COUNTED, now=at, by=by)
        if refused:
            raise BelowHeld(refused[0], stock.availability(refused)[refused[0]].held)
    return max(repriced, len(moved))


urlpatterns = [path("products/prices", prices, name="studio_prices")]
