"""The audit log: who did what to whom, for acts of enforcement, roles and money."""

import json
from typing import Any
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people import store


@transactional
def record_act(act: str, subject: str, detail: dict[str, Any], *, actor_id: UUID | None, now: Instant) -> int:
    """Append one act to the hash-chained log, in the transaction of the act itself; return its number.

    `act` is `module.verb`, `subject` is `kind:id` of what it was done to, `actor_id` None when the system did it.
    """
    row = {"act": act, "subject": subject, "detail": json.dumps(detail, default=str), "actor_id": actor_id, "at": now}
    return store.append_act(row)
