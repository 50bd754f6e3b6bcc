"""What is searched: goods, promises, wishes and purses, for every kind of claim under both rule books."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from anxin.market.guarantee import book
from anxin.market.guarantee.domain.certificate import Certificate, issue
from anxin.market.guarantee.domain.compensation import DueStage, late_shipping
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType, Evidence, LineFacts, PurchaseFacts
from anxin.market.guarantee.domain.insurance import PolicyState
from anxin.market.guarantee.domain.promises import Profile
from anxin.market.guarantee.explore import money
from anxin.market.guarantee.explore.world import (
    EXPERIENCE,
    LINE,
    NOW,
    ORDER,
    PRODUCT,
    SHOP,
    Case,
    Freight,
    World,
)
from anxin.market.ledger.commands import BANK_PAYOUTS, GUARANTEE_FUND

PLACED = NOW - timedelta(days=2)
PRICE_MINOR, PIECES, FREIGHT_MINOR = 10_000, 2, 1_000
PROMISE_HOURS = 48
SHOWN = frozenset(Evidence)
T = ClaimType


@dataclass(frozen=True)
class Sketch:
    """A case under no rule book yet. `walk` are the steps from placing the order to where the search begins, by name."""

    name: str
    wishes: tuple[ClaimFacts, ...]
    walks: tuple[tuple[str, ...], ...]
    category: str = "womenswear-dress"
    flags: frozenset[str] = frozenset()
    profiles: tuple[Profile, ...] = tuple(Profile)
    facts: dict[str, Any] = field(default_factory=dict)
    late: bool = False

    @property
    def types(self) -> frozenset[ClaimType]:
        """The kinds of claim that are asked for."""
        return frozenset(wish.claim_type for wish in self.wishes)


def wish(promise: str, kind: ClaimType, reason: str, pieces: int = PIECES, **facts: Any) -> ClaimFacts:
    """Return a wish with everything shown that could be asked for, unless it says otherwise."""
    return ClaimFacts(promise, kind, reason, pieces, **{"evidence": SHOWN, **facts})


PAID = ("buyer pays",)
SHIPPED = (*PAID, "merchant ships")
SIGNED = (*SHIPPED, "carrier delivers")
RECEIVED = (*SIGNED, "buyer confirms receipt")
SETTLED = (*RECEIVED, "time: settlement")
PAID_OUT = (*SETTLED, "merchant draws the goods money", "bank pays the shop")
ASKS_FOR_RETURN = "buyer asks: return_refund of 1, quality_return"
SENT_BACK = ("buyer asks: return_refund of 2, no_reason_return", "merchant agrees", "buyer: sends back")
HEARD = ("buyer calls the platform", "merchant shows evidence", "buyer stops talking", "arbitrator takes the case")

SKETCHES = (
    Sketch(
        "before shipping",
        (
            wish("before_signing", T.REFUND_UNSHIPPED, "changed_mind", 1),
            wish("instant_refund", T.REFUND_UNSHIPPED, "changed_mind"),
            wish("late_shipping", T.REFUND_UNSHIPPED, "late_shipping"),
        ),
        ((), PAID),
        facts={"other_minor": 0},
        late=True,
    ),
    Sketch(
        "partly shipped",
        (
            wish("before_signing", T.REFUND_SHIPPED, "not_received", 1),
            wish("before_signing", T.REFUND_UNSHIPPED, "changed_mind", 1),
        ),
        ((*PAID, "merchant ships one piece"),),
        facts={"in_parts": True},
    ),
    Sketch(
        "on the way",
        (wish("before_signing", T.REFUND_SHIPPED, "not_received"), wish("before_signing", T.RESHIP, "lost", 1)),
        (SHIPPED,),
    ),
    Sketch(
        "return",
        (
            wish("no_reason_return", T.RETURN_REFUND, "no_longer_wanted"),
            wish("quality_return", T.RETURN_REFUND, "quality", 1),
        ),
        (
            SIGNED,
            (*SIGNED, ASKS_FOR_RETURN, "merchant agrees", "buyer: sends back", "merchant refuses"),
            (
                *(*SIGNED, ASKS_FOR_RETURN, "merchant refuses", *HEARD),
                *("arbitrator decides return_refund, visible_defect", "time: dispute execution", "buyer: sends back"),
            ),
            (*SIGNED, *SENT_BACK, "merchant accepts one piece"),
            (
                *(*SIGNED, *SENT_BACK, "merchant accepts one piece", "buyer: takes the offer"),
                *("provider has paid and says so (claim 1 refund)", "merchant gives the goods back"),
            ),
            (*SIGNED, *SENT_BACK, "merchant refuses", "buyer: withdraws, and the word of it is late"),
            (
                *(*SIGNED, *SENT_BACK, "merchant refuses", *HEARD),
                *("arbitrator decides compensation, poor_experience", "time: dispute execution"),
            ),
            (
                *(*SIGNED, *SENT_BACK, "merchant refuses", *HEARD),
                *("arbitrator decides partial_refund, minor_defect", "time: dispute execution"),
            ),
        ),
        facts={"other_minor": 0, "insured": True},
    ),
    Sketch(
        "refund only",
        (wish("quality_return", T.REFUND_SHIPPED, "quality", 1),),
        (SIGNED, SETTLED, (*SIGNED, "buyer asks: refund_shipped of 1, quality_return", "merchant refuses", *HEARD)),
    ),
    Sketch(
        "exchange",
        (wish("quality_return", T.EXCHANGE, "quality"),),
        (SIGNED, (*SIGNED, "buyer asks: exchange of 2, quality_return", "merchant agrees", "buyer: sends back")),
    ),
    Sketch("replacement", (wish("quality_return", T.RESHIP, "quality", 1),), (SIGNED,)),
    Sketch("repair", (wish("quality_return", T.REPAIR, "quality", 1),), (RECEIVED,)),
    Sketch(
        "price protection",
        (wish("price_protection", T.PRICE_PROTECTION, "price_dropped", lower_price_minor=8_000, lower_price_at=NOW),),
        (PAID, SETTLED),
        profiles=(Profile.CURRENT_2026,),
    ),
    Sketch(
        "fresh goods",
        (wish("fresh", T.REFUND_SHIPPED, "rotten", 1, bad_ratio_bps=4_000),),
        (SIGNED,),
        category="fresh-fruit",
        flags=frozenset({"fresh"}),
    ),
    Sketch(
        "burden of proof",
        (
            wish(
                *("authenticity", T.REFUND_SHIPPED, "counterfeit", 1),
                evidence=frozenset({Evidence.PHOTO_PRODUCT}),
            ),
        ),
        (SIGNED,),
        facts={"fund_minor": 100_000},
    ),
    Sketch("fraud", (wish("fraud", T.REFUND_SHIPPED, "deceived", 1),), (SIGNED,), facts={"fund_minor": 10_000}),
    Sketch(
        "after the payout",
        (wish("quality_return", T.RETURN_REFUND, "quality", 1), wish("fraud", T.RETURN_REFUND, "deceived", 1)),
        (
            PAID_OUT,
            (*PAID_OUT, ASKS_FOR_RETURN, "merchant agrees", "buyer: sends back", "merchant accepts the return"),
        ),
        facts={"fund_minor": 30_000, "experience_minor": 2_000},
    ),
)


def cases(types: Iterable[ClaimType] = tuple(ClaimType)) -> tuple[tuple[Case, tuple[tuple[str, ...], ...]], ...]:
    """Return every case of the kinds of claim that are wanted, under each rule book, with the walks to its starts."""
    wanted = frozenset(types)
    return tuple(
        (_case(sketch, profile), sketch.walks)
        for sketch in SKETCHES
        if not wanted.isdisjoint(sketch.types)
        for profile in sketch.profiles
    )


def placed(case: Case) -> World:
    """Return the world in which the order was just placed, with the purses filled."""
    world = World(case, freight=Freight(PolicyState.ACTIVE) if case.insured else None)
    for account, minor in ((GUARANTEE_FUND, case.fund_minor), (EXPERIENCE, case.experience_minor)):
        if minor:
            world = money.post(world, money.deal("brought in", BANK_PAYOUTS, account, minor))
    return world


def _case(sketch: Sketch, profile: Profile) -> Case:
    certificate = _certificate(sketch, profile)
    other_minor = sketch.facts.get("other_minor", 5_000)
    line_minor = PRICE_MINOR * PIECES
    freight_minor = FREIGHT_MINOR if not other_minor else FREIGHT_MINOR * 4 // 5
    line = LineFacts(
        line_id=LINE,
        order_id=ORDER,
        shop_id=SHOP,
        category=sketch.category,
        flags=sketch.flags,
        order_state="paid",
        quantity=PIECES,
        price_minor=PRICE_MINOR,
        amount_minor=line_minor,
        freight_minor=freight_minor,
        placed_at=PLACED,
        paid_at=PLACED,
        ship_by=NOW - timedelta(hours=1) if sketch.late else None,
        parts_apart=True,
    )
    late = _late_stages(certificate, line_minor + freight_minor + other_minor) if sketch.late else ()
    return Case(f"{sketch.name}, {profile}", certificate, line, sketch.wishes, late=late, **sketch.facts)


def _late_stages(certificate: Certificate, paid_minor: int) -> tuple[DueStage, ...]:
    entry = certificate.entry("late_shipping")
    stages = entry.terms.remedy.stages if entry is not None and entry.terms is not None else ()
    return late_shipping(paid_minor, PROMISE_HOURS, NOW, stages)


def _certificate(sketch: Sketch, profile: Profile) -> Certificate:
    purchase = PurchaseFacts(
        line_id=LINE,
        order_id=ORDER,
        shop_id=SHOP,
        product_id=PRODUCT,
        category=sketch.category,
        flags=sketch.flags,
        amount_minor=PRICE_MINOR * PIECES,
        placed_at=PLACED,
        shop_type="flagship",
        score=9_000,
        deposit_paid=True,
        optins=frozenset({"price_protection", "authenticity"}),
        optouts=frozenset(),
    )
    terms = book.registry().terms_at(profile, PLACED)
    return issue(terms, purchase, profile=profile, now=PLACED)
