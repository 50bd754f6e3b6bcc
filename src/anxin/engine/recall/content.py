"""What an item is, as numbers: words, category, price band, creator, picture, its shop's score.

A new item is recommendable before its first click.

`Describer` turns descriptions into vectors; `Bridge` learns from items that people know how content maps onto the embeddings
that behaviour made of them, and gives a new item the embedding it will probably have. From then on the item lies in the fresh
index like any other and every history can find it.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from anxin.engine.compiling import Floats, Longs
from anxin.engine.errors import PictureOfWrongShape, TooFewData

WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
SLOTS = 64  # hashed places of categories and of creators
PRICE_BANDS = 10
SCORE_BANDS = 5
GRID = 4  # a picture's layout: means of 4 × 4 fields
HUES = 12
PICTURE = HUES + 3 + 3 * GRID * GRID  # numbers of a picture
ITEMS_MIN = 20
PIXELS = 3

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Description:
    """What is known of an item before anybody has seen it; what is not known is empty or None."""

    text: str = ""
    category: str = ""
    creator: str = ""
    price_minor: int | None = None
    picture: Floats | None = None  # of `picture_features`
    score: float | None = None  # of its shop, in whatever unit


def tokens_of(text: str) -> list[str]:
    """Return words and numbers in small letters, and each pair of neighbouring Chinese characters."""
    tokens = []
    for run in WORD.findall(text.lower()):
        if run[0] < "\u3400" or len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[at : at + 2] for at in range(len(run) - 1))
    return tokens


def picture_features(pixels: Pixels) -> Floats:
    """Return colours and layout of a picture (height × width × 3): shares of hues, of greys by lightness, and a grid of
    mean lightness, saturation and edge strength. 63 numbers, none negative, whatever the size.
    """
    if pixels.ndim != PIXELS or pixels.shape[2] != PIXELS or min(pixels.shape[:2]) < GRID:
        raise PictureOfWrongShape(str(pixels.shape))
    step = max(1, min(pixels.shape[:2]) // 64)
    rgb: Floats = pixels[::step, ::step].astype(np.float32) / np.float32(255)
    high, low = rgb.max(axis=2), rgb.min(axis=2)
    span = high - low
    saturation = span / np.maximum(high, 1e-6)
    hue = _hue(rgb, high, np.maximum(span, np.float32(1e-6)))
    coloured = saturation > 0.2  # noqa: PLR2004 - below it a hue is noise
    hues = np.bincount((hue[coloured] * HUES).astype(int) % HUES, minlength=HUES)
    greys = np.bincount((high[~coloured] * 2.999).astype(int), minlength=3)
    edges = np.abs(np.diff(high, axis=0, append=high[-1:])) + np.abs(np.diff(high, axis=1, append=high[:, -1:]))
    fields = [_means(plane) for plane in (high, saturation, edges * 4)]
    return np.concatenate([hues / high.size, greys / high.size, *fields]).astype(np.float32)


def _hue(rgb: Floats, high: Floats, span: Floats) -> Floats:
    red, green, blue = rgb[:, :, 0], rgb[:, :, 1], rgb[:, :, 2]
    hue = np.where(
        high == red,
        (green - blue) / span,
        np.where(high == green, 2 + (blue - red) / span, 4 + (red - green) / span),
    )
    return np.asarray(hue / 6 % 1, np.float32)


def _means(plane: Floats) -> Floats:
    rows = np.array_split(plane, GRID, axis=0)
    return np.array([part.mean() for row in rows for part in np.array_split(row, GRID, axis=1)], np.float32)


@dataclass(frozen=True)
class Describer:
    """How descriptions become vectors: words of the items it was fitted on, their rarity, and latent topics of them."""

    words: dict[str, int]
    rarity: Floats
    topics: Floats  # words × dimensions
    price_edges: Floats
    picture_mean: Floats
    picture_spread: Floats  # infinite where no picture was known: then none says anything
    score_edges: Floats = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""
        return int(self.topics.shape[1]) + 2 * SLOTS + PRICE_BANDS + PICTURE + SCORE_BANDS + 1

    @property
    def knows_pictures(self) -> bool:
        """Whether it was fitted on any."""
        return bool(np.isfinite(self.picture_spread).all())

    def vectors(self, items: Sequence[Description]) -> Floats:
        """Return items × width; each block of known facts has length 1, of unknown ones 0, and the last column is 1."""
        blocks = [
            _unit(np.asarray(_counts(items, self.words, self.rarity) @ self.topics, np.float32)),
            _hashed([item.category for item in items]),
            _hashed([item.creator for item in items]),
            self._bands(items),
            self._pictures(items),
            self._scores(items),
            np.ones((len(items), 1), np.float32),
        ]
        return np.concatenate(blocks, axis=1).astype(np.float32)

    def _bands(self, items: Sequence[Description]) -> Floats:
        bands = np.zeros((len(items), PRICE_BANDS), np.float32)
        for row, item in enumerate(items):
            if item.price_minor is not None:
                bands[row, np.searchsorted(self.price_edges, np.log1p(item.price_minor))] = 1
        return bands

    def _scores(self, items: Sequence[Description]) -> Floats:
        bands = np.zeros((len(items), SCORE_BANDS), np.float32)
        for row, item in enumerate(items):
            if item.score is not None:
                bands[row, np.searchsorted(self.score_edges, item.score)] = 1
        return bands

    def _pictures(self, items: Sequence[Description]) -> Floats:
        table = np.zeros((len(items), PICTURE), np.float32)
        for row, item in enumerate(items):
            if item.picture is not None:
                table[row] = (item.picture - self.picture_mean) / self.picture_spread
        return _unit(table)


def fit_describer(items: Sequence[Description], *, dimensions: int = 64, seed: int = 0) -> Describer:
    """Learn words that two items share, and their latent topics (LSA: the leading singular vectors of tf-idf)."""
    if len(items) < ITEMS_MIN:
        raise TooFewData("a catalogue to learn content from", len(items), ITEMS_MIN)
    found = Counter(token for item in items for token in set(tokens_of(item.text)))
    kept = sorted(token for token, count in found.items() if count > 1)
    words = {token: number for number, token in enumerate(kept)}
    rarity = np.log(len(items) / np.array([found[token] for token in kept] or [1])).astype(np.float32)
    counts = _counts(items, words, rarity)
    counts.eliminate_zeros()  # of words that every item has
    size = min(dimensions, min(counts.shape) - 1)
    topics = np.zeros((counts.shape[1], 1), np.float32)
    if size > 0 and counts.nnz:
        start = np.random.default_rng(seed).standard_normal(min(counts.shape)).astype(np.float32)
        _, _, right = svds(counts, k=size, v0=start)
        topics = np.ascontiguousarray(right.T[:, ::-1], np.float32)
    prices = [np.log1p(item.price_minor) for item in items if item.price_minor is not None] or [0.0]
    pictures = [item.picture for item in items if item.picture is not None]
    scores = [item.score for item in items if item.score is not None]
    return Describer(
        words,
        rarity,
        topics,
        np.quantile(prices, np.arange(1, PRICE_BANDS) / PRICE_BANDS).astype(np.float32),
        *spread_of(pictures),
        np.quantile(scores or [0.0], np.arange(1, SCORE_BANDS) / SCORE_BANDS).astype(np.float32),
    )


def spread_of(pictures: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return mean and spread of pictures' numbers; of none a spread without end."""
    if not pictures:
        return np.zeros(PICTURE, np.float32), np.full(PICTURE, np.inf, np.float32)
    table = np.stack(pictures)
    return table.mean(axis=0), np.maximum(table.std(axis=0), 0.02).astype(np.float32)


