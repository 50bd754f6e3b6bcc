"""The certificate (保障凭证): the promises that hold for one order line, frozen at payment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain.facts import PurchaseFacts
from anxin.market.guarantee.domain.promises import Binding, Conditional, Exclusion, Gate, Version, belongs

GROWTH_SCORE = 7_000  # a shop without a score of its own counts as 70.00 (成长阶段, DOMAIN 2.3)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, for programs (`code`, `facts`) and, with words from the faces, for people. `source` is the rule behind it."""

    code: str
    source: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One promise on a certificate: given or not, by which version, and why. `terms` None: no version was in force."""

    promise: str
    given: bool
    reasons: tuple[Reason, ...]
    terms: Version | None = None

    @property
    def version(self) -> int:
        """The version's number, 0 where none was in force."""
        return self.terms.version if self.terms else 0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was promised for one order line. `hash` is over the canonical JSON of everything else (sha256, hex)."""

    line_id: UUID
    order_id: UUID
    shop_id: UUID
    profile: str
    placed_at: Instant  # the terms are those in force then
    issued_at: Instant
    entries: tuple[Entry, ...]
    hash: str = ""

    def entry(self, promise: str) -> Entry | None:
        """Return the entry of a promise, or None where the certificate does not speak of it."""
        return next((one for one in self.entries if one.promise == promise), None)

    @property
    def given(self) -> tuple[Entry, ...]:
        """The promises that hold."""
        return tuple(one for one in self.entries if one.given)


def issue(terms: Mapping[str, Version | None], purchase: PurchaseFacts, *, profile: str, now: Instant) -> Certificate:
    """Return the certificate of a line: every promise by its version in force when the order was placed, given or not
    and why.
    """
    entries = tuple(entry_for(promise, version, purchase) for promise, version in terms.items())
    return sealed(
        Certificate(purchase.line_id, purchase.order_id, purchase.shop_id, profile, purchase.placed_at, now, entries)
    )


def entry_for(promise: str, version: Version | None, purchase: PurchaseFacts) -> Entry:
    """Return whether a version is promised for a purchase, with the reasons."""
    if version is None:
        return Entry(promise, False, (Reason("no_version"),))
    against = refusal(version, purchase)
    if against is not None:
        return Entry(promise, False, (against,), version)
    unconfirmed = tuple(
        Reason("not_confirmed", one.source, (("mark", one.mark),)) for one in declared(version, purchase)
    )
    return Entry(promise, True, (Reason(f"by_{version.binding.value}", version.source), *unconfirmed), version)


def refusal(version: Version, purchase: PurchaseFacts) -> Reason | None:
    """Return the first reason why a purchase does not carry this promise, or None."""
    if not covers(version, purchase.category, purchase.flags):
        return Reason("not_covered", version.source)
    for exclusion in version.exclusions:
        if excludes(exclusion, purchase):
            return Reason(exclusion.reason, exclusion.source)
    return _not_joined(version, purchase) or gated(version, purchase) or _confirmed(version, purchase)


def covers(version: Version, category: str, flags: frozenset[str]) -> bool:
    """Say whether a promise is made for goods of a category; of named categories and flags either is enough."""
    if not version.categories and not version.flags:
        return True
    return belongs(category, version.categories) or not version.flags.isdisjoint(flags)


def excludes(exclusion: Exclusion, purchase: PurchaseFacts) -> bool:
    """Say whether an exclusion speaks of this purchase."""
    return belongs(purchase.category, exclusion.categories) or not exclusion.flags.isdisjoint(purchase.flags)


def declared(version: Version, purchase: PurchaseFacts) -> tuple[Conditional, ...]:
    """Return the natures that the shop declared and may declare of such goods."""
    return tuple(
        one
        for one in version.conditionals
        if one.mark in purchase.marks and may_declare(one, purchase.category, purchase.flags)
    )


def may_declare(conditional: Conditional, category: str, flags: frozenset[str]) -> bool:
    """Say whether goods of a category can be of this nature at all."""
    if not conditional.categories and not conditional.flags:
        return True
    return belongs(category, conditional.categories) or not conditional.flags.isdisjoint(flags)


def sealed(certificate: Certificate) -> Certificate:
    """Return the certificate with its hash."""
    return replace(certificate, hash=canonical.fingerprint_of_plain(to_json(certificate)))


def verifies(certificate: Certificate) -> bool:
    """Say whether the hash is that of what the certificate says."""
    return certificate.hash == canonical.fingerprint_of_plain(to_json(certificate))


def to_json(certificate: Certificate) -> dict[str, Any]:
    """Return what is hashed and kept; terms stand as their fingerprints, for they are kept once for all lines."""
    plain: dict[str, Any] = canonical.to_plain(replace(certificate, entries=()))
    del plain["hash"]
    plain["entries"] = [
        {
            "promise": one.promise,
            "version": one.version,
            "terms": one.terms.hash if one.terms else "",
            "given": one.given,
            "reasons": _reasons_in_json(one.reasons),
        }
        for one in certificate.entries
    ]
    return plain


@lru_cache(maxsize=1024)
def _reasons_in_json(reasons: tuple[Reason, ...]) -> Any:
    """Nearly every certificate says some of the same few things."""
    return canonical.to_plain(reasons)


def from_json(plain: Mapping[str, Any], terms: Mapping[str, Version], hash_: str) -> Certificate:
    """Return the certificate of `to_json`, with its terms by fingerprint."""
    bare = canonical.from_plain(Certificate, {**plain, "entries": []})
    entries = tuple(
        Entry(
            one["promise"],
            one["given"],
            canonical.reader(tuple[Reason, ...])(one["reasons"]),
            terms[one["terms"]] if one["terms"] else None,
        )
        for one in plain["entries"]
    )
    return replace(bare, entries=entries, hash=hash_)


def _not_joined(version: Version, purchase: PurchaseFacts) -> Reason | None:
    if version.binding is Binding.OPT_IN and version.promise not in purchase.optins:
        return Reason("not_joined", version.source)
    if version.binding is Binding.DEFAULT and version.promise in purchase.optouts:
        return Reason("switched_off", version.source)
    return None


def gated(version: Version, purchase: PurchaseFacts) -> Reason | None:
    """Return what the shop lacks for its goods to carry a promise, or None."""
    gate: Gate = version.gate
    score = GROWTH_SCORE if purchase.score is None else purchase.score
    if gate.shop_types and purchase.shop_type not in gate.shop_types:
        return Reason("gate_shop_type", version.source)
    if gate.score_min is not None and score < gate.score_min:
        return Reason("gate_score", version.source, (("score_min", str(gate.score_min // 100)),))
    if gate.deposit_paid and not purchase.deposit_paid:
        return Reason("gate_deposit", version.source)
    if gate.no_counterfeit_record and purchase.counterfeit_record:
        return Reason("gate_counterfeit", version.source)
    return None


def _confirmed(version: Version, purchase: PurchaseFacts) -> Reason | None:
    for one in declared(version, purchase):
        if one.mark in purchase.confirmations:
            return Reason("confirmed", one.source, (("mark", one.mark),))
    return None
