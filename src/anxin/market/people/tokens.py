"""What a personal access token looks like and which scopes exist. Pure."""

import hashlib
import secrets
from datetime import timedelta

from anxin.market.people.domain import EVERYTHING
from anxin.market.people.errors import BadExpiry, UnknownScope
from anxin.market.people.policy import POLICIES, Audience

TOKEN_MARK = "anx_"  # noqa: S105 - lets a leaked token be recognised by scanners
PREFIX_LENGTH = 12
TOKENS_MAX = 50
DEFAULT_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=365)


def new_token() -> str:
    """Return a fresh token with 256 random bits."""
    return TOKEN_MARK + secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """Return what is kept of a token: SHA-256 is enough, because nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def scopes_offered() -> tuple[str, ...]:
    """Return every scope: the areas and the operations that a token can reach, and `*`."""
    reachable = [p.operation for p in POLICIES.values() if p.audience is not Audience.ANYBODY and not p.in_person]
    areas = dict.fromkeys(operation.partition(".")[0] for operation in reachable)
    return (EVERYTHING, *areas, *reachable)


def check_scopes(scopes: tuple[str, ...]) -> None:
    """Raise UnknownScope for one that is not offered."""
    offered = scopes_offered()
    for scope in scopes or ("",):
        if scope not in offered:
            raise UnknownScope(scope)


def check_life(life: timedelta) -> None:
    """Raise BadExpiry for a life that is too short or too long."""
    if not timedelta(days=1) <= life <= LONGEST_LIFE:
        raise BadExpiry(LONGEST_LIFE.days)
