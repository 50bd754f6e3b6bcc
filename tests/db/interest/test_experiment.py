"""Everybody's weights are a little off: by whom, how it is written down, what it finds, and that nothing else is spoilt by it."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.engine import statements

from anxin.engine.explore.perturb import Experiment
from anxin.engine.value import QUALITY, WEIGHTS, formula_of
from anxin.kernel.ids import new_id
from anxin.market.interest import commands, queries
from anxin.market.interest.brain import trying
from anxin.market.interest.brain.dealing import EPOCH_SECONDS, signs_for
from anxin.market.interest.brain.ranked import Ranked, bits_of, signs_of, unpacked
from anxin.market.interest.brain.sampling import sample
from anxin.market.interest.commands import Teller, tuning
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.domain.weights import OWN, weights_of
from anxin.market.interest.feed import Chosen, choose_posts
from anxin.market.interest.models import Actor
from anxin.market.interest.queries import formulas

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = timedelta(days=7)
RIPE = NOW + timedelta(days=15)


def told(chosen: Chosen, kind: Kind, *places: int) -> list[Told]:
    return [
        Told(new_id(), kind, Item(ItemKind.NOTE, chosen.posts[place]), NOW, chosen.request, place) for place in places
    ]


def somebody_known(name: int | None = None) -> UUID:
    """A device whom the learner knows by a name, this one if given: it was there before."""
    me = new_id()
    chosen = choose_posts(me, limit=1, now=NOW - timedelta(days=60))
    commands.tell(told(chosen, Kind.IMPRESSION, 0), Teller(me, is_person=False), now=NOW - timedelta(days=60))
    if name is not None:
        Actor.objects.filter(pk=me).update(name=name)
    return me


def written(me: UUID) -> Ranked:
    with connection.cursor() as cursor:
        cursor.execute("select ranked from interest_served where actor = %s order by id desc limit 1", [me])
        return unpacked(bytes(cursor.fetchone()[0]))


def signs_of_row(ranked: Ranked) -> tuple[int, ...]:
    return tuple(1 if one > 1 else -1 for one in ranked.factors)


def test_whom_the_learner_knows_is_ranked_by_weights_that_are_off_and_the_answer_says_how(learner):
    people = [somebody_known() for _ in range(12)]
    for me in people:
        choose_posts(me, limit=6, now=NOW)
        ranked = written(me)
        names = np.array([queries.history(me).name])
        factors = Experiment(WEIGHTS, 0.1).factors(names, int(NOW.timestamp()) // EPOCH_SECONDS)[0]
        np.testing.assert_allclose(ranked.factors, factors, rtol=1e-12)
    assert len({written(me).factors for me in people}) > 6
    later = int(NOW.timestamp()) + EPOCH_SECONDS
    dealt = [(signs_for(name, QUALITY, second=0), signs_for(name, QUALITY, second=later)) for name in range(40)]
    assert sum(one != two for one, two in dealt) > 30
    assert all(signs_of(bits_of(one)) == one for one, _ in dealt)


def test_a_stranger_who_refuses_what_is_personal_and_a_dial_at_nothing_are_in_no_experiment(learner):
    stranger, refuses = new_id(), somebody_known()
    commands.personalise(refuses, wanted=False, is_person=False)
    for me in (stranger, refuses):
        choose_posts(me, limit=6, now=NOW)
        assert written(me).factors == ()
    tuning.publish(replace(OWN, experiment_percent=0), "关掉", by=None, now=NOW)
    known = somebody_known()
    choose_posts(known, limit=6, now=NOW)
    assert written(known).factors == ()
    tuning.publish(replace(OWN, experiment_percent=30), "加大", by=None, now=NOW)
    choose_posts(known, limit=6, now=NOW)
    assert set(written(known).factors) <= {np.exp(0.3), np.exp(-0.3)}
    assert written(known).factors


def test_a_dry_run_of_the_formula_in_force_is_the_order_that_was_served(learner):
    for _ in range(40):
        me = somebody_known()
        chosen = choose_posts(me, limit=6, now=NOW)
        told_of = told(chosen, Kind.IMPRESSION, *range(6)) + told(chosen, Kind.LIKE, 0)
        commands.tell(told_of, Teller(me, is_person=False), now=NOW)
    run = formulas.tried(OWN, timedelta(days=28), now=RIPE).run
    assert run.served.mean == pytest.approx(5 / 6)
    assert run.ips.mean == pytest.approx(run.served.mean, rel=1e-6)
    assert run.uncovered == 0
    formula = trying.formula_of(formulas._text(OWN))
    for row in sample(NOW - timedelta(days=1), NOW + timedelta(days=1)).rows:
        answer = trying._answer(row, trying._shelf(), (formula, formula))
        ranked = unpacked(bytes(row["ranked"]))
        assert ranked.factors
        np.testing.assert_allclose(np.sort(answer.live), np.sort(ranked.worth), rtol=1e-4)


def test_the_effect_of_a_weight_is_found_and_too_few_people_tell_nothing(learner):
    live = formulas.in_force()
    assert formulas.effects(live, now=RIPE).effects == ()
    like = WEIGHTS.index("like")
    for number in range(130):
        me = somebody_known(name=number)
        chosen = choose_posts(me, limit=3, now=NOW)
        up = signs_of_row(written(me))[like] > 0
        likes = (0, 1, 2) if up else (0,) if number % 4 else ()
        commands.tell(
            told(chosen, Kind.IMPRESSION, 0, 1, 2) + told(chosen, Kind.LIKE, *likes), Teller(me, False), now=NOW
        )
        if number == 60:
            early = formulas.effects(live, now=RIPE)
            assert (early.effects, early.people, early.answers) == ((), 61, 61)
    with CaptureQueriesContext(connection) as asked:
        found = formulas.effects(live, now=RIPE)
    assert len(statements(asked)) == 2
    assert (found.people, found.answers, found.waits.days) == (130, 130, 14)
    by_name = {one.weight: one for one in found.effects}
    assert by_name["like"].verdict == "up"
    assert (
        by_name["like"].low < (5 - 5 / 4) / 2 < by_name["like"].high
    )  # half of what lies between up and down, in minor units
    assert {one.verdict for name, one in by_name.items() if name != "like"} == {"cannot tell"}
    assert formulas.effects(live, now=NOW + timedelta(days=1)).people == 0  # not all has been heard of
    assert formulas.effects(replace(live, weights=replace(OWN, experiment_percent=20)), now=RIPE).people == 0


def test_answers_from_before_the_experiment_are_still_read(learner):
    me = somebody_known()
    choose_posts(me, limit=6, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select ranked from interest_served where actor = %s order by id desc limit 1", [me])
        now_written = bytes(cursor.fetchone()[0])
    old = bytes([1, now_written[1]]) + now_written[12:]
    before, after = unpacked(old), unpacked(now_written)
    assert (before.factors, before.last) == ((), -1)
    assert (before.name == after.name).all()
    assert (before.share == after.share).all()
    assert unpacked(now_written[:8]) is None


def test_people_are_counted_once_whatever_the_weeks_and_devices_and_nobodies_not_at_all(learner):
    live, device, me, gone = formulas.in_force(), somebody_known(), a_person(), somebody_known()
    for one in (device, gone):
        choose_posts(one, limit=3, now=NOW)
    commands.take_device_along(device, me, now=NOW + timedelta(minutes=1))
    for week in range(1, 9):  # signs are dealt anew
        choose_posts(me, limit=3, now=NOW + week * WEEK)
    late = NOW + timedelta(days=15) + 3 * WEEK
    found = formulas.effects(live, now=late)
    assert (found.people, found.answers) == (2, 5)
    commands.forget_person(gone, now=late)
    assert formulas.effects(live, now=late).people == 1
    commands.forget_all(now=late + timedelta(hours=1))
    found = formulas.effects(live, now=late)
    assert (found.people, found.answers) == (1, 4)


def test_a_formula_that_was_published_before_the_experiment_is_in_none():
    body = OWN.body("before")
    assert weights_of(body) == OWN
    del body["experiment"]
    assert weights_of(body).experiment_percent == 0
    assert formula_of(json.dumps({**body})).experiment == 0
    assert formula_of(json.dumps(OWN.body("own"))).experiment == QUALITY.experiment > 0
