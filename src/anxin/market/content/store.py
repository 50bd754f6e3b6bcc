"""Rows of content. Lock order: the upload, then its clip, then posts by id, then comments."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from anxin.infra.sql import Statements
from anxin.infra.words import Vector
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Card
from anxin.market.content.domain.media import MEDIA_LIFE, MediaState
from anxin.market.content.domain.posts import LIFE, PostState
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.errors.uploads import UnknownUpload
from anxin.market.content.models import Media, Post
from anxin.market.creators import queries as creators
from anxin.market.creators.queries import CreatorFacts

SQL = Statements(__name__)


def locked_media(media_id: UUID, *, person_id: UUID | None = None) -> Media:
    """Return an upload with the row locked, a person's own where one is named. Raises UnknownUpload."""
    rows = Media.objects.select_for_update().filter(pk=media_id)
    found = (rows.filter(person_id=person_id) if person_id else rows).first()
    if found is None:
        raise UnknownUpload
    return found


def locked_post(post_id: UUID, *, creator_id: UUID | None = None) -> Post:
    """Return a post that was not removed with the row locked, a creator's own where one is named. Raises UnknownPost."""
    rows = Post.objects.select_for_update().filter(pk=post_id).exclude(state=PostState.REMOVED).defer("words")
    found = (rows.filter(creator_id=creator_id) if creator_id else rows).first()
    if found is None:
        raise UnknownPost
    return found


def step_post(row: Post, verb: str, **changes: Any) -> None:
    """Carry a locked post one step on. Raises IllegalStep."""
    write(row, state=LIFE.after(PostState(row.state), verb), **changes)


def step_media(row: Media, verb: str, **changes: Any) -> None:
    """Carry a locked upload one step on. Raises IllegalStep."""
    write(row, state=MEDIA_LIFE.after(MediaState(row.state), verb), **changes)


def write(row: Post | Media, **changes: Any) -> None:
    """Write some fields of a locked row and count its version on."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])


def index(row: Post) -> None:
    """Write by which words a public post is found."""
    speaker = creators.creators_by_id([row.creator_id]).get(row.creator_id)
    index_words(row, speaker, catalog.cards([anchor.product_id for anchor in row.anchors.all()]))


def index_words(row: Post, speaker: CreatorFacts | None, cards: Sequence[Card]) -> None:
    """Write the words of a post: title and topics first, then caption and creator, then the goods in it."""
    vector = Vector()
    _add(vector, "A", (row.title, row.title_en, *row.topics), letters=True)
    _add(vector, "B", (row.caption, row.caption_en, *((speaker.name, speaker.name_en) if speaker else ())))
    _add(vector, "C", (text for card in cards for text in (card.title, card.title_en)))
    english = {f"english_{weight.lower()}": text for weight, text in vector.english.items()}
    SQL.run("post_words", id=row.pk, literal=vector.literal(), **english)


def _add(vector: Vector, weight: str, texts: Iterable[str], *, letters: bool = False) -> None:
    for text in texts:
        vector.add_text(text, weight, letters=letters)
