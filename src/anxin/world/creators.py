"""Creators of the demo market, what they show and who likes it: notes at once, films by and by (`filming.py`)."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import TypeAdapter
from rich.progress import Progress

from anxin.infra import clock
from anxin.infra.media import keep_picture
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, unix_ms
from anxin.kernel.ids import id_at, new_id
from anxin.kernel.money import format_money
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Card
from anxin.market.content.commands.loading import LoadedComment, LoadedPost, load_posts
from anxin.market.content.commands.posts import Anchor, Draft, PostKind
from anxin.market.creators import commands as creators
from anxin.market.creators.commands import NewCreator, Profile
from anxin.market.creators.queries import creators_by_handle
from anxin.market.orders.commands import Origin
from anxin.market.orders.commands.loading import LoadedPlace, load_origins
from anxin.market.people.commands import LoadedPerson, load_people
from anxin.market.people.queries import OrgKind, Role, find_people, members_of
from anxin.market.settlement.commands.creators import reckon_creators
from anxin.market.shops.queries import shops_page
from anxin.world.accounts import BUYER_LOGIN, CREATOR_LOGIN, PASSWORD
from anxin.world.audience import seat
from anxin.world.filming import FilmOrder, order_films
from anxin.world.films import SCENE_MS
from anxin.world.goods import TOUCH_OF_TOP, Goods, all_goods
from anxin.world.pictures import palette_of, shop_logo
from anxin.world.tables import CreatorLine, PostLine, comment_lines, creator_lines, post_lines

NOTES, FILMS = 14, 7  # of each creator: 308 notes and 154 films of 22
GOODS_OF_SHOP = 30
DAYS = 45
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FANS = 0.8  # of those who like a post are fans of what it is about
TASTES = 2  # groups of goods that somebody cares for
LIKES_MAX = 160
LED = 3  # every such product of a showcase is bought through it
WEEK, PICKED = 7 * DAY, 60 * DAY


@dataclass(frozen=True)
class Ware:
    """A product on sale with what the demo knows of it."""

    card: Card
    goods: Goods


@dataclass(frozen=True)
class Speaker:
    """A creator of the demo with what they may show."""

    id: UUID
    person_id: UUID
    line: CreatorLine
    wares: tuple[Ware, ...]


@dataclass(frozen=True)
class Crowd:
    """Buyers, and those of them who care for a group of goods."""

    everybody: tuple[UUID, ...]
    fans: dict[str, tuple[UUID, ...]]


def show_content(display: Progress) -> None:
    """Open the demo's creators with their notes, and order their films: all of it or nothing."""
    if creators_by_handle([creator_lines()[0].handle]):
        return
    bar = display.add_task("Opening the creators", total=3)
    avatars = {line.handle: keep_picture(_avatar(number, line)) for number, line in enumerate(creator_lines())}
    display.advance(bar)
    _show(avatars, lambda: display.advance(bar), now=clock.now())


@transactional
def _show(avatars: dict[str, str], advance: Callable[[], None], *, now: Instant) -> None:
    chance = random.Random(17)
    speakers = _speakers(avatars, _wares(), now=now)
    crowd = _crowd(chance)
    _follow(speakers, crowd, chance, now=now)
    advance()
    notes = [
        _post(one, PostKind.NOTE, number, crowd, chance, now=now)[0] for one in speakers for number in range(NOTES)
    ]
    load_posts(sorted(notes, key=lambda post: post.published_at), now=now)
    load_origins([*_showcases(speakers, now), *_shown_in(notes)])
    reckon_creators(now=now)
    films = [_post(one, PostKind.VIDEO, number, crowd, chance, now=now) for number in range(FILMS) for one in speakers]
    order_films([_order(post, wares, number) for number, (post, wares) in enumerate(films)])
    seat({buyer: tops for buyer, tops in _interests(crowd).items() if buyer != _demo_buyer()})
    advance()


def _showcases(speakers: Sequence[Speaker], now: Instant) -> Iterator[LoadedPlace]:
    """Every third product is bought from a showcase where no note showed it: of the creators who have it, another each time."""
    for number, one in enumerate(speakers):
        for ware in one.wares[number % LED :: LED]:
            yield LoadedPlace(ware.card.id, Origin(creator=one.id), now - PICKED, now)


