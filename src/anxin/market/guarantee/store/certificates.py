"""Rows of promises ⇄ domain: terms kept once by fingerprint, certificates, and what shops have said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.sql import Row, Statements
from anxin.infra.tx import after_commit
from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain import certificate as papers
from anxin.market.guarantee.domain.certificate import Certificate
from anxin.market.guarantee.domain.promises import Version
from anxin.market.guarantee.models import Certificate as CertificateRow
from anxin.market.guarantee.models import PromiseTerms

SQL = Statements("anxin.market.guarantee")
BATCH = 500
_TERMS: dict[str, Version] = {}  # a fingerprint means one value for ever
_KEPT: set[str] = set()  # fingerprints this process knows to be in the table; nothing is ever deleted from it


@dataclass(frozen=True, slots=True)
class Word:
    """What a shop said about a promise from a moment on; with a mark it declares the nature of a product."""

    product_id: UUID | None
    promise: str
    mark: str
    is_on: bool
    since: Instant


@dataclass(frozen=True, slots=True)
class Said:
    """What a shop's words come to for one product at a moment: promises on and off, and natures declared."""

    optins: frozenset[str] = frozenset()
    optouts: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A shop as promises ask for it. `score` in hundredths, None without one; words oldest first."""

    shop_id: UUID
    shop_type: str
    deposit_paid: bool
    score: int | None
    words: tuple[Word, ...] = ()
    counterfeit_since: Instant | None = None  # the first verdict that found a counterfeit

    def had_sold_counterfeits(self, at: Instant) -> bool:
        """Say whether the platform had found a counterfeit of this shop by a moment."""
        return self.counterfeit_since is not None and self.counterfeit_since <= at

    def switched(self, product_id: UUID, *, at: Instant) -> dict[tuple[str, str], bool]:
        """Return by (promise, mark) what holds for a product at a moment; a word about the product beats one about all."""
        held: dict[tuple[str, str], bool] = {}
        for wanted in (None, product_id):
            for word in self.words:
                if word.product_id == wanted and word.since <= at:
                    held[word.promise, word.mark] = word.is_on
        return held

    def said(self, product_id: UUID, *, at: Instant) -> Said:
        """Return what the shop's words come to for a product at a moment."""
        held = self.switched(product_id, at=at)
        return Said(
            frozenset(promise for (promise, mark), on in held.items() if on and not mark),
            frozenset(promise for (promise, mark), on in held.items() if not on and not mark),
            frozenset(mark for (_, mark), on in held.items() if on and mark),
        )


NOTHING_SAID = Said()


def standings(shop_ids: Iterable[UUID], product_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Return shops as promises ask for them, with their words about these products. One statement."""
    rows = SQL.rows("standings", shops=list(set(shop_ids)), products=list(set(product_ids)))
    return {row["shop_id"]: _standing(row) for row in rows}


def keep_terms(versions: Iterable[Version], *, now: Instant) -> None:
    """Keep terms under their fingerprints; those that this process knows to be kept are passed over."""
    fresh = {one.hash: one for one in versions if one.hash not in _KEPT}
    if not fresh:
        return
    rows = [
        PromiseTerms(
            hash=one.hash,
            promise=one.promise,
            profile=one.profile,
            version=one.version,
            body=canonical.to_plain(one),
            kept_at=now,
        )
        for one in fresh.values()
    ]
    PromiseTerms.objects.bulk_create(rows, ignore_conflicts=True)
    after_commit(lambda: _KEPT.update(fresh))  # a rollback takes the rows back


def insert_certificates(certificates: Sequence[Certificate]) -> None:
    """Write certificates; a line that has one keeps it."""
    rows = [
        CertificateRow(
            line_id=one.line_id,
            order_id=one.order_id,
            shop_id=one.shop_id,
            body=papers.to_json(one),
            hash=one.hash,
            issued_at=one.issued_at,
        )
        for one in certificates
    ]
    write_rows(rows, ignore_conflicts=True)


def certificates_where(*, limit: int = BATCH, **wanted: Any) -> dict[UUID, Certificate]:
    """Return certificates by line, in the order of lines."""
    return read_certificates(CertificateRow.objects.filter(**wanted).order_by("line_id")[:limit])


def read_certificates(found: Iterable[CertificateRow]) -> dict[UUID, Certificate]:
    """Return what rows of certificates say, by line."""
    rows = list(found)
    terms = terms_of({one["terms"] for row in rows for one in row.body["entries"] if one["terms"]})
    return {row.line_id: papers.from_json(row.body, terms, row.hash) for row in rows}


def terms_of(hashes: Iterable[str]) -> dict[str, Version]:
    """Return kept terms by fingerprint."""
    wanted = set(hashes)
    missing = wanted - _TERMS.keys()
    if missing:
        for row in PromiseTerms.objects.filter(hash__in=missing):
            _TERMS[row.hash] = canonical.from_plain(Version, row.body)
    return {one: _TERMS[one] for one in wanted}


def _standing(row: Row) -> Standing:
    words = tuple(
        Word(
            UUID(word["product_id"]) if word["product_id"] else None,
            word["promise"],
            word["mark"],
            word["is_on"],
            datetime.fromisoformat(word["since"]),
        )
        for word in row["words"]
    )
    return Standing(
        row["shop_id"], row["shop_type"], row["deposit_paid"], row["score_hundredths"], words, row["counterfeit_since"]
    )


def count_certificates() -> int:
    """Return how many certificates there are."""
    return CertificateRow.objects.count()


def every_certificate(chunk: int) -> Iterator[Certificate]:
    """Yield all certificates, read in chunks by line."""
    last = UUID(int=0)
    while found := certificates_where(limit=chunk, line_id__gt=last):
        yield from found.values()
        last = max(found)
