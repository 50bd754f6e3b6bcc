"""Evidence in claims: pictures and short videos, encoded anew and kept privately.

A file is cleaned and kept before the transaction; it waits for the claim that is being written and is forgotten after a
day if none comes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra import deadlines, uploads, vault, videos
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.guarantee.errors.claims import BadEvidenceKind, TooMuchEvidence, UnknownEvidence
from anxin.market.guarantee.models.claims import Claim, ClaimEvidence

PICTURES_MAX = 8  # of each side (DOMAIN 1.6)
UNUSED = "guarantee.evidence_unused"
UNUSED_AFTER = timedelta(days=1)
PICTURE, VIDEO = "picture", "video"
BYTES_MAX = videos.BYTES_MAX  # of one file, whatever it is


@dataclass(frozen=True)
class Kept:
    """A file in the vault, cleaned; `sha256` is that of what was sent."""

    medium: str
    file: str
    sha256: str
    poster: str = ""
    seconds: int = 0


def keep_file(data: bytes) -> Kept:
    """Encode an uploaded picture or short video anew and keep it.

    Raises UploadTooLarge, UploadNotAPicture, PictureTooBig, NotAVideo, VideoTooLarge, VideoTooLong.
    """
    digest = hashlib.sha256(data).hexdigest()
    if not videos.looks_like_video(data):
        return Kept(PICTURE, vault.keep(uploads.clean_picture(data)), digest)
    clean = videos.clean_video(data)
    return Kept(VIDEO, vault.keep(clean.data), digest, vault.keep(clean.poster), clean.seconds)


def kind_of(text: str) -> Evidence:
    """Read a kind of evidence. Raises BadEvidenceKind."""
    try:
        return Evidence(text)
    except ValueError as unknown:
        raise BadEvidenceKind(text[:40]) from unknown


def show(data: bytes, kind: Evidence, *, by: UUID, party: Party = Party.BUYER, now: Instant) -> UUID:
    """Keep a file for a claim that is being written; return the id under which it is handed in."""
    return note_kept(keep_file(data), kind, by=by, party=party, now=now)


@transactional
def note_kept(kept: Kept, kind: Evidence, *, by: UUID, party: Party, now: Instant) -> UUID:
    """Write down a kept file; without a claim it is forgotten after a day."""
    row = ClaimEvidence.objects.create(
        id=new_id(),
        party=party,
        kind=kind,
        medium=kept.medium,
        file=kept.file,
        poster=kept.poster,
        sha256=kept.sha256,
        seconds=kept.seconds,
        given_by_id=by,
        given_at=now,
    )
    deadlines.schedule(UNUSED, row.id, now + UNUSED_AFTER)
    return row.id


def waiting(evidence_ids: Sequence[UUID], *, by: UUID) -> list[ClaimEvidence]:
    """Return files that a person kept and did not hand in yet, locked. Raises UnknownEvidence."""
    wanted = set(evidence_ids)
    rows = ClaimEvidence.objects.select_for_update().filter(id__in=wanted, claim=None, given_by_id=by)
    found = list(rows.order_by("id")[: len(wanted)])
    if len(found) < len(wanted):
        raise UnknownEvidence
    return found


def hand_in(claim: Claim, rows: Sequence[ClaimEvidence], *, party: Party) -> int:
    """Attach waiting files to a claim; the same file from the same side counts once. Return how many were new.

    Raises TooMuchEvidence beyond eight pictures, or one video, of a side.
    """
    if not rows:
        return 0
    known = list(ClaimEvidence.objects.filter(claim=claim, party=party).values_list("sha256", "medium"))
    digests = {digest for digest, _ in known}
    fresh = {row.sha256: row for row in rows if row.sha256 not in digests}
    media = [medium for _, medium in known] + [row.medium for row in fresh.values()]
    if media.count(PICTURE) > PICTURES_MAX or media.count(VIDEO) > 1:
        raise TooMuchEvidence(PICTURES_MAX)
    for row in fresh.values():
        row.claim, row.shop_id, row.party = claim, claim.shop_id, party
        row.save(update_fields=["claim", "shop_id", "party"])
    deadlines.cancel_many(UNUSED, [row.id for row in fresh.values()])
    return len(fresh)


@transactional
def forget_unused(evidence_id: UUID) -> None:
    """Remove a file that nobody handed in; one that belongs to a claim stays."""
    row = ClaimEvidence.objects.select_for_update().filter(id=evidence_id, claim=None).first()
    if row is None:
        return
    row.delete()
    for name in (row.file, row.poster):
        if name:
            vault.forget(name)


def kinds_shown(claim_id: UUID, party: Party) -> frozenset[Evidence]:
    """Return what kinds of evidence a side has shown in a claim."""
    kinds = ClaimEvidence.objects.filter(claim_id=claim_id, party=party).values_list("kind", flat=True)
    return frozenset(map(Evidence, kinds))
