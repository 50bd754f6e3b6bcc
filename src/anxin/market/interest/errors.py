"""What may go wrong with events and interests."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class NoActor(AnxinError):
    """Nobody is logged in and this device has no id yet: ask for one first."""

    code = "interest.no_actor"
    kind = Kind.UNAUTHENTICATED


class BadDevice(AnxinError):
    """This device id was not given by this market."""

    code = "interest.bad_device"
    kind = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class TooManyEvents(AnxinError):
    """A batch holds at most {most} events."""

    most: int

    code = "interest.too_many_events"


class NotAnInterest(AnxinError):
    """Interests are categories, topics, creators and shops; this is none of them."""

    code = "interest.not_an_interest"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooManyWishes(AnxinError):
    """At most {most} wishes of a kind are kept."""

    most: int

    code = "interest.too_many_wishes"


@dataclass(eq=False)
class EngineUnreadable(AnxinError):
    """The interest engine's file {file} cannot be used: {reason}."""

    file: str
    reason: str

    code = "interest.engine_unreadable"


class AlreadyLearning(AnxinError):
    """Another learner writes this market's engine already."""

    code = "interest.already_learning"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class UnknownVersion(AnxinError):
    """There is no version {position} of the model."""

    position: int

    code = "interest.unknown_version"
    kind = Kind.NOT_FOUND


class RollbackWaits(AnxinError):
    """The model is being taken back already; the learner has not done it yet."""

    code = "interest.rollback_waits"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class UnknownFormula(AnxinError):
    """There is no published formula {number}."""

    number: int

    code = "interest.unknown_formula"
    kind = Kind.NOT_FOUND


class SameFormula(AnxinError):
    """This formula is in force already."""

    code = "interest.same_formula"
    kind = Kind.CONFLICT
