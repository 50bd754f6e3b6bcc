"""Claims with honest defaults: a paid, shipped or received order of one line, and what both sides do about it."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from PIL import Image

from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.guarantee.commands import claim_evidence
from anxin.market.guarantee.commands.claim_answers import Answer
from anxin.market.guarantee.commands.claims import Application, Wish, apply
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.models.claims import Claim
from anxin.market.orders import commands as orders
from anxin.market.orders import queries
from anxin.market.orders.commands import receive
from anxin.market.shops.commands.score import NewScore, record_scores
from anxin.market.shops.domain.score import ScoreStage
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person
from tests.support.work import work

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIGNED_AFTER = timedelta(days=2)
SIGNED_AT = NOW + SIGNED_AFTER
RETURN_ADDRESS = {"name": "退货部", "phone": "13800000000", "region": "330106", "detail": "西溪路 1 号"}
SKINCARE = "beauty-skincare"


@dataclass
class Bought:
    """One order of one line, its two sides, and what is asked for it."""

    shop: UUID
    buyer: Buyer
    staff: UUID
    sku: UUID
    order: UUID
    line: UUID
    at: Instant

    def answer(self, words: str = "", evidence: tuple[UUID, ...] = ()) -> Answer:
        """What the merchant answers with."""
        return Answer(self.shop, self.staff, words, evidence)

    def ask(self, wish: Wish, *, now: Instant, show: tuple[Evidence, ...] = (), words: str = "") -> UUID:
        """Apply for a claim, showing one picture of each kind."""
        files = tuple(a_picture(kind, self.buyer.id, now=now) for kind in show)
        return apply(Application(self.line, wish, words, files), person_id=self.buyer.id, now=now)

    @property
    def facts(self) -> queries.OrderFacts:
        """The order as it stands."""
        return queries.order(self.order)


def bought(
    *,
    category: str = SKINCARE,
    price_minor: int = 10_000,
    quantity: int = 1,
    stock: int = 100,
    score_hundredths: int | None = None,
    at: Instant = NOW,
    buyer: Buyer | None = None,
    **of_shop: Any,
) -> Bought:
    """A paid order of one line from a shop that takes returns; other facts are those of `a_shop`."""
    shop = a_shop(**{"return_address": RETURN_ADDRESS, **of_shop})
    if score_hundredths is not None:
        dimensions = (score_hundredths, score_hundredths, score_hundredths)
        record_scores([NewScore(shop, shanghai_day(NOW), ScoreStage.RATED, score_hundredths, *dimensions)], now=NOW)
    sku = a_sku(shop, category=category, price_minor=price_minor, stock=stock)
    buyer = buyer or Buyer()
    placed = buyer.order(sku, quantity=quantity, now=at)
    buyer.pay(placed, now=at)
    order = placed.orders[0].id
    return Bought(shop, buyer, a_person(now=NOW), sku, order, queries.order(order).lines[0].id, at)


def shipped(**facts: Any) -> Bought:
    """A shipped order whose parcel is on its way."""
    made = bought(**facts)
    orders.ship(a_parcel(made.order), shop_id=made.shop, now=made.at + HOUR)
    return made


def signed(**facts: Any) -> Bought:
    """A shipped order whose parcel was handed over."""
    made = shipped(**facts)
    receive.note_parcel(made.facts.parcels[0].id, "signed", happened_at=made.at + SIGNED_AFTER)
    return made


def received(**facts: Any) -> Bought:
    """An order that its buyer confirmed."""
    made = signed(**facts)
    orders.confirm_receipt(made.order, person_id=made.buyer.id, now=made.at + SIGNED_AFTER)
    work(made.at + SIGNED_AFTER)
    return made


def settled(**facts: Any) -> Bought:
    """An order whose escrow was released to the merchant, a month after receipt."""
    made = received(**facts)
    work(made.at + SIGNED_AFTER + 31 * DAY)
    return made


def a_picture(kind: Evidence, by: UUID, *, now: Instant = NOW, party: Party = Party.BUYER) -> UUID:
    """A kept picture that waits for its claim; no two are the same."""
    return claim_evidence.show(some_pixels(), kind, by=by, party=party, now=now)


_shade = iter(range(1_000_000))


def some_pixels() -> bytes:
    """A small JPEG, each time another."""
    number = next(_shade)
    colour = (number % 256, number // 256 % 256, number // 65_536)
    encoded = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(encoded, "PNG")
    return encoded.getvalue()


BROKEN = Wish(ClaimType.RETURN_REFUND, "quality")
REGRET = Wish(ClaimType.RETURN_REFUND, "no_longer_wanted")
UNSENT = Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind")
ALLERGY = Wish(ClaimType.RETURN_REFUND, "allergy")


def claim(claim_id: UUID) -> Claim:
    """The claim's row as it stands."""
    return Claim.objects.get(id=claim_id)
