"""What must hold of conversations at any moment."""

from anxin.infra.doctor import Broken, check
from anxin.market.service.store.conversations import SQL


@check("service.conversations_count_messages")
def conversations_count_messages() -> str:
    """Numbers run without a gap, and what is unread and who waits are what the messages say."""
    found = SQL.one("wrong_conversations") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} conversations that do not count up, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