def _counts(items: Sequence[Description], words: dict[str, int], rarity: Floats) -> sparse.csr_matrix:
    rows, columns, values = [], [], []
    for row, item in enumerate(items):
        for token, count in Counter(tokens_of(item.text)).items():
            if (column := words.get(token)) is not None:
                rows.append(row)
                columns.append(column)
                values.append((1 + np.log(count)) * rarity[column])
    return sparse.csr_matrix(
        (np.array(values, np.float32), (np.array(rows, np.int64), np.array(columns, np.int64))),
        (len(items), max(len(words), 1)),
    )


def _hashed(names: Sequence[str]) -> Floats:
    """Return a signed place for each name, the same in every process; two names share one only by chance."""
    table = np.zeros((len(names), SLOTS), np.float32)
    for row, name in enumerate(names):
        if name:
            number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")
            table[row, (number >> 1) % SLOTS] = 1 if number & 1 else -1
    return table


def _unit(table: Floats) -> Floats:
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9), np.float32)


@dataclass(frozen=True)
class Bridge:
    """From content to the embedding that behaviour would give."""

    map: Floats  # width × dimensions

    def embed(self, content: Floats) -> Floats:
        """Return items × dimensions."""
        return np.asarray(content @ self.map, np.float32)


def fit_bridge(content: Floats, embeddings: Floats, weights: Longs, *, ridge: float = 10.0) -> Bridge:
    """Regress the embeddings of known items on their content; `weights` is how often each was had."""
    share = np.sqrt(weights / max(float(weights.mean()), 1e-9))[:, None]
    left = (content * share).astype(np.float64)
    gram = left.T @ left
    gram[np.diag_indices(len(gram))] += ridge
    return Bridge(np.linalg.solve(gram, left.T @ (embeddings * share)).astype(np.float32))
