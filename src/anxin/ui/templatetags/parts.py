"""Components of the pages as template tags. README.md of this folder shows each of them in use."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page as NumberedPage
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.kernel.money import format_money
from anxin.market.people.queries import NOBODY, allows
from anxin.market.service.queries.conversations import Unread, unread
from anxin.market.shops.queries import ShopFacts, shop
from anxin.ui import navigation
from anxin.ui.assets import asset_url
from anxin.ui.parts import Axis, Picture, Series, SkuChoice, Step, Tab

register = template.Library()
VARIATION_SELECTOR = "\ufe0f"
NOTICE_ICONS = {"success": "circle-check", "warning": "triangle-alert", "error": "circle-alert", "info": "info"}


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a built asset."""
    return asset_url(name)


@register.simple_tag
@lru_cache(maxsize=1_000)  # some sixty a page
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of the sprite; it is decoration, so the words beside it must stand alone."""
    html = '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    return format_html(html, classes, asset_url("icons.svg"), name)


@register.simple_tag
def emoji(glyph: str, size: int = 64, classes: str = "") -> SafeString:
    """Draw a category's emoji, or one of emoji.txt, as a picture; decoration without words of its own."""
    points = "-".join(f"{ord(letter):04x}" for letter in glyph if letter != VARIATION_SELECTOR)
    html = '<img class="{}" src="{}" alt="" width="{}" height="{}" loading="lazy">'
    return format_html(html, classes, asset_url(f"emoji-{points}.webp"), size, size)


@register.simple_tag
def price(minor: int, was: int | None = None, size: str = "") -> SafeString:
    """Write a price in the strong colour with small sign and cents, and the earlier price struck out."""
    text = format_money(minor)
    whole, _, cents = text.partition(".")
    sign, digits = whole[: whole.index("¥") + 1], whole[whole.index("¥") + 1 :]
    shown = format_html(
        '<span class="price {}"><span class="sign">{}</span>{}<span class="cents">.{}</span></span>',
        f"price-{size}" if size else "",
        sign,
        digits,
        cents,
    )
    return format_html('{} <s class="price-was">{}</s>', shown, format_money(was)) if was and was > minor else shown


@register.simple_tag
def pill(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """Write a state as a pill; tone is good, wait, bad, info, brand or trust."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="pill {}">{}{}</span>', f"pill-{tone}" if tone else "", drawn, text)


@register.inclusion_tag("components/product_card.html")
def product_card(card: Any, lazy: bool = True) -> dict[str, Any]:
    """Show a product (see `anxin.ui.parts.ProductCard`) as a card."""
    return {"card": card, "lazy": lazy}


@register.inclusion_tag("components/empty.html")
def empty(icon_name: str, title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Say that there is nothing yet, why, and what to do about it."""
    return {"icon_name": icon_name, "title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("components/notice.html")
def notice(level: str, text: str) -> dict[str, Any]:
    """Show a sentence in a coloured box; level is success, info, warning or error."""
    return {"level": level, "text": text, "icon_name": NOTICE_ICONS.get(level, "info")}


@register.simple_tag
def notice_icon(level: str) -> SafeString:
    """Draw the icon that belongs to a level of notice."""
    return icon(NOTICE_ICONS.get(level, "info"))


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any, name: str = "cursor") -> dict[str, Any]:
    """Link to the next page of a cursor list, and back to the first; other parameters of the address stay."""
    if isinstance(page, NumberedPage):
        raise TypeError("lists are read by cursor: pass an anxin.kernel.page.Page")
    given = context["request"].GET.copy()
    past_first = bool(given.pop(name, None))
    first = given.urlencode()
    given[name] = page.next_cursor or ""
    return {"first": first if past_first else None, "past_first": past_first, "next": given.urlencode(), "page": page}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, classes: str = "", hint: str = "") -> dict[str, Any]:
    """Show a form field with label, help and errors, linked for screen readers."""
    return {"bound": bound, "classes": classes, "hint": hint, **_field_facts(bound)}


@register.inclusion_tag("components/form_body.html")
def form_body(form: Any, grid: bool = False) -> dict[str, Any]:
    """Show every field of a form, and the errors that belong to no field."""
    return {"form": form, "grid": grid}


