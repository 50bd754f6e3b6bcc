"""A list of found products with everything to narrow it down: shared by search, category and shop pages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.faces.language import reads_chinese
from anxin.faces.storefront.goods import cards_of, looker_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.money import format_money, parse_money
from anxin.kernel.page import Page
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Answer, Attribute, CategoryTree, FacetCount, Question, Sort
from anxin.market.interest.commands import rerank
from anxin.ui.parts import ProductCard, Tab

PAGE_ROWS = 24
MAX_CHOSEN = 10
GROUPS_SHOWN = 6
VALUES_SHOWN = 12
_FACET = re.compile(r"^[ao]:[^=]{1,60}=.{1,120}$")


@dataclass(frozen=True)
class Link:
    """A way to narrow the list down, or back: where it leads and how many products are there."""

    label: str
    url: str
    uses: int | None = None
    chosen: bool = False


@dataclass(frozen=True)
class LinkGroup:
    """Links of one kind, such as all brands."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Listing:
    """What the template of a list shows."""

    question: Question
    answer: Answer
    page: Page[Any]
    cards: Sequence[ProductCard]
    sorts: tuple[Tab, ...]
    chosen: tuple[Link, ...]
    groups: tuple[LinkGroup, ...]
    hidden: tuple[tuple[str, str], ...]
    price_from: str
    price_to: str

    @property
    def is_first(self) -> bool:
        """Whether this is the first page."""
        return not self.question.cursor


def question_of(request: HttpRequest, *, shop_id: UUID | None = None, category: str = "") -> Question:
    """Read what is asked from the address; values that make no sense are left out rather than refused."""
    given = request.GET
    sorts = {sort.value: sort for sort in Sort}
    return Question(
        text=given.get("q", "").strip(),
        shop_id=shop_id,
        category=category or _known_category(given.get("category", "")),
        brand=given.get("brand", "")[:120],
        facets=tuple(facet for facet in given.getlist("f")[:MAX_CHOSEN] if _FACET.match(facet)),
        price_from_minor=_amount(given.get("from", ""), 0),
        price_to_minor=_amount(given.get("to", ""), Question.price_to_minor),
        sort=sorts.get(given.get("sort", ""), Sort.RELEVANCE),
        cursor=given.get("cursor", ""),
        limit=PAGE_ROWS,
    )


def listing(request: HttpRequest, question: Question) -> Listing:
    """Answer the question and prepare what its page shows. Raises BadCursor."""
    answer = catalog.search(question)
    tree = catalog.category_tree(now=now())
    given = request.GET
    return Listing(
        question=question,
        answer=answer,
        page=answer.page,
        cards=cards_of(_for_reader(request, question, answer)),
        sorts=_sorts(given, question),
        chosen=_chosen(given, question, tree),
        groups=_groups(given, question, answer, tree),
        hidden=tuple((name, value) for name in given for value in given.getlist(name) if name not in _OWN_INPUTS),
        price_from=_yuan(question.price_from_minor) if question.price_from_minor else "",
        price_to=_yuan(question.price_to_minor) if question.price_to_minor != Question.price_to_minor else "",
    )


def _for_reader(request: HttpRequest, question: Question, answer: Answer) -> Sequence[UUID]:
    """Return the products of the page; the best matches of a text a few places up or down, as they suit the reader."""
    found = answer.page.items
    if question.sort is not Sort.RELEVANCE or question.cursor or not question.text:
        return found
    return rerank(looker_of(request), found, now=now())


_OWN_INPUTS = frozenset({"from", "to", "cursor"})


def _known_category(code: str) -> str:
    return code if code in catalog.category_tree(now=now()).nodes else ""


def _amount(text: str, default: int) -> int:
    if not text.strip():
        return default
    try:
        return parse_money(text)
    except AnxinError:
        return default


def _yuan(minor: int) -> str:
    yuan, fen = divmod(minor, 100)
    return f"{yuan}.{fen:02d}" if fen else str(yuan)


def _address(given: QueryDict, **changes: str | Iterable[str] | None) -> str:
    """Return this page's address with some parameters changed (None takes one away), on its first page."""
    changed = given.copy()
    for name, value in {**changes, "cursor": None}.items():
        changed.pop(name, None)
        if value is not None:
            changed.setlist(name, [value] if isinstance(value, str) else list(value))
    return f"?{changed.urlencode()}"


def _sorts(given: QueryDict, question: Question) -> tuple[Tab, ...]:
    names = (
        (Sort.RELEVANCE, _("Best match")),
        (Sort.SALES, _("Sales")),
        (Sort.NEWEST, pgettext("order of a list", "Newest")),
        (Sort.PRICE, _("Price: low to high")),
        (Sort.PRICE_DOWN, _("Price: high to low")),
    )
    return tuple(Tab(name, _address(given, sort=sort.value), active=sort is question.sort) for sort, name in names)


