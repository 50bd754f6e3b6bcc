"""Products of the demo market: titles, attributes, SKUs, prices and pictures, the same at every start."""

import random
from dataclasses import dataclass, replace
from itertools import product as combinations

from anxin.market.catalog.commands.saving import Save
from anxin.market.catalog.queries import (
    Attribute,
    AttributeKind,
    CategoryNode,
    CategoryTree,
    Content,
    Picture,
    ProductDraft,
    SkuDraft,
)
from anxin.world.pictures import Shot, palette_of, product_shots
from anxin.world.tables import Kind, ShopLine, kinds, shop_lines

PRODUCTS = 620  # on sale; the last few more wait for review
LOOKS = 3  # how many sets of pictures a kind of goods has in one palette: near products share one

# Words before the noun, by what suits the goods: Chinese, English.
TOUCHES: dict[str, tuple[tuple[str, str], ...]] = {
    "wear": (
        ("新款", "New"),
        ("慵懒风", "Relaxed"),
        ("小众设计", "Designer"),
        ("显瘦", "Slimming"),
        ("高级感", "Refined"),
        ("早秋", "Early autumn"),
        ("百搭", "Everyday"),
        ("轻奢", "Light luxury"),
    ),
    "care": (
        ("敏感肌可用", "For sensitive skin:"),
        ("大容量", "Large"),
        ("便携装", "Travel-size"),
        ("礼盒装", "Gift-boxed"),
        ("植萃", "Botanical"),
        ("无香", "Fragrance-free"),
    ),
    "eat": (
        ("产地直发", "From the origin:"),
        ("当季", "This season's"),
        ("家庭装", "Family-size"),
        ("尝鲜装", "Trial-size"),
        ("手选", "Hand-picked"),
        ("老字号", "Old-house"),
    ),
    "home": (
        ("简约", "Simple"),
        ("北欧风", "Nordic"),
        ("原木", "Natural"),
        ("加厚", "Thickened"),
        ("日式", "Japanese-style"),
        ("升级款", "Improved"),
    ),
    "tech": (
        ("旗舰", "Flagship"),
        ("轻量", "Lightweight"),
        ("二代", "Second-generation"),
        ("长续航", "Long-lasting"),
        ("学生款", "Student"),
        ("专业版", "Pro"),
    ),
    "play": (
        ("入门", "Beginner's"),
        ("进阶", "Advanced"),
        ("限定", "Limited"),
        ("亲子", "Family"),
        ("经典", "Classic"),
    ),
}
TOUCH_OF_TOP = {
    "womenswear": "wear", "menswear": "wear", "shoes-bags": "wear", "accessories": "wear", "jewellery": "wear",
    "beauty": "care", "personal-care": "care", "food": "eat", "fresh": "eat", "baby": "home", "home": "home",
    "appliances": "tech", "digital": "tech", "sports": "play", "toys": "play", "books": "play", "pets": "home",
    "gifts": "play", "virtual": "play",
}  # fmt: skip
COLOURS = (("奶油白", 0), ("雾蓝", 190), ("豆沙粉", 330), ("鼠尾草绿", 110), ("焦糖棕", 25), ("炭灰", 250))
SIZES = ("S", "M", "L", "XL")
SHOE_SIZES = ("36", "37", "38", "39", "40", "41", "42")
NET = ("尝鲜装", "标准装", "家庭装")
WORN = {"womenswear", "menswear"}
TEXTS = {  # by attribute code, for the schema's free texts
    "registration": "国妆备字G2026{n:06d}",
    "licence": "SC1{n:011d}",
    "certificate": "20260107{n:08d}",
    "isbn": "97870{n:08d}",
    "test_report": "NGTC{n:08d}",
    "model": "AX-{n:04d}",
    "origin": "云南",
    "net_content": "{n2}g",
}
NUMBERS = {"shelf_life_days": (30, 720), "alcohol_percent": (8, 14), "power_watts": (5, 60), "validity_days": (30, 365),
           "storage_gb": (128, 512)}  # fmt: skip


@dataclass(frozen=True)
class Goods:
    """One product to write, with the shots of its pictures and how many pieces of each SKU there are."""

    shop: ShopLine
    kind: Kind
    number: int
    title: str
    title_en: str
    options: tuple[str, ...]
    variants: tuple[tuple[str, ...], ...]
    prices_minor: tuple[int, ...]
    compare_minor: int | None
    shots: tuple[Shot, ...]
    stocks: tuple[int, ...]


def all_goods(count: int = PRODUCTS, seed: int = 7) -> list[Goods]:
    """Return the products of the demo: every kind in the shops that carry its category, in several makes."""
    chance = random.Random(seed)
    carriers = {kind: [shop for shop in shop_lines() if _top(kind.leaf) in shop.tops] for kind in kinds()}
    made: list[Goods] = []
    turn = 0
    while len(made) < count:
        for kind in kinds():
            shops = carriers[kind]
            made.append(_goods(shops[turn % len(shops)], kind, len(made), turn, chance))
            if len(made) == count:
                break
        turn += 1
    return made


