"""What somebody likes, as far as one can know: for each person a Bayesian linear model of the answers to what was shown.

The log-odds of an answer are `base + slot + item + owner + w_person · x_item`: `x` is what is known of an item before anybody saw
it (its kind and its content vector), item and owner are what all people's answers say of it beyond that. People who have told
little are pulled to their cohort, new items to their owner's; how strongly is learned from how much people and items differ
(empirical Bayes, the EM step of a mixed model). Unlike a cosine with a sum of liked vectors this weighs what was shown and
*not* liked, knows which direction has been looked at how often, and its scale is that of log-odds.

A batch is one step of Newton's method (extended Kalman filter, diagonal for items and owners). All of a person is a matrix of
D × D, D = 1 + kinds + dimensions: with many people keep those who come, or make one anew from a history.
"""

import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Longs, Signs, compiled

ASKED_PEOPLE = 2_000  # of whom it is learned how much people differ
PULL = 20.0  # people of everybody that count as much as one of the cohort
VARIANCE_MIN, VARIANCE_MAX = 1e-3, 4.0
OWN_SHARE = 0.5  # of an item's content: the rest is its theme's
KNOWN_BY = 0.9  # of the variance there was: who has less left has told something


@dataclass(frozen=True)
class Prior:
    """Variances of log-odds before anything was heard (they are learned), and what is left of an answer after a day."""

    person: float = 0.2
    kind: float = 0.5
    content: float = 0.6  # of all dimensions together
    item: float = 0.25
    owner: float = 0.1
    slot: float = 0.1
    remembered: float = 0.97


class Known(NamedTuple):
    """What is known of rows: how much the person likes the item's kind and content, and what is of the item, a column a head."""

    taste: Doubles
    of_item: Doubles  # rows × heads: item and owner


class Effects:
    """Means and variances of something that has many members (items, owners, slots), a column a head."""

    def __init__(self, count: int, heads: int, variance: float) -> None:
        self.mean = np.zeros((count, heads))
        self.variance = np.full((count, heads), variance)
        self.prior = np.full(heads, variance)

    def step(self, members: Longs, slopes: Doubles, information: Doubles) -> None:
        """Learn from rows."""
        told, slope = np.zeros_like(self.mean), np.zeros_like(self.mean)
        np.add.at(told, members, information)
        np.add.at(slope, members, slopes)
        self.variance = 1 / (1 / self.variance + told)
        self.mean += self.variance * slope

    def learn_prior(self) -> None:
        """Learn how much members differ from those of whom something is known."""
        known = self.variance < KNOWN_BY * self.prior
        spread = (np.where(known, self.mean**2 + self.variance, 0)).sum(axis=0)
        enough = known.sum(axis=0) > PULL
        fresh = np.clip(spread / np.maximum(known.sum(axis=0), 1), VARIANCE_MIN, VARIANCE_MAX)
        fresh = np.where(enough, fresh, self.prior)
        self.variance = 1 / np.maximum(1 / self.variance - 1 / self.prior + 1 / fresh, 1e-9)
        self.prior = fresh


