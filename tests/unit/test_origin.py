"""Where goods were met travels through addresses, carts and orders unharmed, and nonsense sells all the same."""

from uuid import UUID

import pytest
from django.test import RequestFactory

from anxin.faces.origin import origin_of, origin_text
from anxin.kernel.ids import new_id, public_id
from anxin.market.orders.commands import Origin
from anxin.market.orders.domain.origin import origin_of as kept_origin


def test_an_address_carries_all_of_it():
    met = Origin(new_id(), new_id(), 12, new_id())
    text = origin_text(met.request, public_id("vid", met.content), met.second, met.creator)
    assert origin_of(RequestFactory().get("/", {"from": text})) == met
    assert kept_origin(met.facts()) == met


def test_parts_may_be_missing():
    text = origin_text(None, public_id("nte", new_id()), None, None)
    found = origin_of(RequestFactory().post("/", {"from": text}))
    assert found is not None
    assert (found.request, found.second, found.creator) == (None, None, None)
    assert kept_origin(found.facts()) == found


@pytest.mark.parametrize(
    "text", ["", "...", "1.2", "a.b.c.d", f"{public_id('ord', UUID(int=1))}...", "...-1.", "..99999.", "..١٢."]
)
def test_what_is_not_well_formed_is_no_origin(text):
    assert origin_of(RequestFactory().get("/", {"from": text})) is None


def test_no_origin_is_kept_as_none():
    assert kept_origin(None) is None
    assert kept_origin({}) is None
