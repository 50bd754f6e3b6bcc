"""Promises with honest defaults: purchases, certificates, lines and wishes, without a database."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from anxin.kernel.clock import SHANGHAI, Instant, instant
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.asking import Answer, what_can_i_ask
from anxin.market.guarantee.domain.certificate import Certificate, issue
from anxin.market.guarantee.domain.deciding import Decision, decide
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType, Evidence, LineFacts, PurchaseFacts
from anxin.market.guarantee.domain.reading import Registry

ARTICLE, CURRENT = "article-2021", "current-2026"
LINE, ORDER, SHOP, PRODUCT = (UUID(int=number) for number in range(1, 5))
PLACED = instant(2026, 8, 1, 4)  # noon in Shanghai, under the rules of July 2026
SIGNED = PLACED + timedelta(days=2)
ALL_EVIDENCE = frozenset(Evidence)

FLAGS = {
    "fresh": {"fresh"},
    "beauty": {"cosmetic"},
    "virtual": {"virtual"},
    "gifts": {"custom"},
    "home-tableware": {"fragile"},
}


@cache
def registry() -> Registry:
    """The promises that ship."""
    return book.registry()


def at(text: str) -> Instant:
    """A moment in Shanghai: `at("2026-03-01 00:00:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def flags_of(category: str) -> frozenset[str]:
    """What kind of goods a category holds."""
    found = FLAGS.get(category, FLAGS.get(category.partition("-")[0], set()))
    return frozenset(found)


def a_purchase(category: str = "womenswear-dress", **facts: Any) -> PurchaseFacts:
    """One line bought in an enterprise shop in good standing."""
    defaults: dict[str, Any] = {
        "line_id": LINE,
        "order_id": ORDER,
        "shop_id": SHOP,
        "product_id": PRODUCT,
        "category": category,
        "flags": flags_of(category),
        "amount_minor": 20_000,
        "placed_at": PLACED,
        "shop_type": "enterprise",
        "score": None,
        "deposit_paid": True,
        "optins": frozenset(),
        "optouts": frozenset(),
    }
    return PurchaseFacts(**{**defaults, **facts})


def a_certificate(category: str = "womenswear-dress", profile: str = CURRENT, **facts: Any) -> Certificate:
    """The certificate of such a purchase."""
    purchase = a_purchase(category, **facts)
    terms = registry().terms_at(profile, purchase.placed_at)
    return issue(terms, purchase, profile=profile, now=purchase.placed_at + timedelta(minutes=5))


def a_line(category: str = "womenswear-dress", **facts: Any) -> LineFacts:
    """A paid line of one piece; name `signed_at` and it is shipped and delivered too."""
    placed = facts.get("placed_at", PLACED)
    defaults: dict[str, Any] = {
        "line_id": LINE,
        "order_id": ORDER,
        "shop_id": SHOP,
        "category": category,
        "flags": flags_of(category),
        "order_state": "paid",
        "quantity": 1,
        "price_minor": 20_000,
        "amount_minor": 20_000,
        "freight_minor": 0,
        "placed_at": placed,
        "paid_at": placed + timedelta(minutes=5),
        "parts_apart": True,
    }
    if facts.get("signed_at") or facts.get("received_at") or facts.get("shipped_at"):
        quantity = facts.get("quantity", 1)
        came = facts.get("signed_at") or facts.get("received_at") or facts["shipped_at"]
        defaults |= {
            "order_state": "shipped",
            "shipped_at": came - timedelta(days=1),
            "tracking_uploaded": True,
            "shipped_pieces": quantity,
        }
    return LineFacts(**{**defaults, **facts})


def a_wish(promise: str, reason: str = "", claim_type: ClaimType | str = "", **facts: Any) -> ClaimFacts:
    """A claim under a promise, by its first reason and type unless named, with every proof shown."""
    found = registry().promise(promise)
    assert found is not None
    version = found.versions[-1]
    kind = ClaimType(claim_type) if claim_type else (version.claim_types or (ClaimType.REFUND_SHIPPED,))[0]
    defaults: dict[str, Any] = {"pieces": 1, "evidence": ALL_EVIDENCE}
    return ClaimFacts(promise, kind, reason or version.reasons[0].code, **{**defaults, **facts})


def decided(wish: ClaimFacts, line: LineFacts, *, now: Instant, profile: str = CURRENT, **purchase: Any) -> Decision:
    """Decide a wish for a line that was bought as the line says."""
    return decide(_certificate_for(line, profile, purchase), line, wish, now=now)


def answered(promise: str, line: LineFacts, *, now: Instant, profile: str = CURRENT, **purchase: Any) -> Answer:
    """What may be asked under one promise for a line that was bought as the line says."""
    found = what_can_i_ask(_certificate_for(line, profile, purchase), line, now=now)
    return next(one for one in found if one.promise == promise)


def _certificate_for(line: LineFacts, profile: str, purchase: dict[str, Any]) -> Certificate:
    facts = {"flags": line.flags, "placed_at": line.placed_at, "amount_minor": line.amount_minor, **purchase}
    return a_certificate(line.category, profile, **facts)


def shown(*kinds: Evidence) -> frozenset[Evidence]:
    """These proofs and no others."""
    return frozenset(kinds)


def but(wish: ClaimFacts, **changes: Any) -> ClaimFacts:
    """The same wish with changes."""
    return replace(wish, **changes)