def _chosen(given: QueryDict, question: Question, tree: CategoryTree) -> tuple[Link, ...]:
    """Return what is chosen, each with the address of the list without it."""
    found = []
    if given.get("category") and question.category:
        found.append(Link(_category_name(tree, question.category), _address(given, category=None)))
    if question.brand:
        found.append(Link(question.brand, _address(given, brand=None)))
    for facet in question.facets:
        rest = [each for each in question.facets if each != facet]
        found.append(Link(_facet_label(facet, _attributes(tree)), _address(given, f=rest)))
    if question.price_from_minor or question.price_to_minor != Question.price_to_minor:
        low, high = question.price_from_minor, question.price_to_minor
        found.append(Link(_band_label(low, high if given.get("to") else None), _address(given, **_NO_PRICE)))
    return tuple(found)


_NO_PRICE: dict[str, None] = {"from": None, "to": None}


def _groups(given: QueryDict, question: Question, answer: Answer, tree: CategoryTree) -> tuple[LinkGroup, ...]:
    attributes = _attributes(tree)
    groups = [
        LinkGroup(_("Category"), _category_links(given, question, answer, tree)),
        LinkGroup(_("Brand"), _brand_links(given, question, answer.facets.brands)),
        LinkGroup(_("Price"), _band_links(given, question, answer)),
    ]
    for name, counts in list(answer.facets.groups.items())[:GROUPS_SHOWN]:
        groups.append(
            LinkGroup(_group_label(name, attributes), _facet_links(given, question, name, counts, attributes))
        )
    return tuple(group for group in groups if len(group.links) > 1)


def _category_links(given: QueryDict, question: Question, answer: Answer, tree: CategoryTree) -> tuple[Link, ...]:
    """Return the categories one level below the chosen one, the most used first."""
    below = tree.children(question.category) if question.category else tree.tops
    counted = [(node, answer.facets.categories.get(node.code, 0)) for node in below]
    counted = sorted((each for each in counted if each[1]), key=lambda each: -each[1])[:VALUES_SHOWN]
    return tuple(
        Link(_category_name(tree, node.code), _address(given, category=node.code), uses) for node, uses in counted
    )


def _brand_links(given: QueryDict, question: Question, brands: Iterable[FacetCount]) -> tuple[Link, ...]:
    if question.brand:
        return ()
    return tuple(Link(brand.value, _address(given, brand=brand.value), brand.uses) for brand in brands)


def _band_links(given: QueryDict, question: Question, answer: Answer) -> tuple[Link, ...]:
    if question.price_from_minor or question.price_to_minor != Question.price_to_minor:
        return ()
    links = []
    for band in answer.facets.bands:
        to = None if band.to_minor is None else _yuan(band.to_minor - 1)
        ends = {"from": _yuan(band.from_minor), "to": to}
        links.append(Link(_band_label(band.from_minor, band.to_minor), _address(given, **ends), band.uses))
    return tuple(links)


def _facet_links(
    given: QueryDict,
    question: Question,
    name: str,
    counts: Sequence[FacetCount],
    attributes: Mapping[str, Attribute],
) -> tuple[Link, ...]:
    links = []
    for count in counts[:VALUES_SHOWN]:
        facet = f"{name}={count.value}"
        if facet not in question.facets:
            url = _address(given, f=(*question.facets, facet))
            links.append(Link(_value_label(name, count.value, attributes), url, count.uses))
    return tuple(links)


def _category_name(tree: CategoryTree, code: str) -> str:
    node = tree.node(code)
    return node.name if reads_chinese() else node.name_en


def _band_label(low: int, high: int | None) -> str:
    if high is None:
        return _("%(price)s and more") % {"price": _round(low)}
    return f"{_round(low)}-{_round(high)}"


def _round(minor: int) -> str:
    return format_money(minor).removesuffix(".00")


def _attributes(tree: CategoryTree) -> Mapping[str, Attribute]:
    return {attribute.code: attribute for leaf in tree.leaves() for attribute in leaf.terms.attributes}


def _group_label(name: str, attributes: Mapping[str, Attribute]) -> str:
    kind, _sep, code = name.partition(":")
    attribute = attributes.get(code) if kind == "a" else None
    if attribute is None:
        return code
    return attribute.name if reads_chinese() else attribute.name_en


def _value_label(name: str, value: str, attributes: Mapping[str, Attribute]) -> str:
    attribute = attributes.get(name.partition(":")[2]) if name.startswith("a:") else None
    choice = attribute.choice(value) if attribute else None
    if choice:
        return choice.name if reads_chinese() else choice.name_en
    unit = (attribute.unit if reads_chinese() else f" {attribute.unit_en}".rstrip()) if attribute else ""
    return f"{value}{unit}"


def _facet_label(facet: str, attributes: Mapping[str, Attribute]) -> str:
    name, _sep, value = facet.partition("=")
    return f"{_group_label(name, attributes)}: {_value_label(name, value, attributes)}"