@register.inclusion_tag("components/upload.html")
def upload(bound: BoundField, max_mib: int = 10) -> dict[str, Any]:
    """Show a file field with previews of the chosen pictures."""
    return {"bound": bound, "max_mib": max_mib, "max_bytes": max_mib * 1024 * 1024, **_field_facts(bound)}


@register.inclusion_tag("components/tile.html")
def tile(
    name: str, value: Any, *, note: str = "", url: str = "", icon_name: str = "", hot: bool = False
) -> dict[str, Any]:
    """Show one figure with its name; a link where there is more to see, hot where it wants work."""
    return {"name": name, "value": value, "note": note, "url": url, "icon_name": icon_name, "hot": hot}


@register.inclusion_tag("components/chart.html")
def chart(
    kind: str, labels: Sequence[str], series: Sequence[Series], title: str, unit: str = "count", *, classes: str = ""
) -> dict[str, Any]:
    """Draw a chart (line, bar, stacked, pie) with the same numbers as a table beneath it; unit is count, money or percent."""
    lines = [{"name": each.name, "values": list(each.values), "faint": each.faint} for each in series]
    data = {
        "kind": kind,
        "labels": list(labels),
        "series": lines,
        "unit": unit,
        "title": title,
        "locale": get_language(),
    }
    rows = [(label, [each.values[index] for each in series]) for index, label in enumerate(labels)]
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)  # names may be lazy: the encoder resolves them
    return {"data": text, "title": title, "series": series, "rows": rows, "unit": unit, "classes": classes}


@register.inclusion_tag("components/countdown.html")
def countdown(until: Any, over: str = "") -> dict[str, Any]:
    """Count down to an instant; without scripts the instant itself is written."""
    return {"until": until, "over": over}


@register.inclusion_tag("components/progress.html")
def progress(url: str, done: int = 0, total: int = 0, note: str = "") -> dict[str, Any]:
    """Show how far a long job is; the address answers {done, total, note, finished, url}."""
    return {"url": url, "done": done, "total": total, "note": note}


@register.inclusion_tag("components/gallery.html")
def gallery(pictures: Sequence[Picture | str], alt: str = "") -> dict[str, Any]:
    """Show one big picture and the others as small ones beneath it."""
    shown = [each if isinstance(each, Picture) else Picture(each, alt) for each in pictures]
    return {"pictures": shown}


@register.inclusion_tag("components/sku_picker.html")
def sku_picker(axes: Sequence[Axis], skus: Sequence[SkuChoice], selected: str = "") -> dict[str, Any]:
    """Let a buyer choose a SKU; the form receives `sku`. Values that lead to nothing buyable are greyed."""
    buyable = [sku for sku in skus if sku.available > 0]
    chosen = next((sku for sku in skus if sku.id == selected), buyable[0] if buyable else None)
    data = json.dumps([_sku_facts(sku) for sku in skus], ensure_ascii=False)
    shown = [_axis_facts(axis, index, chosen) for index, axis in enumerate(axes)]
    return {"axes": shown, "skus": skus, "data": data, "chosen": chosen}


@register.inclusion_tag("components/stepper.html")
def stepper(
    name: str, value: int = 1, maximum: int = 99, minimum: int = 1, *, label: str = "", submits: bool = False
) -> dict[str, Any]:
    """A number field with minus and plus."""
    return {"name": name, "value": value, "maximum": maximum, "minimum": minimum, "label": label, "submits": submits}


@register.inclusion_tag("components/timeline.html")
def timeline(steps: Sequence[Step]) -> dict[str, Any]:
    """Show what happened, newest as given, one under the other."""
    return {"steps": steps}


@register.inclusion_tag("components/steps_row.html")
def steps_row(steps: Sequence[Step]) -> dict[str, Any]:
    """Show the steps of a life side by side."""
    return {"steps": steps}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Show a row of tabs, which are links, with their counts."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/search_box.html")
def search_box(
    action: str, suggest: str = "", text: str = "", placeholder: str = "", *, field_id: str = "search"
) -> dict[str, Any]:
    """A search field whose words go to `action` as `q`; `suggest` answers {suggestions: […]}."""
    return {"action": action, "suggest": suggest, "text": text, "placeholder": placeholder, "id": field_id}


