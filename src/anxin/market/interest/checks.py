"""What must be true of the interest engine's files."""

from anxin.infra.doctor import Broken, check
from anxin.kernel.errors import AnxinError
from anxin.market.interest.brain.door import is_written


@check("interest.engine")
def engine() -> str:
    """The engine's files can be served from; without any, the feed goes by what is popular and new."""
    if not is_written():
        return "nothing was learned yet: the feed goes by popularity"
    from anxin.market.interest.brain.reading import health

    try:
        return health()
    except AnxinError as failure:
        raise Broken(f"the feed goes by popularity: {failure}") from failure
