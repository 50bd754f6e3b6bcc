"""A creator's own videos and notes: drafts, handing in, taking back, who sees them, and why one was refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.content_answers import AnchorOut, content_id
from anxin.faces.api.fields import (
    Answer,
    Body,
    ContentRef,
    CreatorId,
    MediaId,
    Moment,
    PageAnswer,
    PageQuery,
    ProductId,
    page_answer,
)
from anxin.faces.api.problems import in_callers_language
from anxin.faces.api.uploads import UploadOut, upload_out
from anxin.faces.content_words import reject_words
from anxin.faces.speaking import own_post, speaker_of
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.market.catalog.queries import Card, cards
from anxin.market.content.commands import comments as talk
from anxin.market.content.commands import posts as commands
from anxin.market.content.commands.posts import Anchor, Draft
from anxin.market.content.queries import posts as queries
from anxin.market.content.queries.posts import (
    ANCHOR_LABEL_LENGTH_MAX,
    ANCHORS_MAX,
    CAPTION_LENGTH_MAX,
    PICTURES_MAX,
    TITLE_LENGTH_MAX,
    PostFacts,
    PostKind,
    PostState,
    Visibility,
)

router = Router()

Title = Annotated[str, Field(max_length=TITLE_LENGTH_MAX)]
Caption = Annotated[str, Field(max_length=CAPTION_LENGTH_MAX, description="With #topics and @mentions.")]
PictureKey = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
AtMs = Annotated[int, Field(ge=0, le=24 * 3_600_000, description="Milliseconds into the video; 0 in a note.")]


class AnchorIn(Body):
    """A product in a post; it joins the creator's showcase. `label` is shown instead of its title."""

    product: ProductId
    at_ms: AtMs = 0
    label: Annotated[str, Field(max_length=ANCHOR_LABEL_LENGTH_MAX)] = ""


class PostWordsIn(Body):
    """What a post says and shows, whole: what is left out is empty. A video names its upload, a note its pictures."""

    title: Title = ""
    title_en: Title = ""
    caption: Caption = ""
    caption_en: Caption = ""
    media: MediaId | None = None
    pictures: Annotated[list[PictureKey], Field(max_length=PICTURES_MAX)] = []
    cover: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$", description="Of a video; empty: the sharpest frame.")] = (
        ""
    )
    products: Annotated[list[AnchorIn], Field(max_length=ANCHORS_MAX)] = []
    visibility: Annotated[Visibility, Field(strict=False)] = Visibility.PUBLIC
    publish_at: Moment | None = Field(None, description="From five minutes to thirty days ahead; null: once approved.")

    def draft(self, kind: PostKind) -> Draft:
        """Return what the command takes."""
        names = ("title", "title_en", "caption", "caption_en", "visibility", "publish_at")
        return Draft(
            kind,
            **{name: getattr(self, name) for name in names},
            media_id=self.media,
            pictures=tuple(self.pictures),
            cover=self.cover,
            anchors=tuple(Anchor(each.product, each.at_ms, each.label) for each in self.products),
        )


class NewPostIn(PostWordsIn):
    """A new post."""

    kind: Annotated[PostKind, Field(strict=False)]


class ChangedPostIn(PostWordsIn):
    """A post as it shall be. Where `version` is named, only a post that nobody changed since is changed."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class VisibilityIn(Body):
    """Who may see it."""

    visibility: Annotated[Visibility, Field(strict=False)]


class CommentsOpenIn(Body):
    """Whether people may comment on it."""

    open: bool


class OwnPostsQuery(PageQuery):
    """Which of one's posts are wanted: those in one state, else all that are not removed."""

    state: PostState | None = None


class RejectReasonOut(Answer):
    """A class of the rulebook, and its words in the caller's language."""

    code: str
    words: str


class OwnPostOut(Answer):
    """A post as its creator sees it: its state, what is possible with it now, and why it is not shown."""

    id: str
    kind: PostKind
    creator_id: CreatorId
    state: PostState
    verbs: list[str]
    visibility: Visibility
    title: str
    title_en: str
    caption: str
    caption_en: str
    topics: list[str]
    pictures: list[str]
    picture_urls: list[str]
    cover_url: str
    cover: str
    cover_choices: list[str]
    upload: UploadOut | None
    products: list[AnchorOut]
    publish_at: datetime | None
    created_at: datetime
    submitted_at: datetime | None
    published_at: datetime | None
    reasons: list[RejectReasonOut]
    decision_note: str
    comments_open: bool
    likes: int
    comments: int
    favourites: int
    shares: int
    version: int


@router.get("/me/creators/{creator}/posts", response=PageAnswer[OwnPostOut])
@operation("content.create")
def list_own_posts(request: HttpRequest, creator: CreatorId, wanted: Query[OwnPostsQuery]) -> Any:
    """List a creator's own posts, the last begun first, with their states and reasons."""
    speaker = speaker_of(request, creator)
    page = queries.posts_of(speaker.id, wanted.state, cursor=wanted.cursor, limit=wanted.limit)
    goods = _goods(page.items)
    counts = queries.counts_by_id([each.id for each in page.items])
    with in_callers_language(request):
        return page_answer(page.map(lambda facts: _own(facts, goods, counts[facts.id])))


