"""The product editor: one form for what a product is, its pictures and its table of SKUs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product as combinations
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from anxin.faces.pages import message_of
from anxin.faces.studio.product_forms import ATTRIBUTE, OPTIONS, SKUS_MAX, OptionForm, ProductForm, SkuFormSet, yuan
from anxin.infra.media import store_picture
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id
from anxin.market.catalog.commands.saving import SavedProduct, create_product, edit_product
from anxin.market.catalog.queries import CategoryTree, Content, Picture, ProductDraft, ProductPage, SkuDraft
from anxin.market.inventory import commands as inventory
from anxin.market.inventory import queries as stock
from anxin.market.inventory.commands import Level, Reason
from anxin.market.inventory.errors import BelowHeld
from anxin.market.shops import queries as shops

SKU_PREFIX = "sku"
SEPARATORS = str.maketrans({"，": ",", "、": ",", "\n": ",", ";": ",", "；": ","})
PICTURES_AT_ONCE_MAX = 30
HANDLE_FALLBACK = "p"


@dataclass
class Editor:
    """The forms of one product on their way between request, page and command."""

    tree: CategoryTree
    category: str
    form: ProductForm
    options: OptionForm
    skus: Any
    pictures: list[Picture]
    faults: list[str] = field(default_factory=list)

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the options that are in use."""
        return option_names(self.options)

    def is_valid(self) -> bool:
        """Check every form, so that all faults are shown at once."""
        return all([self.form.is_valid(), self.options.is_valid(), self.skus.is_valid(), not self.faults])


def opened(tree: CategoryTree, shop_id: UUID, page: ProductPage | None, category: str = "") -> Editor:
    """Return the editor of a stored product, or an empty one for a new product of `category`."""
    freight = freight_choices(shop_id)
    if page is None:
        form = ProductForm(initial={"category": category}, tree=tree, category=category, freight=freight)
        return Editor(tree, category, form, OptionForm(), _sku_rows([{}]), [])
    content = page.written
    initial = _initial_of(content, page) | {ATTRIBUTE + code: value for code, value in content.attributes.items()}
    form = ProductForm(initial=initial, tree=tree, category=content.category, freight=freight)
    options = OptionForm(initial={f"name{number}": name for number, name in enumerate(content.option_names)})
    levels = stock.availability([sku.id for sku in page.written_skus])
    on_hand = {sku.id: levels[sku.id].on_hand for sku in page.written_skus}
    stocked = [{"stock": on_hand[sku.id], "stock_was": on_hand[sku.id]} for sku in page.written_skus]
    rows = [_row_of(sku.draft) | pieces for sku, pieces in zip(page.written_skus, stocked, strict=True)]
    return Editor(tree, content.category, form, options, _sku_rows(rows), list(content.pictures))


def posted(tree: CategoryTree, shop_id: UUID, request: HttpRequest) -> Editor:
    """Return the editor as it was sent, its new pictures stored."""
    category = request.POST.get("category", "")
    freight, complete = freight_choices(shop_id), "submit" in request.POST
    form = ProductForm(request.POST, tree=tree, category=category, freight=freight, complete=complete)
    pictures, faults = sent_pictures(request.POST, request.FILES)
    return Editor(
        tree, category, form, OptionForm(request.POST), SkuFormSet(request.POST, prefix=SKU_PREFIX), pictures, faults
    )


def refilled(sent: Editor, shop_id: UUID, data: QueryDict) -> Editor:
    """Return the editor for another look: attributes of the chosen category, a row for each combination of values.

    Rows that exist keep what was typed; new ones start from the first row's price, weight and stock.
    """
    given = {name: value for name, value in data.items() if not name.startswith(f"{SKU_PREFIX}-")}
    freight = freight_choices(shop_id)
    form = ProductForm(initial=given, tree=sent.tree, category=sent.category, freight=freight)
    rows = _combined(_sent_rows(data), [_values(data.get(f"values{number}", "")) for number in range(OPTIONS)])
    for row in rows:
        row["price"] = row.get("price") or data.get("all_price", "")
        row["stock"] = row.get("stock") or data.get("all_stock", "")
    names = OptionForm(initial={f"name{number}": data.get(f"name{number}", "") for number in range(OPTIONS)})
    return replace(sent, form=form, options=names, skus=_sku_rows(rows or [{}]))


@transactional
def save(editor: Editor, shop_id: UUID, page: ProductPage | None, *, by: UUID, now: Instant) -> SavedProduct:
    """Write the product and its stock together. Raises what the commands refuse."""
    draft = draft_of(editor, page)
    if page is None:
        saved = create_product(shop_id, draft, by=by, now=now)
    else:
        version = editor.form.cleaned_data["version"]
        saved = edit_product(shop_id, page.id, draft, version=version, by=by, now=now)
    rows = [row for row in editor.skus.forms if not row.cleaned_data["remove"]]
    counted = [(sku_id, row.new_stock()) for sku_id, row in zip(saved.sku_ids, rows, strict=True)]
    levels = [Level(sku_id, shop_id, pieces) for sku_id, pieces in counted if pieces is not None]
    if levels:
        refused = inventory.set_levels(levels, reason=Reason.COUNTED, now=now, by=by)
        if refused:
            raise BelowHeld(refused[0], stock.availability(refused)[refused[0]].held)
    return saved


