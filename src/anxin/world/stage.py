"""The stage of the demo market: orders that are there whatever the dice, because a story is told about each.

Who bought what where, and how far the order has come when the market opens. `trade.py` writes them among the others,
`cast.py` finds them again, and the tales (`tales_*.py`) go by the same names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = "qinghe"  # the shop whose staff are demo accounts
ANY = ""  # any shop but the first
ME = 0  # the demo's own buyer


class Reach(Enum):
    """How far an order has come."""

    UNSENT = auto()
    UNTRACED = auto()  # said to be shipped, and no courier has it
    SIGNED = auto()  # not received: a claim holds it since
    RECEIVED = auto()


class Kind(Enum):
    """What was bought."""

    PLAIN = auto()
    COSMETIC = auto()
    FRESH = auto()


def is_of(kind: Kind, frozen: Mapping[str, Any]) -> bool:
    """Say whether goods, as they stand on an order line, are of a kind."""
    flags = set(frozen.get("flags", ()))
    return kind.name.lower() in flags if kind is not Kind.PLAIN else not {"fresh", "virtual", "custom"} & flags


@dataclass(frozen=True)
class Staged:
    """An order of one line. `age` is counted from its payment (unsent), shipping (untraced) or signature."""

    reach: Reach
    age: timedelta
    buyer: int = ME
    shop: str = ANY
    kind: Kind = Kind.PLAIN
    pieces: int = 1


def _unsent(hours: float, buyer: int = ME, shop: str = ANY) -> Staged:
    return Staged(Reach.UNSENT, hours * HOUR, buyer, shop)


def _signed(hours: float, buyer: int = ME, shop: str = ANY, kind: Kind = Kind.PLAIN, *, pieces: int = 1) -> Staged:
    return Staged(Reach.SIGNED, hours * HOUR, buyer, shop, kind, pieces)


def _received(days: float, buyer: int = ME, shop: str = ANY, kind: Kind = Kind.PLAIN) -> Staged:
    return Staged(Reach.RECEIVED, days * DAY, buyer, shop, kind)


CLAIMS = {
    "applied": _signed(6, shop=FIRST),
    "asked_to_show": _signed(9, shop=FIRST),
    "offered": _signed(9, 1, FIRST),
    "offer_taken": _signed(30, 2),
    "return_awaited": _signed(30, shop=FIRST),
    "sent_back": _signed(30, 3, FIRST),
    "return_offered": _signed(48, shop=FIRST),
    "reship_awaited": _signed(10, 4, FIRST),
    "reshipped": _signed(30),
    "refused": _signed(6, shop=FIRST),
    "return_refused": _signed(80),
    "give_back_awaited": _signed(100, shop=FIRST, pieces=2),
    "given_back": _signed(130, 5, FIRST, pieces=2),
    "withdrawn": _signed(60, 7, FIRST),
    "nothing_shown": _signed(60, 8, kind=Kind.FRESH),
    "not_sent_back": _signed(240, 9, FIRST),
    "not_escalated": _signed(242, 10),
    "exchanged": _signed(100, 11, FIRST),
    "repaired": _signed(160, 12),
    "bad_fruit": _signed(10, kind=Kind.FRESH),
    "thawed": _signed(20, 13, kind=Kind.FRESH),
    "instant_refund": _unsent(30),
    "instant_refund_again": _unsent(6, 14),
    "allergy": _received(25, kind=Kind.COSMETIC),
    "allergy_disputed": _received(30, 15, kind=Kind.COSMETIC),
}
DISPUTES = {
    "talking": _signed(9, shop=FIRST),
    "evidence_wanted": _signed(14, 16, FIRST),
    "judging": _signed(24, shop=FIRST),
    "taken": _signed(26, 17),
    "large": _signed(60),
    "decided": _signed(44, shop=FIRST),
    "appealed": _signed(60, shop=FIRST),
    "executing": _signed(70, shop=FIRST),
    "won": _signed(140, 20),
    "lost": _signed(120, 21, FIRST),
    "in_part": _signed(118, 22),
    "settled": _signed(80, 23, FIRST),
    "called_off": _signed(62),
    "sued": _signed(98, 24),
    "consoled": _signed(122, 25, FIRST),
}
COVER = {
    "insured_return": _signed(32, shop=FIRST),
    "insurer_slow": _signed(130, shop=FIRST),
    "freight_paid": _signed(150, 26, FIRST),
    "freight_refused": _signed(132, 27, FIRST),
    "lapsed": _received(93, 60, "lanting"),
    "insured_cancelled": _unsent(20, 28, FIRST),
    "insurer_silent": _unsent(5, shop=FIRST),
    "gifted": _unsent(30, 29),
    "courier": _signed(74, shop=FIRST),
    "collected": _signed(76, 30, FIRST),
    "late": _unsent(70),
    "shipped_late": _unsent(100, 32),
    "untraced": Staged(Reach.UNTRACED, 30 * HOUR, 33),
    "fraud_shipment": _received(20, 34),
    "invoice_late": _received(15, shop=FIRST),
    "invoice_fake": _received(20.5, 35),
}
MONEY = {
    "stuck_refund": _signed(84),
    "advanced": _received(25, 38, "shanyu"),
    "premium_advanced": _signed(96, 50, "shanyu"),
    "recovered": _signed(324, 39, "shanyu"),
    "advance_returned": _received(26, 40, "huazhi"),
    "left": _received(27, 41, "tongnian"),
}
VOICES = {
    "reviewed": _received(12, shop=FIRST),
    "hidden": _received(9, 42, FIRST),
    "reported": _received(8, 43, FIRST),
    "talked": _signed(50, shop=FIRST),
    "unanswered": _signed(30, 44, FIRST),
    "pre_sale": _received(6, 45, FIRST),
    "complaint_filed": _received(5, shop=FIRST),
    "complaint_acknowledged": _received(7, 46, FIRST),
    "complaint_upheld": _received(16),
    "complaint_partly_upheld": _received(17, 47),
    "complaint_dismissed": _received(18, 48, FIRST),
    "complaint_settled": _received(19, 49),
    "complaint_withdrawn": _received(14),
}
LAST = {  # what is under way at the moment of the opening
    "refund_failing": _signed(12, 6),
    "refund_sent": _signed(13),
    "courier_asked": _signed(31, 31, FIRST),
    "policy_new": _unsent(4, 37, FIRST),
    "compensation_sent": _received(10),
    "price_dropped": _signed(70, shop="mubai"),
}
RULINGS = {
    "looked_into": _signed(15, 51, FIRST),
    "ruled_exchange": _signed(100, 52),
    "ruled_repair": _signed(140, 53, FIRST),
    "ruled_reship": _signed(90, 54),
    "owed_by_verdict": _signed(115, shop=FIRST),
}
LATE_SHOP = "anju"  # ships too much too late, and may not sell for a week
LATE_ORDERS, LATE_EVERY = 210, 3  # 200 in a month of which 30 % were late are one too many (DOMAIN 1.10)
STAGE: dict[str, Staged] = {**CLAIMS, **DISPUTES, **COVER, **MONEY, **VOICES, **LAST, **RULINGS}
