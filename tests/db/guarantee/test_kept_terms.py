"""Terms of promises are there for every certificate, whatever happened to the transaction that kept them first."""

import pytest
from tests.builders.orders import NOW
from tests.support.memory import forget

from anxin.infra.tx import transactional
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.promises import Version
from anxin.market.guarantee.models import PromiseTerms
from anxin.market.guarantee.store import certificates as store

pytestmark = pytest.mark.django_db(transaction=True)


def in_force() -> list[Version]:
    """Return the terms of today."""
    return [one for one in book.registry().terms_at(book.profile(), NOW).values() if one]


class PowerCut(Exception):
    """Ends a transaction before it commits."""


@transactional
def keep(*, survives: bool) -> None:
    """Keep the terms of today and read them back."""
    terms = in_force()
    store.keep_terms(terms, now=NOW)
    store.terms_of(one.hash for one in terms)
    if not survives:
        raise PowerCut


def test_terms_of_a_transaction_that_was_undone_are_kept_by_the_next_one():
    forget()
    with pytest.raises(PowerCut):
        keep(survives=False)
    assert not PromiseTerms.objects.exists()
    keep(survives=True)
    wanted = {one.hash for one in in_force()}
    assert set(PromiseTerms.objects.values_list("hash", flat=True)) == wanted


def test_terms_known_to_be_kept_are_not_written_again(django_assert_num_queries):
    forget()
    keep(survives=True)
    with django_assert_num_queries(0):
        store.keep_terms(in_force(), now=NOW)