@router.post("/me/creators/{creator}/posts", response={201: OwnPostOut})
@operation("content.create")
def create_post(request: HttpRequest, creator: CreatorId, written: NewPostIn) -> Any:
    """Keep a draft of a video or note."""
    speaker = speaker_of(request, creator)
    made = commands.create_post(speaker, written.draft(written.kind), by=person_of(request), now=now())
    return Status(201, read_post(request, made))


@router.get("/me/posts/{content}", response=OwnPostOut)
@operation("content.create")
def read_own_post(request: HttpRequest, content: ContentRef) -> Any:
    """Read one of the caller's posts whatever its state."""
    return read_post(request, content)


@router.put("/me/posts/{content}", response=OwnPostOut)
@operation("content.create")
def edit_post(request: HttpRequest, content: ContentRef, written: ChangedPostIn) -> Any:
    """Change a draft, or a post that was refused, which becomes a draft by it."""
    found, speaker = own_post(request, content)
    draft = written.draft(found.kind)
    commands.edit_post(found.id, draft, creator_id=speaker.id, now=now(), version=written.version)
    return read_post(request, content)


@router.delete("/me/posts/{content}", response={204: None})
@operation("content.create")
def remove_post(request: HttpRequest, content: ContentRef) -> Any:
    """Remove a post for good."""
    found, speaker = own_post(request, content)
    commands.remove_post(found.id, creator_id=speaker.id, now=now())
    return Status(204, None)


@router.post("/me/posts/{content}/submit", response=OwnPostOut)
@operation("content.create")
def submit_post(request: HttpRequest, content: ContentRef) -> Any:
    """Hand a draft in: to review, or first to the preparation of its video."""
    return _step(request, content, commands.submit_post)


@router.post("/me/posts/{content}/withdraw", response=OwnPostOut)
@operation("content.create")
def withdraw_post(request: HttpRequest, content: ContentRef) -> Any:
    """Take a post back to the drafts, where it may be changed; a public one is public no longer."""
    return _step(request, content, commands.withdraw_post)


@router.put("/me/posts/{content}/visibility", response=OwnPostOut)
@operation("content.create")
def set_visibility(request: HttpRequest, content: ContentRef, wanted: VisibilityIn) -> Any:
    """Choose who may see a post: it changes at once. `private` hides it."""
    found, speaker = own_post(request, content)
    commands.set_visibility(found.id, wanted.visibility, creator_id=speaker.id, now=now())
    return read_post(request, content)


@router.put("/me/posts/{content}/comments", response=OwnPostOut)
@operation("content.create")
def open_comments(request: HttpRequest, content: ContentRef, wanted: CommentsOpenIn) -> Any:
    """Let people comment on a post, or no longer; what was said stays."""
    found, speaker = own_post(request, content)
    talk.open_comments(found.id, wanted=wanted.open, creator_id=speaker.id)
    return read_post(request, content)


def _step(request: HttpRequest, content: UUID, command: Callable[..., None]) -> OwnPostOut:
    found, speaker = own_post(request, content)
    command(found.id, creator_id=speaker.id, now=now())
    return read_post(request, content)


def read_post(request: HttpRequest, content: UUID) -> OwnPostOut:
    """Return one of the caller's posts as it stands. Raises UnknownPost."""
    found, _speaker = own_post(request, content)
    with in_callers_language(request):
        return _own(found, _goods([found]), queries.counts_by_id([found.id])[found.id])


def _goods(facts: Any) -> dict[UUID, Card]:
    wanted = {anchor.product_id for each in facts for anchor in each.anchors}
    return {card.id: card for card in cards(sorted(wanted))} if wanted else {}


def _own(facts: PostFacts, goods: dict[UUID, Card], counts: queries.Counts) -> OwnPostOut:
    names = (
        *("kind", "creator_id", "state", "visibility", "title", "title_en", "caption", "caption_en", "publish_at"),
        *("created_at", "submitted_at", "published_at", "decision_note", "version", "comments_open"),
    )
    return OwnPostOut(
        **{name: getattr(facts, name) for name in names},
        **{name: getattr(counts, name) for name in ("likes", "comments", "favourites", "shares")},
        id=content_id(facts.kind, facts.id),
        verbs=list(facts.own_verbs),
        topics=list(facts.topics),
        pictures=list(facts.pictures),
        picture_urls=[picture_url(key) for key in facts.pictures],
        cover_url=picture_url(facts.cover, Size.CARD),
        cover=facts.cover_key,
        cover_choices=list(facts.media.covers) if facts.media else [],
        upload=upload_out(facts.media) if facts.media else None,
        products=[_anchor(anchor, goods.get(anchor.product_id)) for anchor in facts.anchors],
        reasons=[RejectReasonOut(code=reason, words=str(reject_words(reason))) for reason in facts.reasons],
    )


def _anchor(anchor: queries.AnchorFacts, card: Card | None) -> AnchorOut:
    plain: dict[str, Any] = {name: getattr(anchor, name) for name in ("product_id", "link_id", "at_ms", "label")}
    if card is None:
        return AnchorOut(**plain)
    shown: dict[str, Any] = {"title": card.title, "title_en": card.title_en, "price_minor": card.price_min_minor}
    return AnchorOut(**plain, **shown, picture_url=picture_url(card.picture, Size.CARD))
