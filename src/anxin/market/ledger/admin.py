"""The ledger in the back-office: to look at, never to change."""

from django.contrib import admin

from anxin.infra.back_office import ReadOnly
from anxin.market.ledger.models import Account, Journal, Posting


@admin.register(Account)
class AccountAdmin(ReadOnly):
    """Accounts and their cached balances."""

    list_display = ("owner_kind", "owner_id", "purpose", "currency", "balance_minor")
    list_filter = ("owner_kind", "purpose")


@admin.register(Journal)
class JournalAdmin(ReadOnly):
    """Journals, newest first."""

    list_display = ("kind", "ref", "shop_id", "posted_at", "memo")
    list_filter = ("kind",)
    search_fields = ("ref",)


@admin.register(Posting)
class PostingAdmin(ReadOnly):
    """Postings, newest first."""

    list_display = ("journal", "account", "amount_minor", "currency", "order_id")
