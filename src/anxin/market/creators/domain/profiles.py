"""What a creator's profile may say. Pure."""

import re
import unicodedata
from enum import StrEnum

HANDLE_LENGTH_MIN, HANDLE_LENGTH_MAX = 3, 30
NAME_LENGTH_MAX = 40
BIO_LENGTH_MAX = 300
NOTE_LENGTH_MAX = 60
PICKS_A_CALL_MAX = 100
FOLLOWING_MAX = 5_000  # [CHOICE]
FOLLOWS_A_MINUTE_MAX = 60  # [CHOICE]
HANDLE = re.compile(r"[a-z0-9][a-z0-9_.-]*[a-z0-9]")
RESERVED = frozenset(
    {"admin", "anxin", "official", "me", "new", "search", "support", "system", "desk", "studio", "api"}
)


class CreatorKind(StrEnum):
    """Who stands behind a profile."""

    PERSON = "person"  # 达人
    SHOP = "shop"  # 商家自播


class CreatorState(StrEnum):
    """Whether the public meets a creator."""

    OPEN = "open"
    CLOSED = "closed"  # erased, or closed by an operator


def read_handle(text: str) -> str | None:
    """Return a handle in the one form that is kept (small letters, no leading @), None where it cannot be one."""
    handle = unicodedata.normalize("NFKC", text).strip().removeprefix("@").casefold()
    fits = HANDLE_LENGTH_MIN <= len(handle) <= HANDLE_LENGTH_MAX and HANDLE.fullmatch(handle)
    return handle if fits and handle not in RESERVED else None
