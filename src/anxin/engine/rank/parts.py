"""Scoring candidates cheaply: log-odds are a sum, so what is of the person alone, or of the item alone, is added up once.

Only what is of the two together is looked up for each candidate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Floats, Ints, Keys, Longs
from anxin.engine.rank.features import NO_KEY, Features
from anxin.engine.rank.model import Model, chances

Columns = Mapping[str, Longs]


@dataclass(frozen=True)
class Parts:
    """The features of a row in three groups. A field may be in one group only; crosses across groups are fields of `pair`."""

    person: Features
    item: Features
    pair: Features

    @property
    def width(self) -> int:
        """Return how many keys a row has in the log."""
        return self.person.width + self.item.width + self.pair.width

    def of_people(self, columns: Columns) -> Keys:
        """Return the keys of people (or of requests); they hold the constant of the whole row."""
        return self.person.keys(columns)

    def of_items(self, columns: Columns) -> Keys:
        """Return the keys of items."""
        return _without_constant(self.item.keys(columns))

    def of_pairs(self, table: Longs) -> Keys:
        """Return the keys of a person and an item together, from a table with a column for each of `pair.fields`."""
        return _without_constant(self.pair.keys_of(table))


def chances_of(model: Model, person: Keys, item_margins: Floats, items: Ints, pairs: Keys) -> Floats:
    """Return chances, requests × candidates × heads, the same as `model.predict` of whole rows.

    `person` requests × width; `item_margins` of all items (`model.margins` of their keys: once for many requests); `items`
    requests × candidates, any number where it is negative; `pairs` (requests · candidates) × width.
    """
    return chances(margins_of(model, person, item_margins, items, pairs))


def margins_of(model: Model, person: Keys, item_margins: Floats, items: Ints, pairs: Keys) -> Floats:
    """Return the log-odds of `chances_of`."""
    requests, count = items.shape
    margins = model.margins(pairs).reshape(requests, count, -1)
    margins += item_margins[np.maximum(items, 0)]
    margins += model.margins(person)[:, None, :] + model.usual
    return margins


def _without_constant(keys: Keys) -> Keys:
    keys[:, 0] = NO_KEY
    return keys
