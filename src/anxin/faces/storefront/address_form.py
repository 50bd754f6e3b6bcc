"""The form of one address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.pages import message_of
from anxin.faces.region_form import RegionForm, region_initial
from anxin.faces.storefront.signin_forms import PhoneField
from anxin.kernel.errors import AnxinError
from anxin.market.people.commands import NewAddress
from anxin.market.people.queries import AddressFacts

FIELD_OF_CODE = {"people.unknown_region": "district", "people.bad_phone": "phone"}


class AddressForm(RegionForm):
    """A place and who lives there."""

    field_order = ("name", "phone", "province", "city", "district", "detail", "is_default")

    name = forms.CharField(label=_("Recipient"), max_length=40)
    phone = PhoneField()
    detail = forms.CharField(
        label=_("Street, building, room"), max_length=120, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_default = forms.BooleanField(label=_("Use for new orders"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["detail"].widget.attrs["autocomplete"] = "street-address"

    def wanted(self) -> NewAddress:
        """Return what was written."""
        facts = self.cleaned_data
        return NewAddress(facts["name"], facts["phone"], facts["district"], facts["detail"], facts["is_default"])

    def refuse(self, error: AnxinError) -> None:
        """Show a typed error at the field it is about."""
        field = FIELD_OF_CODE.get(error.code) or error.facts().get("field")
        self.add_error(field if field in self.fields else None, message_of(error))


def initial_of(address: AddressFacts) -> dict[str, Any]:
    """Return what the form of an existing address begins with."""
    return {
        **region_initial(address.region.code),
        "name": address.name,
        "phone": address.shown_phone,
        "detail": address.detail,
        "is_default": address.is_default,
    }
