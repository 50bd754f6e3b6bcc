"""The engine in a server: mapped files, who asks in numbers, and pages in ids again."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import numpy as np

from anxin.engine.arrange import NOBODY, Wishes
from anxin.engine.compiling import Bools, Ints, Longs, Table
from anxin.engine.errors import MalformedFormula
from anxin.engine.explore.slots import ShareMeter
from anxin.engine.rank.features import ABSENT
from anxin.engine.rank.model import Model
from anxin.engine.recall.ann import Index
from anxin.engine.serving import RECIPE, SOURCES, TRIED, Ask, Page, Reader, Rules, Shelf, State, serve_page
from anxin.engine.shelf import grouped
from anxin.engine.value import formula_of
from anxin.kernel.clock import Instant
from anxin.market.interest.brain import files, likeness, regression, warming
from anxin.market.interest.brain.columns import TOPICS_MAX
from anxin.market.interest.brain.dealing import signs_for
from anxin.market.interest.brain.files import Held, Manifest
from anxin.market.interest.brain.items import shelf_of
from anxin.market.interest.brain.numbers import number_of, number_of_id
from anxin.market.interest.brain.ranked import packed
from anxin.market.interest.brain.sellers import sellers_in
from anxin.market.interest.domain import notes
from anxin.market.interest.domain.events import ItemKind, Kind
from anxin.market.interest.domain.history import HALF_LIFE, WEIGHTS, History
from anxin.market.interest.domain.notes import Note
from anxin.market.interest.errors import EngineApart, EngineUnreadable
from anxin.market.interest.store import ITEM_NUMBER, Asks, Newest

log = logging.getLogger(__name__)

EXPLORING = 0.1  # share of slots that try what is new [CHOICE]
WATCHED_MS = 5_000  # so long looked at counts as a whole watch
Visible = Callable[[Sequence[UUID], Sequence[UUID]], Sequence[bool]]
NAMES = (*SOURCES, notes.TRIED)
SORTED = (
    "_tails",
    "_short",
    "_cohort_numbers",
    "goods",
    "goods_of_shop",
)  # what an engine is asked by and need not sort twice
LONGER_MAX = 4


@dataclass(frozen=True)
class Served:
    """A page in ids: what stands where, with its chance and what is written down of it."""

    posts: tuple[UUID, ...]
    propensities: tuple[float, ...]
    notes: tuple[Note, ...]
    ranked: bytes | None = None  # what the first cards were chosen from

    def followed_by(self, other: "Served") -> "Served":
        """Return both, one below the other."""
        return Served(
            self.posts + other.posts,
            self.propensities + other.propensities,
            self.notes + other.notes,
            self.ranked or other.ranked,
        )


@dataclass(frozen=True)
class Engine:
    """What one version of the files says."""

    manifest: Manifest
    state: State
    ids: Table  # n × 16 bytes
    codes: tuple[str, ...]  # of categories
    cohorts: tuple[str, ...]
    rules: Rules
    held: tuple[Held, Held]  # the live state and the rank model
    goods_index: Index | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the mapped files are as long as when they were mapped: to touch what was cut off would end this process."""
        return all(one.is_whole for one in self.held)

    def prepare(self) -> None:
        """Sort what requests look things up in, so that the first of them need not."""
        for name in ("newest", "by_creator", "best", "usual_price"):
            getattr(self.state.shelf, name)
        for name in SORTED:
            getattr(self, name)
        self.state.shelf.record(np.zeros(0, np.int64), self.rules.formula)

    @cached_property
    def _tails(self) -> tuple[Table, Longs]:
        return _sorted(np.ascontiguousarray(self.ids[:, 8:]).view(">u8").reshape(-1).astype(np.uint64))

    @cached_property
    def _short(self) -> tuple[Table, Longs]:
        tails = np.ascontiguousarray(self.ids[:, 12:]).view(">u4").reshape(-1)
        return _sorted(tails.astype(np.int64) - 0x8000_0000)

    @cached_property
    def goods(self) -> State:
        """The same state for surfaces that show products instead of posts."""
        shelf = replace(self.state.shelf, showable=_are_goods(self.state.shelf))
        return replace(self.state, shelf=shelf, index=self.goods_index)

    @cached_property
    def goods_of_shop(self) -> dict[int, Longs]:
        """The products of each shop, by the number of its id."""
        return grouped(np.flatnonzero(self.goods.shelf.showable), self.state.shelf.shop)

    def rows_of(self, ids: Sequence[UUID]) -> Longs:
        """Return the rows of items; NOBODY for those that are not known."""
        return _found(self._tails, np.array([one.int & 0xFFFF_FFFF_FFFF_FFFF for one in ids], np.uint64))

    def seen(self, known: History) -> frozenset[int]:
        """Return the rows of what was shown."""
        rows = _found(self._short, np.fromiter(known.seen, np.int64))
        return frozenset(rows[rows >= 0].tolist())

    def id_of(self, row: int) -> UUID:
        """Return the id of a row."""
        return UUID(bytes=self.ids[row].tobytes())

    def with_newest(self, newest: Sequence[Newest]) -> "Engine":
        """Return the engine with posts that its files do not know yet: they can be found and tried at once."""
        missing = [one for one, row in zip(newest, self.rows_of([one.id for one in newest]), strict=True) if row < 0]
        if not missing:
            return self
        key = tuple(one.id for one in missing)
        if key not in self._longer:
            if len(self._longer) >= LONGER_MAX:
                self._longer.clear()
            self._longer[key] = self._with(missing)
        return self._longer[key]

    @cached_property
    def _longer(self) -> "dict[tuple[UUID, ...], Engine]":
        """This engine with posts that its files do not know yet, by these posts: until the learner has heard of them."""
        return {}

    def _with(self, missing: Sequence[Newest]) -> "Engine":
        shelf, (numbers, chances) = _longer(self.state.shelf, missing), self.state.trial
        fresh = np.arange(len(self.ids), len(self.ids) + len(missing))
        usual = float(chances.mean()) if len(chances) else 1.0
        trial = np.concatenate([numbers, fresh]), np.concatenate([chances, np.full(len(fresh), usual)])
        raw = np.frombuffer(b"".join(one.id.bytes for one in missing), np.uint8).reshape(-1, 16)
        return replace(
            self,
            state=replace(self.state, shelf=shelf, trial=trial),
            ids=np.concatenate([self.ids, raw]),
        )

    def reader_of(self, asks: Asks, *, now: Instant) -> Reader:
        """Return who asks. Switched off (个保法 24), nothing is used but what must not be shown again.

        That goes for creators too: none twice in a row across the border of two pages, none too often in a day.
        """
        known = asks.history
        last, often = self._creators_shown(asks.shown)
        seen, hidden = self.seen(known), self.rows_of(sorted(known.hidden))
        wishes = Wishes(
            seen=seen, not_items=frozenset(hidden[hidden >= 0].tolist()), shown_of_creator=often, last_creator=last
        )
        if not known.is_personal:
            return Reader(wishes=wishes)
        weights = _weights(known, now=now)
        rows = self.rows_of(list(weights))
        inside = rows >= 0
        history = rows[inside].astype(np.int32)
        less, more = _ids_in(known.fewer), self._categories(known.more)
        wishes = replace(
            wishes,
            seen=seen | frozenset(history.tolist()),  # what was liked from elsewhere is known too
            not_creators=less,
            not_categories=self._categories(known.fewer),
        )
        return Reader(
            history=history,
            weights=np.fromiter(weights.values(), np.float64)[inside],
            follows=np.array([number_of_id(one) for one in asks.follows], np.int64),
            more=more,
            more_topics=_topics_in(known.more),
            cohort=self._cohort_of(history),
            name=ABSENT if known.name is None else known.name,
            wishes=wishes,
            not_shops=less,
            not_topics=_topics_in(known.fewer),
        )

    def page(
        self,
        reader: Reader,
        limit: int,
        visible: Visible,
        *,
        seed: int,
        now: Instant,
    ) -> Served:
        """Return a page for a reader. Rules give way before a place stays empty: creators' turns, then what was seen.

        `visible` is asked which posts may be seen now, and told which things of the history may be named as their reason.
        """

        def seen_by_all(rows: Longs, because: Longs) -> Bools:
            named = [self.id_of(row) for row in because.tolist() if row >= 0]
            return np.array(visible([self.id_of(row) for row in rows.tolist()], named), np.bool_)

        random, second = np.random.default_rng(seed), int(now.timestamp())
        served, shown, wishes = Served((), (), ()), frozenset[int](), reader.wishes
        while len(served.posts) < limit:
            ask = Ask(limit - len(served.posts), random, seen_by_all)
            page = serve_page(self.state, replace(reader, wishes=wishes), self.rules, ask, now=second)
            served = served.followed_by(self._served(page, replace(reader, wishes=wishes)))
            shown |= frozenset(page.items.tolist())
            takes_turns = wishes.last_creator != NOBODY or bool(wishes.shown_of_creator)
            if len(page.items) == 0 and not takes_turns and not wishes.seen - shown:
                break
            seen = wishes.seen if len(page.items) or takes_turns else frozenset[int]()
            wishes = replace(reader.wishes, seen=seen | shown, last_creator=NOBODY, shown_of_creator={})
        return served

    def with_formula(self, body: Mapping[str, Any] | None) -> "Engine":
        """Return the engine as the formula in force has it; one that cannot be used is not."""
        if body is None:
            return self
        return self._by(_rules_of(json.dumps(body, sort_keys=True)))

    def dealt_to(self, reader: Reader, *, now: Instant) -> "Engine":
        """Return the engine with the weights that the experiment deals to a reader this week."""
        signs = signs_for(reader.name, self.rules.formula, second=int(now.timestamp()))
        return self._by(replace(self.rules, signs=signs)) if signs else self

    def _by(self, rules: Rules) -> "Engine":
        """Return the engine by other rules; what is sorted does not depend on them."""
        other = replace(self, rules=rules)
        other.__dict__.update({name: self.__dict__[name] for name in SORTED if name in self.__dict__})
        return other

    def _creators_shown(self, posts: Sequence[UUID]) -> tuple[int, dict[int, int]]:
        """Return who made what was shown last, and how often each creator was shown lately; `posts` are newest first."""
        rows = self.rows_of(posts)
        made = np.where(rows >= 0, self.state.shelf.creator[rows], NOBODY).tolist() if len(rows) else []
        return (made[0] if made else NOBODY), dict(Counter(one for one in made if one != NOBODY))

    def _served(self, page: Page, reader: Reader) -> Served:
        shelf = self.state.shelf
        said = zip(page.source.tolist(), page.steps.tolist(), page.because.tolist(), strict=True)
        return Served(
            tuple(self.id_of(row) for row in page.items.tolist()),
            tuple(page.propensity.tolist()),
            tuple(
                Note(NAMES[source], step, reader.cohort, self.id_of(row) if source != TRIED and row >= 0 else None)
                for source, step, row in said
            ),
            packed(shelf, page, self.rules, reader.wishes.last_creator),
        )

    def _categories(self, wanted: frozenset[str]) -> frozenset[int]:
        """Return the numbers of categories and of all below them."""
        return frozenset(
            number_of(code) for code in self.codes if any(code == one or code.startswith(f"{one}-") for one in wanted)
        )

    @cached_property
    def _cohort_numbers(self) -> dict[int, int]:
        """The places of cohorts by the numbers of their categories."""
        return {number_of(code): place for place, code in reversed(list(enumerate(self.cohorts)))}

    def _cohort_of(self, history: Ints) -> int:
        places = self._cohort_numbers
        known = [places[one] for one in self.state.shelf.category[history].tolist() if one in places]
        return max(sorted(set(known)), key=known.count) if known else NOBODY


