"""The forms of an application, one a step. A draft may lack anything: what is missing is said at the end."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.shop_words import FIELDS, PAPERS, SHOP_TYPE_HINTS, SHOP_TYPES
from anxin.market.shops.queries import ShopType
from anxin.market.shops.queries.applications import AuthorisationLink, Brand, Document, PaperKind

LINKS = 3
TEXT_MAX = 120


def _text(name: str, most: int = TEXT_MAX, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=FIELDS[name], max_length=most, required=False, widget=widget)


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **options)


class StepForm(forms.Form):
    """One step: reads from a document what it shows, and writes back what was typed."""

    plain: tuple[str, ...] = ()

    @classmethod
    def initial_of(cls, document: Document) -> dict[str, Any]:
        """Return what the form begins with."""
        return {name: getattr(document, name) for name in cls.plain}

    def written(self, document: Document) -> Document:
        """Return the document with this step's answers."""
        return replace(document, **{name: self.cleaned_data[name] for name in self.plain})


class TypeForm(StepForm):
    """Which of the seven types."""

    shop_type = forms.ChoiceField(label=FIELDS["shop_type"], widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shop_type"].choices = [  # type: ignore[attr-defined]
            (kind.value, f"{SHOP_TYPES[kind]} — {SHOP_TYPE_HINTS[kind]}") for kind in ShopType
        ]

    @classmethod
    def initial_of(cls, document: Document) -> dict[str, Any]:
        """Return the type chosen before."""
        return {"shop_type": document.shop_type.value if document.shop_type else ""}

    def written(self, document: Document) -> Document:
        """Return the document with the type."""
        return replace(document, shop_type=ShopType(self.cleaned_data["shop_type"]))


class CompanyForm(StepForm):
    """Who stands behind the shop: a company with an account."""

    plain: tuple[str, ...] = (
        "entity_name",
        "entity_code",
        "person_name",
        "person_number",
        "account_name",
        "account_number",
        "bank_name",
    )
    entity_name = _text("entity_name", autocomplete="organization")
    entity_code = _text("entity_code", 18, autocomplete="off", spellcheck="false")
    person_name = _text("person_name", 40)
    person_number = _text("person_number", 18, autocomplete="off", inputmode="text")
    account_name = _text("account_name")
    account_number = _text("account_number", 40, inputmode="numeric", autocomplete="off")
    bank_name = _text("bank_name")

    def clean(self) -> dict[str, Any]:
        """Write codes as they are printed."""
        for name in ("entity_code", "person_number"):
            if name in self.cleaned_data:
                self.cleaned_data[name] = self.cleaned_data[name].upper().replace(" ", "")
        return self.cleaned_data


class TraderForm(CompanyForm):
    """A sole trader has a licence and no corporate account."""

    plain: tuple[str, ...] = ("entity_name", "entity_code", "person_name", "person_number")
    account_name = account_number = bank_name = None  # type: ignore[assignment]


class PersonForm(TraderForm):
    """A person has neither licence nor corporate account."""

    plain = ("person_name", "person_number")
    entity_name = entity_code = None  # type: ignore[assignment]


ENTITY_FORMS: dict[str, type[StepForm]] = {
    "company": CompanyForm,
    "individual_business": TraderForm,
    "person": PersonForm,
}


class ShopForm(StepForm):
    """What the shop is called and sells."""

    plain = ("shop_name", "shop_name_en", "contact_phone", "contact_email", "zero_deposit")
    shop_name = _text("shop_name", 30)
    shop_name_en = _text("shop_name_en", 60)
    categories = forms.MultipleChoiceField(
        label=FIELDS["categories"], required=False, widget=forms.CheckboxSelectMultiple
    )
    contact_phone = _text("contact_phone", 20, type="tel", autocomplete="tel")
    contact_email = forms.EmailField(label=FIELDS["contact_email"], required=False, max_length=120)
    zero_deposit = forms.BooleanField(
        label=FIELDS["zero_deposit"],
        required=False,
        help_text=_(
            "Up to 200 orders and ¥10,000 of sales; money is released 21 days after receipt, and half of it may be "
            "withdrawn at a time."
        ),
    )

    def __init__(self, *args: Any, categories: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["categories"].choices = list(categories)  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, document: Document) -> dict[str, Any]:
        """Return what was written before."""
        return {**super().initial_of(document), "categories": list(document.categories)}

    def written(self, document: Document) -> Document:
        """Return the document with the shop's answers."""
        return replace(super().written(document), categories=tuple(self.cleaned_data["categories"]))


