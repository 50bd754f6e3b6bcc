"""How the sandbox signs its messages: HMAC-SHA256 over timestamp, nonce and raw body, as payment providers do."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_hex

from anxin.infra.config import config
from anxin.infra.secrets import secret
from anxin.kernel.clock import Instant, from_unix_ms, unix_ms
from anxin.market.payments.domain import CALLBACK_TOLERANCE
from anxin.market.payments.errors import ForgedCallback, ReplayedCallback

TIMESTAMP, NONCE, SIGNATURE = "Sandbox-Timestamp", "Sandbox-Nonce", "Sandbox-Signature"
_DIGITS_MAX = 12


def shared_key() -> bytes:
    """Return the key that the sandbox and the platform agreed on, made at first start."""
    return secret(config().home_path, "sandbox_gateway").encode()


def signed_headers(body: bytes, key: bytes, *, now: Instant) -> dict[str, str]:
    """Return the headers that prove `body` to come from the sandbox at `now`."""
    timestamp, nonce = str(unix_ms(now) // 1000), token_hex(16)
    return {TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: _signature(key, timestamp, nonce, body)}


def check_headers(headers: Mapping[str, str], body: bytes, key: bytes, *, now: Instant) -> None:
    """Let a message pass that was signed with `key` within the tolerance. Raises ForgedCallback or ReplayedCallback."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, nonce = given.get(TIMESTAMP.lower(), ""), given.get(NONCE.lower(), "")
    signature = given.get(SIGNATURE.lower(), "")
    expected = _signature(key, timestamp, nonce, body)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        raise ForgedCallback
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > _DIGITS_MAX:
        raise ForgedCallback
    if abs(now - from_unix_ms(int(timestamp) * 1000)) > CALLBACK_TOLERANCE:
        raise ReplayedCallback


def _signature(key: bytes, timestamp: str, nonce: str, body: bytes) -> str:
    return hmac.new(key, f"{timestamp}\n{nonce}\n".encode() + body, sha256).hexdigest()
