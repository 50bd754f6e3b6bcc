"""Products beside what somebody looks at: what is chosen with and without the engine, what is written down, what is left out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.builders.tastes import looked_at, off_sale, paid_for, pay, two_tastes
from tests.support.engine import a_learner, learn, statements
from tests.support.served import served

from anxin.kernel.ids import new_id
from anxin.market.catalog.models import Product, Sku
from anxin.market.interest import commands
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Place, Recommended, recommend, rerank, tuning
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.models import Together
from anxin.market.interest.queries import formulas
from anxin.market.inventory.models import Stock

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def goods(home: Path) -> tuple[list[UUID], list[UUID]]:
    return two_tastes()


@pytest.fixture
def learner(goods: tuple[list[UUID], list[UUID]]) -> Iterator[Learner]:
    with a_learner() as it:
        yield it


def beside(product: UUID, actor: UUID | None = None, limit: int = 6) -> Recommended:
    category = Product.objects.get(pk=product).category_id
    return recommend(Place("product", (product,), category), actor, limit=limit, now=LATER)


def ids(answer: Recommended, shelf: str) -> list[UUID]:
    return [one.card.id for one in answer.shelf(shelf)]


def sold_out(product: UUID) -> None:
    skus = Sku.objects.filter(product_id=product).values_list("id", flat=True)
    Stock.objects.filter(sku_id__in=list(skus)).update(on_hand=0)


def test_similar_products_are_of_the_kind_and_not_all_of_one_shop(goods, learner):
    tents, _ = goods
    answer = beside(tents[0])
    found = ids(answer, "similar")
    assert answer.policy == "quality-1"
    assert len(found) == 6
    assert tents[0] not in found
    assert set(found[:5]) <= set(tents)
    assert len({one.card.shop_id for one in answer.shelf("similar")}) == 3
    assert {one.why.source for one in answer.shelf("similar")} <= {"content", "transitions", "neighbours"}


def test_without_the_engine_similar_products_are_what_sells_in_the_category(goods, home):
    tents, cakes = goods
    Product.objects.filter(pk=tents[4]).update(sold_count=50)
    answer = beside(tents[0], new_id())
    assert answer.policy == "popular"
    assert ids(answer, "similar")[0] == tents[4]
    assert not set(ids(answer, "similar")) & {tents[0], *cakes}


def test_what_people_look_at_next_becomes_similar_even_of_another_kind(goods, learner):
    tents, cakes = goods
    for _ in range(12):
        looked_at(new_id(), tents[0], cakes[5])
    learn(learner, NOW)
    found = {one.card.id: one.why.source for one in beside(tents[0]).shelf("similar")}
    assert found[cakes[5]] in {"transitions", "neighbours"}


def test_bought_together_needs_three_buyers_and_says_how_many_there_were(goods, home):
    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    paid_for([tents[0], cakes[1]], buyers=2)
    answer = beside(tents[0])
    assert [(one.card.id, one.why.buyers) for one in answer.shelf("together")] == [(cakes[0], 3)]
    assert ids(beside(cakes[0]), "together") == [tents[0]]
    assert "together" not in beside(tents[2]).shelves


def test_with_several_in_the_cart_buyers_are_not_added_up(goods, home):
    tents, cakes = goods
    paid_for([tents[0], tents[1], cakes[0]], buyers=3)
    cart = recommend(Place("cart", (tents[0], tents[1])), None, limit=6, now=LATER)
    assert [(one.card.id, one.why.buyers) for one in cart.shelf("together")] == [(cakes[0], 3)]


def test_a_published_formula_values_shelves_too(goods, learner):
    tents, _ = goods
    before = beside(tents[0], new_id()).policy
    tuning.publish(replace(formulas.in_force().weights, complaint_minor=1), "试一试", by=a_person(), now=NOW)
    assert before != beside(tents[0], new_id()).policy


def test_a_buyer_counts_once_however_often_they_buy_and_however_often_it_is_told(goods, home):
    tents, cakes = goods
    me = a_person()
    pay(me, tents[0], cakes[0])
    for step in range(1, 4):
        pay(me, tents[0], cakes[0], now=NOW + timedelta(hours=step))
    facts = commands.Fact("paid:x", Kind.PAID, commands.Item(commands.ItemKind.PRODUCT, cakes[1]), 1, NOW)
    assert [commands.note(me, [facts], now=LATER) for _ in range(2)] == [1, 0]
    pairs = {(row.product, row.other): row.buyers for row in Together.objects.all()}
    assert pairs == {
        (one, other): 1
        for one in (tents[0], cakes[0], cakes[1])
        for other in (tents[0], cakes[0], cakes[1])
        if one != other
    }


def test_what_cannot_be_bought_is_on_no_shelf(goods, learner):
    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    paid_for([tents[0], cakes[1]], buyers=3)
    off_sale(cakes[0])
    sold_out(cakes[1])
    sold_out(tents[1])
    off_sale(tents[2])
    me = new_id()
    looked_at(me, tents[0], tents[3])
    gone = {cakes[0], cakes[1], tents[1], tents[2]}
    for place in (Place("product", (tents[0],)), Place("home"), Place("cart", (tents[0],))):
        answer = recommend(place, me, limit=10, now=LATER)
        assert not gone & {one.card.id for shelf in answer.shelves.values() for one in shelf}
    for product in goods[0]:
        sold_out(product)
    without_engine = Place("product", (cakes[3],), Product.objects.get(pk=tents[0]).category_id)
    assert not set(ids(recommend(without_engine, None, limit=10, now=LATER), "similar")) & set(tents)


def test_every_place_is_written_down_and_nobodys_is_not(goods, learner):
    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    me = new_id()
    answer = beside(tents[0], me)
    shown = [*answer.shelf("similar"), *answer.shelf("together")]
    assert [one.slot for one in sorted(shown, key=lambda one: one.slot or 0)] == list(range(len(shown)))
    assert served()[-1] == (answer.request, [one.card.id for one in shown])
    with connection.cursor() as cursor:
        cursor.execute(
            "select surface, policy, propensities, sources from interest_served where id = %s", [answer.request]
        )
        surface, policy, chances, sources = cursor.fetchone()
    assert (surface, policy, set(chances)) == ("product", "quality-1", {1.0})
    assert all('"from"' in source for source in sources)
    before = len(served())
    nobodys = beside(tents[0])
    assert (nobodys.request, {one.slot for one in nobodys.shelf("similar")}) == (None, {None})
    assert len(served()) == before


def test_a_tap_on_a_shelf_teaches_the_place_it_stood_at(goods, learner):
    me = new_id()
    answer = beside(goods[0][0], me)
    one = answer.shelf("similar")[2]
    told = commands.Told(
        new_id(),
        Kind.PRODUCT_CLICK,
        commands.Item(commands.ItemKind.PRODUCT, one.card.id),
        LATER,
        answer.request,
        one.slot,
    )
    commands.tell([told], commands.Teller(me, is_person=False), now=LATER)
    learn(learner, LATER)
    facts = learner.model.facts()
    assert (facts.impressions, facts.outcomes) == (1, 1)


def test_for_you_is_of_what_one_looked_at_and_says_so(goods, learner):
    tents, _ = goods
    me = new_id()
    looked_at(me, *tents[:3])
    answer = recommend(Place("home"), me, limit=6, now=LATER)
    found = ids(answer, "for_you")
    assert answer.is_personal
    assert len(set(found) & set(tents)) >= 3
    named = [one.why.because.id for one in answer.shelf("for_you") if one.why.because]
    assert named
    assert set(named) <= set(tents[:3])


def test_switched_off_and_for_strangers_nothing_is_personal(goods, learner):
    tents, _ = goods
    me = new_id()
    looked_at(me, *tents[:3])
    commands.personalise(me, wanted=False, is_person=False)
    for who in (me, new_id(), None):
        answer = recommend(Place("home", falls_back=False), who, limit=6, now=LATER)
        assert (answer.is_personal, dict(answer.shelves), answer.request) == (False, {}, None)
        fallen = recommend(Place("search"), who, limit=6, now=LATER)
        assert {one.why.source for one in fallen.shelf("for_you")} == {"popular"}
    mine, others = beside(tents[0], me), beside(tents[0], new_id())
    assert mine.policy == "plain-1"
    assert ids(mine, "similar") == ids(others, "similar")
    assert all(one.why.because is None for one in mine.shelf("similar"))


def test_a_shops_shelf_is_of_that_shop_alone_and_for_me_first(goods, learner):
    tents, cakes = goods
    shop = Product.objects.get(pk=tents[0]).shop_id
    me = new_id()
    looked_at(me, *cakes[:4])
    answer = recommend(Place("shop", shop_id=shop), me, limit=6, now=LATER)
    assert {one.card.shop_id for one in answer.shelf("for_you")} == {shop}
    assert ids(answer, "for_you")[0] in cakes
    stranger = recommend(Place("shop", shop_id=shop), new_id(), limit=6, now=LATER)
    assert {one.card.shop_id for one in stranger.shelf("for_you")} == {shop}
    assert not stranger.is_personal


def test_what_was_bought_or_is_not_wanted_is_not_recommended_again(goods, learner):
    tents, _ = goods
    me = new_id()
    looked_at(me, *tents[:3])
    pay(me, tents[3])
    looked_at(me, tents[4], kind=Kind.NOT_INTERESTED)
    answer = recommend(Place("home"), me, limit=10, now=LATER)
    assert not {tents[3], tents[4]} & set(ids(answer, "for_you"))
    assert tents[4] not in ids(beside(tents[0], me), "similar")


def test_search_results_move_a_few_places_and_none_is_lost(goods, learner):
    tents, cakes = goods
    me, asked = new_id(), [*cakes, *tents]
    looked_at(me, *tents[:4])
    order = rerank(me, asked, now=LATER)
    assert sorted(order) == sorted(asked)
    assert order != asked
    assert all(abs(order.index(one) - asked.index(one)) <= 4 + 1 for one in asked)
    assert sum(order.index(one) for one in tents) < sum(asked.index(one) for one in tents)


def test_search_results_stay_for_strangers_for_refusers_and_without_the_engine(goods, learner, home):
    from anxin.market.interest.brain.door import DOOR

    tents, cakes = goods
    me, asked = new_id(), [*cakes, *tents]
    looked_at(me, *tents[:4])
    assert rerank(None, asked, now=LATER) == asked
    assert rerank(new_id(), asked, now=LATER) == asked
    commands.personalise(me, wanted=False, is_person=False)
    assert rerank(me, asked, now=LATER) == asked
    commands.personalise(me, wanted=True, is_person=False)
    assert rerank(me, asked, now=LATER) != asked
    (home / "current.json").unlink()
    DOOR.forget()
    assert rerank(me, asked, now=LATER) == asked


def test_an_answer_costs_four_statements_at_most(goods, learner):
    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    me = new_id()
    looked_at(me, *tents[:3])
    for place, most in (
        (Place("product", (tents[0],)), 3),
        (Place("home"), 3),
        (Place("search"), 3),
        (Place("cart", (tents[0],)), 3),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert recommend(place, me, limit=6, now=LATER).shelves
        assert len(statements(asked)) <= most, statements(asked)
