"""The consumer-protection fund for finance: put money in, see who owes it, and what could not be paid."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.fund_words import ENTRIES, KINDS, RECOVERED_FROM, SOURCES, STATES
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.fund import Contribution, FundSource, contribute
from anxin.market.guarantee.commands.paying import pay_again
from anxin.market.guarantee.queries import fund as queries
from anxin.market.guarantee.queries import money
from anxin.market.shops.queries import ShopFacts, shops_by_id

ROWS = 20


class ContributionForm(forms.Form):
    """How much to put in and from where; `key` makes sending the form twice one contribution."""

    amount = MoneyField(label=gettext_lazy("Amount in yuan"))
    source = forms.ChoiceField(
        label=gettext_lazy("Where it comes from"), choices=list(SOURCES.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("desk.fund")
def fund(request: HttpRequest) -> HttpResponse:
    """Show the fund, its debtors and what is stuck; on POST put money in."""
    form = ContributionForm(request.POST or None, initial={"source": FundSource.BANK.value, "key": new_id()})
    if request.method == "POST" and form.is_valid() and _contributed(request, form):
        return redirect("desk_fund")
    debtors, recovered = queries.debtors(limit=ROWS), queries.recoveries(limit=ROWS)
    stuck, page = money.stuck_money(limit=ROWS), queries.entries(limit=ROWS, cursor=request.GET.get("cursor"))
    owing = [one.shop_id for one in debtors] + [one.shop_id for one in recovered] + [one.shop_id for one in stuck]
    shops = shops_by_id([*owing, *(one.shop_id for one in page.items if one.shop_id)])
    facts = {
        "fund": queries.fund(now=now()),
        "form": form,
        "debtors": [(one, shops.get(one.shop_id)) for one in debtors],
        "recoveries": [(one, shops.get(one.shop_id), RECOVERED_FROM[one.source]) for one in recovered],
        "stuck": [(one, shops.get(one.shop_id), KINDS[one.kind], STATES[one.state]) for one in stuck],
        "page": page,
        "entries": [
            (one, ENTRIES[one.kind], SOURCES.get(one.source, ""), _shop(shops, one.shop_id)) for one in page.items
        ],
    }
    return render(request, "desk/fund.html", facts, status=422 if form.errors else 200)


@require_POST
@operation("desk.fund")
def try_again(request: HttpRequest, money_id: UUID) -> HttpResponse:
    """Pay at once what is stuck, if it can be paid now."""
    try:
        pay_again(money_id, now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Tried again; its state shows what came of it."))
    return redirect("desk_fund")


def _contributed(request: HttpRequest, form: ContributionForm) -> bool:
    given = form.cleaned_data
    wish = Contribution(given["amount"], FundSource(given["source"]), str(given["key"]), given["note"])
    try:
        contribute(wish, by=person_of(request), now=now())
    except AnxinError as error:
        form.add_error("amount", message_of(error))
        return False
    messages.success(request, _("The money is in the fund."))
    return True


def _shop(shops: dict[UUID, ShopFacts], shop_id: UUID | None) -> ShopFacts | None:
    return shops.get(shop_id) if shop_id else None


urlpatterns = [
    path("fund", fund, name="desk_fund"),
    path("fund/stuck/<uuid:money_id>/again", try_again, name="desk_fund_try_again"),
]
