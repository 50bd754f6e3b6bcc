"""What an operator sees and changes of the engine: shares, new items, the learner, versions, the way back."""

import os
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.support.engine import learn, statements, visits

from anxin.kernel.ids import id_at, new_id
from anxin.market.interest import commands, store
from anxin.market.interest.brain import rolling
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.brain.reading import EXPLORING
from anxin.market.interest.commands import Teller, tuning
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Served, Told
from anxin.market.interest.domain.notes import Note
from anxin.market.interest.errors import EngineDamaged, RollbackWaits, UnknownVersion
from anxin.market.interest.models import Rollback
from anxin.market.interest.queries import overview, versions
from anxin.market.interest.queries.versions import Soundness
from anxin.market.people.queries import acts_about

pytestmark = pytest.mark.django_db(transaction=True)


def an_answer(policy: str, *sources: str, at=NOW) -> None:
    items = tuple(Item(ItemKind.NOTE, new_id()) for _ in sources)
    one = Served(id_at(int(at.timestamp() * 1000)), new_id(), at, items, tuple(1.0 for _ in sources))
    store.keep_served(one, "feed", policy, [Note(source).text() for source in sources])


def test_shares_count_places_by_source_policy_and_hour():
    an_answer("quality-1", "content", "content", "tried", "fresh")
    an_answer("quality-1", "content", "tried", at=NOW - timedelta(hours=2))
    an_answer("popular", "popular", "popular")
    an_answer("popular", "popular", at=NOW - timedelta(days=2))
    with CaptureQueriesContext(connection) as asked:
        found = overview.shares(NOW - timedelta(hours=24), by_hour=True)
    assert len(statements(asked)) == 1
    assert (found.places, found.answers) == (8, 3)
    assert dict(found.by_source) == {"content": 3, "tried": 2, "popular": 2, "fresh": 1}
    assert dict(found.by_policy) == {"quality-1": 6, "popular": 2}
    assert (found.fallback_bps, found.explored_bps) == (2_500, 3_333)
    assert [(one.places, one.tried) for one in found.over_time] == [(2, 1), (6, 1)]
    week = overview.shares(NOW - timedelta(days=7), by_hour=False)
    assert (week.places, [one.places for one in week.over_time]) == (9, [1, 8])


def test_shares_are_of_the_feed_alone():
    commands.serve(new_id(), {Item(ItemKind.PRODUCT, new_id()): 1.0}, surface="cart", policy="popular", now=NOW)
    assert overview.shares(NOW - timedelta(hours=24), by_hour=True).places == 0


def test_the_time_to_a_hundred_impressions_is_of_the_hundredth():
    creator, who = a_creator(), Teller(new_id(), is_person=True)
    quick = a_public_post(creator, now=NOW - timedelta(hours=10), title="快")
    slow = a_public_post(creator, now=NOW - timedelta(hours=9), title="慢")
    a_public_post(creator, now=NOW - timedelta(days=20), title="旧")
    for number in range(103):
        at = NOW - timedelta(hours=9) + timedelta(minutes=number)
        commands.tell([Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, quick), at)], who, now=at)
    commands.tell([Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, slow), NOW)], who, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        found = overview.newcomers(now=NOW)
    assert len(statements(asked)) == 1
    assert [(one.id, one.impressions) for one in found.items] == [(slow, 1), (quick, 103)]
    assert found.median_s == 3_600 + 99 * 60
    assert found.spread((3_600, 86_400)) == (0, 1, 0, 1)


def test_minutes_tell_what_teaches_from_what_is_in_doubt():
    an_answer("quality-1", "content")
    stranger, post = new_id(), Item(ItemKind.NOTE, new_id())
    good, forged = Told(new_id(), Kind.LIKE, post, NOW), Told(new_id(), Kind.IMPRESSION, post, NOW, new_id(), 0)
    commands.tell([good, forged], Teller(stranger, is_person=True), now=NOW)
    found = overview.minutes(now=NOW + timedelta(minutes=1))
    assert len(found) == 60
    assert [(one.told, one.taught) for one in found if one.told] == [(2, 1)]


