"""The review queue of products: what is shown now beside what is proposed, then a decision with reasons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.pages import message_of
from anxin.faces.product_words import FIELDS, REASONS, REVIEW_STATES
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog import queries
from anxin.market.catalog.commands import reviews
from anxin.market.catalog.queries import FieldPair, RefusalReason, ReviewPage, ReviewState
from anxin.ui.parts import Tab

PREFIX = "rev"
PAGE_SIZE = 30
KINDS = {"first": False, "change": True}
BLOCK_END = re.compile(r"</(?:p|li|h\d|tr|div)>|<br>")


class Verdict(forms.Form):
    """A refusal's reasons and a note for the merchant."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"),
        required=False,
        choices=[(reason.value, REASONS[reason]) for reason in RefusalReason],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the merchant"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class ShownField:
    """One field of the product as two texts, or two rows of pictures."""

    label: str
    differs: bool
    shown: str
    proposed: str
    shown_pictures: tuple[str, ...] = ()
    proposed_pictures: tuple[str, ...] = ()


@require_GET
@operation("desk.products.review")
def queue(request: HttpRequest) -> HttpResponse:
    """List the submissions that wait, the oldest first."""
    kind = request.GET.get("kind", "")
    page = queries.review_queue(is_change=KINDS.get(kind), cursor=request.GET.get("cursor"), limit=PAGE_SIZE)
    tree = queries.category_tree(now=now())
    waiting = queries.waiting_reviews()
    facts = {
        "page": page,
        "rows": [
            (row, picture_url(row.picture, Size.THUMB), tree.node(row.category), _address(row.id)) for row in page.items
        ],
        "tabs": [
            Tab(_("All"), "?", sum(waiting.values()), kind not in KINDS),
            Tab(_("New products"), "?kind=first", waiting[False], kind == "first"),
            Tab(_("Changes"), "?kind=change", waiting[True], kind == "change"),
        ],
    }
    return render(request, "desk/product_reviews.html", facts)


@require_http_methods(["GET", "POST"])
@operation("desk.products.review")
def review(request: HttpRequest, review_id: str) -> HttpResponse:
    """Show one submission side by side, and decide it."""
    page = queries.review_page(parse_public_id(PREFIX, review_id), now=now())
    verdict = Verdict(request.POST or None)
    if request.method == "POST" and verdict.is_valid():
        try:
            _decide(request, page, verdict.cleaned_data)
        except AnxinError as error:
            verdict.add_error(None, message_of(error))
        else:
            messages.success(request, _("Decided."))
            return redirect("desk_product_reviews")
    facts = {
        "review": page,
        "state": REVIEW_STATES[page.state],
        "fields": _fields(page),
        "verdict": verdict if page.state is ReviewState.WAITING else None,
        "reasons": [REASONS.get(reason, reason) for reason in page.reasons],
    }
    return render(request, "desk/product_review.html", facts, status=422 if verdict.errors else 200)


def _decide(request: HttpRequest, page: ReviewPage, facts: Mapping[str, Any]) -> None:
    if "approve" in request.POST:
        reviews.approve(page.id, by=person_of(request), now=now())
    else:
        reasons = [RefusalReason(reason) for reason in facts["reasons"]]
        reviews.refuse(page.id, reasons, facts["note"], by=person_of(request), now=now())


def _fields(page: ReviewPage) -> list[ShownField]:
    return [_shown(pair, page) for pair in page.pairs]


def _shown(pair: FieldPair, page: ReviewPage) -> ShownField:
    label = str(FIELDS.get(pair.name, pair.name))
    if pair.name == "pictures":
        return ShownField(label, pair.differs, "", "", _pictures(pair.shown), _pictures(pair.proposed))
    before = _text(pair.name, pair.shown, page.product.content.category)
    return ShownField(label, pair.differs, before, _text(pair.name, pair.proposed, page.proposed.category))


def _pictures(value: Any) -> tuple[str, ...]:
    return tuple(picture_url(one["key"], Size.CARD) for one in value or ())


def _text(name: str, value: Any, category: str) -> str:
    """Write a field for reading; attributes by the names that the category gives them."""
    if value is None:
        return ""
    tree = queries.category_tree(now=now())
    if name == "category":
        return " › ".join(node.name if reads_chinese() else node.name_en for node in tree.path(value))
    if name == "attributes":
        shown = queries.shown_attributes(tree.node(category).terms.attributes, value)
        return "\n".join(_attribute(one) for one in shown)
    if name == "description_html":
        return str(strip_tags(BLOCK_END.sub("\n", value)).strip())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _attribute(shown: queries.ShownAttribute) -> str:
    return f"{shown.name}：{shown.value}" if reads_chinese() else f"{shown.name_en}: {shown.value_en}"


def _address(review_id: Any) -> str:
    return reverse("desk_product_review", args=[public_id(PREFIX, review_id)])


urlpatterns = [
    path("products/reviews", queue, name="desk_product_reviews"),
    path("products/reviews/<str:review_id>", review, name="desk_product_review"),
]
