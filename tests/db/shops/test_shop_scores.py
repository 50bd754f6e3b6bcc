"""Experience scores kept in shops."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.shops import NOW, an_open_shop, another_document

from anxin.infra.models import OutboxEvent
from anxin.market.shops import queries
from anxin.market.shops.commands.score import NewScore, ScoreStage, record_scores
from anxin.market.shops.queries.scores import score_history

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def a_score(shop_id, day=DAY, score=9_150):
    return NewScore(shop_id, day, ScoreStage.RATED, score, 9_000, 9_500, 9_200)


def announced():
    return OutboxEvent.objects.filter(kind="shops.score_changed").count()


def test_a_score_is_kept_and_shown_on_a_scale_of_five():
    shop = an_open_shop()
    record_scores([a_score(shop)], now=NOW)
    found = queries.score_of(shop)
    assert found is not None
    assert (found.score_hundredths, found.display, found.day) == (9_150, "4.8", DAY)


def test_a_shop_without_a_score_has_none():
    assert queries.score_of(an_open_shop()) is None


def test_telling_a_score_again_changes_and_announces_nothing():
    shop = an_open_shop()
    assert record_scores([a_score(shop)], now=NOW) == 1
    before = announced()
    assert record_scores([a_score(shop)], now=NOW + timedelta(hours=1)) == 0
    assert announced() == before


def test_a_score_told_anew_for_the_same_day_replaces_it():
    shop = an_open_shop()
    record_scores([a_score(shop)], now=NOW)
    record_scores([a_score(shop, score=8_000)], now=NOW)
    assert [day.score_hundredths for day in score_history(shop, until=DAY)] == [8_000]


def test_means_are_over_the_days_that_end_with_the_latest():
    shop = an_open_shop()
    days = [a_score(shop, DAY - timedelta(days=ago), 9_000 if ago < 7 else 6_000) for ago in range(40)]
    record_scores(days, now=NOW)
    found = queries.score_of(shop)
    assert found is not None
    assert found.mean_7_hundredths == 9_000
    assert found.mean_30_hundredths == (7 * 9_000 + 23 * 6_000) // 30


def test_scores_of_many_shops_are_read_with_one_statement():
    shops = [an_open_shop(), an_open_shop(another_document())]
    record_scores([a_score(shop) for shop in shops], now=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert set(queries.scores_of(shops)) == set(shops)
    assert len(asked) == 1
