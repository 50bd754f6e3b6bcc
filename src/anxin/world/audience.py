"""The demo's buyers look at what its creators made, so that figures, consoles and the learner have something to go by.

They sit down a few at a time, in the worker's queue for slow work, half before most films and half after: everything goes
through the same commands as with people, at moments of the last three days. Who sat down already does not sit down again.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.infra import clock
from anxin.infra.jobs import SLOW, task
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.content.commands.reactions import like_post
from anxin.market.content.queries.feed import Candidate, PostKind, candidates
from anxin.market.content.queries.posts import cards
from anxin.market.interest.commands import Teller, serve, tell
from anxin.market.interest.queries import Item, ItemKind, Kind, Told, history

BEFORE_FILMS, BEHIND_FILMS = -9, -20
SEATS = 25  # people a task
CARDS = 8  # of an answer
SITTINGS = 2
DAYS = 3
FILM_MS = 7_000
LIKED_BY_FAN, CLICKED_BY_FAN, CLICKED = 0.2, 0.15, 0.03


@dataclass(frozen=True)
class Watched:
    """A card that somebody looked at: where it stood, when, and whether it is about what they care for."""

    post: Candidate
    product: UUID | None
    slot: int
    at: Instant
    is_fan: bool


def seat(buyers: Mapping[UUID, Sequence[str]]) -> None:
    """Have buyers look at posts, with the surrounding transaction; each is named with the top categories they care for."""
    people: Any = [(str(who), sorted(tops)) for who, tops in buyers.items()]
    for begin in range(0, len(people), SEATS):
        priority = BEHIND_FILMS if begin // SEATS % 2 else BEFORE_FILMS
        sit.configure(priority=priority).defer(people=people[begin : begin + SEATS])


@task("world.audience", queue=SLOW)
def sit(people: list[tuple[str, list[str]]]) -> None:
    """Let some people look at two answers each."""
    posts = candidates(600, with_categories=True)
    if len(posts) < CARDS:
        return
    products = _first_goods(posts)
    for who, tops in people:
        person = UUID(who)
        known = history(person)
        if known.entries or known.seen:
            continue
        chance = random.Random(who)
        for _ in range(SITTINGS):
            _look(person, tops, posts, products, chance)


def _look(
    person: UUID, tops: Sequence[str], posts: Sequence[Candidate], products: Mapping[UUID, UUID], chance: random.Random
) -> None:
    at = clock.now() - timedelta(minutes=chance.randint(30, DAYS * 24 * 60 - 60))
    shown = [one for one in _chosen(posts, tops, chance) if one.published_at < at]
    request = serve(person, {_item(one): 1.0 for one in shown}, surface="feed", policy="popular", now=at)
    batch: list[Told] = []
    moment = at
    for slot, post in enumerate(shown):
        moment += timedelta(seconds=chance.randint(9, 30))
        seen = Watched(post, products.get(post.id), slot, moment, is_fan=_cares(post, tops))
        said = list(_told(seen, request, chance))
        if any(one.kind is Kind.LIKE for one in said):
            like_post(post.id, person_id=person, now=moment)
        batch += said
    tell(batch, Teller(person, is_person=True), now=moment + timedelta(seconds=40))


def _first_goods(posts: Sequence[Candidate]) -> dict[UUID, UUID]:
    found = [
        card
        for begin in range(0, len(posts), 100)
        for card in cards([one.id for one in posts[begin : begin + 100]], person_id=None)
    ]
    return {card.post.id: card.goods[0][1].id for card in found if card.goods}


def _chosen(posts: Sequence[Candidate], tops: Sequence[str], chance: random.Random) -> list[Candidate]:
    """Return different posts, those of one's own interests and popular ones rather than others."""
    weights = [(1 + one.reactions) ** 0.5 * (4 if _cares(one, tops) else 1) for one in posts]
    keys = [chance.random() ** (1 / weight) for weight in weights]
    return [posts[place] for place in sorted(range(len(posts)), key=keys.__getitem__, reverse=True)[:CARDS]]


def _cares(post: Candidate, tops: Sequence[str]) -> bool:
    return any(code.startswith(f"{top}-") for code in post.categories for top in tops)


def _told(seen: Watched, request: UUID, chance: random.Random) -> Iterator[Told]:
    item = _item(seen.post)
    yield Told(new_id(), Kind.IMPRESSION, item, seen.at, request, seen.slot)
    if seen.post.kind is PostKind.VIDEO:
        share = min(1.0, chance.expovariate(1 / (0.9 if seen.is_fan else 0.4)))
        watched, is_whole = round(share * FILM_MS), share >= 1
        yield Told(
            new_id(), Kind.WATCH, item, seen.at + timedelta(seconds=8), request, seen.slot, watched, finished=is_whole
        )
    if seen.is_fan and chance.random() < LIKED_BY_FAN:
        yield Told(new_id(), Kind.LIKE, item, seen.at, request, seen.slot)
    if seen.product and chance.random() < (CLICKED_BY_FAN if seen.is_fan else CLICKED):
        yield Told(new_id(), Kind.PRODUCT_CLICK, Item(ItemKind.PRODUCT, seen.product), seen.at, request, seen.slot)


def _item(post: Candidate) -> Item:
    return Item(ItemKind(post.kind.value), post.id)
