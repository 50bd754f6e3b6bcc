"""Messages of the sandbox to the platform: written with the change they report, sent until they are accepted."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from anxin.infra.deadlines import schedule
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.payments.domain import Notice, NoticeKind
from anxin.market.payments.errors import UnreadableCallback
from anxin.market.payments.sandbox.faults import Fault, Operation, next_fault
from anxin.market.payments.sandbox.models import SandboxNotice
from anxin.market.payments.sandbox.signing import shared_key, signed_headers

DELIVERY = "payments.sandbox_notice"  # the kind of deadline at which a message is sent
DELAY = timedelta(minutes=10)
REORDER_BY = timedelta(seconds=30)
RESEND_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 180, 600, 1800, 3600, 10800, 21600))

Door = Callable[[dict[str, str], bytes], str]  # headers and body in, "ok" out when accepted


@dataclass(frozen=True)
class Draft:
    """What a message will say."""

    kind: NoticeKind
    subject: UUID
    gateway_ref: str
    amount_minor: int
    currency: str
    reason: str = ""


def announce(draft: Draft, *, now: Instant) -> None:
    """Send a final message, unless the sandbox was told to play a fault with it."""
    fault = next_fault(Operation.NOTICE)
    if fault is Fault.LOSE:
        return
    if fault is Fault.WRONG_AMOUNT:
        draft = replace(draft, amount_minor=draft.amount_minor - 1)
    if fault is Fault.WRONG_CURRENCY:
        draft = replace(draft, currency="USD")
    body, event_id = _body(draft, now=now)
    due_at = now + DELAY if fault is Fault.DELAY else now
    _queue(event_id, body, due_at, now=now)
    if fault is Fault.DUPLICATE:
        _queue(event_id, body, due_at, now=now)
    if draft.kind is NoticeKind.CAPTURED:
        _announce_processing(draft, now=now, due_at=now + REORDER_BY if fault is Fault.REORDER else now)


def _announce_processing(draft: Draft, *, now: Instant, due_at: Instant) -> None:
    """Say that the payer had begun; of no importance, but real providers send it too, before or after."""
    body, event_id = _body(replace(draft, kind=NoticeKind.PROCESSING), now=now)
    _queue(event_id, body, due_at - timedelta(milliseconds=1), now=now)


def _queue(event_id: str, body: str, due_at: Instant, *, now: Instant) -> None:
    notice = SandboxNotice.objects.create(event_id=event_id, body=body, created_at=now)
    schedule(DELIVERY, notice.pk, due_at)


@transactional
def send(notice_id: UUID, door: Door, *, now: Instant) -> None:
    """Knock at the platform's door with one message; come again later when it is not accepted."""
    notice = SandboxNotice.objects.select_for_update().filter(pk=notice_id, delivered_at__isnull=True).first()
    if notice is None:
        return
    body = notice.body.encode()
    notice.answer = door(signed_headers(body, shared_key(), now=now), body)
    notice.attempts += 1
    if notice.answer == "ok":
        notice.delivered_at = now
    elif notice.attempts <= len(RESEND_PAUSES):
        schedule(DELIVERY, notice.pk, now + RESEND_PAUSES[notice.attempts - 1])
    notice.save()


def read(body: bytes) -> Notice:
    """Return what a message says. Raises UnreadableCallback."""
    try:
        said = json.loads(body)
        return Notice(
            event_id=str(said["event_id"])[:80],
            kind=NoticeKind(said["kind"]),
            subject=UUID(said["merchant_ref"]),
            gateway_ref=str(said["gateway_ref"])[:80],
            amount_minor=_whole(said["amount_minor"]),
            currency=str(said["currency"])[:3],
            occurred_at=datetime.fromisoformat(said["occurred_at"]),
            reason=str(said.get("reason", ""))[:200],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableCallback from error


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("an amount is a whole number of minor units")
    return value


def _body(draft: Draft, *, now: Instant) -> tuple[str, str]:
    event_id = f"evt_{new_id().hex}"
    said = {
        "event_id": event_id,
        "kind": draft.kind.value,
        "merchant_ref": str(draft.subject),
        "gateway_ref": draft.gateway_ref,
        "amount_minor": draft.amount_minor,
        "currency": draft.currency,
        "occurred_at": now.isoformat(),
        "reason": draft.reason,
    }
    return json.dumps(said, separators=(",", ":")), event_id
