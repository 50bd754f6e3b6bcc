"""Freight templates: a list, an editor that works without scripts, and a price to try."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.faces.shop_words import TEMPLATE_FAULTS
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.people.queries import provinces
from anxin.market.shops import queries
from anxin.market.shops.commands import freight
from anxin.market.shops.commands.freight import Area, Tariff, Template, TemplateDraft, Unit
from anxin.market.shops.errors import BadTemplate
from anxin.market.shops.queries import OVERSEAS_PREFIXES, REMOTE_PREFIXES, FreightLine, TemplateFacts

PREFIX = "frt"
AREAS_SHOWN_MIN = 2
AREAS_SHOWN_MAX = 12

UNITS = {
    Unit.FLAT: gettext_lazy("One price a parcel"),
    Unit.PIECE: gettext_lazy("By pieces"),
    Unit.WEIGHT: gettext_lazy("By weight (grams)"),
}


class ProvinceField(forms.MultipleChoiceField):
    """Some provinces, by the two digits that their codes begin with."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=province_choices, **options)


def province_choices() -> list[tuple[str, str]]:
    """Return the provinces by their two digits."""
    return [(place.code[:2], place.name) for place in provinces()]


def _step(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=1_000_000, initial=1)


class TariffForm(forms.Form):
    """A first step and following ones."""

    first_step = _step(gettext_lazy("First pieces or grams"))
    first_minor = MoneyField(label=gettext_lazy("Price of the first"), initial=0)
    next_step = _step(gettext_lazy("Every further pieces or grams"))
    next_minor = MoneyField(label=gettext_lazy("Price of every further"), initial=0)
    free_over_minor = MoneyField(
        label=gettext_lazy("Free from goods of"), required=False, help_text=gettext_lazy("Empty: never free.")
    )

    def tariff(self) -> Tariff:
        """Return the tariff that was written."""
        names = ("first_step", "first_minor", "next_step", "next_minor", "free_over_minor")
        return Tariff(**{name: self.cleaned_data[name] for name in names})


