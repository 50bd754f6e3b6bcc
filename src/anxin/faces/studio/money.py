"""The merchant's money: balance, what comes next, payouts and where they go."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id
from anxin.market.settlement import commands, queries
from anxin.market.settlement.commands import AccountKind
from anxin.ui.parts import Series

CHART_DAYS = 30
ROWS = 10
BANK_NAMES = {
    "ICBC": gettext_lazy("Industrial and Commercial Bank of China"),
    "ABC": gettext_lazy("Agricultural Bank of China"),
    "BOC": gettext_lazy("Bank of China"),
    "CCB": gettext_lazy("China Construction Bank"),
    "BOCOM": gettext_lazy("Bank of Communications"),
    "PSBC": gettext_lazy("Postal Savings Bank of China"),
    "CMB": gettext_lazy("China Merchants Bank"),
    "SPDB": gettext_lazy("Shanghai Pudong Development Bank"),
    "CITIC": gettext_lazy("China CITIC Bank"),
    "CIB": gettext_lazy("Industrial Bank"),
    "CMBC": gettext_lazy("China Minsheng Bank"),
    "CEB": gettext_lazy("China Everbright Bank"),
    "PAB": gettext_lazy("Ping An Bank"),
    "HXB": gettext_lazy("Hua Xia Bank"),
}
KIND_NAMES = {
    AccountKind.CORPORATE.value: gettext_lazy("Company account"),
    AccountKind.PERSONAL.value: gettext_lazy("Personal card"),
}


class PayoutForm(forms.Form):
    """How much to pay out; `key` makes sending the form twice one payout."""

    amount = MoneyField(label=gettext_lazy("Amount in yuan"))
    key = forms.UUIDField(widget=forms.HiddenInput)


class BankAccountForm(forms.Form):
    """Where payouts go."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of account"), choices=list(KIND_NAMES.items()))
    bank = forms.ChoiceField(label=gettext_lazy("Bank"), choices=list(BANK_NAMES.items()))
    branch = forms.CharField(label=gettext_lazy("Branch"), max_length=80, required=False)
    holder = forms.CharField(label=gettext_lazy("Name of the holder"), max_length=80)
    number = forms.CharField(
        label=gettext_lazy("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


@never_cache
@require_GET
@operation("money.read")
def money(request: HttpRequest) -> HttpResponse:
    """Show where the shop's money is and what happens with it next."""
    return _money_page(request, PayoutForm(initial={"key": new_id()}))


@require_POST
@operation("money.withdraw")
def pay_out(request: HttpRequest) -> HttpResponse:
    """Ask for a payout."""
    form = PayoutForm(request.POST)
    if form.is_valid():
        amount_minor, key = form.cleaned_data["amount"], str(form.cleaned_data["key"])
        try:
            commands.request_payout(_shop(request), amount_minor, key=key, by=person_of(request), now=now())
        except AnxinError as error:
            form.add_error("amount", message_of(error))
        else:
            messages.success(request, _("The payout is on its way to the bank."))
            return redirect("studio_money")
    return _money_page(request, form, status=422)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("money.withdraw")
def bank_account(request: HttpRequest) -> HttpResponse:
    """Show and change the account that payouts go to."""
    form = BankAccountForm(request.POST or None)
    known = queries.bank_account(_shop(request))
    if request.method == "POST" and form.is_valid():
        try:
            _save_account(_shop(request), form)
        except AnxinError as error:
            form.add_error("number", message_of(error))
        else:
            messages.success(request, _("Payouts go to this account from now on."))
            return redirect("studio_money")
    facts = {"form": form, "known": known, "bank_name": BANK_NAMES.get(known.bank, "") if known else ""}
    return render(request, "studio/bank_account.html", facts, status=422 if form.errors else 200)


def _save_account(shop_id: UUID, form: BankAccountForm) -> None:
    given = form.cleaned_data
    commands.set_bank_account(
        shop_id,
        kind=AccountKind(given["kind"]),
        bank_code=given["bank"],
        branch=given["branch"],
        holder=given["holder"],
        number=given["number"],
        now=now(),
    )


def _money_page(request: HttpRequest, form: PayoutForm, *, status: int = 200) -> HttpResponse:
    shop_id, moment = _shop(request), now()
    days = queries.daily_net(shop_id, moment - timedelta(days=CHART_DAYS), moment)
    account = queries.bank_account(shop_id)
    facts = {
        "form": form,
        "money": queries.money_of_shop(shop_id),
        "allowance": queries.payout_allowance(shop_id, now=moment),
        "account": account,
        "bank_name": BANK_NAMES.get(account.bank, "") if account else "",
        "waiting": queries.waiting(shop_id, limit=ROWS),
        "payouts": queries.payouts(shop_id, limit=ROWS, cursor=_cursor(request)),
        "days": [f"{day.day:%m-%d}" for day in days],
        "series": [Series(_("Settled"), tuple(day.net_minor for day in days))],
        "has_days": any(day.net_minor for day in days),
    }
    return render(request, "studio/money.html", facts, status=status)


def _cursor(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("cursor", ""))
    except ValueError:
        return None


def _shop(request: HttpRequest) -> UUID:
    """The shop that the policy admitted the reader to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id


urlpatterns = [
    path("money", money, name="studio_money"),
    path("money/payouts", pay_out, name="studio_pay_out"),
    path("money/account", bank_account, name="studio_bank_account"),
]
