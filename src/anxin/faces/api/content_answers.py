"""Videos, notes, comments and creators as the API writes them."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, Field

from anxin.faces.api.fields import Answer, CreatorId, LinkId, MediaId, ProductId, RequestId, ShopId
from anxin.faces.why import words_of
from anxin.infra.media import Size, picture_url
from anxin.kernel.ids import public_id
from anxin.market.content.queries.comments import CommentFacts
from anxin.market.content.queries.posts import Mine, PostCard, PostFacts, PostKind
from anxin.market.content.queries.uploads import UploadFacts
from anxin.market.creators.queries import CreatorFacts
from anxin.market.interest.commands import Chosen, Why

POSTS_KEPT_MAX, CREATORS_KEPT_MAX = 4_096, 4_096  # that a process remembers in the words of the API
PREFIXES = {PostKind.VIDEO: "vid", PostKind.NOTE: "nte"}


class PlaceQuery(BaseModel):
    """Where the thing stood when it was done: it is told as an event with this place, so it is not told by `POST /events` too."""

    model_config = ConfigDict(extra="forbid")

    request: RequestId | None = Field(None, description="The answer that showed it.")
    slot: int | None = Field(None, ge=0, le=999, description="Its place there, from 0.")


class CreatorOut(Answer):
    """A creator; `shop_id` is set where a shop speaks for itself."""

    id: CreatorId
    handle: str
    name: str
    name_en: str
    bio: str
    bio_en: str
    avatar_url: str
    level: int
    shop_id: ShopId | None


class CreatorPageOut(CreatorOut):
    """A creator with how many follow them, and whether the caller does."""

    followers: int
    is_followed: bool


class AnchorOut(Answer):
    """A product in a post: where it stands, and what it is; null facts where it cannot be bought now."""

    product_id: ProductId
    link_id: LinkId
    at_ms: int
    label: str
    title: str | None = None
    title_en: str | None = None
    price_minor: int | None = None
    picture_url: str | None = None


class VideoOut(Answer):
    """What can be played."""

    media_id: MediaId
    file_url: str
    playlist_url: str
    poster_url: str
    duration_ms: int
    width: int
    height: int
    silent: bool


class PostOut(Answer):
    """A video (`vid_…`) or a note (`nte_…`) that is public, with what the caller did with it."""

    id: str
    kind: PostKind
    creator: CreatorOut
    title: str
    title_en: str
    caption: str
    caption_en: str
    topics: list[str]
    picture_urls: list[str]
    video: VideoOut | None
    products: list[AnchorOut]
    likes: int
    comments: int
    favourites: int
    shares: int
    is_liked: bool
    is_kept: bool
    is_followed: bool
    published_at: datetime
    comments_open: bool


class WhyOut(Answer):
    """Why a card is shown: the source that brought it, in words, and the post that the caller liked or looked at before."""

    source: str
    text: str
    text_en: str
    because: str | None


class FeedItemOut(PostOut):
    """A card of the feed. `slot` is its place in the answer, null where the answer has no `request`."""

    slot: int | None
    why: WhyOut


class FeedOut(Answer):
    """What to show next. `request` names the answer: events about its items carry it and the place (`slot`, from 0).

    `policy` says which rules chose: `popular` while the interest engine cannot be used, `plain-…` for whoever refused what is
    personal.
    """

    request: RequestId | None
    policy: str
    items: list[FeedItemOut]


class CommentOut(Answer):
    """A comment; of one that is gone neither text nor author is told.

    `answered` is the name of whoever a reply answers, empty where that is whoever began the thread.
    """

    id: str
    thread: str | None
    reply_to: str | None
    answered: str = ""
    author: str
    creator: CreatorOut | None
    is_of_creator: bool
    is_pinned: bool
    is_shown: bool
    text: str
    likes: int
    replies: int
    is_liked: bool
    written_at: datetime


class ShareOut(Answer):
    """A short link."""

    code: str
    url: str


def content_id(kind: PostKind, identity: UUID) -> str:
    """Return the outside id of a post."""
    return public_id(PREFIXES[kind], identity)


def feed_out(chosen: Chosen) -> FeedOut:
    """Return an answer of the feed. Every value in it is of its type already, and the answer is not read again."""
    reasons = _reasons_out([one.why for one in chosen.cards])
    return FeedOut.model_construct(
        request=chosen.request,
        policy=chosen.policy,
        items=[
            FeedItemOut.model_construct(**_content(one.card, chosen.mine), slot=one.place, why=why)
            for one, why in zip(chosen.cards, reasons, strict=True)
        ],
    )


def _reasons_out(reasons: Sequence[Why]) -> list[WhyOut]:
    """Return reasons in both languages; to change the language costs more than a reason."""
    with override("zh-hans"):
        chinese = [words_of(why) for why in reasons]
    with override("en"):
        english = [words_of(why) for why in reasons]
    return [
        WhyOut.model_construct(
            source=why.source,
            text=text,
            text_en=text_en,
            because=content_id(why.because.post.kind, why.because.post.id) if why.because else None,
        )
        for why, text, text_en in zip(reasons, chinese, english, strict=True)
    ]


@lru_cache(maxsize=CREATORS_KEPT_MAX)
def creator_out(facts: CreatorFacts) -> CreatorOut:
    """Return a creator: the same answer for the same facts."""
    return CreatorOut(**_creator(facts))


def creator_page_out(facts: CreatorFacts, followers: int, *, is_followed: bool) -> CreatorPageOut:
    """Return a creator with their reach."""
    return CreatorPageOut(**_creator(facts), followers=followers, is_followed=is_followed)


def contents(cards: Sequence[PostCard], mine: Mine) -> list[PostOut]:
    """Return public posts."""
    return [PostOut.model_construct(**_content(card, mine)) for card in cards]


def comment_out(facts: CommentFacts, liked: frozenset[UUID]) -> CommentOut:
    """Return a comment."""
    plain = {
        name: getattr(facts, name) for name in ("is_of_creator", "is_pinned", "is_shown", "text", "likes", "replies")
    }
    return CommentOut(
        **plain,
        id=public_id("cmt", facts.id),
        thread=public_id("cmt", facts.thread_id) if facts.thread_id else None,
        reply_to=public_id("cmt", facts.reply_to_id) if facts.reply_to_id else None,
        answered=facts.answered.author if facts.answered else "",
        author=facts.author,
        creator=creator_out(facts.creator) if facts.creator else None,
        is_liked=facts.id in liked,
        written_at=facts.written_at,
    )


def _creator(facts: CreatorFacts) -> dict[str, Any]:
    plain = {
        name: getattr(facts, name) for name in ("id", "handle", "name", "name_en", "bio", "bio_en", "level", "shop_id")
    }
    return {**plain, "avatar_url": picture_url(facts.avatar, Size.CARD)}


def _content(card: PostCard, mine: Mine) -> dict[str, Any]:
    """Return the fields of a PostOut."""
    post, counts = card.post, card.counts
    return {
        **_fixed(post),
        "creator": creator_out(card.creator),
        "products": [
            AnchorOut.model_construct(
                product_id=product.id,
                link_id=anchor.link_id,
                at_ms=anchor.at_ms,
                label=anchor.label,
                title=product.title,
                title_en=product.title_en,
                price_minor=product.price_min_minor,
                picture_url=picture_url(product.picture, Size.CARD),
            )
            for anchor, product in card.goods
        ],
        "likes": counts.likes,
        "comments": counts.comments,
        "favourites": counts.favourites,
        "shares": counts.shares,
        "is_liked": post.id in mine.liked,
        "is_kept": post.id in mine.kept,
        "is_followed": card.creator.id in mine.followed,
    }


@lru_cache(maxsize=POSTS_KEPT_MAX)
def _fixed(post: PostFacts) -> dict[str, Any]:
    """Return the fields that one version of a post never changes."""
    names = ("kind", "title", "title_en", "caption", "caption_en", "published_at", "comments_open")
    return {
        **{name: getattr(post, name) for name in names},
        "id": content_id(post.kind, post.id),
        "topics": list(post.topics),
        "picture_urls": [picture_url(key) for key in post.pictures],
        "video": video_out(post.media, post.cover) if post.media else None,
    }


def video_out(media: UploadFacts, cover: str = "") -> VideoOut:
    """Return what can be played, with the cover that its post chose, if one did."""
    names = ("duration_ms", "width", "height", "silent", "file_url", "playlist_url")
    plain = {name: getattr(media, name) for name in names}
    return VideoOut(media_id=media.id, poster_url=picture_url(cover or media.poster), **plain)
