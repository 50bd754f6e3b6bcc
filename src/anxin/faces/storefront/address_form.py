"""The form of one address: three selects, each filled by the one before it, with or without scripts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.pages import message_of
from anxin.faces.storefront.signin_forms import PhoneField
from anxin.kernel.errors import AnxinError
from anxin.market.people import queries
from anxin.market.people.commands import NewAddress
from anxin.market.people.queries import AddressFacts

FIELD_OF_CODE = {"people.unknown_region": "district", "people.bad_phone": "phone"}


class AddressForm(forms.Form):
    """One address; `district` is what counts, province and city lead to it."""

    name = forms.CharField(label=_("Recipient"), max_length=40)
    phone = PhoneField()
    province = forms.ChoiceField(label=_("Province"))
    city = forms.ChoiceField(label=_("City"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    detail = forms.CharField(
        label=_("Street, building, room"), max_length=120, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_default = forms.BooleanField(label=_("Use for new orders"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["detail"].widget.attrs["autocomplete"] = "street-address"
        given = self.data if self.is_bound else self.initial
        province, city = given.get("province", ""), given.get("city", "")
        self._fill("province", queries.provinces())
        self._fill("city", queries.subregions(province))
        self._fill("district", queries.subregions(city) if city[:2] == province[:2] else ())

    def clean(self) -> dict[str, Any]:
        """Require what the selects have been filled for."""
        for name in ("city", "district"):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, _("Please choose."))
        return self.cleaned_data

    def wanted(self) -> NewAddress:
        """Return what was written."""
        facts = self.cleaned_data
        return NewAddress(facts["name"], facts["phone"], facts["district"], facts["detail"], facts["is_default"])

    def refuse(self, error: AnxinError) -> None:
        """Show a typed error at the field it is about."""
        field = FIELD_OF_CODE.get(error.code) or error.facts().get("field")
        self.add_error(field if field in self.fields else None, message_of(error))

    def _fill(self, name: str, places: tuple[queries.Region, ...]) -> None:
        choices = [("", _("Please choose")), *((place.code, place.name) for place in places)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def initial_of(address: AddressFacts) -> dict[str, Any]:
    """Return what the form of an existing address begins with."""
    code = address.region.code
    return {
        "name": address.name,
        "phone": address.shown_phone,
        "province": code[:2] + "0000",
        "city": code[:4] + "00",
        "district": code,
        "detail": address.detail,
        "is_default": address.is_default,
    }
