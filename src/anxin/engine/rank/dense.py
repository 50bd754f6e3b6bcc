"""The last word on a chance: a logistic regression over a few numbers that are known of every row.

Hashed features learn a great many small things slowly; a handful of numbers (what the rank model says, how much somebody
likes it, how dear it is for its kind) whose slopes are learned from all rows together need few labels. Rare heads that ask much
the same (cart and order) share slopes and differ by an intercept: what carts tell of the slopes is told of orders too. The
inputs must be as they were when the row was shown, or the slopes would trust what had already seen the answer.
"""

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Longs
from anxin.engine.errors import WrongShape

STEPS = 4  # of Newton's method a fit: it begins where the last one ended
ENOUGH = 1e-4


class Dense:
    """The newest `room` rows and the slopes fitted to them; `start` is what slopes are pulled to with the weight `pull`."""

    def __init__(self, start: Doubles, heads: int, *, pull: float = 1.0, room: int = 200_000) -> None:
        self.start, self.slopes, self.heads = start, start.copy(), heads
        self.intercepts = np.full(heads, -2.0)
        self.pull, self.taken = pull, 0  # rows ever taken in
        self._rows = np.zeros((room, len(start)))  # a ring
        self._labels = np.zeros((room, heads), np.bool_)

    def add(self, rows: Doubles, labels: Bools) -> Longs:
        """Take in rows (× numbers) with labels (× heads) and return their numbers; the oldest make room."""
        if rows.shape[1:] != self.start.shape or labels.shape != (len(rows), self.heads):
            raise WrongShape("rows and labels", f"{self.start.shape}, {self.heads}", f"{rows.shape}, {labels.shape}")
        numbers = self.taken + np.arange(len(rows))
        self._rows[numbers % len(self._rows)] = rows
        self._labels[numbers % len(self._rows)] = labels
        self.taken += len(rows)
        return numbers

    def outcome(self, numbers: Longs, head: int) -> None:
        """Say that a head came true later; rows that made room are ignored."""
        kept = numbers[(numbers >= max(self.taken - len(self._rows), 0)) & (numbers < self.taken)]
        self._labels[kept % len(self._rows), head] = True

    def fit(self) -> None:
        """Fit slopes and intercepts; without rows they stay as they are."""
        count = min(self.taken, len(self._rows))
        if count == 0:
            return
        rows, labels = self._rows[:count], self._labels[:count]
        wide, heads = len(self.start), self.heads
        for _ in range(STEPS):
            base = rows @ self.slopes
            curve = np.diag(np.concatenate([np.full(wide, self.pull), np.full(heads, 1e-3)]))
            slope = np.concatenate([self.pull * (self.start - self.slopes), np.zeros(heads)])
            for head in range(heads):
                chance = 1 / (1 + np.exp(-np.clip(base + self.intercepts[head], -30, 30)))
                weight, rest = chance * (1 - chance), labels[:, head] - chance
                weighted = rows * weight[:, None]
                curve[:wide, :wide] += weighted.T @ rows
                curve[:wide, wide + head] += weighted.sum(axis=0)
                curve[wide + head, :wide] = curve[:wide, wide + head]
                curve[wide + head, wide + head] += weight.sum()
                slope[:wide] += rows.T @ rest
                slope[wide + head] += rest.sum()
            step = np.clip(np.linalg.solve(curve, slope), -1, 1)
            self.slopes, self.intercepts = self.slopes + step[:wide], self.intercepts + step[wide:]
            if np.abs(step).max() < ENOUGH:
                return
