"""Creators: one profile each, followed once, with a showcase whose links outlive it."""

from datetime import timedelta

import pytest
from tests.builders.creators import a_creator, a_product, a_profile
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person, with_role
from tests.builders.shops import a_picture
from tests.support.work import work

from anxin.infra import tallies
from anxin.infra.doctor import CHECKS
from anxin.infra.media import store_picture
from anxin.infra.models import OutboxEvent, TallyChange
from anxin.kernel.ids import new_id
from anxin.market.creators import commands, errors
from anxin.market.creators import queries as read
from anxin.market.creators.commands import NewCreator
from anxin.market.creators.domain import profiles
from anxin.market.creators.models import Pick
from anxin.market.people.commands import erase
from anxin.market.people.queries import Role, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return a_creator(handle="xiaolu")


def followers(creator):
    return read.reach_of([creator])[creator].followers


def test_a_person_and_a_shop_become_creators_once():
    person, shop = a_person(), a_shop()
    for who in ({"person_id": person}, {"shop_id": shop}):
        made = a_creator(**who)
        assert read.creator(made).kind == ("person" if "person_id" in who else "shop")
        with pytest.raises(errors.AlreadyCreator):
            commands.open_creator(NewCreator(a_profile(), **who), now=NOW)
    assert OutboxEvent.objects.filter(kind="creators.opened").count() == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"handle": "XiaoLu"}, errors.HandleTaken),
        ({"handle": "小鹿"}, errors.BadHandle),
        ({"name": "  "}, errors.NameMissing),
        ({"bio": "长" * 301}, errors.ProfileTooLong),
        ({"avatar": "a" * 40}, errors.UnknownAvatar),
    ],
)
def test_what_a_profile_may_not_say_is_refused_and_nothing_is_written(creator, change, refusal):
    person = a_person()
    with pytest.raises(refusal):
        commands.open_creator(NewCreator(a_profile(**change), person_id=person), now=NOW)
    assert read.creator_of_person(person) is None


def test_a_profile_is_changed_and_found_in_both_languages(creator):
    key = store_picture(a_picture())
    commands.change_profile(creator, a_profile(handle="deer.8", bio_en="Commuting outfits", avatar=key))
    assert read.creator_by_handle("@Deer.8").avatar == key
    for text in ("穿搭", "outfit", "deer.8", "commuting"):
        assert [found.id for found in read.search_creators(text)] == [creator], text
    assert read.search_creators("手机") == () == read.search_creators("!!")


def test_following_twice_counts_once_and_so_does_leaving(creator):
    fans = [a_person(), a_person()]
    for fan in (*fans, fans[0]):
        commands.follow(creator, person_id=fan, now=NOW)
    assert followers(creator) == 2
    assert read.followed(fans[0], [creator]) == {creator}
    assert [each.id for each in read.following(fans[0]).items] == [creator]
    for _ in range(2):
        commands.unfollow(creator, person_id=fans[0])
    assert (followers(creator), read.followed_ids(fans[0])) == (1, ())
    CHECKS["creators.followers_are_counted"]()


def test_a_count_is_the_same_before_and_after_it_is_folded(creator):
    for _ in range(3):
        commands.follow(creator, person_id=a_person(), now=NOW)
    assert followers(creator) == 3
    while tallies.fold_batch():
        pass
    assert (followers(creator), TallyChange.objects.count()) == (3, 0)


def test_nobody_follows_themselves_or_somebody_unknown(creator):
    with pytest.raises(errors.OwnCreator):
        commands.follow(creator, person_id=read.creator(creator).person_id, now=NOW)
    with pytest.raises(errors.UnknownCreator):
        commands.follow(a_person(), person_id=a_person(), now=NOW)


