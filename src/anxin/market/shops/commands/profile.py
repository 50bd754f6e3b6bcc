"""What a shop says about itself: names, introduction, pictures, contact, return address."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import F

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.states import LostRace
from anxin.market.people.queries import district
from anxin.market.shops import store
from anxin.market.shops.domain.papers import Document, Reason, Surroundings, name_faults
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import ShopType
from anxin.market.shops.errors import BadProfile
from anxin.market.shops.events import ShopProfileChanged
from anxin.market.shops.models import Shop

INTRO_MAX = 500
DETAIL_MAX = 120


class Slot(StrEnum):
    """Which of the shop's two pictures."""

    LOGO = "logo"
    BANNER = "banner"


@dataclass(frozen=True)
class Profile:
    """The words of a shop, in both languages."""

    name: str
    name_en: str = ""
    intro: str = ""
    intro_en: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@dataclass(frozen=True)
class ReturnAddress:
    """Where buyers send goods back; `region` is a district code of GB/T 2260."""

    name: str
    phone: str
    region: str
    detail: str


@transactional
def change_profile(shop_id: UUID, profile: Profile, *, version: int, now: Instant) -> None:
    """Change what the shop says about itself. Raises BadProfile with every reason, UnknownShop, LostRace."""
    shop = store.locked_shop(shop_id)
    reasons = _profile_faults(shop, profile, now=now)
    if reasons:
        raise BadProfile(reasons)
    _update(shop, version, **{name: getattr(profile, name).strip() for name in _PROFILE_FIELDS})
    publish(ShopProfileChanged(shop_id, profile.name, profile.name_en), now=now, shop_id=shop_id)


@transactional
def set_return_address(shop_id: UUID, address: ReturnAddress, *, version: int, now: Instant) -> None:  # noqa: ARG001
    """Set where buyers send goods back. Raises BadProfile, UnknownShop, LostRace."""
    shop = store.locked_shop(shop_id)
    place = district(address.region)
    missing = [name for name in ("name", "phone", "detail") if not getattr(address, name).strip()]
    reasons = [Reason("missing", name) for name in missing]
    if place is None:
        reasons.append(Reason("missing", "region"))
    if len(address.detail) > DETAIL_MAX:
        reasons.append(Reason("too_long", "detail", {"most": str(DETAIL_MAX)}))
    if reasons or place is None:
        raise BadProfile(tuple(reasons))
    written = {
        "name": address.name.strip(),
        "phone": address.phone.strip(),
        "region": address.region,
        "text": f"{place.text} {address.detail.strip()}",
        "detail": address.detail.strip(),
    }
    _update(shop, version, return_address=written)


@transactional
def set_picture(shop_id: UUID, slot: Slot, picture: str, *, now: Instant) -> None:  # noqa: ARG001
    """Show a picture that is in the media store already (`infra.media.store_picture`). Raises UnknownShop."""
    shop = store.locked_shop(shop_id)
    Shop.objects.filter(pk=shop.pk).update(**{slot.value: picture}, version=F("version") + 1)


_PROFILE_FIELDS = ("name", "name_en", "intro", "intro_en", "contact_phone", "contact_email")


def _profile_faults(shop: Shop, profile: Profile, *, now: Instant) -> tuple[Reason, ...]:
    book = rulebook_at(shanghai_day(now))
    document = Document(
        shop_type=ShopType(shop.shop_type), shop_name=profile.name.strip(), shop_name_en=profile.name_en
    )
    taken = Shop.objects.filter(name=profile.name.strip()).exclude(pk=shop.pk).exists()
    found = name_faults(document, Surroundings(name_taken=taken), book)
    limits = {"name_en": 64, "intro": INTRO_MAX, "intro_en": INTRO_MAX, "contact_phone": 20, "contact_email": 120}
    for field, most in limits.items():
        if len(getattr(profile, field)) > most:
            found.append(Reason("too_long", field, {"most": str(most)}))
    return tuple(found)


def _update(shop: Shop, version: int, **changes: object) -> None:
    rows = Shop.objects.filter(pk=shop.pk, version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise LostRace("shop")
