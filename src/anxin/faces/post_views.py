"""Videos, notes and creators as pages show them: in the reader's language, with their outside ids and addresses."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from anxin.faces.language import reads_chinese
from anxin.faces.origin import PARAMETER, origin_text
from anxin.infra.media import Size, picture_url
from anxin.kernel.ids import public_id
from anxin.market.content.queries.posts import Counts, Mine, PostCard, PostFacts, PostKind, SegmentKind, segments
from anxin.market.creators.queries import CreatorFacts, creators_by_id
from anxin.market.inventory.queries import sold_out

PREFIXES = {PostKind.VIDEO: "vid", PostKind.NOTE: "nte"}


@dataclass(frozen=True)
class WordsPart:
    """A piece of a caption; one with an address is a topic or a creator."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class CreatorView:
    """A creator with what a page writes of them."""

    facts: CreatorFacts
    id: str
    name: str
    bio: str
    avatar: str
    url: str


@dataclass(frozen=True)
class GoodsView:
    """A product in a post: its card's facts, the label, the moment, and where its page and half sheet are."""

    id: str
    title: str
    picture: str
    price_minor: int
    was_minor: int | None
    at_ms: int
    url: str
    sheet_url: str


@dataclass(frozen=True)
class PostView:
    """A public post as lists, the feed and its own page show it."""

    id: str
    facts: PostFacts
    creator: CreatorView
    counts: Counts
    title: str
    words: tuple[WordsPart, ...]
    cover: str
    pictures: tuple[str, ...]
    video_url: str
    goods: tuple[GoodsView, ...]
    url: str
    is_liked: bool
    is_kept: bool
    is_followed: bool

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        return self.facts.kind is PostKind.VIDEO


def post_views(cards: Sequence[PostCard], mine: Mine | None = None, request_id: UUID | None = None) -> list[PostView]:
    """Return posts for a page; what is bought from them carries `request_id`, the answer that showed them."""
    done = mine or Mine()
    named = mentioned([card.post for card in cards])
    return [_view(card, done, request_id, named) for card in cards]


def sold_out_goods(cards: Iterable[PostCard]) -> frozenset[str]:
    """Return the outside ids of those products in posts of which nothing can be bought now; one statement."""
    gone = sold_out([product.id for card in cards for _, product in card.goods])
    return frozenset(public_id("prd", one) for one in gone)


def creator_view(facts: CreatorFacts) -> CreatorView:
    """Return a creator for a page."""
    return CreatorView(
        facts=facts,
        id=public_id("crt", facts.id),
        name=_local(facts, "name"),
        bio=_local(facts, "bio"),
        avatar=picture_url(facts.avatar, Size.THUMB),
        url=reverse("creator", args=[facts.handle]),
    )


def outside_id(kind: PostKind, post_id: UUID) -> str:
    """Return the outside id of a post."""
    return public_id(PREFIXES[kind], post_id)


def mentioned(posts: Iterable[PostFacts]) -> frozenset[str]:
    """Return the handles of the creators whom posts mention; one statement, none where nobody is mentioned."""
    ids = sorted({each for post in posts for each in post.mentions})
    return frozenset(facts.handle for facts in creators_by_id(ids).values()) if ids else frozenset()


def caption_parts(caption: str, handles: Collection[str]) -> tuple[WordsPart, ...]:
    """Return the pieces of a caption with their addresses; of mentions those in `handles` have one."""
    return tuple(WordsPart(each.text, _address(each.kind, each.value, handles)) for each in segments(caption))


def _view(card: PostCard, mine: Mine, request_id: UUID | None, handles: Collection[str]) -> PostView:
    post = card.post
    outside = outside_id(post.kind, post.id)
    return PostView(
        id=outside,
        facts=post,
        creator=creator_view(card.creator),
        counts=card.counts,
        title=_local(post, "title"),
        words=caption_parts(_local(post, "caption"), handles),
        cover=picture_url(post.cover),
        pictures=tuple(picture_url(key) for key in post.pictures),
        video_url=reverse("clip", args=[post.media.key]) if post.media else "",
        goods=tuple(_goods(card, outside, request_id)),
        url=reverse("post", args=[outside]),
        is_liked=post.id in mine.liked,
        is_kept=post.id in mine.kept,
        is_followed=card.creator.id in mine.followed,
    )


def _goods(card: PostCard, outside: str, request_id: UUID | None) -> Iterable[GoodsView]:
    is_video = card.post.kind is PostKind.VIDEO
    for anchor, product in card.goods:
        met = origin_text(request_id, outside, anchor.at_ms // 1000 if is_video else None, card.creator.id)
        outside_product = public_id("prd", product.id)
        yield GoodsView(
            id=outside_product,
            title=anchor.label or _local(product, "title"),
            picture=picture_url(product.picture, Size.THUMB),
            price_minor=product.price_min_minor,
            was_minor=product.compare_price_minor,
            at_ms=anchor.at_ms,
            url=f"{reverse('product', args=[outside_product])}?{PARAMETER}={met}",
            sheet_url=f"{reverse('product_sheet', args=[outside_product])}?{PARAMETER}={met}",
        )


def _address(kind: SegmentKind, value: str, handles: Collection[str]) -> str:
    if kind is SegmentKind.TOPIC:
        return reverse("topic", args=[value])
    return reverse("creator", args=[value]) if kind is SegmentKind.MENTION and value in handles else ""


def _local(item: Any, name: str) -> str:
    own: str = getattr(item, name)
    english: str = getattr(item, f"{name}_en")
    return (own or english) if reads_chinese() else (english or own)