def save_of(one: Goods, pictures: list[str], tree: CategoryTree) -> Save:
    """Return the product as the catalog takes it."""
    leaf = tree.leaf(one.kind.leaf)
    skus = tuple(
        SkuDraft(
            options=options,
            price_minor=price,
            compare_price_minor=one.compare_minor if one.compare_minor and one.compare_minor > price else None,
            code=f"{one.shop.slug[:6].upper()}-{one.number:04d}-{position + 1}",
            barcode=f"69{one.number:09d}{position:02d}",
            weight_grams=200 + one.number * 37 % 1800,
        )
        for position, (options, price) in enumerate(zip(one.variants, one.prices_minor, strict=True))
    )
    content = Content(
        category=leaf.code,
        title=one.title,
        title_en=one.title_en,
        description_html=_description(one, leaf),
        brand=one.shop.brand,
        attributes=_attributes(leaf.terms.attributes, one.number),
        option_names=one.options,
        pictures=tuple(Picture(key, one.title) for key in pictures),
        tags=(one.kind.noun, one.shop.brand),
    )
    return Save(ProductDraft(f"{one.shop.slug}-{one.number:04d}", content, skus), on_sale=True)


def renamed(one: Goods, title: str) -> Goods:
    """Return the product under another title."""
    return replace(one, title=title)


def _goods(shop: ShopLine, kind: Kind, number: int, turn: int, chance: random.Random) -> Goods:
    top = _top(kind.leaf)
    touches = TOUCHES[TOUCH_OF_TOP[top]]
    touch, touch_en = touches[(number + turn * 3) % len(touches)]
    options, variants = _variants(top, kind, chance)
    base = max(1, round(kind.price_yuan * chance.uniform(0.8, 1.35)))
    prices = tuple(_charm(base * (100 + 6 * position)) for position in range(len(variants)))
    if not options or options == ("颜色",) or top in WORN:
        prices = (prices[0],) * len(variants)
    compare = _charm(round(prices[0] * 1.25)) if chance.random() < 0.3 else None
    palette = palette_of(top, number)
    return Goods(
        shop=shop,
        kind=kind,
        number=number,
        title=f"{shop.brand} {touch}{kind.noun}",
        title_en=f"{touch_en} {kind.noun_en[0].lower()}{kind.noun_en[1:]} by {shop.name_en}",
        options=options,
        variants=variants,
        prices_minor=prices,
        compare_minor=compare,
        shots=tuple(product_shots(kind.glyph, palette, count=1 + number % 2, seed=number % LOOKS)),
        stocks=tuple(_stock(chance) for _ in variants),
    )


def _variants(top: str, kind: Kind, chance: random.Random) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    colours = [name for name, _ in chance.sample(COLOURS, 3)]
    if top in WORN or kind.leaf in {"sports-apparel", "baby-clothing"}:
        return ("颜色", "尺码"), tuple(combinations(colours[:2], SIZES))
    if top == "shoes-bags" and kind.glyph in {"👠", "👡", "👞", "👟", "🥾"}:
        return ("鞋码",), tuple((size,) for size in SHOE_SIZES)
    if top in {"beauty", "personal-care", "food", "pets"}:
        return ("规格",), tuple((size,) for size in NET)
    if top in {"virtual", "books", "fresh", "jewellery"}:
        return (), ((),)
    return ("颜色",), tuple((colour,) for colour in colours)


def _stock(chance: random.Random) -> int:
    """Most SKUs are well stocked, some nearly sold out, a few gone."""
    luck = chance.random()
    return 0 if luck < 0.03 else chance.randint(1, 5) if luck < 0.1 else chance.randint(60, 900)


def _charm(minor: int) -> int:
    """Return a price as shops write it: whole yuan ending in 9 where that is near."""
    yuan = max(1, round(minor / 100))
    return (yuan // 10 * 10 + 9 if yuan > 20 else yuan) * 100


def _attributes(schema: tuple[Attribute, ...], number: int) -> dict[str, str]:
    """Fill the schema: every required attribute and most of the others."""
    return {a.code: _value(a, number) for a in schema if a.required or (number + len(a.code)) % 3}


def _value(attribute: Attribute, number: int) -> str:
    if attribute.kind is AttributeKind.ENUM:
        return attribute.choices[number % len(attribute.choices)].code
    if attribute.kind is AttributeKind.NUMBER:
        low, high = NUMBERS.get(attribute.code, (1, 100))
        return str(low + number * 7 % (high - low + 1))
    return TEXTS.get(attribute.code, attribute.name).format(n=number + 1, n2=(number % 9 + 1) * 50)


def _description(one: Goods, leaf: CategoryNode) -> str:
    kind, shop = one.kind, one.shop
    return (
        f"<p>{shop.intro}这款{kind.noun}来自{shop.name}，{leaf.name}类目好评之选。</p>"
        "<h3>为什么安心</h3><ul>"
        "<li>下单后货款由平台担保，收到货再结算给商家。</li>"
        f"<li>未发货可退款；发货后 {leaf.terms.after_sale_days} 天内可申请售后。</li></ul>"
        f'<p lang="en">{shop.intro_en} {kind.noun_en} by {shop.name_en}, chosen with care in “{leaf.name_en}”.</p>'
    )


def _top(leaf: str) -> str:
    for top in TOUCH_OF_TOP:
        if leaf.startswith(f"{top}-"):
            return top
    raise LookupError(leaf)
