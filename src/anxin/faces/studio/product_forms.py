"""The forms of the product editor; every one works as plain HTML."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from anxin.faces.language import reads_chinese
from anxin.faces.pages import message_of
from anxin.kernel.errors import AnxinError
from anxin.kernel.money import BadMoney, parse_money
from anxin.market.catalog.queries import Attribute, AttributeKind, CategoryTree

ATTRIBUTE = "attribute-"
OPTIONS = 3
SKUS_MAX = 300
STOCK_MAX = 1_000_000_000


class MoneyField(forms.CharField):
    """An amount in yuan, cleaned to fen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> int | None:
        """Return minor units, None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_money(text)
        except BadMoney as error:
            raise ValidationError(message_of(error)) from error


def yuan(minor: int | None) -> str:
    """Return an amount as it is typed: `1490.00`."""
    return "" if minor is None else f"{minor // 100}.{minor % 100:02d}"


class ProductForm(forms.Form):
    """What the product is; its attributes follow the category, and to be submitted (`complete`) it needs some of them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the one that its writer looked at
    category = forms.ChoiceField(label=_("Category"))
    title = forms.CharField(label=_("Title"), max_length=255)
    title_en = forms.CharField(label=_("English title"), max_length=255, required=False)
    brand = forms.CharField(label=_("Brand"), max_length=120, required=False)
    handle = forms.CharField(
        label=_("Handle"),
        max_length=255,
        required=False,
        help_text=_("The product's name in addresses and files. Left empty, one is made."),
    )
    tags = forms.CharField(label=_("Tags"), max_length=2_000, required=False, help_text=_("Separated by commas."))
    freight_template = forms.ChoiceField(label=_("Freight template"), required=False)
    description_html = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("HTML: paragraphs, headings, lists, tables, links and pictures of this mall."),
    )

    def __init__(
        self,
        *args: Any,
        tree: CategoryTree,
        category: str,
        freight: Iterable[tuple[str, str]],
        complete: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = category_choices(tree)  # type: ignore[attr-defined]
        self.fields["freight_template"].choices = [  # type: ignore[attr-defined]
            ("", _("The shop's default")),
            *freight,
        ]
        schema = tree.nodes[category].terms.attributes if category in tree.nodes else ()
        for attribute in schema:
            self.fields[ATTRIBUTE + attribute.code] = _attribute_field(attribute)
        self._needed = [ATTRIBUTE + attribute.code for attribute in schema if attribute.required and complete]

    def clean(self) -> dict[str, Any]:
        """Say at its field which attribute is missing."""
        for name in self._needed:
            if self.cleaned_data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _FAULTS["missing"])
        return self.cleaned_data

    @property
    def basics(self) -> list[forms.BoundField]:
        """The fields that every product has, but for category and description."""
        return [self[name] for name in ("title", "title_en", "brand", "handle", "tags", "freight_template")]

    @property
    def attributes(self) -> list[forms.BoundField]:
        """The fields of the category."""
        return [self[name] for name in self.fields if name.startswith(ATTRIBUTE)]

    def attribute_values(self) -> dict[str, str]:
        """Return the attributes that were filled in."""
        return {
            name.removeprefix(ATTRIBUTE): value
            for name, value in self.cleaned_data.items()
            if name.startswith(ATTRIBUTE) and value
        }

    def refuse(self, error: AnxinError) -> None:
        """Show a typed error where it belongs."""
        for fault in error.facts().get("faults", ()):
            self.add_error(ATTRIBUTE + fault.attribute, _FAULTS[fault.fault.value])
        if not error.facts().get("faults"):
            self.add_error(_FIELD_OF_ERROR.get(error.code), message_of(error))


