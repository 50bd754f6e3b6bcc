"""What the ledger says: balances, statements, the money story of an order, and whether all of it is true."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, limited, page_of
from anxin.market.ledger.commands import GENESIS, chain_hash
from anxin.market.ledger.domain import AccountKey
from anxin.market.ledger.errors import UnknownJournal
from anxin.market.ledger.models import Account, Journal, Link, Posting

SQL = Statements(__name__)
STATEMENT_LIMIT = 10_000
VERIFY_BATCH = 5_000
GUARDS = ("ledger_journal_append_only", "ledger_journal_balances", "ledger_posting_append_only")


@dataclass(frozen=True)
class StatementLine:
    """One posting of an account and the balance after it, in minor units."""

    journal_id: UUID
    kind: str
    ref: str
    memo: str
    posted_at: Instant
    amount_minor: int
    balance_minor: int
    order_id: UUID | None


@dataclass(frozen=True)
class Statement:
    """An account over a period [start, end): opening + lines = closing."""

    opening_minor: int
    lines: tuple[StatementLine, ...]
    closing_minor: int


@dataclass(frozen=True)
class Movement:
    """One posting of a journal that has to do with an order."""

    journal_id: UUID
    kind: str
    ref: str
    memo: str
    posted_at: Instant
    owner_kind: str
    owner_id: UUID
    purpose: str
    currency: str
    amount_minor: int
    order_id: UUID | None


@dataclass(frozen=True)
class AccountFacts:
    """An account and its balance in minor units."""

    account_id: UUID
    key: AccountKey
    meaning: str
    is_cached: bool
    balance_minor: int


@dataclass(frozen=True)
class PostingFacts:
    """One posting of an account, with the journal it belongs to."""

    posting_id: int
    journal_id: UUID
    kind: str
    ref: str
    posted_at: Instant
    amount_minor: int
    currency: str
    order_id: UUID | None


@dataclass(frozen=True)
class JournalFacts:
    """One journal; `legs` are its postings in their order."""

    journal_id: UUID
    kind: str
    ref: str
    memo: str
    shop_id: UUID | None
    posted_at: Instant
    reverses_id: UUID | None
    hash: str
    legs: tuple[Movement, ...]

    @property
    def moved_minor(self) -> int:
        """How much changed hands."""
        return sum(leg.amount_minor for leg in self.legs if leg.amount_minor > 0)


@dataclass(frozen=True)
class Finding:
    """What one verification found: `wrong` is empty when it holds."""

    name: str
    looked_at: int
    wrong: tuple[str, ...] = ()


def balance(account: AccountKey) -> int:
    """Return the balance of one account in minor units; zero if it was never opened."""
    return balances([account])[account]


def balances(accounts: Sequence[AccountKey]) -> dict[AccountKey, int]:
    """Return the balances of accounts in minor units: cached where the chart says so, else the sum of postings."""
    cached = [account for account in accounts if account.rule.cached]
    derived = [account for account in accounts if not account.rule.cached]
    found: dict[UUID, int] = {}
    if cached:
        rows = Account.objects.filter(id__in=[account.id for account in cached])
        found.update((row.id, row.balance_minor or 0) for row in rows)
    if derived:
        rows_derived = SQL.rows("derived_balances", accounts=[account.id for account in derived])
        found.update((row["account_id"], row["balance_minor"]) for row in rows_derived)
    return {account: found.get(account.id, 0) for account in accounts}


def order_balances(account: AccountKey, order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return what each order still has in `account` (escrow, for example); zero where nothing was posted."""
    rows = SQL.rows("order_balances", account=account.id, orders=list(order_ids))
    found = {row["order_id"]: row["balance_minor"] for row in rows}
    return {order_id: found.get(order_id, 0) for order_id in order_ids}


def order_story(order_id: UUID) -> list[Movement]:
    """Return every posting of every journal that touched the order, oldest first."""
    return [Movement(**row) for row in SQL.rows("order_journals", order=order_id)]


def accounts_of(owner_kind: str, *, owner_id: UUID | None = None, limit: int | None = None) -> Page[AccountFacts]:
    """Return the accounts of a kind of owner, or of one owner, those with the largest balances first."""
    size = limited(limit)
    rows = Account.objects.filter(owner_kind=owner_kind).order_by("-balance_minor", "purpose", "id")
    if owner_id is not None:
        rows = rows.filter(owner_id=owner_id)
    return page_of(_with_balances(list(rows[: size + 1])), size, lambda account: str(account.account_id))


def account(account_id: UUID) -> AccountFacts | None:
    """Return one account with its balance."""
    return next(iter(_with_balances(list(Account.objects.filter(pk=account_id)))), None)


