"""The deposit: what is due and paid, its history from the ledger, and two ways to pay."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.fund_words import KINDS
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.faces.shop_words import RESTRICTIONS, TOP_UP_PURPOSES, TOP_UP_SOURCES, TOP_UP_STATES, cause_text
from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id
from anxin.market.guarantee.queries import money
from anxin.market.people.queries import allows
from anxin.market.shops import queries as shops
from anxin.market.shops.commands import deposits
from anxin.market.shops.queries import deposits as queries
from anxin.market.shops.queries.deposits import DepositFacts, TopUpPurpose, TopUpSource

PREFIX = "dep"
ROWS = 20


class TopUpForm(forms.Form):
    """How much to pay and from where; `key` makes sending the form twice one payment."""

    amount = MoneyField(label=gettext_lazy("Amount in yuan"))
    source = forms.ChoiceField(
        label=gettext_lazy("Pay from"), choices=list(TOP_UP_SOURCES.items()), widget=forms.RadioSelect
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Pay for"), choices=list(TOP_UP_PURPOSES.items()), widget=forms.RadioSelect, required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("deposit.pay")
def deposit(request: HttpRequest) -> HttpResponse:
    """Show the deposit; on POST pay into it."""
    shop_id = request.shop_id  # type: ignore[attr-defined]
    found = queries.deposit(shop_id, now=now())
    owed_minor = money.owed_minor(shop_id)
    form = TopUpForm(request.POST or None, initial=_first_thought(found, owed_minor))
    if request.method == "POST" and form.is_valid() and _paid(request, form):
        return redirect("studio_deposit")
    page = queries.top_ups_of(shop_id, cursor=request.GET.get("cursor"), limit=ROWS)
    limits = shops.restrictions(shop_id, now=now())
    facts = {
        "deposit": found,
        "form": form,
        "page": page,
        "rows": [(one, TOP_UP_SOURCES[one.source], TOP_UP_STATES[one.state]) for one in page.items],
        "owed_minor": owed_minor,
        "to_pay_minor": owed_minor + found.experience_short_minor,
        "debts": [(debt, KINDS[debt.kind]) for debt in money.debts_of_shop(shop_id, limit=ROWS).items],
        "history": queries.history(shop_id, now=now())[:ROWS],
        "limits": [(RESTRICTIONS[row.kind], cause_text(row), row.since) for row in limits.rows],
        "share_bps": limits.withdraw_share_bps,
        "is_sandbox": config().is_sandbox,
        "may_leave": allows(actor_of_request(request), "shop.leave", shop_id=shop_id),
    }
    return render(request, "studio/deposit.html", facts, status=422 if form.errors else 200)


@require_POST
@operation("deposit.pay")
def cancel_transfer(request: HttpRequest, top_up: str) -> HttpResponse:
    """Give up a transfer that was announced."""
    try:
        deposits.cancel_transfer(request.shop_id, parse_public_id(PREFIX, top_up), now=now())  # type: ignore[attr-defined]
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect("studio_deposit")


@require_POST
@operation("deposit.pay")
def leave_zero_deposit(request: HttpRequest) -> HttpResponse:
    """End the start without deposit: the ordinary deposit becomes due."""
    deposits.leave_zero_deposit(request.shop_id, now=now())  # type: ignore[attr-defined]
    messages.success(request, _("The ordinary deposit is due from now on; the limits end once it is paid."))
    return redirect("studio_deposit")


def _first_thought(found: DepositFacts, owed_minor: int) -> dict[str, object]:
    """What the form begins with: what is missing, debts and the experience deposit before the base."""
    extra_minor = owed_minor + found.experience_short_minor
    missing = extra_minor or found.short_minor or found.next_short_minor
    source = TopUpSource.AVAILABLE if 0 < missing <= found.available_minor else TopUpSource.BANK_TRANSFER
    purpose = TopUpPurpose.EXPERIENCE if extra_minor else TopUpPurpose.BASE
    return {"amount": missing or None, "source": source.value, "purpose": purpose.value, "key": new_id()}


def _paid(request: HttpRequest, form: TopUpForm) -> bool:
    facts, shop_id = form.cleaned_data, request.shop_id  # type: ignore[attr-defined]
    by_bank = facts["source"] == TopUpSource.BANK_TRANSFER
    pay = deposits.ask_transfer if by_bank else deposits.pay_from_available
    purpose = TopUpPurpose(facts["purpose"] or TopUpPurpose.BASE)
    try:
        pay(shop_id, facts["amount"], asked_by=person_of(request), key=facts["key"], purpose=purpose, now=now())
    except AnxinError as error:
        form.add_error("amount", message_of(error))
        return False
    said = _("Now transfer the amount with the code shown.") if by_bank else _("Paid from the shop's balance.")
    messages.success(request, said)
    return True


urlpatterns = [
    path("deposit", deposit, name="studio_deposit"),
    path("deposit/zero/leave", leave_zero_deposit, name="studio_deposit_leave_zero"),
    path("deposit/<str:top_up>/cancel", cancel_transfer, name="studio_deposit_cancel"),
]
