"""Where a buyer met the goods: kept on the cart line and frozen on the order line, so that who led there can be found."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

SECOND_MAX = 86_400


@dataclass(frozen=True, slots=True)
class Origin:
    """The answer that showed the goods, the video or note, the second of it, and whose it is; each only if there was one.

    It is what the buyer's side says: whoever pays by it compares it with what was served.
    """

    request: UUID | None = None
    content: UUID | None = None
    second: int | None = None
    creator: UUID | None = None

    def facts(self) -> dict[str, Any]:
        """Return what is kept, as JSON."""
        return {
            name: value if isinstance(value, int) else str(value)
            for name in self.__slots__
            if (value := getattr(self, name)) is not None
        }


def origin_of(facts: dict[str, Any] | None) -> Origin | None:
    """Return a kept origin, None where nothing was kept."""
    if not facts:
        return None
    ids = {name: UUID(facts[name]) for name in ("request", "content", "creator") if name in facts}
    return Origin(**ids, second=facts.get("second"))