class TemplateForm(TariffForm):
    """A template without its areas."""

    name = forms.CharField(label=gettext_lazy("Template name"), max_length=60)
    unit = forms.ChoiceField(label=gettext_lazy("Counted"), choices=list(UNITS.items()), widget=forms.RadioSelect)
    remote_minor = MoneyField(label=gettext_lazy("Surcharge for remote regions"), initial=0)
    remote = ProvinceField(label=gettext_lazy("Remote regions"), initial=list(REMOTE_PREFIXES))
    excluded = ProvinceField(label=gettext_lazy("Not delivered to"), initial=list(OVERSEAS_PREFIXES))
    is_default = forms.BooleanField(label=gettext_lazy("Default for new products"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class AreaForm(TariffForm):
    """A price of its own for some provinces; without provinces the block is left out."""

    provinces = ProvinceField(label=gettext_lazy("Provinces"))


class Editor:
    """The form of a template and one form for each of its areas."""

    def __init__(self, template: TemplateFacts | None, data: Any = None) -> None:
        written = template.template.areas if template else ()
        shown = max(AREAS_SHOWN_MIN, len(written) + 1)
        if data is not None:
            shown = _count(data.get("areas", ""))
            shown = min(shown + 1, AREAS_SHOWN_MAX) if "more" in data else shown
        self.head = TemplateForm(data, initial=_initial(template))
        self.areas = [
            AreaForm(data, prefix=f"area{number}", initial=_area_initial(written, number), use_required_attribute=False)
            for number in range(shown)
        ]

    @property
    def is_valid(self) -> bool:
        """Whether everything that was typed can be read."""
        return all([self.head.is_valid(), *(area.is_valid() for area in self._used())])

    def draft(self) -> TemplateDraft:
        """Return the template that was written."""
        facts = self.head.cleaned_data
        template = Template(
            unit=Unit(facts["unit"]),
            base=self.head.tariff(),
            areas=tuple(
                Area(tuple(area.cleaned_data["provinces"]), area.tariff())
                for area in self._used()
                if area.cleaned_data.get("provinces")
            ),
            remote_prefixes=tuple(facts["remote"]),
            remote_surcharge_minor=facts["remote_minor"] or 0,
            excluded_prefixes=tuple(facts["excluded"]),
        )
        return TemplateDraft(facts["name"], template, facts["is_default"])

    def refuse(self, error: AnxinError) -> None:
        """Show why the template was not taken."""
        faults: Sequence[str] = error.faults if isinstance(error, BadTemplate) else ()
        for fault in faults:
            self.head.add_error(None, str(TEMPLATE_FAULTS.get(fault, fault)))
        if not faults:
            self.head.add_error(None, message_of(error))

    def _used(self) -> list[AreaForm]:
        return [area for area in self.areas if cast("QueryDict", area.data).getlist(f"{area.prefix}-provinces")]


@never_cache
@require_GET
@operation("freight.edit")
def templates(request: HttpRequest) -> HttpResponse:
    """List the shop's freight templates."""
    rows = [
        (one, UNITS[one.template.unit], public_id(PREFIX, one.id), _prices(one))
        for one in queries.freight_templates(request.shop_id)  # type: ignore[attr-defined]
    ]
    return render(request, "studio/freight.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@operation("freight.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Write a new template."""
    return _edit(request, None)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("freight.edit")
def edit(request: HttpRequest, template: str) -> HttpResponse:
    """Change a template."""
    template_id = parse_public_id(PREFIX, template)
    return _edit(request, queries.freight_template(request.shop_id, template_id))  # type: ignore[attr-defined]


@require_POST
@operation("freight.edit")
def delete(request: HttpRequest, template: str) -> HttpResponse:
    """Delete a template that is not the default."""
    try:
        freight.delete_template(request.shop_id, parse_public_id(PREFIX, template), now=now())  # type: ignore[attr-defined]
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Deleted."))
    return redirect("studio_freight")


def _edit(request: HttpRequest, known: TemplateFacts | None) -> HttpResponse:
    editor = Editor(known, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and "more" not in request.POST:
        if editor.is_valid and _saved(request.shop_id, known, editor):  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect("studio_freight")
        status = 422
    facts = {
        "head": editor.head,
        "areas": editor.areas,
        "known": known,
        "can_grow": len(editor.areas) < AREAS_SHOWN_MAX,
    }
    return render(request, "studio/freight_template.html", facts, status=status)


def _saved(shop_id: UUID, known: TemplateFacts | None, editor: Editor) -> bool:
    try:
        if known is None:
            freight.create_template(shop_id, editor.draft(), now=now())
        else:
            version = editor.head.cleaned_data["version"]
            freight.save_template(shop_id, known.id, editor.draft(), version=version, now=now())
    except AnxinError as error:
        editor.refuse(error)
        return False
    return True


def _prices(one: TemplateFacts) -> list[tuple[str, int | None]]:
    """Return what one piece of 500 grams and ¥50 would cost to a few places."""
    places = {"110101": _("Beijing"), "440106": _("Guangzhou"), "650102": _("Urumqi")}
    line = FreightLine(1, 5_000, 500)
    return [(name, queries.freight(one.template, [line], code)) for code, name in places.items()]


def _initial(known: TemplateFacts | None) -> dict[str, Any]:
    if known is None:
        return {"unit": Unit.PIECE.value}
    template = known.template
    return {
        **_tariff_initial(template.base),
        "name": known.name,
        "unit": template.unit.value,
        "remote_minor": template.remote_surcharge_minor,
        "remote": list(template.remote_prefixes),
        "excluded": list(template.excluded_prefixes),
        "is_default": known.is_default,
        "version": known.version,
    }


def _area_initial(areas: Sequence[Area], number: int) -> dict[str, Any]:
    if number >= len(areas):
        return {}
    return {**_tariff_initial(areas[number].tariff), "provinces": list(areas[number].prefixes)}


def _tariff_initial(tariff: Tariff) -> dict[str, Any]:
    return {
        "first_step": tariff.first_step,
        "first_minor": tariff.first_minor,
        "next_step": tariff.next_step,
        "next_minor": tariff.next_minor,
        "free_over_minor": tariff.free_over_minor,
    }


def _count(text: str) -> int:
    return min(int(text), AREAS_SHOWN_MAX) if text in {str(number) for number in range(AREAS_SHOWN_MAX + 1)} else 0


urlpatterns = [
    path("freight", templates, name="studio_freight"),
    path("freight/new", new, name="studio_freight_new"),
    path("freight/<str:template>", edit, name="studio_freight_template"),
    path("freight/<str:template>/delete", delete, name="studio_freight_delete"),
]
