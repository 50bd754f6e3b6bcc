"""Creators write videos and notes, hand them in, take them back, choose who sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.media import has_picture
from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.content.domain import captions
from anxin.market.content.domain import posts as rules
from anxin.market.content.domain.media import UNUSED_LIFE, MediaState
from anxin.market.content.domain.posts import LIFE, Anchor, PostKind, PostState, Visibility
from anxin.market.content.errors import posts as errors
from anxin.market.content.errors.uploads import UnknownUpload
from anxin.market.content.events import PostUnpublished, VisibilityChanged
from anxin.market.content.models import Anchor as AnchorRow
from anxin.market.content.models import Media, Post
from anxin.market.content.queries.lacking import lacks
from anxin.market.content.store import locked_post, step_post, write
from anxin.market.creators import commands as creators
from anxin.market.creators import queries as creator_queries
from anxin.market.creators.queries import CreatorFacts

__all__ = [
    "Anchor",
    "Draft",
    "PostKind",
    "Visibility",
    "create_post",
    "edit_post",
    "note_decisions_read",
    "remove_post",
    "remove_posts_of_creator",
    "set_visibility",
    "submit_post",
    "withdraw_post",
]


@dataclass(frozen=True)
class Draft:
    """What a post says and shows: an uploaded video, or pictures (keys of `infra.media`); and the goods in it.

    `cover` is a picture that stands for a video, such as one of its `covers`; without one it is the sharpest of these.
    """

    kind: PostKind
    caption: str = ""
    caption_en: str = ""
    title: str = ""
    title_en: str = ""
    media_id: UUID | None = None
    pictures: tuple[str, ...] = ()
    cover: str = ""
    anchors: tuple[Anchor, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    publish_at: Instant | None = None

    def stripped(self) -> "Draft":
        """Return it without space around texts, without repeated pictures, with what the other kind has left out."""
        texts = {name: getattr(self, name).strip() for name in ("caption", "caption_en", "title", "title_en")}
        is_note = self.kind is PostKind.NOTE
        pictures = tuple(dict.fromkeys(self.pictures)) if is_note else ()
        media_id, cover = (None, "") if is_note else (self.media_id, self.cover)
        return replace(self, **texts, pictures=pictures, media_id=media_id, cover=cover)


@transactional
def create_post(creator: CreatorFacts, draft: Draft, *, by: UUID, now: Instant, post_id: UUID | None = None) -> UUID:
    """Keep a draft of a video or note; return its id, which may be chosen (`post_id`) so that nothing is begun twice.

    Raises DraftsTooMany, DraftChanged (there is one of this id), UnknownUpload, NotOnSale and what is wrong with texts, pictures,
    goods and the planned moment.
    """
    drafts = Post.objects.filter(creator_id=creator.id, state=PostState.DRAFT)
    if drafts.count() >= rules.OPEN_DRAFTS_MAX:
        raise errors.DraftsTooMany
    checked = _checked(creator.id, draft, now=now)
    facts = {
        "creator_id": creator.id,
        "person_id": by,
        "shop_id": creator.shop_id,
        "kind": draft.kind,
        "created_at": now,
    }
    row, is_new = Post.objects.get_or_create(pk=post_id or new_id(), defaults={**facts, **columns_of(checked)})
    if not is_new:
        raise errors.DraftChanged
    _anchor(row, checked, now=now)
    return row.pk


@transactional
def edit_post(post_id: UUID, draft: Draft, *, creator_id: UUID, now: Instant, version: int | None = None) -> None:
    """Change a draft, or a post that was rejected, which becomes a draft by it; only as it was at `version`, where named.

    Raises UnknownPost, NotEditable, DraftChanged and what `create_post` raises.
    """
    row = locked_post(post_id, creator_id=creator_id)
    if version is not None and row.version != version:
        raise errors.DraftChanged
    if row.state not in (PostState.DRAFT, PostState.REJECTED):
        raise errors.NotEditable
    checked = _with_cover(row, _checked(creator_id, replace(draft, kind=PostKind(row.kind)), now=now))
    if row.state == PostState.REJECTED:
        step_post(row, "withdraw")
    left = row.media_id if row.media_id != checked.media_id else None
    write(row, **columns_of(checked))
    _anchor(row, checked, now=now)
    if left and Media.objects.filter(pk=left).exclude(state=MediaState.RECEIVING).exists():
        schedule("content.upload_expires", left, now + UNUSED_LIFE)


@transactional
def submit_post(post_id: UUID, *, creator_id: UUID, now: Instant) -> None:
    """Hand a draft in: to review, or first to the preparation of its video.

    Raises UnknownPost, IllegalStep and the first thing it `lacks`: PicturesWrong, VideoMissing, VideoNotWhole, VideoRefused,
    CaptionMissing, AnchorBeyondEnd.
    """
    row = locked_post(post_id, creator_id=creator_id)
    media = Media.objects.select_for_update().filter(pk=row.media_id).first() if row.media_id else None
    for lack in lacks(row, media):
        raise lack
    if row.publish_at is not None and row.publish_at <= now:
        write(row, publish_at=None)
    waits = media is not None and media.state != MediaState.READY
    step_post(row, rules.handing_in(waits_for_media=waits), **_handed_in(now))


@transactional
def withdraw_post(post_id: UUID, *, creator_id: UUID, now: Instant) -> None:
    """Take a post back to its drafts, where it may be changed. Raises UnknownPost, IllegalStep."""
    row = locked_post(post_id, creator_id=creator_id)
    _leave(row, "withdraw", now=now)


@transactional
def remove_post(post_id: UUID, *, creator_id: UUID, now: Instant) -> None:
    """Remove a post for good. Raises UnknownPost."""
    row = locked_post(post_id, creator_id=creator_id)
    _leave(row, "remove", now=now)


@transactional
def set_visibility(post_id: UUID, visibility: Visibility, *, creator_id: UUID, now: Instant) -> None:
    """Choose who may see a post. Raises UnknownPost."""
    row = locked_post(post_id, creator_id=creator_id)
    if row.visibility == visibility:
        return
    write(row, visibility=visibility)
    if row.state == PostState.PUBLIC:
        publish(VisibilityChanged(row.pk, row.creator_id, visibility.value), shop_id=row.shop_id, now=now)


@transactional
def note_decisions_read(creator_id: UUID, post_ids: Sequence[UUID]) -> None:
    """Write that a creator has seen what was decided about some of their posts; anybody else's stay as they are."""
    Post.objects.filter(creator_id=creator_id, pk__in=list(post_ids)).update(decision_read=True)


