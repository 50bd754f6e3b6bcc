"""Bank transfers into deposits that were announced: finance credits those that the bank's statement shows."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.shops.commands import deposits as commands
from anxin.market.shops.commands.deposits import Transfer
from anxin.market.shops.queries import deposits as queries

PREFIX = "dep"


class ConfirmForm(forms.Form):
    """The bank's own number of the transfer."""

    bank_reference = forms.CharField(label=gettext_lazy("Bank reference"), min_length=4, max_length=60)


@never_cache
@require_GET
@operation("desk.deposits")
def transfers(request: HttpRequest) -> HttpResponse:
    """List the transfers that are waited for."""
    facts = {"rows": queries.top_ups_awaited(), "form": ConfirmForm(), "is_sandbox": config().is_sandbox}
    return render(request, "desk/deposits.html", facts)


@require_POST
@operation("desk.deposits")
def confirm(request: HttpRequest, top_up: str) -> HttpResponse:
    """Credit a transfer."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the bank's reference of the transfer, at least four characters."))
        return redirect("desk_deposits")
    transfer = Transfer(parse_public_id(PREFIX, top_up), form.cleaned_data["bank_reference"])
    try:
        commands.confirm_transfer(transfer, confirmed_by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Credited to the deposit."))
    return redirect("desk_deposits")


urlpatterns = [
    path("deposits", transfers, name="desk_deposits"),
    path("deposits/<str:top_up>/confirm", confirm, name="desk_deposit_confirm"),
]
