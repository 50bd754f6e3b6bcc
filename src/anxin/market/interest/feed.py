"""The one place that decides the order of the feed, and writes down what it served."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.content.queries import feed
from anxin.market.content.queries.feed import PostKind
from anxin.market.content.queries.posts import Mine, PostCard
from anxin.market.interest import store
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.domain import notes
from anxin.market.interest.domain.arranging import Ranked, arrange
from anxin.market.interest.domain.events import Item, ItemKind, Served
from anxin.market.interest.domain.history import History
from anxin.market.interest.domain.notes import Note
from anxin.market.interest.store import Asks

log = logging.getLogger(__name__)

FEED_NEWEST = 600  # posts that a feed without the engine chooses from
NEWEST = 20  # posts that are looked at whether or not the engine has heard of them
POPULAR = "popular"  # the policy without the engine
PLAIN = "plain-1"  # the engine's for somebody who refuses what is personal


@dataclass(frozen=True)
class Why:
    """Why a card stands where it stands: a source of the engine, TRIED or POPULAR, and what was liked or looked at before."""

    source: str
    because: PostCard | None = None
    was_liked: bool = False


@dataclass(frozen=True)
class Card:
    """A card of the feed in its place (None where the answer was not written down)."""

    card: PostCard
    place: int | None
    why: Why


@dataclass(frozen=True)
class Chosen:
    """An answer of the feed: its id (None where it was not written down), its policy, the cards and what was done with them."""

    request: UUID | None
    policy: str
    cards: tuple[Card, ...]
    mine: Mine = field(default_factory=Mine)

    @property
    def posts(self) -> tuple[UUID, ...]:
        """The posts in their places."""
        return tuple(one.card.post.id for one in self.cards)


@dataclass
class _Looked:
    """What this request has read of posts so far."""

    person_id: UUID | None
    cards: dict[UUID, PostCard | None] = field(default_factory=dict)
    mine: Mine = field(default_factory=Mine)

    def look(self, ids: Sequence[UUID]) -> None:
        """Read those that were not read yet, in one statement."""
        missing = [one for one in dict.fromkeys(ids) if one not in self.cards]
        if missing:
            found = feed.shown(missing, person_id=self.person_id)
            self.cards.update({one: found.cards.get(one) for one in missing})
            self.mine = Mine(
                self.mine.liked | found.mine.liked,
                self.mine.kept | found.mine.kept,
                self.mine.followed | found.mine.followed,
            )


@transactional
def choose_posts(actor: UUID | None, *, limit: int, now: Instant, person_id: UUID | None = None) -> Chosen:
    """Choose the videos and notes that somebody is shown next, and write down what was served: three statements.

    Nobody's (None) are chosen without a history, and not written down. Without the engine, by what is popular and new.
    """
    asks = store.asks(actor or new_id(), newest=NEWEST, now=now)
    looked, request = _Looked(person_id), new_id()
    engine = DOOR.look()
    if engine is None:
        return _popular(asks, looked, limit, request if actor else None, now=now)
    engine = engine.with_newest(asks.newest).with_formula(asks.formula)

    def visible(ids: Sequence[UUID], named: Sequence[UUID]) -> list[bool]:
        looked.look([*ids, *named])
        return [looked.cards[one] is not None for one in ids]

    try:
        reader = engine.reader_of(asks, now=now)
        engine = engine.dealt_to(reader, now=now)
        served = engine.page(reader, limit, visible, seed=request.int & 0xFFFF_FFFF, now=now)
    except (ArithmeticError, IndexError, ValueError):  # a file that changed under us; people get a feed all the same
        log.exception("this page goes by popularity")
        return _popular(asks, looked, limit, request if actor else None, now=now)
    policy = engine.rules.version if asks.history.is_personal else PLAIN
    placed = list(zip(served.posts, served.propensities, served.notes, strict=True))
    return _written_down(asks, looked, placed, (policy, request if actor else None), now=now, ranked=served.ranked)


def _popular(asks: Asks, looked: _Looked, limit: int, request: UUID | None, *, now: Instant) -> Chosen:
    """Choose by what is popular and new; wishes are obeyed here too."""
    known = asks.history
    fewer = known.fewer if known.is_personal else frozenset[str]()
    found = feed.candidates(FEED_NEWEST, with_categories=bool(fewer))
    ids = arrange(
        (
            Ranked(one.id, one.creator_id, one.kind is PostKind.VIDEO, one.published_at, one.reactions)
            for one in found
            if one.id not in known.hidden and not _is_unwanted(one, fewer)
        ),
        limit=limit,
        was_shown=known.was_shown,
        after=next((one.creator_id for one in found if one.id in asks.shown[:1]), None),
        now=now,
    )
    looked.look(ids)
    placed = [(one, 1.0, Note(notes.POPULAR)) for one in ids if looked.cards[one] is not None]
    return _written_down(asks, looked, placed, (POPULAR, request), now=now)


def _is_unwanted(one: feed.Candidate, fewer: frozenset[str]) -> bool:
    under = (code == less or code.startswith(f"{less}-") for code in one.categories for less in fewer)
    return str(one.creator_id) in fewer or any(f"#{topic}" in fewer for topic in one.topics) or any(under)


def _written_down(
    asks: Asks,
    looked: _Looked,
    placed: Sequence[tuple[UUID, float, Note]],
    how: tuple[str, UUID | None],
    *,
    now: Instant,
    ranked: bytes | None = None,
) -> Chosen:
    policy, request = how
    cards = [(card, note) for one, _, note in placed if (card := looked.cards[one]) is not None]
    if request is not None and placed:
        items = tuple(Item(ItemKind(card.post.kind.value), card.post.id) for card, _ in cards)
        served = Served(request, asks.history.actor, now, items, tuple(chance for _, chance, _ in placed))
        store.keep_served(served, "feed", policy, [note.text() for _, _, note in placed], ranked)
    return Chosen(
        request if placed else None,
        policy,
        tuple(
            Card(card, place if request else None, _why(note, looked, asks.history))
            for place, (card, note) in enumerate(cards)
        ),
        looked.mine,
    )


def _why(note: Note, looked: _Looked, known: History) -> Why:
    """Say why; nothing of the history is named to somebody who refuses what is personal."""
    because = looked.cards.get(note.because) if note.because and known.is_personal else None
    return Why(note.source, because, was_liked=because is not None and known.has_liked(because.post.id))
