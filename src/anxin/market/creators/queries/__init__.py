"""What may be read of creators."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tallies import counts_of
from anxin.infra.words import asked
from anxin.kernel.clock import Instant
from anxin.kernel.page import BadCursor, Page, limited, page_of, ranked_cursor, row_cursor
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Card
from anxin.market.creators.domain.levels import Level, level_rules
from anxin.market.creators.domain.profiles import (
    BIO_LENGTH_MAX,
    HANDLE_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PICKS_A_CALL_MAX,
    CreatorKind,
    CreatorState,
    read_handle,
)
from anxin.market.creators.errors import UnknownCreator
from anxin.market.creators.models import Creator, Follow, Pick
from anxin.market.creators.store import SQL
from anxin.market.people.queries import Actor, OrgKind, Role, members_of, roles_of

__all__ = [
    "BIO_LENGTH_MAX",
    "HANDLE_LENGTH_MAX",
    "NAME_LENGTH_MAX",
    "PICKS_A_CALL_MAX",
    "CreatorKind",
    "Level",
    "level_rules",
    "read_handle",
]

SEARCH_MAX = 50
CURSOR_DIGITS_MAX = 9
_FIRST = (2**62, UUID(int=2**128 - 1))
SPEAKERS = (Role.OWNER, Role.MANAGER)  # who may speak for a shop


@dataclass(frozen=True)
class CreatorFacts:
    """A creator as the public sees them."""

    id: UUID
    kind: CreatorKind
    person_id: UUID | None
    shop_id: UUID | None
    handle: str
    name: str
    name_en: str
    bio: str
    bio_en: str
    avatar: str
    level: int
    opened_at: Instant
    version: int


@dataclass(frozen=True)
class Reach:
    """How many follow a creator."""

    followers: int = 0


@dataclass(frozen=True)
class ShowcaseItem:
    """A pick: the link's id and time, and the product's card."""

    link_id: UUID
    picked_at: Instant
    note: str
    card: Card


@dataclass(frozen=True)
class OwnPick:
    """A pick as its creator sees it: `card` is None where the product cannot be bought now."""

    link_id: UUID
    product_id: UUID
    picked_at: Instant
    card: Card | None


def creator(creator_id: UUID) -> CreatorFacts:
    """Return a creator. Raises UnknownCreator."""
    found = creators_by_id([creator_id]).get(creator_id)
    if found is None:
        raise UnknownCreator
    return found


def creator_by_handle(handle: str) -> CreatorFacts:
    """Return a creator by handle, however it is written. Raises UnknownCreator."""
    found = creators_by_handle([handle])
    if not found:
        raise UnknownCreator
    return next(iter(found.values()))


def creators_by_id(creator_ids: Sequence[UUID]) -> dict[UUID, CreatorFacts]:
    """Return open creators by id, in one statement."""
    rows = Creator.objects.filter(pk__in=set(creator_ids), state=CreatorState.OPEN).defer("words")
    return {row.pk: _facts(row) for row in rows}


def creators_by_handle(handles: Sequence[str]) -> dict[str, CreatorFacts]:
    """Return open creators by their handles, in one statement."""
    wanted = {read for read in map(read_handle, handles) if read}
    rows = Creator.objects.filter(handle__in=wanted, state=CreatorState.OPEN).defer("words") if wanted else ()
    return {row.handle: _facts(row) for row in rows}


def creators_of(actor: Actor) -> tuple[CreatorFacts, ...]:
    """Return whom somebody may speak for: themselves, and shops that they own or manage."""
    if actor.person_id is None:
        return ()
    shops = shops_to_speak_for(actor)
    rows = Creator.objects.filter(state=CreatorState.OPEN).defer("words")
    found = rows.filter(person_id=actor.person_id) | rows.filter(shop_id__in=shops)
    return tuple(_facts(row) for row in found.order_by("opened_at"))


def voices_of(creator: CreatorFacts) -> tuple[UUID, ...]:
    """Return the persons who speak for a creator: the person, or who owns or manages the shop."""
    if creator.shop_id is None:
        return (creator.person_id,) if creator.person_id else ()
    staff = members_of(OrgKind.SHOP, creator.shop_id)
    return tuple({one.person_id for one in staff if one.role in SPEAKERS})


def shops_spoken_for(person_id: UUID) -> frozenset[UUID]:
    """Return the shops whose voice a person is: those that they own or manage. One statement."""
    roles = (one for one in roles_of(person_id) if one.org_kind == OrgKind.SHOP)
    return frozenset(one.org_id for one in roles if one.role in SPEAKERS)


def shops_to_speak_for(actor: Actor) -> tuple[UUID, ...]:
    """Return the shops that somebody owns or manages."""
    return tuple(sorted(shop for shop in actor.shops() if not actor.roles_in(OrgKind.SHOP, shop).isdisjoint(SPEAKERS)))


def shop_to_speak_for(actor: Actor, shop_id: UUID) -> UUID:
    """Return the shop if somebody owns or manages it. Raises UnknownCreator for anybody else's."""
    if shop_id not in shops_to_speak_for(actor):
        raise UnknownCreator
    return shop_id


def creator_of_person(person_id: UUID) -> CreatorFacts | None:
    """Return the creator that a person is, None for one who is none."""
    row = Creator.objects.filter(person_id=person_id, state=CreatorState.OPEN).defer("words").first()
    return _facts(row) if row else None


def creators_of_persons(person_ids: Sequence[UUID]) -> dict[UUID, CreatorFacts]:
    """Return by person the creators that they are, in one statement."""
    rows = Creator.objects.filter(person_id__in=set(person_ids), state=CreatorState.OPEN).defer("words")
    return {row.person_id: _facts(row) for row in rows if row.person_id}


