"""What can be refused about creators."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind
from anxin.market.creators.domain.profiles import FOLLOWING_MAX, HANDLE_LENGTH_MAX, HANDLE_LENGTH_MIN, PICKS_A_CALL_MAX


class UnknownCreator(AnxinError):
    """There is no such creator."""

    code = "creators.unknown_creator"
    kind = Kind.NOT_FOUND


class UnknownPick(AnxinError):
    """This product is not in the showcase."""

    code = "creators.unknown_pick"
    kind = Kind.NOT_FOUND


class AlreadyCreator(AnxinError):
    """There is a creator's profile already."""

    code = "creators.already_creator"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class HandleTaken(AnxinError):
    """“@{handle}” belongs to somebody else."""

    handle: str
    code = "creators.handle_taken"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadHandle(AnxinError):
    """A handle has {length_min} to {length_max} small letters, digits, dots, dashes or underscores, and is not reserved."""

    length_min: int = HANDLE_LENGTH_MIN
    length_max: int = HANDLE_LENGTH_MAX
    code = "creators.bad_handle"


class NameMissing(AnxinError):
    """A creator needs a name."""

    code = "creators.name_missing"


@dataclass(eq=False)
class ProfileTooLong(AnxinError):
    """This text may have up to {letters_max} letters."""

    letters_max: int
    code = "creators.profile_too_long"


class UnknownAvatar(AnxinError):
    """Upload the picture before you use it."""

    code = "creators.unknown_avatar"


class OwnCreator(AnxinError):
    """You cannot follow yourself."""

    code = "creators.own_creator"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class FollowsTooMany(AnxinError):
    """You can follow up to {following_max} creators."""

    following_max: int = FOLLOWING_MAX
    code = "creators.follows_too_many"
    kind = Kind.CONFLICT


class FollowsTooFast(AnxinError):
    """That was a lot of creators in a minute. Wait a little."""

    code = "creators.follows_too_fast"
    kind = Kind.LIMITED


class NotOnSale(AnxinError):
    """This product is not on sale."""

    code = "creators.not_on_sale"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class ShowcaseFull(AnxinError):
    """At this level a showcase holds {products_max} products."""

    products_max: int
    code = "creators.showcase_full"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class PicksTooMany(AnxinError):
    """Up to {picks_max} products can be picked at once."""

    picks_max: int = PICKS_A_CALL_MAX
    code = "creators.picks_too_many"