@transactional
def remove_posts_of_creator(creator_id: UUID, *, now: Instant) -> None:
    """Remove everything of a creator who is no more."""
    rows = Post.objects.select_for_update().filter(creator_id=creator_id).exclude(state=PostState.REMOVED)
    for row in rows.defer("words").order_by("id"):
        _leave(row, "remove", now=now)


def _leave(row: Post, verb: str, *, now: Instant) -> None:
    was_public = row.state == PostState.PUBLIC
    if row.state == PostState.SCHEDULED and LIFE.allows(PostState.SCHEDULED, verb):
        cancel("content.publish", row.pk)
    step_post(row, verb)
    if was_public:
        publish(PostUnpublished(row.pk, row.creator_id, row.state), shop_id=row.shop_id, now=now)


def _handed_in(now: Instant) -> dict[str, object]:
    return {"submitted_at": now, "reasons": [], "decision_note": "", "decision_read": True}


def _checked(creator_id: UUID, draft: Draft, *, now: Instant) -> Draft:
    stripped = draft.stripped()
    for text, most in (
        (stripped.title, rules.TITLE_LENGTH_MAX),
        (stripped.title_en, rules.TITLE_LENGTH_MAX),
        (stripped.caption, rules.CAPTION_LENGTH_MAX),
        (stripped.caption_en, rules.CAPTION_LENGTH_MAX),
    ):
        if len(text) > most:
            raise errors.PostTextTooLong(most)
    spoken = (stripped.caption, stripped.caption_en)
    topics, mentions = captions.topics_in(*spoken), captions.mentions_in(*spoken)
    if len(topics) > rules.TOPICS_MAX or len(mentions) > rules.MENTIONS_MAX:
        raise errors.TopicsTooMany
    if len(stripped.pictures) > rules.PICTURES_MAX:
        raise errors.PicturesWrong
    if not all(has_picture(key) for key in (*stripped.pictures, *filter(None, [stripped.cover]))):
        raise errors.PictureUnknown
    check_anchors(stripped.anchors)
    if stripped.publish_at is not None and not rules.may_schedule(stripped.publish_at, now):
        raise errors.ScheduleWrong
    if stripped.media_id and not Media.objects.filter(pk=stripped.media_id, creator_id=creator_id).exists():
        raise UnknownUpload
    return stripped