def draft_of(editor: Editor, page: ProductPage | None) -> ProductDraft:
    """Return what the valid forms say."""
    facts, names = editor.form.cleaned_data, editor.axes
    content = Content(
        category=facts["category"],
        title=facts["title"],
        title_en=facts["title_en"],
        description_html=facts["description_html"],
        brand=facts["brand"],
        attributes={code: str(value) for code, value in editor.form.attribute_values().items()},
        option_names=names,
        pictures=tuple(editor.pictures),
        product_type=page.written.product_type if page else "",
        tags=tuple(_values(facts["tags"])),
    )
    handle = facts["handle"] or (page.stored.handle if page else f"{HANDLE_FALLBACK}-{new_id().hex[-12:]}")
    extras = {sku.draft.options: sku.draft.extras for sku in page.written_skus} if page else {}
    return ProductDraft(
        handle=handle,
        content=content,
        skus=tuple(
            _sku_of(row.cleaned_data, row.options(len(names)), extras)
            for row in editor.skus.forms
            if not row.cleaned_data["remove"]
        ),
        freight_template_id=facts["freight_template"] or None,
        extras=page.stored.extras if page else {},
    )


def sent_pictures(data: QueryDict, files: MultiValueDict[str, Any]) -> tuple[list[Picture], list[str]]:
    """Return the pictures in the order that was asked for, new ones last, and what was wrong with files."""
    keys, orders, alts = data.getlist("picture-key"), data.getlist("picture-order"), data.getlist("picture-alt")
    removed = set(data.getlist("picture-remove"))
    placed = [
        (int(order) if order.isascii() and order.isdigit() else len(keys), place, Picture(key, alt))
        for place, (key, order, alt) in enumerate(zip(keys, orders, alts, strict=False))
        if key not in removed
    ]
    pictures = [picture for _order, _place, picture in sorted(placed, key=lambda one: one[:2])]
    faults = []
    for file in files.getlist("pictures")[:PICTURES_AT_ONCE_MAX]:
        try:
            pictures.append(Picture(store_picture(file.read())))
        except AnxinError as error:
            faults.append(f"{file.name}: {message_of(error)}")
    return pictures, faults


def option_names(form: OptionForm) -> tuple[str, ...]:
    """Return the names of options without gaps."""
    given = form.cleaned_data if form.is_bound and form.is_valid() else form.data if form.is_bound else form.initial
    names = (str(given.get(f"name{number}") or "").strip() for number in range(OPTIONS))
    return tuple(name for name in names if name)


def freight_choices(shop_id: UUID) -> list[tuple[str, str]]:
    """Return the shop's freight templates as choices."""
    return [(str(template.id), template.name) for template in shops.freight_templates(shop_id)]


def _initial_of(content: Content, page: ProductPage) -> dict[str, Any]:
    return {
        "version": page.stored.version,
        "category": content.category,
        "title": content.title,
        "title_en": content.title_en,
        "brand": content.brand,
        "handle": page.stored.handle,
        "tags": ", ".join(content.tags),
        "freight_template": page.stored.freight_template_id or "",
        "description_html": content.description_html,
    }


def _row_of(draft: SkuDraft) -> dict[str, Any]:
    row = {f"option{number}": value for number, value in enumerate(draft.options)}
    return row | {
        "price": yuan(draft.price_minor),
        "compare": yuan(draft.compare_price_minor),
        "code": draft.code,
        "barcode": draft.barcode,
        "weight": draft.weight_grams,
        "picture": draft.picture,
    }


def _sku_rows(rows: Sequence[Mapping[str, Any]]) -> Any:
    return SkuFormSet(initial=list(rows), prefix=SKU_PREFIX)


def _sku_of(facts: Mapping[str, Any], options: tuple[str, ...], extras: Mapping[Any, Mapping[str, str]]) -> SkuDraft:
    return SkuDraft(
        options=options,
        price_minor=facts["price"] or 0,
        compare_price_minor=facts["compare"],
        code=facts["code"],
        barcode=facts["barcode"],
        weight_grams=facts["weight"] or 0,
        picture=facts["picture"],
        extras=extras.get(options, {}),
    )


def _sent_rows(data: QueryDict) -> list[dict[str, str]]:
    count = data.get(f"{SKU_PREFIX}-TOTAL_FORMS", "0")
    names = [f"option{number}" for number in range(OPTIONS)]
    names += ["price", "compare", "stock", "stock_was", "code", "barcode", "weight", "picture", "remove"]
    rows = []
    for number in range(min(int(count), SKUS_MAX) if count.isascii() and count.isdigit() else 0):
        row = {name: data.get(f"{SKU_PREFIX}-{number}-{name}", "") for name in names}
        if not row.pop("remove"):
            rows.append(row)
    return rows


def _combined(rows: list[dict[str, str]], values: list[list[str]]) -> list[dict[str, Any]]:
    """Add a row for each combination of values that has none; without values the rows stay as they are."""
    if not any(values):
        return list(rows)
    wanted = list(combinations(*[given or [""] for given in values]))
    by_options = {tuple(row[f"option{number}"] for number in range(OPTIONS)): row for row in rows}
    first = rows[0] if rows else {}
    shared = {name: first.get(name, "") for name in ("price", "weight", "stock")}
    kept = [row for options, row in by_options.items() if any(options) and options not in wanted]
    made = [
        by_options.get(options, shared | {f"option{number}": value for number, value in enumerate(options)})
        for options in wanted
    ]
    return [*kept, *made]


def _values(text: str) -> list[str]:
    return list(dict.fromkeys(value.strip() for value in text.translate(SEPARATORS).split(",") if value.strip()))
