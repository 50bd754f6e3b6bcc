"""Keeps the search's tables in step with the products: called by whoever writes a product, in the same transaction."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from anxin.infra.sql import Row, Statements, document
from anxin.infra.words import EVERYTHING, Vector, fold, grams, title_words
from anxin.kernel.clock import Instant
from anxin.market.catalog.domain.tree import CategoryNode, CategoryTree
from anxin.market.catalog.tree_cache import category_tree

SQL = Statements(__name__)
BATCH = 500
MAX_FACETS = 60
_TAG = re.compile(r"<[^>]*>")


def index_products(product_ids: Iterable[UUID], *, now: Instant) -> int:
    """Bring the search up to date with these products, shown or not; return how many are shown."""
    wanted = sorted(set(product_ids))
    tree = category_tree(now=now)
    return sum(_index_batch(wanted[start : start + BATCH], tree) for start in range(0, len(wanted), BATCH))


def index_sales(product_ids: Sequence[UUID]) -> None:
    """Let the order by sales follow the products' counts."""
    SQL.run("index_sales", product_ids=list(product_ids))


def _index_batch(product_ids: Sequence[UUID], tree: CategoryTree) -> int:
    rows = SQL.rows("index_source", product_ids=list(product_ids))
    shown = [row for row in rows if row["shown"]]
    hidden = [row["product_id"] for row in rows if not row["shown"]]
    if hidden:
        SQL.run("index_remove", product_ids=hidden)
    if shown:
        SQL.run("index_write", entries=document([_entry(row, tree) for row in shown]))
        _learn_words(shown)
    return len(shown)


def _entry(row: Row, tree: CategoryTree) -> dict[str, Any]:
    path = tree.path(row["category"])
    facets = _facets(row)
    vector = _vector(row, path, facets)
    return {
        "product_id": row["product_id"],
        "shop_id": row["shop_id"],
        "literal": vector.literal(),
        "english_a": vector.english["A"],
        "english_b": vector.english["B"],
        "english_c": vector.english["C"],
        "category_path": [node.code for node in path],
        "brand": row["brand"],
        "facets": facets,
        "price_minor": row["price_minor"],
        "sold_count": row["sold_count"],
        "shown_at": row["shown_at"],
        "title_folded": fold(row["title"])[:255],
        "title_en_folded": fold(row["title_en"])[:255],
    }


def _vector(row: Row, path: Sequence[CategoryNode], facets: Sequence[str]) -> Vector:
    vector = Vector()
    for code in row["codes"] or ():
        vector.add_code(code)
    vector.add_text(row["title"], "A", letters=True)
    vector.add_text(row["title_en"], "A")
    vector.add_text(row["brand"], "A", letters=True)
    for node in path:
        vector.add_text(f"{node.name} {node.name_en}", "B")
        vector.add_filter("category", node.code)
    vector.add_text(" ".join((row["product_type"], *row["tags"])), "B")
    vector.add_text(" ".join(_attribute_words(row, path[-1])), "B")
    vector.add_beginning(html.unescape(_TAG.sub(" ", row["description_html"])), "C")
    vector.add_filter(*EVERYTHING)
    vector.add_filter("shop", str(row["shop_id"]))
    if row["brand"]:
        vector.add_filter("brand", row["brand"])
    for facet in facets:
        vector.add_filter("facet", facet)
    return vector


def _facets(row: Row) -> list[str]:
    """Return what the product can be narrowed down by: `a:attribute=value`, and `o:option=value` of any variant."""
    found = {f"a:{code}={value}": None for code, value in row["attributes"].items()}
    for options in row["options"] or ():
        found |= {f"o:{name}={value}": None for name, value in zip(row["option_names"], options, strict=False)}
    return list(found)[:MAX_FACETS]


def _attribute_words(row: Row, leaf: CategoryNode) -> Iterable[str]:
    """Return names of chosen values in both languages, free values as written, and the variants' options."""
    for attribute in leaf.terms.attributes:
        value = row["attributes"].get(attribute.code)
        if value:
            choice = attribute.choice(value)
            yield f"{choice.name} {choice.name_en}" if choice else value
    for options in row["options"] or ():
        yield from options


def _learn_words(rows: Iterable[Row]) -> None:
    """Remember the words of titles and the brands, for suggestions and corrections."""
    words: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        for word in title_words(f"{row['title']} {row['title_en']}"):
            words.setdefault(word, _word(word, word, is_brand=False))
        if row["brand"]:
            words[fold(row["brand"])] = _word(fold(row["brand"]), row["brand"], is_brand=True)
    known = {row["text"]: row["is_brand"] for row in SQL.rows("words_known", texts=list(words))}
    new = [word for text, word in words.items() if text not in known or (word["is_brand"] and not known[text])]
    if new:
        SQL.run("words_write", words=document(new))


def _word(text: str, shown: str, *, is_brand: bool) -> Mapping[str, Any]:
    return {"text": text[:120], "shown": shown[:120], "is_brand": is_brand, "grams": grams(text)}
