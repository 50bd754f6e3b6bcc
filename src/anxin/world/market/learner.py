"""The engine's learner on one platform: the log of what was shown, the rank model that learns from it, and how both fork."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from anxin.engine.compiling import Floats, Ints, Longs
from anxin.engine.rank.features import Features
from anxin.engine.rank.heads import HEADS, Recipe
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model
from anxin.engine.rank.parts import Parts, margins_of
from anxin.world.market.book import Outcome
from anxin.world.market.market import Shown
from anxin.world.market.sight import HEARD_DAYS, PAIR_FIELDS, Sight, moment

PARTS = Parts(
    Features(("person", "cohort", "hour")),
    Features(
        ("item", "category", "theme", "creator", "shop", "band", "length", "age", "heat", "rate"),
        (("category", "band"),),
    ),
    Features(PAIR_FIELDS),
)
GIVEN_A_CLICK = ("cart", "order")
IN_TURN = tuple(
    replace(
        head,
        given="click" if head.name in GIVEN_A_CLICK else head.given,
        heard_days=HEARD_DAYS if head.heard_days else (),
    )
    for head in HEADS
)
SLOT = PAIR_FIELDS.index("slot")
SLOTS_A_PERSON = 256
SLOTS_MIN, SLOTS_MAX = 1 << 16, 1 << 22


def recipe_of(people: int, *, rate: float = 0.1) -> Recipe:
    """Return a recipe with room for so many people."""
    wanted = min(max(people * SLOTS_A_PERSON, SLOTS_MIN), SLOTS_MAX)
    return Recipe(width=PARTS.width, slots=1 << (wanted - 1).bit_length(), rate=rate, admit_at=2, heads=IN_TURN)


class Learner:
    """Keeps the log and the model in a folder of its own."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.recipe = folder, recipe
        self.log = Log(folder / "log", recipe)
        path = folder / "model"
        self.model = Model.open(path, recipe, writable=True) if path.exists() else Model.create(path, recipe)
        self._numbers = np.zeros(0, np.int64)  # of an impression in the log

    def fork(self, folder: Path) -> "Learner":
        """Return an equal learner in another folder."""
        self.model.flush()
        folder.mkdir(parents=True)
        for name in ("log", "model"):
            shutil.copyfile(self.folder / name, folder / name)
        other = Learner(folder, self.recipe)
        other._numbers = self._numbers.copy()
        return other

    def show(self, sight: Sight, shown: Shown, hour: int, likes: Floats, heard: Floats) -> Floats:
        """Write cards as they looked when they were shown and return what the model says of them, in log-odds.

        `likes` (rows × items) and `heard` belong to the rows.
        """
        pairs = sight.pairs(shown.people, shown.items[:, None].astype(np.int32), likes, heard[:, None])
        pairs[:, SLOT] = shown.slots
        keys = np.concatenate(
            [
                PARTS.of_people(sight.person_columns(shown.people, hour)),
                PARTS.of_items({name: column[shown.items] for name, column in sight.item_columns(hour).items()}),
                PARTS.of_pairs(pairs),
            ],
            axis=1,
        )
        numbers = self.log.show(keys, np.full(len(keys), moment(hour)), shown.labels)
        self._numbers = np.concatenate([self._numbers, numbers])
        return self.model.margins(keys)

    def outcome(self, outcome: Outcome, hour: int) -> None:
        """Write what came later."""
        self.log.outcome(self._numbers[outcome.impressions], outcome.kind, np.array(moment(hour)))

    def learn(self, hour: int) -> None:
        """Learn what was written since the last time, and what was not heard of by now."""
        self.log.ripen(moment(hour))
        self.model.catch_up(self.log)

    def margins(self, sight: Sight, hour: int) -> Floats:
        """Return what is of each item alone, in log-odds."""
        return self.model.margins(PARTS.of_items(sight.item_columns(hour)))

    def asked(self, sight: Sight, asked: tuple[Longs, Ints, int], said: tuple[Floats, Floats, Floats]) -> Floats:
        """Return log-odds of an impression (people × candidates × heads); cart and order are of a click.

        `said` are the items' margins, likes (people × items) and what behaviour says (people × candidates).
        """
        people, items, hour = asked
        margins, likes, heard = said
        return margins_of(
            self.model,
            PARTS.of_people(sight.person_columns(people, hour)),
            margins,
            items,
            PARTS.of_pairs(sight.pairs(people, items, likes, heard)),
        )
