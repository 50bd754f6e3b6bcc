"""What shops sold reaches their deposits."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, a_shop
from tests.builders.settlement import a_received

from anxin.market.settlement.commands.sales import tell_month_sales
from anxin.market.shops.models import MonthSales

pytestmark = pytest.mark.django_db


def test_paid_orders_of_the_month_are_told_and_telling_again_changes_nothing():
    shop_id = a_shop()
    for _ in range(2):
        a_received(shop_id, price_minor=10_000)
    for _ in range(2):
        tell_month_sales(now=NOW + timedelta(hours=1))
    told = MonthSales.objects.get(shop_id=shop_id)
    assert (told.orders, told.month.day) == (2, 1)
    assert told.gmv_minor >= 20_000
