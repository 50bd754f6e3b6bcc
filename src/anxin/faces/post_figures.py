"""What came of a creator's posts over the last days, as the studio shows it and the API tells it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.content.queries.posts import PostFacts, shown_posts
from anxin.market.interest.queries import Figures, PostFigures, WatchCurve, figures_of_posts, watch_curve

DAYS_MAX = 90
DEFAULT_DAYS = 28
POSTS_MAX = 500


@dataclass(frozen=True)
class Span:
    """Days in Asia/Shanghai, today the last of them."""

    since: Instant
    until: Instant
    days: int


def span_of(days: int, *, now: Instant) -> Span:
    """Return the last `days` days."""
    until = shanghai_midnight(shanghai_day(now) + timedelta(days=1))
    return Span(until - timedelta(days=days), until, days)


def figures_of(posts: list[PostFacts], creator_id: UUID, span: Span) -> PostFigures:
    """Return what came of some posts of one creator: three statements."""
    products = {anchor.product_id for each in posts for anchor in each.anchors}
    ids = [each.id for each in posts]
    return figures_of_posts(ids, creator_id=creator_id, product_ids=products, since=span.since, until=span.until)


def figures_of_creator(creator_id: UUID, span: Span) -> tuple[PostFigures, list[tuple[PostFacts, Figures]]]:
    """Return what came of the newest 500 posts that are or once were public, and of each, the most seen first."""
    posts = shown_posts(creator_id, POSTS_MAX)
    found = figures_of(posts, creator_id, span)
    counted = [(each, found.by_post[each.id]) for each in posts]
    return found, sorted(counted, key=lambda one: (-one[1].impressions, -one[1].plays))


def curve_of(post: PostFacts, span: Span) -> WatchCurve | None:
    """Return how far people watched a video: one statement; None for a note."""
    return watch_curve(post.id, post.media.duration_ms, since=span.since, until=span.until) if post.media else None
