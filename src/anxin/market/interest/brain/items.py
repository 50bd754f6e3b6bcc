"""What can be shown or was done something with, numbered for good, with what is known before anybody saw it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import numpy as np

from anxin.engine.arrange import NOBODY
from anxin.engine.compiling import Floats, Table
from anxin.engine.recall.content import (
    PICTURE,
    PRICE_BANDS,
    SCORE_BANDS,
    SLOTS,
    Describer,
    Description,
    fit_describer,
    spread_of,
)
from anxin.engine.reputation import Sellers
from anxin.engine.shelf import Shelf
from anxin.kernel.clock import Instant
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Card
from anxin.market.content.queries import feed
from anxin.market.interest.brain.columns import Columns
from anxin.market.interest.brain.numbers import number_of
from anxin.market.interest.brain.pictures import NO_PICTURES, Pictures
from anxin.market.interest.domain.events import ItemKind
from anxin.market.shops.queries.scores import scores_of

POSTS_MAX = 50_000
WALK = 500  # rows a statement
TOPIC_PLACES = 128
COHORTS_MAX = 48
FITTED_FROM = 20  # items that make a vocabulary
REACTION_DAYS = 5.0  # after which a post needs e times the reactions to be as popular [CHOICE]
BLOCKS = {
    "words": 1.0,
    "category": 0.8,
    "creator": 0.4,
    "price": 0.2,
    "picture": 0.3,
    "score": 0.1,
    "topics": 1.2,
}  # what is alike, how much [CHOICE]
FIRST_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Known:
    """One item as the engine knows it."""

    id: UUID
    kind: ItemKind
    creator: UUID | None
    shop: UUID | None
    category: str
    topics: tuple[str, ...]
    price_minor: int
    born_at: int
    text: str
    reactions: int = field(default=0, compare=False)  # changes all the time: files need not be written anew for it
    shown: bool = True  # whether the feed may show it
    picture: str = ""  # a key of `infra.media`
    brand: str = ""
    score: int | None = None  # of its shop, hundredths of a point


def posts_known(post_ids: Sequence[UUID]) -> list[Known]:
    """Describe posts; category, price, brand and shop are those of the first goods on sale in them."""
    found = feed.described(post_ids)
    goods = {card.id: card for card in catalog.cards(sorted({one for post in found for one in post.product_ids}))}
    firsts = [next((goods[each] for each in one.product_ids if each in goods), None) for one in found]
    shops = [one.shop_id or (first.shop_id if first else None) for one, first in zip(found, firsts, strict=True)]
    brands, scores = catalog.brands(sorted({first.id for first in firsts if first})), _scores(shops)
    return [
        _post(one, first, shop, (brands.get(first.id, "") if first else "", scores.get(shop) if shop else None))
        for one, first, shop in zip(found, firsts, shops, strict=True)
    ]


def _scores(shops: Iterable[UUID | None]) -> dict[UUID, int]:
    """Return the experience scores (体验分) of shops that have one, in one statement."""
    wanted = sorted({shop for shop in shops if shop is not None})
    return {shop: one.score_hundredths for shop, one in scores_of(wanted).items()} if wanted else {}


def _post(one: feed.Described, first: Card | None, shop: UUID | None, of_shop: tuple[str, int | None]) -> Known:
    return Known(
        one.id,
        ItemKind(one.kind.value),
        one.creator_id,
        shop,
        first.category if first else "",
        one.topics,
        first.price_min_minor if first else 0,
        int(one.published_at.timestamp()),
        f"{one.text} {first.title} {first.title_en}" if first else one.text,
        one.reactions,
        picture=one.picture,
        brand=of_shop[0],
        score=of_shop[1],
    )


def products_known(product_ids: Sequence[UUID]) -> list[Known]:
    """Describe products; histories and recommendations know them, the feed does not show them."""
    cards = catalog.cards(product_ids)
    brands, scores = catalog.brands([card.id for card in cards]), _scores(card.shop_id for card in cards)
    return [
        Known(
            card.id,
            ItemKind.PRODUCT,
            None,
            card.shop_id,
            card.category,
            (),
            card.price_min_minor,
            int(card.id.int >> 80) // 1000,
            f"{card.title} {card.title_en}",
            card.sold_count,
            shown=False,
            picture=card.picture,
            brand=brands.get(card.id, ""),
            score=scores.get(card.shop_id),
        )
        for card in cards
    ]


def new_posts(known: "Items", *, newest: int, now: Instant) -> list[Known]:
    """Describe those of the newest posts that are not known yet."""
    missing = [each for each in feed.newest_ids(newest, until=now) if each not in known.rows]
    return posts_known(missing) if missing else []


def everything(*, now: Instant) -> Iterable[list[Known]]:
    """Walk through all posts and all products on sale."""
    ids = feed.newest_ids(POSTS_MAX, until=now)
    for begin in range(0, len(ids), WALK):
        yield posts_known(ids[begin : begin + WALK])
    last = FIRST_ID
    while some := catalog.on_sale_after(last, WALK):
        yield products_known(some)
        last = some[-1]


@dataclass
class Items:
    """All items in the order in which they got their numbers, and their vectors, made by the fit that `fitted` names."""

    all: list[Known] = field(default_factory=list)
    rows: dict[UUID, int] = field(default_factory=dict)
    cohorts: list[str] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    describer: Describer | None = None
    fitted: int = 0
    version: int = 0
    reacted: int = 0  # how often reactions changed, which makes no new version
    pictures: Pictures = field(default_factory=Pictures)
    unseen: dict[str, set[int]] = field(default_factory=dict)  # rows by pictures that nobody has looked at yet

    def __len__(self) -> int:
        return len(self.all)

    def take(self, found: Sequence[Known]) -> list[int]:
        """Take items in, or what changed of them; return the rows of the new ones."""
        fresh = []
        for one in found:
            row = self.rows.setdefault(one.id, len(self.all))
            if row == len(self.all):
                self.all.append(one)
                fresh.append(row)
            elif self.all[row] != one:
                self.version += 1
            elif self.all[row].reactions == one.reactions:
                continue
            else:
                self.reacted += 1
            self.all[row] = one
            self.columns.put(row, one)
            if one.picture and one.picture not in self.pictures:
                self.unseen.setdefault(one.picture, set()).add(row)
            if one.category and one.category not in self.cohorts and len(self.cohorts) < COHORTS_MAX:
                self.cohorts.append(one.category)
        if fresh:
            self.version += 1
            if self.describer is not None:
                self.columns.describe_more(vectors_of(self.describer, [self.all[row] for row in fresh], self.pictures))
        return fresh

    def looked(self, made: Mapping[str, Floats | None]) -> int:
        """Take over what was made of pictures, describe their items anew, and return how many items those are."""
        self.pictures.keep({key: numbers for key, numbers in made.items() if numbers is not None})
        seen = [(key, self.unseen.pop(key, set())) for key in made]
        rows = sorted({row for key, some in seen if key in self.pictures for row in some})
        if rows and self.describer is not None and self.describer.knows_pictures:
            mine = [row for row in rows if row < len(self.columns.vectors)]
            self.columns.describe_again(
                mine, vectors_of(self.describer, [self.all[row] for row in mine], self.pictures)
            )
            self.version += 1
        return len(rows)

    def keep_only(self, found: set[UUID], before: int) -> None:
        """Show no more what a walk through everything did not find of the first `before` items, those known as it began."""
        for row, one in enumerate(self.all[:before]):
            if one.shown and one.id not in found:
                self.all[row] = replace(one, shown=False)
                self.columns.hide(row)
                self.version += 1

    def refit(self, describer: Describer, vectors: Floats, fitted: int) -> None:
        """Take over vectors that were made of the first items meanwhile; those that came later get theirs."""
        rest = self.all[len(vectors) :]
        self.describer, self.fitted = describer, fitted
        self.columns.describe(vectors)
        if rest:
            self.columns.describe_more(vectors_of(describer, rest, self.pictures))
        self.version += 1

    def cohort_of(self, row: int) -> int:
        """Return the number of an item's category among the cohorts; NOBODY where it is none of them."""
        category = self.all[row].category
        return self.cohorts.index(category) if category in self.cohorts else NOBODY

    def arrays(self) -> tuple[dict[str, Table], dict[str, object]]:
        """Return everything as arrays, as they lie here, and the words that they stand for."""
        columns = self.columns.arrays(len(self.all)) | {"vectors": self.columns.vectors}
        return columns, {"codes": list(self.columns.codes), "cohorts": self.cohorts, "fitted": self.fitted}

    def reactions(self, *, now: int) -> Floats:
        """Return how popular each item is by what people said of it: reactions that fade."""
        age = np.maximum(now - self.columns.column("born_at", len(self.all)), 0) / 86_400
        said = 1 + self.columns.reactions(len(self.all))
        return np.asarray(said * np.exp(-age / REACTION_DAYS), np.float32)


