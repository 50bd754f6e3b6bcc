"""Certificates and decisions on the database: issued once, frozen, append-only, replayed."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.support.work import work as drain

from anxin.infra.doctor import CHECKS, Broken
from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.certificates import issue_certificates, issue_missing
from anxin.market.guarantee.commands.decisions import record_decision
from anxin.market.guarantee.commands.optins import Declaration, Switch, declare_nature, set_opt_in
from anxin.market.guarantee.domain.deciding import Outcome
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType, Evidence, FreightPayer
from anxin.market.guarantee.errors.promises import MayNotDeclare, NotOptional, UnknownCertificate, UnknownPromise
from anxin.market.guarantee.models import Certificate, OptIn
from anxin.market.guarantee.queries.asking import answers_of_line, answers_of_order
from anxin.market.guarantee.queries.certificates import (
    certificate_by_hash,
    certificate_of_line,
    certificates_of_order,
    verifies,
)
from anxin.market.guarantee.queries.decisions import decision, dry_run, replay
from anxin.market.guarantee.queries.lines import line_facts
from anxin.market.guarantee.queries.promises import Product, promise, promises_of_products
from anxin.market.orders import commands as orders
from anxin.market.orders import queries as order_queries
from anxin.market.orders.commands import pay, receive

pytestmark = pytest.mark.django_db
ME = new_id()
SKIN = "beauty-skincare"


def bought(category: str = SKIN, *, price_minor: int = 149_000, quantity: int = 1) -> tuple[UUID, UUID, UUID]:
    """A paid order of one line: (shop, order, line)."""
    shop = a_shop()
    buyer = Buyer()
    placed = buyer.order(a_sku(shop, category=category, price_minor=price_minor), quantity=quantity)
    buyer.pay(placed)
    order = order_queries.order(placed.orders[0].id)
    return shop, order.id, order.lines[0].id


def shipped_and_signed(shop: UUID, order: UUID) -> None:
    """Its one parcel is on its way and handed over a day later."""
    parcel = orders.ship(a_parcel(order), shop_id=shop, now=NOW + timedelta(hours=1))
    receive.note_parcel(parcel, "signed", happened_at=NOW + timedelta(days=1))


def a_change_of_mind(**changes: object) -> ClaimFacts:
    facts = {
        "promise": "instant_refund",
        "claim_type": ClaimType.REFUND_UNSHIPPED,
        "reason": "changed_mind",
        "pieces": 1,
    }
    return ClaimFacts(**{**facts, **changes})


def test_a_paid_line_has_a_certificate_that_verifies():
    _, order, line = bought()
    certificate = certificate_of_line(line)
    assert verifies(certificate)
    assert certificate.order_id == order
    assert certificate.placed_at == NOW
    assert {one.promise for one in certificate.given} >= {
        "no_reason_return",
        "allergy",
        "instant_refund",
        "quality_return",
    }
    assert certificates_of_order(order) == (certificate,)
    assert certificate_by_hash(certificate.hash) == certificate


def test_an_unpaid_line_has_none():
    shop = a_shop()
    placed = Buyer().order(a_sku(shop))
    assert issue_certificates([placed.orders[0].id], now=NOW) == 0
    line = order_queries.order(placed.orders[0].id).lines[0].id
    with pytest.raises(UnknownCertificate):
        certificate_of_line(line)
    with pytest.raises(UnknownCertificate):
        record_decision(line, a_change_of_mind(), now=NOW)


def test_a_certificate_is_issued_once_and_keeps_what_it_said():
    shop, order, line = bought()
    before = certificate_of_line(line)
    set_opt_in(Switch(shop, "instant_refund", is_on=False), by=ME, now=NOW + timedelta(hours=1))
    issue_certificates([order], now=NOW + timedelta(days=1))
    assert certificate_of_line(line) == before
    assert before.entry("instant_refund").given


def test_a_shop_that_switched_off_before_the_order_does_not_promise():
    shop = a_shop()
    set_opt_in(Switch(shop, "instant_refund", is_on=False), by=ME, now=NOW - timedelta(seconds=1))
    buyer = Buyer()
    placed = buyer.order(a_sku(shop, category=SKIN))
    buyer.pay(placed)
    entry = certificates_of_order(placed.orders[0].id)[0].entry("instant_refund")
    assert not entry.given
    assert [one.code for one in entry.reasons] == ["switched_off"]


def test_the_moment_of_the_order_decides_which_word_holds():
    shop = a_shop()
    sku = a_sku(shop, category="womenswear-dress")
    set_opt_in(Switch(shop, "price_protection", is_on=True), by=ME, now=NOW + timedelta(minutes=10))
    buyer = Buyer()
    early, late = buyer.order(sku, now=NOW + timedelta(minutes=9)), buyer.order(sku, now=NOW + timedelta(minutes=10))
    buyer.pay(early, now=NOW + timedelta(minutes=20))
    buyer.pay(late, now=NOW + timedelta(minutes=20))
    given = [certificates_of_order(one.orders[0].id)[0].entry("price_protection").given for one in (early, late)]
    assert given == [False, True]


def test_a_word_about_one_product_beats_one_about_all():
    shop = a_shop()
    first, second = a_sku(shop), a_sku(shop)
    product = Buyer().order(first).orders[0].id
    product_id = order_queries.order(product).lines[0].product_id
    other_id = order_queries.order(Buyer().order(second).orders[0].id).lines[0].product_id
    set_opt_in(Switch(shop, "instant_refund", is_on=True, product_id=product_id), by=ME, now=NOW)
    set_opt_in(Switch(shop, "instant_refund", is_on=False), by=ME, now=NOW + timedelta(hours=1))
    found = promises_of_products(
        [Product(one, shop, "womenswear-dress", frozenset()) for one in (product_id, other_id)],
        now=NOW + timedelta(hours=2),
    )
    on = {one: any(entry.promise == "instant_refund" for entry in found[one].given) for one in (product_id, other_id)}
    assert on == {product_id: True, other_id: False}


def test_what_the_law_gives_is_not_optional():
    shop = a_shop()
    with pytest.raises(NotOptional):
        set_opt_in(Switch(shop, "no_reason_return", is_on=False), by=ME, now=NOW)
    with pytest.raises(UnknownPromise):
        set_opt_in(Switch(shop, "free_lunch", is_on=True), by=ME, now=NOW)
    assert not OptIn.objects.exists()


def test_without_the_buyers_confirmation_a_declared_nature_excludes_nothing():
    shop = a_shop()
    sku = a_sku(shop, category=SKIN)
    buyer = Buyer()
    product = order_queries.order(buyer.order(sku).orders[0].id).lines[0].product_id
    declare_nature(Declaration(shop, product, "no_reason_return", "unsealed", is_on=True), by=ME, now=NOW)
    placed = buyer.order(sku, now=NOW + timedelta(minutes=1))
    buyer.pay(placed, now=NOW + timedelta(minutes=2))
    entry = certificates_of_order(placed.orders[0].id)[0].entry("no_reason_return")
    assert entry.given
    assert "not_confirmed" in {one.code for one in entry.reasons}


def test_goods_that_cannot_be_of_a_nature_are_not_declared_so():
    shop = a_shop()
    product = (
        order_queries.order(Buyer().order(a_sku(shop, category="womenswear-dress")).orders[0].id).lines[0].product_id
    )
    with pytest.raises(MayNotDeclare):
        declare_nature(Declaration(shop, product, "no_reason_return", "activated", is_on=True), by=ME, now=NOW)
    with pytest.raises(MayNotDeclare):
        declare_nature(Declaration(shop, product, "no_reason_return", "haunted", is_on=True), by=ME, now=NOW)


def test_what_was_promised_cannot_be_changed():
    _, _, line = bought()
    for statement in (
        "update guarantee_certificate set hash = 'x' where line_id = %s",
        "delete from guarantee_certificate where line_id = %s",
    ):
        with pytest.raises(DatabaseError), _cursor() as cursor:
            cursor.execute(statement, [line])


def _cursor():
    from anxin.infra.tx import savepoint

    class Guarded:
        def __enter__(self):
            self.point = savepoint()
            self.point.__enter__()
            self.cursor = connection.cursor()
            return self.cursor

        def __exit__(self, *error):
            self.cursor.close()
            self.point.__exit__(*error)

    return Guarded()


def test_a_decision_is_kept_with_its_inputs_and_replays():
    _, order, line = bought()
    recorded = record_decision(line, a_change_of_mind(), now=NOW + timedelta(minutes=5))
    assert recorded.decision.outcome is Outcome.GRANT
    assert recorded.decision.amount_minor == 149_000
    kept = decision(recorded.id)
    assert kept.decision == recorded.decision
    assert replay(kept, certificate_of_line(line)) == recorded.decision
    assert CHECKS["guarantee.decisions_replay"]().startswith("1 ")
    assert order == kept.line.order_id


def test_the_articles_case_needs_a_diagnosis_only_by_the_rules_of_2026():
    shop, order, line = bought()
    shipped_and_signed(shop, order)
    on_day_29 = NOW + timedelta(days=30)
    photographs = frozenset({Evidence.PHOTO_SKIN, Evidence.PHOTO_PRODUCT})
    wish = ClaimFacts("allergy", ClaimType.RETURN_REFUND, "allergy", 1, evidence=photographs)
    recorded = record_decision(line, wish, now=on_day_29)
    assert recorded.decision.outcome is Outcome.NEED_EVIDENCE
    assert recorded.decision.evidence == (Evidence.PHOTO_REMAINING, Evidence.DIAGNOSIS)
    of_2021 = answers_of_line(line, profile="article-2021", now=on_day_29)
    assert not of_2021.issued
    asked = {one.promise: one for one in of_2021.answers}
    assert asked["allergy"].available
    assert asked["allergy"].evidence == (Evidence.PHOTO_SKIN, Evidence.PHOTO_PRODUCT)
    assert asked["allergy"].freight is FreightPayer.MERCHANT
    assert not asked["price_protection"].available


def test_lines_know_where_their_goods_are():
    shop, order, line = bought(quantity=2)
    before = line_facts([line])[line]
    assert not before.is_shipped
    shipped_and_signed(shop, order)
    after = line_facts([line])[line]
    assert after.signed_at == NOW + timedelta(days=1)
    assert after.shipped_pieces == 2
    assert after.flags == {"cosmetic"}
    assert after.after_sale_days == 60


def test_every_line_of_an_order_is_answered():
    _, order, line = bought()
    (answered,) = answers_of_order(order, now=NOW + timedelta(hours=1))
    assert answered.issued
    assert answered.line.line_id == line
    assert {one.promise for one in answered.open} >= {"instant_refund", "before_signing"}


def test_a_dry_run_says_how_many_decisions_differ_and_the_money():
    _, _, line = bought(price_minor=700_000)
    record_decision(line, a_change_of_mind(), now=NOW + timedelta(minutes=5))
    version = promise("instant_refund").versions[-1]  # a cap of 5,000 yuan instead of 8,000
    found = dry_run(version, since=NOW, until=NOW + timedelta(days=30))
    assert (found.looked_at, found.differing, found.more_minor, found.less_minor) == (1, 1, 0, 0)
    assert found.examples[0].after.outcome is Outcome.REVIEW
    same = dry_run(promise("instant_refund").versions[1], since=NOW, until=NOW + timedelta(days=30))
    assert (same.looked_at, same.differing) == (1, 0)


def test_orders_of_an_older_version_get_their_certificates_later():
    placed = Buyer().order(a_sku(a_shop()))
    order = placed.orders[0].id
    line = order_queries.order(order).lines[0].id
    pay.mark_paid(placed.id, paid_at=NOW, now=NOW)
    OutboxEvent.objects.update(delivered_at=NOW)
    with pytest.raises(Broken):
        CHECKS["guarantee.certificates_issued"]()
    assert issue_missing(now=NOW + timedelta(days=3)) == 1
    assert issue_missing(now=NOW + timedelta(days=3)) == 0
    assert certificate_of_line(line).order_id == order
    CHECKS["guarantee.certificates_issued"]()
    CHECKS["guarantee.certificates_verify"]()
    drain(NOW + timedelta(days=3))
    assert Certificate.objects.count() == 1
