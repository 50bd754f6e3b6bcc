"""A generated market of any size: items of topics, people who like two of them, and what the engine knows of both."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anxin.engine.arrange import NOBODY, Wishes
from anxin.engine.compiling import Floats, Ints, Longs, Signs
from anxin.engine.rank.heads import HEADS
from anxin.engine.recall.lists import ItemLists
from anxin.engine.recall.verticals import LENGTH_MAX, VERTICAL_MAX
from anxin.engine.reputation import Sellers
from anxin.engine.serving import columns_of
from anxin.engine.shelf import AFFINITY_STEPS, SOURCES, Reader, Shelf

DIMENSIONS = 64
NOW = 1_760_000_000
DAY = 86_400
CATEGORIES = 400
COHORTS = 8
TOPICS_AN_ITEM = 2
ITEMS_A_CREATOR = 20
HISTORY = 20  # things liked
SEEN = 200  # things that are not shown again
FOLLOWS = 10
AGE_DAYS = 90
RATES = np.array(
    [0.04, 0.15, 0.03, 0.004, 0.01, 0.003, 0.0, 0.0]
)  # of each head: an impression in 25 is clicked, and so on


@dataclass(frozen=True)
class World:
    """Items of about √n topics and people who like two of them; leading dimensions vary most, as those of an SVD do."""

    vectors: Floats
    topics: Floats
    topic_of: Longs
    scale: Floats

    def people(self, count: int, seed: int) -> Floats:
        """Return one vector a person: the mean of five items' worth of two topics."""
        random = np.random.default_rng(seed)
        pairs = self.topics[random.integers(len(self.topics), size=(count, 2))]
        noise = random.standard_normal((count, DIMENSIONS)).astype(np.float32) * np.float32(0.7 / 5**0.5)
        return np.asarray((pairs.mean(axis=1) * np.float32(0.7) + noise) * self.scale, np.float32)


def world_of(items: int) -> World:
    """Return a world; no vector is longer than 1."""
    random = np.random.default_rng(0)
    scale = (1 / np.sqrt(1 + np.arange(DIMENSIONS))).astype(np.float32)
    topics = random.standard_normal((int(items**0.5) + 1, DIMENSIONS)).astype(np.float32)
    topic_of = np.empty(items, np.int64)
    vectors = np.empty((items, DIMENSIONS), np.float32)
    for begin in range(0, items, 1 << 16):
        part = vectors[begin : begin + (1 << 16)]
        part[:] = random.standard_normal(part.shape, np.float32)
        topic_of[begin : begin + len(part)] = random.integers(len(topics), size=len(part))
        part += topics[topic_of[begin : begin + len(part)]]
        part *= np.float32(0.7) * scale
    longest = np.float32(np.sqrt(np.einsum("rd,rd->r", vectors, vectors).max()))
    vectors /= longest
    return World(vectors, topics, topic_of, scale / longest)


def shelf_of_world(world: World) -> Shelf:
    """Return the shelf of all items: a creator has about twenty, a topic lies in one category, prices are uneven."""
    count = len(world.vectors)
    random = np.random.default_rng(7)
    creators = max(count // ITEMS_A_CREATOR, 2)
    creator = (creators * random.random(count) ** 2).astype(np.int64)
    topics = np.full((count, TOPICS_AN_ITEM), NOBODY, np.int64)
    topics[:, 0] = world.topic_of
    sold = 400 * random.random(creators // 2 + 1) ** 3
    sellers = Sellers(np.arange(len(sold)), sold, sold / 8, sold / 100, sold / 500)
    return Shelf(
        creator=creator,
        shop=creator // 2,
        category=world.topic_of % CATEGORIES,
        topics=topics,
        price_minor=np.exp(random.normal(8.5, 1, count)).astype(np.int64),
        born_at=NOW - (AGE_DAYS * DAY * random.random(count)).astype(np.int64),
        kind=random.integers(3, size=count),
        names=np.arange(count) * 1_000_003,
        vectors=world.vectors,
        popular=random.random((COHORTS + 1, count), np.float32) ** 8,
        showable=random.random(count) < 0.98,  # noqa: PLR2004
        sellers=sellers,
    )


def lists_of_world(shelf: Shelf) -> ItemLists:
    """Return full lists of the items that are had most, as many as a vertical has."""
    random = np.random.default_rng(10)
    known, count = min(len(shelf), VERTICAL_MAX), len(shelf)
    offsets = np.minimum(np.arange(count + 1, dtype=np.int64), known) * LENGTH_MAX
    size = known * LENGTH_MAX
    return ItemLists(offsets, random.integers(known, size=size, dtype=np.int32), random.random(size, np.float32))


def events_of(count: int, items: int, people: int) -> tuple[Ints, Ints, Longs]:
    """Return people, items and seconds of events, the items as uneven as a market's."""
    random = np.random.default_rng(3)
    who = random.integers(people, size=count).astype(np.int32) % np.int32(max(people // 20, 1))
    what = (items * random.random(count) ** 3).astype(np.int32)
    return who, what, NOW - count + np.arange(count, dtype=np.int64)


def impressions_of(shelf: Shelf, count: int, people: int) -> tuple[Mapping[str, Longs], Signs]:
    """Return columns and labels of cards that were shown, as the product's rank model learns them."""
    random = np.random.default_rng(8)
    items = (len(shelf) * random.random(count) ** 2).astype(np.int64)
    source, steps = random.integers(len(SOURCES), size=count), random.integers(AFFINITY_STEPS, size=count)
    columns = columns_of(shelf, items, source, steps, now=NOW)
    columns["slot"] = random.integers(10, size=count)
    columns["person"] = random.integers(people, size=count)
    columns["cohort"] = random.integers(COHORTS, size=count)
    labels = (random.random((count, len(HEADS))) < RATES).astype(np.int8)
    return columns, labels


def readers_of(shelf: Shelf, count: int, people: int) -> list[Reader]:
    """Return people who ask: each liked things, has seen others, and follows creators."""
    random = np.random.default_rng(4)
    items = len(shelf)
    liked = (items * random.random((count, HISTORY)) ** 3).astype(np.int32)
    seen = random.integers(items, size=(count, SEEN))
    follows = random.integers(int(shelf.creator.max()) + 1, size=(count, FOLLOWS))
    return [
        Reader(
            history=liked[at],
            weights=np.asarray(0.5 ** np.arange(HISTORY)[::-1] + 0.1, np.float64),
            follows=follows[at],
            cohort=at % COHORTS,
            person=at % people,
            name=at,
            wishes=Wishes(seen=frozenset(seen[at].tolist()) | frozenset(liked[at].tolist())),
        )
        for at in range(count)
    ]
