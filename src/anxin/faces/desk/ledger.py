"""The ledger for finance: accounts, journals, the money story of an order, and the proof that it is all true."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id
from anxin.market.guarantee.commands.money import RefundOrder, refund
from anxin.market.ledger import queries
from anxin.market.ledger.queries import AccountFacts, Movement
from anxin.market.payments import queries as payments
from anxin.market.settlement import queries as settlement
from anxin.market.settlement.errors import NotSettled
from anxin.market.shops.queries import ShopFacts, shops_by_id
from anxin.ui.money_words import OWNERS

ROWS = 30
OUTSIDE = ("gateway", "platform", "bank")
FINDINGS = {
    "zero_sum": gettext_lazy("Every journal sums to zero"),
    "cached_is_derived": gettext_lazy("Every balance is the sum of its postings"),
    "append_only": gettext_lazy("The guards against changing the past are on"),
    "hash_chain": gettext_lazy("The chain of hashes is unbroken"),
}


class RefundForm(forms.Form):
    """How much of a settled order goes back; `key` makes sending the form twice one refund."""

    amount = MoneyField(label=gettext_lazy("Amount in yuan"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Step:
    """One journal of a story: what it put into each column; None where it did not touch it."""

    journal_id: UUID
    kind: str
    at: object
    amounts: tuple[int | None, ...]


@dataclass(frozen=True)
class Story:
    """An order's money as a grid: accounts across, journals down, what remains at the foot."""

    columns: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    remains: tuple[int, ...]


@require_GET
@operation("desk.ledger.read")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the platform's accounts and the newest journals; a search leads to an order, a shop or a reference."""
    wanted = request.GET.get("q", "").strip()
    if wanted.startswith("ord_"):
        return redirect("desk_ledger_order", wanted)
    owner = request.GET.get("owner", "shop")
    owner = owner if owner in OWNERS else "shop"
    shop_id = _parsed("shop", wanted)
    facts = {
        "q": wanted,
        "tiles": [account for kind in OUTSIDE for account in queries.accounts_of(kind).items],
        "owner": owner,
        "owners": OWNERS,
        "accounts": _with_shops(queries.accounts_of("shop" if shop_id else owner, owner_id=shop_id, limit=ROWS).items),
        "journals": queries.journals(ref="" if shop_id else wanted, limit=ROWS, cursor=_cursor(request)),
    }
    return render(request, "desk/ledger.html", facts)


@require_POST
@operation("desk.ledger.read")
def verify(request: HttpRequest) -> HttpResponse:
    """Prove the ledger now and show what was looked at."""
    findings = [(FINDINGS[finding.name], finding) for finding in queries.verify()]
    return render(request, "desk/ledger_proof.html", {"findings": findings})


@require_GET
@operation("desk.ledger.read")
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show one account and its postings."""
    cursor = request.GET.get("cursor", "")
    page = queries.postings_of(
        account_id, limit=ROWS, cursor=int(cursor) if cursor.isascii() and cursor.isdigit() else None
    )
    known = queries.account(account_id)
    return render(
        request,
        "desk/ledger_account.html",
        {"account": known, "page": page},
        status=200 if known else 404,
    )


@require_GET
@operation("desk.ledger.read")
def journal(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """Show one journal with its legs and its place in the chain."""
    facts = {"journal": queries.journal(journal_id)}
    return render(request, "desk/ledger_journal.html", facts)


@require_GET
@operation("desk.ledger.read")
def order_story(request: HttpRequest, order: str) -> HttpResponse:
    """Draw an order's money story: who held it after each journal."""
    order_id = parse_public_id("ord", order)
    attempts = payments.payments_of_order(order_id)
    refunds = payments.refunds_of_order(order_id)
    subjects = [attempt.payment_id for attempt in attempts] + [refund.refund_id for refund in refunds]
    facts = {
        "order": order,
        "form": RefundForm(initial={"key": new_id()}),
        "story": story_of(queries.order_story(order_id), order_id),
        "payments": attempts,
        "refunds": refunds,
        "callbacks": payments.callbacks_about(subjects),
        "settlement": settlement.settlement_of_order(order_id),
    }
    return render(request, "desk/ledger_order.html", facts)


@require_POST
@operation("desk.refund")
def refund_order(request: HttpRequest, order: str) -> HttpResponse:
    """Refund a settled order: every party gives its part back, and for a merchant who has nothing the fund advances."""
    form = RefundForm(request.POST)
    order_id = parse_public_id("ord", order)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("desk_ledger_order", order)
    given = form.cleaned_data
    try:
        _check_settled(order_id)
        refund(RefundOrder(order_id, given["amount"], f"desk:{given['key']}", given["reason"]), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("The refund is on its way to the buyer."))
    return redirect("desk_ledger_order", order)


def _check_settled(order_id: UUID) -> None:
    """Before its settlement an order is refunded by claims, which know its goods."""
    found = settlement.settlement_of_order(order_id)
    if found is None or found.state != "released":
        raise NotSettled(order_id)


def story_of(movements: list[Movement], order_id: UUID) -> Story:
    """Arrange the postings that concern an order; a payment of several orders shows only this order's part."""
    mine = [movement for movement in movements if movement.order_id == order_id]
    columns = tuple(dict.fromkeys((movement.owner_kind, movement.purpose) for movement in mine))
    journals: dict[UUID, list[Movement]] = {}
    for movement in mine:
        journals.setdefault(movement.journal_id, []).append(movement)
    steps = tuple(_step(journal_id, legs, columns) for journal_id, legs in journals.items())
    remains = tuple(sum(step.amounts[index] or 0 for step in steps) for index in range(len(columns)))
    return Story(columns, steps, remains)


def _step(journal_id: UUID, legs: list[Movement], columns: tuple[tuple[str, str], ...]) -> Step:
    sums: dict[tuple[str, str], int] = {}
    for leg in legs:
        key = (leg.owner_kind, leg.purpose)
        sums[key] = sums.get(key, 0) + leg.amount_minor
    return Step(journal_id, legs[0].kind, legs[0].posted_at, tuple(sums.get(column) for column in columns))


def _with_shops(accounts: Sequence[AccountFacts]) -> list[tuple[AccountFacts, ShopFacts | None]]:
    shops = shops_by_id([account.key.owner_id for account in accounts if account.key.owner_kind == "shop"])
    return [(account, shops.get(account.key.owner_id)) for account in accounts]


def _parsed(prefix: str, text: str) -> UUID | None:
    try:
        return parse_public_id(prefix, text)
    except AnxinError:
        return None


def _cursor(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("cursor", ""))
    except ValueError:
        return None


urlpatterns = [
    path("ledger", ledger, name="desk_ledger"),
    path("ledger/proof", verify, name="desk_ledger_proof"),
    path("ledger/accounts/<uuid:account_id>", account, name="desk_ledger_account"),
    path("ledger/journals/<uuid:journal_id>", journal, name="desk_ledger_journal"),
    path("ledger/orders/<str:order>", order_story, name="desk_ledger_order"),
    path("ledger/orders/<str:order>/refund", refund_order, name="desk_ledger_refund"),
]
