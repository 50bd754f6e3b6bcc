"""The rank model: one memory-mapped file that a learner writes in place and any number of servers read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Keys, Longs, Signs, Table
from anxin.engine.errors import ModelBehindLog, ModelDamaged, ModelForeign, ModelMissing, ModelReadOnly, WrongShape
from anxin.engine.rank import kernels
from anxin.engine.rank.heads import Recipe
from anxin.engine.rank.log import Log

MAGIC = b"ANXRANK3"
PAGE = 4096
CHUNK = 1 << 16  # records learned between two marks of the position
COUNTS_A_SLOT = 4


@dataclass(frozen=True)
class Facts:
    """What a model says of itself."""

    position: int
    impressions: int
    outcomes: int
    features: int
    admitted: int
    expired: int
    refused: int


class Model:
    """`Model.create` makes one, `Model.open` maps one; `predict` reads, `catch_up` learns."""

    def __init__(self, path: Path, recipe: Recipe, *, writable: bool) -> None:
        self.path, self.recipe, self._writable = path, recipe, writable
        mode: Literal["r+", "r"] = "r+" if writable else "r"
        places = _places(recipe)
        self._state = np.memmap(path, np.int64, mode, PAGE, (8,))
        self._tallies = np.memmap(path, np.float64, mode, PAGE + self._state.nbytes, (len(recipe.heads), 2))
        shape = (recipe.slots // kernels.BUCKET, kernels.words_of(len(recipe.heads)))
        self._words = np.memmap(path, np.uint64, mode, places[0], shape)
        self._numbers = self._words.view(np.float32)
        self._counts = np.memmap(path, np.uint8, mode, places[1], (recipe.slots * COUNTS_A_SLOT,))
        self._inode = path.stat().st_ino

    @classmethod
    def create(cls, path: Path, recipe: Recipe) -> "Model":
        """Make an empty model at `path`, replacing what was there at once or not at all."""
        text = MAGIC + recipe.text().encode()
        if len(text) >= PAGE:
            raise WrongShape("a recipe", f"shorter than {PAGE} bytes", str(len(text)))
        fresh = path.with_suffix(".making")
        with fresh.open("wb") as file:
            file.write(text.ljust(PAGE, b"\0"))
            file.truncate(file_bytes(recipe))
        fresh.replace(path)
        return cls(path, recipe, writable=True)

    @classmethod
    def open(cls, path: Path, recipe: Recipe, *, writable: bool = False) -> "Model":
        """Map the model at `path`; one of another recipe or length, or whose writer died in the middle, is refused."""
        if not path.is_file():
            raise ModelMissing(str(path))
        with path.open("rb") as file:
            head = file.read(PAGE).rstrip(b"\0")
        if not head.startswith(MAGIC):
            raise ModelForeign(str(path))
        if head[len(MAGIC) :] != recipe.text().encode():
            raise ModelForeign(str(path))
        if path.stat().st_size != file_bytes(recipe):
            raise ModelDamaged(str(path))
        model = cls(path, recipe, writable=writable)
        if writable and model._state[kernels.DIRTY]:
            raise ModelDamaged(str(path))
        return model

    @property
    def position(self) -> int:
        """Return the number of the log record to be learned next."""
        return int(self._state[kernels.POSITION])

    @property
    def replaced(self) -> bool:
        """Return whether another file has taken this one's place (a rollback); a server then opens it again."""
        return not self.path.exists() or self.path.stat().st_ino != self._inode

    def predict(self, keys: Keys, shared: Keys | None = None) -> Floats:
        """Return probabilities, rows × heads, of rows of keys; `shared` keys (those of the person) count for every row."""
        margins = self.margins(keys)
        if shared is not None:
            margins += self.margins(shared.reshape(1, -1))
        return chances(margins + self.usual)

    @property
    def usual(self) -> Floats:
        """Return the log-odds, a head each, that every row begins with."""
        usual = np.zeros(len(self.recipe.heads), np.float32)
        kernels.find_usual(self._tallies, np.array(self.recipe.waits(), np.bool_), usual)
        return usual

    def margins(self, keys: Keys) -> Floats:
        """Return log-odds without `usual`, rows × heads: a sum over keys, so that parts of a row may be added up apart."""
        margins = np.zeros((len(keys), len(self.recipe.heads)), np.float32)
        kernels.score(keys, self._words, self._numbers, margins)
        return margins

    def catch_up(self, log: Log, *, until: int | None = None) -> Floats:
        """Learn every record of `log` from the model's position on, and return what was predicted before each was learned.

        Rows are records; NaN where a record is an outcome. The same log gives the same bytes, however it was cut into calls.
        """
        if not self._writable:
            raise ModelReadOnly(str(self.path))
        if self.position < log.base:
            raise ModelBehindLog(str(self.path))
        records = log.records()
        first = self.position - log.base
        last = len(records) if until is None else min(until - log.base, len(records))
        predicted = np.full((max(last - first, 0), len(self.recipe.heads)), np.nan, np.float32)
        columns = tuple(records[name] for name in ("subject", "at", "head", "sign", "labels", "keys"))
        for begin in range(first, last, CHUNK):
            end = min(begin + CHUNK, last)
            self._learn(columns, (begin, end, log.base), predicted[begin - first : end - first])
        return chances(predicted)

    def start_at(self, position: int) -> None:
        """Let an empty model begin at a log record other than 0: those before it are forgotten."""
        self._state[kernels.POSITION] = position

    def learn(self, keys: Keys, at: Longs, labels: Signs) -> Floats:
        """Learn impressions that come without a log (an experiment, a table) and return what was predicted before each."""
        rows, first = len(keys), self.position
        columns = (first + np.arange(rows), np.asarray(at), np.full(rows, -1, np.int8), np.zeros(rows, np.int8))
        predicted = np.full((rows, len(self.recipe.heads)), np.nan, np.float32)
        self._learn((*columns, labels, keys), (0, rows, first), predicted)
        return chances(predicted)

    def facts(self) -> Facts:
        """Return what the model has seen."""
        state = [int(value) for value in self._state]
        return Facts(
            position=state[kernels.POSITION],
            impressions=state[kernels.SHOWN_COUNT],
            outcomes=state[kernels.OUTCOMES],
            features=int(kernels.used(self._words)),
            admitted=state[kernels.ADMITTED],
            expired=state[kernels.EXPIRED],
            refused=state[kernels.REFUSED],
        )

    def flush(self) -> None:
        """Write everything to the disk."""
        for part in (self._words, self._counts, self._state, self._tallies):
            part.flush()

    def _learn(self, columns: tuple[Table, ...], span: tuple[int, int, int], predicted: Floats) -> None:
        recipe = self.recipe
        self._state[kernels.DIRTY] = 1
        kernels.learn(
            columns,  # type: ignore[arg-type]
            span,
            (self._words, self._numbers, self._counts, self._state, self._tallies),
            (
                np.array([recipe.rate, recipe.beta, recipe.ridge], np.float32),
                np.array([recipe.admit_at, recipe.expire_days], np.int64),
                np.array(recipe.shares(), np.float64),
                np.array(recipe.causes(), np.int64),
                np.array(recipe.waits(), np.bool_),
            ),
            predicted,
        )
        self._state[kernels.POSITION] = span[2] + span[1]
        self._state[kernels.DIRTY] = 0


def chances(margins: Floats) -> Floats:
    """Return probabilities of log-odds."""
    return (1 / (1 + np.exp(-np.clip(margins, -30, 30)))).astype(np.float32)


def order_chances(order: Doubles, refund: Doubles) -> Doubles:
    """Return the chance of an order that stays: P(order) · (1 - P(refund | order))."""
    return order * (1 - refund)


def file_bytes(recipe: Recipe) -> int:
    """Return how large a model of this recipe is."""
    return _places(recipe)[1] + recipe.slots * COUNTS_A_SLOT


def _places(recipe: Recipe) -> tuple[int, int]:
    """Return where the buckets begin, and the counts of sightings."""
    buckets = 2 * PAGE
    return buckets, buckets + 8 * kernels.words_of(len(recipe.heads)) * (recipe.slots // kernels.BUCKET)
