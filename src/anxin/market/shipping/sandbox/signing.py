"""How the sandbox carrier signs its callbacks: HMAC-SHA256 over timestamp and raw body."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from anxin.kernel.clock import Instant, from_unix_ms, unix_ms
from anxin.market.shipping.errors import ForgedCallback

TIMESTAMP, SIGNATURE = "Sandbox-Carrier-Timestamp", "Sandbox-Carrier-Signature"
TOLERANCE = timedelta(minutes=15)
_DIGITS_MAX = 15


def signed_headers(body: bytes, key: bytes, *, now: Instant) -> dict[str, str]:
    """Return the headers that prove a body to come from the sandbox carrier at `now`."""
    timestamp = str(unix_ms(now))
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(key, timestamp, body)}


def check_headers(headers: Mapping[str, str], body: bytes, key: bytes, *, now: Instant) -> None:
    """Let a callback pass that was signed with the key within the tolerance. Raises ForgedCallback.

    A replay inside the tolerance is harmless: a report that is known already changes nothing.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get(TIMESTAMP.lower(), "")
    expected = _signature(key, timestamp, body)
    if not hmac.compare_digest(given.get(SIGNATURE.lower(), "").encode(), expected.encode()):
        raise ForgedCallback
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _DIGITS_MAX):
        raise ForgedCallback
    if abs(now - from_unix_ms(int(timestamp))) > TOLERANCE:
        raise ForgedCallback


def _signature(key: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(key, timestamp.encode() + b"\n" + body, sha256).hexdigest()