class OptionForm(forms.Form):
    """Names of up to three options, and values to make rows of."""

    name0 = forms.CharField(label=_("Option 1"), max_length=60, required=False)
    values0 = forms.CharField(label=_("Its values"), max_length=4_000, required=False)
    name1 = forms.CharField(label=_("Option 2"), max_length=60, required=False)
    values1 = forms.CharField(label=_("Its values"), max_length=4_000, required=False)
    name2 = forms.CharField(label=_("Option 3"), max_length=60, required=False)
    values2 = forms.CharField(label=_("Its values"), max_length=4_000, required=False)
    all_price = MoneyField(label=_("Price of all"), required=False)
    all_stock = forms.IntegerField(label=_("Stock of all"), min_value=0, max_value=STOCK_MAX, required=False)

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each option's name with its values."""
        return [(self[f"name{number}"], self[f"values{number}"]) for number in range(OPTIONS)]


class SkuForm(forms.Form):
    """One row of the SKU table."""

    option0 = forms.CharField(label=_("Option 1"), max_length=120, required=False)
    option1 = forms.CharField(label=_("Option 2"), max_length=120, required=False)
    option2 = forms.CharField(label=_("Option 3"), max_length=120, required=False)
    price = MoneyField(label=_("Price"))
    compare = MoneyField(label=_("Compare price"), required=False)
    stock = forms.IntegerField(label=_("Stock"), min_value=0, max_value=STOCK_MAX, required=False)
    stock_was = forms.IntegerField(required=False, widget=forms.HiddenInput)  # pieces sold meanwhile must not come back
    code = forms.CharField(label=_("SKU code"), max_length=80, required=False)
    barcode = forms.CharField(label=_("Barcode"), max_length=64, required=False)
    weight = forms.IntegerField(label=_("Weight in g"), min_value=0, max_value=10_000_000, required=False)
    picture = forms.CharField(label=_("Picture"), max_length=40, required=False)
    remove = forms.BooleanField(label=_("Remove"), required=False)

    def new_stock(self) -> int | None:
        """Return the stock that was typed, None where it is the one that was shown."""
        typed: int | None = self.cleaned_data["stock"]
        return None if typed == self.cleaned_data["stock_was"] else typed

    def options(self, count: int) -> tuple[str, ...]:
        """Return the values of the first `count` options."""
        return tuple(self.cleaned_data[f"option{number}"] for number in range(count))


SkuFormSet: "type[BaseFormSet[SkuForm]]" = formset_factory(SkuForm, extra=0, max_num=SKUS_MAX, absolute_max=SKUS_MAX)


def category_choices(tree: CategoryTree) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the leaves grouped by the first level, in the reader's language."""
    chinese = reads_chinese()

    def named(name: str, name_en: str) -> str:
        return name if chinese else name_en

    return [
        (
            named(top.name, top.name_en),
            [(leaf.code, named(leaf.name, leaf.name_en)) for leaf in tree.children(top.code)],
        )
        for top in tree.tops
    ]


def _attribute_field(attribute: Attribute) -> forms.Field:
    chinese = reads_chinese()
    unit = attribute.unit if chinese else attribute.unit_en or attribute.unit
    label = attribute.name if chinese else attribute.name_en
    label = f"{label} ({unit})" if unit else label
    help_text = _("Needed before it is submitted.") if attribute.required else ""
    if attribute.kind is AttributeKind.ENUM:
        names = [(choice.code, choice.name if chinese else choice.name_en) for choice in attribute.choices]
        return forms.ChoiceField(label=label, required=False, choices=[("", "—"), *names], help_text=help_text)
    if attribute.kind is AttributeKind.NUMBER:
        return forms.DecimalField(label=label, required=False, min_value=0, help_text=help_text)
    return forms.CharField(label=label, required=False, max_length=120, help_text=help_text)


_FIELD_OF_ERROR = {
    "catalog.handle_taken": "handle",
    "catalog.bad_handle": "handle",
    "catalog.title_missing": "title",
    "catalog.category_not_granted": "category",
}
_FAULTS = {
    "unknown": _("This category does not have this attribute."),
    "missing": _("Please fill this in."),
    "not_a_choice": _("Please choose one of the values."),
    "not_a_number": _("Please enter a number."),
    "too_long": _("This is too long."),
}
