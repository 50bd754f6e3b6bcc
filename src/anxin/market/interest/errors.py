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
    """The interest engine's file {file} cannot be used."""

    file: str

    code = "interest.engine_unreadable"


@dataclass(eq=False)
class EngineMissing(EngineUnreadable):
    """The interest engine's file {file} cannot be used: there is none."""

    code = "interest.engine_missing"


@dataclass(eq=False)
class EngineClosed(EngineUnreadable):
    """The interest engine's file {file} cannot be used: the system does not let it be read. See its owner and the disk."""

    code = "interest.engine_closed"


@dataclass(eq=False)
class EngineForeign(EngineUnreadable):
    """The interest engine's file {file} cannot be used: another version wrote it."""

    code = "interest.engine_foreign"


@dataclass(eq=False)
class EngineDamaged(EngineUnreadable):
    """The interest engine's file {file} cannot be used: it is damaged or was cut short."""

    code = "interest.engine_damaged"


@dataclass(eq=False)
class EngineApart(EngineUnreadable):
    """The interest engine's file {file} cannot be used: it belongs to other files than those beside it."""

    code = "interest.engine_apart"


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
