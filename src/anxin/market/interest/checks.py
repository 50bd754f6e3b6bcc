"""What must be true of the interest engine's files."""

from anxin.infra.doctor import Broken, check
from anxin.market.interest.brain.door import Door, is_written


@check("interest.engine")
def engine() -> str:
    """The engine's files can be served from; without any, the feed goes by what is popular and new."""
    if not is_written():
        return "nothing was learned yet: the feed goes by popularity"
    door = Door()  # one of its own: what a server still holds says nothing about the files
    loaded = door.load_now()
    if loaded is None:
        raise Broken(f"the feed goes by popularity: {door.reason}")
    told = loaded.manifest
    return f"version {told.version}: {len(loaded.ids):,} items, {told.learned:,} impressions learned"
