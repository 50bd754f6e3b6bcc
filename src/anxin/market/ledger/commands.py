"""The only way money moves: balanced journals, posted once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from anxin.infra.sql import Statements
from anxin.infra.tx import after_commit, transactional
from anxin.kernel.clock import Instant, unix_ms
from anxin.kernel.ids import id_at
from anxin.kernel.money import in_turn
from anxin.market.ledger import domain
from anxin.market.ledger.domain import (
    BANK_PAYOUTS,
    COMPENSATION_IN_FLIGHT,
    ESCROW,
    GATEWAY_CLEARING,
    GUARANTEE_FUND,
    INSURER_POOL,
    RECOURSE,
    REFUNDS_IN_FLIGHT,
    RETURN_FREIGHT,
    SERVICE_FEE,
    SUBSIDIES,
    AccountKey,
    JournalEntry,
    Leg,
    Taken,
    check_balanced,
    mirrored,
    shop_account,
)
from anxin.market.ledger.errors import InsufficientBalance, UnknownJournal
from anxin.market.ledger.models import Account, Journal, Link

SQL = Statements(__name__)
SEAL_BATCH = 2_000
GENESIS = "0" * 64

__all__ = [
    "BANK_PAYOUTS",
    "COMPENSATION_IN_FLIGHT",
    "ESCROW",
    "GATEWAY_CLEARING",
    "GUARANTEE_FUND",
    "INSURER_POOL",
    "RECOURSE",
    "REFUNDS_IN_FLIGHT",
    "RETURN_FREIGHT",
    "SERVICE_FEE",
    "SUBSIDIES",
    "AccountKey",
    "JournalEntry",
    "Leg",
    "Posted",
    "Taken",
    "check_balanced",
    "draw",
    "mirrored",
    "post",
    "post_many",
    "reverse",
    "seal",
    "shop_account",
]

_open: set[UUID] = set()  # accounts this process knows to exist; they are never closed, so it cannot go stale


@dataclass(frozen=True)
class Posted:
    """How many journals were new; the others had been posted before and were left alone."""

    new: int


def post(entry: JournalEntry, *, now: Instant) -> Posted:
    """Post one journal. A second time with the same (kind, ref) it does nothing. Errors as `post_many`."""
    return post_many([entry], now=now)


@transactional
def post_many(entries: Sequence[JournalEntry], *, now: Instant) -> Posted:
    """Post journals in one statement, whatever their number.

    Raises UnbalancedJournal, UnknownAccount, and InsufficientBalance when a cached balance would go below zero; then
    nothing at all is posted.
    """
    if not entries:
        return Posted(0)
    for entry in entries:
        domain.check_balanced(entry)
    accounts = domain.accounts_of(entries)
    _ensure_open(accounts, now=now)
    result = SQL.one("post_journals", **_columns(entries, now=now))
    if result is None or result["refused"]:
        refused = next(account for account in accounts if result and account.id in result["refused"])
        raise InsufficientBalance(refused.owner_kind, refused.purpose)
    return Posted(len(result["posted"]))


@transactional
def draw(
    sources: Sequence[AccountKey], amount_minor: int, *, also: Sequence[AccountKey] = (), now: Instant
) -> tuple[Taken, ...]:
    """Say what each source gives of an amount, in their order; nothing is posted, and what is missing is not given.

    The balances are locked until the transaction ends, so a journal of these parts posted in it cannot be refused:
    cached accounts in the order of their ids, together with `also` (what the same journal touches besides), then hot
    ones. A hot source gives no more than it has either.
    """
    cached = sorted({key for key in (*sources, *also) if key.rule.cached}, key=account_id)
    hot = sorted({key for key in sources if not key.rule.cached}, key=account_id)
    _ensure_open([*cached, *hot], now=now)
    held = _locked_balances(cached)
    if hot and sum(max(0, held[key]) for key in sources if key in held) < amount_minor:
        held |= _locked_balances(hot)
    given, _ = in_turn(amount_minor, [held.get(key, 0) for key in sources])
    return tuple(Taken(key, minor) for key, minor in zip(sources, given, strict=True) if minor)


@transactional
def reverse(kind: str, ref: str, *, new_ref: str, now: Instant, memo: str = "") -> Posted:
    """Post the mirror image of a journal, linked to it; history is never edited. Raises UnknownJournal.

    The reversal may overdraw a balance: undoing a mistake must not depend on what was spent since.
    """
    original = Journal.objects.filter(kind=kind, ref=ref).first()
    if original is None:
        raise UnknownJournal
    legs = tuple(
        Leg(
            AccountKey(p.account.owner_kind, p.account.owner_id, p.account.purpose, p.currency),
            p.amount_minor,
            p.order_id,
        )
        for p in original.postings.select_related("account").order_by("position")
    )
    entry = JournalEntry(
        kind=f"{kind}.reversed",
        ref=new_ref,
        legs=domain.mirrored(legs),
        shop_id=original.shop_id,
        memo=memo,
        may_overdraw=True,
        reverses=original.id,
    )
    return post(entry, now=now)


@transactional
def seal(*, now: Instant) -> int:  # noqa: ARG001 - every command is given the time
    """Append journals that are not yet in the hash chain to it; return how many.

    Journals are chained here, behind the posting, so that posting needs no common lock. The last link is locked, so
    two sealers cannot fork the chain.
    """
    last = Link.objects.select_for_update().order_by("-position").first()
    position, previous = (last.position, last.hash) if last else (0, GENESIS)
    links = []
    for row in SQL.rows("unlinked_journals", batch=SEAL_BATCH):
        position, previous = position + 1, chain_hash(previous, row["content"])
        links.append(Link(position=position, journal_id=row["id"], hash=previous))
    Link.objects.bulk_create(links)
    return len(links)


def chain_hash(previous: str, content: str) -> str:
    """Return the hash of a link: SHA-256 over the previous hash and the journal's canonical content."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def _locked_balances(accounts: Sequence[AccountKey]) -> dict[AccountKey, int]:
    """Lock accounts in the order of their ids and return their balances as they are after the wait."""
    ids = [account_id(account) for account in accounts]
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    found = dict(rows.values_list("pk", "balance_minor"))
    hot = [pk for pk, cached_minor in found.items() if cached_minor is None]
    found.update((row["account_id"], row["balance_minor"]) for row in SQL.rows("derived_balances", accounts=hot))
    return {account: found.get(account_id(account)) or 0 for account in accounts}


