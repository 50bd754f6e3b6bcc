"""The feed by the engine on the database: interests, wishes, the switch, new posts, faults, statements."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.engine import a_learner, learn, statements
from tests.support.served import served
from tests.support.work import work

from anxin.engine.rank.model import Model
from anxin.engine.serving import RECIPE
from anxin.infra.postgres.server import DATABASE
from anxin.kernel.ids import new_id
from anxin.market.content.commands.reactions import like_post
from anxin.market.content.queries import feed
from anxin.market.creators.commands import follow
from anxin.market.interest import commands
from anxin.market.interest.brain import files
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.errors import AlreadyLearning
from anxin.market.interest.feed import Chosen, choose_posts

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def learner(market: dict[UUID, str]) -> Iterator[Learner]:
    with a_learner() as it:
        yield it


def tell(who: UUID, kind: Kind, *posts: UUID, chosen: Chosen | None = None, now=NOW) -> None:
    told = []
    for post in posts:
        one = Told(new_id(), kind, Item(ItemKind.NOTE, post), now)
        told.append(replace(one, request=chosen.request, slot=chosen.posts.index(post)) if chosen else one)
    commands.tell(told, Teller(who, is_person=chosen is None), now=now)  # a device is believed of what it was served


def learner_step(it: Learner) -> None:
    it.step(NOW)
    DOOR.load_now()


def themes(chosen: Chosen, market: dict[UUID, str]) -> list[str]:
    return [market[post] for post in chosen.posts if post in market]


def some_of(market: dict[UUID, str], theme: str, count: int = 3) -> list[UUID]:
    return [post for post, its in market.items() if its == theme][-count:]


def test_three_likes_of_one_theme_change_the_very_next_page_and_say_why(market, learner):
    liked, rose = some_of(market, "书法"), 0
    for _ in range(10):  # on a single page what is tried may fall on the theme
        me = new_id()
        before = choose_posts(me, limit=10, now=NOW)
        tell(me, Kind.LIKE, *liked)
        after = choose_posts(me, limit=10, now=LATER)
        assert before.policy == after.policy == "quality-1"
        rose += themes(after, market).count("书法") - themes(before, market).count("书法")
        assert not set(liked) & set(after.posts)  # what was liked is known
        reasons = [one.why for one in after.cards if market.get(one.card.post.id) == "书法"]
        assert any(why.because and market[why.because.post.id] == "书法" for why in reasons)
    assert rose >= 10 * 1.5  # from two cards of ten to more than five


def test_a_page_costs_three_statements(market, learner):
    me = a_person()
    tell(me, Kind.LIKE, *some_of(market, "书法"))
    feed.shown(list(market), person_id=None)  # this process has met them
    with CaptureQueriesContext(
        connection,
    ) as asked:
        chosen = choose_posts(me, limit=10, now=LATER, person_id=me)
    assert len(chosen.posts) == 10
    assert len(statements(asked)) <= 3, statements(asked)


def test_every_place_is_written_down_with_its_chance_policy_and_source(market, learner):
    me = new_id()
    chosen = choose_posts(me, limit=8, now=NOW)
    assert served()[0][1] == list(chosen.posts)
    with connection.cursor() as cursor:
        cursor.execute("select policy, propensities, sources from interest_served")
        policy, chances, sources = cursor.fetchone()
    assert policy == "quality-1"
    assert all(0 < chance <= 1 for chance in chances)
    assert all('"from"' in source for source in sources)


def test_what_is_not_wanted_is_gone_from_the_next_page(market, learner):
    me = new_id()
    tell(me, Kind.LIKE, *some_of(market, "书法"))
    first = choose_posts(me, limit=10, now=NOW)
    creator = first.cards[0].card.creator.id
    commands.wish(me, str(creator), more=False, is_person=False)
    commands.wish(me, "#陶艺", more=False, is_person=False)
    tell(me, Kind.NOT_INTERESTED, first.posts[1])
    for _ in range(3):
        again = choose_posts(me, limit=10, now=LATER)
        assert first.posts[1] not in again.posts
        assert creator not in {one.card.creator.id for one in again.cards}
        assert "陶艺" not in themes(again, market)


def test_switched_off_nothing_that_is_known_orders_the_page(market, learner):
    me = new_id()
    tell(me, Kind.LIKE, *some_of(market, "书法"))
    commands.personalise(me, wanted=False, is_person=False)
    pages = [choose_posts(who, limit=10, now=LATER) for who in (me, new_id()) for _ in range(20)]
    assert pages[0].policy == "plain-1"
    assert all(one.why.because is None for page in pages[:20] for one in page.cards)
    mine = sum(themes(page, market).count("书法") for page in pages[:20])
    others = sum(themes(page, market).count("书法") for page in pages[20:])
    assert abs(mine - others) <= 30  # of 200 cards; with the switch on more than half of them are of the theme


def test_followed_creators_come_with_their_reason(market, learner):
    me, creator = a_person(), a_creator()
    a_public_post(creator, now=NOW, title="手账")
    learn(learner, LATER)
    follow(creator, person_id=me, now=NOW)
    pages = [choose_posts(me, limit=10, now=LATER, person_id=me) for _ in range(10)]  # one of twenty tries it instead
    mine = [one for page in pages for one in page.cards if one.card.creator.id == creator]
    assert any(one.why.source == "follows" for one in mine)


def test_a_new_post_can_be_served_before_the_learner_has_heard_of_it(market, learner):
    post = a_public_post(a_creator(), now=NOW, title="刚刚发布")
    pages = (choose_posts(new_id(), limit=10, now=NOW) for _ in range(200))  # every eighth or so has it
    assert any(post in page.posts for page in pages)


def test_what_was_seen_comes_last_and_nothing_is_still_a_page(market, learner):
    me, posts = new_id(), list(market)
    fresh = posts[::12]
    tell(me, Kind.IMPRESSION, *[post for post in posts if post not in fresh])
    chosen = choose_posts(me, limit=10, now=LATER)
    assert set(chosen.posts[:4]) == set(fresh)
    assert len(set(chosen.posts)) == 10
    tell(me, Kind.IMPRESSION, *fresh)
    assert len(choose_posts(me, limit=10, now=LATER).posts) == 10


def test_one_creator_alone_fills_a_page_and_no_content_is_an_empty_one(home):
    it = Learner()
    learner_step(it)
    assert choose_posts(new_id(), limit=10, now=NOW).posts == ()
    creator = a_creator()
    posts = {a_public_post(creator, now=NOW, title=str(number)) for number in range(5)}
    learn(it, NOW)
    chosen = choose_posts(new_id(), limit=10, now=NOW)
    assert (chosen.policy, set(chosen.posts)) == ("quality-1", posts)
    it.close()


def test_a_hidden_post_is_not_shown_though_the_engine_knows_it(market, learner):
    from anxin.market.content.models import Post

    first = choose_posts(None, limit=10, now=NOW).posts[0]
    Post.objects.filter(pk=first).update(state="hidden")
    assert first not in choose_posts(None, limit=48, now=NOW).posts


def test_what_alike_people_had_is_learned_while_people_look(market, learner):
    camping, baking = some_of(market, "露营", 1)[0], some_of(market, "烘焙", 1)[0]
    for _ in range(25):
        tell(new_id(), Kind.LIKE, camping, baking)
    learn(learner, NOW)
    me = new_id()
    tell(me, Kind.LIKE, camping)
    pages = [choose_posts(me, limit=6, now=LATER) for _ in range(40)]
    found = [one for page in pages for one in page.cards if one.card.post.id == baking]
    assert len(found) >= 20  # every tenth page tries something else in its place; by chance alone it stands on five
    assert {one.why.source for one in found} & {"transitions", "neighbours", "popular"}


def test_the_rank_model_learns_impressions_and_what_came_of_them(market, learner):
    me = new_id()
    chosen = choose_posts(me, limit=8, now=NOW)
    tell(me, Kind.IMPRESSION, *chosen.posts, chosen=chosen)
    tell(me, Kind.LIKE, chosen.posts[2], chosen=chosen)
    learn(learner, NOW)
    facts = learner.model.facts()
    assert (facts.impressions, facts.outcomes) == (8, 1)
    tell(me, Kind.IMPRESSION, *chosen.posts, chosen=chosen)
    learn(learner, NOW)
    assert learner.model.facts().impressions == 8


def test_what_is_in_doubt_teaches_nothing(market, learner):
    chosen = choose_posts(new_id(), limit=8, now=NOW)
    tell(new_id(), Kind.IMPRESSION, *chosen.posts, chosen=chosen)  # somebody else's answer
    learn(learner, NOW)
    assert learner.model.facts().impressions == 0
    assert learner.learned.cursor.tx > 0


def test_there_is_one_learner(learner):
    with pytest.raises(AlreadyLearning):
        Learner()


def a_day_of_events(market: dict[UUID, str]) -> None:
    for number in range(30):
        me = new_id()
        chosen = choose_posts(me, limit=6, now=NOW)
        tell(me, Kind.IMPRESSION, *chosen.posts, chosen=chosen)
        tell(me, Kind.LIKE, chosen.posts[number % 6], chosen=chosen)


def test_a_killed_learner_goes_on_from_the_last_good_snapshot_and_knows_the_same(market, learner, home):
    a_day_of_events(market)
    learn(learner, NOW)
    learner.save(1)
    a_day_of_events(market)
    learn(learner, NOW)  # this is not saved
    log, words = learner.log.path.read_bytes(), bytes(learner.model.path.read_bytes())
    links = [array.copy() for array in learner.learned.live]
    learner._lock.close()  # as if it had been killed
    (home / "learned-999999.bin").write_bytes(b"ANXBRAIN torn")
    other = Learner()
    learn(other, NOW)
    assert other.log.path.read_bytes() == log
    assert other.model.path.read_bytes() == words
    assert all((one == two).all() for one, two in zip(links[:10], other.learned.live[:10], strict=True))
    other._lock.close()


@pytest.mark.parametrize("broken", ["missing", "truncated", "another version", "unreadable", "live", "rank"])
def test_without_good_files_the_feed_goes_by_popularity_until_they_are_rebuilt(broken, market, learner, home):
    manifest = home / "current.json"
    items = home / files.manifest().items
    if broken == "missing":
        items.unlink()
    elif broken == "truncated":
        items.write_bytes(items.read_bytes()[:-100])
    elif broken == "another version":
        manifest.write_text(manifest.read_text().replace('"format": 2', '"format": 99'))
    elif broken == "unreadable":
        manifest.write_bytes(b"\xff\x00 not a manifest")
    else:
        os.truncate(home / (files.manifest().live if broken == "live" else files.RANK), 8_000)
        assert DOOR.look() is None  # also for a server that had it mapped
    DOOR.forget()
    assert DOOR.load_now() is None
    assert DOOR.reason
    chosen = choose_posts(new_id(), limit=10, now=NOW)
    assert (chosen.policy, len(chosen.posts)) == ("popular", 10)
    learner._lock.close()
    other = Learner()
    learn(other, NOW)
    assert choose_posts(new_id(), limit=10, now=NOW).policy == "quality-1"
    other._lock.close()


def test_a_transaction_that_commits_late_is_not_missed(market, learner):
    post = next(iter(market))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("select pg_current_xact_id()")  # somebody writes, and takes their time
        tell(new_id(), Kind.LIKE, post)
        assert learner.follow() == 0
        cursor.execute("commit")
    other.close()
    assert learner.follow() == 1
    assert learner.follow() == 0


def test_a_long_transaction_in_another_database_of_the_server_holds_nothing_back(market, learner):
    with closing(connection.copy()) as other:
        other.settings_dict["NAME"] = DATABASE
        with other.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute("select pg_current_xact_id()")
            tell(new_id(), Kind.LIKE, next(iter(market)))
            assert learner.follow() == 1


def test_in_a_restored_database_the_engine_learns_anew(market, learner):
    a_day_of_events(market)
    learn(learner, NOW)
    learner.save(1)
    known = learner.model.facts().impressions
    with connection.cursor() as cursor:  # as if another database had counted them
        cursor.execute("update interest_event set tx = (tx::text::bigint + 1000000000)::text::xid8")
    learner._lock.close()
    other = Learner()
    assert other.model.facts().impressions == 0
    learn(other, NOW)
    assert other.model.facts().impressions == known > 0
    other._lock.close()


def test_the_same_log_gives_the_same_model_bit_for_bit(market, learner, tmp_path):
    a_day_of_events(market)
    learn(learner, NOW)
    again = Model.create(tmp_path / "again", RECIPE)
    again.catch_up(learner.log)
    assert (tmp_path / "again").read_bytes() == learner.model.path.read_bytes()
    assert again.facts().impressions > 100


def test_reactions_alone_make_a_post_popular_for_everybody(market, learner):
    post = some_of(market, "陶艺", 1)[0]
    row, everybody = learner.items.rows[post], -1
    before = DOOR.load_now().state.shelf.popular[everybody][row]
    for _ in range(50):
        like_post(post, person_id=a_person(), now=NOW)
    work(NOW)  # the counters are told
    for name in ("walk", "tables"):
        learner._due.pop(name)
    while learner.step(NOW) or learner.is_walking:
        pass
    assert DOOR.load_now().state.shelf.popular[everybody][row] > 10 * before


def test_doctor_tells_how_many_events_wait_and_that_no_learner_runs(market, learner):
    from anxin.infra.doctor import Broken
    from anxin.market.interest import checks

    assert checks.learner() == "0 events wait, the oldest for 0 s"
    tell(new_id(), Kind.LIKE, next(iter(market)))
    with pytest.raises(Broken, match=r"1 events wait, the oldest for .*does not run"):  # since NOW, which is long ago
        checks.learner()


def test_doctor_tells_of_files_that_cannot_be_used(market, learner, home):
    from anxin.infra.doctor import Broken
    from anxin.market.interest.checks import engine

    assert "items" in engine()
    (home / files.manifest().items).write_bytes(b"nothing")
    with pytest.raises(Broken, match="popularity"):
        engine()
