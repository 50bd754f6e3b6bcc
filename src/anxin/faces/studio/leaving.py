"""Leaving the market: what stands against it, the last word, and the deposits once nobody may claim them."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anxin.faces.access import operation, person_of
from anxin.infra.clock import now
from anxin.market.guarantee.commands.leaving import leave_market
from anxin.market.guarantee.queries.leaving import leaving_of
from anxin.market.shops.queries import shop


class LeaveForm(forms.Form):
    """The shop's own name shows that closing is meant."""

    name = forms.CharField(label=gettext_lazy("Type the shop's name to confirm"), max_length=30)

    def __init__(self, wanted: str, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self._wanted = wanted

    def clean_name(self) -> str:
        """Return the name. Refuses any other."""
        name = str(self.cleaned_data["name"]).strip()
        if name != self._wanted:
            raise forms.ValidationError(_("This is not the shop's name."))
        return name


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.leave")
def leaving(request: HttpRequest) -> HttpResponse:
    """Show what stands against leaving; on POST close the shop, or take back the deposits of a closed one."""
    shop_id = request.shop_id  # type: ignore[attr-defined]
    standing = leaving_of(shop_id)
    form = LeaveForm(shop(shop_id).name, request.POST or None)
    if request.method == "POST" and (standing.closed or form.is_valid()):
        bill = leave_market(shop_id, by=person_of(request), now=now())
        said = _("The deposits are in the shop's balance.") if bill.returned_minor else _("The shop is closed.")
        messages.success(request, said)
        return redirect("studio_leaving")
    facts = {"standing": standing, "form": form}
    return render(request, "studio/leaving.html", facts, status=422 if form.errors else 200)


urlpatterns = [path("deposit/leaving", leaving, name="studio_leaving")]
