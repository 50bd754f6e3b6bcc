"""The door for a provider's messages: verified, put into the inbox once with the raw body, applied once."""

import logging
from collections.abc import Mapping

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.payments import gateways, store
from anxin.market.payments.commands.apply import apply_notice
from anxin.market.payments.domain import Notice, Verdict
from anxin.market.payments.gateway import PaymentGateway

log = logging.getLogger(__name__)
BODY_BYTES_MAX = 64 * 1024


def receive_callback(
    headers: Mapping[str, str], body: bytes, *, now: Instant, gateway: PaymentGateway | None = None
) -> Verdict:
    """Take one message of the provider and say what became of it; the provider need not send it again.

    Raises ForgedCallback, ReplayedCallback or UnreadableCallback: then nothing was written.
    """
    provider = gateway or gateways.provider()
    notice = provider.verify(headers, body, now=now)
    verdict = _receive(provider.name, notice, body, now=now)
    if verdict not in {Verdict.APPLIED, Verdict.DUPLICATE, Verdict.STALE}:
        log.warning("callback %s about %s: %s", notice.event_id, notice.subject, verdict.value)
    return verdict


@transactional
def _receive(gateway: str, notice: Notice, body: bytes, *, now: Instant) -> Verdict:
    callback = store.remember_callback(gateway, notice, body, now=now)
    if callback is None:
        return Verdict.DUPLICATE
    verdict = apply_notice(notice, now=now)
    store.note_verdict(callback, verdict)
    return verdict
