"""A request that moves money or stock is done once: its answer is kept with its Idempotency-Key, in the same transaction.

On the way in, one statement finds the bearer of the token and an earlier answer and takes the key's advisory lock; on
the way out, one statement keeps the answer. A refused request changed nothing and keeps nothing, so it may be repeated.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from anxin.faces.api.callers import actor_of_session, bearer
from anxin.faces.api.errors import KeyInFlight, KeyMissing, KeyReused
from anxin.infra.sql import Row, Statements
from anxin.kernel.clock import Instant
from anxin.market.people.queries import Actor, actor_of_row, token_digest

SQL = Statements(__name__)
V = TypeVar("V", bound=Callable[..., Any])

KEY_PATTERN = "[!-~]{1,200}"
KEY = re.compile(KEY_PATTERN)
KEPT = timedelta(days=7)
"""How long an answer is kept for repetition."""


class AnsweredMeanwhile(Exception):
    """The same request was answered between our look and our lock: undo, and give its answer."""


@dataclass(frozen=True)
class Key:
    """The key of a request and what the request was."""

    text: str
    fingerprint: bytes


@dataclass(frozen=True)
class Entry:
    """A caller who has passed the gate, with the answer given earlier, if any."""

    actor: Actor
    earlier: HttpResponse | None


def idempotent(view: V) -> V:
    """Mark an operation as one that needs an Idempotency-Key."""
    view.idempotent = True  # type: ignore[attr-defined]
    return view


def is_idempotent(view: Callable[..., Any]) -> bool:
    """Say whether the operation needs an Idempotency-Key."""
    return getattr(view, "idempotent", False)


def key_of(request: HttpRequest) -> Key:
    """Return the request's key. Raises KeyMissing when there is none or it is not well formed."""
    text = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not KEY.fullmatch(text):
        raise KeyMissing
    content = b"\n".join((str(request.method).encode(), request.get_full_path().encode(), request.body))
    return Key(text, hashlib.sha256(content).digest())


def enter(request: HttpRequest, key: Key, *, now: Instant) -> Entry:
    """Find the caller and an earlier answer, and lock the key until the end of the transaction, in one statement.

    Raises KeyReused when the key belongs to another request, KeyInFlight when the same one is being worked on.
    """
    token = bearer(request)
    if token is None:
        actor = actor_of_session(request)
        if actor.person_id is None:
            return Entry(actor, None)
        found = SQL.one("gate_person", person_id=actor.person_id, key=key.text)
    else:
        found = SQL.one("gate_token", digest=token_digest(token), key=key.text, now=now)
        actor = actor_of_row(found, now=now)
    return Entry(actor, _earlier(found or {}, key))


def keep(person_id: UUID, key: Key, response: HttpResponse, *, now: Instant) -> None:
    """Keep the answer with the key. Raises AnsweredMeanwhile when another request was faster."""
    answer = {"status": response.status_code, "body": response.content}
    if SQL.run("keep_answer", person_id=person_id, key=key.text, fingerprint=key.fingerprint, now=now, **answer) == 0:
        raise AnsweredMeanwhile


def forget_old(*, now: Instant) -> int:
    """Delete answers older than KEPT; return how many."""
    return SQL.run("forget_answers", before=now - KEPT)


def _earlier(found: Row, key: Key) -> HttpResponse | None:
    if found["status"] is not None:
        if bytes(found["fingerprint"]) != key.fingerprint:
            raise KeyReused
        response = HttpResponse(bytes(found["body"]), status=found["status"], content_type="application/json")
        response["Idempotency-Replayed"] = "true"
        return response
    if not found["alone"]:
        raise KeyInFlight
    return None
