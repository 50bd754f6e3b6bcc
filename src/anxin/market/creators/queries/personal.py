"""What is kept about a person as a creator and as a follower of creators, for the export of personal data."""

from typing import Any
from uuid import UUID

from anxin.market.creators.models import Creator, Follow, Pick, SettledMonth

CREATOR = ("id", "handle", "name", "name_en", "bio", "bio_en", "avatar", "level", "level_since", "state", "opened_at")
PICK = ("id", "product_id", "note", "picked_at", "removed_at")
MONTH = ("month", "settled_minor", "level", "reviewed_at")


def held_about(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return whom a person follows, and who they are as a creator: what they picked and what they settled."""
    return {
        "creator": list(Creator.objects.filter(person_id=person_id).values(*CREATOR)),
        "picks": list(Pick.objects.filter(creator__person_id=person_id).order_by("id").values(*PICK)),
        "months": list(SettledMonth.objects.filter(creator__person_id=person_id).order_by("month").values(*MONTH)),
        "follows": list(Follow.objects.filter(person_id=person_id).order_by("id").values("creator_id", "followed_at")),
    }
