"""Who stands how in the experiment on the value's weights (`engine/explore/perturb.py`).

Everybody whom the learner knows by a name gets signs by that name and the week. Whoever refuses what is personal, and a
stranger, is in no experiment. Each answer of the feed carries its signs, so what it earned can be laid to them (`effects.py`).
"""

import numpy as np

from anxin.engine.explore.perturb import Experiment
from anxin.engine.rank.features import ABSENT
from anxin.engine.value import WEIGHTS, Formula

EPOCH_SECONDS = 7 * 86_400  # after which signs are dealt anew, so that nobody keeps a worse feed [CHOICE]


def signs_for(name: int, formula: Formula, *, second: int) -> tuple[int, ...]:
    """Return the signs of somebody at a moment, one for each of the WEIGHTS; none for a stranger or without an experiment."""
    if name == ABSENT or not formula.experiment:
        return ()
    signs = Experiment(WEIGHTS, formula.experiment).signs(np.array([name], np.int64), second // EPOCH_SECONDS)
    return tuple(int(sign) for sign in signs[0])
