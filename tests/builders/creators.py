"""Creators with honest defaults."""

from itertools import count
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.catalog.models import Sku
from anxin.market.creators.commands import NewCreator, Profile, open_creator
from tests.builders.orders import NOW, a_sku
from tests.builders.people import a_person

_numbers = count(1)


def a_profile(**changes: Any) -> Profile:
    """A bilingual profile with a fresh handle."""
    facts = {
        "handle": f"creator{next(_numbers)}",
        "name": "小鹿穿搭",
        "name_en": "Deer Outfits",
        "bio": "每天一套通勤装",
    }
    return Profile(**{**facts, **changes})


def a_creator(
    *, person_id: UUID | None = None, shop_id: UUID | None = None, now: Instant = NOW, **profile: Any
) -> UUID:
    """A person, fresh unless named, or a shop as a creator."""
    who = person_id if person_id or shop_id else a_person(now=now)
    return open_creator(NewCreator(a_profile(**profile), person_id=who, shop_id=shop_id), now=now)


def a_product(shop_id: UUID, **facts: Any) -> UUID:
    """A product on sale; return its id."""
    return Sku.objects.get(pk=a_sku(shop_id, **facts)).product_id
