"""Topics that mean the same: posts say them once in each of their two captions. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

Topics = tuple[str, ...]


def twins(captions: Iterable[tuple[Topics, Topics]]) -> dict[str, str]:
    """Return what topics of the second caption are called in the first, as most posts pair them.

    `captions` has the topics of both of a post, each in order: where there are as many, one stands for the other in its
    place. A topic has one twin, or none where it stands in both captions.
    """
    told = list(captions)
    both = {topic for first, second in told for topic in set(first) & set(second)}
    pairs = Counter(
        (one, other)
        for first, second in told
        if len(first) == len(second)
        for one, other in zip(first, second, strict=True)
        if not {one, other} & both
    )
    found: dict[str, str] = {}
    for (one, other), _ in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])):
        if not {one, other} & {*found, *found.values()}:
            found[other] = one
    return found


def said_once(said: Mapping[str, bool], names: Mapping[str, str]) -> dict[str, bool]:
    """Return wishes under the one name of each topic; who wanted less of it under any name wants less of it."""
    found: dict[str, bool] = {}
    for name, more in said.items():
        one = names.get(name, name)
        found[one] = found.get(one, True) and more
    return found