class Tastes:
    """Everybody's taste, and what is known of items; `heads` are kinds of answers (say click, finish, like)."""

    def __init__(
        self, items: tuple[Floats, Longs, Longs, Longs], cohort: Longs, rates: Doubles, prior: Prior = Prior()
    ) -> None:
        """`items` are content vectors (items × dimensions), kinds, themes and owners; `rates` the usual rate of each head."""
        vectors, kind, theme, self.owner = items
        kinds = int(kind.max(initial=0)) + 1
        self.x = np.concatenate([np.ones((len(kind), 1)), np.eye(kinds)[kind], _within(vectors, kind, theme)], axis=1)
        wide = vectors.shape[1]
        self._x = np.ascontiguousarray(self.x.T.astype(np.float32))
        self._blocks = (slice(0, 1), slice(1, 1 + kinds), slice(1 + kinds, 1 + kinds + wide))
        self.variance = np.concatenate(
            [[prior.person], np.full(kinds, prior.kind), np.full(wide, prior.content / wide)]
        )
        self.cohort, self.mean = cohort, np.zeros((int(cohort.max(initial=0)) + 1, self.x.shape[1]))
        self.weights = np.zeros((len(cohort), self.x.shape[1]))
        self.precision = np.tile(np.diag(1 / self.variance), (len(cohort), 1, 1))
        self.prior, heads = prior, len(rates)
        self.base, self._base_variance = np.log(rates / (1 - rates)), np.ones(heads)
        self.item = Effects(len(kind), heads, prior.item)
        self.of_owner = Effects(int(self.owner.max(initial=0)) + 1, heads, prior.owner)
        self.slot = Effects(0, heads, prior.slot)

    def fork(self) -> "Tastes":
        """Return an equal one that goes its own way."""
        other = copy.copy(self)
        for name in ("mean", "variance", "weights", "precision", "base", "_base_variance", "item", "of_owner", "slot"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        return other

    def known(self, people: Longs, items: Longs) -> Known:
        """Return what is known of rows of a person and an item each."""
        taste = np.einsum("rd,rd->r", self.weights[people], self.x[items])
        return Known(taste, self.of_items()[items])

    def of_items(self) -> Doubles:
        """Return what is known of each item beyond its content, log-odds by head."""
        return np.asarray(self.item.mean + self.of_owner.mean[self.owner])

    def likes(self, people: Longs) -> Floats:
        """Return people × items: log-odds that a person likes an item more than people like items."""
        return np.asarray(self.weights[people].astype(np.float32) @ self._x)

    def learn(self, people: Longs, items: Longs, slots: Longs, labels: Signs) -> None:
        """Learn answers (rows × heads, 1 or 0), a batch in one step."""
        if len(people) == 0:
            return
        self._room_for(int(slots.max()) + 1)
        known = self.known(people, items)
        margins = self.base + known.of_item + self.slot.mean[slots] + known.taste[:, None]
        chance = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        slopes, information = (labels > 0) - chance, chance * (1 - chance)
        who, rows = np.unique(people, return_inverse=True)
        slope = np.zeros((len(who), self.x.shape[1]))
        precision = self.precision[who]
        _gather(rows, self.x[items], (slopes.sum(axis=1), information.sum(axis=1)), precision, slope)
        self.precision[who] = precision
        self.weights[who] += np.linalg.solve(precision, slope[:, :, None])[:, :, 0]
        self.item.step(items, slopes, information)
        self.of_owner.step(self.owner[items], slopes, information)
        self.slot.step(slots, slopes, information)
        self._base_variance = np.maximum(1 / (1 / self._base_variance + information.sum(axis=0)), 1e-4)
        self.base = self.base + self._base_variance * slopes.sum(axis=0)

    def next_day(self) -> None:
        """Let a day pass: what was told counts less, and how much people and items differ is learned again."""
        prior = np.diag(1 / self.variance)
        told = self.precision - prior
        pulled = np.einsum("pij,pj->pi", self.precision, self.weights) - self.mean[self.cohort] / self.variance
        self._learn_prior()
        self.item.learn_prior()
        self.of_owner.learn_prior()
        self.precision = np.diag(1 / self.variance) + self.prior.remembered * told
        right = self.mean[self.cohort] / self.variance + self.prior.remembered * pulled
        self.weights = np.linalg.solve(self.precision, right[:, :, None])[:, :, 0]

    def _learn_prior(self) -> None:
        count = len(self.mean)
        of = np.zeros_like(self.mean)
        np.add.at(of, self.cohort, self.weights)
        many = np.bincount(self.cohort, minlength=count)[:, None]
        self.mean = (of + PULL * self.weights.mean(axis=0)) / (many + PULL)
        self.mean[:, self._blocks[2]] = 0  # a direction of content is nobody's taste on the whole
        asked = slice(None, None, max(1, len(self.cohort) // ASKED_PEOPLE))
        left = np.diagonal(np.linalg.inv(self.precision[asked]), axis1=1, axis2=2)
        spread = (self.weights[asked] - self.mean[self.cohort[asked]]) ** 2 + left
        self.variance = self.variance.copy()
        for block in self._blocks:
            self.variance[block] = np.clip(spread[:, block].mean(), VARIANCE_MIN, VARIANCE_MAX)

    def _room_for(self, slots: int) -> None:
        more = slots - len(self.slot.mean)
        if more > 0:
            self.slot.mean = np.pad(self.slot.mean, ((0, more), (0, 0)))
            fresh = np.full((more, len(self.base)), self.prior.slot)
            self.slot.variance = np.concatenate([self.slot.variance, fresh])


def _within(vectors: Floats, kind: Longs, theme: Longs) -> Doubles:
    """Return how each item differs from its kind, of mean length 1: what all of a kind share is the kind's.

    What a picture or a text shows of one item is noisy; half of it is taken from the mean of its theme, which is less so.
    """
    rest = vectors - _means(vectors, kind)[kind]
    rest = rest - (1 - OWN_SHARE) * (rest - _means(rest, theme)[theme])
    return np.asarray(rest / max(float(np.sqrt((rest**2).sum(axis=1).mean())), 1e-9))


def _means(vectors: Doubles | Floats, group: Longs) -> Doubles:
    found = np.zeros((int(group.max(initial=0)) + 1, vectors.shape[1]))
    np.add.at(found, group, vectors)
    return np.asarray(found / np.maximum(np.bincount(group), 1)[:, None])


@compiled
def _gather(rows: Longs, x: Doubles, told: tuple[Doubles, Doubles], precision: Doubles, slope: Doubles) -> None:
    """Add each row's information to its person's matrix, and its slope to its person's vector."""
    slopes, information = told
    wide = x.shape[1]
    for row in range(len(rows)):
        person = rows[row]
        for left in range(wide):
            if x[row, left] != 0:
                here = information[row] * x[row, left]
                slope[person, left] += slopes[row] * x[row, left]
                for right in range(wide):
                    precision[person, left, right] += here * x[row, right]
