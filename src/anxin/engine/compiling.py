"""One way to compile a numeric kernel: cached on disk, one thread, IEEE arithmetic so that a replay is exact."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Signs = NDArray[np.int8]
Bytes = NDArray[np.uint8]
Keys = NDArray[np.uint64]
Table = NDArray[Any]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` on its first call; later processes read the machine code from the cache."""
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))


def compiled_within(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a small function into each compiled one that calls it: arrays are not handed over field by field."""
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True, forceinline=True)(function))
