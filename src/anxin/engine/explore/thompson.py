"""How good may an item be of which little is known? Its category cohort's rates, then its own, and a draw from the posterior."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from anxin.engine.compiling import Doubles, Longs

STRENGTH_MIN, STRENGTH_MAX = 2.0, 1_000.0


@dataclass(frozen=True)
class Priors:
    """A Beta prior for each cohort: its mean rate and its weight in exposures."""

    mean: Doubles
    strength: Doubles

    def posterior(self, cohort: Longs, shown: Doubles, good: Doubles) -> tuple[Doubles, Doubles]:
        """Return the two parameters of each item's Beta posterior."""
        mean, strength = self.mean[cohort], self.strength[cohort]
        return good + mean * strength, shown - good + (1 - mean) * strength


def fit_priors(cohort: Longs, shown: Doubles, good: Doubles, cohorts: int) -> Priors:
    """Fit each cohort's prior to its items by moments; a cohort without evidence takes that of all.

    The strength compares the spread of the items' rates with what chance alone would make: alike items shrink more. The mean is
    of items (weight n / (n + strength)), not of exposures: what is good is shown more, and would raise the bar for the rest.
    """
    seen = shown > 0
    total, hits = np.bincount(cohort, shown, cohorts), np.bincount(cohort, good, cohorts)
    overall = (good.sum() + 1) / (shown.sum() + 20)
    pooled = (hits + 20 * overall) / (total + 20)
    rate = np.divide(good, shown, out=np.zeros(len(shown)), where=seen)
    distance = np.bincount(cohort, np.where(seen, shown * (rate - pooled[cohort]) ** 2, 0.0), cohorts)
    items, squares = np.bincount(cohort, seen, cohorts), np.bincount(cohort, shown * shown, cohorts)
    room = np.maximum(total - np.divide(squares, total, out=np.zeros(cohorts), where=total > 0), 1e-9)
    chance = pooled * (1 - pooled)
    between = (distance - np.maximum(items - 1, 0) * chance) / room
    known = (items > 1) & (between > 0)
    strength = np.clip(np.where(known, chance / np.maximum(between, 1e-12) - 1, 100.0), STRENGTH_MIN, STRENGTH_MAX)
    weight = shown / (shown + strength[cohort])
    weights, weighted = np.bincount(cohort, weight, cohorts), np.bincount(cohort, weight * rate, cohorts)
    return Priors((weighted + overall * 0.5) / (weights + 0.5), strength)


def lower_bound(parameters: tuple[Doubles, Doubles], confidence: float) -> Doubles:
    """Return the rate that each item exceeds with this probability."""
    return np.asarray(special.betaincinv(*parameters, 1 - confidence), np.float64)


def chances_to_be_best(parameters: tuple[Doubles, Doubles], draws: int, random: np.random.Generator) -> Doubles:
    """Return how often each item had the greatest of `draws` joint draws.

    Choosing an item *with these chances* is Thompson sampling, and the propensity is then known exactly rather than estimated.
    """
    yes, no = parameters
    if len(yes) == 0:
        return np.zeros(0)
    best = random.beta(yes, no, (draws, len(yes))).argmax(axis=1)
    return np.bincount(best, minlength=len(yes)) / draws
