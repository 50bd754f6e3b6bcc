"""What the shop promises: switches, the nature of its goods, and what could be asked of it now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.guarantee_words import (
    BINDINGS,
    FREIGHT,
    PROFILES,
    AskView,
    ask_view,
    granting_text,
    reason_text,
    window_text,
)
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import LineView, OrderView, order_view
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.kernel.page import Page
from anxin.market.catalog import queries as catalog
from anxin.market.guarantee.commands.optins import Declaration, Switch, declare_nature, set_opt_in
from anxin.market.guarantee.queries.asking import answers_for_all
from anxin.market.guarantee.queries.promises import (
    Binding,
    Conditional,
    Product,
    ShopWord,
    Version,
    active_profile,
    natures_of,
    promise,
    promises_of_products,
    word_of_shop,
)
from anxin.market.orders.queries import OrderFacts, ShopFilter, orders_of_shop
from anxin.market.people.queries import allows

ORDERS_SHOWN = 20
PRODUCTS_SHOWN = 20


@dataclass(frozen=True)
class PromiseRow:
    """One promise as the merchant sees it."""

    version: Version
    icon: str
    name: str
    summary: str
    window: str
    freight: str
    granting: str
    binding: str
    optional: bool
    is_on: bool
    lacking: str


@dataclass(frozen=True)
class NatureRow:
    """A product and a nature that may be declared of it."""

    product_id: str
    title: str
    promise: str
    conditional: Conditional
    is_on: bool


@never_cache
@require_GET
@operation("promises.read")
def promises(request: HttpRequest) -> HttpResponse:
    """Show where the shop stands with every promise."""
    words = word_of_shop(request.shop_id, now=now())  # type: ignore[attr-defined]
    rows = [_row(one) for one in words]
    facts = {
        "optional": [one for one in rows if one.optional],
        "mandatory": [one for one in rows if not one.optional],
        "profile": PROFILES[active_profile()],
        "may_edit": _may_edit(request),
    }
    return render(request, "studio/promises.html", facts)


@require_POST
@operation("promises.edit")
def switch(request: HttpRequest, promise: str) -> HttpResponse:
    """Switch an optional promise for orders placed from now on."""
    is_on = request.POST.get("on") == "1"
    said = Switch(request.shop_id, promise, is_on)  # type: ignore[attr-defined]
    try:
        set_opt_in(said, by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        done = _("On for orders placed from now on.") if is_on else _("Off for orders placed from now on.")
        messages.success(request, done)
    return redirect("studio_promises")


@never_cache
@require_GET
@operation("promises.read")
def natures(request: HttpRequest) -> HttpResponse:
    """List the goods whose nature may be declared, with what was declared of them."""
    moment, shop_id = now(), _shop(request)
    page = catalog.products_of_shop(shop_id, now=moment, cursor=request.GET.get("cursor"), limit=PRODUCTS_SHOWN)
    tree = catalog.category_tree(now=moment)
    goods = {
        row.id: Product(
            row.id, shop_id, row.category, frozenset(flag.value for flag in tree.node(row.category).terms.flags)
        )
        for row in page.items
    }
    declared = promises_of_products(goods.values(), now=moment)
    rows = [
        NatureRow(
            public_id("prd", row.id),
            (not reads_chinese() and row.title_en) or row.title,
            code,
            one,
            one.mark in {said.mark for said in declared[row.id].to_confirm},
        )
        for row in page.items
        for code, one in natures_of(goods[row.id], now=moment)
    ]
    return render(request, "studio/natures.html", {"rows": rows, "page": page, "may_edit": _may_edit(request)})


@require_POST
@operation("promises.edit")
def declare(request: HttpRequest, promise: str) -> HttpResponse:
    """Declare the nature of a product, or take it back."""
    said = Declaration(
        _shop(request),
        parse_public_id("prd", request.POST.get("product", "")),
        promise,
        request.POST.get("mark", ""),
        request.POST.get("on") == "1",
    )
    try:
        declare_nature(said, by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Holds for orders placed from now on; buyers are asked to confirm it."))
    return redirect("studio_natures")


@never_cache
@require_GET
@operation("orders.read")
def asked(request: HttpRequest) -> HttpResponse:
    """Show what could be asked of the shop now, order by order."""
    page = orders_of_shop(_shop(request), ShopFilter(), cursor=request.GET.get("cursor"), limit=ORDERS_SHOWN)
    rows = _asked([one for one in page.items if one.paid_at])
    return render(request, "studio/asked.html", {"rows": rows, "page": Page(tuple(rows), page.next_cursor)})


def _asked(orders: list[OrderFacts]) -> list[tuple[OrderView, LineView, AskView]]:
    english = not reads_chinese()
    asks = {one.line.line_id: ask_view(one, english=english) for one in answers_for_all(orders, now=now())}
    views = [order_view(one, english=english) for one in orders]
    return [(view, line, asks[line.facts.id]) for view in views for line in view.lines]


def _row(word: ShopWord) -> PromiseRow:
    version, english = word.version, not reads_chinese()
    return PromiseRow(
        version=version,
        icon=promise(version.promise).icon,
        name=version.name_en if english else version.name,
        summary=version.summary_en if english else version.summary,
        window=window_text(version),
        freight=str(FREIGHT[version.freight]),
        granting=granting_text(version),
        binding=str(BINDINGS[version.binding]),
        optional=version.binding is not Binding.MANDATORY,
        is_on=word.is_on,
        lacking=reason_text(word.lacking) if word.lacking else "",
    )


def _may_edit(request: HttpRequest) -> bool:
    return allows(actor_of_request(request), "promises.edit", _shop(request))


def _shop(request: HttpRequest) -> UUID:
    found: Any = request.shop_id  # type: ignore[attr-defined]
    return UUID(str(found))


urlpatterns = [
    path("promises", promises, name="studio_promises"),
    path("promises/asked", asked, name="studio_asked"),
    path("promises/natures", natures, name="studio_natures"),
    path("promises/<slug:promise>", switch, name="studio_promise_switch"),
    path("promises/<slug:promise>/nature", declare, name="studio_nature"),
]
