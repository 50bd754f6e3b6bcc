"""The shop's products: the list with its bulk changes, the editor, and the steps of a product's life."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.product_words import FIELDS, REASONS, REVIEW_STATES, STATES, VERBS
from anxin.faces.studio import product_editor as editors
from anxin.faces.studio.product_forms import category_choices
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog import queries
from anxin.market.catalog.commands import reviews, states
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.catalog.queries import PRODUCT_LIFE, ProductFilter, ProductPage, ProductRow, ProductState
from anxin.market.inventory import queries as stock
from anxin.market.people.queries import names_of
from anxin.ui.parts import Tab

PREFIX = "prd"
PAGE_SIZE = 30
UNPROCESSABLE = 422


@dataclass(frozen=True)
class ListedProduct:
    """One line of the list."""

    row: ProductRow
    url: str
    picture: str
    state: str
    tone: str
    category: queries.CategoryNode
    free: int


def shop_of(request: HttpRequest) -> UUID:
    """Return the shop that the policy's door admitted the reader to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id


@require_GET
@operation("products.read")
def products(request: HttpRequest) -> HttpResponse:
    """List the shop's products by state, category and words."""
    tree = queries.category_tree(now=now())
    state = ProductState(request.GET["state"]) if request.GET.get("state") in list(ProductState) else None
    category = request.GET.get("category", "")
    wanted = ProductFilter(request.GET.get("q", "")[:60], state, category if category in tree.nodes else "")
    cursor = request.GET.get("cursor")
    page = queries.products_of_shop(shop_of(request), wanted, now=now(), cursor=cursor, limit=PAGE_SIZE)
    facts = {
        "page": page,
        "products": _listed(page.items, tree),
        "tabs": _tabs(queries.product_counts(shop_of(request)), wanted),
        "wanted": wanted,
        "tops": tree.tops,
    }
    return render(request, "studio/products.html", facts)


@require_POST
@operation("products.edit")
def bulk(request: HttpRequest) -> HttpResponse:
    """Move the ticked products, or go on to the table of their prices."""
    ids = [parse_public_id(PREFIX, text) for text in request.POST.getlist("product")]
    verb = request.POST.get("verb", "")
    if not ids:
        messages.warning(request, _("Tick the products first."))
    elif verb == "prices":
        chosen = urlencode([("product", public_id(PREFIX, product_id)) for product_id in ids])
        return HttpResponseRedirect(f"{reverse('studio_prices')}?{chosen}")
    elif verb == "submit":
        _submit_each(request, ids)
    elif verb in STEPS:
        _step(request, verb, ids)
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
@operation("products.edit")
def new_product(request: HttpRequest) -> HttpResponse:
    """Choose a category, then write a new product."""
    tree = queries.category_tree(now=now())
    category = request.POST.get("category") or request.GET.get("category", "")
    if category not in tree.nodes or not tree.nodes[category].is_leaf:
        return render(request, "studio/product_category.html", {"groups": category_choices(tree), "tops": tree.tops})
    return _edit(request, None, category)


@require_http_methods(["GET", "POST"])
@operation("products.edit")
def product(request: HttpRequest, product_id: str) -> HttpResponse:
    """Change a product."""
    page = _page(request, product_id)
    if page.stored.state is ProductState.DELISTED:
        raise ProductNotFound
    return _edit(request, page)


@require_POST
@operation("products.edit")
def step(request: HttpRequest, product_id: str, verb: str) -> HttpResponse:
    """Move one product: submit, withdraw, put on sale, take off, delist."""
    wanted = parse_public_id(PREFIX, product_id)
    if verb in STEPS:
        _step(request, verb, [wanted])
    elif verb == "submit":
        _submit_each(request, [wanted])
    else:
        _tell(request, lambda: _withdraw(request, wanted), _("The product can be changed again."))
    if verb == "delist":
        return redirect("studio_products")
    return redirect("studio_product", product_id=product_id)


@require_GET
@operation("products.read")
def history(request: HttpRequest, product_id: str) -> HttpResponse:
    """Show who changed what, and every price."""
    page = _page(request, product_id)
    labels = {sku.id: sku.draft.label for sku in page.stored.skus}
    changes = queries.changes(page.id)
    names = names_of([one.by for one in changes if one.by])
    facts = {
        "product": page,
        "changes": [
            (VERBS.get(one.verb, one.verb), one, _described(one.details), names.get(one.by, "") if one.by else "")
            for one in changes
        ],
        "prices": [(labels.get(point.sku_id, ""), point) for point in queries.prices(labels)],
    }
    return render(request, "studio/product_history.html", facts)


STEPS: dict[str, Callable[..., int]] = {
    "put_on_sale": states.put_on_sale,
    "take_off": states.take_off,
    "delist": states.delist,
}