@lru_cache(maxsize=8)
def _rules_of(text: str) -> Rules:
    try:
        formula = formula_of(text)
    except MalformedFormula:
        log.exception("the formula in force cannot be used; the feed goes by the engine's own")
        return Rules()
    return Rules(formula.version, formula)


def load(before: Engine | None) -> Engine:
    """Map the files that are named now and serve one page from them, so that nobody waits for a compiler.

    What did not change since `before` is taken over. Raises EngineUnreadable, ModelUnreadable.
    """
    manifest = files.manifest()
    folder = files.folder()
    tables, _ = files.read(folder / manifest.tables)
    if before and before.manifest.items == manifest.items:
        ids, words = before.ids, (before.codes, before.cohorts)
        shelf = replace(before.state.shelf, popular=tables["popular"], sellers=sellers_in(tables))
        indexes, lists = (before.state.index, before.goods_index), before.state.lists
    else:
        columns, facts = files.read(folder / manifest.items)
        ids, words = columns["ids"], (tuple(facts["codes"]), tuple(facts["cohorts"]))
        shelf = shelf_of(columns, facts, tables["popular"], sellers_in(tables))
        indexes = _indexes(manifest.index, facts["fitted"], shelf)
        lists = regression.read_if_good(manifest.lists, facts["fitted"], len(ids))
    if len(tables["popular"]) == 0 or tables["popular"].shape[1] != len(ids):
        raise EngineApart(manifest.tables)
    if before and before.manifest.live == manifest.live:
        live, held_live = before.state.live, before.held[0]
    else:
        live, held_live = files.open_live(folder / manifest.live), Held(folder / manifest.live)
    if before and isinstance(before.state.model, Model) and not before.state.model.replaced:
        model, held_model = before.state.model, before.held[1]
    else:
        model, held_model = Model.open(folder / files.RANK, RECIPE), Held(folder / files.RANK)
    meter = before.state.meter if before else ShareMeter(EXPLORING)
    trial = tables["trial"], tables["chances"]
    state = State(shelf, live, model, manifest.learned, trial, indexes[0], meter, lists)
    if before is None:
        warming.warm()
    engine = Engine(manifest, state, ids, *words, Rules(), (held_live, held_model), indexes[1])
    engine.prepare()
    return engine