def _ensure_open(accounts: Sequence[AccountKey], *, now: Instant) -> None:
    unknown = [account for account in accounts if account.id not in _open]
    if not unknown:
        return
    SQL.run(
        "open_accounts",
        ids=[account.id for account in unknown],
        owner_kinds=[account.owner_kind for account in unknown],
        owner_ids=[account.owner_id for account in unknown],
        purposes=[account.purpose for account in unknown],
        currencies=[account.currency for account in unknown],
        cached=[account.rule.cached for account in unknown],
        now=now,
    )
    after_commit(lambda: _open.update(account.id for account in unknown))


def _columns(entries: Sequence[JournalEntry], *, now: Instant) -> dict[str, list[Any]]:
    """Return the entries as the column arrays of `post_journals`."""
    dated = [replace(entry, at=entry.at or now) for entry in entries]
    ids = [id_at(unix_ms(entry.at or now)) for entry in dated]
    legs = list(chain.from_iterable(_numbered(identity, entry) for identity, entry in zip(ids, dated, strict=True)))
    return {
        "journal_ids": ids,
        "kinds": [entry.kind for entry in dated],
        "refs": [entry.ref for entry in dated],
        "shop_ids": [entry.shop_id for entry in dated],
        "memos": [entry.memo for entry in dated],
        "leg_counts": [len(entry.legs) for entry in dated],
        "posted_ats": [entry.at for entry in dated],
        "reversed_ids": [entry.reverses for entry in dated],
        "leg_journals": [identity for identity, _, _, _ in legs],
        "positions": [position for _, position, _, _ in legs],
        "accounts": [account_id(leg.account) for _, _, leg, _ in legs],
        "amounts": [leg.amount_minor for _, _, leg, _ in legs],
        "currencies": [leg.account.currency for _, _, leg, _ in legs],
        "order_ids": [leg.order_id for _, _, leg, _ in legs],
        "cached": [leg.account.rule.cached for _, _, leg, _ in legs],
        "may_overdraw": [entry.may_overdraw or leg.account.rule.owes for _, _, leg, entry in legs],
    }


def _numbered(identity: UUID, entry: JournalEntry) -> list[tuple[UUID, int, Leg, JournalEntry]]:
    return [(identity, position, leg, entry) for position, leg in enumerate(entry.legs)]


@lru_cache(maxsize=50_000)
def account_id(account: AccountKey) -> UUID:
    """Return the account's id, remembered: hashing a key costs more than looking it up."""
    return account.id
