"""Several querysets with one statement give what each gives by itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.claims import BROKEN, claim, signed
from tests.builders.disputes import CALLED_AT, DEFECT

from anxin.infra.together import read_together
from anxin.market.guarantee.models import Certificate
from anxin.market.guarantee.models.claims import Claim, ClaimEntry, ClaimEvidence
from anxin.market.orders import queries as orders
from anxin.market.orders.errors import UnknownOrder

pytestmark = pytest.mark.django_db


def plain(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_read_together_are_the_rows_read_alone_in_their_order():
    asked = signed().ask(BROKEN, now=CALLED_AT, show=DEFECT)
    wanted = {
        "claims": Claim.objects.filter(id=asked),
        "entries": ClaimEntry.objects.filter(claim_id=asked).order_by("-happened_at", "-id")[:5],
        "evidence": ClaimEvidence.objects.filter(claim_id=asked),
        "certificates": Certificate.objects.filter(line_id=claim(asked).line_id),
        "nothing": ClaimEntry.objects.filter(kind="nonsense %s {} '"),
    }
    with CaptureQueriesContext(connection) as captured:
        found = read_together(**wanted)
    assert len(captured) == 1
    assert {name: len(rows) for name, rows in found.items()} == {
        "claims": 1,
        "entries": 1,
        "evidence": 1,
        "certificates": 1,
        "nothing": 0,
    }
    for name, rows in wanted.items():
        assert [plain(row) for row in found[name]] == [plain(row) for row in rows]


def test_an_order_read_with_its_timeline_is_the_order_read_alone():
    made = signed(quantity=2)
    facts, entries = orders.order_and_timeline(made.order)
    assert (facts, entries) == (orders.order(made.order), orders.timeline(made.order))
    with pytest.raises(UnknownOrder):
        orders.order_and_timeline(made.line)
