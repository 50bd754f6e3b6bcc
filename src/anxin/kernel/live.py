"""What those who tell and those who listen agree on: a ticket says who may listen to what, a hint that something changed.

A ticket is checked without a database: it is signed with a key that both sides hold (HMAC-SHA256, RFC 2104).
"""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from anxin.kernel.clock import Instant, from_unix_ms, unix_ms
from anxin.kernel.errors import AnxinError, Kind

TOPICS_MAX = 16
TICKET_LENGTH_MAX = 2048
HINT_BYTES_MAX = 8192
_TOPIC = re.compile(r"[a-z]{1,20}/[\w-]{1,64}", re.ASCII)


class BadTicket(AnxinError):
    """This ticket is not valid, or no longer."""

    code = "kernel.bad_ticket"
    kind = Kind.UNAUTHENTICATED


class BadHint(AnxinError):
    """This is not a hint."""

    code = "kernel.bad_hint"
    kind = Kind.INVALID


@dataclass(frozen=True)
class Ticket:
    """Leave to listen to some topics until a moment; `holder` is whose connections are counted together."""

    holder: str
    topics: tuple[str, ...]
    until: Instant


@dataclass(frozen=True)
class Hint:
    """Something about `topic` changed; the payload says what, never what only some listeners of the topic may know."""

    topic: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def topic(kind: str, subject: object) -> str:
    """Return the name of a topic, such as `shop/018f…`."""
    return f"{kind}/{subject}"


def signed(ticket: Ticket, key: str) -> str:
    """Return the ticket as text for an address: its facts and the seal over them."""
    facts = {"h": ticket.holder, "t": ticket.topics, "u": unix_ms(ticket.until)}
    body = _text(json.dumps(facts, separators=(",", ":")).encode())
    return f"{body}.{_seal(body, key)}"


def read_ticket(text: str, key: str, *, now: Instant) -> Ticket:
    """Read a signed ticket back. Raises BadTicket when it is forged, damaged or over."""
    body, _, seal = text.partition(".")
    if len(text) > TICKET_LENGTH_MAX or not text.isascii() or not hmac.compare_digest(seal, _seal(body, key)):
        raise BadTicket
    facts = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))  # we wrote it: the seal says so
    ticket = Ticket(facts["h"], tuple(facts["t"]), from_unix_ms(facts["u"]))
    if now >= ticket.until or not 0 < len(ticket.topics) <= TOPICS_MAX:
        raise BadTicket
    return ticket


def packed(hint: Hint) -> bytes:
    """Return the hint as the bytes that travel from who tells to the push server. Raises BadHint when it is too long."""
    data = json.dumps(
        {"topic": hint.topic, "payload": hint.payload}, separators=(",", ":"), ensure_ascii=False
    ).encode()
    if len(data) > HINT_BYTES_MAX or not _TOPIC.fullmatch(hint.topic):
        raise BadHint
    return data


def unpacked(data: bytes) -> Hint:
    """Read a hint back. Raises BadHint."""
    try:
        facts = json.loads(data)
        hint = Hint(facts["topic"], facts["payload"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadHint from error
    if not isinstance(hint.topic, str) or not _TOPIC.fullmatch(hint.topic) or not isinstance(hint.payload, dict):
        raise BadHint
    return hint


def _seal(body: str, key: str) -> str:
    return _text(hmac.digest(key.encode(), body.encode(), sha256))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
