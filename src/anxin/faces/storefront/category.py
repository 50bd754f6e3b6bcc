"""The category pages: all of them at a glance, and the goods of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.storefront.listing import listing, question_of
from anxin.infra.clock import now
from anxin.market.catalog import queries as catalog


@require_GET
@operation("market.browse")
def categories(request: HttpRequest) -> HttpResponse:
    """Show every category of the first level with those below it."""
    tree = catalog.category_tree(now=now())
    return render(
        request, "storefront/categories.html", {"tops": [(top, tree.children(top.code)) for top in tree.tops]}
    )


@require_GET
@operation("market.browse")
def category(request: HttpRequest, code: str) -> HttpResponse:
    """Show the goods of a category. Raises CategoryUnknown."""
    tree = catalog.category_tree(now=now())
    node = tree.node(code)
    narrowed = request.GET.get("category", "")
    inside = narrowed in tree.nodes and tree.within(tree.node(narrowed), code)
    question = question_of(request, category=narrowed if inside else code)
    facts = {
        "category": node,
        "path": tree.path(code)[:-1],
        "siblings": tree.children(node.code) or (tree.children(node.parent) if node.parent else ()),
        "q": "",
        "listing": listing(request, question),
    }
    return render(request, "storefront/category.html", facts)


urlpatterns = [
    path("categories", categories, name="categories"),
    path("c/<slug:code>", category, name="category"),
]