def _edit(request: HttpRequest, page: ProductPage | None, category: str = "") -> HttpResponse:
    tree, shop_id = queries.category_tree(now=now()), shop_of(request)
    if request.method != "POST":
        return _show_editor(request, editors.opened(tree, shop_id, page, category), page)
    sent = editors.posted(tree, shop_id, request)
    if "fill" in request.POST:
        return _show_editor(request, editors.refilled(sent, shop_id, request.POST), page)
    if sent.is_valid():
        try:
            saved = editors.save(sent, shop_id, page, by=person_of(request), now=now())
        except AnxinError as error:
            sent.form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            if "submit" in request.POST:
                _submit_each(request, [saved.product_id])
            return redirect("studio_product", product_id=public_id(PREFIX, saved.product_id))
    return _show_editor(request, sent, page, status=UNPROCESSABLE)


def _show_editor(
    request: HttpRequest, editor: editors.Editor, page: ProductPage | None, *, status: int = 200
) -> HttpResponse:
    decision = queries.last_decision(page.id) if page else None
    facts = {
        "editor": editor,
        "axes": editor.axes,
        "pictures": [(number, one, picture_url(one.key, Size.THUMB)) for number, one in enumerate(editor.pictures, 1)],
        "product": page,
        "state": STATES[page.stored.state] if page else None,
        "verbs": PRODUCT_LIFE.verbs(page.stored.state) if page else (),
        "decision": decision,
        "decision_state": REVIEW_STATES[decision.state] if decision else None,
        "reasons": [REASONS.get(reason, reason) for reason in decision.reasons] if decision else [],
        "category": editor.tree.nodes.get(editor.category),
    }
    return render(request, "studio/product.html", facts, status=status)


def _page(request: HttpRequest, product_id: str) -> ProductPage:
    return queries.product_of_shop(shop_of(request), parse_public_id(PREFIX, product_id), now=now())


def _listed(rows: tuple[ProductRow, ...], tree: queries.CategoryTree) -> list[ListedProduct]:
    levels = stock.availability([sku for row in rows for sku in row.sku_ids])
    return [
        ListedProduct(
            row=row,
            url=reverse("studio_product", args=[public_id(PREFIX, row.id)]),
            picture=picture_url(row.picture, Size.THUMB),
            state=str(STATES[row.state][0]),
            tone=STATES[row.state][1],
            category=tree.node(row.category),
            free=sum(levels[sku].free for sku in row.sku_ids),
        )
        for row in rows
    ]


def _tabs(counts: dict[ProductState, int], wanted: ProductFilter) -> list[Tab]:
    kept = {"q": wanted.text, "category": wanted.category}
    alive = sum(count for state, count in counts.items() if state is not ProductState.DELISTED)
    tabs = [Tab(_("All"), f"?{urlencode(kept)}", alive, wanted.state is None)]
    for state, (label, _tone) in STATES.items():
        url = f"?{urlencode(kept | {'state': state.value})}"
        tabs.append(Tab(str(label), url, counts[state], wanted.state is state))
    return tabs


def _step(request: HttpRequest, verb: str, ids: list[UUID]) -> None:
    try:
        moved = STEPS[verb](shop_of(request), ids, by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        told = ngettext("%(count)d product changed.", "%(count)d products changed.", moved) % {"count": moved}
        messages.success(request, told)


def _submit_each(request: HttpRequest, ids: list[UUID]) -> None:
    sent = 0
    for product_id in ids[: states.BULK_MAX]:
        try:
            reviews.submit(shop_of(request), product_id, by=person_of(request), now=now())
            sent += 1
        except AnxinError as error:
            messages.error(request, message_of(error))
    if sent:
        told = ngettext("%(count)d product submitted.", "%(count)d products submitted.", sent) % {"count": sent}
        messages.success(request, told)


def _withdraw(request: HttpRequest, product_id: UUID) -> None:
    reviews.withdraw(shop_of(request), product_id, by=person_of(request), now=now())


def _tell(request: HttpRequest, call: Callable[[], object], done: str) -> None:
    try:
        call()
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, done)


def _described(details: Iterable[str]) -> list[str]:
    return [str(FIELDS.get(name, name)) for name in details]


def _back(request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in ("q", "state", "category", "cursor") if request.GET.get(name)}
    return f"{reverse('studio_products')}?{urlencode(kept)}"


urlpatterns = [
    path("products", products, name="studio_products"),
    path("products/bulk", bulk, name="studio_products_bulk"),
    path("products/new", new_product, name="studio_product_new"),
    path("products/<str:product_id>", product, name="studio_product"),
    path("products/<str:product_id>/history", history, name="studio_product_history"),
    *(
        path(f"products/<str:product_id>/{verb.replace('_', '-')}", step, {"verb": verb}, name=f"studio_product_{verb}")
        for verb in ("submit", "withdraw", *STEPS)
    ),
]
