"""How often a seller's orders go wrong, while most of what will go wrong has not been heard of yet.

A refund comes days after its order. Counted as "went well" until then, the newest orders flatter exactly who sells fast; a
model that learns them so ranks bad sellers above good ones. Here an order counts as much as would have been heard of it by now
(Chapelle 2014), and few orders are pulled towards what sellers do on the whole.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from anxin.engine.compiling import Doubles, Longs
from anxin.engine.explore.thompson import fit_priors


@dataclass(frozen=True)
class Reputation:
    """Of each seller the expected rate of what goes wrong, and how much to add to it for what is not known."""

    rate: Doubles
    margin: Doubles


def ripeness(age_s: Longs | Doubles, delay_s: float) -> Doubles:
    """Return the share of what will be heard of orders of this age that has been heard; `delay_s` is the mean delay."""
    return np.asarray(-np.expm1(-np.maximum(np.asarray(age_s, np.float64), 0) / delay_s))


def combined(own: Reputation, kind: Reputation, overall: float) -> Reputation:
    """Return what is expected of a seller's goods of a kind: both odds over the overall odds; the margin is the seller's."""
    odds = own.rate / (1 - own.rate) * kind.rate / (1 - kind.rate) * (1 - overall) / overall
    return Reputation(odds / (1 + odds), own.margin)


def reputation(ripe: Doubles, bad: Doubles, confidence: float) -> Reputation:
    """Return sellers' rates; `ripe` are their orders by ripeness, `bad` those of which was heard that they went wrong.

    The prior is fitted to all sellers by moments; the margin is the distance to the upper `confidence` quantile.
    """
    counted = np.maximum(ripe, bad)
    priors = fit_priors(np.zeros(len(ripe), np.int64), counted, bad, 1)
    yes, no = priors.posterior(np.zeros(len(ripe), np.int64), counted, bad)
    rate = yes / (yes + no)
    upper = np.asarray(special.betaincinv(yes, no, confidence), np.float64)
    return Reputation(np.asarray(rate), np.maximum(upper - rate, 0.0))
