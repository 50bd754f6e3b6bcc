"""The value formula as data: published, taken up at once, compared, tried on the log, taken back; calibration and why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import NOW
from tests.support.engine import learn, statements, visits

from anxin.engine.arrange import House
from anxin.engine.errors import MalformedFormula
from anxin.engine.value import ENGAGEMENT as OF_ENGINE
from anxin.engine.value import QUALITY, formula_of
from anxin.kernel.ids import new_id
from anxin.market.interest import commands
from anxin.market.interest.brain import trying
from anxin.market.interest.brain.ranked import unpacked
from anxin.market.interest.brain.sampling import Sample, sample
from anxin.market.interest.commands import Teller, tuning
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.domain.weights import ENGAGEMENT, OWN
from anxin.market.interest.errors import SameFormula, UnknownFormula
from anxin.market.interest.feed import choose_posts
from anxin.market.interest.queries import formulas, why
from anxin.market.interest.queries.calibration import calibration
from anxin.market.people.queries import acts_about

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = timedelta(days=7)
AFTER = NOW + timedelta(hours=1)
RIPE = NOW + timedelta(days=15)
FOLLOWS_FIRST = replace(OWN, worth_minor={"follow": 5_000})


def test_the_words_of_an_operator_are_those_of_the_engine():
    assert ENGAGEMENT == OF_ENGINE
    assert formula_of(formulas._text(OWN)) == replace(QUALITY, version="tried")


def test_a_published_formula_ranks_the_very_next_page_and_an_earlier_one_comes_back(learner):
    me, boss = new_id(), new_id()
    assert choose_posts(me, limit=6, now=NOW).policy == "quality-1"
    number = tuning.publish(FOLLOWS_FIRST, "多关注", by=boss, now=NOW)
    assert formulas.in_force().weights == FOLLOWS_FIRST
    assert choose_posts(me, limit=6, now=NOW).policy == f"quality-{number}"
    with pytest.raises(SameFormula):
        tuning.publish(FOLLOWS_FIRST, "再一次", by=boss, now=NOW)
    back = tuning.back_to(1, "不行", by=boss, now=NOW)
    assert choose_posts(me, limit=6, now=NOW).policy == f"quality-{back}"
    assert formulas.in_force().weights == OWN
    assert [one.number for one in formulas.history()] == [back, number, 1]
    (act,) = acts_about(f"formula:{number}", limit=5)
    assert (act.act, act.actor_id, act.detail["reason"]) == ("interest.publish", boss, "多关注")
    with pytest.raises(UnknownFormula):
        tuning.back_to(99, "?", by=boss, now=NOW)


def test_weights_that_the_engine_refuses_change_nothing(learner):
    with pytest.raises(MalformedFormula):
        tuning.publish(replace(OWN, confidence_percent=20), "?", by=None, now=NOW)
    assert formulas.in_force().number == 1


def test_an_answer_is_written_down_with_its_candidates_and_the_chances_that_ranked_them(learner):
    me = new_id()
    chosen = choose_posts(me, limit=6, now=NOW)
    (answer,) = why.answers_to(me)
    assert [one.item for one in answer.places] == list(chosen.posts)
    assert all(one.chances and 0 < one.chances["click"] < 1 for one in answer.places if one.source != "tried")
    assert all(0 < one.propensity <= 1 for one in answer.places)
    with connection.cursor() as cursor:
        cursor.execute("select ranked from interest_served")
        ranked = unpacked(bytes(cursor.fetchone()[0]))
    assert len(ranked.name) == 24
    assert len(ranked.share) == 6
    assert unpacked(b"\x07") is None
    assert unpacked(bytes([1, 6]) + b"short") is None


def test_where_an_item_stood_is_found_by_what_was_seen(learner):
    visits(3)
    seen = why.answers_to(new_id())
    assert seen == ()
    me = new_id()
    chosen = choose_posts(me, limit=6, now=NOW)
    post = chosen.posts[2]
    commands.tell(
        [Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, post), NOW, chosen.request, 2)],
        Teller(me, is_person=False),
        now=NOW,
    )
    with CaptureQueriesContext(connection) as asked:
        found = why.answers_with(post, now=NOW)
    assert len(statements(asked)) == 1
    mine = next(one for one in found if one.id == chosen.request)
    assert [(one.place, one.item) for one in mine.places] == [(2, post)]


def test_calibration_holds_served_chances_against_what_was_seen_to_happen(learner):
    visits(30)
    with CaptureQueriesContext(connection) as asked:
        found = {one.head: one for one in calibration(WEEK, now=AFTER)}
    assert len(statements(asked)) == 6
    like = found["like"]
    assert (like.count, like.happened) == (180, 30)
    assert like.came == pytest.approx(1 / 6)
    assert 0 < like.said < 0.2
    assert sum(one.count for one in like.bars) == 180
    assert all(one.low <= one.came <= one.high for one in like.bars)
    assert (found["order"].count, found["order"].waits.days) == (0, 1)  # who was shown it an hour ago may still order
    later = {one.head: one for one in calibration(WEEK, now=NOW + timedelta(days=2))}
    assert (later["order"].count, later["order"].happened) == (180, 0)
    assert later["refund"].count == 0  # nobody ordered
    assert all(one.count == 0 for one in calibration(WEEK, now=NOW + timedelta(days=30)))
    assert all(one.drifts == () for one in found.values())  # thin periods say nothing


def test_the_same_formula_tried_on_the_log_earns_what_was_served(learner):
    visits(40)
    with CaptureQueriesContext(connection) as asked:
        trial = formulas.tried(OWN, WEEK, now=RIPE)
    assert len(statements(asked)) == 3
    assert (trial.answers, trial.logged, trial.is_ripe, trial.waits.days, trial.more) == (40, 40, True, 14, None)
    run = trial.run
    assert run.served.mean == pytest.approx(5 / 6)  # a like in six places, by the formula in force
    assert run.ips.mean == pytest.approx(run.served.mean)
    assert (run.difference.low, run.difference.mean, run.difference.high) == (0, 0, 0)
    assert run.uncovered == 0
    assert run.verdict == "cannot tell"


def test_a_formula_that_would_show_what_never_stood_there_cannot_be_told(learner):
    visits(40)
    learner_items = trying._shelf()
    assert len(learner_items) == 24
    opposite = replace(OWN, worth_minor={"finish": 0}, complaint_minor=900_000)
    run = formulas.tried(opposite, WEEK, now=RIPE).run
    assert run.verdict == "cannot tell"
    assert run.reasons


def test_what_is_too_young_is_tried_and_tells_nothing(learner):
    visits(10)
    with CaptureQueriesContext(connection) as asked:
        trial = formulas.tried(FOLLOWS_FIRST, WEEK, now=AFTER)
    assert len(statements(asked)) == 5
    assert (trial.answers, trial.is_ripe) == (10, False)
    assert trial.run.verdict == "cannot tell"
    assert trying.UNRIPE in trial.run.reasons
    carefree = replace(OWN, refund_counts=False, complaint_minor=0)
    tuning.publish(carefree, "试", by=None, now=NOW)
    assert formulas.tried(carefree, WEEK, now=NOW + timedelta(days=2)).is_ripe  # orders are heard of within a day


def test_a_sample_is_even_and_no_greater_than_asked_for(learner):
    for day in range(4):
        visits(10, now=NOW + timedelta(days=day))
    until = NOW + timedelta(days=4)
    drawn = sample(NOW, until, most=12)
    assert (len(drawn.rows), drawn.logged) == (12, 40)
    assert {row["at"] for row in drawn.rows} != {max(row["at"] for row in drawn.rows)}  # not the newest alone
    assert len({row["id"] for row in drawn.rows}) == 12
    assert [row["id"] for row in sample(NOW, until, most=12).rows] == [
        row["id"] for row in drawn.rows
    ]  # the same again
    part = sample(NOW + timedelta(days=1), NOW + timedelta(days=2, hours=1))
    assert (len(part.rows), part.logged) == (20, 20)
    assert sample(until, until + WEEK) == Sample([], 0)


def test_nothing_logged_is_no_failure(learner):
    trial = formulas.tried(FOLLOWS_FIRST, WEEK, now=NOW)
    assert (trial.run, trial.answers, trial.logged, trial.more) == (None, 0, 0, None)
    assert all(one.count == 0 for one in calibration(WEEK, now=NOW))


def test_a_shadow_is_compared_and_never_shown(learner):
    visits(60)
    learn(learner, NOW)
    number = tuning.begin_shadow(
        replace(OWN, worth_minor={"finish": 900_000}), "试试", by=None, now=NOW - timedelta(hours=1)
    )
    assert choose_posts(new_id(), limit=6, now=NOW).policy == "quality-1"
    visits(29)
    facts = formulas.shadow()
    assert facts.number == number
    found = formulas.compared(facts, now=AFTER)
    assert (found.answers, found.places) == (90, 450)  # five of what has no category on a page
    assert 0 < found.differing <= 90
    assert 0 < found.moved <= 450
    one = found.examples[0]
    assert len(one.live) == len(one.other) == 5
    assert one.live != one.other
    same = replace(facts, weights=OWN)
    assert formulas.compared(same, now=AFTER).moved == 0
    tuning.end_shadow(by=None, now=NOW)
    assert formulas.shadow() is None
    assert [act.act for act in acts_about(f"formula:{number}", limit=5)] == ["interest.shadow_ended", "interest.shadow"]


def test_the_replayed_order_of_the_formula_in_force_is_the_order_that_was_served(learner):
    visits(10)
    shelf, formula = trying._shelf(), formula_of(formulas._text(OWN))
    agree = total = 0
    for row in sample(NOW - timedelta(days=1), AFTER).rows:
        answer = trying._answer(row, shelf, (formula, formula))
        own = trying.order(answer, answer.live, House(), 6)[:6].tolist()
        kept = [card for card, tried in zip(answer.shown.tolist(), answer.explored, strict=True) if not tried]
        ranked = [card for card in own if card in kept]
        agree += sum(one == two for one, two in zip(kept, ranked, strict=False))
        total += len(kept)
    assert agree >= 0.8 * total
