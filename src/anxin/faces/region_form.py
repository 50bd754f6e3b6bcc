"""Province, city and district as three selects, each filled by the one before it, with or without scripts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.market.people import queries


class RegionForm(forms.Form):
    """A place in China; `district` is what counts, province and city lead to it."""

    province = forms.ChoiceField(label=_("Province"))
    city = forms.ChoiceField(label=_("City"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
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

    def _fill(self, name: str, places: tuple[queries.Region, ...]) -> None:
        choices = [("", _("Please choose")), *((place.code, place.name) for place in places)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def region_initial(code: str) -> dict[str, str]:
    """Return what the selects begin with for a district's code."""
    if not code:
        return {}
    return {"province": code[:2] + "0000", "city": code[:4] + "00", "district": code}