def postings_of(account_id: UUID, *, limit: int | None = None, cursor: int | None = None) -> Page[PostingFacts]:
    """Return an account's postings, newest first."""
    size = limited(limit)
    rows = Posting.objects.filter(account_id=account_id).select_related("journal").order_by("-id")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    found = [
        PostingFacts(
            row.pk,
            row.journal_id,
            row.journal.kind,
            row.journal.ref,
            row.journal.posted_at,
            row.amount_minor,
            row.currency,
            row.order_id,
        )
        for row in rows[: size + 1]
    ]
    return page_of(found, size, lambda posting: str(posting.posting_id))


def journals(*, ref: str = "", limit: int | None = None, cursor: UUID | None = None) -> Page[JournalFacts]:
    """Return journals, newest first; with `ref` only those of that reference."""
    size = limited(limit)
    rows = Journal.objects.order_by("-id")
    if ref:
        rows = rows.filter(ref=ref)
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    found = [_journal(row) for row in rows.prefetch_related("postings__account", "link")[: size + 1]]
    return page_of(found, size, lambda journal: str(journal.journal_id))


def journal(journal_id: UUID) -> JournalFacts:
    """Return one journal. Raises UnknownJournal."""
    row = Journal.objects.filter(pk=journal_id).prefetch_related("postings__account", "link").first()
    if row is None:
        raise UnknownJournal
    return _journal(row)


def account_statement(account: AccountKey, start: Instant, end: Instant) -> Statement:
    """Return the account's postings in [start, end), at most STATEMENT_LIMIT, with running balances."""
    rows = SQL.rows("statement", account=account.id, start=start, end=end, limit=STATEMENT_LIMIT)
    lines = tuple(StatementLine(**row) for row in rows)
    opening = lines[0].balance_minor - lines[0].amount_minor if lines else _balance_before(account, end)
    return Statement(opening, lines, lines[-1].balance_minor if lines else opening)


def verify() -> list[Finding]:
    """Prove the ledger: zero sums, cached = derived, append-only guards on, hash chain unbroken."""
    return [zero_sums(), caches(), guards(), hash_chain()]


def _balance_before(account: AccountKey, moment: Instant) -> int:
    from django.db.models import Sum

    postings = Posting.objects.filter(account_id=account.id, journal__posted_at__lt=moment)
    return postings.aggregate(minor=Sum("amount_minor"))["minor"] or 0


def zero_sums() -> Finding:
    """Look for journals that do not sum to zero."""
    wrong = SQL.rows("unbalanced_journals")
    return Finding("zero_sum", Journal.objects.count(), tuple(f"{row['kind']} {row['ref']}" for row in wrong))


def caches() -> Finding:
    """Look for cached balances that are not the sum of their postings."""
    looked_at = Account.objects.filter(balance_minor__isnull=False).count()
    return Finding("cached_is_derived", looked_at, tuple(_cache_text(row) for row in SQL.rows("wrong_caches")))


def _cache_text(row: dict[str, Any]) -> str:
    who = f"{row['owner_kind']} {row['owner_id']} {row['purpose']}"
    return f"{who}: cached {row['balance_minor']}, derived {row['derived_minor']}"


def guards() -> Finding:
    """Look whether the append-only and balance triggers are on."""
    on = {row["name"] for row in SQL.rows("guards") if row["enabled"]}
    return Finding("append_only", len(GUARDS), tuple(f"{name} is off" for name in GUARDS if name not in on))


def hash_chain() -> Finding:
    """Walk the chain from its start, in batches, and recompute every hash from what the journals say now."""
    position, previous = 0, GENESIS
    while rows := SQL.rows("linked_journals", after=position, batch=VERIFY_BATCH):
        for row in rows:
            previous = chain_hash(previous, row["content"])
            if row["position"] != position + 1 or row["hash"] != previous:
                return Finding("hash_chain", position, (f"broken at link {row['position']}",))
            position = row["position"]
    missing = Link.objects.count() - position
    return Finding("hash_chain", position, (f"{missing} links have no journal",) if missing else ())


def _with_balances(rows: Sequence[Account]) -> list[AccountFacts]:
    keys = {row.pk: AccountKey(row.owner_kind, row.owner_id, row.purpose, row.currency) for row in rows}
    found = balances(list(keys.values()))
    return [AccountFacts(pk, key, key.rule.meaning, key.rule.cached, found[key]) for pk, key in keys.items()]


def _journal(row: Journal) -> JournalFacts:
    legs = tuple(
        Movement(
            row.pk,
            row.kind,
            row.ref,
            row.memo,
            row.posted_at,
            posting.account.owner_kind,
            posting.account.owner_id,
            posting.account.purpose,
            posting.currency,
            posting.amount_minor,
            posting.order_id,
        )
        for posting in sorted(row.postings.all(), key=lambda posting: posting.position)
    )
    link = getattr(row, "link", None)
    return JournalFacts(
        row.pk,
        row.kind,
        row.ref,
        row.memo,
        row.shop_id,
        row.posted_at,
        row.reverses_id,
        link.hash if link else "",
        legs,
    )
