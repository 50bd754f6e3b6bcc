"""From what a file says to the product that is saved: columns that a file lacks leave a stored product as it is. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from anxin.market.catalog.domain.content import Content, Picture, ProductDraft, SkuDraft
from anxin.market.catalog.domain.tree import CategoryTree
from anxin.market.catalog.importing import columns
from anxin.market.catalog.importing.mapping import CategoryMapping
from anxin.market.catalog.importing.products import ReadProduct, ReadVariant

PICTURE_MARK = "picture:"  # extras keep where a picture came from, so that it is fetched once
# What a new product is exported with; only what differs is kept.
USUAL: Mapping[str, str] = {
    "Gift Card": "false",
    columns.TRACKER: "shopify",
    "Variant Inventory Policy": "deny",
    "Variant Fulfillment Service": "manual",
    columns.REQUIRES_SHIPPING: "true",
    "Variant Taxable": "true",
    "Variant Weight Unit": "g",
}


@dataclass(frozen=True)
class Placed:
    """The category of a product, and whether a rule led there (otherwise the fallback did)."""

    category: str
    is_mapped: bool


def placed(product: ReadProduct, stored: ProductDraft | None, mapping: CategoryMapping, tree: CategoryTree) -> Placed:
    """Return the category: as the file says, else as it is stored, else by the mapping. Raises CategoryUnknown, …NotALeaf."""
    if product.category:
        return Placed(tree.leaf(product.category).code, is_mapped=True)
    if stored is not None:
        return Placed(stored.content.category, is_mapped=True)
    mapped = mapping.category(product.type, product.tags)
    return Placed(mapped or mapping.fallback, is_mapped=mapped is not None)


def known_sources(stored: ProductDraft | None) -> dict[str, str]:
    """Return where the stored pictures came from: source → key."""
    if stored is None:
        return {}
    keys = {picture.key for picture in stored.content.pictures}
    named = ((name.removeprefix(PICTURE_MARK), source) for name, source in stored.extras.items())
    return {source: key for key, source in named if key in keys}


def draft_of(
    product: ReadProduct, stored: ProductDraft | None, category: str, pictures: Mapping[str, str], tree: CategoryTree
) -> ProductDraft:
    """Return the product to save; `pictures` has the key of every source that could be had."""
    shown = _pictures(product, stored, pictures)
    content = _content(product, stored, category, shown)
    schema = {attribute.code for attribute in tree.leaf(category).terms.attributes}
    if product.attributes is None:
        content = replace(content, attributes={k: v for k, v in content.attributes.items() if k in schema})
    skus = tuple(_sku(variant, stored, pictures) for variant in product.variants)
    return ProductDraft(
        handle=product.handle,
        content=content,
        skus=(*skus, *_unlisted(product, skus, stored)),
        freight_template_id=stored.freight_template_id if stored else None,
        extras=_kept(product.kept) | _sources(shown, stored, pictures),
    )


def _content(product: ReadProduct, stored: ProductDraft | None, category: str, shown: tuple[Picture, ...]) -> Content:
    before = stored.content if stored else Content(category, product.title)
    return Content(
        category=category,
        title=product.title,
        title_en=before.title_en if product.title_en is None else product.title_en,
        description_html=before.description_html if product.body_html is None else product.body_html,
        brand=before.brand if product.vendor is None else product.vendor,
        attributes=before.attributes if product.attributes is None else product.attributes,
        option_names=product.option_names,
        pictures=shown,
        product_type=product.type,
        tags=product.tags,
    )


def _pictures(product: ReadProduct, stored: ProductDraft | None, keys: Mapping[str, str]) -> tuple[Picture, ...]:
    """Return the file's pictures in its order, then those that only variants name; the stored ones where none was had."""
    alts = {picture.key: picture.alt for picture in stored.content.pictures} if stored else {}
    found: dict[str, Picture] = {}
    for picture in product.pictures:
        key = keys.get(picture.source)
        if key and key not in found:
            found[key] = Picture(key, picture.alt)
    for variant in product.variants:
        key = keys.get(variant.picture)
        if key and key not in found:
            found[key] = Picture(key, alts.get(key, ""))
    if not found and stored:
        return stored.content.pictures
    return tuple(found.values())


def _sku(variant: ReadVariant, stored: ProductDraft | None, keys: Mapping[str, str]) -> SkuDraft:
    before = _same(variant, stored.skus) if stored else None
    compare = variant.compare_price_minor
    return SkuDraft(
        options=variant.options,
        price_minor=variant.price_minor,
        # Shops leave the old price as the compare price; only a higher one is a comparison.
        compare_price_minor=compare if compare and compare > variant.price_minor else None,
        code=variant.code,
        barcode=variant.barcode,
        weight_grams=variant.grams,
        picture=keys.get(variant.picture, "") or (before.picture if before and variant.picture else ""),
        extras=_kept(variant.kept),
    )


def _same(variant: ReadVariant, skus: Iterable[SkuDraft]) -> SkuDraft | None:
    listed = list(skus)
    by_code = next((sku for sku in listed if variant.code and sku.code == variant.code), None)
    return by_code or next((sku for sku in listed if sku.options == variant.options), None)


def _unlisted(product: ReadProduct, listed: Collection[SkuDraft], stored: ProductDraft | None) -> tuple[SkuDraft, ...]:
    """Return stored variants that the file does not name, so that a file of a few repaired rows takes nothing away."""
    if stored is None or stored.content.option_names != product.option_names:
        return ()
    codes = {sku.code for sku in listed if sku.code}
    options = {sku.options for sku in listed}
    return tuple(sku for sku in stored.skus if sku.code not in codes and sku.options not in options)


def _kept(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if USUAL.get(name) != text}


def _sources(shown: tuple[Picture, ...], stored: ProductDraft | None, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the extras that say where the shown pictures came from; a source that is known already stays."""
    sources = {key: source for source, key in known_sources(stored).items()}
    for source, key in keys.items():
        if f"{key[:2]}/{key[2:]}" not in source:  # an address in our own store says nothing that the key does not
            sources.setdefault(key, source)
    return {f"{PICTURE_MARK}{picture.key}": sources[picture.key] for picture in shown if picture.key in sources}