def _indexes(name: str, fitted: int, shelf: Shelf) -> tuple[Index | None, Index | None]:
    """Return lists of posts and of products; without good ones a reader is compared with all."""
    if not name:
        return None, None
    try:
        alike = likeness.read(files.folder() / name, fitted)
    except (EngineUnreadable, KeyError, TypeError) as failure:
        log.warning("readers are compared with all items: %s", failure)
        return None, None
    posts, goods = likeness.SURFACES
    return (
        alike.index(posts, shelf.vectors, shelf.showable),
        alike.index(goods, shelf.vectors, _are_goods(shelf)),
    )


def _are_goods(shelf: Shelf) -> Bools:
    return np.asarray(shelf.kind == ITEM_NUMBER[ItemKind.PRODUCT])


def _weights(known: History, *, now: Instant) -> Mapping[UUID, float]:
    """Return what each thing done says, the last touched at the end: by what was done, fading; a glance says nothing."""
    found: dict[UUID, float] = {}
    for entry in known.entries:
        if entry.item.kind not in {ItemKind.PRODUCT, ItemKind.VIDEO, ItemKind.NOTE}:
            continue
        share = min(entry.value / WATCHED_MS, 1.0) if entry.kind is Kind.WATCH else 1.0
        age = max((now - entry.at) / HALF_LIFE, 0.0)
        before = found.pop(entry.item.id, 0.0)
        found[entry.item.id] = before + WEIGHTS.get(entry.kind, 0.0) * share * 0.5**age
    return found


