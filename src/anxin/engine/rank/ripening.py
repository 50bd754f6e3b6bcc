"""When how much of what will be heard of an order has been heard: a tenth of its silence at a time.

An order of which nothing bad was heard is no good order yet. So its "no" is learned in ten parts, each when another tenth of
the refunds (or complaints) of orders of that age has come in, and a "yes" in whole when it is heard. At every age what was
learned of the silent and of the loud ones is in the right proportion: no seller looks good because the orders are young, and
nobody waits.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from anxin.engine.rank.heads import TENTHS, Recipe

DAY_SECONDS = 86_400
Part = tuple[int, int, int]  # second, subject, head


@dataclass
class Ripening:
    """What is still to be heard of, by impression (`subject`) and head."""

    heads: dict[int, tuple[int, tuple[float, ...]]]  # head → its cause and the ages of its tenths
    heard: dict[tuple[int, int], int] = field(default_factory=dict)  # (subject, head) → tenths learned
    _began: dict[tuple[int, int], int] = field(default_factory=dict)
    _due: list[Part] = field(default_factory=list)

    @classmethod
    def of(cls, recipe: Recipe) -> "Ripening":
        """Return one in which nothing waits."""
        heads = zip(range(len(recipe.heads)), recipe.heads, recipe.causes(), strict=True)
        return cls({number: (cause, head.heard_days) for number, head, cause in heads if head.heard_days})

    def begin(self, cause: int, subjects: Iterable[int], at: Iterable[int]) -> None:
        """Wait for what rests on `cause`, which happened to impressions."""
        for subject, second in zip(subjects, at, strict=True):
            for head, (given, _) in self.heads.items():
                if given == cause:
                    self.heard[subject, head], self._began[subject, head] = 0, second
                    self._plan(subject, head)

    def end(self, cause: int, subjects: Iterable[int]) -> list[tuple[int, int, int]]:
        """Wait no more: the cause was withdrawn. Return (subject, head, tenths) of what was learned and is to be taken back."""
        back = []
        for subject in subjects:
            for head, (given, _) in self.heads.items():
                if given == cause and (subject, head) in self.heard:
                    back.append((subject, head, self.heard.pop((subject, head))))
                    del self._began[subject, head]
        return back

    def due(self, now: int) -> list[Part]:
        """Return the tenths that are over by `now` and were not, the oldest first; they count as learned."""
        found = []
        while self._due and self._due[0][0] <= now:
            second, subject, head = part = heapq.heappop(self._due)
            if self._next(subject, head) != second:
                continue  # the cause was withdrawn meanwhile
            found.append(part)
            self.learned(subject, head)
            self._plan(subject, head)
        return found

    def learned(self, subject: int, head: int, tenths: int = 1) -> None:
        """Count tenths that were learned (or taken back)."""
        if (subject, head) in self.heard:
            self.heard[subject, head] += tenths

    def plan_anew(self) -> None:
        """Plan what is due after a log was read again."""
        self._due = []
        for subject, head in sorted(self.heard):
            self._plan(subject, head)

    def forget(self, before: int) -> None:
        """Wait no more for impressions before one."""
        kept = [(subject, head) for subject, head in self.heard if subject >= before]
        self.heard = {key: self.heard[key] for key in kept}
        self._began = {key: self._began[key] for key in kept}
        self.plan_anew()

    def _plan(self, subject: int, head: int) -> None:
        second = self._next(subject, head)
        if second is not None:
            heapq.heappush(self._due, (second, subject, head))

    def _next(self, subject: int, head: int) -> int | None:
        tenths = self.heard.get((subject, head))
        if tenths is None or tenths >= TENTHS:
            return None
        return self._began[subject, head] + round(self.heads[head][1][tenths] * DAY_SECONDS)
