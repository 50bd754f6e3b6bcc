"""What this process remembers of its database: forgotten when a test goes on with another one."""

from anxin.market.content.queries import feed
from anxin.market.guarantee.store import certificates
from anxin.market.interest.brain.door import DOOR
from anxin.market.ledger import commands as ledger


def forget() -> None:
    """Forget which accounts are open and which terms are kept."""
    ledger._open.clear()
    certificates._KEPT.clear()
    feed.forget()
    DOOR.forget()
