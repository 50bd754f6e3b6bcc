"""What must always be true of creators."""

from anxin.infra.doctor import Broken, check
from anxin.market.creators.store import SQL


@check("creators.followers_are_counted")
def followers_are_counted() -> str:
    """The counter of a creator's followers is how many follow."""
    found = SQL.one("wrong_follows") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} creators whose followers are counted wrong, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