class BrandForm(StepForm):
    """The trade mark, and each step of its authorisation from the owner to the applicant."""

    name = forms.CharField(label=_("Brand name"), max_length=60, required=False)
    mark_number = forms.CharField(label=_("Number of the mark"), max_length=30, required=False)
    registered = forms.TypedChoiceField(
        label=_("State of the mark"),
        choices=[("yes", _("Registered (R)")), ("no", _("Applied for (TM)"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    applied_on = _day(_("Applied for on"), help_text=_("Only for a mark that is not registered yet."))
    owner = forms.CharField(label=_("Owner of the mark"), max_length=TEXT_MAX, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, LINKS + 1):
            self.fields[f"grantee_{number}"] = forms.CharField(
                label=_("Authorised company"), max_length=TEXT_MAX, required=False
            )
            self.fields[f"exclusive_{number}"] = forms.BooleanField(label=_("Exclusive"), required=False)
            self.fields[f"expires_{number}"] = _day(_("Valid until"))

    @property
    def links(self) -> list[tuple[int, Any, Any, Any]]:
        """The fields of every step of the chain."""
        return [
            (number, self[f"grantee_{number}"], self[f"exclusive_{number}"], self[f"expires_{number}"])
            for number in range(1, LINKS + 1)
        ]

    @classmethod
    def initial_of(cls, document: Document) -> dict[str, Any]:
        """Return what was written of the brand before."""
        brand = document.brand
        if brand is None:
            return {"registered": "yes"}
        initial: dict[str, Any] = {
            "name": brand.name,
            "mark_number": brand.mark_number,
            "registered": "yes" if brand.registered else "no",
            "applied_on": brand.applied_on,
            "owner": brand.owner,
        }
        for number, link in enumerate(brand.links[:LINKS], start=1):
            initial[f"grantee_{number}"] = link.grantee
            initial[f"exclusive_{number}"] = link.exclusive
            initial[f"expires_{number}"] = link.expires_on
        return initial

    def written(self, document: Document) -> Document:
        """Return the document with the brand; without a name there is none."""
        facts = self.cleaned_data
        if not facts["name"]:
            return replace(document, brand=None)
        brand = Brand(
            name=facts["name"],
            mark_number=facts["mark_number"],
            registered=facts["registered"],
            owner=facts["owner"],
            applied_on=facts["applied_on"],
            links=tuple(self._links()),
        )
        return replace(document, brand=brand)

    def _links(self) -> Iterable[AuthorisationLink]:
        """Each step is granted by whom the step before named; the first by the owner."""
        grantor = self.cleaned_data["owner"]
        for number in range(1, LINKS + 1):
            grantee = self.cleaned_data[f"grantee_{number}"]
            if grantee:
                yield AuthorisationLink(
                    grantor,
                    grantee,
                    self.cleaned_data[f"exclusive_{number}"],
                    self.cleaned_data[f"expires_{number}"],
                )
                grantor = grantee


class PaperForm(forms.Form):
    """One paper to upload."""

    kind = forms.ChoiceField(label=_("Paper"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP or PDF, up to 10 MB and 10 pages. Only pixels are kept, metadata is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    number = forms.CharField(label=_("Number on the paper"), max_length=60, required=False)
    expires_on = _day(_("Valid until"), help_text=_("Leave empty when it has no end."))

    def __init__(self, *args: Any, kinds: Iterable[PaperKind], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind.value, PAPERS[kind]) for kind in kinds]  # type: ignore[attr-defined]