def items_of(columns: dict[str, Table], facts: dict[str, list[str]]) -> Items:
    """Return items as they were written down: their numbers and features, without words until a walk finds them again."""
    found = Items(cohorts=list(facts["cohorts"]), columns=Columns.of(columns, facts["codes"]))
    kinds = tuple(ItemKind)
    for row, raw in enumerate(columns["ids"]):
        one = Known(
            UUID(bytes=raw.tobytes()), kinds[columns["kind"][row]], None, None, facts["codes"][columns["code"][row]], (),
            int(columns["price_minor"][row]), int(columns["born_at"][row]), "", shown=bool(columns["showable"][row]),
        )  # fmt: skip
        found.rows[one.id] = row
        found.all.append(one)
    return found


def shelf_of(columns: dict[str, Table], facts: dict[str, list[str]], popular: Floats, sellers: Sellers) -> Shelf:
    """Return items as the engine serves them."""
    count = len(columns["ids"])
    numbers = np.array([number_of(code) if code else NOBODY for code in facts["codes"]] or [NOBODY], np.int64)
    tails = np.ascontiguousarray(columns["ids"][:, 8:]).view(">u8").reshape(-1) if count else np.zeros(0, np.uint64)
    return Shelf(
        creator=columns["creator"],
        shop=columns["shop"],
        category=numbers[columns["code"]],
        topics=columns["topics"],
        price_minor=columns["price_minor"],
        born_at=columns["born_at"],
        kind=columns["kind"],
        names=(tails.astype(np.uint64) & np.uint64(0x7FFF_FFFF_FFFF_FFFF)).astype(np.int64),
        vectors=columns["vectors"],
        popular=popular,
        showable=columns["showable"],
        sellers=sellers,
    )


