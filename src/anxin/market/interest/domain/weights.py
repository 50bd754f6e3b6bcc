"""What showing something is worth, as an operator sets it: the engine's formula without its numbers library."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

ENGAGEMENT = ("click", "finish", "like", "follow", "cart")


@dataclass(frozen=True)
class Weights:
    """Costs and worths in minor units an event; `confidence_percent` and `prior_orders` are for young sellers.

    `experiment_percent` is how far everybody's weights are off, so that the effect of each is known; 0 switches that off.
    """

    complaint_minor: int
    violation_minor: int
    worth_minor: Mapping[str, int]
    refund_counts: bool
    confidence_percent: int
    prior_orders: int
    experiment_percent: int = 0

    def body(self, version: str) -> dict[str, Any]:
        """Return the formula as it is kept and as the engine reads it."""
        facts = asdict(self)
        confidence, experiment = facts.pop("confidence_percent") / 100, facts.pop("experiment_percent") / 100
        return {**facts, "confidence": confidence, "experiment": experiment, "version": version}


OWN = Weights(
    5_000,
    20_000,
    {"click": 2, "finish": 3, "like": 5, "follow": 30, "cart": 40},
    refund_counts=True,
    confidence_percent=80,
    prior_orders=30,
    experiment_percent=10,
)


def weights_of(body: Mapping[str, Any]) -> Weights:
    """Return what a kept formula says."""
    return Weights(
        int(body["complaint_minor"]),
        int(body["violation_minor"]),
        {name: int(worth) for name, worth in body["worth_minor"].items()},
        bool(body["refund_counts"]),
        round(body["confidence"] * 100),
        int(body["prior_orders"]),
        round(body.get("experiment", 0) * 100),  # a formula from before was published without one
    )