def test_follows_of_one_minute_are_limited():
    fan, (*some, last) = a_person(), [a_creator() for _ in range(profiles.FOLLOWS_A_MINUTE_MAX + 1)]
    for each in some:
        commands.follow(each, person_id=fan, now=NOW)
    with pytest.raises(errors.FollowsTooFast):
        commands.follow(last, person_id=fan, now=NOW)
    commands.follow(last, person_id=fan, now=NOW + timedelta(minutes=1))


def test_a_showcase_shows_the_last_pick_first_and_keeps_links(creator):
    shop = a_shop()
    shirt, mug = a_product(shop, title="纯棉短袖"), a_product(shop, title="陶瓷马克杯")
    first = commands.pick_products(creator, [shirt], now=NOW)
    again = commands.pick_products(creator, [mug, shirt], now=NOW + timedelta(hours=1))
    assert again[shirt] == first[shirt]
    assert [item.card.id for item in read.showcase(creator).items] == [mug, shirt]
    assert [item.card.id for item in read.showcase(creator, "马克杯").items] == [mug]
    assert read.showcase(creator, "手机").items == ()
    commands.arrange_showcase(creator, [first[shirt]])
    assert [item.card.id for item in read.showcase(creator).items] == [shirt, mug]


def test_a_showcase_is_read_page_by_page(creator):
    shop = a_shop()
    wanted = [a_product(shop) for _ in range(3)]
    commands.pick_products(creator, wanted, now=NOW)
    page = read.showcase(creator, limit=2)
    rest = read.showcase(creator, cursor=page.next_cursor, limit=2)
    assert [item.card.id for item in (*page.items, *rest.items)] == wanted
    assert rest.next_cursor is None


def test_a_pick_that_was_taken_out_stays_on_record(creator):
    product = a_product(a_shop())
    link = commands.pick_products(creator, [product], now=NOW)[product]
    commands.unpick_product(creator, link, now=NOW + timedelta(days=1))
    assert read.showcase(creator).items == ()
    assert Pick.objects.get(pk=link).removed_at == NOW + timedelta(days=1)
    with pytest.raises(errors.UnknownPick):
        commands.unpick_product(creator, link, now=NOW)
    assert commands.pick_products(creator, [product], now=NOW)[product] != link


def test_only_what_is_on_sale_can_be_picked(creator):
    closed = a_product(a_shop(can_sell=False))
    with pytest.raises(errors.NotOnSale):
        commands.pick_products(creator, [closed], now=NOW)
    with pytest.raises(errors.PicksTooMany):
        commands.pick_products(creator, [a_person() for _ in range(101)], now=NOW)


def test_a_full_showcase_takes_no_more_and_changes_nothing(creator):
    shop, most = a_shop(), read.level_rules(NOW.date()).of(0).showcase_max
    facts = {"creator_id": creator, "shop_id": shop, "picked_at": NOW}
    Pick.objects.bulk_create(Pick(product_id=new_id(), place=place, **facts) for place in range(most - 1))
    with pytest.raises(errors.ShowcaseFull):
        commands.pick_products(creator, [a_product(shop), a_product(shop)], now=NOW)
    assert read.picks_count(creator) == most - 1
    commands.pick_products(creator, [a_product(shop)], now=NOW)


def test_who_owns_or_manages_a_shop_speaks_for_its_creator():
    shop = a_shop()
    creator = a_creator(shop_id=shop)
    owner, agent = with_role(a_person(), Role.OWNER, shop), with_role(a_person(), Role.SERVICE_AGENT, shop)
    assert read.acting_as(actor_of(owner), creator).id == creator
    with pytest.raises(errors.UnknownCreator):
        read.acting_as(actor_of(agent), creator)


def test_erasing_a_person_ends_their_creator_and_their_follows(creator):
    other, person = a_creator(), read.creator(creator).person_id
    commands.follow(other, person_id=person, now=NOW)
    erase(person, now=NOW)
    work(NOW)
    with pytest.raises(errors.UnknownCreator):
        read.creator(creator)
    assert followers(other) == 0
    assert read.search_creators("穿搭") == (read.creator(other),)
    assert a_creator(handle="xiaolu")
