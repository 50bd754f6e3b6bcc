"""Timers of shipping. A timer only enqueues the call; the carrier is asked outside any transaction."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.jobs import task
from anxin.kernel.clock import Instant
from anxin.market.shipping.commands import parcels as commands
from anxin.market.shipping.commands import pickups

CALLS: dict[str, Callable[..., object]] = {
    commands.ANNOUNCE: commands.announce,
    commands.POLL: commands.poll,
    pickups.BOOK: pickups.book_pickup,
    pickups.POLL_PICKUP: pickups.poll_pickup,
    pickups.CALL_OFF: pickups.call_off,
}


@task("shipping.ask_carrier")
def ask_carrier(call: str, parcel: str, asked_at: str) -> None:
    """Call the carrier about a parcel or a visit, as of the moment that was decided."""
    CALLS[call](UUID(parcel), now=datetime.fromisoformat(asked_at))


@on_due(commands.ANNOUNCE)
def announce(subject: UUID, _version: int, *, now: Instant) -> None:
    """Tell the carrier of a new parcel."""
    ask_carrier.defer(call=commands.ANNOUNCE, parcel=str(subject), asked_at=now.isoformat())


@on_due(commands.POLL)
def poll(subject: UUID, _version: int, *, now: Instant) -> None:
    """Ask for a parcel of which callbacks may have been lost."""
    if commands.schedule_next_poll(subject, now=now):
        ask_carrier.defer(call=commands.POLL, parcel=str(subject), asked_at=now.isoformat())


@on_due(commands.SANDBOX_MOVE)
def move_in_sandbox(subject: UUID, _version: int, *, now: Instant) -> None:
    """Play the carrier: parcels move by themselves."""
    commands.move_in_sandbox(subject, now=now)


@on_due(pickups.BOOK)
def book_pickup(subject: UUID, _version: int, *, now: Instant) -> None:
    """Book a courier who was asked for."""
    ask_carrier.defer(call=pickups.BOOK, parcel=str(subject), asked_at=now.isoformat())


@on_due(pickups.POLL_PICKUP)
def poll_pickup(subject: UUID, _version: int, *, now: Instant) -> None:
    """Ask whether a courier came."""
    ask_carrier.defer(call=pickups.POLL_PICKUP, parcel=str(subject), asked_at=now.isoformat())


@on_due(pickups.CALL_OFF)
def call_off(subject: UUID, _version: int, *, now: Instant) -> None:
    """Tell the carrier that no courier is wanted."""
    ask_carrier.defer(call=pickups.CALL_OFF, parcel=str(subject), asked_at=now.isoformat())
