"""What the search answers."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from anxin.infra.words import Asked, asked, asked_loosely, fold, grams, words_of
from anxin.kernel.clock import Instant, from_unix_ms
from anxin.kernel.page import Page, limited
from anxin.market.catalog.search.asking import (
    BAND_STARTS,
    Answer,
    Question,
    Sort,
    Suggestion,
    cursor_after,
    facets_of,
    ordered_cursor,
    ranked_cursor,
)
from anxin.market.catalog.search.index import SQL
from anxin.market.catalog.search.models import SearchEntry
from anxin.market.catalog.tree_cache import category_tree

MAX_SUGGESTIONS = 10
MAX_CATEGORIES = 3
_MATCHES = "catalog_searchentry.vector @@ (%s::tsquery && %s::tsquery && plainto_tsquery('english', %s))"
_END = "\U0010ffff"
_LAST_MICROS = 200_000_000_000_000_000  # in the year 8307


def search(question: Question) -> Answer:
    """Find products on sale: one to four statements. Raises BadCursor.

    Where nothing has all the words, unknown words are replaced by those nearest to them (`corrected` says so).
    """
    wanted = asked(question.text)
    if question.text.strip() and wanted.is_empty:
        return _nothing()
    answer = _answer(question, wanted)
    if answer.total or wanted.is_empty or question.cursor:
        return answer
    loose, shown = _loosened(wanted, question.text)
    if loose is None:
        return answer
    return replace(_answer(question, loose), corrected=shown)


def search_among(text: str, product_ids: Sequence[UUID]) -> list[UUID]:
    """Return those of the products, shown now, that have all the words of the text. One statement."""
    wanted = asked(text)
    if wanted.is_empty or not product_ids:
        return []
    words = (wanted.literal, "", wanted.english)
    rows = SearchEntry.objects.filter(RawSQL(_MATCHES, words, BooleanField()), pk__in=list(product_ids))  # noqa: S611 - parameters
    return list(rows.values_list("product_id", flat=True))


def suggest(text: str, *, now: Instant, in_english: bool = False) -> list[Suggestion]:
    """Complete what is being typed: categories, brands, shops, words and titles. One statement."""
    prefix = fold(text[:60])
    if not prefix:
        return []
    before, _, last = prefix.rpartition(" ")
    last_word = last if last.isascii() else (words_of(last, finely=False).chinese or (last,))[-1]
    before = prefix[: len(prefix) - len(last_word)] if prefix.endswith(last_word) else f"{before} "
    rows = SQL.rows(
        "suggest",
        prefix=prefix,
        prefix_end=prefix + _END,
        before=before.lstrip(),
        last=last_word,
        last_end=last_word + _END,
        in_english=in_english,
    )
    found = [Suggestion(row["kind"], row["text"], row["slug"]) for row in rows]
    found = [*_categories(prefix, now=now, in_english=in_english), *found]
    once = {fold(each.text): each for each in reversed(found)}
    return list(reversed(once.values()))[:MAX_SUGGESTIONS]


def _categories(prefix: str, *, now: Instant, in_english: bool) -> list[Suggestion]:
    nodes = category_tree(now=now).nodes.values()
    begins = (node for node in nodes if any(fold(name).startswith(prefix) for name in (node.name, node.name_en)))
    shown = (Suggestion("category", node.name_en if in_english else node.name, node.code) for node in begins)
    return list(islice(shown, MAX_CATEGORIES))


def _answer(question: Question, wanted: Asked) -> Answer:
    limit = limited(question.limit)
    score, sold, last = ranked_cursor(question.cursor if question.sort is Sort.RELEVANCE else "")
    row = SQL.one(
        "search_matched",
        **_terms(question, wanted),
        bands=list(BAND_STARTS),
        after_score=score,
        after_sold=sold,
        after_id=last,
        page_rows=limit + 1 if question.sort is Sort.RELEVANCE else 0,
    )
    if row is None:
        return _nothing()
    if question.sort is Sort.RELEVANCE:
        found = [
            (UUID(product), cursor_after(question.sort, rank, count, product)) for product, rank, count in row["page"]
        ]
    else:
        found = _ordered(question, wanted, limit, is_common=row["is_common"])
    return Answer(_page(found, limit), row["total"], facets_of(row), row["is_capped"])


def _ordered(question: Question, wanted: Asked, limit: int, *, is_common: bool) -> list[tuple[UUID, str]]:
    """Return a page in the order of price, age or sales."""
    key, last = ordered_cursor(question.cursor, question.sort)
    rows = SQL.rows(
        "search_ordered",
        **_terms(question, wanted),
        sort=question.sort,
        is_common=is_common,
        after_key=key,
        after_at=_moment(-key),
        after_id=last,
        page_rows=limit + 1,
    )
    return [(row["product_id"], cursor_after(question.sort, row["key"], row["product_id"])) for row in rows]


def _moment(micros: int) -> Instant:
    """Return the moment so many microseconds after 1970, the last one of all for what lies beyond."""
    return from_unix_ms(0) + timedelta(microseconds=max(0, min(micros, _LAST_MICROS)))


def _page(found: Sequence[tuple[UUID, str]], limit: int) -> Page[UUID]:
    shown = found[:limit]
    more = shown[-1][1] if len(found) > limit else None
    return Page(tuple(product_id for product_id, _ in shown), more)


def _terms(question: Question, wanted: Asked) -> dict[str, object]:
    return {
        "is_unfiltered": question.is_unfiltered,
        "filters": question.filters(),
        "literal": wanted.literal,
        "english": wanted.english,
        "is_priced": question.is_priced,
        "price_from": question.price_from_minor,
        "price_to": question.price_to_minor,
    }


def _loosened(wanted: Asked, text: str) -> tuple[Asked | None, str]:
    """Return a question that forgives a typing mistake, and the text it stands for."""
    latin = list(dict.fromkeys(wanted.words.latin))
    pieces = json.dumps({word: grams(word) for word in latin})
    rows = SQL.rows("words_nearest", words=latin, grams=pieces) if latin else []
    nearest: dict[str, list[str]] = {}
    shown = fold(text)
    for row in rows:
        if row["word"] not in nearest:
            shown = shown.replace(row["word"], row["shown"])
        nearest.setdefault(row["word"], []).append(row["stem"])
    return asked_loosely(wanted.words, nearest), shown


def _nothing() -> Answer:
    empty: dict[str, Any] = {"facets": [], "categories": {}, "brands": [], "bands": {}}
    return Answer(Page(()), 0, facets_of(empty))
