"""What each side and each arbitrator can do in a dispute now: the buttons of a page, and what must not be shown. Pure."""

from collections.abc import Iterator
from uuid import UUID

from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import JUDGED, OPEN, TALKING, Dispute, DisputeState
from anxin.market.guarantee.domain.verdicts import Verdict


def steps_of(dispute: Dispute, party: Party) -> tuple[str, ...]:
    """Return what buyer or merchant can do now."""
    return tuple(_steps(dispute, party))


def desk_steps(dispute: Dispute, arbitrator: UUID) -> tuple[str, ...]:
    """Return what this arbitrator can do now."""
    return tuple(_desk_steps(dispute, arbitrator))


INTERNAL = frozenset({"handed_back", "sent_back"})
"""Entries of the timeline that are the house's own affair."""


def told_verdict(dispute: Dispute) -> Verdict | None:
    """Return the verdict that the two sides may know: not one that still waits for a signature."""
    waiting = dispute.state is DisputeState.SECOND_SIGNATURE
    return dispute.first_verdict if waiting else dispute.verdict


def _steps(dispute: Dispute, party: Party) -> Iterator[str]:
    state = dispute.state
    if state in TALKING:
        yield "give_evidence"
        yield "offer"
        if dispute.offer is not None and dispute.offered_by is not party:
            yield from ("accept_offer", "decline_offer")
    if state is DisputeState.NEGOTIATION:
        yield "stop_talking"
    if state is DisputeState.DECIDED and party not in dispute.accepted:
        yield "accept_verdict"
        if not dispute.final:
            yield "appeal"
    if party is Party.BUYER and state in OPEN and state is not DisputeState.EXECUTING:
        yield "cancel"


def _desk_steps(dispute: Dispute, arbitrator: UUID) -> Iterator[str]:
    state = dispute.state
    if arbitrator == dispute.buyer_id:
        return
    takeable = (*JUDGED, DisputeState.EVIDENCE_WANTED)
    if state in takeable and dispute.arbitrator is None and arbitrator not in dispute.judges:
        yield "take"
    if state in takeable and dispute.arbitrator == arbitrator:
        yield "hand_back"
    if state in JUDGED and dispute.arbitrator == arbitrator:
        yield from ("ask_evidence", "decide")
    if state is DisputeState.SECOND_SIGNATURE and arbitrator not in {dispute.decided_by, *dispute.judges}:
        yield from ("sign", "send_back")
    if state in OPEN and state is not DisputeState.EXECUTING:
        yield "end_for_law"
