"""The questions a shown item is asked, and the recipe that turns answers into a model."""

import json
from dataclasses import asdict, dataclass, field

from anxin.engine.errors import WrongShape

TENTHS = 10


@dataclass(frozen=True)
class Head:
    """One question. It makes sense only where the head `given` is true: a refund needs an order.

    `heard_days` are the ages by which a tenth, two tenths … all of the cases are heard of, in the mean; empty: at once.
    """

    name: str
    given: str | None = None
    heard_days: tuple[float, ...] = ()


HEARD_DAYS = (0.5, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0, 12.0, 15.0)  # delivery, then seven days to think [CHOICE]
HEADS = (
    Head("click"),
    Head("finish"),
    Head("like"),
    Head("follow"),
    Head("cart"),
    Head("order"),
    Head("refund", given="order", heard_days=HEARD_DAYS),
    Head("complaint", given="order", heard_days=HEARD_DAYS),
)


@dataclass(frozen=True)
class Recipe:
    """Everything a model's bytes depend on besides the log. Written into the model file and compared when it is opened.

    `width` keys a row; `slots` (a power of two, at least 64) features remembered; `rate`, `beta`, `ridge` of the step
    `rate · (g + ridge·w) / (beta + sqrt(Σg²))`; a feature is admitted at its `admit_at`-th sighting and may be replaced after
    `expire_days` unseen; `negatives` is the share of negatives learned, a head at a time (missing: all of them).
    """

    width: int
    slots: int = 1 << 20
    rate: float = 0.1
    beta: float = 1.0
    ridge: float = 0.0
    admit_at: int = 3
    expire_days: int = 30
    heads: tuple[Head, ...] = HEADS
    negatives: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.slots < 64 or self.slots & (self.slots - 1):  # noqa: PLR2004
            raise WrongShape("slots", "a power of two from 64 on", str(self.slots))
        names = [head.name for head in self.heads]
        strangers = [name for name in (*self.negatives, *(h.given for h in self.heads if h.given)) if name not in names]
        if strangers:
            raise WrongShape("a head's name", " or ".join(names), strangers[0])
        if not all(0 < share <= 1 for share in self.negatives.values()):
            raise WrongShape("a share of negatives", "in (0, 1]", str(self.negatives))
        if not 1 <= self.admit_at <= 255:  # noqa: PLR2004
            raise WrongShape("admit_at", "1 to 255", str(self.admit_at))
        for head in self.heads:
            in_order = head.given is not None and list(head.heard_days) == sorted(head.heard_days)
            if head.heard_days and (len(head.heard_days) != TENTHS or not in_order):
                raise WrongShape("heard_days", "ten ages in order, of a head that rests on another", str(head))

    def number_of(self, name: str) -> int:
        """Return a head's number."""
        return [head.name for head in self.heads].index(name)

    def causes(self) -> list[int]:
        """Return for each head the number of the head it rests on, or -1."""
        return [-1 if head.given is None else self.number_of(head.given) for head in self.heads]

    def shares(self) -> list[float]:
        """Return for each head the share of its negatives that is learned."""
        return [self.negatives.get(head.name, 1.0) for head in self.heads]

    def waits(self) -> list[bool]:
        """Return for each head whether its negatives are learned as time passes and not at once."""
        return [bool(head.heard_days) for head in self.heads]

    def text(self) -> str:
        """Return the recipe as one line of JSON, the same for equal recipes."""
        return json.dumps(asdict(self), sort_keys=True)
