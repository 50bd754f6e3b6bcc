"""What a feed chooses from, who asks, and by which rules: the nouns of `serving.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import exp
from typing import Protocol

import numpy as np

from anxin.engine.arrange import NOBODY, House, Wishes
from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Keys, Longs
from anxin.engine.explore.slots import ShareMeter
from anxin.engine.rank.features import ABSENT
from anxin.engine.recall.ann import Index
from anxin.engine.recall.lists import ItemLists
from anxin.engine.recall.live import Live
from anxin.engine.reputation import Sellers
from anxin.engine.value import QUALITY, Formula, Record

SOURCES = ("transitions", "neighbours", "content", "follows", "popular", "fresh", "regression")
TRANSITIONS, NEIGHBOURS, CONTENT, FOLLOWS, POPULAR, FRESH, REGRESSION = range(len(SOURCES))
TRIED = len(SOURCES)  # the source of a card that explores
OF_SOURCE = 120  # what each source may bring
AFFINITY_STEPS = 8


class Predicts(Protocol):
    """A rank model."""

    def predict(self, keys: Keys) -> Floats:
        """Return chances, rows × heads."""


@dataclass(frozen=True)
class Shelf:
    """Items 0 … n - 1, a row each. `showable` is False for what histories know and this surface does not show.

    `vectors` have length 1 at most; `popular` is cohorts × n, the last row everybody's; `kind` and `names` are features.
    """

    creator: Longs
    shop: Longs
    category: Longs
    topics: Longs  # n × t, NOBODY where an item has fewer
    price_minor: Longs
    born_at: Longs  # unix seconds
    kind: Longs
    names: Longs  # an item's own number in the rank model, the same whatever its row
    vectors: Floats
    popular: Floats
    showable: Bools
    sellers: Sellers = field(default_factory=Sellers)

    def __len__(self) -> int:
        return len(self.creator)

    @cached_property
    def seller(self) -> Longs:
        """The row of each item's shop among the sellers."""
        return self.sellers.rows_of(self.shop)

    def record(self, items: Longs, formula: Formula) -> Record:
        """Return what is known of who sells these items."""
        return self.sellers.standing(formula).at(self.seller[items])

    @cached_property
    def newest(self) -> Longs:
        """Showable items, the newest first."""
        rows = np.flatnonzero(self.showable)
        return rows[np.argsort(-self.born_at[rows], kind="stable")]

    @cached_property
    def by_creator(self) -> dict[int, Longs]:
        """Showable items of each creator, the newest first."""
        return grouped(self.newest, self.creator)

    @cached_property
    def best(self) -> tuple[Longs, ...]:
        """The most popular showable items of each cohort."""
        rows = np.flatnonzero(self.showable)
        found = []
        for shares in self.popular:
            own = shares[rows]
            some = rows if len(rows) <= OF_SOURCE * 4 else rows[np.argpartition(-own, OF_SOURCE * 4)[: OF_SOURCE * 4]]
            found.append(some[np.argsort(-shares[some], kind="stable")])
        return tuple(found)

    @cached_property
    def usual_price(self) -> float:
        """The median price, 1 where nothing has one."""
        priced = self.price_minor[self.price_minor > 0]
        return float(np.median(priced)) if len(priced) else 1.0


@dataclass(frozen=True)
class Reader:
    """Who asks. `history` is oldest first with what each thing says (negative: the opposite); all empty for a stranger."""

    history: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    weights: Doubles = field(default_factory=lambda: np.zeros(0))
    follows: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    more: frozenset[int] = frozenset()  # categories that were asked for
    more_topics: frozenset[int] = frozenset()
    cohort: int = NOBODY
    person: int = NOBODY  # the row in `Live`, which is nobody's neighbour
    name: int = ABSENT  # in the rank model
    wishes: Wishes = field(default_factory=Wishes)
    not_shops: frozenset[int] = frozenset()
    not_topics: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rules:
    """A policy: what counts how much. `version` is logged with every answer.

    `signs` are this reader's in the experiment, 1 or -1 for each of the formula's WEIGHTS; none where they are in none.
    """

    version: str = "quality-1"
    formula: Formula = QUALITY
    weights: tuple[float, ...] = (1.0, 0.5, 1.0, 0.8, 0.3, 0.1, 0.5)  # of SOURCES [CHOICE]
    powers: tuple[float, ...] = (0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0)
    house: House = field(default_factory=House)
    candidates: int = 300
    trust_at: int = 5_000  # impressions after which the model counts as much as what is expected of anything
    signs: tuple[int, ...] = ()

    @property
    def factors(self) -> tuple[float, ...]:
        """What the formula's weights are multiplied by."""
        return tuple(exp(self.formula.experiment * sign) for sign in self.signs)

    @property
    def greatest(self) -> float:
        """The fused score of something that every source likes best."""
        return sum(self.weights)


@dataclass(frozen=True)
class State:
    """What the engine knows: `trial` are items to be tried with the chance of each; `learned` counts impressions."""

    shelf: Shelf
    live: Live
    model: Predicts | None = None
    learned: int = 0
    trial: tuple[Longs, Doubles] = field(default_factory=lambda: (np.zeros(0, np.int64), np.zeros(0)))
    index: Index | None = None  # without one, a history is compared with all items
    meter: ShareMeter = field(default_factory=lambda: ShareMeter(0.1))
    lists: ItemLists | None = None  # of `recall/verticals.py`; without them that source says nothing


@dataclass(frozen=True)
class Found:
    """Candidates of one reader: item, what each source says (rows × sources, 0 to 1), and the fused score (0 to 1)."""

    items: Longs
    scores: Floats
    affinity: Doubles

    @property
    def source(self) -> Longs:
        """The source that counted most for each."""
        return np.asarray(self.scores.argmax(axis=1), np.int64) if len(self.items) else np.zeros(0, np.int64)

    @property
    def steps(self) -> Longs:
        """The affinity as a feature."""
        return np.minimum(self.affinity * AFFINITY_STEPS, AFFINITY_STEPS - 1).astype(np.int64)


@dataclass(frozen=True)
class Considered:
    """What a page was chosen from: candidates with their chances (rows × heads), their worth, and the chance of each to be
    drawn where something is tried.
    """

    items: Longs
    chances: Floats
    worth: Doubles
    trial: Doubles


@dataclass(frozen=True)
class Page:
    """Cards from the top. `propensity` is the chance of each to stand there given those above; `source` is TRIED for one
    that explores; `because` is the item of the history that spoke most for it there (NOBODY: none did).
    """

    items: Longs
    propensity: Doubles
    source: Longs
    because: Longs
    steps: Longs
    share: Doubles = field(default_factory=lambda: np.zeros(0))  # of exploring at each place
    considered: Considered | None = None


def everything(items: Longs) -> Bools:
    """Hide nothing."""
    return np.ones(len(items), np.bool_)


def all_visible(items: Longs, _because: Longs) -> Bools:
    """Let every card be seen."""
    return everything(items)


@dataclass(frozen=True)
class Ask:
    """How many cards, by which dice, and what may be seen now: asked last, of chosen items only, with their `because`."""

    count: int
    random: np.random.Generator
    visible: Callable[[Longs, Longs], Bools] = all_visible


def grouped(rows: Longs, owners: Longs) -> dict[int, Longs]:
    """Return the rows of each of their owners, in the order in which they came; nothing for no rows."""
    if len(rows) == 0:
        return {}
    order = rows[np.argsort(owners[rows], kind="stable")]
    names, starts = np.unique(owners[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True))