def _shown_in(notes: Sequence[LoadedPost]) -> Iterator[LoadedPlace]:
    """Who buys within a week what a note shows met it there."""
    for one in notes:
        for anchor in one.draft.anchors:
            origin = Origin(content=one.id, creator=one.creator_id)
            yield LoadedPlace(anchor.product_id, origin, one.published_at, one.published_at + WEEK)


def _interests(crowd: Crowd) -> dict[UUID, list[str]]:
    """Return the top categories that each buyer cares for."""
    found: dict[UUID, list[str]] = {}
    for top, group in TOUCH_OF_TOP.items():
        for buyer in crowd.fans[group]:
            found.setdefault(buyer, []).append(top)
    return found


def _demo_buyer() -> UUID:
    """The account that people log in with: they begin with a feed that knows nothing of them."""
    return find_people(BUYER_LOGIN, limit=1).items[0].id


def _avatar(number: int, line: CreatorLine) -> bytes:
    return shop_logo(line.glyph, palette_of(line.tops[0], number))


def _wares() -> list[Ware]:
    """Return what the shops sell most of; what merchants wrote themselves meanwhile is not ours to show."""
    ours = {f"{one.shop.slug}-{one.number:04d}": one for one in all_goods()}
    cards = catalog.cards(
        [each for shop in _shops() for each in catalog.best_of_shop(shop, GOODS_OF_SHOP, except_id=new_id())]
    )
    return [Ware(card, ours[card.handle]) for card in cards if card.handle in ours and card.picture]


def _shops() -> list[UUID]:
    return [shop.id for shop in shops_page(limit=100).items]


def _speakers(avatars: dict[str, str], wares: Sequence[Ware], *, now: Instant) -> list[Speaker]:
    people = {line.handle: new_id() for line in creator_lines() if not line.shop}
    owners = {shop.slug: (shop.id, _owner(shop.id)) for shop in shops_page(limit=100).items}
    names = {line.handle: line for line in creator_lines()}
    accounts = [
        LoadedPerson(identity, names[handle].name, _login(number, handle), joined_at=now - 300 * DAY)
        for number, (handle, identity) in enumerate(people.items())
    ]
    load_people(accounts, PASSWORD, now=now)
    found = []
    for number, line in enumerate(creator_lines()):
        if line.shop and line.shop not in owners:
            continue
        shop_id, person_id = owners[line.shop] if line.shop else (None, people[line.handle])
        profile = Profile(line.handle, line.name, line.name_en, line.bio, line.bio_en, avatars[line.handle])
        owner = NewCreator(profile, shop_id=shop_id) if shop_id else NewCreator(profile, person_id=person_id)
        identity = creators.open_creator(owner, now=now - (60 + number * 9) * DAY)
        mine = tuple(ware for ware in wares if _suits(line, ware))
        for at in range(0, len(mine), 100):
            creators.pick_products(identity, [ware.card.id for ware in mine[at : at + 100]], now=now - PICKED)
        found.append(Speaker(identity, person_id, line, mine))
    return [one for one in found if len(one.wares) > 2]


def _suits(line: CreatorLine, ware: Ware) -> bool:
    if line.shop:
        return ware.goods.shop.slug == line.shop
    return _top(ware.goods) in line.tops


def _login(number: int, handle: str) -> str:
    return CREATOR_LOGIN if number == 0 else f"{handle}@demo.anxin.example"


def _owner(shop_id: UUID) -> UUID:
    return next(one.person_id for one in members_of(OrgKind.SHOP, shop_id) if one.role is Role.OWNER)


def _crowd(chance: random.Random) -> Crowd:
    """Find the demo's buyers and give each of them tastes."""
    buyers: list[UUID] = []
    cursor = None
    while True:
        page = find_people("", cursor=cursor, limit=100)
        buyers += [one.id for one in page.items if one.email.startswith("buyer")]
        cursor = page.next_cursor
        if cursor is None:
            break
    groups = sorted(set(TOUCH_OF_TOP.values()))
    tastes = {buyer: chance.sample(groups, TASTES) for buyer in buyers}
    return Crowd(tuple(buyers), {group: tuple(b for b in buyers if group in tastes[b]) for group in groups})


