"""What others may ask about promises: those of products before anybody buys, and the registry itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.certificate import Entry, Reason, declared, entry_for, gated, may_declare
from anxin.market.guarantee.domain.facts import PurchaseFacts
from anxin.market.guarantee.domain.promises import (
    Asking,
    Binding,
    Conditional,
    Granting,
    Profile,
    Promise,
    Version,
)
from anxin.market.guarantee.errors.promises import UnknownPromise, UnknownVersion
from anxin.market.guarantee.store.certificates import NOTHING_SAID, Standing, standings

__all__ = [
    "Asking",
    "Binding",
    "Conditional",
    "Entry",
    "Granting",
    "Product",
    "Profile",
    "Promise",
    "PromisesOfProduct",
    "ShopWord",
    "Version",
    "active_profile",
    "natures_of",
    "promise",
    "promises",
    "promises_of_products",
    "version",
    "word_of_shop",
]

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Product:
    """A product as promises ask for it."""

    product_id: UUID
    shop_id: UUID
    category: str
    flags: frozenset[str]
    amount_minor: int = 0


@dataclass(frozen=True)
class PromisesOfProduct:
    """What a product would be promised if it were ordered now, and what its buyer would be asked to confirm."""

    product_id: UUID
    entries: tuple[Entry, ...]
    to_confirm: tuple[Conditional, ...]

    @property
    def given(self) -> tuple[Entry, ...]:
        """The promises that would hold, by slot."""
        return tuple(one for one in self.entries if one.given)


def active_profile() -> Profile:
    """Return the rule book that this market goes by."""
    return book.profile()


def promises() -> tuple[Promise, ...]:
    """Return every promise with its versions, by slot."""
    return book.registry().promises


def promise(code: str) -> Promise:
    """Return one promise. Raises UnknownPromise."""
    found = book.registry().promise(code)
    if found is None:
        raise UnknownPromise(code)
    return found


def version(code: str, digest: str) -> Version:
    """Return the version of a promise with this fingerprint. Raises UnknownPromise, UnknownVersion."""
    for one in promise(code).versions:
        if one.hash == digest:
            return one
    raise UnknownVersion


def promises_of_products(products: Iterable[Product], *, now: Instant) -> dict[UUID, PromisesOfProduct]:
    """Return what products would be promised if they were ordered now, by product. One statement."""
    wanted = list(products)
    if not wanted:
        return {}
    shops = standings([one.shop_id for one in wanted], [one.product_id for one in wanted])
    terms = book.registry().terms_at(book.profile(), now)
    return {one.product_id: _of_product(one, shops.get(one.shop_id), terms, now) for one in wanted}


@dataclass(frozen=True)
class ShopWord:
    """Where a shop stands with one promise, for all its goods."""

    version: Version
    is_on: bool
    lacking: Reason | None  # what the shop lacks, so that it does not count


def word_of_shop(shop_id: UUID, *, now: Instant) -> tuple[ShopWord, ...]:
    """Return where a shop stands with every promise that holds now, by slot."""
    standing = standings([shop_id], []).get(shop_id) or Standing(shop_id, "", deposit_paid=False, score=None)
    switched = standing.switched(NOBODY, at=now)
    facts = _as_if_bought(Product(NOBODY, shop_id, "", frozenset()), standing, now)
    return tuple(
        ShopWord(
            version,
            switched.get((version.promise, ""), version.binding is not Binding.OPT_IN),
            gated(version, facts),
        )
        for version in book.registry().terms_at(book.profile(), now).values()
        if version is not None
    )


def _of_product(
    product: Product, standing: Standing | None, terms: Mapping[str, Version | None], now: Instant
) -> PromisesOfProduct:
    facts = _as_if_bought(product, standing, now)
    entries = tuple(entry_for(code, version, facts) for code, version in terms.items())
    given = [one.terms for one in entries if one.given and one.terms]
    confirm = (one for version in given for one in declared(version, facts))
    return PromisesOfProduct(product.product_id, entries, tuple(confirm))


def natures_of(product: Product, *, now: Instant) -> tuple[tuple[str, Conditional], ...]:
    """Return (promise, nature) that a shop may declare of such goods."""
    return tuple(
        (version.promise, one)
        for version in book.registry().terms_at(book.profile(), now).values()
        if version is not None
        for one in version.conditionals
        if may_declare(one, product.category, product.flags)
    )


def _as_if_bought(product: Product, standing: Standing | None, now: Instant) -> PurchaseFacts:
    said = standing.said(product.product_id, at=now) if standing else NOTHING_SAID
    return PurchaseFacts(
        line_id=NOBODY,
        order_id=NOBODY,
        shop_id=product.shop_id,
        product_id=product.product_id,
        category=product.category,
        flags=product.flags,
        amount_minor=product.amount_minor,
        placed_at=now,
        shop_type=standing.shop_type if standing else "",
        score=standing.score if standing else None,
        deposit_paid=standing.deposit_paid if standing else False,
        optins=said.optins,
        optouts=said.optouts,
        marks=said.marks,
        counterfeit_record=standing.had_sold_counterfeits(now) if standing else False,
    )