def _ids_in(wanted: frozenset[str]) -> frozenset[int]:
    """Return the numbers of the creators and shops among wishes."""
    found = set()
    for one in wanted:
        try:
            found.add(number_of_id(UUID(one)))
        except ValueError:
            continue
    return frozenset(found)


def _topics_in(wanted: frozenset[str]) -> frozenset[int]:
    return frozenset(number_of(one[1:]) for one in wanted if one.startswith("#"))


def _longer(shelf: Shelf, newest: Sequence[Newest]) -> Shelf:
    """Return the shelf with rows for posts of which little is known yet."""
    more = len(newest)
    topics = np.full((more, TOPICS_MAX), NOBODY, np.int64)
    for row, one in enumerate(newest):
        some = [number_of(topic) for topic in one.topics[:TOPICS_MAX]]
        topics[row, : len(some)] = some
    nobody = np.full(more, NOBODY, np.int64)
    return Shelf(
        creator=_joined(shelf.creator, [number_of_id(one.creator_id) for one in newest]),
        shop=np.concatenate([shelf.shop, nobody]),
        category=np.concatenate([shelf.category, nobody]),
        topics=np.concatenate([shelf.topics, topics]),
        price_minor=np.concatenate([shelf.price_minor, np.zeros(more, np.int64)]),
        born_at=_joined(shelf.born_at, [one.born_at for one in newest]),
        kind=_joined(shelf.kind, [ITEM_NUMBER[ItemKind(one.kind)] for one in newest]),
        names=_joined(shelf.names, [number_of_id(one.id) for one in newest]),
        vectors=np.concatenate([shelf.vectors, np.zeros((more, shelf.vectors.shape[1]), np.float32)]),
        popular=np.concatenate([shelf.popular, np.zeros((len(shelf.popular), more), np.float32)], axis=1),
        showable=np.concatenate([shelf.showable, np.ones(more, np.bool_)]),
        sellers=shelf.sellers,
    )


def _joined(column: Longs, more: Sequence[int]) -> Longs:
    return np.concatenate([column, np.array(more, np.int64)])


def _sorted(values: Table) -> tuple[Table, Longs]:
    order = np.argsort(values, kind="stable")
    return values[order], order


def _found(index: tuple[Table, Longs], wanted: Table) -> Longs:
    values, order = index
    if len(values) == 0 or len(wanted) == 0:
        return np.full(len(wanted), NOBODY, np.int64)
    places = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return np.where(values[places] == wanted, order[places], NOBODY).astype(np.int64)