def _follow(speakers: Sequence[Speaker], crowd: Crowd, chance: random.Random, *, now: Instant) -> None:
    follows = []
    for one in speakers:
        fans = crowd.fans[_group(one.wares[0].goods)]
        chosen = chance.sample(fans, min(len(fans), chance.randint(12, 90)))
        follows += [(one.id, person, now - chance.randint(1, 50 * 24) * HOUR) for person in chosen]
    creators.load_follows(follows)


def _post(
    one: Speaker, kind: PostKind, number: int, crowd: Crowd, chance: random.Random, *, now: Instant
) -> tuple[LoadedPost, list[Ware]]:
    """Return a post about a few of the speaker's wares, with what people did with it, and these wares."""
    first = one.wares[(number * 5 + (kind is PostKind.VIDEO) * 3) % len(one.wares)]
    group = _group(first.goods)
    others = [
        ware for ware in one.wares if ware.goods.kind.noun != first.goods.kind.noun and _group(ware.goods) == group
    ]
    shown = [first, *chance.sample(others, min(len(others), chance.randint(2, 5)))]
    wares = shown[: chance.randint(2, 3)]
    at = now - chance.randint(40, DAYS * 24 * 60) * MINUTE
    line = chance.choice([each for each in post_lines() if (each.group, each.kind) == (group, kind.value)])
    liked = _likers(group, crowd, chance, at, now)
    post = LoadedPost(
        id=id_at(unix_ms(at)),
        creator_id=one.id,
        person_id=one.person_id,
        draft=_draft(line, kind, wares, shown),
        published_at=at,
        likes=liked,
        favourites=tuple(liked[: len(liked) // 5]),
        comments=tuple(_said(crowd, group, chance, at, now)),
    )
    return post, wares


def _draft(line: PostLine, kind: PostKind, wares: Sequence[Ware], shown: Sequence[Ware]) -> Draft:
    nouns = [ware.goods.kind for ware in wares]
    words = {
        "noun": nouns[0].noun,
        "noun_en": _lower(nouns[0].noun_en),
        "other": nouns[-1].noun,
        "other_en": _lower(nouns[-1].noun_en),
    }
    is_film = kind is PostKind.VIDEO
    return Draft(
        kind,
        caption=line.caption.format_map(words),
        caption_en=_upper(line.caption_en.format_map(words)),
        title=line.title.format_map(words)[:60],
        title_en=_upper(line.title_en.format_map(words))[:60],
        pictures=() if is_film else tuple(dict.fromkeys(ware.card.picture for ware in shown)),
        anchors=tuple(Anchor(ware.card.id, place * SCENE_MS * is_film) for place, ware in enumerate(wares)),
    )


def _likers(
    group: str, crowd: Crowd, chance: random.Random, since: Instant, now: Instant
) -> tuple[tuple[UUID, Instant], ...]:
    """Some posts are liked by many, most by few."""
    wanted = min(LIKES_MAX, round(6 * chance.paretovariate(1.1)))
    fans, most = crowd.fans[group], len(crowd.everybody)
    chosen = chance.sample(fans, min(len(fans), round(wanted * FANS)))
    chosen += chance.sample(crowd.everybody, min(most, wanted - len(chosen)))
    return tuple((who, _moment(chance, since, now)) for who in dict.fromkeys(chosen))


def _said(crowd: Crowd, group: str, chance: random.Random, since: Instant, now: Instant) -> Iterator[LoadedComment]:
    count = min(9, int(chance.paretovariate(1.0)) - 1)
    lines = chance.sample(comment_lines(), count)
    for line in lines:
        yield LoadedComment(chance.choice(crowd.fans[group]), line.text, _moment(chance, since, now), line.reply)


def _moment(chance: random.Random, since: Instant, now: Instant) -> Instant:
    return since + (now - since) * chance.random() ** 2


def _order(post: LoadedPost, wares: Sequence[Ware], number: int) -> FilmOrder:
    return FilmOrder(
        post=TypeAdapter(LoadedPost).dump_python(post, mode="json"),
        palette=palette_of(_top(wares[0].goods), number),
        seed=number,
        scenes=[
            (ware.card.picture, ware.goods.kind.noun_en, format_money(ware.card.price_min_minor).removesuffix(".00"))
            for ware in wares
        ],
    )


def _group(goods: Goods) -> str:
    return TOUCH_OF_TOP[_top(goods)]


def _top(goods: Goods) -> str:
    return next(top for top in TOUCH_OF_TOP if goods.kind.leaf.startswith(f"{top}-"))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
