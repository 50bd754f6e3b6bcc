"""What came of posts: shown, watched, liked, tapped and bought; for those who made them.

Only events that teach count: a creator's own, repetitions and what contradicts the answer that it names are left out.
Orders and refunds are those of order lines that name the post as where the goods were met.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from anxin.infra.sql import Row
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.interest import store
from anxin.market.interest.domain.events import Kind
from anxin.market.orders.queries import sold_by_content

__all__ = ["DayFigures", "Figures", "PostFigures", "WatchCurve", "figures_of_posts", "watch_curve"]

COLUMNS = {
    Kind.IMPRESSION: "impressions",
    Kind.WATCH: "plays",
    Kind.LIKE: "likes",
    Kind.COMMENT: "comments",
    Kind.FAVOURITE: "favourites",
    Kind.SHARE: "shares",
}
LED_TO = {Kind.PRODUCT_CLICK: "product_clicks", Kind.FOLLOW: "follows"}
BPS = 10_000
STEPS_MAX = 60
SECOND_MS = 1_000


@dataclass
class Figures:
    """Sums of a span of time; money in fen."""

    impressions: int = 0
    plays: int = 0
    watched_ms: int = 0
    finished: int = 0
    likes: int = 0
    comments: int = 0
    favourites: int = 0
    shares: int = 0
    follows: int = 0
    product_clicks: int = 0
    orders: int = 0
    paid_minor: int = 0
    refunds: int = 0
    refunded_minor: int = 0

    @property
    def finish_bps(self) -> int | None:
        """The share of plays that came to the end, None where nothing was played."""
        return self.finished * BPS // self.plays if self.plays else None

    @property
    def click_bps(self) -> int | None:
        """Taps on products by impression, None where nothing was shown."""
        return self.product_clicks * BPS // self.impressions if self.impressions else None

    @property
    def mean_ms(self) -> int:
        """How long a play lasted in the mean."""
        return self.watched_ms // self.plays if self.plays else 0

    def add(self, other: "Figures") -> None:
        """Add what others are to these."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True)
class DayFigures:
    """The figures of one day in Asia/Shanghai."""

    day: date
    figures: Figures


@dataclass(frozen=True)
class PostFigures:
    """The figures of some posts together, of each, and of every day of the span, empty days among them."""

    total: Figures
    by_post: dict[UUID, Figures]
    days: tuple[DayFigures, ...]


@dataclass(frozen=True)
class WatchCurve:
    """Moments of a video from its beginning to its end, in milliseconds, and how many watches reached each (the first: all)."""

    at_ms: tuple[int, ...]
    reached: tuple[int, ...]


def figures_of_posts(
    post_ids: Sequence[UUID], *, creator_id: UUID, product_ids: Iterable[UUID], since: Instant, until: Instant
) -> PostFigures:
    """Return what came of a creator's posts in [since, until); `product_ids` are the goods in them. Three statements."""
    by_post: dict[UUID, Figures] = {each: Figures() for each in post_ids}
    by_day: dict[date, Figures] = defaultdict(Figures)
    products = list(product_ids)
    for row in _told(post_ids, creator_id, products, since, until):
        counted = _figures(row)
        by_post[row["item"]].add(counted)
        by_day[row["day"]].add(counted)
    for sold in sold_by_content(post_ids, products, since=since, until=until):
        counted = Figures(
            orders=sold.orders,
            paid_minor=sold.paid_minor,
            refunds=sold.refunds,
            refunded_minor=sold.refunded_minor,
        )
        by_post[sold.content].add(counted)
        by_day[sold.day].add(counted)
    total = Figures()
    for each in by_post.values():
        total.add(each)
    first, last = shanghai_day(since), shanghai_day(until - timedelta(microseconds=1))
    span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return PostFigures(total, by_post, tuple(DayFigures(day, by_day.get(day, Figures())) for day in span))


def watch_curve(post_id: UUID, duration_ms: int, *, since: Instant, until: Instant) -> WatchCurve:
    """Return how many watches reached each second of a video of up to a minute, of a longer one each second, third …: one
    statement, which answers at most 61 rows.
    """
    step_ms = SECOND_MS * max(1, -(-duration_ms // (STEPS_MAX * SECOND_MS)))
    last = -(-duration_ms // step_ms)
    rows = store.SQL.rows(
        "watch_curve",
        post=post_id,
        duration_ms=duration_ms,
        step_ms=step_ms,
        last=last,
        watch=store.NUMBER[Kind.WATCH],
        since=since,
        until=until,
    )
    ended = {row["step"]: row["number"] for row in rows}
    steps = range(last + 1)
    reached = tuple(sum(number for step, number in ended.items() if step >= at) for at in steps)
    return WatchCurve(tuple(min(at * step_ms, duration_ms) for at in steps), reached)


def _told(
    post_ids: Sequence[UUID], creator_id: UUID, products: Sequence[UUID], since: Instant, until: Instant
) -> Iterable[Row]:
    span: dict[str, Any] = {"posts": list(post_ids), "since": since, "until": until}
    yield from store.SQL.rows("posts_told", **span, kinds=[store.NUMBER[kind] for kind in COLUMNS])
    targets = [creator_id, *products]
    yield from store.SQL.rows("posts_led_to", **span, targets=targets, kinds=[store.NUMBER[kind] for kind in LED_TO])


def _figures(row: Row) -> Figures:
    kind = store.KINDS[row["kind"]]
    counted = Figures(**{(COLUMNS | LED_TO)[kind]: row["number"]})
    if kind is Kind.WATCH:
        counted.watched_ms, counted.finished = row["amount"], row["finished"]
    return counted