def _with_cover(row: Post, draft: Draft) -> Draft:
    """Return a draft without a cover that is a frame of another video than its own."""
    former = row.media if row.media_id != draft.media_id else None
    return replace(draft, cover="") if former is not None and draft.cover in former.covers else draft


def check_anchors(anchors: tuple[Anchor, ...]) -> None:
    """Raise AnchorsTooMany, AnchorBeyondEnd or PostTextTooLong for goods that no post can have."""
    if len(anchors) > rules.ANCHORS_MAX or len({each.product_id for each in anchors}) < len(anchors):
        raise errors.AnchorsTooMany
    if not all(0 <= each.at_ms <= rules.ANCHOR_AT_MS_MAX for each in anchors):
        raise errors.AnchorBeyondEnd
    if any(len(each.label.strip()) > rules.ANCHOR_LABEL_LENGTH_MAX for each in anchors):
        raise errors.PostTextTooLong(rules.ANCHOR_LABEL_LENGTH_MAX)


def columns_of(draft: Draft) -> dict[str, object]:
    """Return what a draft writes into the row of a post; mentions of nobody are left out."""
    spoken = (draft.caption, draft.caption_en)
    known = creator_queries.creators_by_handle(captions.mentions_in(*spoken))
    return {
        "title": draft.title,
        "title_en": draft.title_en,
        "caption": draft.caption,
        "caption_en": draft.caption_en,
        "topics": list(captions.topics_in(*spoken)),
        "mentions": [facts.id for facts in known.values()],
        "media_id": draft.media_id,
        "pictures": list(draft.pictures),
        "cover_key": draft.cover,
        "visibility": draft.visibility,
        "publish_at": draft.publish_at,
    }


def _anchor(row: Post, draft: Draft, *, now: Instant) -> None:
    """Write the goods of a post anew; each is put into the creator's showcase, whose link the anchor carries."""
    AnchorRow.objects.filter(post_id=row.pk).delete()
    if not draft.anchors:
        return
    links = creators.pick_products(row.creator_id, [each.product_id for each in draft.anchors], now=now)
    AnchorRow.objects.bulk_create(anchor_rows(row.pk, draft.anchors, links))


def anchor_rows(post_id: UUID, anchors: Sequence[Anchor], links: Mapping[UUID, UUID]) -> list[AnchorRow]:
    """Return the rows of a post's goods in the order of their moments; `links` are those of the showcase by product."""
    return [
        AnchorRow(
            post_id=post_id,
            product_id=each.product_id,
            link_id=links[each.product_id],
            at_ms=each.at_ms,
            label=each.label.strip(),
            place=place,
        )
        for place, each in enumerate(sorted(anchors, key=lambda each: each.at_ms))
    ]