def test_the_learner_says_how_far_it_is(learner):
    visits(3)
    with CaptureQueriesContext(connection) as asked:
        before = overview.learner_state(now=NOW)
    assert len(statements(asked)) == 1
    assert (before.waiting, before.impressions, before.saved_at) == (21, 0, None)
    late = overview.learner_state(now=NOW + timedelta(days=9))  # however long nobody learned
    assert (late.waiting, late.waiting_s, late.more_wait) == (21, 9 * 86_400, False)
    assert overview.LearnerState(waiting=overview.WAITING_MAX).more_wait
    learn(learner, NOW)
    learner.save(int(NOW.timestamp()))
    after = overview.learner_state(now=NOW)
    assert (after.waiting, after.impressions) == (0, 18)
    assert after.saved_at is not None


def test_without_files_the_learner_is_said_to_be_empty_and_with_bad_ones_why(home):
    assert overview.learner_state(now=NOW).is_empty
    assert versions.models() == versions.Models()
    home.mkdir(exist_ok=True)
    (home / "items-000001.bin").write_bytes(b"?")
    (home / "current.json").write_bytes(b"\xff\x00 not a list")
    state = overview.learner_state(now=NOW)
    assert (type(state.problem), state.problem.file) == (EngineDamaged, "current.json")
    assert versions.models().problem


def test_the_budget_on_the_desk_is_the_metered_one():
    assert overview.EXPLORING_BPS == EXPLORING * 10_000


def test_a_version_is_read_through_before_it_is_called_whole(learner, home):
    visits(4)
    learn(learner, NOW)
    learner.save(1_000)
    visits(4)
    learn(learner, NOW)
    learner.save(2_000)
    newest, first = versions.models().versions[:2]
    assert (newest.impressions, first.impressions) == (48, 24)
    assert {newest.soundness, first.soundness} == {Soundness.WHOLE}
    path = home / "snapshots" / f"{first.position:015d}.model"
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(b"\x01\x02\x03")
    os.truncate(home / "snapshots" / f"{newest.position:015d}.model", 5_000)
    found = versions.models()
    assert [one.soundness for one in found.versions] == [Soundness.CHANGED, Soundness.CHANGED]
    assert found.serving is not None
    with pytest.raises(UnknownVersion):
        tuning.roll_back(first.position, "反常", by=None, now=NOW)


def test_servers_follow_a_rollback_and_what_was_learned_since_is_not_learned_again(learner, home):
    visits(4)
    learn(learner, NOW)
    learner.save(1_000)
    version = versions.models().versions[0]
    old = learner.model.path.read_bytes()[100_000:]
    visits(6)
    learn(learner, NOW)
    before = DOOR.look()
    assert before.state.model.facts().impressions == 60
    boss = new_id()
    tuning.roll_back(version.position, "学坏了", by=boss, now=NOW)
    with pytest.raises(RollbackWaits):
        tuning.roll_back(version.position, "再来一次", by=boss, now=NOW + timedelta(seconds=1))
    assert [(act.act, act.detail["reason"]) for act in acts_about(f"model:{version.position}", limit=5)] == [
        ("interest.rollback", "学坏了")
    ]
    learn(learner, NOW)
    assert before.state.model.replaced
    serving = DOOR.look().state.model
    assert serving.facts().impressions == 24
    assert serving.path.read_bytes()[100_000:] == old
    assert [(one.done_at, one.failure) for one in versions.rollbacks()] == [(NOW, "")]
    visits(1)
    learn(learner, NOW)
    assert learner.model.facts().impressions == 30
    learner._lock.close()  # as if it had been killed
    other = Learner()
    learn(other, NOW)
    assert other.model.facts().impressions == 30
    other._lock.close()


def test_a_version_that_is_gone_when_the_learner_comes_to_it_is_said_to_have_failed(learner):
    Rollback.objects.create(position=77, reason="晚了", asked_at=NOW)
    learn(learner, NOW)
    (one,) = versions.rollbacks()
    assert one.done_at == NOW
    assert "77" in one.failure


def test_versions_are_kept_by_the_minute_the_hour_and_the_day():
    minutes = [rolling.Version(number, number * 60, "", "") for number in range(60 * 24 * 10)]
    kept = sorted(rolling.kept(minutes), reverse=True)
    last = 60 * 24 * 10 - 1
    assert kept[:4] == [last, last - 1, last - 2, last - 3]
    assert kept[4:] == [last - 60, last - 120, last - 1440, last - 2880, last - 4320]