@register.simple_block_tag
def sheet(content: str, id: str, title: str, *, steps: bool = False) -> SafeString:  # noqa: A002 - the HTML word
    """A dialog, a half sheet on phones, opened by `data-opens="id"`; one of several `steps` has an arrow back."""
    button = '<button class="btn btn-ghost btn-circle btn-sm" aria-label="{}" {}>{}</button>'
    way_back = mark_safe('type="button" data-sheet-back hidden')
    arrow = format_html(button, _("Back"), way_back, icon("arrow-left")) if steps else ""
    close = format_html(button, _("Close"), mark_safe('value=""'), icon("x"))
    head = format_html('{}<h2 id="{}-title">{}</h2><form method="dialog">{}</form>', arrow, id, title, close)
    html = '<dialog class="sheet" id="{}" aria-labelledby="{}-title"><div class="sheet-head">{}</div>{}</dialog>'
    return format_html(html, id, id, head, mark_safe(content))  # noqa: S308 - rendered and escaped by the template already


@register.inclusion_tag("components/side_nav.html", takes_context=True)
def side_nav(context: Context, face: str) -> dict[str, Any]:
    """The side navigation of the studio or the desk, without the entries that this reader may not open."""
    request = context["request"]
    actor = getattr(request, "actor", NOBODY)
    shop_id = getattr(request, "shop_id", None)

    def admits(operation: str) -> bool:
        return allows(actor, operation, shop_id)

    groups = [(group.label, navigation.links(group.entries, request.path, admits)) for group in navigation.MENUS[face]]
    return {"groups": [(label, links) for label, links in groups if links]}


@register.simple_tag(takes_context=True)
def tab_links(context: Context) -> tuple[navigation.Link, ...]:
    """The entries of the bottom bar."""
    return navigation.links(navigation.TABS, context["request"].path, lambda _operation: True)


@register.simple_tag(takes_context=True)
def unread_counts(context: Context) -> Unread:
    """How many messages of shops and how many notices the reader has not read; nobody's for a guest."""
    person_id = (context.get("actor") or NOBODY).person_id
    return unread(person_id) if person_id else Unread()


@register.simple_tag(takes_context=True)
def studio_shop(context: Context) -> ShopFacts | None:
    """The shop that a page of the studio is about; None on a page that is about none."""
    shop_id = getattr(context["request"], "shop_id", None)
    return shop(shop_id) if shop_id else None


@register.simple_tag
def page_url(page: str) -> str:
    """The address of a page by its name, empty where this installation does not serve it."""
    return navigation.page_url(page) or ""


def _field_facts(bound: BoundField) -> dict[str, Any]:
    """How a field is to be laid out, and its widget with the links a screen reader follows."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or type(widget).__name__.lower()
    many = kind in ("radio", "checkbox") and hasattr(widget, "choices")
    described = [
        f"{bound.id_for_label}-{part}" for part, has in (("help", bound.help_text), ("fault", bound.errors)) if has
    ]
    attrs: dict[str, Any] = {}
    if described and not many:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"widget": bound.as_widget(attrs=attrs), "is_check": kind == "checkbox" and not many, "is_many": many}


def _sku_facts(sku: SkuChoice) -> dict[str, Any]:
    """What the browser knows of a SKU."""
    return {
        "id": sku.id,
        "options": list(sku.options),
        "price": format_money(sku.price_minor),
        "was": format_money(sku.was_minor) if sku.was_minor and sku.was_minor > sku.price_minor else "",
        "stock": sku.available,
        "picture": sku.picture,
    }


def _axis_facts(axis: Axis, index: int, chosen: SkuChoice | None) -> dict[str, Any]:
    """One row of chips, with the value of the chosen SKU ticked."""
    pictures = dict(axis.pictures)
    values = [
        {
            "value": value,
            "checked": chosen is not None and chosen.options[index] == value,
            "picture": pictures.get(value, ""),
        }
        for value in axis.values
    ]
    return {"name": axis.name, "index": index, "values": values}