def fit(items: Sequence[Known], pictures: Pictures = NO_PICTURES) -> tuple[Describer, Floats]:
    """Learn the vocabulary of items anew and make their vectors: the slow part, in the background."""
    if len(items) < FITTED_FROM:
        describer = _without_words([one.price_minor for one in items])
    else:
        describer = fit_describer([_description(one, pictures) for one in items])
    return describer, vectors_of(describer, items, pictures)


def vectors_of(describer: Describer, items: Sequence[Known], pictures: Pictures = NO_PICTURES) -> Floats:
    """Return items × width, of length 1: words, category, creator, price, picture, score and topics, each with its weight."""
    plain = describer.vectors([_description(one, pictures) for one in items])
    words = int(describer.topics.shape[1])
    ends = np.cumsum([words, SLOTS, SLOTS, PRICE_BANDS, PICTURE, SCORE_BANDS])
    parts = np.split(plain, ends, axis=1)[: len(ends)]
    topics = np.zeros((len(items), TOPIC_PLACES), np.float32)
    for row, one in enumerate(items):
        for topic in one.topics:
            number = number_of(topic)
            topics[row, number % TOPIC_PLACES] += 1 if number >> 8 & 1 else -1
    topics /= np.maximum(np.linalg.norm(topics, axis=1, keepdims=True), 1e-9)
    table = np.concatenate(
        [part * weight for part, weight in zip([*parts, topics], BLOCKS.values(), strict=True)], axis=1
    )
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9), np.float32)


def _without_words(prices: list[int]) -> Describer:
    """Return a describer for too few items to learn words from."""
    edges = np.quantile(np.log1p(prices or [0]), np.arange(1, PRICE_BANDS) / PRICE_BANDS).astype(np.float32)
    nothing = np.zeros((1, 1), np.float32)
    return Describer({}, np.zeros(0, np.float32), nothing, edges, *spread_of(()))


def _description(one: Known, pictures: Pictures) -> Description:
    return Description(
        text=one.text,
        category=one.category,
        creator=str(one.creator or one.shop or ""),
        price_minor=one.price_minor or None,
        picture=pictures.get(one.picture),
        score=one.score,
    )
