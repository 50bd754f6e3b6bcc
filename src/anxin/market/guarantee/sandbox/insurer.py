"""The sandbox insurer: it insures on paper only, says so loudly, and can be told to misbehave."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID, uuid5

from anxin.kernel.clock import Instant
from anxin.market.guarantee.errors.insurance import InsurerRefused, InsurerUnavailable
from anxin.market.guarantee.insurer import Application, Loss, Outcome, Ruling
from anxin.market.guarantee.models import SandboxInsurance

EVERYTHING = UUID(int=0)  # what is planned for it holds for every call, until another plan
SLOW_FOR = timedelta(hours=36)  # as other freight insurance has been seen to take (DOMAIN 1.5)


class InsurerFault(StrEnum):
    """How a real insurer has been seen to misbehave."""

    DOWN = "down"  # no call gets an answer
    OUTAGE = "outage"  # the next call gets no answer
    LOST_ANSWER = "lost_answer"  # the next call is done, its answer is lost
    SLOW = "slow"  # a loss is ruled on only after a day and a half
    REFUSE = "refuse"  # takes nothing, pays nothing
    LESS = "less"  # pays half of what was asked


_ONCE = frozenset({InsurerFault.OUTAGE, InsurerFault.LOST_ANSWER})


class Book(Protocol):
    """The insurer's own book."""

    def get(self, key: UUID) -> Mapping[str, Any]:
        """Return what is known under a key, nothing where it is new."""

    def put(self, key: UUID, facts: Mapping[str, Any]) -> None:
        """Keep facts in place of what was kept."""


class BookInMemory:
    """A book that is gone with the process."""

    def __init__(self) -> None:
        self._kept: dict[UUID, dict[str, Any]] = {}

    def get(self, key: UUID) -> Mapping[str, Any]:
        """Return what is known under a key."""
        return self._kept.get(key, {})

    def put(self, key: UUID, facts: Mapping[str, Any]) -> None:
        """Keep facts."""
        self._kept[key] = dict(facts)


class BookInDatabase:
    """A book that web and worker share."""

    def get(self, key: UUID) -> Mapping[str, Any]:
        """Return what is known under a key."""
        row = SandboxInsurance.objects.filter(pk=key).first()
        return row.facts if row else {}

    def put(self, key: UUID, facts: Mapping[str, Any]) -> None:
        """Keep facts."""
        SandboxInsurance.objects.update_or_create(pk=key, defaults={"facts": dict(facts)})


class SandboxInsurer:
    """Insures whatever it is asked to and pays what was lost, up to the cover."""

    name = "sandbox"
    is_sandbox = True

    def __init__(self, book: Book) -> None:
        self._book = book

    def plan(self, key: UUID, *faults: InsurerFault) -> None:
        """Tell the sandbox how to misbehave with a policy, with the losses under it, or with EVERYTHING."""
        self._book.put(key, {**self._book.get(key), "faults": [fault.value for fault in faults]})

    def insure(self, application: Application, *, now: Instant) -> str:  # noqa: ARG002
        """Write a policy. Raises InsurerRefused, InsurerUnavailable when told so."""
        key = application.policy_id
        faults = self._faults(key)
        known = self._book.get(key)
        if not known.get("reference"):
            if InsurerFault.REFUSE in faults:
                raise InsurerRefused("not a risk we take")
            known = {**known, "reference": f"P-{key.hex[-12:]}", "cover_minor": application.cover_minor}
            self._book.put(key, known)
        self._answer(faults)
        return str(known["reference"])

    def cancel(self, policy_id: UUID, *, now: Instant) -> None:  # noqa: ARG002
        """Call a policy off. Raises InsurerUnavailable when told so."""
        faults = self._faults(policy_id)
        self._book.put(policy_id, {**self._book.get(policy_id), "cancelled": True})
        self._answer(faults)

    def claim(self, loss: Loss, *, now: Instant) -> Ruling:
        """Rule on a loss. Raises InsurerUnavailable when told so."""
        faults = self._faults(loss.policy_id)
        key = uuid5(loss.claim_id, str(loss.round))
        known = self._book.get(key)
        if not known:
            known = {"reported_at": now.isoformat(), "reference": f"L-{key.hex[-12:]}"}
        if "outcome" not in known:
            known = {**known, **self._ruled(loss, known, faults, now=now)}
        self._book.put(key, known)
        self._answer(faults)
        outcome = Outcome(known.get("outcome", Outcome.PENDING))
        return Ruling(outcome, known["reference"], known.get("paid_minor", 0), known.get("reason", ""))

    def _ruled(
        self, loss: Loss, known: Mapping[str, Any], faults: frozenset[InsurerFault], *, now: Instant
    ) -> dict[str, Any]:
        if InsurerFault.SLOW in faults and now < datetime.fromisoformat(known["reported_at"]) + SLOW_FOR:
            return {}
        if InsurerFault.REFUSE in faults:
            return {"outcome": Outcome.REFUSED.value, "reason": "the carrier does not know this parcel"}
        cover_minor = self._book.get(loss.policy_id).get("cover_minor", loss.asked_minor)
        paid_minor = min(loss.asked_minor, cover_minor) // (2 if InsurerFault.LESS in faults else 1)
        return {"outcome": Outcome.ACCEPTED.value, "paid_minor": paid_minor}

    def _faults(self, key: UUID) -> frozenset[InsurerFault]:
        """Return what goes wrong now; what goes wrong once is forgotten. Raises InsurerUnavailable."""
        found: set[InsurerFault] = set()
        for subject in (key, EVERYTHING):
            planned = [InsurerFault(fault) for fault in self._book.get(subject).get("faults", [])]
            if _ONCE.intersection(planned):
                self.plan(subject, *(fault for fault in planned if fault not in _ONCE))
            found.update(planned)
        if found & {InsurerFault.DOWN, InsurerFault.OUTAGE}:
            raise InsurerUnavailable
        return frozenset(found)

    def _answer(self, faults: frozenset[InsurerFault]) -> None:
        if InsurerFault.LOST_ANSWER in faults:
            raise InsurerUnavailable
