"""What came of a creator's posts: shown, watched, tapped, ordered, refunded; by day, by post, and how far a video is watched."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from anxin.faces.access import operation
from anxin.faces.api.content_answers import content_id
from anxin.faces.api.fields import Answer, ContentRef, CreatorId
from anxin.faces.post_figures import DAYS_MAX, DEFAULT_DAYS, curve_of, figures_of, figures_of_creator, span_of
from anxin.faces.speaking import own_post, speaker_of
from anxin.infra.clock import now
from anxin.kernel.page import MAX_LIMIT
from anxin.market.content.queries.posts import PostFacts, PostKind
from anxin.market.interest.queries import DayFigures, Figures, WatchCurve

router = Router()


class FiguresQuery(BaseModel):
    """Of which days figures are wanted: the last ones, today among them, in Asia/Shanghai."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(DEFAULT_DAYS, ge=1, le=DAYS_MAX, description="Today and the days before it.")


class CreatorFiguresQuery(FiguresQuery):
    """Of which days, and of how many posts apart."""

    posts: int = Field(20, ge=1, le=MAX_LIMIT, description="How many posts are told apart, the most seen first.")


class FiguresOut(Answer):
    """Sums; money in fen. Orders and refunds are of paid order lines that name the post as where the goods were met."""

    impressions: int
    plays: int
    finished: int = Field(description="Plays that came to the end.")
    watched_ms: int
    likes: int
    comments: int
    favourites: int
    shares: int
    follows: int
    product_clicks: int
    orders: int
    paid_minor: int
    refunds: int
    refunded_minor: int


class DayFiguresOut(FiguresOut):
    """The sums of a day in Asia/Shanghai: orders and refunds by the day of payment."""

    day: date


class SeenPostOut(FiguresOut):
    """The sums of a post."""

    id: str
    kind: PostKind
    title: str
    title_en: str


class CreatorFiguresOut(Answer):
    """What came of all that a creator shows (the newest 500 posts): together, by day, and of the most seen posts."""

    total: FiguresOut
    days: list[DayFiguresOut]
    posts: list[SeenPostOut]


class WatchPointOut(Answer):
    """A moment of a video, and how many plays reached it."""

    at_ms: int
    plays: int


class PostFiguresOut(Answer):
    """What came of a post: together, by day, and how far it is watched, second by second (60 steps at most; none of a note)."""

    post: SeenPostOut
    days: list[DayFiguresOut]
    watch_curve: list[WatchPointOut]


@router.get("/me/creators/{creator}/figures", response=CreatorFiguresOut)
@operation("content.create")
def read_figures(request: HttpRequest, creator: CreatorId, wanted: Query[CreatorFiguresQuery]) -> Any:
    """Get what came of a creator's videos and notes. One's own views and what looks like a machine do not count."""
    speaker = speaker_of(request, creator)
    found, counted = figures_of_creator(speaker.id, span_of(wanted.days, now=now()))
    return CreatorFiguresOut(
        total=_sums(found.total), days=_days(found.days), posts=[_post(*each) for each in counted[: wanted.posts]]
    )


@router.get("/me/posts/{content}/figures", response=PostFiguresOut)
@operation("content.create")
def read_post_figures(request: HttpRequest, content: ContentRef, wanted: Query[FiguresQuery]) -> Any:
    """Get what came of one of the caller's videos or notes, and how far a video is watched."""
    post, speaker = own_post(request, content)
    span = span_of(wanted.days, now=now())
    found = figures_of([post], speaker.id, span)
    return PostFiguresOut(
        post=_post(post, found.total), days=_days(found.days), watch_curve=_points(curve_of(post, span))
    )


def _sums(figures: Figures) -> FiguresOut:
    return FiguresOut.model_validate(figures)


def _days(days: tuple[DayFigures, ...]) -> list[DayFiguresOut]:
    return [DayFiguresOut(day=each.day, **_sums(each.figures).model_dump()) for each in days]


def _post(post: PostFacts, figures: Figures) -> SeenPostOut:
    return SeenPostOut(
        id=content_id(post.kind, post.id),
        kind=post.kind,
        title=post.title,
        title_en=post.title_en,
        **_sums(figures).model_dump(),
    )


def _points(curve: WatchCurve | None) -> list[WatchPointOut]:
    if curve is None:
        return []
    return [WatchPointOut(at_ms=at, plays=plays) for at, plays in zip(curve.at_ms, curve.reached, strict=True)]
