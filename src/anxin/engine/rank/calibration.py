"""Does 3 % mean 3 %? A report for each head, and a correction of two numbers where it does not."""

from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Signs

BINS = 10
PRIOR_ROWS = 50.0  # the correction is pulled towards none as if so many rows had agreed with it
NEWTON_STEPS = 25
TINY = 1e-7


@dataclass(frozen=True)
class Bin:
    """Rows of alike predictions: what was said, what came true (with its 95 % Wilson interval), how many."""

    predicted: float
    observed: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Report:
    """How one head did. `gain` is 1 - loss / loss of always saying the base rate; `ece` the mean |said - came true| over bins."""

    head: str
    count: int
    base_rate: float
    mean_predicted: float
    log_loss: float
    gain: float
    auc: float
    ece: float
    bins: tuple[Bin, ...]

    @property
    def ratio(self) -> float:
        """Return came true / said: 1 is right, 0.5 means twice too sure."""
        return self.base_rate / self.mean_predicted if self.mean_predicted else float("nan")


def report(head: str, predicted: Floats | Doubles, labels: Signs, bins: int = BINS) -> Report:
    """Judge one head's predictions by its labels; unknown labels (-1) and predictions (NaN) are left out."""
    known = (labels >= 0) & np.isfinite(predicted)
    chances, truth = np.clip(predicted[known].astype(np.float64), TINY, 1 - TINY), labels[known].astype(np.float64)
    if len(truth) == 0:
        nothing = float("nan")
        return Report(head, 0, nothing, nothing, nothing, nothing, nothing, nothing, ())
    base = float(truth.mean())
    loss, plain = log_loss(chances, truth), log_loss(np.full(len(truth), np.clip(base, TINY, 1 - TINY)), truth)
    found = _bins(chances, truth, bins)
    return Report(
        head=head,
        count=len(truth),
        base_rate=base,
        mean_predicted=float(chances.mean()),
        log_loss=loss,
        gain=1 - loss / plain if 0 < base < 1 else float("nan"),
        auc=auc(chances, truth),
        ece=sum(one.count * abs(one.predicted - one.observed) for one in found) / len(truth),
        bins=found,
    )


@dataclass(frozen=True)
class Calibrator:
    """Log-odds times `slope` plus `shift`; 1 and 0 change nothing. The order of predictions never changes (slope > 0)."""

    slope: float = 1.0
    shift: float = 0.0

    def correct(self, predicted: Floats | Doubles) -> Doubles:
        """Return corrected probabilities."""
        return _sigmoid(self.slope * _margin(predicted) + self.shift)


def fit_calibrator(predicted: Floats | Doubles, labels: Signs) -> Calibrator:
    """Fit by Newton's method with a prior at "no change" (Platt 1999, with the prior in place of his targets).

    Fit it on predictions made *before* their rows were learned; with few rows it stays near no change.
    """
    known = (labels >= 0) & np.isfinite(predicted)
    margin, truth = _margin(predicted[known]), labels[known].astype(np.float64)
    inputs = np.stack([margin, np.ones_like(margin)], axis=1)
    start = np.array([1.0, 0.0])
    at = start.copy()
    for _ in range(NEWTON_STEPS):
        chances = _sigmoid(inputs @ at)
        slopes = inputs.T @ (chances - truth) + PRIOR_ROWS * (at - start)
        curve = (inputs * (chances * (1 - chances))[:, None]).T @ inputs + PRIOR_ROWS * np.eye(2)
        step = np.linalg.solve(curve, slopes)
        at = at - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004
            break
    return Calibrator(float(max(at[0], 0.05)), float(at[1]))


def log_loss(predicted: Doubles, truth: Doubles) -> float:
    """Return the mean of -ln of the chance given to what came true."""
    return float(-(truth * np.log(predicted) + (1 - truth) * np.log1p(-predicted)).mean())


def auc(predicted: Doubles, truth: Doubles) -> float:
    """Return the chance that a row that came true stands above one that did not; ties count half."""
    yes = int((truth > 0).sum())
    no = len(truth) - yes
    if yes == 0 or no == 0:
        return float("nan")
    _, inverse, counts = np.unique(predicted, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth > 0].sum() - yes * (yes + 1) / 2) / (yes * no))


def wilson(yes: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    z, rate = 1.96, yes / count
    middle = (rate + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * np.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def _bins(chances: Doubles, truth: Doubles, bins: int) -> tuple[Bin, ...]:
    """Cut into bins of equal count, in order of prediction."""
    order = np.argsort(chances, kind="stable")
    found = []
    for rows in np.array_split(order, min(bins, len(order))):
        yes = float(truth[rows].sum())
        low, high = wilson(yes, len(rows))
        found.append(Bin(float(chances[rows].mean()), yes / len(rows), low, high, len(rows)))
    return tuple(found)


def _margin(predicted: Floats | Doubles) -> Doubles:
    chances = np.clip(np.asarray(predicted, np.float64), TINY, 1 - TINY)
    return np.asarray(np.log(chances) - np.log1p(-chances))


def _sigmoid(margins: Doubles) -> Doubles:
    return np.asarray(1 / (1 + np.exp(-np.clip(margins, -30, 30))))
