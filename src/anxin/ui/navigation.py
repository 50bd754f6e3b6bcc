"""What the menus of each face hold.

An entry whose page this installation does not serve, or whose policy does not admit the reader, is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One entry of a menu: the name of its page, its label and icon, and the policy that opens it."""

    page: str
    label: str | Promise
    icon: str
    operation: str = ""
    exact: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under one heading; the first group of a menu needs none."""

    label: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    """An entry ready to be written: where it leads and whether the reader is there."""

    label: str | Promise
    icon: str
    url: str
    current: bool
    page: str


TABS = (
    Entry("feed", _("Home"), "house", exact=True),
    Entry("mall", _("Mall"), "store"),
    Entry("cart", _("Cart"), "shopping-cart"),
    Entry("orders", _("Orders"), "receipt-text"),
    Entry("account", _("Me"), "user"),
)

STUDIO = (
    Group("", (Entry("studio_home", _("Overview"), "layout-dashboard", "shop.read", exact=True),)),
    Group(
        _("Trade"),
        (
            Entry("studio_orders", _("Orders"), "clipboard-list", "orders.read"),
            Entry("studio_claims", _("After-sale"), "undo-2", "claims.read"),
            Entry("studio_disputes", _("Disputes"), "scale", "disputes.read"),
            Entry("studio_conversations", _("Messages"), "message-circle", "conversations.read"),
            Entry("studio_products", _("Products"), "boxes", "products.read"),
            Entry("studio_imports", _("Import and export"), "file-spreadsheet", "products.import"),
            Entry("studio_freight", _("Freight templates"), "truck", "freight.edit"),
            Entry("studio_promises", _("Promises"), "badge-check", "promises.read"),
        ),
    ),
    Group(
        _("Content"),
        (
            Entry("studio_posts", _("Videos and notes"), "play", "content.create"),
            Entry("studio_comments", _("Comments"), "message-circle", "content.create"),
            Entry("studio_showcase", _("Showcase"), "shopping-bag", "content.create"),
            Entry("studio_figures", _("Content figures"), "chart-line", "content.create"),
            Entry("studio_creator", _("Creator profile"), "user", "content.create"),
        ),
    ),
    Group(
        _("Voices"),
        (
            Entry("studio_reviews", _("Reviews"), "star", "reviews.reply"),
            Entry("studio_complaints", _("Complaints"), "scale", "complaints.answer"),
            Entry("studio_score", _("Experience score"), "gauge", "score.read"),
        ),
    ),
    Group(
        _("Money"),
        (
            Entry("studio_money", _("Balance and payouts"), "wallet", "money.read"),
            Entry("studio_statements", _("Statements"), "receipt", "money.read"),
            Entry("studio_insurance", _("Freight insurance"), "umbrella", "insurance.read"),
            Entry("studio_compensations", _("Compensations"), "hand-coins", "insurance.read"),
            Entry("studio_deposit", _("Deposit"), "shield-check", "deposit.pay"),
        ),
    ),
    Group(
        _("Shop"),
        (
            Entry("studio_shop", _("Shop profile"), "store", "shop.manage"),
            Entry("studio_staff", _("Staff"), "users", "shop.staff"),
        ),
    ),
)

DESK = (
    Group("", (Entry("desk_home", _("Overview"), "layout-dashboard", "desk.home", exact=True),)),
    Group(
        _("Review"),
        (
            Entry("desk_shop_reviews", _("Shop applications"), "store", "desk.shops.review"),
            Entry("desk_product_reviews", _("Product review"), "package-check", "desk.products.review"),
            Entry("desk_content", _("Content review"), "play", "desk.content"),
            Entry("desk_promises", _("Promises"), "badge-check", "desk.promises"),
            Entry("desk_disputes", _("Disputes"), "scale", "desk.disputes.read"),
            Entry("desk_reviews", _("Buyers' reviews"), "star", "desk.reviews"),
            Entry("desk_complaints", _("Complaints"), "message-square", "desk.complaints"),
        ),
    ),
    Group(
        _("Look up"),
        (
            Entry("desk_people", _("People"), "users", "desk.people.read"),
            Entry("desk_shops", _("Shops"), "building-2", "desk.shops.read"),
            Entry("desk_orders", _("Orders"), "clipboard-list", "desk.orders.read"),
        ),
    ),
    Group(
        _("Money"),
        (
            Entry("desk_ledger", _("Ledger"), "landmark", "desk.ledger.read"),
            Entry("desk_deposits", _("Deposit transfers"), "shield-check", "desk.deposits"),
            Entry("desk_fund", _("Protection fund"), "umbrella", "desk.fund"),
            Entry("desk_insurance", _("Insurance pool"), "umbrella", "desk.insurance"),
            Entry("desk_compensations", _("Automatic compensations"), "hand-coins", "desk.compensations"),
            Entry("desk_reconciliation", _("Reconciliation"), "scale", "desk.reconcile"),
        ),
    ),
    Group(
        _("Operations"),
        (
            Entry("desk_interest", _("Interest engine"), "sparkles", "desk.interest.read"),
            Entry("desk_jobs", _("Jobs and deadlines"), "workflow", "desk.jobs"),
            Entry("desk_audit", _("Audit log"), "history", "desk.audit.read"),
            Entry("desk_settings", _("Settings"), "settings", "desk.settings"),
            Entry("admin:index", _("Back-office tables"), "database", "desk.admin"),
        ),
    ),
)

MENUS = {"studio": STUDIO, "desk": DESK}


def links(entries: tuple[Entry, ...], path: str, admits: Callable[[str], bool]) -> tuple[Link, ...]:
    """Return the entries that lead somewhere for this reader; the one that `path` is under is current."""
    found = []
    for entry in entries:
        url = page_url(entry.page)
        if url is None or (entry.operation and not admits(entry.operation)):
            continue
        current = path == url if entry.exact else path.startswith(url)
        found.append(Link(entry.label, entry.icon, url, current, entry.page))
    return tuple(found)


@cache
def page_url(page: str) -> str | None:
    """Return the address of a page by its name, None where no such page is served."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return None