def creator_of_shop(shop_id: UUID) -> CreatorFacts | None:
    """Return the creator that a shop is, None for one that is none."""
    row = Creator.objects.filter(shop_id=shop_id, state=CreatorState.OPEN).defer("words").first()
    return _facts(row) if row else None


def acting_as(actor: Actor, creator_id: UUID) -> CreatorFacts:
    """Return the creator that somebody speaks for. Raises UnknownCreator for anybody else's."""
    found = next((each for each in creators_of(actor) if each.id == creator_id), None)
    if found is None:
        raise UnknownCreator
    return found


def reach_of(creator_ids: Sequence[UUID]) -> dict[UUID, Reach]:
    """Return how many follow each of the creators, in one statement."""
    counted = counts_of(creator_ids)
    return {each: Reach(counted.get(each, {}).get("followers", 0)) for each in creator_ids}


def followed(person_id: UUID, creator_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of the creators whom a person follows."""
    rows = Follow.objects.filter(person_id=person_id, creator_id__in=list(creator_ids))
    return frozenset(rows.values_list("creator_id", flat=True))


def following(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[CreatorFacts]:
    """Return whom a person follows, the last followed first."""
    size = limited(limit)
    rows = Follow.objects.filter(person_id=person_id, creator__state=CreatorState.OPEN).order_by("-id")
    if cursor:
        rows = rows.filter(pk__lt=row_cursor(cursor))
    found = list(rows.select_related("creator").defer("creator__words")[: size + 1])
    return page_of(found, size, lambda row: str(row.pk)).map(lambda row: _facts(row.creator))


def following_count(person_id: UUID) -> int:
    """Return how many creators a person follows."""
    return Follow.objects.filter(person_id=person_id, creator__state=CreatorState.OPEN).count()


def followed_ids(person_id: UUID, limit: int = 1_000) -> tuple[UUID, ...]:
    """Return the ids of whom a person follows, the last followed first; for the feed of follows."""
    rows = Follow.objects.filter(person_id=person_id).order_by("-id")
    return tuple(rows.values_list("creator_id", flat=True)[:limit])


def search_creators(text: str, *, limit: int | None = None) -> tuple[CreatorFacts, ...]:
    """Find creators by handle, name or what they say of themselves, best first."""
    return found_creators(text, limit=min(limited(limit), SEARCH_MAX)).items


def found_creators(text: str, *, cursor: str | None = None, limit: int | None = None) -> Page[CreatorFacts]:
    """Find creators as `search_creators` does, page after page."""
    size, wanted = limited(limit), asked(text)
    if wanted.is_empty:
        return Page(())
    score, last = ranked_cursor(cursor) if cursor else _FIRST
    terms = {"literal": wanted.literal, "english": wanted.english, "after_score": score, "after_id": last}
    found = SQL.rows("creator_search", **terms, rows=size + 1)
    page = page_of(found, size, lambda row: f"{row['score']}_{row['id']}")
    known = creators_by_id([row["id"] for row in page.items]) if page.items else {}
    return Page(tuple(known[row["id"]] for row in page.items if row["id"] in known), page.next_cursor)


def showcase(
    creator_id: UUID, text: str = "", *, cursor: str | None = None, limit: int | None = None
) -> Page[ShowcaseItem]:
    """Return what a creator picked and can be bought now, in the creator's order; with `text`, what has these words."""
    page = _picks(creator_id, text, cursor, limit)
    cards = {card.id: card for card in catalog.cards([row.product_id for row in page.items])}
    shown = tuple(
        ShowcaseItem(row.pk, row.picked_at, row.note, cards[row.product_id])
        for row in page.items
        if row.product_id in cards
    )
    return Page(shown, page.next_cursor)


def own_showcase(
    creator_id: UUID, text: str = "", *, cursor: str | None = None, limit: int | None = None
) -> Page[OwnPick]:
    """Return all that a creator picked, what cannot be bought now among it, in order; with `text`, what has these words."""
    page = _picks(creator_id, text, cursor, limit)
    cards = {card.id: card for card in catalog.cards([row.product_id for row in page.items])}
    return page.map(lambda row: OwnPick(row.pk, row.product_id, row.picked_at, cards.get(row.product_id)))


def picks_count(creator_id: UUID) -> int:
    """Return how many products a showcase holds, those that cannot be bought now among them."""
    return Pick.objects.filter(creator_id=creator_id, removed_at=None).count()


def links_of(creator_id: UUID, product_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return by product the links that a creator's picks have now."""
    rows = Pick.objects.filter(creator_id=creator_id, removed_at=None, product_id__in=list(product_ids))
    return dict(rows.values_list("product_id", "id"))


def _picks(creator_id: UUID, text: str, cursor: str | None, limit: int | None) -> Page[Pick]:
    size = limited(limit)
    rows = Pick.objects.filter(creator_id=creator_id, removed_at=None).order_by("place", "id")
    if text.strip():
        among = catalog.search_among(text, list(rows.values_list("product_id", flat=True)))
        rows = rows.filter(product_id__in=among)
    if cursor:
        rows = rows.filter(place__gt=_number(cursor))
    return page_of(list(rows[: size + 1]), size, lambda row: str(row.place))


def _facts(row: Creator) -> CreatorFacts:
    plain = {name: getattr(row, name) for name in CreatorFacts.__dataclass_fields__ if name != "kind"}
    return CreatorFacts(kind=CreatorKind(row.kind), **plain)


def _number(cursor: str) -> int:
    digits = cursor.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > CURSOR_DIGITS_MAX:
        raise BadCursor
    return int(cursor)
