"""People and shops become creators, are followed, and fill their showcases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Min, Q

from anxin.infra.bulk import write_rows
from anxin.infra.media import has_picture
from anxin.infra.outbox import publish
from anxin.infra.sql import document
from anxin.infra.tallies import count_many
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.ids import new_id
from anxin.market.catalog import queries as catalog
from anxin.market.creators import errors, events
from anxin.market.creators.domain import profiles as rules
from anxin.market.creators.domain.levels import level_rules
from anxin.market.creators.domain.profiles import CreatorKind, CreatorState, read_handle
from anxin.market.creators.models import Creator, Follow, Pick
from anxin.market.creators.store import SQL, index, locked_creator

__all__ = [
    "NewCreator",
    "Profile",
    "arrange_showcase",
    "change_profile",
    "close_creator_of_person",
    "follow",
    "load_follows",
    "move_pick",
    "open_creator",
    "pick_products",
    "unfollow",
    "unpick_product",
]


@dataclass(frozen=True)
class Profile:
    """What a creator says of themselves; `avatar` is a key of `infra.media`."""

    handle: str
    name: str
    name_en: str = ""
    bio: str = ""
    bio_en: str = ""
    avatar: str = ""

    def stripped(self) -> "Profile":
        """Return it without space around its texts."""
        texts = {field: getattr(self, field).strip() for field in ("name", "name_en", "bio", "bio_en")}
        return replace(self, **texts)


@dataclass(frozen=True)
class NewCreator:
    """Who becomes a creator: a person, or the shop `shop_id` (商家自播)."""

    profile: Profile
    person_id: UUID | None = None
    shop_id: UUID | None = None


@transactional
def open_creator(wanted: NewCreator, *, now: Instant) -> UUID:
    """Make a person or a shop a creator; return the creator's id.

    Raises AlreadyCreator, HandleTaken, BadHandle, NameMissing, ProfileTooLong, UnknownAvatar.
    """
    if (wanted.person_id is None) == (wanted.shop_id is None):
        raise ValueError("a creator is a person or a shop")
    profile = _checked(wanted.profile)
    kind = CreatorKind.PERSON if wanted.person_id else CreatorKind.SHOP
    same = Q(person_id=wanted.person_id) if wanted.person_id else Q(shop_id=wanted.shop_id)
    if Creator.objects.filter(same).exists():
        raise errors.AlreadyCreator
    row = Creator(kind=kind, person_id=wanted.person_id, shop_id=wanted.shop_id, level_since=now, opened_at=now)
    _write(row, profile, is_new=True)
    publish(events.CreatorOpened(row.id, row.handle, row.person_id, row.shop_id), shop_id=row.shop_id, now=now)
    return row.id


@transactional
def change_profile(creator_id: UUID, profile: Profile) -> None:
    """Change what a creator says of themselves. Raises UnknownCreator and what `open_creator` raises."""
    checked = _checked(profile)
    _write(locked_creator(creator_id), checked, is_new=False)


@transactional
def follow(creator_id: UUID, *, person_id: UUID, now: Instant) -> bool:
    """Follow a creator; return whether that is new: again changes nothing.

    Raises UnknownCreator, OwnCreator, FollowsTooMany, FollowsTooFast.
    """
    owner = Creator.objects.filter(pk=creator_id, state=CreatorState.OPEN).values_list("person_id").first()
    if owner is None:
        raise errors.UnknownCreator
    if owner[0] == person_id:
        raise errors.OwnCreator
    mine = Follow.objects.filter(person_id=person_id).order_by("-id")
    if mine.count() >= rules.FOLLOWING_MAX:
        raise errors.FollowsTooMany
    recent = mine.values_list("followed_at", flat=True)[: rules.FOLLOWS_A_MINUTE_MAX]
    if sum(at > now - timedelta(minutes=1) for at in recent) >= rules.FOLLOWS_A_MINUTE_MAX:
        raise errors.FollowsTooFast
    return SQL.run("follow", creator_id=creator_id, person_id=person_id, now=now) > 0


@transactional
def load_follows(follows: Sequence[tuple[UUID, UUID, Instant]]) -> None:
    """Write many follows at once (creator, person, since when), each new and none twice: for the demo market."""
    write_rows(Follow(creator_id=creator, person_id=person, followed_at=at) for creator, person, at in follows)
    counted = Counter((creator, "followers") for creator, _, _ in follows)
    counted.update((person, "following") for _, person, _ in follows)
    count_many((subject, kind, number) for (subject, kind), number in counted.items())


@transactional
def unfollow(creator_id: UUID, *, person_id: UUID) -> bool:
    """Follow a creator no longer; return whether they were followed."""
    return SQL.run("unfollow", creator_id=creator_id, person_id=person_id) > 0


@transactional
def pick_products(creator_id: UUID, product_ids: Sequence[UUID], *, now: Instant) -> dict[UUID, UUID]:
    """Put products that are on sale in front of the showcase, in the order given; return the links by product.

    A product that is in it keeps its link. Raises UnknownCreator, NotOnSale, PicksTooMany, ShowcaseFull.
    """
    wanted = list(dict.fromkeys(product_ids))
    if len(wanted) > rules.PICKS_A_CALL_MAX:
        raise errors.PicksTooMany
    creator = locked_creator(creator_id)
    shops = {card.id: card.shop_id for card in catalog.cards(wanted)}
    if len(shops) < len(wanted):
        raise errors.NotOnSale
    rows = Pick.objects.filter(creator_id=creator_id, removed_at=None)
    first = (rows.aggregate(first=Min("place"))["first"] or 0) - len(wanted)
    picks = [
        {"id": new_id(), "product_id": product_id, "shop_id": shops[product_id], "number": number}
        for number, product_id in enumerate(wanted)
    ]
    fresh = SQL.rows("pick", creator_id=creator_id, picks=document(picks), first_place=first, now=now)
    most = level_rules(shanghai_day(now)).of(creator.level).showcase_max
    if rows.count() > most:
        raise errors.ShowcaseFull(most)
    if fresh:
        links = (tuple(row["id"] for row in fresh), tuple(row["product_id"] for row in fresh))
        publish(events.ProductsPicked(creator_id, *links), now=now)
    return dict(rows.filter(product_id__in=wanted).values_list("product_id", "id"))


@transactional
def unpick_product(creator_id: UUID, link_id: UUID, *, now: Instant) -> None:
    """Take a product out of the showcase; the link stays on record. Raises UnknownCreator, UnknownPick."""
    locked_creator(creator_id)
    row = Pick.objects.filter(pk=link_id, creator_id=creator_id, removed_at=None).first()
    if row is None:
        raise errors.UnknownPick
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    publish(events.ProductUnpicked(creator_id, link_id, row.product_id), now=now)


@transactional
def arrange_showcase(creator_id: UUID, link_ids: Sequence[UUID]) -> None:
    """Put picks in front in the order named; the others follow as they stood. Raises UnknownCreator, UnknownPick."""
    locked_creator(creator_id)
    wanted = list(dict.fromkeys(link_ids))
    if Pick.objects.filter(creator_id=creator_id, removed_at=None, id__in=wanted).count() < len(wanted):
        raise errors.UnknownPick
    SQL.run("arrange", creator_id=creator_id, pick_ids=wanted)


@transactional
def move_pick(creator_id: UUID, link_id: UUID, *, down: bool) -> None:
    """Exchange a pick with the one before it, or with the one behind it. Raises UnknownCreator, UnknownPick."""
    locked_creator(creator_id)
    rows = Pick.objects.filter(creator_id=creator_id, removed_at=None)
    moved = rows.filter(pk=link_id).first()
    if moved is None:
        raise errors.UnknownPick
    behind = rows.filter(place__gt=moved.place).order_by("place")
    before = rows.filter(place__lt=moved.place).order_by("-place")
    other = (behind if down else before).first()
    if other is not None:
        moved.place, other.place = other.place, moved.place
        Pick.objects.bulk_update([moved, other], ["place"])


@transactional
def close_creator_of_person(person_id: UUID, *, now: Instant) -> None:
    """Forget a person: their follows end, and the creator they were says nothing about them any more."""
    for creator_id in Follow.objects.filter(person_id=person_id).values_list("creator_id", flat=True):
        SQL.run("unfollow", creator_id=creator_id, person_id=person_id)
    row = Creator.objects.select_for_update().filter(person_id=person_id, state=CreatorState.OPEN).first()
    if row is None:
        return
    row.state, row.handle = CreatorState.CLOSED, f"gone-{row.id.hex[-26:]}"
    row.name = row.name_en = row.bio = row.bio_en = row.avatar = ""
    row.words = None
    row.version += 1
    row.save()
    publish(events.CreatorClosed(row.id), now=now)


def _checked(profile: Profile) -> Profile:
    stripped = profile.stripped()
    handle = read_handle(profile.handle)
    if handle is None:
        raise errors.BadHandle
    if not stripped.name:
        raise errors.NameMissing
    for text, most in (
        (stripped.name, rules.NAME_LENGTH_MAX),
        (stripped.name_en, rules.NAME_LENGTH_MAX),
        (stripped.bio, rules.BIO_LENGTH_MAX),
        (stripped.bio_en, rules.BIO_LENGTH_MAX),
    ):
        if len(text) > most:
            raise errors.ProfileTooLong(most)
    if stripped.avatar and not has_picture(stripped.avatar):
        raise errors.UnknownAvatar
    return replace(stripped, handle=handle)


def _write(row: Creator, profile: Profile, *, is_new: bool) -> None:
    if Creator.objects.filter(handle=profile.handle).exclude(pk=row.pk).exists():
        raise errors.HandleTaken(profile.handle)
    for name in Profile.__dataclass_fields__:
        setattr(row, name, getattr(profile, name))
    row.version += 1
    try:
        with savepoint():
            row.save(force_insert=is_new)
    except IntegrityError as taken:  # somebody was faster by a moment
        if "handle" in str(taken):
            raise errors.HandleTaken(profile.handle) from taken
        raise errors.AlreadyCreator from taken
    index(row)
