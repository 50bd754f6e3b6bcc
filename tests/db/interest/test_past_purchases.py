"""What was bought together before anybody was told of it: loaded once, and counted on by the next payment."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.builders.tastes import paid_for, two_tastes

from anxin.kernel.ids import new_id
from anxin.market.interest.commands import Place, recommend
from anxin.market.interest.commands.loading import PastPurchase, load_purchases
from anxin.market.interest.models import Together

pytestmark = pytest.mark.django_db


def test_pairs_are_counted_by_people_and_shown_from_three_on():
    tents, cakes = two_tastes(3)
    tent, cake, other = tents[0], cakes[0], cakes[1]
    people = [a_person() for _ in range(3)]
    bought = [
        PastPurchase(who, product, NOW - timedelta(days=day))
        for who in people
        for day, product in ((9, tent), (3, cake), (2, tent), *(((1, other),) if who == people[0] else ()))
    ]
    with CaptureQueriesContext(connection) as asked:
        load_purchases(bought)
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 1
    pairs = {(one.product, one.other): one.buyers for one in Together.objects.all()}
    assert pairs == {
        (tent, cake): 3, (cake, tent): 3, (tent, other): 1, (other, tent): 1, (cake, other): 1, (other, cake): 1,
    }  # fmt: skip
    shelf = recommend(Place("product", (tent,), "sports-camping"), new_id(), limit=5, now=NOW).shelf("together")
    assert [(one.card.id, one.why.buyers) for one in shelf] == [(cake, 3)]
    paid_for([tent, cake], buyers=1)
    assert Together.objects.get(product=tent, other=cake).buyers == 4


def test_nothing_bought_counts_nothing():
    load_purchases([])
    load_purchases([PastPurchase(a_person(), new_id(), NOW)])
    assert not Together.objects.exists()
