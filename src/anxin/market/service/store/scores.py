"""What is measured of shops for their experience score, gathered from this module and the public views below it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant, shanghai_midnight
from anxin.market.service.domain.answering import Answering, Said, answering
from anxin.market.service.domain.conversations import Side
from anxin.market.service.domain.score import BPS, Indicators, Measured
from anxin.market.service.domain.score_rules import ScoreRules
from anxin.market.service.models import Message
from anxin.market.service.store.reviews import SQL
from anxin.market.shops.queries import ShopFacts

MESSAGES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Window:
    """The days that a score looks at: whole days in Shanghai, the last one before `day`."""

    day: date
    since: Instant
    until: Instant


@dataclass
class Gathered:
    """What is known of one shop so far; an order that went wrong in two ways counts once."""

    valid_orders: int = 0
    faulty_orders: set[UUID] = field(default_factory=set)
    measured: dict[str, Measured] = field(default_factory=dict)
    violations: Counter[str] = field(default_factory=Counter)

    def measure(self, code: str, value: int | None, sample: int) -> None:
        """Note a number that was measured on at least one thing."""
        if value is not None and sample > 0:
            self.measured[code] = Measured(int(value), int(sample))

    def share(self, code: str, part: int, whole: int) -> None:
        """Note a part of a whole in basis points."""
        if whole > 0:
            self.measure(code, (min(part, whole) * BPS + whole // 2) // whole, whole)


All = defaultdict[UUID, Gathered]
Source = Callable[[Sequence[UUID], Window, ScoreRules, All], None]


def window_of(day: date, rules: ScoreRules) -> Window:
    """Return the window of a day."""
    return Window(day, shanghai_midnight(day - timedelta(days=rules.window_days)), shanghai_midnight(day))


def indicators_of(found: Sequence[ShopFacts], day: date, rules: ScoreRules) -> dict[UUID, Indicators]:
    """Return the indicators of shops on a day: a few statements, whatever their number."""
    gathered: All = defaultdict(Gathered)
    ids, window = [shop.id for shop in found], window_of(day, rules)
    for source in SOURCES:
        source(ids, window, rules, gathered)
    for shop in found:
        if not shop.return_address:
            gathered[shop.id].violations["bad_return_address"] += 1
    return {shop.id: _indicators(shop, gathered[shop.id]) for shop in found}


def to_json(indicators: Indicators) -> dict[str, Any]:
    """Return indicators as they are kept on a sheet."""
    return asdict(indicators)


def from_json(kept: dict[str, Any]) -> Indicators:
    """Read indicators from a sheet."""
    measured = {code: Measured(**row) for code, row in kept["measured"].items()}
    return Indicators(**{**kept, "measured": measured})


def _orders(ids: Sequence[UUID], window: Window, rules: ScoreRules, gathered: All) -> None:
    facts = {"low_price_minor": rules.low_price_minor, "on_time_hours": rules.on_time_hours}
    for row in SQL.rows("score_orders", shops=ids, since=window.since, until=window.until, **facts):
        shop = gathered[row["shop_id"]]
        shop.valid_orders = row["valid_orders"]
        shop.measure("pickup", row["pickup_minutes"], row["picked_up"])
        shop.share("on_time", row["on_time"], row["judged"])
        shop.share("next_day", row["next_day"], row["signed"])


def _reviews(ids: Sequence[UUID], window: Window, _rules: ScoreRules, gathered: All) -> None:
    for row in SQL.rows("score_reviews", shops=ids, since=window.since, until=window.until):
        shop = gathered[row["shop_id"]]
        shop.measure("rating", row["rating_hundredths"], row["reviews"])
        shop.share("dissatisfaction", row["dissatisfied"], row["reviews"])
        shop.faulty_orders.update(row["faulty_orders"] or ())


def _complaints(ids: Sequence[UUID], window: Window, rules: ScoreRules, gathered: All) -> None:
    for row in SQL.rows("score_complaints", shops=ids, since=window.since, until=window.until):
        shop = gathered[row["shop_id"]]
        shop.faulty_orders.update(row["faulty_orders"] or ())
        violation = rules.violations_of_complaints.get(row["kind"])
        if violation:
            shop.violations[violation] += row["upheld"]


def _talk(ids: Sequence[UUID], window: Window, _rules: ScoreRules, gathered: All) -> None:
    """How fast shops answered: what was said, read once and in order, whatever the number of shops."""
    rows = Message.objects.filter(shop_id__in=ids, sent_at__gte=window.since, sent_at__lt=window.until)
    spoken = rows.exclude(side=Side.SYSTEM).order_by("shop_id", "conversation_id", "seq")
    columns = spoken.values_list("shop_id", "conversation_id", "side", "sent_at").iterator(MESSAGES_AT_ONCE)
    answered: defaultdict[UUID, Answering] = defaultdict(Answering)
    for (shop_id, _), said in groupby(columns, key=lambda row: row[:2]):
        lines = (Said(side == Side.BUYER, at) for _, _, side, at in said)
        answered[shop_id] += answering(lines, until=window.until)
    for shop_id, found in answered.items():
        gathered[shop_id].measure("reply_time", found.mean_seconds, found.turns)


def _claims(ids: Sequence[UUID], window: Window, rules: ScoreRules, gathered: All) -> None:
    """After-sale requests and disputes; comes after the orders, whose number it divides by."""
    asked = {
        "quality": list(rules.quality_promises),
        "damage": list(rules.damage_promises),
        "unanswered_hours": rules.unanswered_hours,
    }
    for row in SQL.rows("score_claims", shops=ids, since=window.since, until=window.until, **asked):
        shop = gathered[row["shop_id"]]
        shop.share("quality_return", row["quality"], row["arrived"])
        shop.share("damage_return", row["damage"], row["arrived"])
        shop.measure("audit_time", row["audit_minutes"], row["answered"])
        shop.share("platform_help", len(row["helped_orders"]), shop.valid_orders)
        shop.faulty_orders.update(row["helped_orders"], row["wrong_orders"])


def _guarantees(ids: Sequence[UUID], window: Window, rules: ScoreRules, gathered: All) -> None:
    facts = {"since": window.since, "until": window.until, "low_price_minor": rules.low_price_minor}
    for row in SQL.rows("score_guarantees", shops=ids, **facts):
        shop = gathered[row["shop_id"]]
        shop.share("freight_insurance", row["insured"], shop.valid_orders)
        for kind, times in row["compensations"].items():
            violation = rules.violations_of_compensations.get(kind)
            if violation:
                shop.violations[violation] += times


SOURCES: tuple[Source, ...] = (_orders, _reviews, _complaints, _talk, _claims, _guarantees)


def _indicators(shop: ShopFacts, gathered: Gathered) -> Indicators:
    return Indicators(
        shop_type=shop.shop_type.value,
        valid_orders=gathered.valid_orders,
        faulty_orders=len(gathered.faulty_orders),
        measured=gathered.measured,
        violations=dict(gathered.violations),
    )
