"""Shop settings: words in both languages, pictures, return address, papers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation
from anxin.faces.pages import message_of
from anxin.faces.region_form import RegionForm, region_initial
from anxin.faces.shop_words import PAPERS, RESTRICTIONS, SHOP_TYPES, cause_text, reason_text
from anxin.faces.studio.onboarding import PAPER_PREFIX, private_picture
from anxin.faces.studio.onboarding_forms import PaperForm
from anxin.infra import vault
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url, store_picture
from anxin.infra.uploads import clean_document
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.shops import queries
from anxin.market.shops.commands import expiry, profile
from anxin.market.shops.commands.applications import NewPaper, PaperKind
from anxin.market.shops.commands.profile import Profile, ReturnAddress, Slot
from anxin.market.shops.errors import BadProfile
from anxin.market.shops.queries import ShopFacts
from anxin.market.shops.queries import applications as papers

INTRO = {"rows": 3, "maxlength": 500}


class ProfileForm(forms.Form):
    """The words of a shop."""

    name = forms.CharField(label=gettext_lazy("Shop name"), max_length=30)
    name_en = forms.CharField(label=gettext_lazy("Shop name in English"), max_length=60, required=False)
    intro = forms.CharField(
        label=gettext_lazy("Introduction"), max_length=500, required=False, widget=forms.Textarea(attrs=INTRO)
    )
    intro_en = forms.CharField(
        label=gettext_lazy("Introduction in English"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs=INTRO),
    )
    contact_phone = forms.CharField(label=gettext_lazy("Contact phone"), max_length=20, required=False)
    contact_email = forms.EmailField(label=gettext_lazy("Contact email"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PictureForm(forms.Form):
    """One picture for one of the two places."""

    slot = forms.ChoiceField(
        label=gettext_lazy("Which picture"),
        choices=[(Slot.LOGO.value, gettext_lazy("Logo")), (Slot.BANNER.value, gettext_lazy("Banner"))],
    )
    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG or WebP, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class ReturnAddressForm(RegionForm):
    """Where buyers send goods back."""

    name = forms.CharField(label=gettext_lazy("Recipient"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=20)
    detail = forms.CharField(label=gettext_lazy("Street, building, room"), max_length=120)
    version = forms.IntegerField(widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.manage")
def settings(request: HttpRequest) -> HttpResponse:
    """Show the shop's settings; on POST change its words."""
    shop = queries.shop(request.shop_id)  # type: ignore[attr-defined]
    form = ProfileForm(request.POST or None, initial=vars_of(shop))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        version = facts.pop("version")
        if _saved(form, lambda: profile.change_profile(shop.id, Profile(**facts), version=version, now=now())):
            messages.success(request, _("Saved."))
            return redirect("studio_shop")
    return _page(request, shop, form=form)


@require_POST
@operation("shop.manage")
def picture(request: HttpRequest) -> HttpResponse:
    """Change the logo or the banner."""
    shop = queries.shop(request.shop_id)  # type: ignore[attr-defined]
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        slot, data = Slot(form.cleaned_data["slot"]), form.cleaned_data["picture"].read()
        if _saved(form, lambda: profile.set_picture(shop.id, slot, store_picture(data), now=now()), "picture"):
            messages.success(request, _("The picture is shown."))
            return redirect("studio_shop")
    return _page(request, shop, picture_form=form)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.manage")
def return_address(request: HttpRequest) -> HttpResponse:
    """Show the return address; on POST change it."""
    shop = queries.shop(request.shop_id)  # type: ignore[attr-defined]
    known = dict(shop.return_address)
    initial = {**known, **region_initial(known.get("region", "")), "version": shop.version}
    form = ReturnAddressForm(request.POST or None, initial=initial)
    if request.method == "POST" and "fill" in request.POST:  # without scripts a button fills the next select
        form = ReturnAddressForm(initial=request.POST.dict())
        return render(request, "studio/return_address.html", {"form": form})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        address = ReturnAddress(facts["name"], facts["phone"], facts["district"], facts["detail"])
        version = facts["version"]
        if _saved(form, lambda: profile.set_return_address(shop.id, address, version=version, now=now())):
            messages.success(request, _("Saved."))
            return redirect("studio_shop")
    return render(request, "studio/return_address.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.manage")
def renew_paper(request: HttpRequest, paper: str) -> HttpResponse:
    """Hand in a newer paper for one in force."""
    shop_id, paper_id = request.shop_id, parse_public_id(PAPER_PREFIX, paper)  # type: ignore[attr-defined]
    current = next((one for one in papers.papers_of_shop(shop_id) if one.id == paper_id), None)
    kinds = [current.kind] if current else []
    form = PaperForm(request.POST or None, request.FILES or None, kinds=kinds, initial={"kind": kinds and kinds[0]})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data

        def hand_in() -> None:
            pages = tuple(vault.keep(page) for page in clean_document(facts["file"].read()))
            newer = NewPaper(PaperKind(facts["kind"]), pages, number=facts["number"], expires_on=facts["expires_on"])
            expiry.renew_paper(shop_id, paper_id, newer, now=now())

        if _saved(form, hand_in, "file"):
            messages.success(request, _("Handed in. An operator looks at it."))
            return redirect("studio_shop")
    return render(request, "studio/renew_paper.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@operation("shop.manage")
def paper_page(request: HttpRequest, paper: str, page: int) -> HttpResponse:
    """Show a page of one of the shop's papers."""
    paper_id = parse_public_id(PAPER_PREFIX, paper)
    return private_picture(papers.paper_page_of_shop(request.shop_id, paper_id, page))  # type: ignore[attr-defined]


def vars_of(shop: ShopFacts) -> dict[str, Any]:
    """Return what the form of the shop's words begins with."""
    return {name: getattr(shop, name) for name in ProfileForm.base_fields}


def _page(request: HttpRequest, shop: ShopFacts, **forms_given: forms.Form) -> HttpResponse:
    limits = queries.restrictions(shop.id, now=now())
    facts: dict[str, Any] = {
        "shop": shop,
        "shop_type": SHOP_TYPES[shop.shop_type],
        "form": ProfileForm(initial=vars_of(shop)),
        "picture_form": PictureForm(),
        "logo": picture_url(shop.logo, Size.THUMB),
        "banner": picture_url(shop.banner, Size.CARD),
        "papers": [(one, PAPERS[one.kind]) for one in papers.papers_of_shop(shop.id)],
        "limits": [(RESTRICTIONS[row.kind], cause_text(row), row.since) for row in limits.rows],
    }
    wrong = any(form.errors for form in forms_given.values())
    return render(request, "studio/shop.html", {**facts, **forms_given}, status=422 if wrong else 200)


def _saved(form: forms.Form, save: Any, field: str | None = None) -> bool:
    """Do it, and show a refusal at the field it is about; say whether it was done."""
    try:
        save()
    except BadProfile as refused:
        for reason in refused.reasons:
            place = "district" if reason.field == "region" else reason.field.removeprefix("shop_")
            form.add_error(place if place in form.fields else None, reason_text(reason))
        return False
    except AnxinError as error:
        form.add_error(field, message_of(error))
        return False
    return True


urlpatterns = [
    path("shop", settings, name="studio_shop"),
    path("shop/picture", picture, name="studio_shop_picture"),
    path("shop/return-address", return_address, name="studio_return_address"),
    path("shop/papers/<str:paper>/renew", renew_paper, name="studio_paper_renew"),
    path("shop/papers/<str:paper>/<int:page>", paper_page, name="studio_paper"),
]
