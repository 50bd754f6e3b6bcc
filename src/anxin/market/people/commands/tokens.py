"""Personal access tokens: made, shown once, revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people import store
from anxin.market.people.commands.audit import record_act
from anxin.market.people.errors import TooManyTokens, UnknownToken
from anxin.market.people.models import AccessToken
from anxin.market.people.tokens import (
    DEFAULT_LIFE,
    PREFIX_LENGTH,
    TOKENS_MAX,
    check_life,
    check_scopes,
    new_token,
    token_digest,
)


@dataclass(frozen=True)
class NewToken:
    """What a token is to reach, and for how long."""

    name: str
    scopes: tuple[str, ...]
    life: timedelta = DEFAULT_LIFE


@dataclass(frozen=True)
class MadeToken:
    """A fresh token: the only moment at which its text is known."""

    id: UUID
    token: str
    expires_at: datetime


@transactional
def make_token(person_id: UUID, wanted: NewToken, *, now: Instant) -> MadeToken:
    """Make a personal access token. Raises UnknownPerson, UnknownScope, BadExpiry, TooManyTokens."""
    check_scopes(wanted.scopes)
    check_life(wanted.life)
    person = store.locked_person(person_id)
    AccessToken.objects.filter(person=person, expires_at__lte=now).delete()
    if AccessToken.objects.filter(person=person).count() >= TOKENS_MAX:
        raise TooManyTokens(TOKENS_MAX)
    token = new_token()
    row = AccessToken.objects.create(
        person=person,
        name=wanted.name[:60],
        prefix=token[:PREFIX_LENGTH],
        digest=token_digest(token),
        scopes=list(wanted.scopes),
        created_at=now,
        expires_at=now + wanted.life,
    )
    detail = {"prefix": row.prefix, "scopes": row.scopes, "expires_at": row.expires_at}
    record_act("people.make_token", f"person:{person_id}", detail, actor_id=person_id, now=now)
    return MadeToken(row.pk, token, row.expires_at)


@transactional
def revoke_token(person_id: UUID, token_id: UUID, *, now: Instant) -> None:
    """Make a token useless from this moment. Raises UnknownToken."""
    row = AccessToken.objects.filter(pk=token_id, person_id=person_id).first()
    if row is None:
        raise UnknownToken
    row.delete()
    record_act("people.revoke_token", f"person:{person_id}", {"prefix": row.prefix}, actor_id=person_id, now=now)
