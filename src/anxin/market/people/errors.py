"""Everything that people can be told no for."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class LoginRequired(AnxinError):
    """Log in first."""

    code = "people.login_required"
    kind = Kind.UNAUTHENTICATED


class BadToken(AnxinError):
    """This access token is unknown, expired or revoked."""

    code = "people.bad_token"
    kind = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class ScopeMissing(AnxinError):
    """This access token does not reach “{operation}”."""

    operation: str
    code = "people.scope_missing"
    kind = Kind.FORBIDDEN


@dataclass(eq=False)
class SessionOnly(AnxinError):
    """“{operation}” needs you in person: log in on the site, a token is not enough."""

    operation: str
    code = "people.session_only"
    kind = Kind.FORBIDDEN


@dataclass(eq=False)
class RoleMissing(AnxinError):
    """Your role does not include “{operation}”."""

    operation: str
    code = "people.role_missing"
    kind = Kind.FORBIDDEN


class NotHere(AnxinError):
    """There is nothing here that you may see."""

    code = "people.not_here"
    kind = Kind.NOT_FOUND


class UnknownPerson(AnxinError):
    """There is no such person."""

    code = "people.unknown_person"
    kind = Kind.NOT_FOUND


class ShopUnclear(AnxinError):
    """You work in several shops: say which one you mean with `shop_id`."""

    code = "people.shop_unclear"
    kind = Kind.INVALID


class EmailTaken(AnxinError):
    """Another account uses this email address."""

    code = "people.email_taken"
    kind = Kind.CONFLICT


class PhoneTaken(AnxinError):
    """Another account uses this phone number."""

    code = "people.phone_taken"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadPhone(AnxinError):
    """“{phone}” is not a phone number that can be reached."""

    phone: str
    code = "people.bad_phone"


@dataclass(eq=False)
class UnknownRegion(AnxinError):
    """“{region}” is not a district that parcels go to."""

    region: str
    code = "people.unknown_region"


@dataclass(eq=False)
class BadAddressText(AnxinError):
    """“{field}” needs {shortest} to {longest} characters."""

    field: str
    shortest: int
    longest: int
    code = "people.bad_address_text"


@dataclass(eq=False)
class TooManyAddresses(AnxinError):
    """An address book holds {limit} addresses. Remove one first."""

    limit: int
    code = "people.too_many_addresses"
    kind = Kind.CONFLICT


class UnknownAddress(AnxinError):
    """There is no such address in your address book."""

    code = "people.unknown_address"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class UnknownScope(AnxinError):
    """“{scope}” is not a scope."""

    scope: str
    code = "people.unknown_scope"


@dataclass(eq=False)
class BadExpiry(AnxinError):
    """A token lives between 1 and {longest_days} days."""

    longest_days: int
    code = "people.bad_expiry"


@dataclass(eq=False)
class TooManyTokens(AnxinError):
    """You have {limit} tokens already. Revoke one first."""

    limit: int
    code = "people.too_many_tokens"
    kind = Kind.CONFLICT


class UnknownToken(AnxinError):
    """There is no such token."""

    code = "people.unknown_token"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class RoleUnfit(AnxinError):
    """“{role}” is not a role of this kind of organisation."""

    role: str
    code = "people.role_unfit"


class LastOwner(AnxinError):
    """This is the organisation's last owner. Name another owner first."""

    code = "people.last_owner"
    kind = Kind.CONFLICT


class LastAdministrator(AnxinError):
    """This is the platform's last administrator. Name another one first."""

    code = "people.last_administrator"
    kind = Kind.CONFLICT


class BadPreference(AnxinError):
    """This language or time zone is not offered."""

    code = "people.bad_preference"


class MessageRefused(AnxinError):
    """The message could not be delivered. Try again later."""

    code = "people.message_refused"
    kind = Kind.UNAVAILABLE


class BadCursor(AnxinError):
    """This place in the list does not exist; begin at the start."""

    code = "people.bad_cursor"
