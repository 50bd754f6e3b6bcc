"""The ledger: balanced, posted once, append-only, provable."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections
from tests.builders.ledger import a_capture, a_release

from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.ledger import commands, queries
from anxin.market.ledger.domain import (
    BANK_PAYOUTS,
    ESCROW,
    GATEWAY_CLEARING,
    GUARANTEE_FUND,
    AccountKey,
    JournalEntry,
    Leg,
    shop_account,
)
from anxin.market.ledger.errors import InsufficientBalance, UnbalancedJournal, UnknownAccount, UnknownJournal
from anxin.market.ledger.models import Account, Journal, Posting

pytestmark = pytest.mark.django_db
NOW = instant(2026, 3, 1)


def test_posting_the_same_kind_and_ref_again_changes_nothing():
    shop = new_id()
    entry = a_release(shop)
    assert commands.post(entry, now=NOW).new == 1
    assert commands.post(entry, now=NOW).new == 0
    assert queries.balance(shop_account(shop, "available")) == 9_500


def test_an_unbalanced_journal_is_refused_before_the_database():
    with pytest.raises(UnbalancedJournal):
        commands.post(JournalEntry("x", "1", (Leg(ESCROW, 5), Leg(GATEWAY_CLEARING, -4))), now=NOW)
    assert Journal.objects.count() == 0


def test_the_database_itself_refuses_an_unbalanced_journal():
    commands.post(a_capture(), now=NOW)
    account = Account.objects.first()
    journal = Journal.objects.create(kind="x", ref="1", memo="", legs=2, posted_at=NOW)
    with pytest.raises(DatabaseError, match="does not balance"):
        Posting.objects.bulk_create(
            [
                Posting(journal=journal, position=0, account=account, amount_minor=5, currency="CNY"),
                Posting(journal=journal, position=1, account=account, amount_minor=-4, currency="CNY"),
            ]
        )


def test_a_leg_cannot_be_added_to_an_old_journal():
    commands.post(a_capture(), now=NOW)
    journal, account = Journal.objects.get(), Account.objects.first()
    with pytest.raises(DatabaseError, match="does not balance"):
        Posting.objects.bulk_create(
            [
                Posting(journal=journal, position=2, account=account, amount_minor=7, currency="CNY"),
                Posting(journal=journal, position=3, account=account, amount_minor=-7, currency="CNY"),
            ]
        )


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_posting set amount_minor = 1",
        "delete from ledger_posting",
        "truncate ledger_posting cascade",
        "update ledger_journal set memo = 'changed'",
        "delete from ledger_journal",
    ],
)
def test_history_cannot_be_changed(statement):
    commands.post(a_capture(), now=NOW)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_constrained_account_never_goes_below_zero():
    shop = new_id()
    commands.post(a_release(shop), now=NOW)
    too_much = (Leg(shop_account(shop, "available"), -9_501), Leg(shop_account(shop, "paying_out"), 9_501))
    with pytest.raises(InsufficientBalance):
        commands.post(JournalEntry("payout", "1", too_much), now=NOW)
    assert queries.balance(shop_account(shop, "available")) == 9_500
    assert not Journal.objects.filter(kind="payout").exists()


def test_an_entry_may_overdraw_when_it_says_so():
    shop = new_id()
    legs = (Leg(shop_account(shop, "available"), -100), Leg(ESCROW, 100))
    commands.post(JournalEntry("refund", "1", legs, may_overdraw=True), now=NOW)
    assert queries.balance(shop_account(shop, "available")) == -100


def test_an_account_outside_the_chart_is_refused():
    with pytest.raises(UnknownAccount):
        commands.post(JournalEntry("x", "1", (Leg(AccountKey("shop", new_id(), "slush"), 1), Leg(ESCROW, -1))), now=NOW)


def test_a_reversal_is_a_linked_journal_and_happens_once():
    shop = new_id()
    entry = a_release(shop)
    commands.post(entry, now=NOW)
    commands.reverse(entry.kind, entry.ref, new_ref="r1", now=NOW)
    assert queries.balance(shop_account(shop, "available")) == 0
    assert Journal.objects.get(kind=f"{entry.kind}.reversed").reverses.ref == entry.ref
    assert commands.reverse(entry.kind, entry.ref, new_ref="r1", now=NOW).new == 0
    with pytest.raises(DatabaseError):
        commands.reverse(entry.kind, entry.ref, new_ref="r2", now=NOW)


def test_an_unknown_journal_cannot_be_reversed():
    with pytest.raises(UnknownJournal):
        commands.reverse("x", "1", new_ref="r", now=NOW)


def test_many_journals_are_one_statement(django_assert_num_queries):
    entries = [a_release(new_id()) for _ in range(50)]
    commands.post_many(entries[:1], now=NOW)
    with django_assert_num_queries(4):  # savepoint, accounts opened, journals posted, savepoint released
        commands.post_many(entries, now=NOW)


def test_a_statement_runs_from_opening_to_closing():
    shop = new_id()
    account = shop_account(shop, "available")
    for day in range(3):
        commands.post(a_release(shop), now=NOW + timedelta(days=day))
    statement = queries.account_statement(account, NOW + timedelta(days=1), NOW + timedelta(days=3))
    assert (statement.opening_minor, statement.closing_minor) == (9_500, 28_500)
    assert [line.balance_minor for line in statement.lines] == [19_000, 28_500]
    empty = queries.account_statement(account, NOW + timedelta(days=8), NOW + timedelta(days=9))
    assert (empty.opening_minor, empty.lines, empty.closing_minor) == (28_500, (), 28_500)


def test_escrow_is_known_by_order():
    order = new_id()
    commands.post(a_capture(order_id=order, amount_minor=700), now=NOW)
    assert queries.order_balances(ESCROW, [order]) == {order: 700}
    assert [m.purpose for m in queries.order_story(order)] == ["clearing", "escrow"]


def test_verify_holds_and_sees_each_kind_of_damage():
    shop = new_id()
    commands.post_many([a_release(shop), a_capture()], now=NOW)
    commands.seal(now=NOW)
    assert all(not finding.wrong for finding in queries.verify())
    Account.objects.filter(id=shop_account(shop, "available").id).update(balance_minor=1)
    with connection.cursor() as cursor:  # an attacker with the owner's rights switches the guard off
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table ledger_journal disable trigger ledger_journal_append_only")
        cursor.execute("update ledger_journal set memo = 'forged'")
    wrong = {finding.name for finding in queries.verify() if finding.wrong}
    assert wrong == {"cached_is_derived", "append_only", "hash_chain"}


def test_sealing_chains_each_journal_once():
    commands.post_many([a_capture() for _ in range(5)], now=NOW)
    assert (commands.seal(now=NOW), commands.seal(now=NOW)) == (5, 0)


@pytest.mark.django_db(transaction=True)
def test_twenty_withdrawals_at_once_never_overdraw():
    shop = new_id()
    commands.post(a_release(shop, paid_minor=1_000, fee_minor=1), now=NOW)
    outcomes = []

    def withdraw(number: int) -> None:
        legs = (Leg(shop_account(shop, "available"), -100), Leg(BANK_PAYOUTS, 100))
        try:
            commands.post(JournalEntry("payout", str(number), legs), now=NOW)
            outcomes.append("paid")
        except InsufficientBalance:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=withdraw, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("paid"), outcomes.count("refused")) == (9, 11)
    assert queries.balance(shop_account(shop, "available")) == 99
    assert all(not finding.wrong for finding in queries.verify())


class TestDrawing:
    """Saying what each of several accounts gives, under locks, to be posted in the same transaction."""

    def test_sources_give_in_their_order_as_far_as_they_go(self):
        shop = new_id()
        for purpose, minor in (("available", 300), ("frozen", 500)):
            _give(shop_account(shop, purpose), minor)
        keys = [shop_account(shop, purpose) for purpose in ("available", "experience_deposit", "frozen")]
        taken = commands.draw(keys, 700, now=NOW)
        assert [(one.account.purpose, one.amount_minor) for one in taken] == [("available", 300), ("frozen", 400)]

    def test_what_nobody_has_is_not_given_and_a_debt_gives_nothing(self):
        shop = new_id()
        _give(shop_account(shop, "available"), 300)
        _give(shop_account(shop, "recourse"), -200)
        keys = [shop_account(shop, "recourse"), shop_account(shop, "available")]
        assert sum(one.amount_minor for one in commands.draw(keys, 700, now=NOW)) == 300

    def test_a_hot_source_gives_no_more_than_it_has(self):
        _give(GUARANTEE_FUND, 100)
        assert [one.amount_minor for one in commands.draw([GUARANTEE_FUND], 700, now=NOW)] == [100]


def _give(account, minor: int) -> None:
    legs = (Leg(GATEWAY_CLEARING, -minor), Leg(account, minor))
    commands.post(JournalEntry("test.given", str(new_id()), legs), now=NOW)
