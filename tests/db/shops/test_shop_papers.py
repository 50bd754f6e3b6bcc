"""Papers of open shops: they end, restrict, and are renewed."""

from datetime import date

import pytest
from tests.builders.people import a_person, with_role
from tests.builders.shops import NOW, an_open_shop, another_document

from anxin.infra.models import OutboxEvent
from anxin.infra.worker import drain
from anxin.kernel.clock import instant, shanghai_midnight
from anxin.kernel.states import LostRace
from anxin.market.people.queries import Role
from anxin.market.shops import queries
from anxin.market.shops.commands import expiry
from anxin.market.shops.commands.applications import NewPaper
from anxin.market.shops.domain.types import PaperKind
from anxin.market.shops.errors import UnknownPaper
from anxin.market.shops.models import Paper

pytestmark = pytest.mark.django_db
END = date(2027, 1, 31)


@pytest.fixture
def shop_id():
    return an_open_shop(business_licence=END)


@pytest.fixture
def licence(shop_id):
    return Paper.objects.get(shop_id=shop_id, kind=PaperKind.BUSINESS_LICENCE)


def a_renewal(kind=PaperKind.BUSINESS_LICENCE, end=date(2032, 1, 31)):
    return NewPaper(kind, ("0196f0c8-0000-7000-8000-000000000000",), expires_on=end)


def test_thirty_days_before_the_end_the_shop_is_warned_once(shop_id):
    for day in (date(2027, 1, 1), date(2027, 1, 2)):
        drain(shanghai_midnight(day))
    warned = OutboxEvent.objects.filter(kind="shops.paper_expiring", shop_id=shop_id)
    assert [row.payload["expires_on"] for row in warned] == ["2027-01-31"]
    assert queries.terms([shop_id])[shop_id].selling


def test_a_paper_that_ended_stops_listing_and_selling_the_day_after(shop_id):
    drain(instant(2027, 1, 31, 15, 59))
    assert queries.terms([shop_id])[shop_id].selling
    drain(shanghai_midnight(date(2027, 2, 1)))
    limits = queries.restrictions(shop_id, now=NOW)
    assert (limits.listing, limits.selling) == (True, True)
    assert not queries.terms([shop_id])[shop_id].selling


def test_an_accepted_renewal_lifts_the_restriction_and_is_watched_itself(shop_id, licence):
    drain(shanghai_midnight(date(2027, 2, 1)))
    later = instant(2027, 2, 2)
    renewal = expiry.renew_paper(shop_id, licence.pk, a_renewal(), now=later)
    assert not queries.terms([shop_id])[shop_id].selling
    expiry.decide_renewal(renewal, accepted=True, reviewer_id=with_role(a_person(), Role.REVIEWER), now=later)
    assert queries.terms([shop_id])[shop_id].selling
    drain(shanghai_midnight(date(2032, 2, 1)))
    assert not queries.terms([shop_id])[shop_id].selling


def test_a_refused_renewal_changes_nothing(shop_id, licence):
    renewal = expiry.renew_paper(shop_id, licence.pk, a_renewal(), now=NOW)
    reviewer = with_role(a_person(), Role.REVIEWER)
    expiry.decide_renewal(renewal, accepted=False, reviewer_id=reviewer, now=NOW)
    with pytest.raises(LostRace):
        expiry.decide_renewal(renewal, accepted=True, reviewer_id=reviewer, now=NOW)
    drain(shanghai_midnight(date(2027, 2, 1)))
    assert not queries.terms([shop_id])[shop_id].selling


def test_a_renewal_in_time_leaves_nothing_to_restrict(shop_id, licence):
    renewal = expiry.renew_paper(shop_id, licence.pk, a_renewal(), now=NOW)
    expiry.decide_renewal(renewal, accepted=True, reviewer_id=with_role(a_person(), Role.REVIEWER), now=NOW)
    drain(shanghai_midnight(date(2027, 2, 1)))
    assert queries.terms([shop_id])[shop_id].selling


def test_another_shop_cannot_renew_this_shop_s_paper(licence):
    other = an_open_shop(another_document())
    with pytest.raises(UnknownPaper):
        expiry.renew_paper(other, licence.pk, a_renewal(), now=NOW)


def test_a_paper_is_renewed_by_one_of_its_kind(shop_id, licence):
    with pytest.raises(UnknownPaper):
        expiry.renew_paper(shop_id, licence.pk, a_renewal(PaperKind.TRADEMARK), now=NOW)
